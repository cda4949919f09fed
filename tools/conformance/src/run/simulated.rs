//! A simulated kernel for tests: obeys a boot's order as the ELF does, with the bugs of the test.
//!
//! Its console passes through the real monitor and reader, with a simulated clock.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use packer::plan::control::{ASSUME_HANDLERS, KEEP_ENVIRONMENT, SKIP_SETUP, WHOLE_SCRIPTS};
use packer::suites::{CORE, Suite};

use proptest::prelude::*;

use super::campaign::BootOrder;
use super::monitor::{BootResult, BootSpec, Monitor, Observation};
use super::printer::{Printer, passing_log_of};
use super::supervisor::{Output, Stdout};
use crate::log::capture::Patterns;
use crate::plan::{Plan, Step};
use crate::target::{Invocation, TargetLimits};
use crate::verdict::outcome::{Got, Outcome};

/// A plan that is small enough for many runs: three families of the core suite.
pub(super) fn small_plan() -> Plan {
    Plan::of(&Suite {
        families: &CORE.families[12..15],
        ..CORE
    })
}

/// The behaviour of one check on the simulated kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Pass,
    /// It gets a wrong result.
    Fail,
    /// Its call is not implemented.
    Missing,
    /// The kernel dies in it.
    Crash,
    /// The kernel falls silent in it.
    Hang,
    /// It passes, and one of the boot's resources is lost.
    Leak,
    /// It needs a free resource: with one it passes, without one it fails.
    NeedsRoom,
    /// It needs a free resource: with one it gets a wrong result.
    NeedsRoomToFail,
    /// It needs a free resource: with one the kernel dies.
    NeedsRoomToCrash,
    /// It needs a handler, which is installed but not reported.
    NeedsHandler,
    /// It needs a handler, which is neither installed nor reported.
    NeedsMissingHandler,
    /// It passes in every second boot, and gets a wrong result in the others.
    Flaky,
}

impl Act {
    pub(crate) const ALL: [Act; 12] = [
        Act::Pass,
        Act::Fail,
        Act::Missing,
        Act::Crash,
        Act::Hang,
        Act::Leak,
        Act::NeedsRoom,
        Act::NeedsRoomToFail,
        Act::NeedsRoomToCrash,
        Act::NeedsHandler,
        Act::NeedsMissingHandler,
        Act::Flaky,
    ];

    /// The outcome of the check on a kernel with resources and without assumptions; the worse of
    /// two.
    pub(crate) fn truth(self) -> Outcome {
        match self {
            Act::Pass | Act::Leak | Act::NeedsRoom => Outcome::Pass,
            Act::Fail | Act::Flaky | Act::NeedsRoomToFail => failed(WRONG),
            Act::Missing => failed("got ENOSYS"),
            Act::Crash | Act::NeedsRoomToCrash => Outcome::Crash,
            Act::Hang => Outcome::Hang,
            Act::NeedsHandler | Act::NeedsMissingHandler => failed(UNREPORTED),
        }
    }
}

/// The notes of checks that fail: a wrong result, no resource, no reported handler.
const WRONG: &str = "got 7";
pub(super) const NO_ROOM: &str = "not asked: pipe2 returned ENFILE";
pub(super) const UNREPORTED: &str = "not asked: a handler was not installed";

pub(super) fn failed(got: &str) -> Outcome {
    Outcome::failed("", Got::parse(got).expect("a note"))
}

/// A kernel with bugs.
#[derive(Clone, Debug)]
pub(super) struct Kernel {
    /// The behaviour of each check of the plan.
    pub acts: Vec<Act>,
    /// The resources of a boot.
    pub room: usize,
    /// True where it dies before the first group, unless the environment is kept.
    pub dies_at_start: bool,
    /// The checks whose set-up it dies in, unless it is left out.
    pub deadly_set_ups: BTreeSet<usize>,
    /// The exit status after the END line, where it is not that of the suite.
    pub exit_status: Option<u8>,
    /// The call for which it kills the program, as for one that it does not know.
    pub unknown_call: Option<&'static str>,
    /// The exit status of the program that is killed so.
    pub unknown_status: u8,
    /// The check whose line it garbles.
    pub garbles: Option<usize>,
    /// True where each boot after the first repeats a complete log in which every check passes.
    pub replays: bool,
    /// Pairs of checks: after the first has run, the kernel falls silent in the second.
    pub poisons: Vec<(usize, usize)>,
    /// The boots so far.
    pub boots: Cell<usize>,
}

