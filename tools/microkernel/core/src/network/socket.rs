//! Sockets: addresses, options, and the queue of received data.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::linux::Errno;

/// An IPv4 address in network byte order.
pub(crate) type Host = [u8; 4];
pub(crate) const ANY: Host = [0; 4];
pub(crate) const LOOPBACK: Host = [127, 0, 0, 1];

/// The size of a receive buffer in bytes, unless SO_RCVBUF sets another.
pub(crate) const BUFFER: usize = 8_192;
/// The limits of SO_SNDBUF and SO_RCVBUF in bytes.
pub(crate) const BUFFER_MIN: usize = 256;
pub(crate) const BUFFER_MAX: usize = 16_384;
/// The size in bytes that each message occupies besides its data, so that empty ones are bounded
/// too.
const MESSAGE: usize = 64;

/// The address family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Internet,
    Local,
}

/// The socket type: bytes in order, messages, or messages in order over a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Stream,
    Datagram,
    Sequence,
}

impl Type {
    /// True where data has the bounds of messages.
    pub(crate) fn has_messages(self) -> bool {
        self != Type::Stream
    }

    /// True where data is sent over a connection.
    pub(crate) fn is_connected(self) -> bool {
        self != Type::Datagram
    }
}

/// The address of a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Internet {
        host: Host,
        port: u16,
    },
    /// An abstract name without its leading null byte (`unix(7)`, "Address format").
    Local(Vec<u8>),
    /// The path of a file, which identifies the socket.
    Path {
        name: Vec<u8>,
        inode: usize,
    },
}

impl Address {
    /// True where the addresses are equal; any host counts as equal to each host.
    pub(crate) fn overlaps(&self, other: &Address) -> bool {
        match (self, other) {
            (
                Address::Internet { host, port },
                Address::Internet {
                    host: other,
                    port: also,
                },
            ) => port == also && (host == other || *host == ANY || *other == ANY),
            (Address::Path { inode, .. }, Address::Path { inode: other, .. }) => inode == other,
            _ => self == other,
        }
    }
}

/// The options that `setsockopt` sets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub reuse_address: bool,
    /// Stored and returned only: over the loopback no peer vanishes unnoticed.
    pub keep_alive: bool,
    pub send_buffer: usize,
    pub receive_buffer: usize,
    /// The longest wait in nanoseconds; 0 is no limit.
    pub send_timeout: u64,
    pub receive_timeout: u64,
    /// Stored and returned only.
    pub pass_credentials: bool,
}

/// The user whose process has made a socket: SO_PEERCRED of its peer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub process: i32,
    pub user: u32,
    pub group: u32,
}

/// The state of a socket; one of datagrams stays idle, unless `socketpair` has connected it.
#[derive(Debug)]
pub(crate) enum State {
    Idle,
    /// The request to connect is not answered yet.
    Connecting,
    /// `waiting` holds the accept queue: connections that are sockets already.
    Listening {
        backlog: usize,
        waiting: VecDeque<usize>,
    },
    /// The peer; `None` after it has closed.
    Connected {
        peer: Option<usize>,
    },
}

/// A socket.
#[derive(Debug)]
pub(crate) struct Socket {
    pub family: Family,
    pub kind: Type,
    pub settings: Settings,
    pub state: State,
    /// The address that `bind` set; `local` returns to it when a peer is removed.
    pub bound: Option<Address>,
    pub local: Option<Address>,
    pub remote: Option<Address>,
    /// True where the local address is shared with the listening socket.
    pub accepted: bool,
    /// A pending error: reported once, by the next call or by SO_ERROR.
    pub error: Option<Errno>,
    /// True after `shutdown`: nothing more is received, or sent.
    pub no_input: bool,
    pub no_output: bool,
    pub owner: Credentials,
    pub inbox: Inbox,
    /// The number of events so far that edge-triggered watchers are to see.
    pub edge_count: u64,
}

