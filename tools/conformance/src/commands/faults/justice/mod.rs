//! `faults justice`: the share of the red checks that accuse a call that is not wrong.

mod kernels;

use std::fmt::Write;
use std::path::Path;

use packer::suites::Suite;

use self::kernels::Kernel;
use super::{absolute, jobs, suites_named};
use crate::cli::faults::Justice;
use crate::error::{EXIT_GAPS, EXIT_GOOD, Error, Result};
use crate::log::reader::Reader;
use crate::plan::{Plan, is_core};
use crate::prepare::elf_to_run;
use crate::report::print;
use crate::resources::Resources;
use crate::verdict::causes::Causes;
use crate::verdict::outcome::Outcome;

/// The most red checks that may accuse a call that is not wrong, in percent: with one call that
/// always returns a constant, and with six faults.
const CONSTANTS_MAX: f64 = 5.0;
const SEVERAL_MAX: f64 = 12.0;
/// Number of kernels that are listed, those with the most false accusations.
const LISTED: usize = 20;
/// Number of checks that are listed of each.
const CHECKS_LISTED: usize = 12;

/// Runs suites on wrong kernels and counts their accusations; the exit code.
pub(super) fn main(args: &Justice) -> Result<u8> {
    let suites = suites_named(&args.suite)?;
    if suites.len() > 1 && args.elf.is_some() {
        return Err(Error::usage(
            "--elf is one suite's: --suite all has several",
        ));
    }
    let (mut text, mut exit) = (String::new(), EXIT_GOOD);
    for suite in suites {
        let just = judge(args, suite, &mut text)?;
        exit = exit.max(if just { EXIT_GOOD } else { EXIT_GAPS });
    }
    print(text.as_bytes())?;
    Ok(exit)
}

/// Runs a suite on wrong kernels and writes its figures; true if they are within the bounds.
fn judge(args: &Justice, suite: &Suite, text: &mut String) -> Result<bool> {
    let elf = elf_to_run(&Resources::find(), args.elf.as_deref(), suite)?;
    let elf = absolute(&elf)?;
    // The names of the kernels are the same in all suites.
    let logs = args.logs.as_deref().map(|folder| match is_core(suite) {
        true => folder.to_path_buf(),
        false => folder.join(suite.name),
    });
    if let Some(folder) = &logs {
        std::fs::create_dir_all(folder).map_err(|error| Error::file(folder, &error))?;
    }
    let jobs = jobs(args.jobs);
    let plan = Plan::of(suite);
    if !is_core(suite) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "the suite {}:", suite.name);
    }
    let mut just = true;
    for (title, kernels, bound) in [
        (
            "one call always returns ENOSYS, EINVAL or 0",
            kernels::constants(suite, args.every as usize),
            CONSTANTS_MAX,
        ),
        (
            "six faults of different calls",
            kernels::several(suite, args.seeds),
            SEVERAL_MAX,
        ),
    ] {
        let trials = trials(&plan, kernels, &elf, logs.as_deref(), jobs)?;
        let figures = Figures::of(title, trials, bound);
        just &= figures.percent() <= bound;
        text.push_str(&figures.text(&plan, args.verbose));
    }
    Ok(just)
}

/// A kernel, and the accusations of the suite's run on it.
struct Trial {
    kernel: Kernel,
    /// Number of red checks.
    red: usize,
    /// The red checks whose first accused call is not wrong, or that accuse none: each with its
    /// note and the call.
    unjust: Vec<(usize, String, Option<&'static str>)>,
    complete: bool,
}

/// Runs the suite on kernels, and judges the logs.
fn trials(
    plan: &Plan,
    kernels: Vec<Kernel>,
    elf: &Path,
    folder: Option<&Path>,
    jobs: usize,
) -> Result<Vec<Trial>> {
    let consoles = kernels::consoles(&kernels, elf, folder, jobs)?;
    let trials = kernels.into_iter().zip(consoles);
    Ok(trials
        .map(|(kernel, console)| trial(plan, kernel, &console))
        .collect())
}

fn trial(plan: &Plan, kernel: Kernel, console: &[u8]) -> Trial {
    let mut reader = Reader::new(plan);
    reader.feed(console, &mut |_| {});
    let outcome = reader.finish().outcome(plan);
    let causes = Causes::of(plan, &outcome.outcomes);
    let is_red = |outcome: &Outcome| !matches!(outcome, Outcome::Pass | Outcome::Lost);
    let red: Vec<usize> = (0..plan.checks.len())
        .filter(|&check| is_red(&outcome.outcomes[check]))
        .collect();
    let unjust = red.iter().filter_map(|&check| {
        let blamed = causes.blames[check].first().copied();
        let is_just = blamed.is_some_and(|call| kernel.is_wrong(call));
        (!is_just).then(|| (check, outcome.outcomes[check].described(), blamed))
    });
    Trial {
        red: red.len(),
        unjust: unjust.collect(),
        complete: outcome.is_complete(),
        kernel,
    }
}

/// The figures of several kernels.
struct Figures {
    title: &'static str,
    trials: Vec<Trial>,
    bound: f64,
}

impl Figures {
    /// The figures, the kernels with the most false accusations first.
    fn of(title: &'static str, mut trials: Vec<Trial>, bound: f64) -> Figures {
        trials.sort_by_key(|trial| std::cmp::Reverse(trial.unjust.len()));
        Figures {
            title,
            trials,
            bound,
        }
    }

    fn red(&self) -> usize {
        self.trials.iter().map(|trial| trial.red).sum()
    }

    fn unjust(&self) -> usize {
        self.trials.iter().map(|trial| trial.unjust.len()).sum()
    }

    /// The share of the red checks that accuse no wrong call, in percent.
    fn percent(&self) -> f64 {
        100.0 * self.unjust() as f64 / self.red().max(1) as f64
    }

    fn text(&self, plan: &Plan, verbose: bool) -> String {
        let cut = self.trials.iter().filter(|trial| !trial.complete).count();
        let nobody = self.trials.iter().flat_map(|trial| &trial.unjust);
        let nobody = nobody.filter(|(_, _, blamed)| blamed.is_none()).count();
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{}: {} kernels, {} of them not run to the end\n  {:.1} % of {} red checks accuse \
             another call or none (at most {} %): {} another, {nobody} none",
            self.title,
            self.trials.len(),
            cut,
            self.percent(),
            self.red(),
            self.bound,
            self.unjust() - nobody,
        );
        let listed = if verbose { LISTED } else { 0 };
        for trial in self.trials.iter().take(listed) {
            if !trial.unjust.is_empty() {
                text.push_str(&trial.text(plan));
            }
        }
        text
    }
}

impl Trial {
    fn text(&self, plan: &Plan) -> String {
        let faults: Vec<&str> = self.kernel.faults.iter().map(|fault| fault.id).collect();
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "  {}: {} of {} ({})",
            self.kernel.name,
            self.unjust.len(),
            self.red,
            faults.join(", ")
        );
        for (check, described, blamed) in self.unjust.iter().take(CHECKS_LISTED) {
            let title = &plan.checks[*check].title;
            let blamed = blamed.unwrap_or("nobody");
            let _ = writeln!(text, "    {title}: {described}; accuses {blamed}");
        }
        text
    }
}