/// The exit status of a boot; none where nothing comes any more.
pub(super) type Ending = Option<u8>;

impl Kernel {
    pub(super) fn good(plan: &Plan) -> Kernel {
        Kernel {
            acts: vec![Act::Pass; plan.checks.len()],
            room: usize::MAX,
            dies_at_start: false,
            deadly_set_ups: BTreeSet::new(),
            exit_status: None,
            unknown_call: None,
            unknown_status: SIGSYS,
            garbles: None,
            replays: false,
            poisons: Vec::new(),
            boots: Cell::new(0),
        }
    }

    /// A kernel on which these checks do something else than pass.
    pub(super) fn with(plan: &Plan, acts: &[(usize, Act)]) -> Kernel {
        let mut kernel = Kernel::good(plan);
        for &(check, act) in acts {
            kernel.acts[check] = act;
        }
        kernel
    }

    /// Boots once, as ordered.
    pub(super) fn boot(&self, plan: &Plan, order: &BootOrder) -> BootResult {
        let run = self.run_id();
        let (console, ending) = self.console(plan, order, run);
        observed_as(false, plan, &console, ending, Some(run))
    }

    /// The run id of the next boot.
    pub(super) fn run_id(&self) -> u32 {
        0x1000 + self.boots.get() as u32
    }

    /// The console of a boot under a run id, and how it ends.
    pub(super) fn console(&self, plan: &Plan, order: &BootOrder, run: u32) -> (String, Ending) {
        let mut printer = Printer::of_run(plan, Some(run));
        let ending = self.print(plan, order, &mut printer);
        if self.replays && self.boots.get() > 1 {
            return (passing_log_of(plan, plan.steps.len(), OLD_RUN), Some(0));
        }
        let garbled = self.garbles.map(|check| &*plan.checks[check].title);
        let text = garbled.map(|title| printer.text.replace(title, "\u{7f}"));
        (text.unwrap_or(printer.text), ending)
    }

    /// True where the rows up to a check make the unknown call.
    fn kills(&self, plan: &Plan, check: usize, runs: bool) -> bool {
        // The last call before the line is the check's own.
        let calls = &plan.checks[check].calls;
        let own = calls.len().saturating_sub(1);
        let made = if runs { &calls[..] } else { &calls[..own] };
        self.unknown_call.is_some_and(|call| made.contains(&call))
    }

    fn print(&self, plan: &Plan, order: &BootOrder, printer: &mut Printer) -> Ending {
        let has = |flag: u8| order.flags & flag != 0;
        if self.dies_at_start && !has(KEEP_ENVIRONMENT) {
            return Some(DIED);
        }
        let mut room = self.room;
        let mut poisoned = BTreeSet::new();
        self.boots.set(self.boots.get() + 1);
        for step in &plan.steps[1..] {
            let check = match *step {
                Step::Section(group) => {
                    printer.section(group);
                    continue;
                }
                Step::Check(check) => check,
                _ => break,
            };
            if plan.checks[check].group < order.first_group {
                printer.skip(check);
                continue;
            }
            let script = plan.checks[check].script;
            let first = plan.checks.iter().find(|other| other.script == script);
            let left_out =
                has(WHOLE_SCRIPTS) && first.is_some_and(|first| !order.runs(plan, first.index));
            let runs = order.runs(plan, check) && !left_out;
            let sets_up = runs || !has(SKIP_SETUP | WHOLE_SCRIPTS);
            if sets_up && self.kills(plan, check, runs) {
                return Some(self.unknown_status);
            }
            if sets_up && self.deadly_set_ups.contains(&check) {
                return Some(DIED);
            }
            if !runs {
                printer.skip(check);
                continue;
            }
            if poisoned.contains(&check) {
                return None;
            }
            let poisons = self.poisons.iter().filter(|(by, _)| *by == check);
            poisoned.extend(poisons.map(|(_, check)| *check));
            match self.acts[check] {
                Act::Flaky if self.boots.get().is_multiple_of(2) => printer.pass(check),
                Act::Flaky => printer.fail(check, WRONG),
                Act::Crash => return Some(DIED),
                Act::Hang => return None,
                Act::Pass => printer.pass(check),
                Act::Fail => printer.fail(check, WRONG),
                Act::Missing => printer.fail(check, "got ENOSYS"),
                Act::Leak if room > 0 => {
                    room -= 1;
                    printer.pass(check);
                }
                Act::NeedsRoom if room > 0 => printer.pass(check),
                Act::NeedsRoomToFail if room > 0 => printer.fail(check, WRONG),
                Act::NeedsRoomToCrash if room > 0 => return Some(DIED),
                Act::Leak | Act::NeedsRoom | Act::NeedsRoomToFail | Act::NeedsRoomToCrash => {
                    printer.fail(check, NO_ROOM)
                }
                Act::NeedsHandler if has(ASSUME_HANDLERS) => printer.pass(check),
                Act::NeedsMissingHandler if has(ASSUME_HANDLERS) => return Some(DIED),
                Act::NeedsHandler | Act::NeedsMissingHandler => printer.fail(check, UNREPORTED),
            }
        }
        let status = printer.end();
        Some(self.exit_status.unwrap_or(status))
    }
}

