//! The boots and the time that a kernel needs which dies often: 60 deaths and 10 hangs, spread
//! over the plan.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use packer::log::{Line, Verdict};
use packer::suites::CORE;

use crate::cli;
use crate::error::{EXIT_USAGE, Error, Result};
use crate::plan::Plan;
use crate::prepare::{Inputs, LimitOverrides, RunOptions, Runner};
use crate::target::Target;
use crate::verdict::outcome::Outcome;

/// The first argument of the tool as the command of the stand-in.
pub(crate) const DYING_LINUX: &str = "dying-linux";
const DEATHS: usize = 60;
const HANGS: usize = 10;
/// The status with which the stand-in dies.
const DIED: u8 = 7;

const TARGET: &str = r#"
about = "This Linux, which dies in 60 checks and hangs in 10."
command = ["{tool}", "dying-linux", "{elf}"]

[limits]
silence = 2
total = 3600
"#;

/// The outcome of a check on the stand-in, if it is not asked in vain.
fn fate(plan: &Plan, check: usize) -> Option<Outcome> {
    let all = DEATHS + HANGS;
    let number = (0..all).find(|number| number * plan.checks.len() / all == check)?;
    let hangs = number % (all / HANGS) == 0;
    Some(if hangs { Outcome::Hang } else { Outcome::Crash })
}

/// Runs the ELF up to the line of a check in which the stand-in dies or hangs.
pub(crate) fn boot(args: &[OsString]) -> u8 {
    let [elf] = args else {
        eprintln!("error: {DYING_LINUX} needs a program");
        return EXIT_USAGE;
    };
    let plan = Plan::default();
    let mut command = Command::new(elf);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            eprintln!("error: {}: {error}", elf.display());
            return EXIT_USAGE;
        }
    };
    let lines = child.stdout.take().map(BufReader::new).into_iter();
    for line in lines.flat_map(BufRead::lines).map_while(io::Result::ok) {
        let fate = match Line::parse(&line) {
            Some(Line::Check { title, verdict, .. }) if verdict != Verdict::Skip => {
                plan.find(title).and_then(|check| fate(&plan, check.index))
            }
            _ => None,
        };
        match fate {
            None => println!("{line}"),
            Some(Outcome::Hang) => loop {
                thread::sleep(Duration::from_secs(3600));
            },
            Some(_) => {
                // It may have ended already.
                let _ = child.kill();
                return DIED;
            }
        }
        let _ = io::stdout().flush();
    }
    let status = child.wait().ok().and_then(|status| status.code());
    status
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(DIED)
}

/// Runs the suite on the stand-in with one boot at once and with two.
///
/// # Errors
/// The stand-in does not start, or a verdict is not as it must be.
pub(super) fn deaths(args: &cli::Bench) -> Result<String> {
    let runner = Runner::new()?;
    let target = Target::parse(DYING_LINUX, DYING_LINUX, TARGET)?;
    let mut text = format!("{DEATHS} deaths and {HANGS} hangs\n");
    for jobs in [1, 2] {
        let options = RunOptions {
            inputs: Inputs::from(&args.inputs),
            log: None,
            skip: Vec::new(),
            only: Vec::new(),
            repeat: 1,
            jobs: Some(jobs),
            reboots: None,
            limits: LimitOverrides::default(),
            verbose: false,
        };
        let plan = runner.plans.of(&CORE);
        let mut prepared = runner.prepare(target.clone(), &CORE, &options)?;
        let begun = Instant::now();
        let outcome = runner.run_once(&mut prepared, None)?;
        let seconds = begun.elapsed().as_secs_f64();
        if let Some(defect) = outcome.defects.first() {
            return Err(Error::no_verdict(format!("--jobs {jobs}: {defect}")));
        }
        for (check, is) in outcome.outcomes.iter().enumerate() {
            let died = matches!(is, Outcome::Crash | Outcome::Hang).then_some(is);
            if died != fate(plan, check).as_ref() {
                let title = &plan.checks[check].title;
                return Err(Error::no_verdict(format!("--jobs {jobs}: {title}: {is:?}")));
            }
        }
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "--jobs {jobs}: {} boots, {seconds:.1} s",
            outcome.boots
        );
    }
    Ok(text)
}
