//! Writes a target's reference output and known gaps, after showing what changes.

use std::fmt::Write;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cli;
use crate::error::{EXIT_GAPS, EXIT_GOOD, Error, Result};
use crate::log::run_lines::RunLines;
use crate::prepare::{RunOptions, Runner};
use crate::report::print;
use crate::resources::Resources;
use crate::target::Target;
use crate::toml_file;
use crate::verdict::outcome::Outcome;
use crate::verdict::run_outcome::RunOutcome;

/// Runs a target and writes down what it said; the exit code.
pub fn main(args: &cli::Bless) -> Result<u8> {
    let options = RunOptions::from(&args.options);
    as_it_is(&options)?;
    let runner = Runner::new()?;
    let home = &runner.home;
    let target = home.target(&args.target)?;
    // All that may be amiss is found before anything is run.
    let (log_place, sidecar_place) = reference_places(home, &target)?;
    // The oracle is right by itself; what it gets wrong stands in its reference output.
    let oracle = match target.own_file || target.name != target.oracle {
        true => Some(runner.oracle(&target, args.oracle.as_deref())?),
        false => None,
    };
    let (_, known) = home.gaps(&target)?;
    let mut ready = runner.ready(target.clone(), &options)?;
    let sidecar = Sidecar::new(&target, runner.version(&ready)?);
    let mut log = RunLines::default();
    let judged = runner.runs(&mut ready, &options, Some(&mut log))?;
    if !judged.is_complete() {
        let reason = judged.defects.first().map(ToString::to_string);
        return Err(Error::no_verdict(format!(
            "this run is not complete: {}",
            reason.unwrap_or_default()
        )));
    }
    let mut notes = String::new();
    let mut changes = Vec::new();
    // Writing to a string cannot fail.
    if judged.boots == options.repeat as usize {
        changes.extend(Change::new(log_place, log.text)?);
        changes.extend(Change::new(sidecar_place, sidecar.text()?)?);
    } else {
        let (log, sidecar) = (log_place.0, sidecar_place.0);
        let _ = writeln!(notes, "{log}, {sidecar}: {}", no_log(&judged));
    }
    if let Some(oracle) = oracle {
        let report = runner.compared(target.name.clone(), judged, &oracle);
        for title in known.failing_must_pass(&report) {
            let _ = writeln!(notes, "{title} must pass and fails; no entry written");
        }
        let new = known.blessed(&report, &args.reason).text(&target.name)?;
        let (name, path) = home.gaps_place(&target);
        let path = path.ok_or_else(|| Error::usage(OUTSIDE))?;
        changes.extend(Change::new((name, path), new)?);
    }
    finish(&changes, &notes, args.dry_run)
}

/// Refuses what would write down another kernel, or another suite, than that of the target.
fn as_it_is(options: &RunOptions) -> Result<()> {
    for (given, word) in [
        (options.inputs.fault.is_some(), "--fault"),
        (options.inputs.elf.is_some(), "--elf"),
        (!options.skip.is_empty(), "--skip"),
    ] {
        if given {
            return Err(Error::usage(format!(
                "bless takes no {word}: it writes down what the whole suite says of the kernel as \
                 it is"
            )));
        }
    }
    Ok(())
}

/// Why a run has no log that can be kept, and how it would have one.
fn no_log(judged: &RunOutcome) -> String {
    let dead = |outcome: &Outcome| matches!(outcome, Outcome::Crash | Outcome::Hang);
    let how = match judged.outcomes.iter().any(dead) {
        true => "",
        false => "; --reboots 0 makes it one",
    };
    format!(
        "not written, what is there is kept; a log is of one boot, and there were {}{how}",
        judged.boots
    )
}

/// Says what changes and, unless that is all that was asked, writes it.
fn finish(changes: &[Change], notes: &str, dry_run: bool) -> Result<u8> {
    let shown: String = changes.iter().map(Change::shown).collect();
    let names: Vec<&str> = changes.iter().map(|change| change.name.as_str()).collect();
    let names = names.join(", ");
    let (last, exit) = match (changes.is_empty(), dry_run) {
        (true, _) => ("nothing changes".to_string(), EXIT_GOOD),
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

/// Where a target's reference output and what stands beside it are, in words and as files.
fn reference_places(
    home: &Resources,
    target: &Target,
) -> Result<((String, PathBuf), (String, PathBuf))> {
    let place = |ending: &str| {
        let name = format!("{}.{ending}", target.name);
        match (&target.folder, &home.repository) {
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
    Ok((place("txt")?, place(ending)?))
}

/// What stands beside a reference output: which kernel gave it.
#[derive(Debug, Serialize)]
pub struct Sidecar {
    pub kernel: String,
    /// As its own command says it.
    pub version: String,
    pub machine: &'static str,
}

impl Sidecar {
    pub fn new(target: &Target, version: String) -> Sidecar {
        let name = target.kernel_name.as_ref().unwrap_or(&target.name);
        Sidecar {
            kernel: name.clone(),
            version,
            // The only one that the ELF is built for.
            machine: "x86_64",
        }
    }

    fn text(&self) -> Result<String> {
        toml_file::text("the sidecar", self)
    }
}

/// What is said where a file of the repository would be written from elsewhere.
const OUTSIDE: &str =
    "not inside the repository, and the target is not a file: there is nowhere to write";

/// A file to write.
struct Change {
    /// Its path, as people are told it.
    name: String,
    path: PathBuf,
    /// What stands there now, if it is there.
    old: Option<String>,
    new: String,
}

impl Change {
    fn new((name, path): (String, PathBuf), new: String) -> Result<Option<Change>> {
        let old = match fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(Error::file(&path, &error)),
        };
        let change = Change {
            name,
            path,
            old,
            new,
        };
        Ok((change.old.as_ref() != Some(&change.new)).then_some(change))
    }

    /// The lines that differ below the file's name; of a log that is new only their number.
    fn shown(&self) -> String {
        let new: Vec<&str> = self.new.lines().collect();
        let old: Vec<&str> = self.old.iter().flat_map(|old| old.lines()).collect();
        let is_log = self.path.extension().is_some_and(|ending| ending == "txt");
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

    /// Writes the file, and the folders it needs.
    fn write(&self) -> Result<()> {
        let put = || {
            fs::create_dir_all(self.path.parent().unwrap_or(Path::new(".")))?;
            fs::write(&self.path, &self.new)
        };
        put().map_err(|error| Error::file(&self.path, &error))
    }
}
