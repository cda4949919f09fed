//! The monitor with a simulated clock.

use std::os::unix::process::ExitStatusExt;

use super::*;
use crate::run::printer::passing_log;
use crate::run::simulated::{LIMITS, small_plan};

/// The steps of the small plan up to its tenth check, which is in the first two groups.
const TEN: usize = 10;

/// A boot with output at the times that a test states, in seconds from its start.
struct Case {
    plan: Plan,
    command: Invocation,
    panic: Vec<String>,
    end: Vec<String>,
    stopped: Vec<String>,
    recorded: bool,
    status: bool,
}

impl Case {
    fn new() -> Case {
        Case {
            plan: small_plan(),
            command: Invocation {
                argv: Vec::new(),
                env: Vec::new(),
                folder: None,
            },
            panic: vec!["Kernel panic".to_string()],
            end: vec!["Power down".to_string()],
            stopped: vec!["STOPPED".to_string()],
            recorded: false,
            status: false,
        }
    }

    fn recorded() -> Case {
        Case {
            recorded: true,
            ..Case::new()
        }
    }

    /// The time, in seconds, at which the boot ends, and its result. Nothing new comes after the
    /// last observation.
    fn run(&self, seen: &[(f64, Observation)]) -> (f64, BootResult) {
        let begun = Instant::now();
        let spec = BootSpec {
            traces: false,
            command: &self.command,
            limits: LIMITS,
            patterns: Patterns {
                panic: &self.panic,
                end: &self.end,
                stopped: &self.stopped,
            },
            recorded: self.recorded,
            status: self.status,
            run: None,
            deadline: begun + Duration::from_secs_f64(LIMITS.total),
        };
        let mut monitor = Monitor::new(&self.plan, &spec, begun);
        let last = seen.last().expect("an observation");
        let ticks = (1..).map(|tick| (last.0 + f64::from(tick) * 0.25, quiet_after(&last.1)));
        for (at, seen) in seen.iter().cloned().chain(ticks) {
            let now = begun + Duration::from_secs_f64(at);
            if let Some(end) = monitor.observe(&seen, now, &mut |_| {}) {
                return (at, monitor.result(end, b"", now));
            }
            assert!(at <= LIMITS.total + 1.0, "the boot does not end");
        }
        unreachable!("ticks do not end")
    }

    /// The time, in seconds, and the way in which the boot ends.
    fn end(&self, seen: &[(f64, Observation)]) -> (f64, BootEnd) {
        let (at, result) = self.run(seen);
        (at, result.end)
    }

    fn log(&self, steps: usize) -> Observation {
        bytes(&passing_log(&self.plan, steps))
    }

    fn whole_log(&self) -> Observation {
        self.log(self.plan.steps.len())
    }
}

fn observation(stdout: Stdout) -> Observation {
    Observation {
        output: Output {
            stdout,
            stderr: Vec::new(),
        },
        status: None,
        interrupted: false,
    }
}

fn bytes(text: &str) -> Observation {
    observation(Stdout::Bytes(text.as_bytes().to_vec()))
}

fn quiet() -> Observation {
    observation(Stdout::Quiet)
}

fn closed() -> Observation {
    observation(Stdout::Closed)
}

/// Nothing new after an observation: a closed pipe stays closed, a status stays known.
fn quiet_after(last: &Observation) -> Observation {
    let stdout = match &last.output.stdout {
        Stdout::Closed => Stdout::Closed,
        _ => Stdout::Quiet,
    };
    Observation {
        status: last.status,
        ..observation(stdout)
    }
}

fn exited(status: i32, seen: Observation) -> Observation {
    Observation {
        status: Some(ExitStatus::from_raw(status << 8)),
        ..seen
    }
}

fn stderr(text: &str, mut seen: Observation) -> Observation {
    seen.output.stderr = text.as_bytes().to_vec();
    seen
}

fn exit(status: i32) -> BootEnd {
    BootEnd::Exited(ExitStatus::from_raw(status << 8))
}

#[test]
fn each_limit_ends_the_boot_that_it_is_for() {
    let case = Case::new();
    let babble = |from: u32| {
        (0..200).map(move |n| (f64::from(from + n) * 5.0, bytes("[  1.5] eth0: link up\n")))
    };
    let log = (1.0, case.log(TEN));
    assert_eq!(case.end(&[(0.0, quiet())]), (60.25, BootEnd::NoHeader));
    let noise: Vec<_> = babble(0).collect();
    assert_eq!(case.end(&noise), (65.0, BootEnd::NoHeader));
    assert_eq!(
        case.end(std::slice::from_ref(&log)),
        (11.25, BootEnd::Silent)
    );
    let noise: Vec<_> = [log].into_iter().chain(babble(1)).collect();
    assert_eq!(case.end(&noise), (25.0, BootEnd::Stuck));
    let whole = [(3.0, case.whole_log())];
    assert_eq!(case.end(&whole), (5.25, BootEnd::Finished));
}

