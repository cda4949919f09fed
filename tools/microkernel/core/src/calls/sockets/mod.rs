//! Calls that open, bind, connect and configure sockets; reading from and writing to them.

mod control;
pub(super) mod messages;
mod sockaddr;

use alloc::vec::Vec;

use crate::calls::sockets::sockaddr::{Name, encode};
use crate::files::inode::Kind;
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::flags::*;
use crate::linux::fs::{AT_FDCWD, MAY_WRITE};
use crate::linux::layout::TIMEVAL_SIZE;
use crate::linux::messages::*;
use crate::linux::{SO_SNDBUF, SO_SNDTIMEO, SOCK_TYPE_MASK};
use crate::machine::Machine;
use crate::network::connection::Progress;
use crate::network::socket::{Address, BUFFER_MAX, BUFFER_MIN, Credentials, Family, Type};
use crate::objects::{Description, Object};
use crate::tasks::thread::Syscall;
use crate::tasks::timer::SECOND;

const INT_SIZE: i32 = 4;

impl<M: Machine> Kernel<M> {
    pub(crate) fn socket(&mut self, family: i32, kind: i32, protocol: i32) -> Reply {
        let flags = i64::from(kind) & !SOCK_TYPE_MASK;
        check_flags(flags)?;
        let family = match i64::from(family) {
            AF_INET => Family::Internet,
            AF_UNIX => Family::Local,
            _ => return Err(EAFNOSUPPORT.into()),
        };
        let (kind, own) = match (i64::from(kind) & SOCK_TYPE_MASK, family) {
            (SOCK_STREAM, Family::Internet) => (Type::Stream, IPPROTO_TCP),
            (SOCK_DGRAM, Family::Internet) => (Type::Datagram, IPPROTO_UDP),
            (SOCK_STREAM, Family::Local) => (Type::Stream, 0),
            (SOCK_DGRAM, Family::Local) => (Type::Datagram, 0),
            (SOCK_SEQPACKET, Family::Local) => (Type::Sequence, 0),
            (_, Family::Local) => return Err(ESOCKTNOSUPPORT.into()),
            _ => return Err(EPROTOTYPE.into()),
        };
        // POSIX.1-2017 requires EPROTOTYPE where the protocol has another type; Linux returns this.
        if protocol != 0 && i64::from(protocol) != own {
            return Err(EPROTONOSUPPORT.into());
        }
        let at = self.objects.network.open(family, kind)?;
        let owner = Credentials {
            process: self.thread().process,
            user: self.process().user.effective,
            group: self.process().group_id.effective,
        };
        self.objects.network.get_mut(at)?.owner = owner;
        let installed = self.install_socket(at, flags);
        if installed.is_err() {
            self.objects.network.close(at);
        }
        installed
    }

    /// Gives a socket a description and a descriptor; an error leaves the socket unchanged.
    fn install_socket(&mut self, at: usize, flags: i64) -> Reply {
        let status = O_RDWR
            | if flags & SOCK_NONBLOCK != 0 {
                O_NONBLOCK
            } else {
                0
            };
        let description = self.objects.describe(Object::Socket(at), status);
        let description = description.ok_or(ENFILE)?;
        let installed = self.install(description, 0, flags & SOCK_CLOEXEC != 0);
        if installed.is_err() {
            self.objects.descriptions.remove(description);
        }
        installed
    }

    /// The socket that a descriptor refers to, and its description.
    pub(crate) fn socket_of(&mut self, fd: i32) -> Result<(usize, Description), Stop> {
        let (_, description) = self.lookup(fd)?;
        match description.object {
            Object::Socket(at) => Ok((at, description)),
            _ => Err(ENOTSOCK.into()),
        }
    }

    pub(crate) fn bind(&mut self, fd: i32, address: u64, size: u64) -> Reply {
        let (at, _) = self.socket_of(fd)?;
        let family = self.objects.network.get(at)?.family;
        match self.read_name(family, address, size)? {
            Name::Null => Err(EAFNOSUPPORT.into()),
            Name::Address(address) => {
                self.objects.network.bind(at, address)?;
                Ok(0)
            }
            Name::Path(path) => self.bind_path(at, path),
        }
    }

    /// Creates the file that names a socket.
    fn bind_path(&mut self, at: usize, name: Vec<u8>) -> Reply {
        if self.objects.network.get(at)?.local.is_some() {
            return Err(EINVAL.into());
        }
        let place = self.walk(AT_FDCWD, &name, false)?;
        if place.inode.is_some() {
            return Err(EADDRINUSE.into());
        }
        let who = self.who();
        let mode = 0o777 & !self.process().place.borrow().umask;
        let kind = Kind::Special(S_IFSOCK as u32);
        let inode = self.objects.files.make(&place, kind, mode, who)?;
        self.objects.files.open(inode);
        let address = Address::Path { name, inode };
        self.objects.network.bind(at, address)?;
        Ok(0)
    }

