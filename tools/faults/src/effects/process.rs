//! The program as the effects of a fault see it.

use crate::model::{At, DescriptorKind, Register};

/// The largest number of bytes that one act touches.
pub(super) const BYTES_MAX: u64 = 1 << 16;

/// The program at a stop of the calling thread.
pub(crate) trait Process {
    /// Fills all of `into` from the program's memory, or returns false.
    fn read(&mut self, address: u64, into: &mut [u8]) -> bool;
    fn write(&mut self, address: u64, bytes: &[u8]) -> bool;
    fn descriptor_kind(&mut self, descriptor: i32) -> Option<DescriptorKind>;
    /// True if `poll` reports one of the events; `None` for a closed descriptor.
    fn ready(&mut self, descriptor: i32, events: i16) -> Option<bool>;
    fn mask(&mut self) -> u64;
    fn set_mask(&mut self, mask: u64);
    fn is_main(&mut self) -> bool;
    /// True if the page at an address is mapped and no access has touched it.
    fn untouched(&mut self, address: u64) -> bool;
    /// True if a process has ended and nobody has waited for it.
    fn is_zombie(&mut self, id: i32) -> bool;
    /// The process has a handler for this signal.
    fn catches(&mut self, signal: i32) -> bool;
    /// The thread is in user mode, not in a system call.
    fn in_user_mode(&mut self) -> bool;
    /// The thread has set the direction flag.
    fn goes_down(&mut self) -> bool;
    fn stack_pointer(&mut self) -> u64;
    fn set_register(&mut self, register: Register, number: u64);
    fn flip_flags(&mut self, bits: u64);
    /// The area that `XSAVE` writes, in the standard format; empty if it cannot be read.
    fn vector_state(&mut self) -> Vec<u8>;
    fn set_vector_state(&mut self, state: &[u8]);
    /// Makes another system call in the calling thread, after the watched one.
    fn syscall(&mut self, number: u16, args: [u64; 6]) -> i64;
}

/// A system call as the program made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Syscall {
    pub(crate) number: u16,
    pub(crate) args: [u64; 6],
}

impl Syscall {
    pub(super) fn arg(self, arg: u8) -> u64 {
        self.args[usize::from(arg)]
    }

    pub(super) fn address(self, at: At) -> u64 {
        self.arg(at.arg).wrapping_add_signed(at.offset)
    }

    /// The signed number at a place.
    pub(super) fn load(self, at: At, process: &mut impl Process) -> Option<i64> {
        let mut bytes = [0; 8];
        let width = usize::from(at.width.min(8));
        if !process.read(self.address(at), &mut bytes[..width]) {
            return None;
        }
        let unused = 64 - 8 * width as u32;
        let number = i64::from_le_bytes(bytes);
        Some(number.checked_shl(unused)? >> unused)
    }

    pub(super) fn store(self, at: At, number: i64, process: &mut impl Process) {
        let width = usize::from(at.width.min(8));
        process.write(self.address(at), &number.to_le_bytes()[..width]);
    }
}

/// Memory as it was at the entry of a call.
#[derive(Debug, Default)]
pub(super) struct Saved(Vec<(u64, Vec<u8>)>);

impl Saved {
    pub(super) fn save(&mut self, address: u64, bytes: u64, process: &mut impl Process) {
        let mut found = vec![0; bytes.min(BYTES_MAX) as usize];
        if process.read(address, &mut found) {
            self.0.push((address, found));
        }
    }

    /// Writes all of it back, in the reverse order.
    pub(super) fn restore(&self, process: &mut impl Process) {
        for (address, bytes) in self.0.iter().rev() {
            process.write(*address, bytes);
        }
    }
}
