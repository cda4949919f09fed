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
use std::num::NonZero;
use std::path::PathBuf;
use std::thread;

use ::faults::{Class, Fault, HISTORY, Historic, TraceEnd, find, suite_of, table};
use packer::abi::Processor;
use packer::suites::{self, Suite};
use tempfile::TempDir;

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

/// The number of kernels that run at once: as asked for, or four times the number of processors,
/// because a suite waits for most of its time.
fn jobs(asked: Option<u32>) -> usize {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    asked.map_or(4 * processors, |jobs| jobs as usize)
}

/// A file system in memory, shm_overview(7).
const MEMORY: &str = "/dev/shm";
/// The word that chooses every suite.
const ALL: &str = "all";

/// The suites for this processor.
fn own_suites() -> impl Iterator<Item = &'static Suite> + Clone {
    let own = |suite: &&Suite| suite.processor == Processor::X86_64;
    suites::ALL.iter().filter(own)
}

/// The suites that a selection means.
fn suites_of(selection: &Selection) -> Result<Vec<&'static Suite>> {
    let of_first = || selection.ids.first().and_then(|id| suite_of(id));
    let name = selection.suite.as_deref().or_else(of_first);
    suites_named(name.unwrap_or(suites::CORE.name))
}

/// The suite of that name, or all of them.
fn suites_named(name: &str) -> Result<Vec<&'static Suite>> {
    let found: Vec<&Suite> = own_suites()
        .filter(|suite| name == ALL || suite.name == name)
        .collect();
    if found.is_empty() {
        let names: Vec<&str> = own_suites().map(|suite| suite.name).collect();
        return Err(Error::usage(format!(
            "no suite is called {name}; there are {}, {ALL}",
            names.join(", ")
        )));
    }
    Ok(found)
}

/// A folder for a run, because a fault may leave files. It is in memory where that is possible, so
/// that a busy disk delays nothing.
fn run_folder() -> Result<TempDir> {
    let folder = tempfile::tempdir_in(MEMORY).or_else(|_| tempfile::tempdir());
    folder.map_err(|error| Error::no_verdict(format!("cannot make a folder for a run: {error}")))
}

/// The suite of a fault.
fn suite_of_fault(fault: &Fault) -> &'static Suite {
    let name = suite_of(fault.id);
    let suite = own_suites().find(|suite| Some(suite.name) == name);
    suite.unwrap_or(&suites::CORE)
}

/// The faults of every suite.
fn every_fault() -> impl Iterator<Item = &'static Fault> + Clone {
    let names = own_suites().map(|suite| suite.name);
    names.flat_map(table)
}

/// The fault of that id; the error names the one that was probably meant.
fn known(id: &str) -> Result<&'static Fault> {
    find(id).ok_or_else(|| {
        let hint = closest(id, every_fault().map(|fault| fault.id)).map_or_else(
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

/// The faults of a suite in a selection, in the order of its table; the historic ones come last.
fn selected(suite: &Suite, selection: &Selection) -> Result<Vec<&'static Fault>> {
    let table = table(suite.name);
    for id in &selection.ids {
        known(id)?;
    }
    for call in &selection.syscalls {
        if !every_fault().any(|fault| fault.call == call) {
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
    let historic = history_of(suite).map(|historic| &historic.fault);
    let historic = historic.filter(|fault| history || chosen(fault));
    Ok(table.iter().filter(meant).chain(historic).collect())
}

/// The historic faults of a suite.
fn history_of(suite: &Suite) -> impl Iterator<Item = &'static Historic> + use<> {
    let name = suite.name;
    HISTORY
        .iter()
        .filter(move |historic| historic.product.suite() == name)
}
