//! From the words of a command to a judged run: what it needs is found, built and read here.

use std::cell::OnceCell;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::build::{self, Shape};
use crate::cli;
use crate::commands::bless::RunLines;
use crate::log::reader::Reader;
use crate::plan::Plan;
use crate::resources::{Elf, Home, Named};
use crate::run::accel::Accelerator;
use crate::run::boot::Interrupt;
use crate::run::campaign::{self as recover, Machine, Subject};
use crate::run::version;
use crate::spec::Spec;
use crate::suggest::near;
use crate::target::{self, Places, Target};
use crate::verdict::compare::{Judged, Report};
use crate::verdict::known_gaps as gaps;
use crate::verdict::outcome::{Problem, Result};

/// What every command that runs a target needs.
pub struct Workshop {
    pub home: Home,
    pub plan: Plan,
    pub spec: Spec,
    interrupt: Interrupt,
    /// The user's file for consoles, once it is open: all targets print into the same.
    log: OnceCell<File>,
}

/// A target with all that stands in its places.
pub struct Ready {
    target: Target,
    elf: Vec<u8>,
    places: Places,
    skip: Vec<usize>,
    reboots: u32,
    accelerator: Accelerator,
    /// An ELF of our own that goes away with this.
    _elf: Elf,
}

impl Workshop {
    pub fn new() -> Result<Workshop> {
        let home = Home::find();
        Ok(Workshop {
            spec: home.spec()?,
            home,
            plan: Plan::default(),
            interrupt: Interrupt::default(),
            log: OnceCell::new(),
        })
    }

    /// Runs a target and holds it against the oracle.
    pub fn report(
        &self,
        target: Target,
        how: &cli::How,
        oracle: Option<&Path>,
    ) -> Result<Report<'_>> {
        let oracle = self.oracle(&target, oracle)?;
        let subject = match &how.what.fault {
            Some(fault) => format!("{} with {fault}", target.name),
            None => target.name.clone(),
        };
        let begun = Instant::now();
        let subject_log = self.judged(target, how)?;
        Ok(Report {
            elapsed: Some(begun.elapsed()),
            ..self.compared(subject, subject_log, &oracle)
        })
    }

    /// What a run proves, held against the oracle.
    pub fn compared(&self, subject: String, subject_log: Judged, oracle: &Named) -> Report<'_> {
        Report {
            plan: &self.plan,
            spec: &self.spec,
            subject,
            oracle_name: oracle.name.clone(),
            subject_log,
            oracle_log: judge(&self.plan, &oracle.bytes),
            elapsed: None,
            gate: None,
        }
    }

    /// The log that a target is held against: the one given, or its own.
    pub fn oracle(&self, target: &Target, given: Option<&Path>) -> Result<Named> {
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

    /// Builds and finds all that a target's run needs.
    pub fn ready(&self, mut target: Target, how: &cli::How) -> Result<Ready> {
        let accelerator = Accelerator::new(&target, how.what.accel.as_deref())?;
        if how.what.kernel.is_some() && !target.wants("kernel") {
            return Err(Problem::usage(format!(
                "target {} takes no --kernel: it boots none",
                target.name
            )));
        }
        if let Some(path) = &how.what.kernel {
            target::require_file(path)?;
        }
        shorten(&mut target.limits, &how.limits);
        target::require_packages([&target])?;
        let skip = how.skip.iter().map(|title| skip_index(&self.plan, title));
        let skip = skip.collect::<Result<Vec<usize>>>()?;
        let elf = elf_to_run(&self.home, how.what.elf.as_deref())?;
        let path =
            fs::canonicalize(elf.path()).map_err(|error| Problem::file(elf.path(), &error))?;
        Ok(Ready {
            elf: read(&path)?,
            places: Places {
                elf: path,
                kernel: self.kernel(&target, how.what.kernel.as_deref())?,
                initramfs: None,
                fault: fault(&target, how.what.fault.as_deref())?,
                accel: None,
            },
            accelerator,
            target,
            skip,
            reboots: how.reboots,
            _elf: elf,
        })
    }

    /// Runs what is ready once; the console is copied as it comes.
    pub fn run(&self, ready: &mut Ready, copy: Option<&mut (dyn Write + '_)>) -> Result<Judged> {
        self.interrupt.listen()?;
        let subject = Subject {
            plan: &self.plan,
            target: &ready.target,
            elf: &ready.elf,
            places: ready.places.clone(),
            skip: &ready.skip,
            reboots: ready.reboots,
        };
        let mut machine = Machine {
            accelerator: &mut ready.accelerator,
            interrupt: &self.interrupt,
        };
        recover::run(&subject, &mut machine, copy)
    }

    /// The version of the kernel that is ready to boot.
    pub fn version(&self, ready: &Ready) -> Result<String> {
        self.interrupt.listen()?;
        version::ask(&ready.target, &ready.places, &self.interrupt)
    }

    fn log(&self, path: &Path) -> Result<&File> {
        if let Some(file) = self.log.get() {
            return Ok(file);
        }
        let file = File::create(path).map_err(|error| Problem::file(path, &error))?;
        Ok(self.log.get_or_init(|| file))
    }

    /// Runs a target as often as was asked.
    pub fn judged(&self, target: Target, how: &cli::How) -> Result<Judged> {
        self.runs(&mut self.ready(target, how)?, how, None)
    }

    /// Runs what is ready as often as was asked; the console goes to the user's file, and that of
    /// the last run to `also`.
    pub fn runs(
        &self,
        ready: &mut Ready,
        how: &cli::How,
        also: Option<&mut RunLines>,
    ) -> Result<Judged> {
        let mut copy = Copy {
            file: match &how.log {
                Some(path) => Some(self.log(path)?),
                None => None,
            },
            also,
        };
        let mut runs = Vec::new();
        for _ in 0..how.repeat {
            if let Some(also) = &mut copy.also {
                **also = RunLines::default();
            }
            runs.push(self.run(ready, Some(&mut copy))?);
            if self.interrupt.came() {
                break;
            }
        }
        gaps::merged(runs).ok_or_else(|| Problem::usage("nothing was run"))
    }
}

/// The user's words where there are several targets, not all of which take each.
pub struct Shares<'a>(&'a cli::How);

