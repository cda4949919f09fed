//! The logic of a small kernel: everything that needs no privileged instruction.
//!
//! Each module uses only modules below it in this list:
//!
//! | module | contents |
//! |---|---|
//! | `scheduler` | runs threads in turn and dispatches their system calls |
//! | `calls` | the system calls: their table, and one file for each family |
//! | `kernel` | the state of the kernel, and operations that several calls share |
//! | `tasks` | threads and processes: registers, signals, timers, futex queues |
//! | `objects` | descriptors and what they refer to: pipes, epoll sets, sockets, files |
//! | `files` | the file system: paths, the tree of directories, locks |
//! | `network` | sockets and the connections between them |
//! | `memory` | address spaces, the owners of page frames, and executable files |
//! | `machine` | the hardware as a trait |
//! | `arch` | the ABI of each processor |
//! | `linux` | constants of the Linux ABI |
//! | `slab`, `chacha`, `options`, `devicetree` | a store, random bytes, what the loader says |
//!
//! The logic uses the hardware through [`Machine`] only, so that the same code runs in `boot` and
//! in the tests of this crate.
//!
//! No system call blocks inside the kernel: one that has to wait says so, and is dispatched again
//! after an event. So there is one kernel stack and no lock.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod arch;
mod calls;
mod chacha;
pub mod devicetree;
mod files;
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
pub use crate::linux::Call;
pub use crate::machine::{Frame, Machine, Protection, Tables};
pub use crate::options::Options;
pub use crate::scheduler::{Next, Trap};
