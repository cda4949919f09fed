//! Data between sockets: bytes, messages, and readiness for `poll`.

use alloc::vec::Vec;

use crate::linux::errno::*;
use crate::linux::*;
use crate::network::Network;
use crate::network::socket::{Address, Family, Socket, State, Type};

pub(crate) const READABLE: u32 = POLLIN | POLLRDNORM;
pub(crate) const WRITABLE: u32 = POLLOUT | POLLWRNORM;

impl Network {
    /// The bytes that can be read now, at most `most`; empty at the end of the stream; `None` where
    /// nothing has arrived.
    pub(crate) fn peek(&mut self, at: usize, most: usize) -> Result<Option<Vec<u8>>, Errno> {
        let socket = self.get(at)?;
        if !socket.inbox.is_empty() {
            return Ok(Some(socket.inbox.peek(most)));
        }
        self.take_error(at)?;
        let socket = self.get(at)?;
        match socket.state {
            _ if socket.kind == Type::Datagram => Ok(None),
            State::Connected { peer: None } => Ok(Some(Vec::new())),
            State::Connected { .. } | State::Connecting => Ok(None),
            State::Idle | State::Listening { .. } => Err(ENOTCONN),
        }
    }

    /// Removes data that was read: `size` bytes, or one message.
    pub(crate) fn take(&mut self, at: usize, size: usize) -> Result<(), Errno> {
        let socket = self.get_mut(at)?;
        if socket.inbox.is_empty() {
            return Ok(());
        }
        socket.inbox.take(size);
        let (kind, local) = (socket.kind, socket.local.clone());
        if let State::Connected { peer: Some(peer) } = socket.state {
            self.get_mut(peer)?.edge_count += 1;
        }
        for (_, sender) in self.sockets.iter_mut() {
            if kind == Type::Datagram && sender.kind == kind && sender.remote == local {
                sender.edge_count += 1;
            }
        }
        Ok(())
    }

    /// The number of bytes that the peer of a stream takes now.
    pub(crate) fn room(&self, at: usize) -> Result<usize, Errno> {
        match self.get(at)?.state {
            State::Connected { peer: Some(peer) } => Ok(self.get(peer)?.room()),
            // TCP would accept one more write before the reset; local sockets fail at once.
            State::Connected { peer: None } => Err(EPIPE),
            State::Connecting => Ok(0),
            State::Idle | State::Listening { .. } => Err(ENOTCONN),
        }
    }

    /// Sends bytes; the caller has checked the room.
    pub(crate) fn push(&mut self, at: usize, bytes: &[u8]) {
        let peer = match self.get(at).map(|socket| &socket.state) {
            Ok(&State::Connected { peer: Some(peer) }) => peer,
            _ => return,
        };
        if let Some(peer) = self.sockets.get_mut(peer) {
            peer.inbox.push(bytes);
            peer.edge_count += u64::from(!bytes.is_empty());
        }
    }

    /// The destination of a message; checks its size.
    pub(crate) fn destination(&mut self, at: usize, size: usize) -> Result<Address, Errno> {
        self.take_error(at)?;
        let socket = self.get(at)?;
        // Linux returns ENOTCONN for local sockets; POSIX.1-2017, `send`, has one error for both
        // families.
        let to = socket.remote.clone().ok_or(EDESTADDRREQ)?;
        if size > socket.settings.send_buffer {
            return Err(EMSGSIZE);
        }
        Ok(to)
    }

    /// Sends a message; false where a local receiver has no room.
    pub(crate) fn send(&mut self, at: usize, to: &Address, bytes: &[u8]) -> Result<bool, Errno> {
        let socket = self.get(at)?;
        let family = socket.family;
        let Some(receiver) = self.receiver(at, to)? else {
            if family == Family::Local {
                return Err(ECONNREFUSED);
            }
            // The message counts as sent; the next call reports the error (`udp(7)`).
            let socket = self.get_mut(at)?;
            socket.error = socket.remote.is_some().then_some(ECONNREFUSED);
            socket.edge_count += 1;
            return Ok(true);
        };
        let receiver = self.get_mut(receiver)?;
        if !receiver.takes_message(bytes.len()) {
            return Ok(family == Family::Internet);
        }
        receiver.inbox.push_message(bytes);
        receiver.edge_count += 1;
        Ok(true)
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
            State::Idle if socket.kind == Type::Stream => WRITABLE | POLLHUP,
            State::Connected { peer: None } => READABLE | WRITABLE | POLLHUP | POLLRDHUP,
            State::Connected { peer: Some(peer) } if self.takes_bytes(*peer) => WRITABLE,
            State::Listening { waiting, .. } if !waiting.is_empty() => READABLE,
            State::Idle if self.takes_messages(at) => WRITABLE,
            _ => 0,
        };
        if !socket.inbox.is_empty() {
            events |= READABLE;
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
        let receiver = match &socket.remote {
            Some(to) if socket.family == Family::Local => self.receiver(at, to),
            _ => Ok(None),
        };
        let receiver = receiver.ok().flatten();
        let receiver = receiver.and_then(|receiver| self.sockets.get(receiver));
        receiver.is_none_or(|receiver| receiver.takes_message(0))
    }
}