impl<'a> Shares<'a> {
    /// # Errors
    /// A word is for none of the targets, or one of them does not know it.
    pub fn new<'t>(
        targets: impl Iterator<Item = &'t Target> + Clone,
        how: &'a cli::How,
    ) -> Result<Shares<'a>> {
        let shares = Shares(how);
        for (given, place) in [
            (how.what.kernel.is_some(), "kernel"),
            (how.what.fault.is_some(), "fault"),
            (how.what.accel.is_some(), "accel"),
        ] {
            if given && !targets.clone().any(|target| target.wants(place)) {
                return Err(Problem::usage(format!("none of these takes --{place}")));
            }
        }
        for target in targets {
            let how = shares.of(target);
            fault(target, how.what.fault.as_deref())?;
            Accelerator::new(target, how.what.accel.as_deref())?;
        }
        Ok(shares)
    }

    /// What of them is for one target.
    pub fn of(&self, target: &Target) -> cli::How {
        let mut how = self.0.clone();
        how.what.kernel = how.what.kernel.filter(|_| target.wants("kernel"));
        how.what.fault = how.what.fault.filter(|_| target.wants("fault"));
        how.what.accel = how.what.accel.filter(|_| target.wants("accel"));
        how
    }
}

/// Where a console goes beside the reader.
struct Copy<'a> {
    file: Option<&'a File>,
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
    // Whoever grants a boot its time grants it to an accelerator on trial, too.
    if let Some(seconds) = given.boot {
        limits.accel = seconds.into();
    }
}

/// The place of a check in the plan, or the title that was probably meant.
fn skip_index(plan: &Plan, title: &str) -> Result<usize> {
    if let Some(check) = plan.find(title) {
        return Ok(check.index);
    }
    let hint = match near(title, plan.checks.iter().map(|check| check.title.as_str())) {
        Some(near) => format!("did you mean {near:?}?"),
        None => "a log has the titles behind [PASS] and [FAIL]".to_string(),
    };
    Err(Problem::usage(format!(
        "no check is called {title:?}; {hint}"
    )))
}

/// The user's ELF, or the repository's built afresh, or the one that we carry.
pub fn elf_to_run(home: &Home, given: Option<&Path>) -> Result<Elf> {
    match (given, &home.repository) {
        (Some(path), _) => Ok(Elf::Kept(regular(path)?)),
        (None, Some(root)) => Ok(Elf::Kept(build::build(root, Shape::Plain)?)),
        (None, None) => home.carried_elf(),
    }
}

/// The whole path of a regular file: a bare name would be looked for in PATH, and a pipe would be
/// waited for.
fn regular(path: &Path) -> Result<PathBuf> {
    let whole = fs::canonicalize(path).map_err(|error| Problem::file(path, &error))?;
    if whole.is_file() {
        return Ok(whole);
    }
    let path = path.display();
    Err(Problem::usage(format!(
        "{path}: not a regular file; give --elf the file of the suite's ELF"
    )))
}

pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| Problem::file(path, &error))
}

/// What a log in memory proves.
fn judge(plan: &Plan, bytes: &[u8]) -> Judged {
    let mut reader = Reader::new(plan);
    reader.feed(bytes, &mut |_| {});
    Judged::of(plan, &reader.finish())
}

/// What a log in a file proves; the file may be longer than memory.
pub fn judge_file(plan: &Plan, path: &Path) -> Result<Judged> {
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
