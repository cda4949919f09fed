//! The machine: everything that touches registers and memory, and all `unsafe` of the ELF.

pub mod bench;
mod console;
mod deferred;
pub mod kernel;
mod memory;
mod operator;
mod ops;
mod packed;
mod registers;
mod script;
mod segments;
mod signals;
mod start;
mod tables;
mod threads;
mod unpack;

pub use console::say;
pub use registers::registers;
pub use script::{INTERNAL_ERROR, run};
pub use segments::segments;
pub use start::exit;
