//! The command line of the host tool; what it does stands in the library.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    conformance::cli::main(std::env::args_os().collect())
}
