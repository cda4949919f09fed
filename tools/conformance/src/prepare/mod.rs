//! From the options of a command to a judged run: what it needs is found, built and read here.

mod options;

pub use options::{Inputs, LimitOverrides, PerTarget, RunOptions};

use std::cell::OnceCell;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::build::{self, Shape};
use crate::error::{Error, Result};
use crate::log::reader::Reader;
use crate::log::run_lines::RunLines;
use crate::plan::Plan;
use crate::resources::{self, Named, Resources};
use crate::run::accel::Accelerator;
use crate::run::image::Elf;
use crate::run::interrupt::Interrupt;
use crate::run::{self, Subject, version};
use crate::spec::Spec;
use crate::suggest::closest;
use crate::target::{self, Places, Target};
use crate::verdict::compare::Report;
use crate::verdict::repeat::merged;
use crate::verdict::run_outcome::RunOutcome;

/// What every command that runs a target needs.
pub struct Runner {
    pub home: Resources,
    pub plan: Plan,
    pub spec: Spec,
    interrupt: Interrupt,
    /// The user's file for consoles, once it is open: all targets print into the same.
    log: OnceCell<File>,
}

/// A target with all that stands in its places.
pub struct PreparedTarget {
    target: Target,
    elf: Vec<u8>,
    places: Places,
    skip: Vec<usize>,
    reboots: u32,
    accelerator: Accelerator,
    /// An ELF of our own that goes away with this.
    _elf: Elf,
}