    /// The address of the socket that a path names.
    pub(crate) fn path_address(&mut self, name: Vec<u8>) -> Result<Address, Stop> {
        let inode = self.find(AT_FDCWD, &name, true)?;
        let who = self.who();
        let files = &self.objects.files;
        if files.get(inode)?.format() != S_IFSOCK as u32 {
            return Err(ECONNREFUSED.into());
        }
        files.check(inode, MAY_WRITE, who)?;
        Ok(Address::Path { name, inode })
    }

    pub(crate) fn listen(&mut self, fd: i32, backlog: i32) -> Reply {
        let (at, _) = self.socket_of(fd)?;
        self.objects.network.listen(at, backlog)?;
        Ok(0)
    }

    pub(crate) fn accept(&mut self, call: &mut Syscall, fd: i32, address: u64, size: u64) -> Reply {
        self.accept4(call, fd, address, size, 0)
    }

    /// The connection leaves the queue last, so that a call that fails does not lose it.
    pub(crate) fn accept4(
        &mut self,
        call: &mut Syscall,
        fd: i32,
        address: u64,
        size: u64,
        flags: i32,
    ) -> Reply {
        check_flags(flags.into())?;
        let (at, description) = self.socket_of(fd)?;
        let Some(connection) = self.objects.network.waiting(at)? else {
            let timeout = self.objects.network.get(at)?.settings.receive_timeout;
            return Err(self.would_block(call, description, timeout));
        };
        if address != 0 {
            let peer = self.objects.network.get(connection)?;
            let bytes = encode(peer.family, peer.remote.as_ref());
            self.write_name(&bytes, address, size)?;
        }
        let installed = self.install_socket(connection, flags.into())?;
        self.objects.network.accept(at)?;
        Ok(installed)
    }

    pub(crate) fn connect(
        &mut self,
        call: &mut Syscall,
        fd: i32,
        address: u64,
        size: u64,
    ) -> Reply {
        let (at, description) = self.socket_of(fd)?;
        let socket = self.objects.network.get(at)?;
        let (family, timeout) = (socket.family, socket.settings.send_timeout);
        if !call.queued {
            let progress = match self.read_name(family, address, size)? {
                Name::Null => {
                    self.objects.network.disconnect(at)?;
                    return Ok(0);
                }
                Name::Address(to) => self.objects.network.connect(at, to)?,
                Name::Path(path) => {
                    let to = self.path_address(path)?;
                    self.objects.network.connect(at, to)?
                }
            };
            match progress {
                Progress::Connected => return Ok(0),
                Progress::Full => return Err(self.would_block(call, description, timeout)),
                // From here on the call only waits for the outcome; a signal does not cancel the
                // request.
                Progress::Requested => call.queued = true,
            }
        }
        if self.objects.network.get(at)?.is_connecting() {
            return match self.would_block(call, description, timeout) {
                Stop::Error(_) => Err(EINPROGRESS.into()),
                stop => Err(stop),
            };
        }
        self.objects.network.take_error(at)?;
        Ok(0)
    }

    pub(crate) fn getsockname(&mut self, fd: i32, address: u64, size: u64) -> Reply {
        let (at, _) = self.socket_of(fd)?;
        let socket = self.objects.network.get(at)?;
        let bytes = encode(socket.family, socket.local.as_ref());
        self.write_name(&bytes, address, size)
    }

    pub(crate) fn getpeername(&mut self, fd: i32, address: u64, size: u64) -> Reply {
        let (at, _) = self.socket_of(fd)?;
        let socket = self.objects.network.get(at)?;
        if !socket.has_peer() {
            return Err(ENOTCONN.into());
        }
        let bytes = encode(socket.family, socket.remote.as_ref());
        self.write_name(&bytes, address, size)
    }

    pub(crate) fn setsockopt(
        &mut self,
        fd: i32,
        level: i32,
        option: i32,
        value: u64,
        size: i32,
    ) -> Reply {
        let (at, _) = self.socket_of(fd)?;
        let option = i64::from(option);
        if i64::from(level) != SOL_SOCKET {
            return Err(ENOPROTOOPT.into());
        }
        let mut settings = self.objects.network.get(at)?.settings;
        match option {
            SO_REUSEADDR => settings.reuse_address = self.read_int(value, size)? != 0,
            SO_KEEPALIVE => settings.keep_alive = self.read_int(value, size)? != 0,
            SO_SNDBUF => settings.send_buffer = buffer(self.read_int(value, size)?),
            SO_RCVBUF => settings.receive_buffer = buffer(self.read_int(value, size)?),
            SO_SNDTIMEO => settings.send_timeout = self.read_timeout(value, size)?,
            SO_RCVTIMEO => settings.receive_timeout = self.read_timeout(value, size)?,
            SO_PASSCRED => settings.pass_credentials = self.read_int(value, size)? != 0,
            _ => return Err(ENOPROTOOPT.into()),
        }
        self.objects.network.get_mut(at)?.settings = settings;
        Ok(0)
    }

