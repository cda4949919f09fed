//! `sendmsg` and `recvmsg`, and the control messages that carry descriptors and credentials.

use alloc::vec::Vec;

use crate::calls::sockets::messages::Extra;
use crate::kernel::user::Piece;
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::flags::SOL_SOCKET;
use crate::linux::messages::*;
use crate::machine::Machine;
use crate::tasks::thread::Syscall;

/// The size of `struct cmsghdr` in bytes.
const HEADER: usize = 16;
/// The most descriptors in one message (`unix(7)`, SCM_MAX_FD).
const RIGHTS_MAX: usize = 253;

/// A `struct msghdr`.
struct Header {
    name: u64,
    name_size: u64,
    pieces: Vec<Piece>,
    control: u64,
    control_size: u64,
}

impl<M: Machine> Kernel<M> {
    fn read_header(&mut self, address: u64) -> Result<Header, Stop> {
        let words = self.read_words::<7>(address)?;
        Ok(Header {
            name: words[0],
            name_size: u64::from(words[1] as u32),
            pieces: self
                .pieces_of(words[2], words[3])
                .map_err(|stop| match stop {
                    Stop::Error(EINVAL) if words[3] > 1_024 => EMSGSIZE.into(),
                    stop => stop,
                })?,
            control: words[4],
            control_size: words[5],
        })
    }

    pub(crate) fn sendmsg(&mut self, call: &mut Syscall) -> Reply {
        let [fd, header, flags, ..] = call.args;
        let (at, _) = self.socket_of(fd as i32)?;
        let header = self.read_header(header)?;
        let extra = Extra {
            to: self.destination(at, header.name, header.name_size)?,
            // A call that goes on has sent them.
            rights: match call.done {
                0 => self.read_rights(&header)?,
                _ => Vec::new(),
            },
            no_signal: false,
        };
        self.send_pieces(call, fd as i32, &header.pieces, flags as i64, extra)
    }

    /// Reads the descriptors of the control messages.
    fn read_rights(&mut self, header: &Header) -> Result<Vec<usize>, Stop> {
        let mut rights = Vec::new();
        if header.control == 0 || header.control_size < HEADER as u64 {
            return Ok(rights);
        }
        if header.control_size > 4_096 {
            return Err(ENOBUFS.into());
        }
        let bytes = self.read_bytes(header.control, header.control_size as usize)?;
        let mut left = &bytes[..];
        while left.len() >= HEADER {
            let int = |at: usize| {
                let mut four = [0; 4];
                four.copy_from_slice(&left[at..at + 4]);
                i32::from_le_bytes(four)
            };
            let (size, level, kind) = (int(0) as usize, int(8), int(12));
            if size < HEADER || size > left.len() {
                return Err(EINVAL.into());
            }
            if i64::from(level) == SOL_SOCKET {
                match i64::from(kind) {
                    SCM_RIGHTS => {
                        for at in (HEADER..size - size % 4).step_by(4) {
                            rights.push(self.lookup(int(at))?.0);
                        }
                    }
                    // The credentials are those of the sender anyway.
                    SCM_CREDENTIALS => {}
                    _ => return Err(EINVAL.into()),
                }
            }
            left = left.get(size.next_multiple_of(8)..).unwrap_or(&[]);
        }
        if rights.len() > RIGHTS_MAX {
            return Err(EINVAL.into());
        }
        Ok(rights)
    }

    pub(crate) fn recvmsg(&mut self, call: &mut Syscall) -> Reply {
        let [fd, address, flags, ..] = call.args;
        let (at, from) = self.socket_of(fd as i32)?;
        let header = self.read_header(address)?;
        let arrived = self.receive(call, from, at, &header.pieces, flags as i64)?;
        let mut told = arrived.flags;
        let mut control = Vec::new();
        let room = header.control_size as usize;
        let settings = self.objects.network.get(at)?.settings;
        if settings.pass_credentials {
            let owner = self.objects.network.peer_owner(at).unwrap_or_default();
            let mut data = owner.process.to_le_bytes().to_vec();
            data.extend(owner.user.to_le_bytes());
            data.extend(owner.group.to_le_bytes());
            if room >= HEADER + data.len() {
                push_control(&mut control, SCM_CREDENTIALS, &data);
            } else {
                told |= MSG_CTRUNC;
            }
        }
        if !arrived.rights.is_empty() {
            let fit = room.saturating_sub(control.len() + HEADER) / 4;
            let data = self.install_rights(&arrived.rights, fit, flags as i64);
            if data.len() < 4 * arrived.rights.len() {
                told |= MSG_CTRUNC;
            }
            if !data.is_empty() {
                push_control(&mut control, SCM_RIGHTS, &data);
            }
        }
        if header.name != 0 {
            let name = self.sender(at, &arrived)?;
            let kept = name.len().min(header.name_size as usize);
            self.write_user(header.name, &name[..kept])?;
            self.write_u32(address + 8, name.len() as u32)?;
        }
        if header.control != 0 {
            let kept = control.len().min(room);
            self.write_user(header.control, &control[..kept])?;
        }
        self.write_words(address + 40, &[control.len().min(room) as u64])?;
        self.write_u32(address + 48, told as u32)?;
        Ok(arrived.size)
    }

    /// Gives received descriptions descriptors, at most `fit`; the others are closed.
    fn install_rights(&mut self, rights: &[usize], fit: usize, flags: i64) -> Vec<u8> {
        let close_on_exec = flags & MSG_CMSG_CLOEXEC != 0;
        let mut bytes = Vec::new();
        for (index, &description) in rights.iter().enumerate() {
            let installed = match index < fit {
                true => self.install(description, 0, close_on_exec).ok(),
                false => None,
            };
            match installed {
                Some(fd) => bytes.extend((fd as i32).to_le_bytes()),
                None => self.objects.release(description),
            }
        }
        bytes
    }
}

/// Appends a control message.
fn push_control(control: &mut Vec<u8>, kind: i64, data: &[u8]) {
    control.resize(control.len().next_multiple_of(8), 0);
    control.extend(((HEADER + data.len()) as u64).to_le_bytes());
    control.extend((SOL_SOCKET as i32).to_le_bytes());
    control.extend((kind as i32).to_le_bytes());
    control.extend(data);
}