impl Runner {
    pub fn new() -> Result<Runner> {
        let home = Resources::find();
        Ok(Runner {
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
        options: &RunOptions,
        oracle: Option<&Path>,
    ) -> Result<Report<'_>> {
        let oracle = self.oracle(&target, oracle)?;
        let subject = match &options.inputs.fault {
            Some(fault) => format!("{} with {fault}", target.name),
            None => target.name.clone(),
        };
        let begun = Instant::now();
        let subject_log = self.judged(target, options)?;
        Ok(Report {
            elapsed: Some(begun.elapsed()),
            ..self.compared(subject, subject_log, &oracle)
        })
    }

    /// What a run proves, held against the oracle.
    pub fn compared(&self, subject: String, subject_log: RunOutcome, oracle: &Named) -> Report<'_> {
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
    pub fn ready(&self, mut target: Target, options: &RunOptions) -> Result<PreparedTarget> {
        let accelerator = Accelerator::new(&target, options.inputs.accel.as_deref())?;
        if options.inputs.kernel.is_some() && !target.wants("kernel") {
            return Err(Error::usage(format!(
                "target {} takes no --kernel: it boots none",
                target.name
            )));
        }
        if let Some(path) = &options.inputs.kernel {
            target::require_file(path)?;
        }
        options.limits.apply(&mut target.limits);
        target::require_packages([&target])?;
        let skip = options
            .skip
            .iter()
            .map(|title| skip_index(&self.plan, title));
        let skip = skip.collect::<Result<Vec<usize>>>()?;
        let elf = elf_to_run(&self.home, options.inputs.elf.as_deref())?;
        let path = fs::canonicalize(elf.path()).map_err(|error| Error::file(elf.path(), &error))?;
        Ok(PreparedTarget {
            elf: read(&path)?,
            places: Places {
                elf: path,
                kernel: self.kernel(&target, options.inputs.kernel.as_deref())?,
                initramfs: None,
                fault: options::fault(&target, options.inputs.fault.as_deref())?,
                accel: None,
            },
            accelerator,
            target,
            skip,
            reboots: options.reboots,
            _elf: elf,
        })
    }

    /// Runs what is ready once; the console is copied as it comes.
    pub fn run(
        &self,
        ready: &mut PreparedTarget,
        copy: Option<&mut (dyn Write + '_)>,
    ) -> Result<RunOutcome> {
        self.interrupt.listen()?;
        let subject = Subject {
            plan: &self.plan,
            target: &ready.target,
            elf: &ready.elf,
            linux_init: resources::LINUX_INIT,
            places: ready.places.clone(),
            skip: &ready.skip,
            reboots: ready.reboots,
        };
        run::run(&subject, &mut ready.accelerator, &self.interrupt, copy)
    }

    /// The version of the kernel that is ready to boot.
    pub fn version(&self, ready: &PreparedTarget) -> Result<String> {
        self.interrupt.listen()?;
        version::ask(&ready.target, &ready.places, &self.interrupt)
    }

    fn log(&self, path: &Path) -> Result<&File> {
        if let Some(file) = self.log.get() {
            return Ok(file);
        }
        let file = File::create(path).map_err(|error| Error::file(path, &error))?;
        Ok(self.log.get_or_init(|| file))
    }

    /// Runs a target as often as was asked.
    pub fn judged(&self, target: Target, options: &RunOptions) -> Result<RunOutcome> {
        self.runs(&mut self.ready(target, options)?, options, None)
    }

    /// Runs what is ready as often as was asked; the console goes to the user's file, and that of
    /// the last run to `also`.
    pub fn runs(
        &self,
        ready: &mut PreparedTarget,
        options: &RunOptions,
        also: Option<&mut RunLines>,
    ) -> Result<RunOutcome> {
        let mut copy = Copy {
            file: match &options.log {
                Some(path) => Some(self.log(path)?),
                None => None,
            },
            also,
        };
        let mut runs = Vec::new();
        for _ in 0..options.repeat {
            if let Some(also) = &mut copy.also {
                **also = RunLines::default();
            }
            runs.push(self.run(ready, Some(&mut copy))?);
            if self.interrupt.came() {
                break;
            }
        }
        merged(runs).ok_or_else(|| Error::usage("nothing was run"))
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

/// The place of a check in the plan, or the title that was probably meant.
fn skip_index(plan: &Plan, title: &str) -> Result<usize> {
    if let Some(check) = plan.find(title) {
        return Ok(check.index);
    }
    let hint = match closest(title, plan.checks.iter().map(|check| check.title.as_str())) {
        Some(near) => format!("did you mean {near:?}?"),
        None => "a log has the titles behind [PASS] and [FAIL]".to_string(),
    };
    Err(Error::usage(format!(
        "no check is called {title:?}; {hint}"
    )))
}

/// The user's ELF, or the repository's built afresh, or the one that we carry.
pub fn elf_to_run(home: &Resources, given: Option<&Path>) -> Result<Elf> {
    match (given, &home.repository) {
        (Some(path), _) => Ok(Elf::Path(regular(path)?)),
        (None, Some(root)) => Ok(Elf::Path(build::build(root, Shape::Plain)?)),
        (None, None) => Elf::temp(resources::ELF),
    }
}

/// The whole path of a regular file: a bare name would be looked for in PATH, and a pipe would be
/// waited for.
fn regular(path: &Path) -> Result<PathBuf> {
    let whole = fs::canonicalize(path).map_err(|error| Error::file(path, &error))?;
    if whole.is_file() {
        return Ok(whole);
    }
    let path = path.display();
    Err(Error::usage(format!(
        "{path}: not a regular file; give --elf the file of the suite's ELF"
    )))
}

pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| Error::file(path, &error))
}

/// What a log in memory proves.
fn judge(plan: &Plan, bytes: &[u8]) -> RunOutcome {
    let mut reader = Reader::new(plan);
    reader.feed(bytes, &mut |_| {});
    reader.finish().outcome(plan)
}

/// What a log in a file proves; the file may be longer than memory.
pub fn judge_file(plan: &Plan, path: &Path) -> Result<RunOutcome> {
    let problem = |error| Error::file(path, &error);
    let mut input: Box<dyn Read> = if path == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(File::open(path).map_err(problem)?)
    };
    let mut reader = Reader::new(plan);
    let mut buffer = vec![0; 1 << 16];
    loop {
        match input.read(&mut buffer) {
            Ok(0) => return Ok(reader.finish().outcome(plan)),
            Ok(count) => reader.feed(&buffer[..count], &mut |_| {}),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(problem(error)),
        }
    }
}
