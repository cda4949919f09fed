//! The ABI of each processor: registers, numbers of system calls, layouts of structures.
//!
//! A folder for each processor has a `Context`, which implements [`Architecture`]. All of them are
//! compiled everywhere, so that the tests cover each on any host. The rest of the kernel names no
//! processor.

pub mod riscv64;
pub mod x86_64;

use alloc::vec::Vec;
use core::fmt;

use crate::linux::Call;

/// The size of `siginfo_t` in bytes (`<asm-generic/siginfo.h>`).
pub(crate) const INFO_SIZE: usize = 128;

/// The saved registers of a thread, and what else the ABI of its processor defines.
pub trait Architecture: Clone + fmt::Debug {
    /// The name that `uname` reports.
    const NAME: &'static str;
    /// The `e_machine` of executable files.
    const ELF_MACHINE: u16;
    /// The first address above the program's half, as on Linux.
    const USER_END: u64;
    /// The largest thread pointer that the processor loads.
    const THREAD_POINTER_MAX: u64;
    /// True where a page that can be executed can be read.
    const EXECUTE_GIVES_READ: bool;
    /// The flag of `sigaction` by which a program brings the instructions to which a handler
    /// returns; 0 where `struct sigaction` has no member for them.
    const SA_RESTORER: u64;
    /// The instructions to which a handler returns; empty where the program brings its own.
    const SIGNAL_RETURN: &'static [u8];
    /// The indexes of `clone`'s arguments.
    const CLONE_TLS: usize;
    const CLONE_CHILD_TID: usize;
    /// The offset of `data` in `struct epoll_event`, whose size is 8 more.
    const EPOLL_DATA: usize;

    /// A thread that starts at `entry`, with all other registers as the ABI requires.
    fn new(entry: u64, stack: u64) -> Self;
    /// Resets the registers with which a program could harm the kernel.
    fn sanitize(&mut self);
    /// The address of the next instruction.
    fn instruction(&self) -> u64;
    fn stack(&self) -> u64;
    fn set_stack(&mut self, stack: u64);
    fn set_thread_pointer(&mut self, pointer: u64);
    /// The thread pointer that `arch_prctl` names by its code, and true where it is to be set.
    fn segment_base(&mut self, code: i32) -> Option<(&mut u64, bool)>;

    /// The system call of a number.
    fn call(number: u64) -> Option<Call>;
    /// The number of the system call that trapped.
    fn number(&self) -> u64;
    fn arguments(&self) -> [u64; 6];
    fn result(&self) -> u64;
    fn set_result(&mut self, result: u64);
    /// Makes the system call again; the number and the first argument are those of the call.
    fn restart(&mut self, number: u64, first: u64);

    /// The signal for an exception other than a page fault, and its code.
    fn exception_signal(vector: u64) -> (i32, i32);
    /// Stores the frame of a handler by `write`, and sets the registers to the handler's start;
    /// false where `write` fails.
    fn begin_handler(&mut self, handler: &Handler, write: Write<'_>) -> bool;
    /// Restores the registers from the frame, which `read` copies; returns the mask in it, or
    /// `None` where there is no valid frame.
    fn end_handler(&mut self, read: Read<'_>) -> Option<u64>;

    /// Encodes a `struct stat`.
    fn stat(stat: &Stat) -> Vec<u8>;

    /// Sets the registers to a system call.
    #[cfg(test)]
    fn prepare_call(&mut self, number: u64, args: &[u64]);
    /// The first argument of a handler.
    #[cfg(test)]
    fn first_argument(&self) -> u64;
    /// Does what a handler's last instruction does.
    #[cfg(test)]
    fn return_from_handler(&mut self);
    /// Panics where the processor would refuse the registers in the kernel's name.
    #[cfg(test)]
    fn assert_loadable(&self);
}

/// Copies to the program's memory; false where that is not allowed.
pub type Write<'a> = &'a mut dyn FnMut(u64, &[u8]) -> bool;
/// Copies from the program's memory; false where that is not allowed.
pub type Read<'a> = &'a mut dyn FnMut(u64, &mut [u8]) -> bool;

/// The call of a handler.
#[derive(Clone, Copy, Debug)]
pub struct Handler {
    pub address: u64,
    /// The address to which it returns.
    pub back: u64,
    pub signal: i32,
    /// The `siginfo_t`.
    pub info: [u8; INFO_SIZE],
    /// The mask to restore.
    pub mask: u64,
    /// The `stack_t` of the alternate stack.
    pub alternate: [u64; 3],
    /// The end of the alternate stack, where the handler runs on it.
    pub top: Option<u64>,
}

#[cfg(test)]
impl Handler {
    /// A handler of signal 10 for tests of frames.
    fn example() -> Handler {
        Handler {
            address: 0x5000,
            back: 0x6000,
            signal: 10,
            info: [7; INFO_SIZE],
            mask: 5,
            alternate: [0; 3],
            top: None,
        }
    }
}

/// The members of `struct stat` of an object.
#[derive(Clone, Copy, Debug)]
pub struct Stat {
    pub device: u64,
    pub inode: u64,
    /// The kind and the permissions.
    pub mode: u32,
    pub links: u32,
    pub user: u32,
    pub group: u32,
    pub special: u64,
    pub size: u64,
    pub block_size: u64,
    pub blocks: u64,
    /// Of the last access, modification and change: seconds and nanoseconds since 1970.
    pub times: [[u64; 2]; 3],
}

/// Stores the members of `struct stat` that both processors have at the same places.
fn put_stat(bytes: &mut [u8], stat: &Stat) {
    put(bytes, 0, stat.device);
    put(bytes, 8, stat.inode);
    put(bytes, 48, stat.size);
    put(bytes, 56, stat.block_size);
    put(bytes, 64, stat.blocks);
    for (index, [seconds, nanos]) in stat.times.into_iter().enumerate() {
        put(bytes, 72 + 16 * index, seconds);
        put(bytes, 80 + 16 * index, nanos);
    }
}

/// Stores a word in a structure.
fn put(bytes: &mut [u8], at: usize, value: u64) {
    bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
}

/// Reads a word of a structure.
fn get(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}

/// The call of a number in a processor's table.
fn find(table: &[(u16, Call)], number: u64) -> Option<Call> {
    let entry = table.iter().find(|entry| u64::from(entry.0) == number);
    entry.map(|&(_, call)| call)
}
