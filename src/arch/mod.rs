//! All that differs by processor: a file for each, with the same names in each.
//!
//! | name | is |
//! |---|---|
//! | `start!` | defines `_start`, which aligns the stack and calls a function of the program |
//! | [`syscall`] | the system call instruction with six arguments, which notes lost registers |
//! | [`plain_syscall`] | the same without a look at the registers |
//! | [`syscall1`] to [`syscall5`] | the system call instruction with one to five arguments |
//! | [`take_lost`] | the parts of the registers that were lost |
//! | [`clone_thread`] | clone(2) in its order of arguments; the new thread runs a [`Thread`] |
//! | [`exit_thread`] | exit(2) of the calling thread, which does not use its stack |
//! | [`Action`], [`action`] | the kernel's `struct sigaction`, and one that runs a [`Handler`] |
//! | [`handler_address`] | the address of the handler's entry, which calls the [`Handler`] |
//! | [`restorer_address`] | the address that a handler returns to |
//! | [`SIGNAL_STACK_SIZE`] | the stack that a thread needs to receive signals, in bytes |
//! | [`SIGNAL_INFO_REACH`] | the greatest distance of `siginfo_t` from the stack pointer |
//! | [`UNALIGNED_ACCESS`] | whether a load or a store may have any address |
//! | [`fill`] | fills memory; `memcpy` and `memset`, which the compiler calls, are defined too |
//! | [`raise`] | raises an exception of the processor |
//! | [`WAIT_FOR_SIGNAL`] | the number for [`syscall`] that waits for a signal in user mode |
//! | [`thread_pointer_probe`] | a load relative to the thread pointer, or to a segment's base |
//!
//! Another processor is one more `cfg_attr` below and a file that defines these names. The file
//! imports `abi` alone: the functions that its entries call are passed in as types.

#[cfg_attr(target_arch = "aarch64", path = "aarch64.rs")]
#[cfg_attr(target_arch = "riscv64", path = "riscv64.rs")]
#[cfg_attr(target_arch = "x86_64", path = "x86_64.rs")]
pub(crate) mod processor;
#[cfg(not(target_arch = "aarch64"))]
mod zeros;

pub(crate) use processor::start;
pub use processor::{
    Action, SIGNAL_INFO_REACH, SIGNAL_STACK_SIZE, UNALIGNED_ACCESS, action, clone_thread,
    exit_thread, fill, handler_address, plain_syscall, raise, restorer_address, syscall, syscall1,
    syscall2, syscall3, syscall4, syscall5, take_lost, thread_pointer_probe,
};

/// The number that makes [`syscall`] wait in user mode for a signal instead of making a call.
///
/// It is the result by which a kernel knows a call that it must restart.
pub const WAIT_FOR_SIGNAL: isize = -512;

/// The function that a new thread runs.
pub trait Thread {
    /// Runs the thread; `argument` is that of [`clone_thread`].
    extern "C" fn run(argument: usize) -> !;
}

/// The function that handles signals.
pub trait Handler {
    /// Handles a signal: `signo`, `info` and `context` come from the kernel. `stack` is the stack
    /// pointer at the handler's entry, less 8 where the processor's calls push no return address:
    /// 8 more than a multiple of 16 where the kernel has aligned it.
    extern "C" fn handle(signo: i32, info: usize, context: usize, stack: usize);
}
