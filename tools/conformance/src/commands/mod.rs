//! What each command does, from its words to its exit code.

pub mod bench;
pub mod bless;
pub mod faults;

use std::fs;
use std::path::{Path, PathBuf};

use crate::build::inspect as elf;
use crate::build::{self, Shape};
use crate::cli::{self, Command};
use crate::error::{EXIT_GAPS, EXIT_GOOD, EXIT_USAGE, Error, Result};
use crate::plan::Plan;
use crate::prepare::{PerTarget, Runner, elf_to_run, judge_file, read};
use crate::report::matrix::Matrix;
use crate::report::{Outputs, print};
use crate::resources::Resources;
use crate::spec::readme;
use crate::spec::{self, By};
use crate::target::{self, Target};
use crate::verdict::compare::Report;
use crate::verdict::known_gaps::{self as gaps, Gaps};

/// Does what was asked; the exit code.
pub fn run(command: &Command) -> Result<u8> {
    match command {
        Command::Build(args) => build(args),
        Command::Run(args) => run_target(args),
        Command::Gate(args) => gate(args),
        Command::Matrix(args) => matrix(args),
        Command::Diff(args) => diff(args),
        Command::Bless(args) => bless::main(args),
        Command::Spec(args) => spec(args),
        Command::Bench(args) => bench(args),
        Command::Faults(args) => crate::commands::faults::main(args, |home, given| {
            elf_to_run(home, given.map(PathBuf::as_path))
        }),
    }
}

