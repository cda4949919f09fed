//! Calls for mappings, the break, protection, thread pointers and random bytes.

use crate::arch::Architecture;
use crate::files::Who;
use crate::files::inode::{Data, Kind};
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::flags::*;
use crate::linux::{RLIM_INFINITY, RLIMIT_AS};
use crate::machine::{Machine, PAGE_SIZE, Protection};
use crate::memory::space::{LOWEST, Region, Source, round_up};
use crate::objects::Object;

// getrandom(2).
const GRND_RANDOM: u32 = 2;
const GRND_INSECURE: u32 = 4;
const GRND_ALL: u32 = 7;
/// The bits of `flags` that hold the type of a mapping; 3 is MAP_SHARED_VALIDATE.
const MAP_TYPE: u64 = 0x0f;
/// PROT_SEM has no effect; PROT_GROWSDOWN and PROT_GROWSUP are refused.
const PROT_SEM: u64 = 8;
const PROT_KNOWN: u64 = 7 | PROT_SEM;

fn protection(bits: u64) -> Protection {
    Protection {
        read: bits & PROT_READ as u64 != 0,
        write: bits & PROT_WRITE as u64 != 0,
        execute: bits & PROT_EXEC as u64 != 0,
    }
}

impl<M: Machine> Kernel<M> {
    pub(crate) fn mmap(
        &mut self,
        hint: u64,
        size: u64,
        protect: u64,
        flags: u64,
        fd: i32,
        offset: u64,
    ) -> Reply {
        let has = |flag: i64| flags & flag as u64 != 0;
        if !offset.is_multiple_of(PAGE_SIZE) {
            return Err(EINVAL.into());
        }
        if !has(MAP_ANONYMOUS) {
            self.lookup(fd)?;
        }
        if size == 0 {
            return Err(EINVAL.into());
        }
        let size = round_up(size)
            .filter(|&size| size <= M::Context::USER_END)
            .ok_or(ENOMEM)?;
        let fixed = has(MAP_FIXED) || has(MAP_FIXED_NOREPLACE);
        if fixed
            && hint
                .checked_add(size)
                .is_none_or(|end| end > M::Context::USER_END)
        {
            return Err(ENOMEM.into());
        }
        if fixed && !hint.is_multiple_of(PAGE_SIZE) {
            return Err(EINVAL.into());
        }
        let shared = matches!((flags & MAP_TYPE) as i64, MAP_SHARED | 3);
        if !shared && flags & MAP_TYPE != MAP_PRIVATE as u64 {
            return Err(EINVAL.into());
        }
        let mut region = Region::zeros(0, protection(protect));
        region.shared = shared;
        if !has(MAP_ANONYMOUS) {
            self.map_file(fd, offset, size, &mut region)?;
        }
        if fixed && hint < LOWEST {
            return Err(EPERM.into());
        }
        self.check_available(size, region.protection)?;
        let start = if fixed {
            hint
        } else {
            self.space().find(hint, size).ok_or(ENOMEM)?
        };
        region.end = start + size;
        if has(MAP_FIXED_NOREPLACE) && !self.space().is_free(start, region.end) {
            return Err(EEXIST.into());
        }
        if shared && region.source.is_none() {
            region.source = Some(self.shared_memory(size)?);
        }
        self.unmap(start, region.end);
        self.space().insert(start, region);
        Ok(start as i64)
    }

    /// Checks that a descriptor's file may be mapped, and sets the region's source.
    fn map_file(
        &mut self,
        fd: i32,
        offset: u64,
        size: u64,
        region: &mut Region,
    ) -> Result<(), Stop> {
        let (_, description) = self.lookup(fd)?;
        if offset > i64::MAX as u64 - size {
            return Err(EOVERFLOW.into());
        }
        let access = description.flags & O_ACCMODE;
        if access == O_WRONLY || region.shared && region.protection.write && access != O_RDWR {
            return Err(EACCES.into());
        }
        let Object::File(inode) = description.object else {
            return Err(ENODEV.into());
        };
        self.objects.files.get(inode)?.data().map_err(|_| ENODEV)?;
        region.source = Some(Source { inode, offset });
        region.may_write = !region.shared || access == O_RDWR;
        Ok(())
    }

