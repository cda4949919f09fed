//! Calls that send and receive messages: `sendto`, `recvfrom`, `sendmsg`, `recvmsg`; `socketpair`
//! and `shutdown`.

use alloc::vec::Vec;

use crate::calls::sockets::sockaddr::{Name, encode};
use crate::kernel::user::Piece;
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::flags::{AF_UNIX, O_NONBLOCK};
use crate::linux::messages::*;
use crate::linux::{SI_USER, SIGPIPE};
use crate::machine::Machine;
use crate::network::socket::{Address, Family, Type};
use crate::objects::Description;
use crate::tasks::signal::SigInfo;
use crate::tasks::thread::Syscall;

/// The parts of a message beside the bytes that are sent.
#[derive(Debug, Default)]
pub(crate) struct Extra {
    pub to: Option<Address>,
    /// Descriptions, to which the message gets references when it is sent.
    pub rights: Vec<usize>,
    /// MSG_NOSIGNAL.
    pub no_signal: bool,
}

/// The parts of a message beside the bytes that were received.
#[derive(Debug, Default)]
pub(super) struct Arrived {
    pub size: i64,
    /// MSG_TRUNC.
    pub flags: i64,
    pub from: Option<Address>,
    pub rights: Vec<usize>,
}

impl<M: Machine> Kernel<M> {
    pub(crate) fn socketpair(&mut self, family: i32, kind: i32, protocol: i32, pair: u64) -> Reply {
        if i64::from(family) != AF_UNIX {
            // Linux knows AF_INET, which has no pairs.
            let known = i64::from(family) == crate::linux::flags::AF_INET;
            return Err(if known { EOPNOTSUPP } else { EAFNOSUPPORT }.into());
        }
        let one = self.socket(family, kind, protocol)? as i32;
        let other = match self.socket(family, kind, protocol) {
            Ok(other) => other as i32,
            Err(stop) => {
                self.close(one)?;
                return Err(stop);
            }
        };
        let mut bytes = one.to_le_bytes().to_vec();
        bytes.extend(other.to_le_bytes());
        if let Err(stop) = self.write_user(pair, &bytes) {
            self.close(one)?;
            self.close(other)?;
            return Err(stop);
        }
        let (first, _) = self.socket_of(one)?;
        let (second, _) = self.socket_of(other)?;
        self.objects.network.join(first, second)?;
        Ok(0)
    }

    pub(crate) fn shutdown(&mut self, fd: i32, how: i64) -> Reply {
        let (at, _) = self.socket_of(fd)?;
        let (input, output) = match how {
            SHUT_RD => (true, false),
            SHUT_WR => (false, true),
            SHUT_RDWR => (true, true),
            _ => return Err(EINVAL.into()),
        };
        self.objects.network.shut_down(at, input, output)?;
        Ok(0)
    }

    pub(crate) fn sendto(&mut self, call: &mut Syscall) -> Reply {
        let [fd, buffer, size, flags, name, name_size] = call.args;
        let (at, _) = self.socket_of(fd as i32)?;
        let pieces = crate::calls::io::one_piece::<M>(buffer, size)?;
        let extra = Extra {
            to: self.destination(at, name, name_size)?,
            ..Extra::default()
        };
        self.send_pieces(call, fd as i32, &pieces, flags as i64, extra)
    }

    /// The address to which a message goes; `None` where the call has none.
    pub(super) fn destination(
        &mut self,
        at: usize,
        name: u64,
        size: u64,
    ) -> Result<Option<Address>, Stop> {
        if name == 0 {
            return Ok(None);
        }
        let family = self.objects.network.get(at)?.family;
        match self.read_name(family, name, size)? {
            Name::Null => Err(EAFNOSUPPORT.into()),
            Name::Address(address) => Ok(Some(address)),
            Name::Path(path) => self.path_address(path).map(Some),
        }
    }

    /// Sends a list of buffers.
    pub(super) fn send_pieces(
        &mut self,
        call: &mut Syscall,
        fd: i32,
        pieces: &[Piece],
        flags: i64,
        mut extra: Extra,
    ) -> Reply {
        let (at, mut to) = self.socket_of(fd)?;
        if flags & MSG_OOB != 0 {
            return Err(EOPNOTSUPP.into());
        }
        if flags & MSG_DONTWAIT != 0 {
            to.flags |= O_NONBLOCK;
        }
        extra.no_signal = flags & MSG_NOSIGNAL != 0;
        let socket = self.objects.network.get(at)?;
        if socket.kind.has_messages() {
            return self.write_message(call, to, at, pieces, &extra);
        }
        if extra.to.is_some() && socket.family == Family::Local {
            let connected = socket.has_peer();
            return Err(if connected { EISCONN } else { EOPNOTSUPP }.into());
        }
        let size = pieces.iter().map(|piece| piece.1).sum();
        self.write_stream(call, to, pieces, size, &extra)
    }