    pub(crate) fn getsockopt(
        &mut self,
        fd: i32,
        level: i32,
        option: i32,
        value: u64,
        size: u64,
    ) -> Reply {
        let (at, _) = self.socket_of(fd)?;
        let option = i64::from(option);
        let room = self.read_length(size)?;
        if i64::from(level) != SOL_SOCKET {
            return Err(ENOPROTOOPT.into());
        }
        let socket = self.objects.network.get(at)?;
        let settings = socket.settings;
        let int = |value: i64| (value as i32).to_le_bytes().to_vec();
        let bytes = match option {
            SO_TYPE => int(match socket.kind {
                Type::Stream => SOCK_STREAM,
                Type::Datagram => SOCK_DGRAM,
                Type::Sequence => SOCK_SEQPACKET,
            }),
            SO_DOMAIN => int(match socket.family {
                Family::Internet => AF_INET,
                Family::Local => AF_UNIX,
            }),
            SO_PROTOCOL => int(match (socket.family, socket.kind) {
                (Family::Local, _) => 0,
                (Family::Internet, Type::Datagram) => IPPROTO_UDP,
                (Family::Internet, _) => IPPROTO_TCP,
            }),
            SO_PASSCRED => int(settings.pass_credentials.into()),
            SO_PEERCRED => {
                let owner = self.objects.network.peer_owner(at);
                let known = owner.map_or([0, u32::MAX, u32::MAX], |one| {
                    [one.process as u32, one.user, one.group]
                });
                known.iter().flat_map(|word| word.to_le_bytes()).collect()
            }
            SO_ERROR => int(socket.error.map_or(0, |error| error.0.into())),
            SO_ACCEPTCONN => int(socket.is_listening().into()),
            SO_REUSEADDR => int(settings.reuse_address.into()),
            SO_KEEPALIVE => int(settings.keep_alive.into()),
            SO_SNDBUF => int(settings.send_buffer as i64),
            SO_RCVBUF => int(settings.receive_buffer as i64),
            SO_SNDTIMEO => timeval(settings.send_timeout),
            SO_RCVTIMEO => timeval(settings.receive_timeout),
            _ => return Err(ENOPROTOOPT.into()),
        };
        // A value longer than the buffer is truncated, and so is its length.
        let bytes = &bytes[..bytes.len().min(room)];
        self.write_user(value, bytes)?;
        self.write_u32(size, bytes.len() as u32)?;
        if option == SO_ERROR {
            self.objects.network.get_mut(at)?.error = None;
        }
        Ok(0)
    }

    /// Reads an option of type `int`.
    fn read_int(&mut self, address: u64, size: i32) -> Result<i32, Stop> {
        if size < INT_SIZE {
            return Err(EINVAL.into());
        }
        Ok(self.read_u32(address)? as i32)
    }

    /// Reads an option of type `timeval`, in nanoseconds.
    fn read_timeout(&mut self, address: u64, size: i32) -> Result<u64, Stop> {
        if i64::from(size) < TIMEVAL_SIZE {
            return Err(EINVAL.into());
        }
        let [seconds, micros] = self.read_words(address)?;
        if (seconds as i64) < 0 || micros >= 1_000_000 {
            return Err(EDOM.into());
        }
        Ok(seconds
            .saturating_mul(SECOND)
            .saturating_add(micros * 1_000))
    }
}

/// Checks the flags of `socket` and `accept4`.
fn check_flags(flags: i64) -> Result<(), Stop> {
    if flags & !(SOCK_NONBLOCK | SOCK_CLOEXEC) != 0 {
        return Err(EINVAL.into());
    }
    Ok(())
}

/// A buffer size within the limits, as near as possible to the requested one.
fn buffer(size: i32) -> usize {
    usize::try_from(size)
        .unwrap_or(0)
        .clamp(BUFFER_MIN, BUFFER_MAX)
}

/// Encodes a `timeval`.
fn timeval(nanoseconds: u64) -> Vec<u8> {
    let words = [nanoseconds / SECOND, nanoseconds % SECOND / 1_000];
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}