    /// A file without a name, which processes share by their mappings.
    fn shared_memory(&mut self, size: u64) -> Result<Source, Stop> {
        let data = Data {
            size,
            ..Data::default()
        };
        let kind = Kind::Regular(data);
        let inode = self.objects.files.create(kind, 0o600, Who::default());
        Ok(Source {
            inode: inode.map_err(|_| ENOMEM)?,
            offset: 0,
        })
    }

    /// Refuses a size above the free memory or above RLIMIT_AS.
    fn check_available(&mut self, size: u64, protect: Protection) -> Result<(), Stop> {
        let (limit, _) = self.process().limits[RLIMIT_AS];
        let over = limit != RLIM_INFINITY && self.space().size() + size > limit;
        let too_large = protect.write && size / PAGE_SIZE > self.machine.free_frames();
        if over || too_large {
            return Err(ENOMEM.into());
        }
        Ok(())
    }

    pub(crate) fn munmap(&mut self, start: u64, size: u64) -> Reply {
        let end = round_up(size).and_then(|size| start.checked_add(size));
        let end = end
            .filter(|&end| end <= M::Context::USER_END)
            .ok_or(EINVAL)?;
        if !start.is_multiple_of(PAGE_SIZE) || start == end {
            return Err(EINVAL.into());
        }
        self.unmap(start, end);
        Ok(0)
    }

    pub(crate) fn mprotect(&mut self, start: u64, size: u64, protect: u64) -> Reply {
        if !start.is_multiple_of(PAGE_SIZE) {
            return Err(EINVAL.into());
        }
        if size == 0 {
            return Ok(0);
        }
        let end = round_up(size)
            .and_then(|size| start.checked_add(size))
            .ok_or(ENOMEM)?;
        if protect & !PROT_KNOWN != 0 {
            return Err(EINVAL.into());
        }
        let protect = protection(protect);
        // Up to the first hole, as on Linux; POSIX leaves that open.
        let limit = end.min(M::Context::USER_END);
        let reached = self.space().protect(start, limit, protect);
        self.remap(start, reached);
        let refused = self.space().region(reached);
        if reached == end {
            Ok(0)
        } else if refused.is_some_and(|region| reached < limit && !region.may_write) {
            Err(EACCES.into())
        } else {
            Err(ENOMEM.into())
        }
    }

    /// Returns the break after the call, as Linux does, also where it did not change.
    pub(crate) fn brk(&mut self, wanted: u64) -> Reply {
        let now = self.space().break_end;
        let (from, to) = match (round_up(now), round_up(wanted)) {
            (Some(from), Some(to)) if wanted >= self.space().break_start => (from, to),
            _ => return Ok(now as i64),
        };
        if to < from {
            self.unmap(to, from);
        } else if to > from {
            let fits = to <= M::Context::USER_END && self.space().is_free(from, to);
            if !fits
                || self
                    .check_available(to - from, Protection::READ_WRITE)
                    .is_err()
            {
                return Ok(now as i64);
            }
            self.space()
                .insert(from, Region::zeros(to, Protection::READ_WRITE));
        }
        self.space().break_end = wanted;
        Ok(wanted as i64)
    }

    pub(crate) fn arch_prctl(&mut self, code: i32, address: u64) -> Reply {
        let Some((base, is_set)) = self.thread().context.segment_base(code) else {
            return Err(EINVAL.into());
        };
        if !is_set {
            let base = *base;
            self.write_words(address, &[base])?;
        } else if address > M::Context::THREAD_POINTER_MAX {
            return Err(EPERM.into());
        } else {
            *base = address;
        }
        Ok(0)
    }

    pub(crate) fn getrandom(&mut self, buffer: u64, size: u64, flags: u32) -> Reply {
        let both = GRND_RANDOM | GRND_INSECURE;
        if flags & !GRND_ALL != 0 || flags & both == both {
            return Err(EINVAL.into());
        }
        if !crate::kernel::user::in_user_half::<M>(buffer, size) {
            return Err(EFAULT.into());
        }
        let mut done = 0;
        while done < size {
            let mut bytes = [0; 256];
            let chunk = (size - done).min(bytes.len() as u64);
            let bytes = &mut bytes[..chunk as usize];
            self.random.fill(bytes);
            match self.write_user(buffer + done, bytes) {
                Err(_) if done > 0 => return Ok(done as i64),
                written => written?,
            }
            done += chunk;
        }
        Ok(size as i64)
    }
}