    /// Sends one message to its destination, or to the peer.
    pub(crate) fn write_message(
        &mut self,
        call: &mut Syscall,
        from: Description,
        at: usize,
        pieces: &[Piece],
        extra: &Extra,
    ) -> Reply {
        let size: u64 = pieces.iter().map(|piece| piece.1).sum();
        let network = &mut self.objects.network;
        let to = network.destination(at, extra.to.clone(), size as usize)?;
        let mut bytes = Vec::new();
        for &(address, size) in pieces {
            bytes.extend(self.read_bytes(address, size as usize)?);
        }
        for &description in &extra.rights {
            self.objects.share(description);
        }
        let rights = extra.rights.clone();
        let sent = self.objects.network.send(at, to.as_ref(), &bytes, rights);
        let (returned, error) = match sent {
            Ok(Ok(())) => return Ok(size as i64),
            Ok(Err(rights)) => (rights, None),
            Err(errno) => (extra.rights.clone(), Some(errno)),
        };
        for description in returned {
            self.objects.release(description);
        }
        if let Some(errno) = error {
            return Err(errno.into());
        }
        let timeout = self.objects.network.get(at)?.settings.send_timeout;
        Err(self.would_block(call, from, timeout))
    }

    /// EPIPE, and SIGPIPE unless the call forbids it.
    pub(crate) fn broken_pipe(&mut self, no_signal: bool) -> Stop {
        if !no_signal {
            let (tid, process) = (self.current, self.thread().process);
            self.send_to(tid, SigInfo::sent(SIGPIPE, SI_USER, process));
        }
        EPIPE.into()
    }

    pub(crate) fn recvfrom(&mut self, call: &mut Syscall) -> Reply {
        let [fd, buffer, size, flags, name, name_size] = call.args;
        let (at, from) = self.socket_of(fd as i32)?;
        let pieces = crate::calls::io::one_piece::<M>(buffer, size)?;
        let arrived = self.receive(call, from, at, &pieces, flags as i64)?;
        self.drop_rights(&arrived.rights);
        if name != 0 {
            let bytes = self.sender(at, &arrived)?;
            self.write_name(&bytes, name, name_size)?;
        }
        Ok(arrived.size)
    }

    /// The address of a message's sender; empty where it has none, and for a stream.
    pub(super) fn sender(&mut self, at: usize, arrived: &Arrived) -> Result<Vec<u8>, Stop> {
        let family = self.objects.network.get(at)?.family;
        let from = arrived.from.as_ref();
        Ok(from.map_or(Vec::new(), |from| encode(family, Some(from))))
    }

    fn drop_rights(&mut self, rights: &[usize]) {
        for &description in rights {
            self.objects.release(description);
        }
    }

    /// Reads from a stream as many bytes as have arrived, or one message.
    pub(crate) fn read_socket(
        &mut self,
        call: &mut Syscall,
        from: Description,
        at: usize,
        pieces: &[Piece],
    ) -> Reply {
        let arrived = self.receive(call, from, at, pieces, 0)?;
        self.drop_rights(&arrived.rights);
        Ok(arrived.size)
    }

    pub(super) fn receive(
        &mut self,
        call: &mut Syscall,
        mut from: Description,
        at: usize,
        pieces: &[Piece],
        flags: i64,
    ) -> Result<Arrived, Stop> {
        let has = |flag: i64| flags & flag != 0;
        if has(MSG_OOB) {
            return Err(EINVAL.into());
        }
        if has(MSG_DONTWAIT) {
            from.flags |= O_NONBLOCK;
        }
        let size = pieces.iter().map(|piece| piece.1).sum::<u64>();
        let kind = self.objects.network.get(at)?.kind;
        let done = call.done;
        let progress = Arrived {
            size: done as i64,
            ..Arrived::default()
        };
        if kind == Type::Stream && done >= size {
            return Ok(progress);
        }
        let timeout = self.objects.network.get(at)?.settings.receive_timeout;
        let found = self
            .objects
            .network
            .peek(at, (size - done.min(size)) as usize);
        let found = match found {
            Ok(Some(found)) => found,
            Ok(None) => {
                return match self.would_block(call, from, timeout) {
                    Stop::Error(_) if done > 0 => Ok(progress),
                    stop => Err(stop),
                };
            }
            Err(_) if done > 0 => return Ok(progress),
            Err(errno) => return Err(errno.into()),
        };
        let stored = self.store_pieces(pieces, done, &found.bytes, kind == Type::Stream)?;
        let is_cut = kind.has_messages() && found.size > found.bytes.len();
        let mut arrived = Arrived {
            size: (done as usize + stored) as i64,
            flags: if is_cut { MSG_TRUNC } else { 0 },
            from: found.from,
            rights: Vec::new(),
        };
        if is_cut && has(MSG_TRUNC) {
            arrived.size = found.size as i64;
        }
        if has(MSG_PEEK) {
            return Ok(arrived);
        }
        arrived.rights = self.objects.network.take(at, stored)?;
        let waits = has(MSG_WAITALL) && kind == Type::Stream && arrived.rights.is_empty();
        if waits && stored > 0 && (arrived.size as u64) < size {
            call.done += stored as u64;
            return match self.would_block(call, from, timeout) {
                Stop::Error(_) => Ok(arrived),
                stop => Err(stop),
            };
        }
        Ok(arrived)
    }

    /// Stores received bytes in a list of buffers, behind those that are stored already; returns
    /// their number. Bytes of a stream that cannot be stored stay there; a message is not split.
    fn store_pieces(
        &mut self,
        pieces: &[Piece],
        behind: u64,
        bytes: &[u8],
        stream: bool,
    ) -> Result<usize, Stop> {
        let mut skip = behind;
        let mut done = 0;
        for &(address, size) in pieces {
            let from = skip.min(size);
            skip -= from;
            let end = bytes.len().min(done + (size - from) as usize);
            match self.write_user(address + from, &bytes[done..end]) {
                Err(_) if done > 0 && stream => break,
                written => written?,
            }
            done = end;
        }
        Ok(done)
    }
}
