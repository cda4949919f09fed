//! `faults`: kernels with one fault each.

pub(super) mod faulty_linux;
mod justice;
mod list;
mod record;
mod report;
mod run;
mod score;

use std::fs;
use std::path::PathBuf;

use ::faults::{Fault, TABLE, TraceEnd, find};

use crate::cli::faults::{Faults, FaultsCommand, Selection};
use crate::error::{Error, Result};
use crate::run::image::Elf;
use crate::suggest::closest;

/// Runs a command; the exit code.
pub(super) fn main(faults: &Faults) -> Result<u8> {
    match &faults.command {
        FaultsCommand::List(args) => list::main(args),
        FaultsCommand::Run(args) => run::main(args),
        FaultsCommand::Score(args) => score::main(args),
        FaultsCommand::Justice(args) => justice::main(args),
    }
}

/// The end of a run, for messages.
fn ending(end: TraceEnd) -> String {
    match end {
        TraceEnd::Exited(status) => format!("the program exited with status {status}"),
        TraceEnd::Killed(signal) => format!("signal {signal} killed the program"),
        TraceEnd::Panicked => "the kernel panicked".to_string(),
        TraceEnd::Silent => "the program printed nothing for too long".to_string(),
        TraceEnd::Late => "the program took too long".to_string(),
        TraceEnd::Stopped => "the program's output was closed".to_string(),
    }
}

/// The absolute path of an ELF.
fn absolute(elf: &Elf) -> Result<PathBuf> {
    fs::canonicalize(elf.path()).map_err(|error| Error::file(elf.path(), &error))
}

/// The fault of that id; the error names the one that was probably meant.
fn known(id: &str) -> Result<&'static Fault> {
    find(id).ok_or_else(|| {
        let hint = closest(id, TABLE.iter().map(|fault| fault.id)).map_or_else(
            || "`faults list` prints them".to_string(),
            |id| format!("did you mean {id}?"),
        );
        Error::usage(format!("no fault is called {id}; {hint}"))
    })
}

/// True where no fault is chosen, so that all are meant.
fn is_everything(selection: &Selection) -> bool {
    selection.ids.is_empty() && selection.syscalls.is_empty()
}

/// The faults of a selection, in the order of the table.
fn selected(selection: &Selection) -> Result<Vec<&'static Fault>> {
    for id in &selection.ids {
        known(id)?;
    }
    for call in &selection.syscalls {
        if !TABLE.iter().any(|fault| fault.call == call) {
            return Err(Error::usage(format!(
                "no fault belongs to {call}; `faults list --format json` prints the calls"
            )));
        }
    }
    let all = is_everything(selection);
    let meant = |fault: &&Fault| {
        all || selection.ids.iter().any(|id| id == fault.id)
            || selection.syscalls.iter().any(|call| call == fault.call)
    };
    Ok(TABLE.iter().filter(meant).collect())
}
