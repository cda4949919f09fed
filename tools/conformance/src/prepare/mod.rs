//! Preparation: from options to a target that is ready to run, and to the outcome of its runs.

mod elf;
mod logs;
mod only;
mod options;
mod suite_of_elf;
mod suites;
mod trace;

use self::elf::{given_elf, linux_init, shape};
use self::logs::{judge, require_log_of};
use self::only::Only;
pub(crate) use elf::{elf_to_run, suite_elf};
pub(crate) use logs::{judge_file, suite_of_logs};
pub(crate) use only::{elf_of_check, elf_with_only};
pub(crate) use options::{ALL, Inputs, LimitOverrides, PerTarget, RunOptions};
pub(crate) use suites::{Reported, SuiteRun, beside};
pub(crate) use trace::oracle_trace;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use packer::suites::Suite;

use crate::build;
use crate::error::{Error, Result};
use crate::log::run_lines::RunLines;
use crate::plan::{Plan, Plans, is_core};
use crate::resources::{Named, Resources};
use crate::run::accel::Accelerator;
use crate::run::campaign::REBOOTS;
use crate::run::image::Elf;
use crate::run::interrupt::Interrupt;
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
    pub plans: Plans,
    pub spec: Spec,
    interrupt: Interrupt,
    /// The files that consoles are copied to, once they are open; all targets share them.
    console_copies: Mutex<BTreeMap<PathBuf, Arc<File>>>,
}

/// A target with its programs checked, its files found and built, and its placeholder values.
pub(crate) struct PreparedTarget {
    target: Target,
    pub(crate) suite: Suite,
    elf: Vec<u8>,
    /// The first program of a Linux that boots for one run; empty where the target takes none.
    linux_init: Vec<u8>,
    places: Places,
    skip: Vec<usize>,
    /// The checks that are judged; none where all are.
    only: Option<BTreeSet<usize>>,
    reboots: u32,
    jobs: u32,
    verbose: bool,
    /// True where the progress of the run is not shown.
    pub(crate) hidden: bool,
    accelerator: Accelerator,
    folder: Option<RunFolder>,
    /// Keeps a temporary ELF until the runs are over.
    _elf: Elf,
}

