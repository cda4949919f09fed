//! Data between sockets: bytes, messages, and readiness for `poll`.

use alloc::vec::Vec;

use crate::linux::errno::*;
use crate::linux::*;
use crate::network::Network;
use crate::network::socket::{ANY, Address, Family, LOOPBACK, Received, Socket, State, Type};

pub(crate) const READABLE: u32 = POLLIN | POLLRDNORM;
pub(crate) const WRITABLE: u32 = POLLOUT | POLLWRNORM;

impl Network {
    /// The data that can be read now, at most `most` bytes; empty at the end of the stream; `None`
    /// where nothing has arrived.
    pub(crate) fn peek(&mut self, at: usize, most: usize) -> Result<Option<Received>, Errno> {
        let socket = self.get(at)?;
        if !socket.inbox.is_empty() {
            return Ok(Some(socket.inbox.peek(socket.kind, most)));
        }
        self.take_error(at)?;
        let socket = self.get(at)?;
        let end = Ok(Some(Received::default()));
        match socket.state {
            _ if socket.no_input => end,
            _ if socket.kind == Type::Datagram => Ok(None),
            State::Connected { peer: None } => end,
            State::Connected { .. } | State::Connecting => Ok(None),
            State::Idle | State::Listening { .. } => Err(ENOTCONN),
        }
    }

    /// Removes data that was read: `size` bytes, or one message. Returns the descriptions that came
    /// with it.
    pub(crate) fn take(&mut self, at: usize, size: usize) -> Result<Vec<usize>, Errno> {
        let socket = self.get_mut(at)?;
        if socket.inbox.is_empty() {
            return Ok(Vec::new());
        }
        let rights = socket.inbox.take(socket.kind, size);
        let (kind, local) = (socket.kind, socket.local.clone());
        if let State::Connected { peer: Some(peer) } = socket.state {
            self.get_mut(peer)?.edge_count += 1;
        }
        for (_, sender) in self.sockets.iter_mut() {
            if kind == Type::Datagram && sender.kind == kind && sender.remote == local {
                sender.edge_count += 1;
            }
        }
        Ok(rights)
    }

    /// The number of bytes that the peer of a stream takes now.
    pub(crate) fn room(&self, at: usize) -> Result<usize, Errno> {
        let socket = self.get(at)?;
        match socket.state {
            _ if socket.no_output => Err(EPIPE),
            State::Connected { peer: Some(peer) } => Ok(self.get(peer)?.room()),
            // TCP would accept one more write before the reset; local sockets fail at once.
            State::Connected { peer: None } => Err(EPIPE),
            State::Connecting => Ok(0),
            State::Idle | State::Listening { .. } => Err(ENOTCONN),
        }
    }

    /// Sends bytes and descriptions; the caller has checked the room.
    pub(crate) fn push(&mut self, at: usize, bytes: &[u8], rights: Vec<usize>) {
        let peer = match self.get(at).map(|socket| &socket.state) {
            Ok(&State::Connected { peer: Some(peer) }) => peer,
            _ => {
                self.dropped.extend(rights);
                return;
            }
        };
        if let Some(peer) = self.sockets.get_mut(peer) {
            peer.inbox.push(bytes, rights);
            peer.edge_count += u64::from(!bytes.is_empty());
        }
    }

    /// The destination of a message: the address that is given, or that of the peer; `None` where
    /// the socket is connected to its receiver. Checks the size.
    pub(crate) fn destination(
        &mut self,
        at: usize,
        to: Option<Address>,
        size: usize,
    ) -> Result<Option<Address>, Errno> {
        self.take_error(at)?;
        let socket = self.get(at)?;
        if socket.no_output {
            return Err(EPIPE);
        }
        if size > socket.settings.send_buffer {
            return Err(EMSGSIZE);
        }
        match (&socket.state, socket.kind) {
            (State::Connected { .. }, _) if to.is_none() => return Ok(None),
            (State::Connected { .. }, Type::Sequence) => return Err(EISCONN),
            (_, Type::Sequence) => return Err(ENOTCONN),
            _ => {}
        }
        // Linux returns ENOTCONN for local sockets; POSIX.1-2017, `send`, has one error for both
        // families.
        let to = to.or_else(|| socket.remote.clone()).ok_or(EDESTADDRREQ)?;
        if socket.family == Family::Internet && socket.local.is_none() {
            let free = self.free_address(at, ANY)?;
            self.get_mut(at)?.local = Some(free.ok_or(EADDRNOTAVAIL)?);
        }
        Ok(Some(to))
    }

