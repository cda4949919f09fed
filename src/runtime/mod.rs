//! The runtime: memory, system calls, signals, threads and the console.

pub mod arena;
pub mod argument;
pub mod bytecode;
pub mod console;
pub mod control;
pub mod deferred;
pub mod files;
pub mod kernel;
pub mod pid;
pub mod probes;
pub mod signals;
pub mod threads;
pub mod unpack;
