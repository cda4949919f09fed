//! Preparation: from options to a target that is ready to run, and to the outcome of its runs.

mod elf;
mod only;
mod options;
mod trace;

use self::elf::{regular, shape};
use self::only::Only;
pub(crate) use elf::{elf_to_run, suite_elf};
pub(crate) use only::{elf_of_check, elf_with_only};
pub(crate) use options::{Inputs, LimitOverrides, PerTarget, RunOptions};
pub(crate) use trace::oracle_trace;

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::build;
use crate::error::{Error, Result};
use crate::log::reader::Reader;
use crate::log::run_lines::RunLines;
use crate::plan::Plan;
use crate::resources::{self, Named, Resources};
use crate::run::accel::Accelerator;
use crate::run::campaign::REBOOTS;
use crate::run::image::Elf;
use crate::run::interrupt::Interrupt;
use crate::run::recording::{RECORD_MAX, last_record};
use crate::run::replay::replay;
use crate::run::scratch::RunFolder;
use crate::run::{self, Subject, prepare_command, version};
use crate::spec::Spec;
use crate::suggest::closest;
use crate::target::{self, Places, Target};
use crate::verdict::compare::{Comparison, Report};
use crate::verdict::repeat::merged;
use crate::verdict::run_outcome::RunOutcome;

/// Prepares targets and runs them: the state that all commands which run a target share.
pub(crate) struct Runner {
    pub resources: Resources,
    pub plan: Plan,
    pub spec: Spec,
    interrupt: Interrupt,
    /// The file that consoles are copied to, once it is open; all targets share it.
    console_copy: OnceCell<File>,
}

/// A target with its programs checked, its files found and built, and its placeholder values.
pub(crate) struct PreparedTarget {
    target: Target,
    elf: Vec<u8>,
    places: Places,
    skip: Vec<usize>,
    /// The checks that are judged; none where all are.
    only: Option<BTreeSet<usize>>,
    reboots: u32,
    jobs: u32,
    verbose: bool,
    accelerator: Accelerator,
    folder: Option<RunFolder>,
    /// Keeps a temporary ELF until the runs are over.
    _elf: Elf,
}

impl Runner {
    /// Finds the resources and reads the specification.
    ///
    /// # Errors
    /// A file of `tests-spec` is malformed.
    pub(crate) fn new() -> Result<Runner> {
        let resources = Resources::find();
        Ok(Runner {
            spec: resources.spec()?,
            resources,
            plan: Plan::default(),
            interrupt: Interrupt::default(),
            console_copy: OnceCell::new(),
        })
    }

    /// Prepares and runs a target, and compares the outcome with that of an oracle.
    pub(crate) fn report(
        &self,
        target: Target,
        options: &RunOptions,
        oracle: Option<&Path>,
    ) -> Result<(Report<'_>, PreparedTarget)> {
        let oracle = self.oracle(&target, oracle)?;
        let subject = match &options.inputs.fault {
            Some(fault) => format!("{} with {fault}", target.name),
            None => target.name.clone(),
        };
        let begun = Instant::now();
        let mut prepared = self.prepare(target, options)?;
        let outcome = self.run(&mut prepared, options, None)?;
        let report = Report {
            elapsed: Some(begun.elapsed()),
            ..self.compare(subject, outcome, &oracle)
        };
        Ok((report, prepared))
    }

