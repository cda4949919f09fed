//! The host tool; the library does the work.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    conformance::main(std::env::args_os().collect())
}
