//! The network of one machine: ports, names, connections, and what passes between sockets.
//!
//! Nothing leaves the machine. A request to connect over the Internet family is on its way until
//! the kernel settles ([`Network::deliver`]): the caller of a blocking `connect` waits for it as
//! for anything else, and that of a non-blocking one is told EINPROGRESS. Nothing is lost on the
//! way, so that no request is ever too old. A port or name is in use as long as a socket has it:
//! there is no other table that could forget to give it back.

pub mod socket;

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::linux::errno::*;
use crate::linux::*;
use crate::network::socket::{ANY, Address, Family, Host, LOOPBACK, Socket, State, Type};
use crate::slab::Slab;

/// How many sockets there may be, with those that wait to be accepted. Each may have a full
/// buffer, and all of them must fit into the kernel's memory.
const SOCKETS_MAX: usize = 256;
/// The largest backlog; larger ones count as this (POSIX.1-2017, `listen`).
pub const SOMAXCONN: i32 = 32;
/// The ports that are given out to those who name none (`ip(7)`, `ip_local_port_range`).
const EPHEMERAL: core::ops::RangeInclusive<u16> = 32_768..=60_999;

const READABLE: u32 = POLLIN | POLLRDNORM;
const WRITABLE: u32 = POLLOUT | POLLWRNORM;

/// How far a call to `connect` came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Connected,
    /// The request is on its way.
    Requested,
    /// Nothing has begun: the listening socket has no room.
    Full,
}

/// All sockets.
#[derive(Debug)]
pub struct Network {
    sockets: Slab<Socket>,
    /// Sockets whose requests to connect are on their way.
    requests: VecDeque<usize>,
    /// Where the search for a port begins, so that one just given back rests for a while.
    next_port: u16,
}

impl Default for Network {
    fn default() -> Network {
        Network {
            sockets: Slab::new(SOCKETS_MAX),
            requests: VecDeque::new(),
            next_port: *EPHEMERAL.start(),
        }
    }
}

impl Network {
    pub fn open(&mut self, family: Family, kind: Type) -> Result<usize, Errno> {
        let socket = Socket::new(family, kind);
        self.sockets.insert(socket).ok_or(ENOBUFS)
    }

    pub fn get(&self, at: usize) -> Result<&Socket, Errno> {
        self.sockets.get(at).ok_or(EBADF)
    }

    pub fn get_mut(&mut self, at: usize) -> Result<&mut Socket, Errno> {
        self.sockets.get_mut(at).ok_or(EBADF)
    }

    /// Ends a socket; its peer, and those who wait to be accepted, learn of it.
    pub fn close(&mut self, at: usize) {
        let Some(socket) = self.sockets.remove(at) else {
            return;
        };
        self.requests.retain(|&one| one != at);
        match socket.state {
            State::Connected { peer: Some(peer) } => {
                // What was sent here and never read is lost, and its sender must know.
                self.hang_up(peer, !socket.inbox.is_empty());
            }
            State::Listening { waiting, .. } => {
                for one in waiting {
                    if let Some(socket) = self.sockets.remove(one)
                        && let State::Connected { peer: Some(peer) } = socket.state
                    {
                        self.hang_up(peer, true);
                    }
                }
            }
            _ => {}
        }
    }

    /// The other end of a connection is gone.
    fn hang_up(&mut self, at: usize, reset: bool) {
        if let Some(socket) = self.sockets.get_mut(at) {
            socket.state = State::Connected { peer: None };
            if reset {
                socket.error = Some(ECONNRESET);
            }
            socket.news += 1;
        }
    }

    /// An error that came between two calls is told once.
    pub fn take_error(&mut self, at: usize) -> Result<(), Errno> {
        self.get_mut(at)?.error.take().map_or(Ok(()), Err)
    }

