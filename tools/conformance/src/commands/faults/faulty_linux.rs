//! The command of the target `faulty-linux`: the ELF on this kernel with one bug put in.

use std::ffi::OsString;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::process::Command;
use std::time::Duration;

use crate::error::EXIT_USAGE;

/// The first word of the tool as that command.
pub const FAULTY_LINUX: &str = "faulty-linux";
/// Whoever boots us watches the clock.
const FOR_EVER: Duration = Duration::from_secs(86_400);

/// The tool as the faulty kernel: words are the fault's id, the program and its arguments.
pub fn boot(words: &[OsString]) -> u8 {
    let [id, program, rest @ ..] = words else {
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
    let limits = faults::Limits {
        total: FOR_EVER,
        silence: FOR_EVER,
    };
    let outcome = faults::run(Some(fault), command, limits, |bytes| {
        let mut console = io::stdout().lock();
        match console.write_all(bytes).and_then(|()| console.flush()) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
    match outcome.map(|outcome| outcome.end) {
        Ok(faults::End::Exited(status)) => u8::try_from(status).unwrap_or(u8::MAX),
        Ok(_) => u8::MAX,
        Err(error) => {
            eprintln!("error: {}: {error}", program.display());
            EXIT_USAGE
        }
    }
}
