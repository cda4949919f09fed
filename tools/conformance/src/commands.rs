//! What each command does, from its words to its exit code.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::bench;
use crate::bless::{self, RunLines, Sidecar};
use crate::build::{self, Shape};
use crate::cli::{self, Command};
use crate::compare::{Judged, Report};
use crate::elf;
use crate::gaps::{self, Gaps};
use crate::home::{Elf, Home, Named};
use crate::matrix::Matrix;
use crate::model::{EXIT_GAPS, EXIT_GOOD, EXIT_USAGE, Problem, Result};
use crate::plan::Plan;
use crate::reader::Reader;
use crate::readme;
use crate::recover::{self, Subject};
use crate::report::{Outputs, print};
use crate::run::Interrupt;
use crate::spec::{self, By};
use crate::target::{self, Places, Target};

/// Does what was asked; the exit code.
pub fn run(command: &Command) -> Result<u8> {
    match command {
        Command::Build(args) => build(args),
        Command::Run(args) => run_target(args),
        Command::Gate(args) => gate(args),
        Command::Matrix(args) => matrix(args),
        Command::Diff(args) => diff(args),
        Command::Bless(args) => bless(args),
        Command::Spec(args) => spec(args),
        Command::Bench(args) => bench(args),
        Command::Faults(args) => crate::faults::main(args, |home, given| {
            elf_to_run(home, given.map(PathBuf::as_path))
        }),
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
    let outputs = Outputs::new(&args.reports.format, &args.reports.out)?;
    let house = House::new()?;
    let target = house.home.target(&args.target)?;
    let report = house.report(target, &args.how, args.oracle.as_deref())?;
    outputs.write(&report)?;
    Ok(report.exit())
}

fn gate(args: &cli::Gate) -> Result<u8> {
    let outputs = Outputs::new(&args.reports.format, &args.reports.out)?;
    let house = House::new()?;
    let target = house.home.target(&args.target)?;
    let (name, gaps) = match &args.gaps {
        Some(path) => {
            let name = path.display().to_string();
            let text = fs::read_to_string(path).map_err(|error| Problem::file(path, &error))?;
            (name.clone(), Gaps::parse(&name, &text)?)
        }
        None => house.home.gaps(&target)?,
    };
    let mut report = house.report(target, &args.how, args.oracle.as_deref())?;
    report.gate = Some(gaps.judge(&name, &report, gaps::today()));
    outputs.write(&report)?;
    Ok(report.exit())
}

fn matrix(args: &cli::Matrix) -> Result<u8> {
    let outputs = Outputs::new(&args.reports.format, &args.reports.out)?;
    let house = House::new()?;
    let mut columns = Vec::new();
    for word in &args.columns {
        let path = Path::new(word);
        let log = if path.is_file() && !word.ends_with(".toml") {
            judge_file(&house.plan, path)?
        } else {
            house.judged(house.home.target(word)?, &args.how, None)?
        };
        columns.push((word.clone(), log));
    }
    let matrix = Matrix {
        plan: &house.plan,
        columns,
        all: args.all,
        families: args.families,
    };
    outputs.write_matrix(&matrix)?;
    Ok(matrix.exit())
}

/// What every command that runs a target needs.
struct House {
    home: Home,
    plan: Plan,
    spec: spec::Spec,
    interrupt: Interrupt,
}

impl House {
    fn new() -> Result<House> {
        let home = Home::find();
        Ok(House {
            spec: home.spec()?,
            home,
            plan: Plan::new(),
            interrupt: Interrupt::listen()?,
        })
    }

    /// Runs a target and holds it against the oracle.
    fn report(&self, target: Target, how: &cli::How, oracle: Option<&Path>) -> Result<Report<'_>> {
        let oracle = self.oracle(&target, oracle)?;
        let subject = match &how.fault {
            Some(fault) => format!("{} with {fault}", target.name),
            None => target.name.clone(),
        };
        let begun = Instant::now();
        let subject_log = self.judged(target, how, None)?;
        Ok(Report {
            plan: &self.plan,
            spec: &self.spec,
            subject,
            oracle_name: oracle.name,
            subject_log,
            oracle_log: judge(&self.plan, &oracle.bytes),
            elapsed: Some(begun.elapsed()),
            gate: None,
        })
    }

    /// The log that a target is held against: the one given, or its own.
    fn oracle(&self, target: &Target, given: Option<&Path>) -> Result<Named> {
        match given {
            Some(path) => Ok(Named {
                name: path.display().to_string(),
                bytes: read(path)?,
            }),
            None => self.home.reference(&target.oracle),
        }
    }

    /// The kernel of a target: the one given, one of the repository's own, or one that is there.
    fn kernel(&self, target: &Target, given: Option<&Path>) -> Result<Option<PathBuf>> {
        match (&target.kernel_package, &self.home.repository) {
            (Some(package), Some(root)) if given.is_none() => {
                build::kernel(root, package).map(Some)
            }
            _ => target.find_kernel(given),
        }
    }

    /// Runs a target as often as was asked; the console goes to the user's file and to `also`.
    fn judged(
        &self,
        mut target: Target,
        how: &cli::How,
        also: Option<&mut RunLines>,
    ) -> Result<Judged> {
        shorten(&mut target.limits, &how.limits);
        let skip = how.skip.iter().map(|title| skip_index(&self.plan, title));
        let skip = skip.collect::<Result<Vec<usize>>>()?;
        let elf = elf_to_run(&self.home, how.elf.as_deref())?;
        let path =
            fs::canonicalize(elf.path()).map_err(|error| Problem::file(elf.path(), &error))?;
        let bytes = read(&path)?;
        let places = Places {
            elf: path,
            kernel: self.kernel(&target, how.kernel.as_deref())?,
            initramfs: None,
            fault: fault(&target, how.fault.as_deref())?,
        };
        let subject = Subject {
            plan: &self.plan,
            target: &target,
            elf: &bytes,
            places,
            skip: &skip,
            reboots: how.reboots,
        };
        let mut copy = Copy {
            file: match &how.log {
                Some(path) => Some(File::create(path).map_err(|e| Problem::file(path, &e))?),
                None => None,
            },
            also,
        };
        let mut runs = Vec::new();
        for _ in 0..how.repeat {
            runs.push(recover::run(&subject, &self.interrupt, Some(&mut copy))?);
            if self.interrupt.came() {
                break;
            }
        }
        gaps::merged(runs).ok_or_else(|| Problem::usage("nothing was run"))
    }
}