    /// Sends a message; the descriptions come back where the receiver has no room.
    pub(crate) fn send(
        &mut self,
        at: usize,
        to: Option<&Address>,
        bytes: &[u8],
        rights: Vec<usize>,
    ) -> Result<Result<(), Vec<usize>>, Errno> {
        let socket = self.get(at)?;
        let (family, kind) = (socket.family, socket.kind);
        let found = match (to, &socket.state) {
            (None, &State::Connected { peer }) => peer,
            (Some(to), _) => self.receiver(at, to)?,
            (None, _) => None,
        };
        let Some(receiver) = found else {
            if family == Family::Local {
                return Err(if kind == Type::Sequence {
                    EPIPE
                } else {
                    ECONNREFUSED
                });
            }
            // The message counts as sent; the next call reports the error (`udp(7)`).
            let socket = self.get_mut(at)?;
            socket.error = socket.remote.is_some().then_some(ECONNREFUSED);
            socket.edge_count += 1;
            return Ok(Ok(()));
        };
        // From any host of this machine means from the loopback.
        let from = match self.get(at)?.local.clone() {
            Some(Address::Internet { host: ANY, port }) => Some(Address::Internet {
                host: LOOPBACK,
                port,
            }),
            from => from,
        };
        let receiver = self.get_mut(receiver)?;
        if receiver.no_input {
            return Err(EPIPE);
        }
        if !receiver.takes_message(bytes.len()) {
            return match family {
                Family::Internet => Ok(Ok(())),
                Family::Local => Ok(Err(rights)),
            };
        }
        receiver.inbox.push_message(bytes, from, rights);
        receiver.edge_count += 1;
        Ok(Ok(()))
    }

    /// The receiver of a message: a socket connected to the sender is preferred to an unconnected
    /// one, a socket bound to the host to one bound to any host.
    pub(crate) fn receiver(&self, from: usize, to: &Address) -> Result<Option<usize>, Errno> {
        let sender = self.get(from)?;
        let bound = self.sockets.iter().filter(|(_, one)| {
            let local = one.local.as_ref();
            one.kind == Type::Datagram && local.is_some_and(|local| local.overlaps(to))
        });
        let hears = |one: &Socket| one.remote.is_none() || one.remote == sender.local;
        let mut refused = false;
        let best = bound
            .filter(|(_, one)| {
                refused |= !hears(one);
                hears(one)
            })
            .max_by_key(|(_, one)| (one.remote.is_some(), one.local.as_ref() == Some(to)));
        match best {
            // A local receiver that is connected to another socket refuses it (`unix(7)`, EPERM).
            None if refused && sender.family == Family::Local => Err(EPERM),
            best => Ok(best.map(|(at, _)| at)),
        }
    }

    /// The events that `poll` reports for a socket, and its edge count.
    pub(crate) fn readiness(&self, at: usize) -> (u32, u64) {
        let Ok(socket) = self.get(at) else {
            return (0, 0);
        };
        let mut events = match &socket.state {
            // A call would return at once with an error: that is ready (POSIX.1-2017, `select`).
            // Linux adds POLLHUP.
            State::Idle if socket.kind.is_connected() => WRITABLE | POLLHUP,
            _ if socket.kind == Type::Datagram && self.takes_messages(at) => WRITABLE,
            _ if socket.kind == Type::Datagram => 0,
            State::Connected { peer: None } => READABLE | WRITABLE | POLLHUP | POLLRDHUP,
            State::Connected { peer: Some(peer) } if self.takes_bytes(*peer) => WRITABLE,
            State::Listening { waiting, .. } if !waiting.is_empty() => READABLE,
            _ => 0,
        };
        if !socket.inbox.is_empty() {
            events |= READABLE;
        }
        if socket.no_input {
            events |= READABLE | POLLRDHUP;
        }
        if socket.no_output && socket.kind.is_connected() {
            events |= WRITABLE;
        }
        if socket.no_input && socket.no_output {
            events |= POLLHUP;
        }
        if socket.error.is_some() {
            events |= READABLE | POLLERR;
        }
        (events, socket.edge_count)
    }

    fn takes_bytes(&self, peer: usize) -> bool {
        self.get(peer).is_ok_and(|peer| peer.room() > 0)
    }

    /// True where a message can be sent to the peer, or discarded on the way.
    fn takes_messages(&self, at: usize) -> bool {
        let Ok(socket) = self.get(at) else {
            return false;
        };
        if let State::Connected { peer } = socket.state {
            let peer = peer.and_then(|peer| self.sockets.get(peer));
            return peer.is_none_or(|peer| peer.takes_message(0));
        }
        let receiver = match &socket.remote {
            Some(to) if socket.family == Family::Local => self.receiver(at, to),
            _ => Ok(None),
        };
        let receiver = receiver.ok().flatten();
        let receiver = receiver.and_then(|receiver| self.sockets.get(receiver));
        receiver.is_none_or(|receiver| receiver.takes_message(0))
    }
}
