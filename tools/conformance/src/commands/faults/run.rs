//! `faults run`: runs a program, or the suite, on a kernel with one fault.

use std::io::Write;
use std::ops::ControlFlow;
use std::process::Command;
use std::time::Duration;

use ::faults::{TimeLimits, TraceEnd};

use super::{absolute, ending, known, suite_of_fault};
use crate::cli::faults::Run;
use crate::error::{EXIT_GAPS, EXIT_GOOD, EXIT_NO_VERDICT, Error, Result};
use crate::prepare::elf_with_only;
use crate::report::print_error;
use crate::resources::Resources;

/// Runs the program; the exit code.
pub(super) fn main(args: &Run) -> Result<u8> {
    let fault = known(&args.id)?;
    let suite = suite_of_fault(fault);
    let elf;
    let mut command = match args.program.split_first() {
        Some((program, rest)) => {
            let mut command = Command::new(program);
            command.args(rest);
            command
        }
        None => {
            elf = elf_with_only(&Resources::find(), None, suite, &args.only.only)?;
            Command::new(absolute(&elf)?)
        }
    };
    command.stdin(std::process::Stdio::null());
    let limits = TimeLimits {
        silence: Duration::from_secs(args.silence.into()),
        total: Duration::from_secs(args.total.into()),
    };
    let mut stdout = std::io::stdout().lock();
    let outcome = ::faults::run(Some(fault), command, limits, |bytes| {
        match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
    let outcome = outcome.map_err(|error| Error {
        exit: EXIT_NO_VERDICT,
        text: format!("cannot run {}: {error}", command_name(args)),
    })?;
    print_error(&format!(
        "fault {} was triggered {}; {}",
        fault.id,
        match outcome.triggered {
            1 => "once".to_string(),
            more => format!("{more} times"),
        },
        ending(outcome.end)
    ));
    Ok(match outcome.end {
        TraceEnd::Exited(0) => EXIT_GOOD,
        _ => EXIT_GAPS,
    })
}

/// The name of the program for messages.
fn command_name(args: &Run) -> String {
    let program = args.program.first();
    program.map_or_else(
        || "the suite".to_string(),
        |path| path.display().to_string(),
    )
}
