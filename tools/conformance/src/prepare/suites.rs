//! The suites of a run: which are asked for, and what the options of a command are for each.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use packer::suites::{CORE, Suite};

use super::elf::{regular, shape, suite_elfs};
use super::suite_of_elf::suite_of;
use super::{ALL, Inputs, PreparedTarget, RunOptions, Runner, read, skip_index};
use crate::error::{Error, Result};
use crate::plan::{is_core, name_of, suites_on};
use crate::resources::Named;
use crate::spec::selection;
use crate::target::{self, Target};
use crate::verdict::compare::Report;
use crate::verdict::run_outcome::RunOutcome;

/// The reports of the suites of a run, each with what it ran on.
pub(crate) struct Reported<'r> {
    pub reports: Vec<(Report<'r>, PreparedTarget)>,
    /// From the first build to the end of the last run.
    pub elapsed: Duration,
}

/// The ending of a file of known gaps, which has two dots.
const GAPS: &str = ".gaps.toml";

/// The run of one suite.
#[derive(Clone, Debug)]
pub(crate) struct SuiteRun {
    pub suite: Suite,
    pub options: RunOptions,
    /// True where the run is one of several, so that a file given is that of the core suite.
    pub among_others: bool,
}

impl SuiteRun {
    /// The name of what a report is about: the target, with the suite unless it is core alone.
    pub(crate) fn subject(&self, target: &Target) -> String {
        let mut subject = target.name.clone();
        if let Some(fault) = &self.options.inputs.fault {
            subject += &format!(" with {fault}");
        }
        if self.among_others || !is_core(&self.suite) {
            subject += &format!(", {}", self.suite.name);
        }
        subject
    }

    /// The file of this suite where the user names one: beside that of the core suite, if there are
    /// several suites.
    pub(crate) fn file(&self, given: Option<&Path>) -> Option<PathBuf> {
        given.map(|path| match self.among_others {
            true => beside(path, &self.suite),
            false => path.to_path_buf(),
        })
    }
}

/// The file of a suite where that of the core suite has this path: `run-files.log` beside
/// `run.log`. A pipe or a device is that of all.
pub(crate) fn beside(path: &Path, suite: &Suite) -> PathBuf {
    let is_other = path.exists() && !path.is_file();
    let Some(name) = path.file_name().filter(|_| !is_other && !is_core(suite)) else {
        return path.to_path_buf();
    };
    let name = name.to_string_lossy();
    let dot = match name.strip_suffix(GAPS) {
        Some(stem) => stem.len(),
        None => name.rfind('.').filter(|&at| at > 0).unwrap_or(name.len()),
    };
    let (stem, ending) = name.split_at(dot);
    path.with_file_name(name_of(stem, suite) + ending)
}

impl Runner {
    /// The suites that the inputs of a target ask for.
    ///
    /// # Errors
    /// The ELF given is that of another suite: exit code 2.
    pub(crate) fn suites(&self, target: &Target, inputs: &Inputs) -> Result<Vec<Suite>> {
        let name = inputs.suite.unwrap_or(CORE.name);
        let all = suites_on(target.arch);
        let named: Vec<Suite> = all
            .filter(|suite| name == ALL || suite.name == name)
            .collect();
        let Some(path) = &inputs.elf else {
            return Ok(named);
        };
        if name == ALL {
            return Err(Error::usage(
                "--elf is the ELF of one suite, and --suite all runs each: leave one of them out",
            ));
        }
        let bytes = read(&regular(path)?)?;
        match suite_of(&bytes).filter(|suite| suite.processor == target.arch) {
            Some(found) if inputs.suite.is_none_or(|name| name == found.name) => Ok(vec![*found]),
            Some(found) => Err(Error::usage(format!(
                "{} is the ELF of the suite {}, not of {name}",
                path.display(),
                found.name
            ))),
            // A program that prints a log, or an ELF of another version.
            None => Ok(named),
        }
    }

    /// The runs of the suites that the options ask for, each with its part of the options. A suite
    /// of which `--only` asks for no check is not run.
    ///
    /// # Errors
    /// No suite has a check that the options name: exit code 2.
    pub(crate) fn suite_runs(
        &self,
        target: &Target,
        options: &RunOptions,
    ) -> Result<Vec<SuiteRun>> {
        let suites = self.suites(target, &options.inputs)?;
        let skips = |suite: &Suite, title: &str| self.plans.of(suite).find(title).is_some();
        let takes = |suite: &Suite, text: &String| {
            selection::only(self.plans.of(suite), &self.spec, std::slice::from_ref(text)).is_ok()
        };
        for title in &options.skip {
            if !suites.iter().any(|suite| skips(suite, title)) {
                let error = skip_index(self.plans.of(&suites[0]), title).err();
                return Err(self.with_suite(error, &suites, |suite| skips(suite, title)));
            }
        }
        for text in &options.only {
            if !suites.iter().any(|suite| takes(suite, text)) {
                let plan = self.plans.of(&suites[0]);
                let error = selection::only(plan, &self.spec, std::slice::from_ref(text)).err();
                return Err(self.with_suite(error, &suites, |suite| takes(suite, text)));
            }
        }
        let among_others = suites.len() > 1;
        let run = |suite: &Suite| {
            let (mut skip, mut only) = (options.skip.clone(), options.only.clone());
            skip.retain(|title| skips(suite, title));
            only.retain(|text| takes(suite, text));
            if only.is_empty() && !options.only.is_empty() {
                return None;
            }
            let mut run = SuiteRun {
                suite: *suite,
                options: RunOptions {
                    skip,
                    only,
                    ..options.clone()
                },
                among_others,
            };
            run.options.log = run.file(options.log.as_deref());
            Some(run)
        };
        Ok(suites.iter().filter_map(run).collect())
    }

