//! Connections: requests, the accept queue, and peers.

use crate::linux::Errno;
use crate::linux::errno::*;
use crate::network::socket::{ANY, Address, Credentials, Family, LOOPBACK, Socket, State, Type};
use crate::network::{Network, is_here};

/// The state of a connection after `connect` has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    Connected,
    /// The request is not answered yet.
    Requested,
    /// The queue of the listening socket is full; there is no request.
    Full,
}

impl Network {
    /// Sends a request to connect; sets the peer of a datagram socket.
    pub(crate) fn connect(&mut self, at: usize, to: Address) -> Result<Progress, Errno> {
        self.take_error(at)?;
        let socket = self.get(at)?;
        match socket.state {
            State::Idle => {}
            State::Connecting => return Err(EALREADY),
            State::Listening { .. } => return Err(EOPNOTSUPP),
            State::Connected { .. } => return Err(EISCONN),
        }
        match (socket.family, socket.kind) {
            (Family::Internet, kind) => {
                let to = self.route(at, to)?;
                let socket = self.get_mut(at)?;
                socket.remote = Some(to);
                if kind == Type::Datagram {
                    return Ok(Progress::Connected);
                }
                socket.state = State::Connecting;
                self.requests.push_back(at);
                Ok(Progress::Requested)
            }
            (Family::Local, Type::Datagram) => {
                self.receiver(at, &to)?.ok_or(ECONNREFUSED)?;
                self.get_mut(at)?.remote = Some(to);
                Ok(Progress::Connected)
            }
            // A local connection is made at once.
            (Family::Local, Type::Stream | Type::Sequence) => {
                let listener = self.listener(&to).ok_or(ECONNREFUSED)?;
                if self.get(at)?.kind != self.get(listener)?.kind {
                    return Err(EPROTOTYPE);
                }
                if !self.has_room(listener) {
                    return Ok(Progress::Full);
                }
                self.get_mut(at)?.remote = Some(to);
                let joined = self.establish(at, listener);
                if joined.is_err() {
                    self.get_mut(at)?.remote = None;
                }
                joined.map(|()| Progress::Connected)
            }
        }
    }

    /// Resolves an address to one of this machine, and gives the socket a local address.
    fn route(&mut self, at: usize, to: Address) -> Result<Address, Errno> {
        let Address::Internet { host, port } = to else {
            return Err(EAFNOSUPPORT);
        };
        if !is_here(host) {
            return Err(ENETUNREACH);
        }
        // To connect to any host is to connect to this one (`ip(7)`, "Address format").
        let host = if host == ANY { LOOPBACK } else { host };
        let to = Address::Internet { host, port };
        let local = match self.get(at)?.local {
            Some(Address::Internet { host: ANY, port }) => Address::Internet {
                host: LOOPBACK,
                port,
            },
            Some(ref local) => local.clone(),
            None => {
                let free = self.free_address(at, LOOPBACK)?;
                free.ok_or(EADDRNOTAVAIL)?
            }
        };
        // A connection is identified by its two addresses: it can exist once.
        let taken = self.sockets.iter().any(|(other, one)| {
            let same = one.local.as_ref() == Some(&local) && one.remote.as_ref() == Some(&to);
            other != at && one.kind == Type::Stream && same
        });
        if taken && self.get(at)?.kind == Type::Stream {
            return Err(EADDRINUSE);
        }
        self.get_mut(at)?.local = Some(local);
        Ok(to)
    }

    /// Removes the peer of a datagram socket.
    pub(crate) fn disconnect(&mut self, at: usize) -> Result<(), Errno> {
        let socket = self.get_mut(at)?;
        if socket.kind.is_connected() {
            return Err(EAFNOSUPPORT);
        }
        socket.forget_peer();
        Ok(())
    }

    /// Connects two sockets without names (`socketpair(2)`).
    pub(crate) fn join(&mut self, one: usize, other: usize) -> Result<(), Errno> {
        self.get_mut(one)?.state = State::Connected { peer: Some(other) };
        self.get_mut(other)?.state = State::Connected { peer: Some(one) };
        Ok(())
    }

    /// The peer of a connected socket.
    fn peer(&self, at: usize) -> Option<usize> {
        match self.sockets.get(at)?.state {
            State::Connected { peer } => peer,
            _ => None,
        }
    }

