//! The runtime: everything that touches registers and memory.

pub mod arena;
pub mod bytecode;
pub mod console;
pub mod control;
pub mod deferred;
pub mod kernel;
mod memory;
mod segments;
pub mod signals;
mod start;
mod tables;
pub mod threads;
pub mod unpack;

pub use segments::segments;
pub use start::exit;
