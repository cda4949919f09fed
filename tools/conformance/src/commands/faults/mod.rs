//! `faults`: kernels with one fault each.

pub(super) mod faulty_linux;
mod history;
mod justice;
mod list;
mod record;
mod report;
mod run;
mod score;

use std::fs;
use std::path::PathBuf;

use ::faults::{Class, Fault, HISTORY, Historic, TABLE, TraceEnd, find};

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

/// The name by which the historic faults are chosen.
const HISTORIC: &str = "historic";

/// The name of a class as an argument.
fn class_argument(class: Class) -> String {
    class.name().replace(' ', "-")
}

/// The source of a fault, if it is a historic one.
fn historic(fault: &Fault) -> Option<&'static Historic> {
    HISTORY
        .iter()
        .find(|historic| historic.fault.id == fault.id)
}

/// True where no fault is chosen, so that all but the historic ones are meant.
fn is_everything(selection: &Selection) -> bool {
    selection.ids.is_empty() && selection.syscalls.is_empty() && selection.class.is_empty()
}

/// The faults of a selection, in the order of the table; the historic ones come last.
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
    let classes = || Class::ALL.into_iter().map(class_argument);
    for class in &selection.class {
        if class != HISTORIC && !classes().any(|known| known == *class) {
            let all: Vec<String> = classes().collect();
            return Err(Error::usage(format!(
                "no class is called {class}; there are {}, {HISTORIC}",
                all.join(", ")
            )));
        }
    }
    let chosen = |fault: &Fault| selection.ids.iter().any(|id| id == fault.id);
    let all = is_everything(selection);
    let meant = |fault: &&Fault| {
        all || chosen(fault)
            || selection.syscalls.iter().any(|call| call == fault.call)
            || selection.class.contains(&class_argument(fault.class))
    };
    let history = selection.class.iter().any(|class| class == HISTORIC);
    let historic = HISTORY.iter().map(|historic| &historic.fault);
    let historic = historic.filter(|fault| history || chosen(fault));
    Ok(TABLE.iter().filter(meant).chain(historic).collect())
}
