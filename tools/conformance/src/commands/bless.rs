//! `bless`: writes a target's reference output and known gaps, after showing the changes.

use std::fmt::Write;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use packer::suites::Suite;
use serde::Serialize;

use super::convert;
use crate::atomic_file;
use crate::cli;
use crate::error::{EXIT_GAPS, EXIT_GOOD, Error, Result};
use crate::log::run_lines::RunLines;
use crate::prepare::{Inputs, RunOptions, Runner, SuiteRun};
use crate::report::print;
use crate::resources::Resources;
use crate::target::Target;
use crate::toml_file;
use crate::verdict::outcome::Outcome;
use crate::verdict::renamed;
use crate::verdict::run_outcome::RunOutcome;

/// Runs a target and writes its files; the exit code.
pub(super) fn main(args: &cli::Bless) -> Result<u8> {
    if args.migrate {
        return migrate(args);
    }
    let options = RunOptions::from(&args.options);
    refuse_changed_runs(&options)?;
    let runner = Runner::new()?;
    let arch = convert::arch(&args.options.inputs);
    let target = runner.resources.target_on(&args.target, arch)?;
    let (mut changes, mut notes) = (Vec::new(), String::new());
    for run in runner.suite_runs(&target, &options)? {
        let changed = suite(args, &runner, &target, &run)?;
        changes.extend(changed.0);
        notes += &changed.1;
    }
    finish(&changes, &notes, args.dry_run)
}

/// Runs a suite on a target; the changes of its files, and what is to be said of them.
fn suite(
    args: &cli::Bless,
    runner: &Runner,
    target: &Target,
    run: &SuiteRun,
) -> Result<(Vec<Change>, String)> {
    let SuiteRun { suite, options, .. } = run;
    let resources = &runner.resources;
    // Errors in arguments and files are reported before anything is run.
    let (log_file, sidecar_file) = reference_files(resources, target, suite)?;
    // The oracle has no gaps: its own failures are in its reference output.
    let oracle = match target.is_oracle() {
        true => None,
        false => {
            let given = run.file(args.oracle.as_deref());
            Some(runner.oracle(target, suite, given.as_deref())?)
        }
    };
    let (_, known) = resources.gaps(target, suite)?;
    let mut prepared = runner.prepare(target.clone(), suite, options)?;
    let sidecar = Sidecar::new(target, runner.version(&prepared)?);
    let mut log = RunLines::default();
    let outcome = runner.run(&mut prepared, options, Some(&mut log))?;
    if !outcome.is_complete() {
        let reason = outcome.defects.first().map(ToString::to_string);
        return Err(Error::no_verdict(format!(
            "this run is not complete: {}",
            reason.unwrap_or_default()
        )));
    }
    let (mut changes, mut notes) = (Vec::new(), String::new());
    // Writing to a string cannot fail.
    if outcome.boots == options.repeat as usize {
        changes.extend(Change::new(log_file, log.text)?);
        if oracle.is_none() {
            let text = runner.oracle_trace(&prepared)?;
            changes.extend(Change::new(trace_file(resources, target, suite)?, text)?);
        }
        changes.extend(Change::new(sidecar_file, sidecar.text()?)?);
    } else {
        let (log, sidecar) = (log_file.0, sidecar_file.0);
        let _ = writeln!(notes, "{log}, {sidecar}: {}", no_log(&outcome));
    }
    if let Some(oracle) = oracle {
        let report = runner.compare(target.name.clone(), suite, outcome, &oracle);
        for title in known.failing_must_pass(&report) {
            let _ = writeln!(notes, "{title}: must pass, but fails; no entry is written");
        }
        let (name, path) = resources.gaps_file(target, suite);
        let path = path.ok_or_else(|| Error::usage(OUTSIDE))?;
        let new = known.blessed(&report, &args.reason);
        let new = match read(&path)? {
            Some(old) => new.edited(&target.name, &old)?,
            None => new.text(&target.name)?,
        };
        changes.extend(Change::new((name, path), new)?);
    }
    Ok((changes, notes))
}

/// Gives the known gaps of a target the titles that the checks of their suites have now; the exit
/// code.
fn migrate(args: &cli::Bless) -> Result<u8> {
    let runner = Runner::new()?;
    let resources = &runner.resources;
    let target = resources.target_on(&args.target, convert::arch(&args.options.inputs))?;
    let suites = runner.suites(&target, &Inputs::from(&args.options.inputs))?;
    let (mut changes, mut notes) = (Vec::new(), String::new());
    for suite in &suites {
        let (name, path) = resources.gaps_file(&target, suite);
        let path = path.ok_or_else(|| Error::usage(OUTSIDE))?;
        let Some(old) = read(&path)? else {
            // Writing to a string cannot fail.
            let _ = writeln!(notes, "{name}: there are no known gaps");
            continue;
        };
        let migrated = renamed::migrated(runner.plans.of(suite), &name, &old)?;
        for title in migrated.unknown {
            let _ = writeln!(
                notes,
                "{title}: no check of this suite; bless without --migrate removes it"
            );
        }
        changes.extend(Change::new((name, path), migrated.text)?);
    }
    if let ([_], [], true) = (
        &suites[..],
        &changes[..],
        notes.ends_with("no known gaps\n"),
    ) {
        return Err(Error::usage(notes.trim_end()));
    }
    finish(&changes, &notes, args.dry_run)
}

/// Refuses options that run another kernel or another suite than the target's own.
fn refuse_changed_runs(options: &RunOptions) -> Result<()> {
    for (given, option) in [
        (options.inputs.fault.is_some(), "--fault"),
        (options.inputs.elf.is_some(), "--elf"),
        (!options.skip.is_empty(), "--skip"),
    ] {
        if given {
            return Err(Error::usage(format!(
                "bless takes no {option}: it records the whole suite on the target's own kernel"
            )));
        }
    }
    Ok(())
}

