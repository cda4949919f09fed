//! The runtime: everything that touches registers and memory, and all `unsafe` of the ELF.

pub mod arena;
mod bytecode;
mod console;
mod control;
mod deferred;
pub mod kernel;
mod memory;
mod ops;
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
