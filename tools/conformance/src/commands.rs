//! What each command does, from its words to its exit code.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

use crate::bench;
use crate::bless::{self, Sidecar};
use crate::build::{self, Shape};
use crate::cli::{self, Command};
use crate::compare::{Judged, Report};
use crate::home::{Elf, Home, passing_elf};
use crate::model::{EXIT_GAPS, EXIT_GOOD, EXIT_USAGE, Problem, Result};
use crate::plan::Plan;
use crate::reader::Reader;
use crate::report::{Outputs, print};
use crate::run::{self, Limits, Ran};
use crate::spec::{self, By};
use crate::{elf, operator};

/// The target that needs nothing: the kernel we run on.
const LINUX: &str = "linux";

/// Does what was asked; the exit code.
pub fn run(command: &Command) -> Result<u8> {
    match command {
        Command::Build(args) => build(args),
        Command::Run(args) => run_target(args),
        Command::Diff(args) => diff(args),
        Command::Bless(args) => bless(args),
        Command::Spec(args) => spec(args),
        Command::Bench(args) => bench(args),
    }
}

fn build(args: &cli::Build) -> Result<u8> {
    let home = Home::find();
    let shape = match (args.freestanding, args.pie) {
        (true, _) => Shape::Freestanding,
        (_, true) => Shape::Pie,
        _ => Shape::Plain,
    };
    let path = build::build(home.required()?, shape)?;
    let bytes = read(&path)?;
    let found = elf::inspect(&bytes, shape.kind())?;
    let plan = Plan::new();
    let mut text = format!(
        "{}\n{} of {} bytes, entry {:#x}\nsuite {:08x}, plan {}\n",
        path.display(),
        found.size,
        elf::SIZE_MAX,
        found.entry,
        plan.suite,
        plan.checks.len()
    );
    for segment in &found.segments {
        text += &format!(
            "segment {} at {:#x}, {} bytes in the file, {} in memory\n",
            segment.access, segment.address, segment.file_size, segment.memory_size
        );
    }
    print(text.as_bytes())?;
    for fault in &found.faults {
        eprintln!("error: {}: {fault}", path.display());
    }
    Ok(if found.faults.is_empty() {
        EXIT_GOOD
    } else {
        EXIT_USAGE
    })
}

fn run_target(args: &cli::Run) -> Result<u8> {
    only_linux(&args.target)?;
    let outputs = Outputs::new(&args.reports.format, &args.reports.out)?;
    let (home, plan) = (Home::find(), Plan::new());
    let spec = home.spec()?;
    let (oracle_name, oracle) = match &args.oracle {
        Some(path) => (path.display().to_string(), read(path)?),
        None => {
            let reference = home.reference(&args.target)?;
            (reference.name, reference.bytes)
        }
    };
    let skipped = args.skip.iter().map(|title| skip_index(&plan, title));
    let skipped = skipped.collect::<Result<Vec<usize>>>()?;
    let mut elf = elf_to_run(&home, args.elf.as_deref())?;
    if !skipped.is_empty() {
        let patched = operator::patched(&read(elf.path())?, &operator::skipping(skipped)?)?;
        elf = Elf::Passing(passing_elf(&patched)?);
    }
    let mut log = match &args.log {
        Some(path) => Some(File::create(path).map_err(|error| Problem::file(path, &error))?),
        None => None,
    };
    let copy = log.as_mut().map(|file| file as &mut dyn Write);
    let ran = run_elf(&plan, &elf, &args.limits, copy)?;
    let report = Report {
        plan: &plan,
        spec: &spec,
        subject: args.target.clone(),
        oracle_name,
        subject_log: ran.judged,
        oracle_log: judge(&plan, &oracle),
        elapsed: Some(ran.elapsed),
    };
    outputs.write(&report)?;
    Ok(report.exit())
}

fn diff(args: &cli::Diff) -> Result<u8> {
    let outputs = Outputs::new(&args.reports.format, &args.reports.out)?;
    let stdin = Path::new("-");
    if args.oracle == stdin && args.log == stdin {
        return Err(Problem::usage("only one of the two logs can be stdin"));
    }
    let (home, plan) = (Home::find(), Plan::new());
    let spec = home.spec()?;
    let report = Report {
        plan: &plan,
        spec: &spec,
        subject: args.log.display().to_string(),
        oracle_name: args.oracle.display().to_string(),
        oracle_log: judge_file(&plan, &args.oracle)?,
        subject_log: judge_file(&plan, &args.log)?,
        elapsed: None,
    };
    outputs.write(&report)?;
    Ok(report.exit())
}

