//! Calls that read and write.

use alloc::vec;
use alloc::vec::Vec;

use crate::calls::sockets::messages::Extra;
use crate::kernel::user::{Piece, in_user_half};
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::Errno;
use crate::linux::errno::*;
use crate::linux::flags::*;
use crate::machine::Machine;
use crate::network::socket::Type;
use crate::objects::{Description, Object};
use crate::tasks::thread::Syscall;

/// The largest number of bytes that one call transfers (`read(2)`, NOTES).
const TRANSFER_MAX: u64 = 0x7fff_f000;
/// The number of bytes copied through the kernel at a time.
const CHUNK: u64 = 4_096;

impl<M: Machine> Kernel<M> {
    pub(crate) fn read(&mut self, call: &mut Syscall, fd: i32, buffer: u64, size: u64) -> Reply {
        let from = self.readable(fd)?;
        let pieces = one_piece::<M>(buffer, size)?;
        self.read_pieces(call, from, &pieces)
    }

    pub(crate) fn write(&mut self, call: &mut Syscall, fd: i32, buffer: u64, size: u64) -> Reply {
        let to = self.writable(fd)?;
        let pieces = one_piece::<M>(buffer, size)?;
        self.write_pieces(call, to, &pieces)
    }

    pub(crate) fn readv(&mut self, call: &mut Syscall, fd: i32, list: u64, count: u64) -> Reply {
        let from = self.readable(fd)?;
        let pieces = self.pieces_of(list, count)?;
        self.read_pieces(call, from, &pieces)
    }

    pub(crate) fn writev(&mut self, call: &mut Syscall, fd: i32, list: u64, count: u64) -> Reply {
        let to = self.writable(fd)?;
        let pieces = self.pieces_of(list, count)?;
        self.write_pieces(call, to, &pieces)
    }

    /// `pread64`, and `preadv` where `vector` is true.
    pub(crate) fn pread(&mut self, fd: i32, args: [u64; 3], vector: bool) -> Reply {
        let at = offset(args[2])?;
        let (number, from) = self.readable(fd)?;
        let Object::File(inode) = from.object else {
            return Err(ESPIPE.into());
        };
        let pieces = self.list(args, vector)?;
        self.read_data(number, from, inode, &pieces, Some(at))
    }

    /// `pwrite64`, and `pwritev` where `vector` is true.
    pub(crate) fn pwrite(&mut self, fd: i32, args: [u64; 3], vector: bool) -> Reply {
        let at = offset(args[2])?;
        let (number, to) = self.writable(fd)?;
        let Object::File(inode) = to.object else {
            return Err(ESPIPE.into());
        };
        let pieces = self.list(args, vector)?;
        self.write_data(number, to, inode, &pieces, Some(at))
    }

    /// The buffers of a call that has a list of them, or one.
    fn list(&mut self, args: [u64; 3], vector: bool) -> Result<Vec<Piece>, Stop> {
        if vector {
            self.pieces_of(args[0], args[1])
        } else {
            one_piece::<M>(args[0], args[1])
        }
    }

    pub(crate) fn readable(&mut self, fd: i32) -> Result<(usize, Description), Stop> {
        let (number, description) = self.lookup_open(fd)?;
        if description.flags & O_ACCMODE == O_WRONLY {
            return Err(EBADF.into());
        }
        Ok((number, description))
    }

    pub(crate) fn writable(&mut self, fd: i32) -> Result<(usize, Description), Stop> {
        let (number, description) = self.lookup_open(fd)?;
        if description.flags & O_ACCMODE == O_RDONLY {
            return Err(EBADF.into());
        }
        Ok((number, description))
    }