#[test]
fn lines_of_the_suite_postpone_all_limits_but_the_total() {
    let case = Case::new();
    let log = passing_log(&case.plan, case.plan.steps.len());
    let slow = log.lines().take(40).enumerate();
    let slow: Vec<_> = slow
        .map(|(number, line)| (number as f64 * 9.0, bytes(&format!("{line}\n"))))
        .collect();
    let last = slow.last().expect("a line").0;
    assert_eq!(case.end(&slow), (last + 10.25, BootEnd::Silent));
    let slower: Vec<_> = (0..100)
        .map(|_| passing_log(&case.plan, 1))
        .enumerate()
        .map(|(number, header)| (number as f64 * 9.0, bytes(&header)))
        .collect();
    // A recorded log may hold any number of header lines.
    assert_eq!(Case::recorded().end(&slower), (603.0, BootEnd::OutOfTime));
}

#[test]
fn recorded_log_is_read_to_its_end() {
    let case = Case::recorded();
    let again = [
        (0.0, case.whole_log()),
        (5.0, quiet()),
        (9.0, case.whole_log()),
        (18.0, case.whole_log()),
        (27.0, case.log(TEN)),
        (27.5, exited(0, closed())),
    ];
    let (at, result) = case.run(&again);
    assert_eq!((at, result.end), (27.5, exit(0)));
    assert_eq!(result.log.boots.len(), 4);
    assert_eq!(result.next_step, Some(TEN));
}

#[test]
fn kernel_that_starts_again_after_its_end_is_ended() {
    let case = Case::new();
    let three = [0.0, 0.5, 1.0].map(|at| (at, case.whole_log()));
    let (at, result) = case.run(&three);
    assert_eq!((at, result.end), (1.0, BootEnd::Finished));
    assert_eq!(result.log.boots.len(), 3);
    assert_eq!(result.next_step, None);
}

#[test]
fn run_after_a_complete_one_has_its_own_limits() {
    let case = Case::new();
    let seen = [(0.0, case.whole_log()), (1.0, case.log(TEN))];
    assert_eq!(case.end(&seen), (11.25, BootEnd::Silent));
}

#[test]
fn second_header_line_in_a_run_is_a_restart() {
    let case = Case::new();
    let seen = [(0.0, case.log(TEN)), (1.0, case.log(3))];
    let (at, result) = case.run(&seen);
    assert_eq!((at, result.end), (1.0, BootEnd::Restarted));
    assert_eq!((result.log.boots.len(), result.next_step), (1, Some(TEN)));
}

#[test]
fn patterns_end_a_run_that_is_not_complete() {
    let case = Case::new();
    let panic = "[    2.5] Kernel panic - not syncing: x";
    let log = passing_log(&case.plan, TEN);
    let panicked = BootEnd::Panicked(format!("{panic}; more"));
    for (line, wanted) in [
        (panic, (1.0, panicked, "more")),
        (
            "reboot: Power down",
            (0.0, BootEnd::SaidDone, "reboot: Power down"),
        ),
    ] {
        let seen = [(0.0, bytes(&format!("{log}{line}\nmore\n")))];
        let (at, result) = case.run(&seen);
        let last = result.last_lines.last().map_or("", String::as_str);
        assert_eq!((at, result.end.clone(), last), wanted);
        assert_eq!(result.next_step, Some(TEN));
        // After the END line a kernel may say what it wants.
        let whole = passing_log(&case.plan, case.plan.steps.len());
        let seen = [(0.0, bytes(&format!("{whole}{line}\n")))];
        assert_eq!(case.end(&seen), (2.25, BootEnd::Finished));
    }
}

#[test]
fn reason_of_a_panic_is_on_the_next_lines() {
    let case = Case::new();
    let log = passing_log(&case.plan, TEN);
    let next = case.plan.verdict(3, packer::log::Verdict::Pass);
    let seen = [
        (0.0, bytes(&format!("{log}Kernel panic\n\n"))),
        (
            0.2,
            bytes(&format!("reason: out of bounds\n{next}\n at fd.rs")),
        ),
        (0.7, stderr("emulator: halted\n", quiet())),
        (0.9, bytes(":42")),
    ];
    let (at, result) = case.run(&seen);
    let wanted = "Kernel panic; reason: out of bounds; at fd.rs:42; stderr: emulator: halted";
    assert_eq!(
        (at, result.end),
        (1.4, BootEnd::Panicked(wanted.to_string()))
    );
    // The run has died: a line of the suite after that is none of it.
    assert_eq!(result.next_step, Some(TEN));
    let last = &result.last_lines[result.last_lines.len() - 4..];
    assert_eq!(last[0], "reason: out of bounds");
    assert_eq!(last[2..], [" at fd.rs:42", "stderr: emulator: halted"]);
    // A kernel that never falls silent is read no longer than `settle`.
    let noise = (0..40).map(|n| (f64::from(n) * 0.1, bytes("dump\n")));
    let first = (0.0, bytes(&format!("{log}Kernel panic\n")));
    let (at, _) = case.run(&[first].into_iter().chain(noise).collect::<Vec<_>>());
    assert!((2.0..2.2).contains(&at), "{at}");
}

