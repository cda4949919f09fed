//! The figures that documents state: sizes, times, identical runs, and one bad system call.

use std::fmt::Write as _;
use std::io::{Read, Seek, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use faults::{Act, Class, Fault, Src};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use posix_conformance::abi::Errno;
use posix_conformance::abi::errno::{ENOSYS, EPERM};
use posix_conformance::plan::call::{Call, PSE51, PSE52, PSE53};

use crate::cli;
use crate::error::{Error, Result};
use crate::log::reader::Reader;
use crate::plan::Plan;
use crate::prepare::Runner;
use crate::report::{Format, Style};
use crate::verdict::known_gaps as gaps;

/// How long a run with one bad system call may take before it counts as stuck.
const LIE_LIMIT: Duration = Duration::from_secs(3);
/// The calls that the log itself rests on, and that are never made to lie.
const NEVER_LYING: [&str; 2] = ["write", "exit_group"];

/// How much of a log the reader is timed with on a disk, and how much streams through in all.
const LOG_BYTES: usize = 256 << 20;
const STREAM_BYTES: usize = 2 << 30;

/// Times the reader of logs against `wc -l`, and streams more through it than memory should hold.
///
/// # Errors
/// The ELF or `wc` cannot be started, or there is no room for the log.
pub fn reader(elf: &Path) -> Result<String> {
    let plan = Plan::default();
    let run = time(elf)?.output;
    proven(&plan, elf, &run)?;
    let mut piece = run.clone();
    // A megabyte of what kernels say, so that a run comes once in it.
    let mut number = 0u32;
    while piece.len() < 1 << 20 {
        number += 1;
        let noise = format!("[{number:>8}.123456] virtio_net virtio0 eth0: link becomes ready\n");
        piece.extend(noise.bytes());
    }
    // Without a name, so that nothing is left of it however this ends.
    let mut log = tempfile::tempfile().map_err(|error| no_room(&error))?;
    for _ in 0..LOG_BYTES.div_ceil(piece.len()) {
        log.write_all(&piece).map_err(|error| no_room(&error))?;
    }
    let size = log.metadata().map_err(|error| no_room(&error))?.len();
    let megabytes = |bytes: f64, time: Duration| bytes / 1e6 / time.as_secs_f64();
    let (mut ours, mut theirs) = (Duration::MAX, Duration::MAX);
    for _ in 0..3 {
        let begun = Instant::now();
        log.rewind().map_err(|error| no_room(&error))?;
        let mut reader = Reader::new(&plan);
        let mut buffer = vec![0; 1 << 16];
        loop {
            match log.read(&mut buffer).map_err(|error| no_room(&error))? {
                0 => break,
                count => reader.feed(&buffer[..count], &mut |_| {}),
            }
        }
        reader.finish();
        ours = ours.min(begun.elapsed());
        let begun = Instant::now();
        log.rewind().map_err(|error| no_room(&error))?;
        let stdin = log.try_clone().map_err(|error| no_room(&error))?;
        let counted = Command::new("wc").arg("-l").stdin(stdin).output();
        counted.map_err(|error| Error::usage(format!("wc (coreutils): {error}")))?;
        theirs = theirs.min(begun.elapsed());
    }
    let before = peak();
    let mut reader = Reader::new(&plan);
    for _ in 0..STREAM_BYTES / piece.len() {
        reader.feed(&piece, &mut |_| {});
    }
    reader.finish();
    Ok(format!(
        "reader {:.0} MB/s, wc -l {:.0} MB/s, over {size} bytes\n\
         {STREAM_BYTES} bytes streamed through: peak memory {} KiB before, {} KiB behind\n",
        megabytes(size as f64, ours),
        megabytes(size as f64, theirs),
        before,
        peak()
    ))
}

/// The most memory that this process has had so far, in KiB.
fn peak() -> i64 {
    getrusage(UsageWho::RUSAGE_SELF).map_or(0, |usage| usage.max_rss())
}

fn no_room(error: &std::io::Error) -> Error {
    Error::usage(format!("a log to time the reader with: {error}"))
}

/// What one run took.
struct Timed {
    wall: Duration,
    cpu: Duration,
    output: Vec<u8>,
}

/// Times a target from the sources to the verdict.
///
/// # Errors
/// The target cannot be run, or one of its runs is not complete.
pub fn target(runner: &Runner, name: &str, args: &cli::Bench) -> Result<String> {
    let _busy = Busy::start(args.busy);
    let options = cli::RunOptions::once(&args.inputs);
    let found = runner.home.target(name)?;
    let oracle = runner.oracle(&found, None)?;
    let (gaps_name, gaps) = runner.home.gaps(&found)?;
    let mut ready = runner.ready(found.clone(), &options)?;
    let mut spent: [Vec<Duration>; 6] = Default::default();
    let (mut with, mut not_with) = (String::new(), Vec::new());
    for run in 1..=args.runs {
        let begun = Instant::now();
        // What comes of it is what we have: this is the time in which cargo finds nothing to do.
        drop(runner.ready(found.clone(), &options)?);
        let build = begun.elapsed();
        let judged = runner.run(&mut ready, None)?;
        if let Some(flaw) = judged.defects.first() {
            return Err(Error::no_verdict(format!("run {run}: {flaw}")));
        }
        let story = &judged.context;
        let phases = story.phases;
        with = story.with();
        not_with = story.accelerators_left.clone();
        let begun = Instant::now();
        let mut report = runner.compared(name.to_string(), judged, &oracle);
        report.gate = Some(gaps.judge(&gaps_name, &report, gaps::today()));
        let written = Format::Human
            .reporter()
            .write(&report, Style::PLAIN, &mut std::io::sink());
        written.map_err(|error| Error::no_verdict(format!("writing the report: {error}")))?;
        let diff = begun.elapsed();
        let verdict = phases.boot + phases.suite + phases.end + diff;
        let each = [build, phases.boot, phases.suite, phases.end, diff, verdict];
        for (times, time) in spent.iter_mut().zip(each) {
            times.push(time);
        }
    }
    let beside = beside(args.busy);
    let runs = counted(args.runs, "run");
    let mut text = format!("{name}, {runs}{with}{beside}\n");
    let labels = ["build", "boot", "suite", "end", "diff", "all but build"];
    for (label, times) in labels.iter().zip(&mut spent) {
        let _ = writeln!(text, "{label:<13} {}", shown(times));
    }
    for left in not_with {
        let _ = writeln!(text, "not with {left}");
    }
    Ok(text)
}

/// Times a number of runs; least and middle of wall and CPU time.
///
/// # Errors
/// The ELF cannot be started, a run is not complete, or two runs differ.
pub fn times(elf: &Path, runs: u32, busy: u32) -> Result<String> {
    let plan = Plan::default();
    let _busy = Busy::start(busy);
    let mut walls = Vec::new();
    let mut cpus = Vec::new();
    let mut first: Option<Vec<u8>> = None;
    for run in 1..=runs {
        let timed = time(elf)?;
        walls.push(timed.wall);
        cpus.push(timed.cpu);
        match &first {
            None => {
                proven(&plan, elf, &timed.output)?;
                first = Some(timed.output);
            }
            Some(first) if *first == timed.output => {}
            Some(first) => return Err(differs(run, first, &timed.output)),
        }
    }
    Ok(format!(
        "{}{}, all the same bytes\nwall {}\ncpu  {}\n",
        counted(runs, "run"),
        beside(busy),
        shown(&mut walls),
        shown(&mut cpus)
    ))
}

fn beside(busy: u32) -> String {
    match busy {
        0 => String::new(),
        _ => format!(" beside {}", counted(busy, "busy loop")),
    }
}

/// A number of things in words.
fn counted(count: u32, thing: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{s}")
}

/// Says what is wrong with a run that is no complete log: its figures would mean nothing.
fn proven(plan: &Plan, elf: &Path, output: &[u8]) -> Result<()> {
    let mut reader = Reader::new(plan);
    reader.feed(output, &mut |_| {});
    let judged = reader.finish().outcome(plan);
    if judged.is_complete() {
        return Ok(());
    }
    let flaw = judged.defects.first().map(ToString::to_string);
    Err(Error::no_verdict(format!(
        "{}: this run is not complete: {}",
        elf.display(),
        flaw.unwrap_or_else(|| "lines lost".to_string())
    )))
}

/// Least and middle of times.
fn shown(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let milliseconds = |time: Option<&Duration>| time.map_or(0.0, Duration::as_secs_f64) * 1e3;
    format!(
        "{:.1} ms at least, {:.1} ms in the middle",
        milliseconds(times.first()),
        milliseconds(times.get(times.len() / 2))
    )
}

/// Names the first line in which two runs differ.
fn differs(run: u32, first: &[u8], other: &[u8]) -> Error {
    let lines = |bytes: &[u8]| -> Vec<String> {
        String::from_utf8_lossy(bytes)
            .lines()
            .map(str::to_string)
            .collect()
    };
    let (first, other) = (lines(first), lines(other));
    let line = (0..first.len().max(other.len())).find(|&i| first.get(i) != other.get(i));
    let show = |lines: &[String]| {
        let line = line.and_then(|line| lines.get(line));
        line.map_or("nothing".to_string(), |line| format!("`{line}`"))
    };
    Error::no_verdict(format!(
        "run {run} differs from the first: {} instead of {}",
        show(&other),
        show(&first)
    ))
}

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

/// Loops that keep the processors busy until they are dropped, or this process ends.
struct Busy {
    enough: Arc<AtomicBool>,
    loops: Vec<JoinHandle<()>>,
}

impl Busy {
    fn start(count: u32) -> Busy {
        let enough = Arc::new(AtomicBool::new(false));
        let spin = |enough: Arc<AtomicBool>| {
            move || {
                while !enough.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            }
        };
        let loops = (0..count).map(|_| thread::spawn(spin(Arc::clone(&enough))));
        Busy {
            loops: loops.collect(),
            enough,
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.enough.store(true, Ordering::Relaxed);
        for busy in self.loops.drain(..) {
            // It cannot panic.
            let _ = busy.join();
        }
    }
}

/// What a system call returns always, whatever it is asked.
#[derive(Clone, Copy)]
enum Lie {
    Number(i64),
    Error(Errno),
}

impl Lie {
    /// EPERM is what -1 in `rax` says.
    const ALL: [Lie; 4] = [
        Lie::Error(ENOSYS),
        Lie::Number(0),
        Lie::Number(1),
        Lie::Error(EPERM),
    ];

    fn value(self) -> i64 {
        match self {
            Lie::Number(number) => number,
            Lie::Error(errno) => -i64::from(errno.0),
        }
    }

    fn name(self) -> String {
        match self {
            Lie::Number(number) => number.to_string(),
            Lie::Error(errno) => errno.name().unwrap_or("?").to_string(),
        }
    }
}

/// How the runs with one bad system call each came out.
#[derive(Default)]
struct Lies {
    runs: u32,
    ended: u32,
    passed: Vec<String>,
    stuck: Vec<String>,
}

/// Makes each system call under test return a constant, and counts the runs that end by
/// themselves with a complete log.
///
/// # Errors
/// The ELF cannot be started or traced, or its run is not complete without a lie either.
pub fn lies(elf: &Path) -> Result<String> {
    let plan = Plan::default();
    proven(&plan, elf, &time(elf)?.output)?;
    let mut lies = Lies::default();
    for call in [PSE51, PSE52, PSE53].into_iter().flatten() {
        if NEVER_LYING.contains(&call.name) {
            continue;
        }
        for lie in Lie::ALL {
            tell(&plan, elf, call, lie, &mut lies)?;
        }
    }
    let mut text = format!(
        "{} runs, each with one system call that returns ENOSYS, 0, 1 or -1 always\n\
         {} ended by themselves within {} s with a complete log\n",
        lies.runs,
        lies.ended,
        LIE_LIMIT.as_secs()
    );
    for stuck in &lies.stuck {
        let _ = writeln!(text, "  did not: {stuck}");
    }
    let _ = writeln!(text, "{} reported 0 failed", lies.passed.len());
    for passed in &lies.passed {
        let _ = writeln!(text, "  did: {passed}");
    }
    Ok(text)
}

fn tell(plan: &Plan, elf: &Path, call: &Call, lie: Lie, lies: &mut Lies) -> Result<()> {
    let acts: &'static [Act] = Box::leak(Box::new([Act::Skip(Src::N(lie.value()))]));
    let fault = Fault {
        id: "lie",
        call: call.name,
        class: Class::WrongErrno,
        number: call.number,
        when: &[],
        acts,
        clause: "",
        hidden: None,
    };
    let limits = faults::Limits {
        total: 2 * LIE_LIMIT,
        silence: LIE_LIMIT,
    };
    let mut reader = Reader::new(plan);
    let mut command = Command::new(elf);
    command.stdin(Stdio::null());
    let ran = faults::run(Some(&fault), command, limits, |bytes| {
        reader.feed(bytes, &mut |_| {});
        ControlFlow::Continue(())
    });
    let ran = ran.map_err(|error| Error::no_verdict(format!("{}: {error}", elf.display())))?;
    let judged = reader.finish().outcome(plan);
    let name = format!("{} always returns {}", call.name, lie.name());
    lies.runs += 1;
    if judged.is_complete() && ran.elapsed < LIE_LIMIT {
        lies.ended += 1;
    } else {
        lies.stuck.push(format!(
            "{name} ({:?}, {:.1} s)",
            ran.end,
            ran.elapsed.as_secs_f64()
        ));
    }
    if judged.tally(plan, None).failed == 0 {
        lies.passed.push(name);
    }
    Ok(())
}
