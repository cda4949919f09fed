//! The logic of a small kernel: everything that needs no privileged instruction.
//!
//! Two layers. Below: address spaces ([`space`], [`user`]), threads and the scheduler
//! ([`kernel`], [`thread`]), time. On top the POSIX personality, in the words of the Linux ABI:
//! descriptors, pipes, sockets, signals, timers, polling. What needs the processor is behind
//! [`Machine`], so that the same code runs in `boot` and in this crate's tests.
//!
//! No system call blocks inside: one that cannot be answered yet says so, and is asked again
//! when something has happened. So there is one kernel stack, and no lock.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod calls;
mod chacha;
pub mod context;
mod delivery;
mod elf;
mod epoll;
mod files;
mod futex;
mod kernel;
pub mod linux;
mod load;
mod machine;
mod network;
pub mod options;
mod pipe;
mod process;
mod signal;
mod socket;
mod space;
#[cfg(test)]
mod testing;
mod thread;
mod timer;
mod user;

pub use chacha::Generator;
pub use kernel::{Ending, Kernel, Next, Trap};
pub use load::LoadError;
pub use machine::{Machine, PAGE_SIZE, Protection, USER_END};