impl Socket {
    pub(crate) fn new(family: Family, kind: Type) -> Socket {
        Socket {
            family,
            kind,
            settings: Settings {
                reuse_address: false,
                keep_alive: false,
                send_buffer: BUFFER,
                receive_buffer: BUFFER,
                send_timeout: 0,
                receive_timeout: 0,
                pass_credentials: false,
            },
            state: State::Idle,
            bound: None,
            local: None,
            remote: None,
            accepted: false,
            error: None,
            no_input: false,
            no_output: false,
            owner: Credentials::default(),
            inbox: Inbox::default(),
            edge_count: 1,
        }
    }

    /// The free bytes of the receive buffer.
    pub(crate) fn room(&self) -> usize {
        let used = self.inbox.size(self.kind);
        self.settings.receive_buffer.saturating_sub(used)
    }

    /// True where a message fits; an empty queue takes a message of any size.
    pub(crate) fn takes_message(&self, size: usize) -> bool {
        self.inbox.is_empty() || self.room() >= size + MESSAGE
    }

    pub(crate) fn is_listening(&self) -> bool {
        matches!(self.state, State::Listening { .. })
    }

    pub(crate) fn is_connecting(&self) -> bool {
        matches!(self.state, State::Connecting)
    }

    /// True for a socket with a peer, also after the peer has closed: its address is still known.
    pub(crate) fn has_peer(&self) -> bool {
        matches!(self.state, State::Connected { .. })
            || self.kind == Type::Datagram && self.remote.is_some()
    }

    /// Returns to the state without a peer.
    pub(crate) fn forget_peer(&mut self) {
        self.state = State::Idle;
        self.local = self.bound.clone();
        self.remote = None;
    }
}

/// Data that arrived together.
#[derive(Debug, Default)]
struct Packet {
    bytes: VecDeque<u8>,
    /// The sender's address.
    from: Option<Address>,
    /// Descriptions that were sent with the data (SCM_RIGHTS).
    rights: Vec<usize>,
}

/// The first data of a queue.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Received {
    pub bytes: Vec<u8>,
    /// The size of the message, which may be larger.
    pub size: usize,
    pub from: Option<Address>,
}

/// The queue of received data: messages, or the parts of a stream.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    packets: VecDeque<Packet>,
}

impl Inbox {
    pub(crate) fn is_empty(&self) -> bool {
        self.packets.is_empty()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.packets.iter().map(|packet| packet.bytes.len()).sum()
    }

    /// The size that the queue occupies, where each message takes room besides its data.
    fn size(&self, kind: Type) -> usize {
        let overhead = if kind.has_messages() { MESSAGE } else { 0 };
        self.bytes() + self.packets.len() * overhead
    }

    /// Appends bytes to a stream. Descriptions go with the first of them.
    pub(crate) fn push(&mut self, bytes: &[u8], rights: Vec<usize>) {
        if bytes.is_empty() {
            return;
        }
        match self.packets.back_mut() {
            Some(last) if rights.is_empty() && last.rights.is_empty() => last.bytes.extend(bytes),
            _ => self.push_message(bytes, None, rights),
        }
    }

    /// Appends a message.
    pub(crate) fn push_message(&mut self, bytes: &[u8], from: Option<Address>, rights: Vec<usize>) {
        self.packets.push_back(Packet {
            bytes: bytes.iter().copied().collect(),
            from,
            rights,
        });
    }

    /// The number of packets that one call reads: a stream is read up to the first packet with
    /// descriptions.
    fn first(&self, kind: Type) -> usize {
        if kind.has_messages() {
            return 1;
        }
        let special = self.packets.iter().position(|one| !one.rights.is_empty());
        special.map_or(self.packets.len(), |at| at + 1)
    }

