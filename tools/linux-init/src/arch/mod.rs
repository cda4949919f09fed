//! All that differs by processor: the numbers of the system calls, how one is made, and the entry.

#[cfg(target_arch = "aarch64")]
#[path = "aarch64.rs"]
mod processor;
#[cfg(target_arch = "riscv64")]
#[path = "riscv64.rs"]
mod processor;
#[cfg(target_arch = "x86_64")]
#[path = "x86_64.rs"]
mod processor;

#[cfg(not(target_arch = "x86_64"))]
mod generic;

pub(crate) use processor::{Numbers, syscall3};
