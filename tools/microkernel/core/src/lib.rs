//! The logic of a small kernel: everything that needs no privileged instruction.
//!
//! | room | holds |
//! |---|---|
//! | [`calls`] | the system calls, a file a family |
//! | [`kernel`] | the state of the kernel, and what several calls do with it |
//! | [`tasks`] | threads and processes, and what belongs to each |
//! | [`objects`] | what descriptors refer to: pipes, epoll sets, sockets |
//! | [`network`] | sockets and the connections between them |
//! | [`memory`] | the map of a program's pages, and its executable file |
//! | [`linux`] | numbers of the Linux ABI |
//! | [`machine`] | what the logic needs of the hardware, as a trait |
//!
//! The hardware is used through [`Machine`] alone, so that the same code runs in `boot` and in
//! this crate's tests.
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
mod kernel;
mod linux;
mod machine;
mod memory;
mod network;
mod objects;
mod options;
mod scheduler;
mod slab;
mod tasks;
#[cfg(test)]
mod testing;

pub use crate::chacha::Generator;
pub use crate::kernel::load::LoadError;
pub use crate::kernel::{Ending, Kernel};
pub use crate::machine::{Machine, Protection};
pub use crate::options::Options;
pub use crate::scheduler::{Next, Trap};
pub use crate::tasks::context::{Context, USER_CODE, USER_DATA};