    /// The first bytes of the stream, or of the first message; the queue keeps them.
    pub(crate) fn peek(&self, kind: Type, most: usize) -> Received {
        let packets = self.packets.iter().take(self.first(kind));
        let size = packets.clone().map(|packet| packet.bytes.len()).sum();
        let bytes = packets.flat_map(|packet| &packet.bytes);
        Received {
            bytes: bytes.take(most).copied().collect(),
            size,
            from: self.packets.front().and_then(|one| one.from.clone()),
        }
    }

    /// Removes `size` bytes of the stream, or the whole first message: the part that was not read
    /// is discarded (POSIX.1-2017, `recv`). Returns the descriptions that came with them.
    pub(crate) fn take(&mut self, kind: Type, size: usize) -> Vec<usize> {
        let mut rights = Vec::new();
        let mut left = size;
        for _ in 0..self.first(kind) {
            let Some(packet) = self.packets.front_mut() else {
                break;
            };
            let is_whole = kind.has_messages() || left >= packet.bytes.len();
            rights.append(&mut packet.rights);
            if !is_whole {
                packet.bytes.drain(..left);
                break;
            }
            left -= packet.bytes.len().min(left);
            self.packets.pop_front();
            if left == 0 {
                break;
            }
        }
        rights
    }

    /// Removes everything; returns the descriptions.
    pub(crate) fn clear(&mut self) -> Vec<usize> {
        let packets = core::mem::take(&mut self.packets);
        packets.into_iter().flat_map(|one| one.rights).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_leaves_in_any_pieces_and_a_message_whole() {
        let mut stream = Inbox::default();
        stream.push(b"hel", Vec::new());
        stream.push(b"lo", Vec::new());
        assert_eq!(stream.peek(Type::Stream, 4).bytes, b"hell");
        stream.take(Type::Stream, 4);
        assert_eq!(stream.peek(Type::Stream, 9).bytes, b"o");
        let mut messages = Inbox::default();
        messages.push_message(b"first", None, Vec::new());
        messages.push_message(b"", None, Vec::new());
        let first = messages.peek(Type::Datagram, 2);
        assert_eq!((&first.bytes[..], first.size), (&b"fi"[..], 5));
        messages.take(Type::Datagram, 2);
        assert_eq!(messages.peek(Type::Datagram, 9).bytes, b"");
        assert!(!messages.is_empty());
        messages.take(Type::Datagram, 0);
        assert!(messages.is_empty());
    }

    #[test]
    fn a_stream_is_read_up_to_the_packet_with_descriptions() {
        let mut stream = Inbox::default();
        stream.push(b"a", Vec::new());
        stream.push(b"bc", alloc::vec![7]);
        stream.push(b"d", Vec::new());
        assert_eq!(stream.peek(Type::Stream, 9).bytes, b"abc");
        assert_eq!(stream.take(Type::Stream, 2), [7]);
        assert_eq!(stream.peek(Type::Stream, 9).bytes, b"cd");
        assert_eq!(stream.take(Type::Stream, 2), []);
        assert!(stream.is_empty());
    }

    #[test]
    fn empty_messages_fill_a_buffer_too() {
        let mut socket = Socket::new(Family::Local, Type::Datagram);
        let mut count = 0;
        while socket.takes_message(0) {
            socket.inbox.push_message(b"", None, Vec::new());
            count += 1;
        }
        assert_eq!(count, BUFFER / MESSAGE);
    }

    #[test]
    fn any_host_overlaps_every_host_on_its_port() {
        let at = |host, port| Address::Internet { host, port };
        assert!(at(ANY, 7).overlaps(&at(LOOPBACK, 7)));
        assert!(at(LOOPBACK, 7).overlaps(&at(ANY, 7)));
        assert!(!at(LOOPBACK, 7).overlaps(&at([127, 0, 0, 2], 7)));
        assert!(!at(ANY, 7).overlaps(&at(ANY, 8)));
        let name = |text: &[u8]| Address::Local(text.to_vec());
        assert!(name(b"a").overlaps(&name(b"a")) && !name(b"a").overlaps(&name(b"b")));
    }
}