/// Where a console goes beside the reader.
struct Copy<'a> {
    file: Option<File>,
    also: Option<&'a mut RunLines>,
}

impl Write for Copy<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if let Some(file) = &mut self.file {
            file.write_all(bytes)?;
        }
        if let Some(also) = &mut self.also {
            also.feed(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The fault of a target that has a place for one.
fn fault(target: &Target, given: Option<&str>) -> Result<Option<String>> {
    if !target.faults.is_empty() {
        let id = given.unwrap_or("none");
        let known = target.faults.iter().any(|fault| fault == id);
        if given.is_some() && !known {
            return Err(Problem::usage(format!(
                "target {} has no fault {id}; it has {}",
                target.name,
                target.faults.join(", ")
            )));
        }
        return Ok(Some(id.to_string()));
    }
    match (target.wants("fault"), given) {
        (false, None) => Ok(None),
        (true, Some(id)) => match faults::find(id) {
            Some(fault) => Ok(Some(fault.id.to_string())),
            None => Err(Problem::usage(format!(
                "no fault is called {id}; `faults list` prints them"
            ))),
        },
        (true, None) => Err(Problem::usage(format!(
            "target {} needs --fault ID",
            target.name
        ))),
        (false, Some(_)) => Err(Problem::usage(format!(
            "target {} takes no --fault; faulty-linux does",
            target.name
        ))),
    }
}

/// The user's limits in the place of the target's.
fn shorten(limits: &mut target::Limits, given: &cli::Limits) {
    for (limit, seconds) in [
        (&mut limits.boot, given.boot),
        (&mut limits.silence, given.silence),
        (&mut limits.check, given.check),
        (&mut limits.total, given.total),
    ] {
        if let Some(seconds) = seconds {
            *limit = seconds.into();
        }
    }
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
        gate: None,
    };
    outputs.write(&report)?;
    Ok(report.exit())
}

fn bless(args: &cli::Bless) -> Result<u8> {
    let house = House::new()?;
    let target = house.home.target(&args.target)?;
    let mut log = RunLines::default();
    let judged = house.judged(target.clone(), &args.how, Some(&mut log))?;
    if !judged.is_complete() {
        let reason = judged
            .flaws
            .first()
            .map_or_else(String::new, ToString::to_string);
        return Err(Problem::no_verdict(format!(
            "this run is not complete: {reason}"
        )));
    }
    let mut changes = String::new();
    let mut files = Vec::new();
    if judged.boots == 1 {
        let (text, written) = house.blessed_reference(&target, &log)?;
        changes += &text;
        files.extend(written);
    }
    // The oracle is right by itself; what it gets wrong stands in its reference output.
    if target.name != target.oracle {
        let oracle = house.oracle(&target, args.oracle.as_deref())?;
        let report = Report {
            plan: &house.plan,
            spec: &house.spec,
            subject: target.name.clone(),
            oracle_name: oracle.name,
            subject_log: judged,
            oracle_log: judge(&house.plan, &oracle.bytes),
            elapsed: None,
            gate: None,
        };
        let (_, gaps) = house.home.gaps(&target)?;
        let (name, path) = house.home.gaps_place(&target);
        let path = path.ok_or_else(|| Problem::usage(bless::OUTSIDE))?;
        let new = gaps.blessed(&report, &args.reason).text(&target.name)?;
        let old = fs::read_to_string(&path).unwrap_or_default();
        changes += &bless::shown(&name, &old, &new);
        files.push((path, new));
    }
    print(changes.as_bytes())?;
    if !args.dry_run {
        bless::write(&files)?;
    } else if !changes.is_empty() {
        return Ok(EXIT_GAPS);
    }
    Ok(EXIT_GOOD)
}

fn bench(args: &cli::Bench) -> Result<u8> {
    let elf = elf_to_run(&Home::find(), args.elf.as_deref())?;
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

impl House {
    /// What would change in a target's reference output, and the files to write.
    fn blessed_reference(&self, target: &Target, log: &RunLines) -> Result<(String, bless::Files)> {
        let folder = match (&target.folder, &self.home.repository) {
            (Some(folder), _) if target.own_file => folder.clone(),
            (_, Some(root)) => root.join("reference-outputs"),
            _ => return Err(Problem::usage(bless::OUTSIDE)),
        };
        let new = log.text.clone();
        let path = folder.join(format!("{}.txt", target.name));
        let old = fs::read_to_string(&path).unwrap_or_default();
        let changes = bless::shown(&format!("{}.txt", target.name), &old, &new);
        let mut files = vec![(path, new)];
        if target.name == target.oracle {
            let sidecar = Sidecar::of_this_kernel()?.text()?;
            files.push((folder.join(format!("{}.toml", target.name)), sidecar));
        }
        Ok((changes, files))
    }
}

fn spec(args: &cli::Spec) -> Result<u8> {
    let (home, plan) = (Home::find(), Plan::new());
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
