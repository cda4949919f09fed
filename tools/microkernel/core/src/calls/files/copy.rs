//! Calls that copy between descriptors: `sendfile` and `copy_file_range`.

use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::flags::{O_ACCMODE, O_APPEND, O_RDONLY};
use crate::machine::{Machine, PAGE_SIZE};
use crate::objects::{Description, Object};
use crate::tasks::thread::Syscall;

/// The largest number of bytes that one call transfers (`sendfile(2)`).
const TRANSFER_MAX: u64 = 0x7fff_f000;

impl<M: Machine> Kernel<M> {
    pub(crate) fn sendfile(&mut self, call: &mut Syscall) -> Reply {
        let [to, from, place, size, ..] = call.args;
        let (number, input) = self.readable(from as i32)?;
        let (to_number, output) = self.writable(to as i32)?;
        let offset = match place {
            0 => input.offset,
            place => {
                let [offset] = self.read_words(place)?;
                offset
            }
        };
        let Object::File(inode) = input.object else {
            let no_seek = place != 0 && !matches!(input.object, Object::Console);
            return Err(if no_seek { ESPIPE } else { EINVAL }.into());
        };
        self.objects.files.get(inode)?.data().map_err(|_| EINVAL)?;
        if output.flags & O_APPEND != 0 || (offset as i64) < 0 {
            return Err(EINVAL.into());
        }
        let size = size.min(TRANSFER_MAX);
        let mut total = 0;
        while total < size {
            let mut bytes = alloc::vec![0; (size - total).min(PAGE_SIZE) as usize];
            let taken = self.read_file(inode, offset + total, &mut bytes)?;
            if taken == 0 {
                break;
            }
            let put = self.put_bytes(call, (to_number, output), total, &bytes[..taken]);
            match put {
                Ok(put) => {
                    total += put as u64;
                    if put < taken {
                        break;
                    }
                }
                Err(_) if total > 0 => break,
                Err(stop) => return Err(stop),
            }
        }
        if place == 0 {
            self.set_offset(number, offset + total);
        } else {
            self.write_words(place, &[offset + total])?;
        }
        self.note_access(inode);
        Ok(total as i64)
    }

    /// Writes bytes of the kernel to a description, `done` bytes behind its offset; returns their
    /// number.
    fn put_bytes(
        &mut self,
        call: &mut Syscall,
        (number, to): (usize, Description),
        done: u64,
        bytes: &[u8],
    ) -> Result<usize, Stop> {
        match to.object {
            Object::File(inode) => {
                let at = to.offset + done;
                let put = self.write_file(inode, at, bytes)?;
                self.set_offset(number, at + put as u64);
                Ok(put)
            }
            Object::Console => {
                self.machine.print(bytes);
                Ok(bytes.len())
            }
            object => {
                let accepted = self.accepts(object, bytes.len(), 0)?;
                if accepted == 0 {
                    return Err(self.would_block(call, to, 0));
                }
                self.push(object, &bytes[..accepted]);
                Ok(accepted)
            }
        }
    }

    pub(crate) fn copy_file_range(&mut self, call: &mut Syscall) -> Reply {
        let [from, from_place, to, to_place, size, flags] = call.args;
        let (from_number, input) = self.lookup_open(from as i32)?;
        let (to_number, output) = self.lookup_open(to as i32)?;
        let mut starts = [input.offset, output.offset];
        for (start, place) in starts.iter_mut().zip([from_place, to_place]) {
            if place != 0 {
                [*start] = self.read_words(place)?;
            }
        }
        if flags != 0 {
            return Err(EINVAL.into());
        }
        let (Object::File(source), Object::File(target)) = (input.object, output.object) else {
            return Err(EINVAL.into());
        };
        self.objects.files.get(source)?.data()?;
        self.objects.files.get(target)?.data()?;
        let cannot_read = input.flags & O_ACCMODE == crate::linux::flags::O_WRONLY;
        let cannot_write = output.flags & O_ACCMODE == O_RDONLY;
        if cannot_read || cannot_write || output.flags & O_APPEND != 0 {
            return Err(EBADF.into());
        }
        if starts.iter().any(|&start| (start as i64) < 0) {
            return Err(EINVAL.into());
        }
        let left = self.objects.files.get(source)?.size();
        let size = size.min(left.saturating_sub(starts[0])).min(TRANSFER_MAX);
        let distance = starts[0].abs_diff(starts[1]);
        if source == target && distance < size {
            return Err(EINVAL.into());
        }
        let mut total = 0;
        while total < size {
            let mut bytes = alloc::vec![0; (size - total).min(PAGE_SIZE) as usize];
            let taken = self.read_file(source, starts[0] + total, &mut bytes)?;
            let put = match self.write_file(target, starts[1] + total, &bytes[..taken]) {
                Err(_) if total > 0 => break,
                put => put?,
            };
            total += put as u64;
            if put < bytes.len() {
                break;
            }
        }
        let ends = [(from_number, from_place), (to_number, to_place)];
        for ((number, place), start) in ends.into_iter().zip(starts) {
            if place == 0 {
                self.set_offset(number, start + total);
            } else {
                self.write_words(place, &[start + total])?;
            }
        }
        Ok(total as i64)
    }
}