    /// Reads a list of `iovec`s.
    pub(crate) fn pieces_of(&mut self, list: u64, count: u64) -> Result<Vec<Piece>, Stop> {
        if count > IOV_MAX as u64 {
            return Err(EINVAL.into());
        }
        let bytes = self.read_bytes(list, 16 * count as usize)?;
        let mut pieces = Vec::new();
        let mut left = TRANSFER_MAX;
        let word = |bytes: &[u8]| {
            bytes
                .iter()
                .rev()
                .fold(0, |word, &b| word << 8 | u64::from(b))
        };
        // Lengths first: one above the largest result is EINVAL, wherever its buffer is.
        let mut lengths = bytes.chunks_exact(16).map(|entry| word(&entry[8..]));
        if lengths.any(|size| size > i64::MAX as u64) {
            return Err(EINVAL.into());
        }
        for entry in bytes.chunks_exact(16) {
            let (address, size) = (word(&entry[..8]), word(&entry[8..]));
            if !in_user_half::<M>(address, size) {
                return Err(EFAULT.into());
            }
            let size = size.min(left);
            left -= size;
            pieces.push((address, size));
        }
        Ok(pieces)
    }

    fn read_pieces(
        &mut self,
        call: &mut Syscall,
        (number, from): (usize, Description),
        pieces: &[Piece],
    ) -> Reply {
        let size: u64 = pieces.iter().map(|piece| piece.1).sum();
        let at = match from.object {
            // The console has no input: end of file.
            Object::Console => return Ok(0),
            Object::PipeReader(at) | Object::PipeBoth(at) => at,
            Object::Socket(at) => return self.read_socket(call, from, at, pieces),
            Object::File(inode) => return self.read_data(number, from, inode, pieces, None),
            Object::Counter(_) | Object::Timer(_) | Object::Signals(_) => {
                return self.read_event(call, from, pieces);
            }
            _ => return Err(EINVAL.into()),
        };
        if size == 0 {
            return Ok(0);
        }
        let pipe = self.objects.pipes.get(at).ok_or(EBADF)?;
        if pipe.is_empty() {
            if pipe.writers == 0 {
                return Ok(0);
            }
            return Err(self.would_block(call, from, 0));
        }
        let mut total = 0;
        for &(address, size) in pieces {
            let mut done = 0;
            while done < size {
                let mut bytes = [0; CHUNK as usize];
                let wanted = (size - done).min(CHUNK) as usize;
                let Some(pipe) = self.objects.pipes.get(at) else {
                    return Ok(total);
                };
                let taken = pipe.peek(&mut bytes[..wanted]);
                if taken == 0 {
                    return Ok(total);
                }
                // Bytes that cannot be stored stay in the pipe.
                match self.write_user(address + done, &bytes[..taken]) {
                    Err(_) if total > 0 => return Ok(total),
                    written => written?,
                }
                if let Some(pipe) = self.objects.pipes.get_mut(at) {
                    pipe.drop_front(taken);
                }
                done += taken as u64;
                total += taken as i64;
            }
        }
        Ok(total)
    }

    fn write_pieces(
        &mut self,
        call: &mut Syscall,
        (number, to): (usize, Description),
        pieces: &[Piece],
    ) -> Reply {
        let size: u64 = pieces.iter().map(|piece| piece.1).sum();
        match to.object {
            Object::Console => self.write_console(pieces),
            Object::File(inode) => self.write_data(number, to, inode, pieces, None),
            Object::Counter(at) => self.write_counter(call, to, at, pieces),
            Object::PipeWriter(_) | Object::PipeBoth(_) if size == 0 => Ok(0),
            Object::PipeWriter(_) => self.write_stream(call, to, pieces, size, &Extra::default()),
            Object::Socket(at) => match self.objects.network.get(at)?.kind {
                Type::Stream => self.write_stream(call, to, pieces, size, &Extra::default()),
                _ => self.write_message(call, to, at, pieces, &Extra::default()),
            },
            _ => Err(EINVAL.into()),
        }
    }

    fn write_console(&mut self, pieces: &[Piece]) -> Reply {
        let mut total = 0;
        for &(address, size) in pieces {
            let mut done = 0;
            while done < size {
                let chunk = (size - done).min(CHUNK);
                match self.read_bytes(address + done, chunk as usize) {
                    Err(_) if total > 0 => return Ok(total),
                    bytes => self.machine.print(&bytes?),
                }
                done += chunk;
                total += chunk as i64;
            }
        }
        Ok(total)
    }