    pub fn bind(&mut self, at: usize, address: Address) -> Result<(), Errno> {
        if self.get(at)?.local.is_some() {
            return Err(EINVAL);
        }
        let address = match address {
            Address::Internet { host, .. } if !is_here(host) => return Err(EADDRNOTAVAIL),
            Address::Internet { host, port: 0 } => {
                let free = self.free_address(at, host)?;
                free.ok_or(EADDRINUSE)?
            }
            address => address,
        };
        let reuse = self.get(at)?.settings.reuse_address;
        if self.is_in_use(at, &address, reuse)? {
            return Err(EADDRINUSE);
        }
        let socket = self.get_mut(at)?;
        socket.bound = Some(address.clone());
        socket.local = Some(address);
        Ok(())
    }

    /// Whether another socket of the type has the address. SO_REUSEADDR on both of them lets an
    /// Internet address be shared, but not with one that listens (`socket(7)`).
    fn is_in_use(&self, at: usize, address: &Address, reuse: bool) -> Result<bool, Errno> {
        let kind = self.get(at)?.kind;
        let mut others = self.sockets.iter().filter(|&(other, _)| other != at);
        Ok(others.any(|(_, other)| {
            let overlaps = other
                .local
                .as_ref()
                .is_some_and(|one| one.overlaps(address));
            let shared = match other.family {
                Family::Internet => reuse && other.settings.reuse_address && !other.is_listening(),
                // A name belongs to the socket that was bound to it alone.
                Family::Local => other.accepted,
            };
            other.kind == kind && overlaps && !shared
        }))
    }

    /// An address with a port that nobody has.
    fn free_address(&mut self, at: usize, host: Host) -> Result<Option<Address>, Errno> {
        for _ in EPHEMERAL {
            let port = self.next_port;
            self.next_port = if port == *EPHEMERAL.end() {
                *EPHEMERAL.start()
            } else {
                port + 1
            };
            let address = Address::Internet { host, port };
            if !self.is_in_use(at, &address, false)? {
                return Ok(Some(address));
            }
        }
        Ok(None)
    }

    pub fn listen(&mut self, at: usize, backlog: i32) -> Result<(), Errno> {
        // A negative backlog counts as 0 (POSIX.1-2017, `listen`).
        let limit = backlog.clamp(0, SOMAXCONN) as usize;
        let socket = self.get_mut(at)?;
        if socket.kind != Type::Stream {
            return Err(EOPNOTSUPP);
        }
        match &mut socket.state {
            State::Listening { backlog, .. } => {
                *backlog = limit;
                return Ok(());
            }
            State::Idle => {}
            _ => return Err(EINVAL),
        }
        match (socket.family, socket.local.clone()) {
            (Family::Local, None) => return Err(EDESTADDRREQ),
            (Family::Internet, None) => {
                let address = Address::Internet { host: ANY, port: 0 };
                self.bind(at, address)?;
            }
            (_, Some(address)) => {
                let reuse = self.get(at)?.settings.reuse_address;
                if self.is_in_use(at, &address, reuse)? {
                    return Err(EADDRINUSE);
                }
            }
        }
        self.get_mut(at)?.state = State::Listening {
            backlog: limit,
            waiting: VecDeque::new(),
        };
        Ok(())
    }