    /// Compares the outcome of a run with that of an oracle.
    pub(crate) fn compare(
        &self,
        subject: String,
        outcome: RunOutcome,
        oracle: &Named,
    ) -> Report<'_> {
        let mut report = Report {
            plan: &self.plan,
            spec: &self.spec,
            subject,
            oracle_name: oracle.name.clone(),
            subject_log: outcome,
            oracle_log: judge(&self.plan, &oracle.bytes),
            elapsed: None,
            gate: None,
            oracle_trace: None,
            again: None,
            facts: Vec::new(),
            earlier: None,
        };
        if report.checks_with(Comparison::Gap).next().is_some() {
            report.oracle_trace = oracle_trace(&self.resources, &self.plan);
        }
        report
    }

    /// The log that a target is compared with: the one given, or its own.
    pub(crate) fn oracle(&self, target: &Target, given: Option<&Path>) -> Result<Named> {
        match given {
            Some(path) => Ok(Named {
                name: path.display().to_string(),
                bytes: read(path)?,
            }),
            None => self.resources.reference(&target.oracle),
        }
    }

    /// The kernel's file: the one given, one built from the repository, or one that is installed.
    fn kernel(&self, target: &Target, given: Option<&Path>) -> Result<Option<PathBuf>> {
        match (&target.kernel_package, &self.resources.repository) {
            (Some(package), Some(root)) if given.is_none() => {
                build::build_kernel(root, package).map(Some)
            }
            _ => target.find_kernel(given),
        }
    }

    /// Checks what a target needs, and builds and finds its files.
    ///
    /// # Errors
    /// Wrong options (exit code 2), or a program or kernel that is missing (3).
    pub(crate) fn prepare(
        &self,
        mut target: Target,
        options: &RunOptions,
    ) -> Result<PreparedTarget> {
        let accelerator = Accelerator::new(&target, options.inputs.accel.as_deref())?;
        if options.inputs.kernel.is_some() && !target.wants("kernel") {
            return Err(Error::usage(format!(
                "target {} takes no --kernel: it boots no kernel",
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
        let mut skip = skip.collect::<Result<Vec<usize>>>()?;
        let only = Only::of(&self.plan, &self.spec, &options.only)?;
        if let Some(only) = &only {
            skip.extend(&only.skip);
        }
        let elf = match &options.inputs.elf {
            Some(path) => Elf::Path(regular(path)?),
            None => suite_elf(&self.resources, shape(target.elf))?,
        };
        let path = fs::canonicalize(elf.path()).map_err(|error| Error::file(elf.path(), &error))?;
        let uses_folder = target.wants("scratch") || target.wants("prepared");
        let folder = match uses_folder {
            true => Some(RunFolder::new()?),
            false => None,
        };
        let mut places = Places {
            elf: path,
            fault: options::fault(&target, options.inputs.fault.as_deref())?,
            ..Places::default()
        };
        let given = options.inputs.kernel.as_deref();
        // The command may build the kernel, unless it takes it.
        if target.prepares_with("kernel") {
            places.kernel = self.kernel(&target, given)?;
            self.run_prepare(&target, &mut places, folder.as_ref())?;
        } else {
            self.run_prepare(&target, &mut places, folder.as_ref())?;
            places.kernel = self.kernel(&target, given)?;
        }
        Ok(PreparedTarget {
            elf: read(&places.elf)?,
            places,
            folder,
            accelerator,
            reboots: options.reboots.or(target.reboots).unwrap_or(REBOOTS),
            verbose: options.verbose,
            jobs: options.jobs.or(target.jobs).unwrap_or(1),
            target,
            skip,
            only: only.map(|only| only.asked),
            _elf: elf,
        })
    }

    /// Runs a target's command `prepare`, if it has one.
    fn run_prepare(
        &self,
        target: &Target,
        places: &mut Places,
        folder: Option<&RunFolder>,
    ) -> Result<()> {
        if let Some(folder) = folder.filter(|_| target.wants("prepared")) {
            places.prepared = Some(folder.prepared()?);
        }
        if target.prepare.is_empty() {
            return Ok(());
        }
        self.interrupt.listen()?;
        prepare_command::run(target, places, &self.interrupt)
    }

    /// Runs a prepared target once; `copy` gets the console as it comes.
    pub(crate) fn run_once(
        &self,
        prepared: &mut PreparedTarget,
        copy: Option<&mut (dyn Write + '_)>,
    ) -> Result<RunOutcome> {
        self.interrupt.listen()?;
        let mut accelerator = prepared.accelerator.clone();
        let subject = self.subject(prepared);
        let outcome = run::run(&subject, &mut accelerator, &self.interrupt, copy);
        prepared.accelerator = accelerator;
        outcome
    }

    /// A prepared target as the run takes it.
    fn subject<'a>(&'a self, prepared: &'a PreparedTarget) -> Subject<'a> {
        Subject {
            plan: &self.plan,
            target: &prepared.target,
            elf: &prepared.elf,
            linux_init: resources::LINUX_INIT,
            places: prepared.places.clone(),
            folder: prepared.folder.as_ref(),
            skip: &prepared.skip,
            only: prepared.only.as_ref(),
            reboots: prepared.reboots,
            jobs: prepared.jobs,
            verbose: prepared.verbose,
        }
    }

    /// The version of a prepared target's kernel.
    pub(crate) fn version(&self, prepared: &PreparedTarget) -> Result<String> {
        self.interrupt.listen()?;
        version::ask(&prepared.target, &prepared.places, &self.interrupt)
    }

    /// The kernel and the ELF of a prepared target, for a report.
    pub(crate) fn facts(&self, prepared: &PreparedTarget) -> Vec<(&'static str, String)> {
        let target = &prepared.target;
        let name = target.kernel_name.as_ref().unwrap_or(&target.name);
        let kernel = match self.version(prepared) {
            Ok(version) if version != "unknown" => format!("{name}, {version}"),
            _ => name.clone(),
        };
        let (elf, size) = (prepared.places.elf.display(), prepared.elf.len());
        let sum = crc32fast::hash(&prepared.elf);
        let elf = format!("{elf}, {size} bytes, crc32 {sum:08x}");
        vec![("kernel", kernel), ("ELF", elf)]
    }

    /// Runs a prepared target `options.repeat` times. The consoles of all runs are copied to
    /// `options.log`, the lines of the last run to `last_run`.
    pub(crate) fn run(
        &self,
        prepared: &mut PreparedTarget,
        options: &RunOptions,
        last_run: Option<&mut RunLines>,
    ) -> Result<RunOutcome> {
        let mut copy = ConsoleCopy {
            file: match &options.log {
                Some(path) => Some(self.console_copy(path)?),
                None => None,
            },
            last_run,
        };
        let mut runs = Vec::new();
        for _ in 0..options.repeat {
            if let Some(lines) = &mut copy.last_run {
                **lines = RunLines::default();
            }
            runs.push(self.run_once(prepared, Some(&mut copy))?);
            if self.interrupt.came() {
                break;
            }
        }
        let outcome = merged(runs).map(|outcome| outcome.with_causes(&self.plan));
        outcome.ok_or_else(|| Error::usage("nothing was run"))
    }

    /// Judges the recording of a target's runs again, and compares the outcome with that of an
    /// oracle.
    pub(crate) fn replay(
        &self,
        target: &Target,
        log: &Path,
        oracle: Option<&Path>,
    ) -> Result<Report<'_>> {
        let oracle = self.oracle(target, oracle)?;
        let mut file = File::open(log).map_err(|error| Error::file(log, &error))?;
        let runs = replay(&self.plan, target, &mut file);
        let runs = runs.map_err(|error| error.in_file(log))?;
        let outcome = merged(runs).ok_or_else(|| Error::no_verdict("the log is empty"))?;
        let outcome = outcome.with_causes(&self.plan);
        Ok(self.compare(target.name.clone(), outcome, &oracle))
    }

    /// Opens the file that consoles are copied to, once.
    fn console_copy(&self, path: &Path) -> Result<&File> {
        if let Some(file) = self.console_copy.get() {
            return Ok(file);
        }
        let file = File::create(path).map_err(|error| Error::file(path, &error))?;
        Ok(self.console_copy.get_or_init(|| file))
    }
}

/// A writer for what a console prints, beside the reader of logs.
struct ConsoleCopy<'a> {
    file: Option<&'a File>,
    last_run: Option<&'a mut RunLines>,
}

impl Write for ConsoleCopy<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if let Some(file) = &mut self.file
            && let Err(error) = file.write_all(bytes)
        {
            // The log is a copy: the verdict and the exit code do not depend on it.
            eprintln!("warning: --log: {error}; the rest of the console is not copied");
            self.file = None;
        }
        if let Some(lines) = &mut self.last_run {
            lines.feed(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The number of the check with that title; the error names the title that was probably meant.
fn skip_index(plan: &Plan, title: &str) -> Result<usize> {
    if let Some(check) = plan.find(title) {
        return Ok(check.index);
    }
    let hint = match closest(title, plan.checks.iter().map(|check| check.title.as_str())) {
        Some(title) => format!("did you mean {title:?}?"),
        None => "a log has the titles after [PASS] and [FAIL]".to_string(),
    };
    Err(Error::usage(format!(
        "no check is called {title:?}; {hint}"
    )))
}

/// The bytes of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| Error::file(path, &error))
}

/// The outcome of a log in memory.
fn judge(plan: &Plan, bytes: &[u8]) -> RunOutcome {
    let mut reader = Reader::new(plan);
    reader.feed(bytes, &mut |_| {});
    reader.finish().outcome(plan).with_causes(plan)
}

/// The outcome of a log in a file, which may be longer than memory; `-` is stdin.
pub(crate) fn judge_file(plan: &Plan, path: &Path) -> Result<RunOutcome> {
    let unreadable = |error| Error::file(path, &error);
    let mut input: Box<dyn Read> = if path == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(File::open(path).map_err(unreadable)?)
    };
    let mut reader = Reader::new(plan);
    let mut buffer = vec![0; 1 << 16];
    // The end of the log: the record of its last boot, if it is the recording of a run.
    let mut end = Vec::new();
    loop {
        match input.read(&mut buffer) {
            Ok(0) => {
                one_boot(path, &end)?;
                return Ok(reader.finish().outcome(plan).with_causes(plan));
            }
            Ok(count) => {
                reader.feed(&buffer[..count], &mut |_| {});
                end.extend_from_slice(&buffer[..count]);
                end.drain(..end.len().saturating_sub(RECORD_MAX));
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(error)),
        }
    }
}

/// Refuses the recording of a run with several boots, which only the run's campaign can judge.
fn one_boot(path: &Path, end: &[u8]) -> Result<()> {
    match last_record(end) {
        Some((record, _)) if record.several => Err(Error::no_verdict(format!(
            "{}: a log of a run with several boots; judge it by the command `replay {} {0}`",
            path.display(),
            record.target
        ))),
        _ => Ok(()),
    }
}
