//! The command of the target `faulty-linux`: a program on this kernel with one fault.

use std::ffi::OsString;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::process::Command;
use std::time::Duration;

use crate::error::EXIT_USAGE;

/// The first argument of the tool as that command.
pub(crate) const FAULTY_LINUX: &str = "faulty-linux";
/// No limit: the tool that runs this command has its own.
const NO_LIMIT: Duration = Duration::from_secs(86_400);

/// Runs a program; the arguments are a fault's id, the program and its arguments. The exit code
/// is the program's, or 255 if the kernel died.
pub(crate) fn boot(args: &[OsString]) -> u8 {
    let [id, program, rest @ ..] = args else {
        eprintln!("error: {FAULTY_LINUX} needs a fault and a program");
        return EXIT_USAGE;
    };
    let Some(fault) = id.to_str().and_then(faults::find) else {
        eprintln!(
            "error: no fault is called {}; `faults list` prints them",
            id.display()
        );
        return EXIT_USAGE;
    };
    let mut command = Command::new(program);
    command.args(rest);
    let limits = faults::TimeLimits {
        total: NO_LIMIT,
        silence: NO_LIMIT,
    };
    let outcome = faults::run(Some(fault), command, limits, |bytes| {
        let mut console = io::stdout().lock();
        match console.write_all(bytes).and_then(|()| console.flush()) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
    match outcome.map(|outcome| outcome.end) {
        Ok(faults::TraceEnd::Exited(status)) => u8::try_from(status).unwrap_or(u8::MAX),
        Ok(_) => u8::MAX,
        Err(error) => {
            eprintln!("error: {}: {error}", program.display());
            EXIT_USAGE
        }
    }
}