    /// Writes the bytes that are not written yet, and waits for room where the description allows
    /// it.
    pub(crate) fn write_stream(
        &mut self,
        call: &mut Syscall,
        to: Description,
        pieces: &[Piece],
        size: u64,
        extra: &Extra,
    ) -> Reply {
        // Another thread may have shortened the list while the call waited.
        if call.done > 0 && call.done >= size {
            return Ok(call.done as i64);
        }
        let accepted = match self.accepts(to.object, size as usize, call.done as usize) {
            Ok(accepted) => accepted,
            Err(_) if call.done > 0 => return Ok(call.done as i64),
            Err(EPIPE) => return Err(self.broken_pipe(extra.no_signal)),
            Err(errno) => return Err(errno.into()),
        };
        let mut bytes = vec![0; accepted];
        let mut filled = 0;
        let mut skip = call.done;
        for &(address, size) in pieces {
            let from = skip.min(size);
            skip -= from;
            let part = ((size - from) as usize).min(accepted - filled);
            let into = &mut bytes[filled..filled + part];
            match self.read_user(address + from, into) {
                Err(stop) if filled == 0 && call.done == 0 => return Err(stop),
                Err(_) => {
                    self.push_with(to.object, &bytes[..filled], extra);
                    return Ok((call.done as usize + filled) as i64);
                }
                Ok(()) => filled += part,
            }
        }
        if filled > 0 {
            self.push_with(to.object, &bytes, extra);
            call.done += filled as u64;
        }
        if call.done == size {
            return Ok(size as i64);
        }
        match self.would_block(call, to, self.send_timeout(to.object)) {
            Stop::Error(_) if call.done > 0 => Ok(call.done as i64),
            stop => Err(stop),
        }
    }

    /// The number of bytes that can be written now, after `done` of `size` bytes are written.
    pub(crate) fn accepts(
        &mut self,
        object: Object,
        size: usize,
        done: usize,
    ) -> Result<usize, Errno> {
        match object {
            Object::PipeWriter(at) | Object::PipeBoth(at) => {
                let pipe = self.objects.pipes.get(at).ok_or(EBADF)?;
                if pipe.readers == 0 {
                    return Err(EPIPE);
                }
                // The size of the whole write decides if it must be written at once.
                Ok(match done {
                    0 => pipe.accepts(size),
                    done => pipe.room().min(size - done),
                })
            }
            Object::Socket(at) => {
                // A partial write is reported first; the next call reports the error.
                if done == 0 {
                    self.objects.network.take_error(at)?;
                }
                Ok(self.objects.network.room(at)?.min(size - done))
            }
            _ => Err(EINVAL),
        }
    }

    /// Writes bytes and the descriptions that go with them.
    fn push_with(&mut self, object: Object, bytes: &[u8], extra: &Extra) {
        match object {
            Object::Socket(at) if !extra.rights.is_empty() => {
                for &description in &extra.rights {
                    self.objects.share(description);
                }
                let rights = extra.rights.clone();
                self.objects.network.push(at, bytes, rights);
            }
            _ => self.push(object, bytes),
        }
    }

    pub(crate) fn push(&mut self, object: Object, bytes: &[u8]) {
        match object {
            Object::PipeWriter(at) | Object::PipeBoth(at) => {
                if let Some(pipe) = self.objects.pipes.get_mut(at) {
                    pipe.push(bytes);
                }
            }
            Object::Socket(at) => self.objects.network.push(at, bytes, Vec::new()),
            _ => {}
        }
    }

    /// The longest time that a write waits, in nanoseconds: SO_SNDTIMEO, which pipes do not have.
    fn send_timeout(&self, object: Object) -> u64 {
        match object {
            Object::Socket(at) => {
                let socket = self.objects.network.get(at);
                socket.map_or(0, |socket| socket.settings.send_timeout)
            }
            _ => 0,
        }
    }
}

/// An offset that a program gives.
fn offset(word: u64) -> Result<u64, Stop> {
    if (word as i64) < 0 {
        return Err(EINVAL.into());
    }
    Ok(word)
}

/// The buffer of `read` or `write` as a list of one.
pub(crate) fn one_piece<M: Machine>(buffer: u64, size: u64) -> Result<Vec<Piece>, Stop> {
    if size > i64::MAX as u64 || !in_user_half::<M>(buffer, size) {
        return Err(EFAULT.into());
    }
    Ok(vec![(buffer, size.min(TRANSFER_MAX))])
}
