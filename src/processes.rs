//! The program of the suite `processes`: a static ELF.
//!
//! It uses no libc, no runtime and no argument vector. The README lists what it needs of a kernel.

#![no_std]
#![no_main]

mod arch;
mod interpreter;
mod program;
mod routines;
mod runtime;

/// The packed plan, which the build script writes; `plan::bytecode` describes the format.
mod tables {
    include!(concat!(env!("OUT_DIR"), "/processes.rs"));
}
