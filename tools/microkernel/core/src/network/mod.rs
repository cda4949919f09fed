//! The network of one machine: ports, names, connections, and the data between sockets.
//!
//! There is no network device. A request to connect over the Internet family is answered when the
//! scheduler polls blocked calls ([`Network::deliver`]): a blocking `connect` waits for it, a
//! non-blocking one returns EINPROGRESS. No request is lost, so that none times out. A port or a
//! name is in use as long as a socket has it; there is no other table of them.

pub(crate) mod connection;
pub(crate) mod socket;
#[cfg(test)]
mod tests;
mod transfer;

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::linux::Errno;
use crate::linux::errno::*;
use crate::network::socket::{ANY, Address, Family, Host, LOOPBACK, Socket, State, Type};
use crate::slab::Slab;

/// The largest number of sockets, with those that wait to be accepted. The kernel's memory must
/// hold a full buffer for each.
const SOCKETS_MAX: usize = 256;
/// The largest backlog; larger ones count as this (POSIX.1-2017, `listen`).
pub(crate) const SOMAXCONN: i32 = 32;
/// The ports that are assigned to sockets without one (`ip(7)`, `ip_local_port_range`).
const EPHEMERAL: core::ops::RangeInclusive<u16> = 32_768..=60_999;

/// All sockets.
#[derive(Debug)]
pub(crate) struct Network {
    sockets: Slab<Socket>,
    /// Sockets whose requests to connect are not answered yet.
    requests: VecDeque<usize>,
    /// Descriptions in messages that nobody will read: they are to be released.
    pub dropped: Vec<usize>,
    /// The next ephemeral port to try, so that a port is not reused at once.
    next_port: u16,
}

impl Default for Network {
    fn default() -> Network {
        Network {
            sockets: Slab::new(SOCKETS_MAX),
            requests: VecDeque::new(),
            dropped: Vec::new(),
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

    /// Removes a socket; its peer and the connections in its queue are hung up.
    pub(crate) fn close(&mut self, at: usize) {
        let Some(mut socket) = self.sockets.remove(at) else {
            return;
        };
        self.requests.retain(|&one| one != at);
        let unread = !socket.inbox.is_empty();
        self.dropped.extend(socket.inbox.clear());
        match socket.state {
            State::Connected { peer: Some(peer) } => {
                // Data that was never read is lost: the sender gets an error.
                self.hang_up(peer, unread);
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

    /// Disconnects a socket whose peer is gone.
    fn hang_up(&mut self, at: usize, reset: bool) {
        if let Some(socket) = self.sockets.get_mut(at) {
            socket.state = State::Connected { peer: None };
            if reset {
                socket.error = Some(ECONNRESET);
            }
            socket.edge_count += 1;
        }
    }

    /// Takes a pending error, which is reported once.
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

    /// True where another socket of the type has the address. SO_REUSEADDR on both lets them share
    /// an Internet address, but not with a listening socket (`socket(7)`).
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
                // Only connections that the bound socket has accepted share its name.
                Family::Local => other.accepted,
            };
            other.kind == kind && overlaps && !shared
        }))
    }

    /// An address with a free port.
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
        if !socket.kind.is_connected() {
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

/// True for an address of this machine.
fn is_here(host: Host) -> bool {
    host == ANY || host[0] == LOOPBACK[0]
}