/// The exit status that a shell reports for a death by SIGSYS.
pub(super) const SIGSYS: u8 = 128 + 31;
/// The exit status of a kernel that dies.
pub(super) const DIED: u8 = 7;

pub(super) const LIMITS: TargetLimits = TargetLimits {
    boot: 60.0,
    accel: 10.0,
    silence: 10.0,
    check: 20.0,
    total: 600.0,
    settle: 2.0,
};

/// The result of a boot that prints a console and ends.
pub(super) fn observed(plan: &Plan, console: &str, ending: Ending) -> BootResult {
    observed_as(false, plan, console, ending, None)
}

/// The result of a boot that was given a run id.
pub(super) fn observed_under(run: u32, plan: &Plan, console: &str, ending: Ending) -> BootResult {
    observed_as(false, plan, console, ending, Some(run))
}

/// The result of a boot that prints a recorded console and exits.
pub(super) fn observed_recording(plan: &Plan, console: &str) -> BootResult {
    observed_as(true, plan, console, Some(0), None)
}

/// The run id of the log that a kernel repeats.
const OLD_RUN: Option<u32> = Some(7);

fn observed_as(
    recorded: bool,
    plan: &Plan,
    console: &str,
    ending: Ending,
    run: Option<u32>,
) -> BootResult {
    let begun = Instant::now();
    let command = Invocation {
        argv: Vec::new(),
        env: Vec::new(),
        folder: None,
    };
    let spec = BootSpec {
        traces: false,
        command: &command,
        limits: LIMITS,
        patterns: Patterns::default(),
        recorded,
        status: false,
        run,
        deadline: begun + Duration::from_secs_f64(LIMITS.total),
    };
    let stdout = match ending {
        Some(_) => Stdout::Closed,
        None => Stdout::Quiet,
    };
    let observation = |stdout, ending: Ending| Observation {
        output: Output {
            stdout,
            stderr: Vec::new(),
        },
        status: ending.map(|status| ExitStatus::from_raw(i32::from(status) << 8)),
        interrupted: false,
    };
    let bytes = observation(Stdout::Bytes(console.as_bytes().to_vec()), None);
    let after = observation(stdout, ending);
    let mut monitor = Monitor::new(plan, &spec, begun);
    let seen = [(0, &bytes), (1, &after), (12, &after), (61, &after)];
    for (seconds, seen) in seen {
        let now = begun + Duration::from_secs(seconds);
        if let Some(end) = monitor.observe(seen, now, &mut |_| {}) {
            return monitor.result(end, b"", now);
        }
    }
    unreachable!("a boot that exits or is silent ends")
}

/// Kernels with several bugs, of which none comes by chance.
pub(super) fn kernels() -> impl Strategy<Value = Kernel> {
    let plan = small_plan();
    let checks = plan.checks.len();
    let calls: Vec<&str> = plan.checks.iter().map(|check| check.call).collect();
    let acts = Act::ALL.into_iter().filter(|act| *act != Act::Flaky);
    let acts: Vec<Act> = acts.chain([Act::Crash; 4]).chain([Act::Hang; 2]).collect();
    (
        prop::collection::vec((0..checks, prop::sample::select(acts)), 0..20),
        prop_oneof![Just(usize::MAX), 0..8usize],
        prop::collection::btree_set(0..checks, 0..3),
        prop::collection::vec((0..checks, 0..checks), 0..2),
        prop::option::weighted(0.1, prop::sample::select(calls)),
    )
        .prop_map(
            move |(acts, room, deadly_set_ups, poisons, unknown_call)| Kernel {
                room,
                deadly_set_ups,
                poisons,
                unknown_call,
                ..Kernel::with(&plan, &acts)
            },
        )
}
