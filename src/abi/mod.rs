//! The Linux x86-64 binary interface: numbers, flags, error numbers, structure layouts.
//!
//! No behaviour. `tools/abi-check` compares every line with the C headers.

pub mod errno;
pub mod flags;
pub mod layout;
pub mod numbers;

pub use errno::Errno;