fn build(args: &cli::Build) -> Result<u8> {
    let home = Resources::find();
    let shape = match (args.freestanding, args.pie) {
        (true, _) => Shape::Freestanding,
        (_, true) => Shape::Pie,
        _ => Shape::Plain,
    };
    let path = build::build(home.required()?, shape)?;
    let bytes = read(&path)?;
    let found = elf::inspect(&bytes, shape.kind())?;
    let plan = Plan::default();
    let mut text = format!(
        "{}\n{} of {} bytes, entry {:#x}\nsuite {:08x}, plan {}\n",
        path.display(),
        found.size,
        elf::SIZE_MAX,
        found.entry,
        plan.id,
        plan.checks.len()
    );
    for segment in &found.segments {
        text += &format!(
            "segment {} at {:#x}, {} bytes in the file, {} in memory\n",
            segment.access, segment.address, segment.file_size, segment.memory_size
        );
    }
    text += &room_left(plan.id, &found);
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

/// The room that the ELF of a suite has left, as the packer counts it.
fn room_left(suite: u32, found: &elf::Inspected) -> String {
    let sections = found.sections.iter().filter(|(name, _)| name == ".bss");
    let bss: u64 = sections.map(|(_, size)| size).sum();
    let bss = usize::try_from(bss).unwrap_or(usize::MAX);
    let suite = packer::suites::by_id(suite);
    suite.map_or_else(String::new, |suite| {
        packer::Rooms::of(suite, found.size, bss).to_string()
    })
}

fn run_target(args: &cli::Run) -> Result<u8> {
    let outputs = Outputs::new(&args.reports.format, &args.reports.out)?;
    let runner = Runner::new()?;
    let target = runner.home.target(&args.target)?;
    let report = runner.report(target, &args.options, args.oracle.as_deref())?;
    outputs.write(&report)?;
    Ok(report.exit())
}

fn gate(args: &cli::Gate) -> Result<u8> {
    let outputs = Outputs::new(&args.reports.format, &args.reports.out)?;
    let runner = Runner::new()?;
    let target = runner.home.target(&args.target)?;
    let (name, gaps) = match &args.gaps {
        Some(path) => {
            let name = path.display().to_string();
            let text = fs::read_to_string(path).map_err(|error| Error::file(path, &error))?;
            (name.clone(), Gaps::parse(&name, &text)?)
        }
        None => runner.home.gaps(&target)?,
    };
    let mut report = runner.report(target, &args.options, args.oracle.as_deref())?;
    report.gate = Some(gaps.judge(&name, &report, gaps::today()));
    outputs.write(&report)?;
    Ok(report.exit())
}

fn matrix(args: &cli::Matrix) -> Result<u8> {
    let outputs = Outputs::of_matrix(&args.reports.format, &args.reports.out, args.families)?;
    let runner = Runner::new()?;
    // All words are understood before anything is run.
    let target = |word: &String| {
        let log = Path::new(word).is_file() && !word.ends_with(".toml");
        (!log).then(|| runner.home.target(word)).transpose()
    };
    let targets = args
        .columns
        .iter()
        .map(target)
        .collect::<Result<Vec<_>>>()?;
    let how = PerTarget::new(targets.iter().flatten(), &args.options)?;
    target::require_packages(targets.iter().flatten())?;
    let ready = |target: Option<Target>| {
        let target = target.map(|target| (how.of(&target), target));
        let ready = target.map(|(how, target)| Ok((runner.ready(target, &how)?, how)));
        ready.transpose()
    };
    let targets = targets.into_iter().map(ready).collect::<Result<Vec<_>>>()?;
    let mut columns = Vec::new();
    for (word, target) in args.columns.iter().zip(targets) {
        let log = match target {
            Some((mut ready, how)) => runner.runs(&mut ready, &how, None)?,
            None => judge_file(&runner.plan, Path::new(word))?,
        };
        columns.push((word.clone(), log));
    }
    let matrix = Matrix {
        plan: &runner.plan,
        columns,
        all: args.all,
        families: args.families,
    };
    outputs.write_matrix(&matrix)?;
    Ok(matrix.exit())
}

fn diff(args: &cli::Diff) -> Result<u8> {
    let outputs = Outputs::new(&args.reports.format, &args.reports.out)?;
    let stdin = Path::new("-");
    if args.oracle == stdin && args.log == stdin {
        return Err(Error::usage("only one of the two logs can be stdin"));
    }
    let (home, plan) = (Resources::find(), Plan::default());
    let spec = home.spec()?;
    let name = |path: &Path, role: &str| match path {
        path if path == stdin => "stdin".to_string(),
        path if args.oracle == args.log => format!("{} as {role}", path.display()),
        path => path.display().to_string(),
    };
    let report = Report {
        plan: &plan,
        spec: &spec,
        subject: name(&args.log, "log"),
        oracle_name: name(&args.oracle, "oracle"),
        oracle_log: judge_file(&plan, &args.oracle)?,
        subject_log: judge_file(&plan, &args.log)?,
        elapsed: None,
        gate: None,
    };
    outputs.write(&report)?;
    Ok(report.exit())
}

fn bench(args: &cli::Bench) -> Result<u8> {
    if let Some(target) = &args.target {
        print(bench::target(&Runner::new()?, target, args)?.as_bytes())?;
        return Ok(EXIT_GOOD);
    }
    let cli::Inputs {
        kernel,
        fault,
        accel,
        ..
    } = &args.inputs;
    if kernel.is_some() || fault.is_some() || accel.is_some() {
        return Err(Error::usage(
            "--kernel, --fault and --accel need a target: `bench TARGET`",
        ));
    }
    let elf = elf_to_run(&Resources::find(), args.inputs.elf.as_deref())?;
    let text = if args.reader {
        bench::reader(elf.path())?
    } else if args.lies {
        bench::lies(elf.path())?
    } else {
        bench::times(elf.path(), args.runs, args.busy)?
    };
    print(text.as_bytes())?;
    Ok(EXIT_GOOD)
}

fn spec(args: &cli::Spec) -> Result<u8> {
    let (home, plan) = (Resources::find(), Plan::default());
    let spec = home.spec()?;
    let table = readme::table(&plan, &spec);
    if args.write {
        readme::write(home.required()?, &table)?;
        return Ok(EXIT_GOOD);
    }
    if args.check {
        let mut wrong = spec.disagreements(&plan);
        if let Some(root) = &home.repository {
            wrong.extend(readme::disagreement(root, &table)?);
        }
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
