//! All that differs by processor: a file for each, with the same names in each.
//!
//! | name | is |
//! |---|---|
//! | `start!` | defines `_start`, which aligns the stack and calls a function of the program |
//! | [`syscall`], [`syscall4`] | the system call instruction, with six arguments and with four |
//! | [`clone_thread`] | `clone(2)` in its order of arguments; the new thread runs a [`Thread`] |
//! | [`Action`], [`action`] | the kernel's `struct sigaction`, and one that runs a [`Handler`] |
//! | [`handler_address`] | the entry that the kernel calls, and that calls the [`Handler`] |
//! | [`restorer_address`] | the code that a handler returns to; 0 where the kernel takes none |
//! | [`SIGNAL_STACK_SIZE`] | the stack that a thread needs to which signals are sent, in bytes |
//! | [`SIGNAL_INFO_REACH`] | how far above the stack pointer `siginfo_t` may be, in bytes |
//! | [`fill`] | filling memory; `memcpy` and `memset`, which the compiler calls, are there too |
//! | [`register_probe`] | the registers and the red zone that survive a signal, a bit for each |
//! | [`thread_pointer_probe`] | a load relative to the thread pointer, or to a segment's base |
//!
//! The constants and structures of the kernel's interface are in `abi`; this is code. A file here
//! imports nothing of the program but those: what the entries call is handed in as a type.

#[cfg_attr(target_arch = "x86_64", path = "x86_64.rs")]
mod processor;

pub(crate) use processor::start;
pub use processor::{
    Action, SIGNAL_INFO_REACH, SIGNAL_STACK_SIZE, action, clone_thread, fill, handler_address,
    register_probe, restorer_address, syscall, syscall4, thread_pointer_probe,
};

/// A function that a new thread begins with.
pub trait Thread {
    /// `argument` is the one that [`clone_thread`] was given.
    extern "C" fn run(argument: usize) -> !;
}

/// A function that a signal handler consists of.
pub trait Handler {
    /// `signo`, `info` and `context` are what the kernel passes; `stack` is the stack pointer at
    /// the handler's entry, in bytes.
    extern "C" fn handle(signo: i32, info: usize, context: usize, stack: usize);
}