    /// Begins to connect, or gives a datagram socket its peer.
    pub fn connect(&mut self, at: usize, to: Address) -> Result<Progress, Errno> {
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
                let to = self.reach(at, to)?;
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
            // Both ends are in one machine by definition: there is no way to be on.
            (Family::Local, Type::Stream) => {
                let listener = self.listener(&to).ok_or(ECONNREFUSED)?;
                if !self.has_room(listener) {
                    return Ok(Progress::Full);
                }
                self.get_mut(at)?.remote = Some(to);
                let joined = self.join(at, listener);
                if joined.is_err() {
                    self.get_mut(at)?.remote = None;
                }
                joined.map(|()| Progress::Connected)
            }
        }
    }

    /// Makes an address one that can be reached, and gives the socket one to be reached at.
    fn reach(&mut self, at: usize, to: Address) -> Result<Address, Errno> {
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
        // A connection is known by its two addresses, so there is only one between them.
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

    /// Takes a datagram socket's peer away.
    pub fn disconnect(&mut self, at: usize) -> Result<(), Errno> {
        let socket = self.get_mut(at)?;
        if socket.kind == Type::Stream {
            return Err(EAFNOSUPPORT);
        }
        socket.forget_peer();
        Ok(())
    }

    /// Lets the requests arrive that are on their way. Those for which the listening socket has
    /// no room stay so, in their order.
    pub fn deliver(&mut self) {
        for _ in 0..self.requests.len() {
            if let Some(client) = self.requests.pop_front()
                && !self.answer(client)
            {
                self.requests.push_back(client);
            }
        }
    }

    /// Grants or refuses a request; false where it has to go on waiting.
    fn answer(&mut self, client: usize) -> bool {
        let Some(socket) = self.sockets.get(client) else {
            return true;
        };
        let listener = socket.remote.as_ref().and_then(|to| self.listener(to));
        let Some(listener) = listener else {
            if let Some(socket) = self.sockets.get_mut(client) {
                socket.forget_peer();
                socket.error = Some(ECONNREFUSED);
                socket.news += 1;
            }
            return true;
        };
        self.has_room(listener) && self.join(client, listener).is_ok()
    }

    /// Who listens at an address: rather there than everywhere.
    fn listener(&self, to: &Address) -> Option<usize> {
        let listening = self.sockets.iter().filter(|(_, one)| one.is_listening());
        let here = listening.filter(|(_, one)| {
            let local = one.local.as_ref();
            local.is_some_and(|local| local.overlaps(to))
        });
        let best = here.max_by_key(|(_, one)| one.local.as_ref() == Some(to));
        best.map(|(at, _)| at)
    }

    /// Whether one more connection may wait: a backlog of 0 has room for one, as on Linux.
    fn has_room(&self, listener: usize) -> bool {
        let socket = self.sockets.get(listener);
        socket.is_some_and(|socket| match &socket.state {
            State::Listening { backlog, waiting } => waiting.len() <= *backlog,
            _ => false,
        })
    }

    /// Makes the other end of a connection, which waits to be accepted.
    fn join(&mut self, client: usize, listener: usize) -> Result<(), Errno> {
        let (near, far) = (self.get(client)?, self.get(listener)?);
        let mut server = Socket::new(near.family, near.kind);
        server.settings = far.settings;
        server.local = near.remote.clone();
        server.remote = near.local.clone();
        server.accepted = true;
        server.state = State::Connected { peer: Some(client) };
        let server = self.sockets.insert(server).ok_or(ENOBUFS)?;
        let far = self.get_mut(listener)?;
        if let State::Listening { waiting, .. } = &mut far.state {
            waiting.push_back(server);
        }
        far.news += 1;
        let near = self.get_mut(client)?;
        near.state = State::Connected { peer: Some(server) };
        near.news += 1;
        Ok(())
    }

    /// The connection that has waited longest.
    pub fn waiting(&self, listener: usize) -> Result<Option<usize>, Errno> {
        let socket = self.get(listener)?;
        match &socket.state {
            _ if socket.kind != Type::Stream => Err(EOPNOTSUPP),
            State::Listening { waiting, .. } => Ok(waiting.front().copied()),
            _ => Err(EINVAL),
        }
    }

    /// Takes that connection out of the queue: from now on its owner closes it.
    pub fn accept(&mut self, listener: usize) -> Result<(), Errno> {
        if let State::Listening { waiting, .. } = &mut self.get_mut(listener)?.state {
            waiting.pop_front();
        }
        Ok(())
    }

    /// What can be read now, at most so many bytes; none at the end of the stream; `None` where
    /// nothing has arrived yet.
    pub fn peek(&mut self, at: usize, most: usize) -> Result<Option<Vec<u8>>, Errno> {
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

    /// Takes what was read: so many bytes, or one message.
    pub fn take(&mut self, at: usize, size: usize) -> Result<(), Errno> {
        let socket = self.get_mut(at)?;
        if socket.inbox.is_empty() {
            return Ok(());
        }
        socket.inbox.take(size);
        let (kind, local) = (socket.kind, socket.local.clone());
        if let State::Connected { peer: Some(peer) } = socket.state {
            self.get_mut(peer)?.news += 1;
        }
        for (_, sender) in self.sockets.iter_mut() {
            if kind == Type::Datagram && sender.kind == kind && sender.remote == local {
                sender.news += 1;
            }
        }
        Ok(())
    }

    /// How many bytes of a stream the other end takes now.
    pub fn room(&self, at: usize) -> Result<usize, Errno> {
        match self.get(at)?.state {
            State::Connected { peer: Some(peer) } => Ok(self.get(peer)?.room()),
            // TCP would take one more write before it knows; local sockets know at once.
            State::Connected { peer: None } => Err(EPIPE),
            State::Connecting => Ok(0),
            State::Idle | State::Listening { .. } => Err(ENOTCONN),
        }
    }

    /// Sends bytes for which there is room.
    pub fn push(&mut self, at: usize, bytes: &[u8]) {
        let peer = match self.get(at).map(|socket| &socket.state) {
            Ok(&State::Connected { peer: Some(peer) }) => peer,
            _ => return,
        };
        if let Some(peer) = self.sockets.get_mut(peer) {
            peer.inbox.push(bytes);
            peer.news += u64::from(!bytes.is_empty());
        }
    }

    /// Where a message of that size would go; what is known to be wrong is told before.
    pub fn destination(&mut self, at: usize, size: usize) -> Result<Address, Errno> {
        self.take_error(at)?;
        let socket = self.get(at)?;
        // Linux says ENOTCONN for local sockets; POSIX.1-2017, `send`, does not tell them apart.
        let to = socket.remote.clone().ok_or(EDESTADDRREQ)?;
        if size > socket.settings.send_buffer {
            return Err(EMSGSIZE);
        }
        Ok(to)
    }

    /// Sends a message; false where its receiver has no room and nothing may be lost.
    pub fn send(&mut self, at: usize, to: &Address, bytes: &[u8]) -> Result<bool, Errno> {
        let socket = self.get(at)?;
        let family = socket.family;
        let Some(receiver) = self.receiver(at, to)? else {
            if family == Family::Local {
                return Err(ECONNREFUSED);
            }
            // It is sent all the same; that nobody was there comes back later (`udp(7)`).
            let socket = self.get_mut(at)?;
            socket.error = socket.remote.is_some().then_some(ECONNREFUSED);
            socket.news += 1;
            return Ok(true);
        };
        let receiver = self.get_mut(receiver)?;
        if !receiver.takes_message(bytes.len()) {
            return Ok(family == Family::Internet);
        }
        receiver.inbox.push_message(bytes);
        receiver.news += 1;
        Ok(true)
    }

    /// Who gets a message: one who hears the sender alone rather than one who hears all, one at
    /// that host rather than one at any.
    fn receiver(&self, from: usize, to: &Address) -> Result<Option<usize>, Errno> {
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
            // A local socket says so where it hears somebody else (`unix(7)`, EPERM).
            None if refused && sender.family == Family::Local => Err(EPERM),
            best => Ok(best.map(|(at, _)| at)),
        }
    }

    /// What `poll` would say, and how much news there was so far.
    pub fn readiness(&self, at: usize) -> (u32, u64) {
        let Ok(socket) = self.get(at) else {
            return (0, 0);
        };
        let mut events = match &socket.state {
            // A call would answer at once, if only with an error: that is to be ready
            // (POSIX.1-2017, `select`). Linux says POLLHUP beside it.
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
        (events, socket.news)
    }

    fn takes_bytes(&self, peer: usize) -> bool {
        self.get(peer).is_ok_and(|peer| peer.room() > 0)
    }

    /// Whether a message could be sent to the peer, or be lost on the way.
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

/// Whether an address is one of this machine.
fn is_here(host: Host) -> bool {
    host == ANY || host[0] == LOOPBACK[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::socket::BUFFER_MAX;

    fn name(text: &[u8]) -> Address {
        Address::Local(text.to_vec())
    }

    fn at(port: u16) -> Address {
        let host = LOOPBACK;
        Address::Internet { host, port }
    }

    impl Network {
        fn stream(&mut self, family: Family) -> usize {
            self.open(family, Type::Stream).expect("room")
        }

        fn bound(&mut self, kind: Type, address: Address) -> usize {
            let family = match address {
                Address::Internet { .. } => Family::Internet,
                Address::Local(_) => Family::Local,
            };
            let socket = self.open(family, kind).expect("room");
            self.bind(socket, address).expect("a free address");
            socket
        }

        fn listening(&mut self, address: Address, backlog: i32) -> usize {
            let socket = self.bound(Type::Stream, address);
            self.listen(socket, backlog).expect("a listening socket");
            socket
        }

        /// A connected client and what its listener has accepted.
        fn connected(&mut self, listener: usize) -> (usize, usize) {
            let to = self.get(listener).expect("open").local.clone();
            let client = self.stream(self.get(listener).expect("open").family);
            self.connect(client, to.expect("bound")).expect("somebody");
            self.deliver();
            let server = self.waiting(listener).expect("listens").expect("waits");
            self.accept(listener).expect("listens");
            (client, server)
        }

        fn error(&self, at: usize) -> Option<Errno> {
            self.get(at).expect("open").error
        }
    }

    #[test]
    fn a_request_is_answered_when_it_arrives() {
        let mut network = Network::default();
        let client = network.stream(Family::Internet);
        assert_eq!(network.connect(client, at(80)), Ok(Progress::Requested));
        assert_eq!(network.connect(client, at(80)), Err(EALREADY));
        assert_eq!(network.readiness(client).0, 0);
        let listener = network.listening(at(80), 0);
        network.deliver();
        assert_eq!(network.connect(client, at(80)), Err(EISCONN));
        assert_eq!(network.readiness(client).0, WRITABLE);
        assert_eq!(network.readiness(listener).0, READABLE);
        let late = network.stream(Family::Internet);
        network.connect(late, at(81)).expect("a request");
        network.deliver();
        let told = POLLOUT | POLLERR | POLLHUP;
        assert_eq!(network.readiness(late).0 & told, told);
        assert_eq!(network.error(late), Some(ECONNREFUSED));
        assert_eq!(network.get(late).expect("open").local, None);
        assert_eq!(network.connect(late, at(80)), Err(ECONNREFUSED));
        assert_eq!(network.connect(late, at(80)), Ok(Progress::Requested));
    }

    #[test]
    fn a_full_backlog_lets_the_internet_wait_and_tells_local_sockets() {
        let mut network = Network::default();
        let listener = network.listening(at(80), -1);
        let clients = [0; 3].map(|_| network.stream(Family::Internet));
        for client in clients {
            network.connect(client, at(80)).expect("a request");
        }
        for served in 0..3 {
            network.deliver();
            let connecting = clients.map(|one| network.get(one).expect("open").is_connecting());
            assert_eq!(connecting, [0, 1, 2].map(|one| one > served));
            network.accept(listener).expect("listens");
        }
        network.listening(name(b"full"), 0);
        let [first, second] = [0; 2].map(|_| network.stream(Family::Local));
        let to = || name(b"full");
        assert_eq!(network.connect(first, to()), Ok(Progress::Connected));
        assert_eq!(network.connect(second, to()), Ok(Progress::Full));
        let stranger = network.connect(second, name(b"nobody"));
        assert_eq!(stranger, Err(ECONNREFUSED));
    }

    #[test]
    fn a_stream_ends_when_its_other_end_goes() {
        let mut network = Network::default();
        let listener = network.listening(name(b"x"), 0);
        let (client, server) = network.connected(listener);
        network.push(client, b"hello");
        assert_eq!(network.peek(server, 9), Ok(Some(b"hello".to_vec())));
        network.close(client);
        assert_eq!(network.peek(server, 2), Ok(Some(b"he".to_vec())));
        network.take(server, 5).expect("open");
        assert_eq!(network.peek(server, 9), Ok(Some(Vec::new())));
        assert_eq!(network.room(server), Err(EPIPE));
    }

    #[test]
    fn bytes_that_nobody_read_are_told_of_once() {
        let mut network = Network::default();
        let listener = network.listening(at(80), 1);
        let (client, server) = network.connected(listener);
        network.push(client, b"hello");
        network.close(server);
        assert_eq!(network.peek(client, 9), Err(ECONNRESET));
        assert_eq!(network.peek(client, 9), Ok(Some(Vec::new())));
        // So is a connection that nobody accepted.
        let client = network.stream(Family::Internet);
        network.connect(client, at(80)).expect("a request");
        network.deliver();
        network.close(listener);
        assert_eq!(network.error(client), Some(ECONNRESET));
    }

    #[test]
    fn what_is_closed_is_free_however_often() {
        let mut network = Network::default();
        for round in 0..30_000 {
            let listener = match round % 2 {
                0 => network.listening(name(b"x"), 1),
                _ => network.listening(at(0), 1),
            };
            let (client, server) = network.connected(listener);
            let to = network.get(listener).expect("open").local.clone();
            // One that nobody accepts, one that goes first, and one that is never answered.
            let late = [0; 3].map(|_| network.stream(network.sockets.get(client).unwrap().family));
            for one in late {
                let _ = network.connect(one, to.clone().expect("bound"));
                network.deliver();
            }
            network.close(late[0]);
            for one in [client, listener, server, late[1], late[2]] {
                network.close(one);
            }
            network.deliver();
            assert_eq!(network.sockets.iter().count(), 0, "round {round}");
            assert!(network.requests.is_empty());
        }
    }

    #[test]
    fn a_port_belongs_to_one_unless_both_share_it() {
        let mut network = Network::default();
        let any = |port| Address::Internet { host: ANY, port };
        let first = network.bound(Type::Stream, any(80));
        assert_eq!(network.bind(first, any(81)), Err(EINVAL));
        let second = network.stream(Family::Internet);
        assert_eq!(network.bind(second, at(80)), Err(EADDRINUSE));
        for one in [first, second] {
            let socket = network.get_mut(one).expect("open");
            socket.settings.reuse_address = true;
        }
        assert_eq!(network.bind(second, at(80)), Ok(()));
        assert_eq!(network.listen(first, 1), Ok(()));
        assert_eq!(network.listen(second, 1), Err(EADDRINUSE));
        network.bound(Type::Datagram, at(80));
        let far = Address::Internet {
            host: [192, 0, 2, 1],
            port: 80,
        };
        let third = network.stream(Family::Internet);
        assert_eq!(network.bind(third, far.clone()), Err(EADDRNOTAVAIL));
        assert_eq!(network.connect(third, far), Err(ENETUNREACH));
    }

    #[test]
    fn a_name_is_free_when_its_listener_goes_though_connections_stay() {
        let mut network = Network::default();
        let listener = network.listening(name(b"x"), 0);
        let (_, server) = network.connected(listener);
        let rival = network.stream(Family::Local);
        assert_eq!(network.listen(rival, 0), Err(EDESTADDRREQ));
        assert_eq!(network.bind(rival, name(b"x")), Err(EADDRINUSE));
        network.close(listener);
        assert_eq!(network.bind(rival, name(b"x")), Ok(()));
        assert_eq!(network.get(server).expect("open").local, Some(name(b"x")));
    }

    #[test]
    fn internet_messages_are_lost_and_local_ones_wait() {
        let mut network = Network::default();
        for (address, lost) in [(at(53), true), (name(b"x"), false)] {
            let receiver = network.bound(Type::Datagram, address.clone());
            let family = network.get(receiver).expect("open").family;
            let sender = network.open(family, Type::Datagram).expect("room");
            assert_eq!(network.destination(sender, 1), Err(EDESTADDRREQ));
            network.connect(sender, address.clone()).expect("somebody");
            let message = [7; 4_096];
            let size = network.get(sender).expect("open").settings.send_buffer;
            assert_eq!(network.destination(sender, size + 1), Err(EMSGSIZE));
            let to = network.destination(sender, message.len()).expect("a peer");
            assert_eq!(network.send(sender, &to, &message), Ok(true));
            assert_eq!(network.send(sender, &to, &message), Ok(lost));
            network.take(receiver, 1).expect("open");
            assert_eq!(network.peek(receiver, 9), Ok(None));
            network.close(receiver);
            let gone = network.send(sender, &to, &message);
            assert_eq!(gone, if lost { Ok(true) } else { Err(ECONNREFUSED) });
            let told = network.take_error(sender);
            assert_eq!(told, if lost { Err(ECONNREFUSED) } else { Ok(()) });
        }
    }

    #[test]
    fn a_datagram_socket_with_a_peer_hears_it_alone() {
        let mut network = Network::default();
        for [own, peer, other] in [[1, 2, 3].map(at), [b"1", b"2", b"3"].map(|one| name(one))] {
            let [receiver, friend, stranger] =
                [&own, &peer, &other].map(|one| network.bound(Type::Datagram, one.clone()));
            network.connect(receiver, peer).expect("somebody");
            assert_eq!(network.send(friend, &own, b"yes"), Ok(true));
            let heard = network.send(stranger, &own, b"no");
            let local = matches!(own, Address::Local(_));
            assert_eq!(heard, if local { Err(EPERM) } else { Ok(true) });
            network.take(receiver, 3).expect("open");
            assert_eq!(network.peek(receiver, 9), Ok(None));
        }
    }

    /// What must hold between sockets, whatever is done to them in whatever order.
    fn assert_sound(network: &Network) {
        for (at, socket) in network.sockets.iter() {
            match &socket.state {
                State::Connected { peer: Some(peer) } => {
                    let back = &network.get(*peer).expect("the peer is there").state;
                    assert!(matches!(back, State::Connected { peer: Some(one) } if *one == at));
                }
                State::Connecting => assert!(network.requests.contains(&at)),
                State::Listening { waiting, .. } => {
                    assert!(
                        waiting
                            .iter()
                            .all(|&one| network.get(one).expect("open").accepted)
                    );
                }
                _ => {}
            }
            assert!(socket.inbox.is_empty() || socket.room() < BUFFER_MAX);
        }
        let requests = network.requests.iter();
        let mut requests = requests.map(|&one| network.get(one).expect("open"));
        assert!(requests.all(Socket::is_connecting));
    }

    #[test]
    fn no_order_of_calls_confuses_the_ends() {
        let mut network = Network::default();
        let mut owned = Vec::new();
        let mut seed = 1_u64;
        let mut any = |most: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as usize % most
        };
        for _ in 0..50_000 {
            let kind = [Type::Stream, Type::Datagram][any(4) / 3];
            let (family, address) = match any(2) {
                0 => (Family::Internet, at(80 + any(3) as u16)),
                _ => (Family::Local, name(&[any(3) as u8])),
            };
            if owned.len() < 20 {
                owned.push(network.open(family, kind).expect("room"));
            }
            let place = any(owned.len());
            let one = owned[place];
            // Whether a call is right does not matter here, only what it leaves behind.
            let _ = match any(10) {
                0 => network.bind(one, address),
                1 => network.listen(one, any(3) as i32),
                2 | 3 if network.get(one).expect("open").family == family => {
                    network.connect(one, address).map(drop)
                }
                4 => {
                    if let Ok(Some(connection)) = network.waiting(one) {
                        owned.push(connection);
                    }
                    network.accept(one)
                }
                5 => {
                    let room = network.room(one).unwrap_or(0);
                    network.push(one, &[7; 100][..room.min(100)]);
                    network.take(one, usize::from(room % 2 == 0))
                }
                6 => network.send(one, &address, b"message").map(drop),
                7 => network.disconnect(one),
                8 => {
                    network.deliver();
                    Ok(())
                }
                _ => {
                    network.close(owned.swap_remove(place));
                    Ok(())
                }
            };
            assert_sound(&network);
        }
        for one in owned {
            network.close(one);
        }
        assert_eq!(network.sockets.iter().count(), 0);
    }

    #[test]
    fn there_are_only_so_many_sockets() {
        let mut network = Network::default();
        let listener = network.listening(at(80), SOMAXCONN);
        while let Ok(client) = network.open(Family::Internet, Type::Stream) {
            network.connect(client, at(80)).expect("a port");
        }
        // Requests for which there is no socket left wait like those without a place.
        network.deliver();
        assert_eq!(network.waiting(listener), Ok(None));
        assert_eq!(network.requests.len(), SOCKETS_MAX - 1);
        assert_eq!(network.open(Family::Local, Type::Stream), Err(ENOBUFS));
    }
}