#[test]
fn exit_counts_once_the_console_is_read() {
    let case = Case::new();
    // The status is known before the rest of the console is read.
    let late = [
        (0.0, exited(0, case.log(TEN))),
        (0.1, exited(0, bytes("  [PASS] not yet all\n"))),
        (0.2, exited(0, closed())),
    ];
    assert_eq!(case.end(&late), (0.2, exit(0)));
    // Any number of pauses is not the end of the console.
    let paused = [
        (0.0, case.log(TEN)),
        (0.1, exited(7, quiet())),
        (1.1, exited(7, quiet())),
        (3.2, exited(7, bytes("the last line\n"))),
        (3.3, exited(7, closed())),
    ];
    let (at, result) = case.run(&paused);
    assert_eq!((at, result.end), (3.3, exit(7)));
    assert!(result.last_lines.contains(&"the last line".to_string()));
}

#[test]
fn status_of_a_complete_run_without_its_end_is_lost_output() {
    let end = |status: bool, code: i32, seen: Observation| {
        let case = Case {
            status,
            ..Case::new()
        };
        case.end(&[(0.0, seen), (0.1, exited(code, closed()))]).1
    };
    let ten = || Case::new().log(TEN);
    for code in [0, 1] {
        let BootEnd::Exited(status) = exit(code) else {
            unreachable!("an exit")
        };
        assert_eq!(end(true, code, ten()), BootEnd::LostOutput(status));
        assert_eq!(end(false, code, ten()), exit(code));
        assert_eq!(end(true, code, Case::new().whole_log()), exit(code));
        assert_eq!(end(true, code, quiet()), exit(code));
    }
    assert_eq!(end(true, 139, ten()), exit(139));
}

#[test]
fn command_without_a_console_is_waited_for_no_longer_than_a_silence() {
    let case = Case::new();
    assert_eq!(
        case.end(&[(1.0, case.log(TEN)), (2.0, closed())]),
        (12.0, BootEnd::Silent)
    );
    let ends = [
        (1.0, case.log(TEN)),
        (2.0, closed()),
        (9.0, exited(1, closed())),
    ];
    assert_eq!(case.end(&ends), (9.0, exit(1)));
}

#[test]
fn emulator_that_stopped_ends_the_boot_after_the_rest_of_the_console() {
    let case = Case::new();
    let stopped = "EMULATOR STOPPED. Suberror: 1";
    let seen = [
        (0.0, case.log(3)),
        (
            0.1,
            stderr(&format!("{stopped}\n"), bytes("[    1.5] noise\n")),
        ),
        (0.2, bytes("[    1.6] noise\n")),
        (0.3, quiet()),
    ];
    let (at, result) = case.run(&seen);
    assert_eq!(
        (at, &result.end),
        (0.3, &BootEnd::Stopped(stopped.to_string()))
    );
    let last = result.last_lines.last().expect("a line");
    assert_eq!(last, &format!("stderr: {stopped}"));
}

#[test]
fn user_ends_a_boot_at_once() {
    let case = Case::new();
    let interrupted = Observation {
        interrupted: true,
        ..quiet()
    };
    let seen = [(0.0, case.log(TEN)), (0.1, interrupted)];
    assert_eq!(case.end(&seen), (0.1, BootEnd::Interrupted));
}

#[test]
fn time_is_counted_from_line_to_line() {
    let case = Case::new();
    let log = passing_log(&case.plan, case.plan.steps.len());
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    let first = [
        (2.0, bytes(&lines[..2].concat())),
        (2.5, bytes(lines[2])),
        (4.0, bytes(lines[3])),
        (5.0, bytes(&lines[4..].concat())),
        (6.0, exited(0, closed())),
    ];
    let result = case.run(&first).1;
    let seconds = |check| result.times[&check].as_secs_f64();
    assert_eq!((seconds(0), seconds(1), seconds(2)), (0.5, 1.5, 1.0));
    let Phases { boot, suite, end } = result.phases;
    let phases = [boot, suite, end].map(|time| time.as_secs_f64());
    assert_eq!(phases, [2.0, 3.0, 1.0]);
}

#[test]
fn machine_is_unusable_only_where_nothing_else_explains_it() {
    let case = Case::new();
    let unusable = |seen: &[(f64, Observation)]| case.run(seen).1.unusable(&LIMITS);
    let refused = stderr("emulator: no such machine\n", exited(1, closed()));
    let why = unusable(&[(0.0, refused)]).expect("a reason");
    assert!(
        why.ends_with("; stderr: emulator: no such machine"),
        "{why}"
    );
    assert!(unusable(&[(0.0, quiet())]).is_some());
    assert_eq!(unusable(&[(0.0, bytes("Kernel panic: x\n"))]), None);
    assert_eq!(unusable(&[(0.0, case.log(TEN))]), None);
    let headless = case.plan.section(0);
    assert_eq!(unusable(&[(0.0, bytes(&format!("{headless}\n")))]), None);
}