fn bless(args: &cli::Bless) -> Result<u8> {
    only_linux(&args.target)?;
    let (home, plan) = (Home::find(), Plan::new());
    let root = home.required()?;
    let elf = elf_to_run(&home, None)?;
    let mut log = Vec::new();
    let ran = run_elf(&plan, &elf, &args.limits, Some(&mut log))?;
    if !ran.judged.is_complete() {
        let reason = ran
            .judged
            .flaws
            .first()
            .map_or_else(String::new, ToString::to_string);
        return Err(Problem::no_verdict(format!(
            "this run is not complete: {reason}"
        )));
    }
    let new = String::from_utf8_lossy(&log).into_owned();
    let old = home
        .reference(&args.target)
        .map(|reference| reference.bytes)
        .unwrap_or_default();
    let changes = bless::changes(&String::from_utf8_lossy(&old), &new);
    print(changes.as_bytes())?;
    if args.dry_run {
        return Ok(if changes.is_empty() {
            EXIT_GOOD
        } else {
            EXIT_GAPS
        });
    }
    bless::write(root, &args.target, &new, &Sidecar::of_this_kernel()?)?;
    Ok(EXIT_GOOD)
}

fn bench(args: &cli::Bench) -> Result<u8> {
    let elf = elf_to_run(&Home::find(), args.elf.as_deref())?;
    let text = if args.lies {
        bench::lies(elf.path())?
    } else {
        bench::times(elf.path(), args.runs, args.busy)?
    };
    print(text.as_bytes())?;
    Ok(EXIT_GOOD)
}

fn spec(args: &cli::Spec) -> Result<u8> {
    let (home, plan) = (Home::find(), Plan::new());
    let spec = home.spec()?;
    if args.check {
        let wrong = spec.disagreements(&plan);
        for line in &wrong {
            eprintln!("error: {line}");
        }
        if !wrong.is_empty() {
            return Ok(EXIT_GAPS);
        }
        print(format!("{} checks and tests-spec agree\n", plan.checks.len()).as_bytes())?;
        return Ok(EXIT_GOOD);
    }
    let all = [By::Profile, By::Category, By::Syscall, By::Clause];
    let by = if args.by.is_empty() {
        &all[..]
    } else {
        &args.by
    };
    let mut tables: Vec<String> = by
        .iter()
        .map(|&by| spec::coverage(&plan, &spec, by))
        .collect();
    tables.push(spec::errors(&spec));
    print(tables.join("\n").as_bytes())?;
    Ok(EXIT_GOOD)
}

fn only_linux(target: &str) -> Result<()> {
    if target == LINUX {
        return Ok(());
    }
    Err(Problem::usage(format!(
        "no target is called {target}; did you mean {LINUX}?"
    )))
}

/// The place of a check in the plan, or the title that was probably meant.
fn skip_index(plan: &Plan, title: &str) -> Result<usize> {
    if let Some(check) = plan.find(title) {
        return Ok(check.index);
    }
    let near = plan.checks.iter().find(|check| check.title.contains(title));
    let hint = near.map_or_else(String::new, |near| {
        format!("; did you mean {:?}?", near.title)
    });
    Err(Problem::usage(format!(
        "no check is called {title:?}{hint}"
    )))
}

/// The user's ELF, or the repository's built afresh, or the one that we carry.
fn elf_to_run(home: &Home, given: Option<&Path>) -> Result<Elf> {
    match (given, &home.repository) {
        (Some(path), _) => Ok(Elf::Kept(path.to_path_buf())),
        (None, Some(root)) => Ok(Elf::Kept(build::build(root, Shape::Plain)?)),
        (None, None) => home.carried_elf(),
    }
}

fn run_elf(
    plan: &Plan,
    elf: &Elf,
    limits: &cli::Limits,
    copy: Option<&mut dyn Write>,
) -> Result<Ran> {
    let path = fs::canonicalize(elf.path()).map_err(|error| Problem::file(elf.path(), &error))?;
    let limits = Limits {
        silence: Duration::from_secs(limits.silence.into()),
        total: Duration::from_secs(limits.total.into()),
    };
    run::run(plan, &mut std::process::Command::new(path), limits, copy)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| Problem::file(path, &error))
}

/// What a log in memory proves.
fn judge(plan: &Plan, bytes: &[u8]) -> Judged {
    let mut reader = Reader::new(plan);
    reader.feed(bytes, &mut |_| {});
    Judged::of(plan, &reader.finish())
}

/// What a log in a file proves; the file may be longer than memory.
fn judge_file(plan: &Plan, path: &Path) -> Result<Judged> {
    let problem = |error| Problem::file(path, &error);
    let mut input: Box<dyn Read> = if path == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(File::open(path).map_err(problem)?)
    };
    let mut reader = Reader::new(plan);
    let mut buffer = vec![0; 1 << 16];
    loop {
        match input.read(&mut buffer) {
            Ok(0) => return Ok(Judged::of(plan, &reader.finish())),
            Ok(count) => reader.feed(&buffer[..count], &mut |_| {}),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(problem(error)),
        }
    }
}
