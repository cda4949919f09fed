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

/// The socket type: bytes in order, or messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Stream,
    Datagram,
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
}

/// The state of a stream socket; a datagram socket stays idle.
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
            },
            state: State::Idle,
            bound: None,
            local: None,
            remote: None,
            accepted: false,
            error: None,
            inbox: Inbox::default(),
            edge_count: 1,
        }
    }

    /// The free bytes of the receive buffer.
    pub(crate) fn room(&self) -> usize {
        self.settings
            .receive_buffer
            .saturating_sub(self.inbox.size())
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
        match self.kind {
            Type::Stream => matches!(self.state, State::Connected { .. }),
            Type::Datagram => self.remote.is_some(),
        }
    }

    /// Returns to the state without a peer.
    pub(crate) fn forget_peer(&mut self) {
        self.state = State::Idle;
        self.local = self.bound.clone();
        self.remote = None;
    }
}

/// The queue of received data.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    bytes: VecDeque<u8>,
    /// The length of each message in bytes; empty for a stream.
    messages: VecDeque<usize>,
}

impl Inbox {
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.messages.is_empty()
    }

    fn size(&self) -> usize {
        self.bytes.len() + self.messages.len() * MESSAGE
    }

    /// Appends bytes to a stream.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
    }

    /// Appends a message.
    pub(crate) fn push_message(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
        self.messages.push_back(bytes.len());
    }

    /// The first bytes of the stream, or of the first message; the queue keeps them.
    pub(crate) fn peek(&self, most: usize) -> Vec<u8> {
        let first = self.messages.front().copied();
        let size = first.unwrap_or(self.bytes.len()).min(most);
        self.bytes.range(..size).copied().collect()
    }

    /// Removes `size` bytes of the stream, or the whole first message: the part that was not read
    /// is discarded (POSIX.1-2017, `recv`).
    pub(crate) fn take(&mut self, size: usize) {
        let size = self.messages.pop_front().unwrap_or(size);
        self.bytes.drain(..size);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_leaves_in_any_pieces_and_a_message_whole() {
        let mut stream = Inbox::default();
        stream.push(b"hel");
        stream.push(b"lo");
        assert_eq!(stream.peek(4), b"hell");
        stream.take(4);
        assert_eq!(stream.peek(9), b"o");
        let mut messages = Inbox::default();
        messages.push_message(b"first");
        messages.push_message(b"");
        assert_eq!(messages.peek(2), b"fi");
        messages.take(2);
        assert_eq!(messages.peek(9), b"");
        assert!(!messages.is_empty());
        messages.take(0);
        assert!(messages.is_empty());
    }

    #[test]
    fn empty_messages_fill_a_buffer_too() {
        let mut socket = Socket::new(Family::Local, Type::Datagram);
        let mut count = 0;
        while socket.takes_message(0) {
            socket.inbox.push_message(b"");
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
