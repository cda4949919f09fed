//! The program as the effects of a fault see it.

use crate::model::{At, DescriptorKind, Id, Property, Register};

/// The largest number of bytes that one act touches.
pub(super) const BYTES_MAX: u64 = 1 << 16;
/// The most bytes of a string that conditions and acts see: `PATH_MAX`, as the kernel.
const STRING_MAX: usize = 4096;
const STRING_BLOCK: u64 = 64;
/// The bytes below the stack pointer that belong to the running function (System V ABI for x86-64,
/// 3.2.2).
pub(super) const RED_ZONE: u64 = 128;

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
    /// True if the process is the first one of the program.
    fn is_first(&mut self) -> bool;
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
    /// Makes another system call in the calling thread, before the watched one.
    fn syscall_before(&mut self, number: u16, args: [u64; 6]) -> i64;
    fn id(&mut self, id: Id) -> i64;
    /// The descriptors that are open, in ascending order.
    fn descriptors(&mut self) -> Vec<i32>;
    /// A property of what a descriptor refers to; `None` for a closed one.
    fn descriptor_property(&mut self, descriptor: i32, property: Property) -> Option<i64>;
    /// A property of the file that a path names, from the directory of a descriptor or from the
    /// working directory.
    fn file_property(
        &mut self,
        directory: Option<i32>,
        path: &[u8],
        property: Property,
    ) -> Option<i64>;
    /// True if the process ignores this signal.
    fn ignores(&mut self, signal: i32) -> bool;
    /// True if a signal is pending for the thread or for its process.
    fn has_pending(&mut self, signal: i32) -> bool;
}

/// The string at an address, without its terminator; its beginning, if it is longer than a path may
/// be.
pub(super) fn string(address: u64, process: &mut impl Process) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    while text.len() < STRING_MAX {
        // Within one aligned block, so that it ends at the end of a page at the latest.
        let next = address.wrapping_add(text.len() as u64);
        let mut block = vec![0; (STRING_BLOCK - next % STRING_BLOCK) as usize];
        if !process.read(next, &mut block) {
            return None;
        }
        if let Some(end) = block.iter().position(|byte| *byte == 0) {
            text.extend_from_slice(&block[..end]);
            return Some(text);
        }
        text.extend_from_slice(&block);
    }
    text.truncate(STRING_MAX);
    Some(text)
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

    /// The address of a place; `None` if the pointer to it cannot be read.
    pub(super) fn address(self, at: At, process: &mut impl Process) -> Option<u64> {
        let mut base = self.arg(at.arg);
        if let Some(offset) = at.through {
            let mut pointer = [0; 8];
            if !process.read(base.wrapping_add_signed(offset), &mut pointer) {
                return None;
            }
            base = u64::from_le_bytes(pointer);
        }
        Some(base.wrapping_add_signed(at.offset))
    }

    /// The signed number at a place.
    pub(super) fn load(self, at: At, process: &mut impl Process) -> Option<i64> {
        let mut bytes = [0; 8];
        let width = usize::from(at.width.min(8));
        let address = self.address(at, process)?;
        if !process.read(address, &mut bytes[..width]) {
            return None;
        }
        let unused = 64 - 8 * width as u32;
        let number = i64::from_le_bytes(bytes);
        Some(number.checked_shl(unused)? >> unused)
    }

    pub(super) fn store(self, at: At, number: i64, process: &mut impl Process) {
        let width = usize::from(at.width.min(8));
        if let Some(address) = self.address(at, process) {
            process.write(address, &number.to_le_bytes()[..width]);
        }
    }
}

/// Memory as it was at the entry of a call.
#[derive(Clone, Debug, Default)]
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

/// Memory of the program for arguments that an act makes: the bytes below the red zone.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    used: u64,
    saved: Saved,
}

impl Scratch {
    /// Puts bytes into the program's memory; their address.
    pub(super) fn place(&mut self, bytes: &[u8], process: &mut impl Process) -> u64 {
        self.used += (bytes.len() as u64).next_multiple_of(16);
        let top = process.stack_pointer().wrapping_sub(RED_ZONE) & !15;
        let address = top.wrapping_sub(self.used);
        self.saved.save(address, bytes.len() as u64, process);
        process.write(address, bytes);
        address
    }

    /// Restores the memory.
    pub(super) fn restore(&self, process: &mut impl Process) {
        self.saved.restore(process);
    }
}