    /// Ends a direction of a connection, or both.
    pub(crate) fn shut_down(&mut self, at: usize, input: bool, output: bool) -> Result<(), Errno> {
        let socket = self.get(at)?;
        let family = socket.family;
        if family == Family::Internet && !socket.has_peer() {
            return Err(ENOTCONN);
        }
        let peer = self.peer(at);
        let socket = self.get_mut(at)?;
        socket.no_input |= input;
        socket.no_output |= output;
        socket.edge_count += 1;
        let connected = socket.kind.is_connected();
        if let Some(peer) = peer
            && connected
        {
            let peer = self.get_mut(peer)?;
            peer.no_input |= output;
            // A local peer learns at once that nobody reads; TCP has no message for it.
            peer.no_output |= input && family == Family::Local;
            peer.edge_count += 1;
        }
        Ok(())
    }

    /// The user at the other end of a connection.
    pub(crate) fn peer_owner(&self, at: usize) -> Option<Credentials> {
        let peer = self.sockets.get(self.peer(at)?)?;
        Some(peer.owner)
    }

    /// Answers the requests to connect. Those for which the listening socket has no room stay
    /// queued, in their order.
    pub(crate) fn deliver(&mut self) {
        for _ in 0..self.requests.len() {
            if let Some(client) = self.requests.pop_front()
                && !self.complete_request(client)
            {
                self.requests.push_back(client);
            }
        }
    }

    /// Accepts or refuses a request; false where it stays queued.
    fn complete_request(&mut self, client: usize) -> bool {
        let Some(socket) = self.sockets.get(client) else {
            return true;
        };
        let listener = socket.remote.as_ref().and_then(|to| self.listener(to));
        let Some(listener) = listener else {
            if let Some(socket) = self.sockets.get_mut(client) {
                socket.forget_peer();
                socket.error = Some(ECONNREFUSED);
                socket.edge_count += 1;
            }
            return true;
        };
        self.has_room(listener) && self.establish(client, listener).is_ok()
    }

    /// The socket that listens at an address; one bound to it is preferred to one bound to any
    /// host.
    fn listener(&self, to: &Address) -> Option<usize> {
        let listening = self.sockets.iter().filter(|(_, one)| one.is_listening());
        let here = listening.filter(|(_, one)| {
            let local = one.local.as_ref();
            local.is_some_and(|local| local.overlaps(to))
        });
        let best = here.max_by_key(|(_, one)| one.local.as_ref() == Some(to));
        best.map(|(at, _)| at)
    }

    /// True where one more connection can be queued: a backlog of 0 allows one, as on Linux.
    fn has_room(&self, listener: usize) -> bool {
        let socket = self.sockets.get(listener);
        socket.is_some_and(|socket| match &socket.state {
            State::Listening { backlog, waiting } => waiting.len() <= *backlog,
            _ => false,
        })
    }

    /// Creates the server's end of a connection, and queues it to be accepted.
    fn establish(&mut self, client: usize, listener: usize) -> Result<(), Errno> {
        let (near, far) = (self.get(client)?, self.get(listener)?);
        let mut server = Socket::new(near.family, near.kind);
        server.settings = far.settings;
        server.owner = far.owner;
        server.local = near.remote.clone();
        server.remote = near.local.clone();
        server.accepted = true;
        server.state = State::Connected { peer: Some(client) };
        let server = self.sockets.insert(server).ok_or(ENOBUFS)?;
        let far = self.get_mut(listener)?;
        if let State::Listening { waiting, .. } = &mut far.state {
            waiting.push_back(server);
        }
        far.edge_count += 1;
        let near = self.get_mut(client)?;
        near.state = State::Connected { peer: Some(server) };
        near.edge_count += 1;
        Ok(())
    }

    /// The connection that has been queued longest.
    pub(crate) fn waiting(&self, listener: usize) -> Result<Option<usize>, Errno> {
        let socket = self.get(listener)?;
        match &socket.state {
            _ if !socket.kind.is_connected() => Err(EOPNOTSUPP),
            State::Listening { waiting, .. } => Ok(waiting.front().copied()),
            _ => Err(EINVAL),
        }
    }

    /// Removes that connection from the queue: the caller has to close it.
    pub(crate) fn accept(&mut self, listener: usize) -> Result<(), Errno> {
        if let State::Listening { waiting, .. } = &mut self.get_mut(listener)?.state {
            waiting.pop_front();
        }
        Ok(())
    }
}
