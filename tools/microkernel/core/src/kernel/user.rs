//! Access to the program's memory: every address is checked, missing pages are allocated.

use alloc::vec::Vec;

use crate::arch::Architecture;
use crate::kernel::paging::{Access, Fault};
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::EFAULT;
use crate::machine::{Machine, PAGE_SIZE};

/// A range of the program's memory: address and size in bytes.
pub(crate) type Piece = (u64, u64);

/// True where a range is in the half of the addresses that belongs to programs.
pub(crate) fn in_user_half<M: Machine>(address: u64, size: u64) -> bool {
    address
        .checked_add(size)
        .is_some_and(|end| end <= M::Context::USER_END)
}

impl<M: Machine> Kernel<M> {
    /// Splits a range at page boundaries into address, size and offset.
    fn pieces(address: u64, size: usize) -> impl Iterator<Item = (u64, usize, usize)> {
        let mut offset = 0;
        core::iter::from_fn(move || {
            let at = address + offset as u64;
            let piece = ((PAGE_SIZE - at % PAGE_SIZE) as usize).min(size - offset);
            offset += piece;
            (piece > 0).then_some((at, piece, offset - piece))
        })
    }

    /// Checks that the program may read, or write, the whole range.
    pub(crate) fn check(&mut self, address: u64, size: usize, write: bool) -> Result<(), Stop> {
        if !in_user_half::<M>(address, size as u64) {
            return Err(EFAULT.into());
        }
        let access = if write { Access::Write } else { Access::Read };
        for (at, ..) in Self::pieces(address, size) {
            self.allowed(at, access)?;
        }
        Ok(())
    }

    /// Copies from the program, after a check of the whole range.
    pub(crate) fn read_user(&mut self, address: u64, into: &mut [u8]) -> Result<(), Stop> {
        self.check(address, into.len(), false)?;
        for (at, size, offset) in Self::pieces(address, into.len()) {
            let frame = self.touch(at, Access::Read)?;
            let piece = &mut into[offset..offset + size];
            self.machine.load(frame, (at % PAGE_SIZE) as usize, piece);
        }
        Ok(())
    }

    /// Copies to the program, after a check of the whole range.
    pub(crate) fn write_user(&mut self, address: u64, from: &[u8]) -> Result<(), Stop> {
        self.check(address, from.len(), true)?;
        for (at, size, offset) in Self::pieces(address, from.len()) {
            let frame = self.touch(at, Access::Write)?;
            let piece = &from[offset..offset + size];
            self.machine.store(frame, (at % PAGE_SIZE) as usize, piece);
        }
        Ok(())
    }

    pub(crate) fn read_bytes(&mut self, address: u64, size: usize) -> Result<Vec<u8>, Stop> {
        self.check(address, size, false)?;
        let mut bytes = alloc::vec![0; size];
        self.read_user(address, &mut bytes)?;
        Ok(bytes)
    }

    pub(crate) fn read_u32(&mut self, address: u64) -> Result<u32, Stop> {
        let mut bytes = [0; 4];
        self.read_user(address, &mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    /// Reads 64-bit words.
    pub(crate) fn read_words<const N: usize>(&mut self, address: u64) -> Result<[u64; N], Stop> {
        let bytes = self.read_bytes(address, 8 * N)?;
        let mut words = [0; N];
        for (word, bytes) in words.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = bytes
                .iter()
                .rev()
                .fold(0, |word, &byte| word << 8 | u64::from(byte));
        }
        Ok(words)
    }

    /// Writes 64-bit words.
    pub(crate) fn write_words(&mut self, address: u64, words: &[u64]) -> Result<(), Stop> {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.write_user(address, &bytes)
    }

    pub(crate) fn write_u32(&mut self, address: u64, word: u32) -> Reply {
        self.write_user(address, &word.to_le_bytes())?;
        Ok(0)
    }
}

impl From<Fault> for Stop {
    fn from(_: Fault) -> Stop {
        EFAULT.into()
    }
}