impl PreparedTarget {
    /// True where another suite may run at the same time: the suite is a program of this Linux, or
    /// the target may boot several times at once.
    fn runs_beside_others(&self) -> bool {
        self.target.is_this_linux() || self.jobs > 1
    }
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
            plans: Plans::default(),
            interrupt: Interrupt::default(),
            console_copies: Mutex::default(),
        })
    }

    /// The plan of a prepared target.
    pub(crate) fn plan_of(&self, prepared: &PreparedTarget) -> &Plan {
        self.plans.of(&prepared.suite)
    }

    /// Compares the outcome of a run with that of an oracle.
    pub(crate) fn compare(
        &self,
        subject: String,
        suite: &Suite,
        outcome: RunOutcome,
        oracle: &Named,
    ) -> Report<'_> {
        let plan = self.plans.of(suite);
        let mut report = Report {
            plan,
            spec: &self.spec,
            file: subject.clone(),
            subject,
            oracle_name: oracle.name.clone(),
            subject_log: outcome,
            oracle_log: judge(plan, &oracle.bytes),
            elapsed: None,
            gate: None,
            oracle_trace: None,
            again: None,
            facts: Vec::new(),
            earlier: None,
        };
        if report.checks_with(Comparison::Gap).next().is_some() {
            report.oracle_trace = oracle_trace(&self.resources, plan);
        }
        report
    }

    /// The log that a target's run of a suite is compared with: the one given, or its own.
    pub(crate) fn oracle(
        &self,
        target: &Target,
        suite: &Suite,
        given: Option<&Path>,
    ) -> Result<Named> {
        let oracle = match given {
            Some(path) => Named {
                name: path.display().to_string(),
                bytes: read(path)?,
            },
            None => self.resources.reference(&target.oracle(suite))?,
        };
        require_log_of(&oracle, target, suite)?;
        Ok(oracle)
    }

    /// The kernel's file: the one given, one built from the repository, or one that is installed.
    fn kernel(&self, target: &Target, given: Option<&Path>) -> Result<Option<PathBuf>> {
        match (&target.kernel_package, &self.resources.repository) {
            (Some(package), Some(root)) if given.is_none() => {
                build::build_kernel(root, package, target.arch).map(Some)
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
        target: Target,
        suite: &Suite,
        options: &RunOptions,
    ) -> Result<PreparedTarget> {
        self.prepare_with(target, suite, options, None)
    }

    /// Checks options; the accelerator, and the ELF given.
    fn check(&self, target: &Target, options: &RunOptions) -> Result<(Accelerator, Option<Elf>)> {
        let accelerator = Accelerator::new(target, options.inputs.accel.as_deref())?;
        if options.inputs.kernel.is_some() && !target.wants("kernel") {
            return Err(Error::usage(format!(
                "target {} takes no --kernel: it boots no kernel",
                target.name
            )));
        }
        if let Some(path) = &options.inputs.kernel {
            target::require_file(path)?;
        }
        let given = options.inputs.elf.as_deref();
        let given = given.map(|path| given_elf(path, target)).transpose()?;
        Ok((accelerator, given))
    }

    /// The same as [`Runner::prepare`], with the suite's ELF where it is built already.
    fn prepare_with(
        &self,
        mut target: Target,
        suite: &Suite,
        options: &RunOptions,
        elf: Option<Elf>,
    ) -> Result<PreparedTarget> {
        let (accelerator, given) = self.check(&target, options)?;
        options.limits.apply(&mut target.limits);
        let plan = self.plans.of(suite);
        let skip = options.skip.iter().map(|title| skip_index(plan, title));
        let mut skip = skip.collect::<Result<Vec<usize>>>()?;
        let only = Only::of(plan, &self.spec, &options.only)?;
        if let Some(only) = &only {
            skip.extend(&only.skip);
        }
        target::require_packages([&target])?;
        let file = match given.or(elf) {
            Some(elf) => elf,
            None => suite_elf(&self.resources, shape(target.elf), suite)?,
        };
        let path = file.path();
        let path = fs::canonicalize(path).map_err(|error| Error::file(path, &error))?;
        let elf = read(&path)?;
        let linux_init = linux_init(&self.resources, &target)?;
        // Only the core suite makes no file.
        let writes = !is_core(suite);
        let uses_folder = writes || target.wants("scratch") || target.wants("prepared");
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
            elf,
            linux_init,
            places,
            folder,
            accelerator,
            reboots: options.reboots.or(target.reboots).unwrap_or(REBOOTS),
            verbose: options.verbose,
            jobs: options.jobs.or(target.jobs).unwrap_or(1),
            hidden: false,
            suite: *suite,
            target,
            skip,
            only: only.map(|only| only.asked),
            _elf: file,
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
            plan: self.plan_of(prepared),
            target: &prepared.target,
            elf: &prepared.elf,
            linux_init: &prepared.linux_init,
            places: prepared.places.clone(),
            folder: prepared.folder.as_ref(),
            skip: &prepared.skip,
            only: prepared.only.as_ref(),
            reboots: prepared.reboots,
            jobs: prepared.jobs,
            verbose: prepared.verbose,
            hidden: prepared.hidden,
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
        let file = options.log.as_deref().map(|path| self.console_copy(path));
        let file = file.transpose()?;
        let mut copy = ConsoleCopy {
            file: file.as_deref(),
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
        let plan = self.plan_of(prepared);
        let outcome = merged(runs).map(|outcome| outcome.with_causes(plan));
        outcome.ok_or_else(|| Error::usage("nothing was run"))
    }

    /// Judges the recording of a target's runs of a suite again, and compares the outcome with that
    /// of an oracle.
    pub(crate) fn replay(
        &self,
        target: &Target,
        suite: &Suite,
        log: &Path,
        oracle: Option<&Path>,
    ) -> Result<Report<'_>> {
        let oracle = self.oracle(target, suite, oracle)?;
        let mut file = File::open(log).map_err(|error| Error::file(log, &error))?;
        let plan = self.plans.of(suite);
        let runs = replay(plan, target, &mut file);
        let runs = runs.map_err(|error| error.in_file(log))?;
        let outcome = merged(runs).ok_or_else(|| Error::no_verdict("the log is empty"))?;
        let outcome = outcome.with_causes(plan);
        Ok(Report {
            file: target.file.clone(),
            ..self.compare(target.name.clone(), suite, outcome, &oracle)
        })
    }

    /// Opens the file that consoles are copied to, once.
    fn console_copy(&self, path: &Path) -> Result<Arc<File>> {
        let mut copies = self
            .console_copies
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = copies.get(path) {
            return Ok(Arc::clone(file));
        }
        let file = File::create(path).map_err(|error| Error::file(path, &error))?;
        let file = Arc::new(file);
        copies.insert(path.to_path_buf(), Arc::clone(&file));
        Ok(file)
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
