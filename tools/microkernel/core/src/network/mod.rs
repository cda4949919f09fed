//! The network of one machine: ports, names, connections, and what passes between sockets.
//!
//! Nothing leaves the machine. A request to connect over the Internet family is on its way until
//! the kernel polls what is blocked ([`Network::deliver`]): the caller of a blocking `connect`
//! waits for it as for anything else, and that of a non-blocking one is told EINPROGRESS. Nothing
//! is lost on the way, so that no request is ever too old. A port or name is in use as long as a
//! socket has it: there is no other table that could forget to give it back.

pub(crate) mod connection;
pub(crate) mod socket;
#[cfg(test)]
mod tests;
mod transfer;

use alloc::collections::VecDeque;

use crate::linux::Errno;
use crate::linux::errno::*;
use crate::network::socket::{ANY, Address, Family, Host, LOOPBACK, Socket, State, Type};
use crate::slab::Slab;

/// How many sockets there may be, with those that wait to be accepted. Each may have a full
/// buffer, and all of them must fit into the kernel's memory.
const SOCKETS_MAX: usize = 256;
/// The largest backlog; larger ones count as this (POSIX.1-2017, `listen`).
pub(crate) const SOMAXCONN: i32 = 32;
/// The ports that are given out to those who name none (`ip(7)`, `ip_local_port_range`).
const EPHEMERAL: core::ops::RangeInclusive<u16> = 32_768..=60_999;

/// All sockets.
#[derive(Debug)]
pub(crate) struct Network {
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
    pub(crate) fn open(&mut self, family: Family, kind: Type) -> Result<usize, Errno> {
        let socket = Socket::new(family, kind);
        self.sockets.insert(socket).ok_or(ENOBUFS)
    }

    pub(crate) fn get(&self, at: usize) -> Result<&Socket, Errno> {
        self.sockets.get(at).ok_or(EBADF)
    }

    pub(crate) fn get_mut(&mut self, at: usize) -> Result<&mut Socket, Errno> {
        self.sockets.get_mut(at).ok_or(EBADF)
    }

    /// Ends a socket; its peer, and those who wait to be accepted, learn of it.
    pub(crate) fn close(&mut self, at: usize) {
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
            socket.edge_count += 1;
        }
    }

    /// An error that came between two calls is told once.
    pub(crate) fn take_error(&mut self, at: usize) -> Result<(), Errno> {
        self.get_mut(at)?.error.take().map_or(Ok(()), Err)
    }

    pub(crate) fn bind(&mut self, at: usize, address: Address) -> Result<(), Errno> {
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

    pub(crate) fn listen(&mut self, at: usize, backlog: i32) -> Result<(), Errno> {
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
}

/// Whether an address is one of this machine.
fn is_here(host: Host) -> bool {
    host == ANY || host[0] == LOOPBACK[0]
}