/// The reason why a run leaves no log, and the option with which it would.
fn no_log(outcome: &RunOutcome) -> String {
    let dead = |outcome: &Outcome| matches!(outcome, Outcome::Crash | Outcome::Hang);
    let hint = match outcome.outcomes.iter().any(dead) {
        true => "",
        false => "; --reboots 0 allows only one",
    };
    format!(
        "not written, and an old file is kept: a log holds one boot, and there were {}{hint}",
        outcome.boots
    )
}

/// Prints the changes and, unless it is a dry run, writes them; the exit code.
fn finish(changes: &[Change], notes: &str, dry_run: bool) -> Result<u8> {
    let shown: String = changes.iter().map(Change::shown).collect();
    let names: Vec<&str> = changes.iter().map(|change| change.name.as_str()).collect();
    let names = names.join(", ");
    let (last, exit) = match (changes.is_empty(), dry_run) {
        (true, _) => ("no changes".to_string(), EXIT_GOOD),
        (false, true) => (format!("would be written: {names}"), EXIT_GAPS),
        (false, false) => (format!("written: {names}"), EXIT_GOOD),
    };
    if dry_run {
        print(format!("{shown}{notes}{last}\n").as_bytes())?;
        return Ok(exit);
    }
    print(format!("{shown}{notes}").as_bytes())?;
    for change in changes {
        change.write()?;
    }
    print(format!("{last}\n").as_bytes())?;
    Ok(exit)
}

/// The files of a target's reference output of a suite and of its sidecar: names for messages, and
/// paths.
fn reference_files(
    resources: &Resources,
    target: &Target,
    suite: &Suite,
) -> Result<((String, PathBuf), (String, PathBuf))> {
    let file = |ending: &str| {
        let name = format!("{}.{ending}", target.reference(suite));
        match (&target.folder, &resources.repository) {
            (Some(folder), _) if target.own_file => {
                let path = folder.join(name);
                Ok((path.display().to_string(), path))
            }
            (_, Some(root)) => {
                let name = format!("reference-outputs/{name}");
                Ok((name.clone(), root.join(name)))
            }
            _ => Err(Error::usage(OUTSIDE)),
        }
    };
    // Beside a user's target `NAME.toml` is the target itself.
    let ending = match target.own_file {
        true => "version.toml",
        false => "toml",
    };
    Ok((file("txt")?, file(ending)?))
}

/// The file of the oracle's trace of a suite.
fn trace_file(resources: &Resources, target: &Target, suite: &Suite) -> Result<(String, PathBuf)> {
    let name = format!("reference-outputs/{}.trace", target.reference(suite));
    match &resources.repository {
        Some(root) => Ok((name.clone(), root.join(name))),
        None => Err(Error::usage(OUTSIDE)),
    }
}

/// The sidecar of a reference output: the kernel that gave it.
#[derive(Debug, Serialize)]
struct Sidecar {
    kernel: String,
    /// The first line that the target's command `version` prints.
    version: String,
    machine: &'static str,
}

impl Sidecar {
    fn new(target: &Target, version: String) -> Sidecar {
        let name = target.kernel_name.as_ref().unwrap_or(&target.name);
        Sidecar {
            kernel: name.clone(),
            version,
            machine: target.arch.name(),
        }
    }

    fn text(&self) -> Result<String> {
        toml_file::text("the sidecar", self)
    }
}

/// The error where a file of the repository would be written from outside of it.
const OUTSIDE: &str =
    "cannot write: not inside the repository, and the target is not the path of a file";

/// The text of a file, where it exists.
fn read(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::file(path, &error)),
    }
}

/// A file to write.
struct Change {
    /// The path for messages.
    name: String,
    path: PathBuf,
    /// The text as it is now, where the file exists.
    old: Option<String>,
    new: String,
}

impl Change {
    fn new((name, path): (String, PathBuf), new: String) -> Result<Option<Change>> {
        let old = read(&path)?;
        let change = Change {
            name,
            path,
            old,
            new,
        };
        Ok((change.old.as_ref() != Some(&change.new)).then_some(change))
    }

    /// The lines that differ, below the file's name; of a new log only their number.
    fn shown(&self) -> String {
        let new: Vec<&str> = self.new.lines().collect();
        let old: Vec<&str> = self.old.iter().flat_map(|old| old.lines()).collect();
        let is_log = self
            .path
            .extension()
            .is_some_and(|ending| ending == "txt" || ending == "trace");
        let mut text = match &self.old {
            Some(_) => format!("{}\n", self.name),
            None => format!("{}: new, {} lines\n", self.name, new.len()),
        };
        if self.old.is_none() && is_log {
            return text;
        }
        let begun = text.len();
        // Writing to a string cannot fail.
        for (sign, lines, others) in [('-', &old, &new), ('+', &new, &old)] {
            for line in lines.iter().filter(|line| !others.contains(line)) {
                let _ = writeln!(text, "{sign} {line}");
            }
        }
        if text.len() == begun {
            text.push_str("  the same lines, in another order or number\n");
        }
        text
    }

    /// Writes the file, and makes the folders above it.
    fn write(&self) -> Result<()> {
        let put = || {
            fs::create_dir_all(self.path.parent().unwrap_or(Path::new(".")))?;
            atomic_file::replace(&self.path, self.new.as_bytes())
        };
        put().map_err(|error| Error::file(&self.path, &error))
    }
}
