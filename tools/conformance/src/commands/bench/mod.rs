//! `bench`: the figures that the documents state, each measurement in a file.

pub(super) mod deaths;
mod lies;
mod reader;
mod target;
mod times;

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use packer::suites::Suite;

use super::load;
use crate::cli;
use crate::error::{EXIT_GOOD, EXIT_NO_VERDICT, Error, Result};
use crate::log::reader::Reader;
use crate::plan::{Plan, is_core};
use crate::prepare::{Inputs, Runner, elf_with_only};
use crate::report::{print, print_error};

/// Prints the figures; the exit code. On a busy machine a line says so, and so does the error.
pub(super) fn main(args: &cli::Bench) -> Result<u8> {
    let before = load::busy(0);
    let result = measure(args);
    match (result, before.or_else(|| load::busy(args.busy as usize))) {
        (Ok(exit), Some(busy)) => {
            let text = format!("warning: {busy}; the figures are not those of an idle one");
            print_error(&text);
            Ok(exit)
        }
        (Err(error), Some(busy)) if error.exit == EXIT_NO_VERDICT => Err(Error {
            text: format!("{}; {busy}: try again when it is idle", error.text),
            ..error
        }),
        (result, _) => result,
    }
}

fn measure(args: &cli::Bench) -> Result<u8> {
    if let Some(target) = &args.target {
        print(target::target(&Runner::new()?, target, args)?.as_bytes())?;
        return Ok(EXIT_GOOD);
    }
    let cli::InputArgs {
        arch,
        kernel,
        fault,
        accel,
        ..
    } = &args.inputs;
    if arch.is_some() || kernel.is_some() || fault.is_some() || accel.is_some() {
        return Err(Error::usage(
            "--arch, --kernel, --fault and --accel need a target: `bench TARGET`",
        ));
    }
    let runner = Runner::new()?;
    let this_linux = runner.resources.target("linux")?;
    let suites = runner.suites(&this_linux, &Inputs::from(&args.inputs))?;
    if args.deaths && suites.iter().any(|suite| !is_core(suite)) {
        return Err(Error::usage(
            "--deaths takes no --suite: it dies in checks of core",
        ));
    }
    for suite in &suites {
        if suites.len() > 1 {
            print(format!("{}\n", suite.name).as_bytes())?;
        }
        print(figures(args, &runner, suite)?.as_bytes())?;
    }
    Ok(EXIT_GOOD)
}

/// The figures of a suite.
fn figures(args: &cli::Bench, runner: &Runner, suite: &Suite) -> Result<String> {
    let (given, only) = (args.inputs.elf.as_deref(), &args.only.only);
    let elf = elf_with_only(&runner.resources, given, suite, only)?;
    let plan = runner.plans.of(suite);
    if args.reader {
        reader::reader(plan, elf.path())
    } else if args.lies {
        lies::lies(plan, elf.path())
    } else if args.deaths {
        deaths::deaths(args)
    } else {
        times::times(plan, elf.path(), args.runs, args.busy)
    }
}

/// One run: its times and its output.
struct Timed {
    wall: Duration,
    cpu: Duration,
    output: Vec<u8>,
}

/// ` beside N busy loops`, where there are any.
fn beside(busy: u32) -> String {
    match busy {
        0 => String::new(),
        _ => format!(" beside {}", counted(busy, "busy loop")),
    }
}

/// A number and a noun, in the plural where it must be.
fn counted(count: u32, noun: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{s}")
}

/// Checks that a run is complete: figures of another one would mean nothing.
///
/// # Errors
/// The first defect of its log: exit code 3.
fn require_complete(plan: &Plan, elf: &Path, output: &[u8]) -> Result<()> {
    let mut reader = Reader::new(plan);
    reader.feed(output, &mut |_| {});
    let outcome = reader.finish().outcome(plan);
    if outcome.is_complete() {
        return Ok(());
    }
    let defect = outcome.defects.first().map(ToString::to_string);
    Err(Error::no_verdict(format!(
        "{}: this run is not complete: {}",
        elf.display(),
        defect.unwrap_or_else(|| "lines lost".to_string())
    )))
}

/// Minimum and median of times, in milliseconds.
fn summary(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let milliseconds = |time: Option<&Duration>| time.map_or(0.0, Duration::as_secs_f64) * 1e3;
    format!(
        "minimum {:.1} ms, median {:.1} ms",
        milliseconds(times.first()),
        milliseconds(times.get(times.len() / 2))
    )
}

/// Runs the ELF once.
fn time(elf: &Path) -> Result<Timed> {
    let cannot = |error| Error::no_verdict(format!("{}: {error}", elf.display()));
    let before = children_cpu();
    let start = Instant::now();
    let output = Command::new(elf)
        .stdin(Stdio::null())
        .output()
        .map_err(cannot)?;
    let wall = start.elapsed();
    Ok(Timed {
        wall,
        cpu: children_cpu().saturating_sub(before),
        output: output.stdout,
    })
}

/// The CPU time of all children that have ended.
fn children_cpu() -> Duration {
    let time = |value: TimeVal| {
        Duration::from_micros((value.tv_sec() * 1_000_000 + value.tv_usec()).unsigned_abs())
    };
    match getrusage(UsageWho::RUSAGE_CHILDREN) {
        Ok(usage) => time(usage.user_time()) + time(usage.system_time()),
        Err(_) => Duration::ZERO,
    }
}

/// Loops that keep the processors busy until this is dropped, or the process ends.
struct Busy {
    stop: Arc<AtomicBool>,
    loops: Vec<JoinHandle<()>>,
}

impl Busy {
    fn start(count: u32) -> Busy {
        let stop = Arc::new(AtomicBool::new(false));
        let spin = |stop: Arc<AtomicBool>| {
            move || {
                while !stop.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            }
        };
        let loops = (0..count).map(|_| thread::spawn(spin(Arc::clone(&stop))));
        Busy {
            loops: loops.collect(),
            stop,
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for busy in self.loops.drain(..) {
            // A loop cannot panic.
            let _ = busy.join();
        }
    }
}
