//! Sockets: addresses, options, and the queue of what has arrived at one of them.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::linux::Errno;

/// An IPv4 address, its bytes in the order of the network.
pub(crate) type Host = [u8; 4];
pub(crate) const ANY: Host = [0; 4];
pub(crate) const LOOPBACK: Host = [127, 0, 0, 1];

/// How many bytes may wait to be read, unless SO_RCVBUF says otherwise.
pub(crate) const BUFFER: usize = 8_192;
/// What SO_SNDBUF and SO_RCVBUF can be set to.
pub(crate) const BUFFER_MIN: usize = 256;
pub(crate) const BUFFER_MAX: usize = 16_384;
/// What a message takes of a buffer beside its bytes, so that empty ones are bounded too.
const MESSAGE: usize = 64;

/// Where an address has its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Internet,
    Local,
}

/// What travels: bytes in order, or messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Stream,
    Datagram,
}

/// The name of a socket.
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
    /// Whether both are one address, where a socket at any host is at every one.
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

/// What `setsockopt` changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub reuse_address: bool,
    /// Kept and told; over the loopback no peer goes without a word.
    pub keep_alive: bool,
    pub send_buffer: usize,
    pub receive_buffer: usize,
    /// How long calls wait, in nanoseconds; 0 is for ever.
    pub send_timeout: u64,
    pub receive_timeout: u64,
}

/// What has become of a stream socket; a datagram socket stays idle.
#[derive(Debug)]
pub(crate) enum State {
    Idle,
    /// The request is on its way.
    Connecting,
    /// Connections wait to be accepted, each already a socket.
    Listening {
        backlog: usize,
        waiting: VecDeque<usize>,
    },
    /// The other end, as long as it is there.
    Connected {
        peer: Option<usize>,
    },
}

/// One socket.
#[derive(Debug)]
pub(crate) struct Socket {
    pub family: Family,
    pub kind: Type,
    pub settings: Settings,
    pub state: State,
    /// What `bind` gave it; `local` goes back to this when a peer goes for whom it was changed.
    pub bound: Option<Address>,
    pub local: Option<Address>,
    pub remote: Option<Address>,
    /// Whether the local address is that of the listening socket, and only shared.
    pub accepted: bool,
    /// What went wrong between two calls: told once, by the next one or by SO_ERROR.
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

    /// How many bytes may still arrive.
    pub(crate) fn room(&self) -> usize {
        self.settings
            .receive_buffer
            .saturating_sub(self.inbox.size())
    }

    /// Whether a message may still arrive; one always may, however small the buffer has become.
    pub(crate) fn takes_message(&self, size: usize) -> bool {
        self.inbox.is_empty() || self.room() >= size + MESSAGE
    }

    pub(crate) fn is_listening(&self) -> bool {
        matches!(self.state, State::Listening { .. })
    }

    pub(crate) fn is_connecting(&self) -> bool {
        matches!(self.state, State::Connecting)
    }

    /// Whether it has a peer, be it one that is gone: its name is still known.
    pub(crate) fn has_peer(&self) -> bool {
        match self.kind {
            Type::Stream => matches!(self.state, State::Connected { .. }),
            Type::Datagram => self.remote.is_some(),
        }
    }

    /// Goes back to what it was before it had, or sought, a peer.
    pub(crate) fn forget_peer(&mut self) {
        self.state = State::Idle;
        self.local = self.bound.clone();
        self.remote = None;
    }
}

/// What has arrived and is not read yet.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    bytes: VecDeque<u8>,
    /// The length of each message; a stream has none.
    messages: VecDeque<usize>,
}

impl Inbox {
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.messages.is_empty()
    }

    fn size(&self) -> usize {
        self.bytes.len() + self.messages.len() * MESSAGE
    }

    /// Appends to a stream.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
    }

    /// Appends a message.
    pub(crate) fn push_message(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
        self.messages.push_back(bytes.len());
    }

    /// The first bytes of the stream, or of the first message; they stay.
    pub(crate) fn peek(&self, most: usize) -> Vec<u8> {
        let first = self.messages.front().copied();
        let size = first.unwrap_or(self.bytes.len()).min(most);
        self.bytes.range(..size).copied().collect()
    }

    /// Takes so many bytes of the stream, or the whole first message: what a reader had no room
    /// for is gone (POSIX.1-2017, `recv`).
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
