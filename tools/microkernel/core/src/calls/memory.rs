//! Calls for mappings, the break, protection, thread pointers and random bytes.

use crate::arch::Architecture;
use crate::kernel::{Kernel, Reply};
use crate::linux::errno::*;
use crate::linux::flags::*;
use crate::linux::{RLIM_INFINITY, RLIMIT_AS};
use crate::machine::{Machine, PAGE_SIZE, Protection};
use crate::memory::space::{LOWEST, round_up};

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
        if !has(MAP_ANONYMOUS) {
            // No object of this kernel can be mapped; a descriptor without read access is reported
            // first.
            let (_, description) = self.lookup(fd)?;
            let write_only = description.flags & O_ACCMODE == O_WRONLY;
            return Err(if write_only { EACCES } else { ENODEV }.into());
        }
        if fixed && hint < LOWEST {
            return Err(EPERM.into());
        }
        let protect = protection(protect);
        self.check_available(size, protect)?;
        let start = if fixed {
            hint
        } else {
            self.space.find(hint, size).ok_or(ENOMEM)?
        };
        let end = start + size;
        if has(MAP_FIXED_NOREPLACE) && !self.space.is_free(start, end) {
            return Err(EEXIST.into());
        }
        self.machine.unmap(start, end);
        self.space.insert(start, end, protect);
        Ok(start as i64)
    }

    /// Refuses a size above the free memory or above RLIMIT_AS.
    fn check_available(
        &mut self,
        size: u64,
        protect: Protection,
    ) -> Result<(), crate::kernel::Stop> {
        let (limit, _) = self.process().limits[RLIMIT_AS];
        let over = limit != RLIM_INFINITY && self.space.size() + size > limit;
        let too_large = protect.write && size / PAGE_SIZE > self.machine.free_pages();
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
        self.machine.unmap(start, end);
        self.space.remove(start, end);
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
        let whole = self
            .space
            .protect(start, end.min(M::Context::USER_END), protect);
        let mut at = start;
        while at < end && self.space.protection(at) == Some(protect) {
            at += PAGE_SIZE;
        }
        self.machine.protect(start, at, protect);
        if whole && end <= M::Context::USER_END {
            Ok(0)
        } else {
            Err(ENOMEM.into())
        }
    }

    /// Returns the break after the call, as Linux does, also where it did not change.
    pub(crate) fn brk(&mut self, wanted: u64) -> Reply {
        let now = self.space.break_end;
        let (from, to) = match (round_up(now), round_up(wanted)) {
            (Some(from), Some(to)) if wanted >= self.space.break_start => (from, to),
            _ => return Ok(now as i64),
        };
        if to < from {
            self.machine.unmap(to, from);
            self.space.remove(to, from);
        } else if to > from {
            let fits = to <= M::Context::USER_END && self.space.is_free(from, to);
            if !fits
                || self
                    .check_available(to - from, Protection::READ_WRITE)
                    .is_err()
            {
                return Ok(now as i64);
            }
            self.space.insert(from, to, Protection::READ_WRITE);
        }
        self.space.break_end = wanted;
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