    /// The error for checks that none of these suites has, with the suite that has them.
    fn with_suite(
        &self,
        error: Option<Error>,
        asked: &[Suite],
        has: impl Fn(&Suite) -> bool,
    ) -> Error {
        let error = error.unwrap_or_else(|| Error::usage("no check is asked for"));
        let processor = asked[0].processor;
        let mut others = suites_on(processor)
            .filter(|suite| asked.iter().all(|asked| asked.name != suite.name) && has(suite));
        match others.next() {
            Some(suite) => Error {
                text: format!("{}; --suite {} has it", error.text, suite.name),
                ..error
            },
            None => error,
        }
    }

    /// Prepares a target for runs of suites, whose ELFs one command builds.
    ///
    /// # Errors
    /// As of [`Runner::prepare`].
    pub(crate) fn prepare_all(
        &self,
        target: &Target,
        runs: &[SuiteRun],
    ) -> Result<Vec<PreparedTarget>> {
        let is_given = runs.iter().any(|run| run.options.inputs.elf.is_some());
        let suites: Vec<Suite> = runs.iter().map(|run| run.suite).collect();
        let elfs = match is_given {
            true => Vec::new(),
            false => {
                // The errors of arguments are reported before anything is built.
                for run in runs {
                    self.check(target, &run.options)?;
                }
                target::require_packages([target])?;
                suite_elfs(&self.resources, shape(target.elf), &suites)?
            }
        };
        let mut elfs = elfs.into_iter();
        let mut all = Vec::new();
        for run in runs {
            let mut prepared =
                self.prepare_with(target.clone(), &run.suite, &run.options, elfs.next())?;
            // The first one's progress is shown.
            prepared.hidden = !all.is_empty();
            all.push(prepared);
        }
        Ok(all)
    }

    /// Runs the suites on a target, all at once where it allows that, and compares each outcome
    /// with that of its oracle.
    ///
    /// # Errors
    /// As of [`Runner::prepare`] and [`Runner::run`].
    pub(crate) fn reports(
        &self,
        target: &Target,
        runs: &[SuiteRun],
        oracle: Option<&Path>,
    ) -> Result<Reported<'_>> {
        let oracle = |run: &SuiteRun| {
            let given = run.file(oracle);
            self.oracle(target, &run.suite, given.as_deref())
        };
        let oracles = runs.iter().map(oracle).collect::<Result<Vec<Named>>>()?;
        let begun = Instant::now();
        let mut prepared = self.prepare_all(target, runs)?;
        let outcomes = self.run_all(&mut prepared, runs)?;
        let elapsed = begun.elapsed();
        let mut reports = Vec::new();
        let all = runs.iter().zip(prepared).zip(outcomes).zip(&oracles);
        for (((run, prepared), (outcome, own)), oracle) in all {
            let report = Report {
                elapsed: Some(if run.among_others { own } else { elapsed }),
                file: target.file.clone(),
                ..self.compare(run.subject(target), &run.suite, outcome, oracle)
            };
            reports.push((report, prepared));
        }
        Ok(Reported { reports, elapsed })
    }

    /// Runs prepared targets, one after the other or all at once where the target allows that.
    ///
    /// # Errors
    /// As of [`Runner::run`].
    pub(crate) fn run_all(
        &self,
        prepared: &mut [PreparedTarget],
        runs: &[SuiteRun],
    ) -> Result<Vec<(RunOutcome, Duration)>> {
        let run = |(prepared, run): (&mut PreparedTarget, &SuiteRun)| {
            let begun = Instant::now();
            let outcome = self.run(prepared, &run.options, None)?;
            Ok((outcome, begun.elapsed()))
        };
        let several = prepared.iter().all(PreparedTarget::runs_beside_others);
        let all = prepared.iter_mut().zip(runs);
        if !several {
            return all
                .map(|(prepared, suite)| {
                    prepared.hidden = false;
                    run((prepared, suite))
                })
                .collect();
        }
        thread::scope(|scope| {
            let running: Vec<_> = all.map(|one| scope.spawn(|| run(one))).collect();
            let lost = || Err(Error::no_verdict("a run ended without a result"));
            let ended = running
                .into_iter()
                .map(|run| run.join().unwrap_or_else(|_| lost()));
            ended.collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use packer::suites::{CORE, FILES, PROCESSES};

    use super::*;

    #[test]
    fn file_of_a_suite_is_beside_that_of_core() {
        let beside = |path: &str, suite| beside(Path::new(path), suite).display().to_string();
        assert_eq!(beside("out/run.log", &CORE), "out/run.log");
        assert_eq!(beside("out/run.log", &FILES), "out/run-files.log");
        assert_eq!(beside("kernel.gaps.toml", &FILES), "kernel-files.gaps.toml");
        assert_eq!(beside("suite", &PROCESSES), "suite-processes");
        assert_eq!(beside("/dev/null", &PROCESSES), "/dev/null");
    }
}
