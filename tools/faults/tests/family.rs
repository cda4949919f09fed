//! Processes, job control and signals under the tracer: without a fault a program sees what it sees
//! without a tracer, and a fault acts in every process.

mod common;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use faults::{
    Class, Cmp, EntryAct, EntryCond, ExitAct, ExitCond, Fault, Injection, Op, Operand, SignalAct,
    SignalCond, TimeLimits, TraceEnd, run,
};

use common::compiled;

const LIMITS: TimeLimits = TimeLimits {
    total: Duration::from_secs(30),
    silence: Duration::from_secs(8),
};

/// The program, compiled once.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| compiled("family"))
}

fn lines(output: &[u8]) -> Vec<String> {
    let text = String::from_utf8(output.to_vec()).expect("text");
    text.lines().map(str::to_string).collect()
}

fn traced(fault: Option<&Fault>) -> (TraceEnd, u64, Vec<String>) {
    let mut output = Vec::new();
    let result = run(fault, Command::new(program()), LIMITS, |bytes| {
        output.extend_from_slice(bytes);
        ControlFlow::Continue(())
    });
    let result = result.expect("the program runs");
    (result.end, result.triggered, lines(&output))
}

fn untraced() -> Vec<String> {
    let output = Command::new(program()).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(3));
    lines(&output.stdout)
}

fn fault(injection: Injection) -> Fault {
    Fault {
        id: "test",
        call: "test",
        class: Class::ResultAltered,
        injection,
        clause: "",
        unobservable: None,
    }
}

/// The lines that a fault changes.
fn changed(injection: Injection) -> Vec<String> {
    let fault = fault(injection);
    let (end, triggered, seen) = traced(Some(&fault));
    assert!(triggered > 0, "{end:?} {seen:?}");
    let right = untraced();
    seen.into_iter()
        .filter(|line| !right.contains(line))
        .collect()
}

#[test]
fn without_a_fault_nothing_changes() {
    let (end, _, seen) = traced(None);
    assert_eq!(seen, untraced());
    assert_eq!(end, TraceEnd::Exited(3));
}

/// A fault without an act stops its call at the entry and at the exit.
#[test]
fn a_watched_call_changes_nothing() {
    const WATCHED: [u16; 12] = [0, 1, 13, 39, 56, 58, 59, 61, 62, 128, 230, 232];
    let right = untraced();
    for number in WATCHED {
        let nothing = fault(Injection::Exit {
            number,
            entry: &[],
            exit: &[],
            acts: &[],
        });
        let (end, triggered, seen) = traced(Some(&nothing));
        assert_eq!(seen, right, "{number}");
        assert_eq!(end, TraceEnd::Exited(3), "{number}");
        assert!(triggered > 0, "{number}");
    }
}

/// Calls that are made before or after another one leave its own result alone.
#[test]
fn other_calls_change_nothing() {
    const BEFORE: &[EntryAct] = &[
        EntryAct::First(39, &[]),
        EntryAct::First(1, &[Operand::N(-1), Operand::Bytes(b"abc"), Operand::N(3)]),
    ];
    const AFTER: &[ExitAct] = &[ExitAct::Then(39, &[])];
    let right = untraced();
    for number in [0, 56, 58, 59, 61, 62, 247] {
        let also = fault(Injection::Entry {
            number,
            when: &[],
            acts: BEFORE,
            exit_acts: AFTER,
        });
        let (end, triggered, seen) = traced(Some(&also));
        assert_eq!(seen, right, "{number}");
        assert_eq!(
            (end, triggered > 0),
            (TraceEnd::Exited(3), true),
            "{number}"
        );
    }
}

#[test]
fn a_fault_acts_in_children_and_in_programs() {
    let status = changed(Injection::Entry {
        number: 231,
        when: &[
            EntryCond::FirstProcess(false),
            EntryCond::Int(0, Cmp::Eq(14)),
        ],
        acts: &[EntryAct::Arg(0, Op::Set(Operand::N(33)))],
        exit_acts: &[],
    });
    assert_eq!(status, ["exec-with-child 33"]);
}

#[test]
fn a_child_begins_in_a_wrong_state() {
    const ACTS: &[ExitAct] = &[ExitAct::InChild(&[ExitAct::Then(
        62,
        &[Operand::Own(faults::Id::Process), Operand::N(15)],
    )])];
    let ended = changed(Injection::Exit {
        number: 58,
        entry: &[],
        exit: &[ExitCond::Got(Cmp::Gt(0))],
        acts: ACTS,
    });
    assert_eq!(
        ended,
        ["vfork-shares 0", "vfork-status 0", "exec-after-vfork 0"]
    );
}

#[test]
fn a_program_begins_in_a_wrong_state() {
    // SIGUSR2 is ignored by the new program.
    const IGNORE: &[u8] = &[
        1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0,
    ];
    const ACTS: &[ExitAct] = &[ExitAct::Then(
        13,
        &[
            Operand::N(12),
            Operand::Bytes(IGNORE),
            Operand::N(0),
            Operand::N(8),
        ],
    )];
    let survived = changed(Injection::Exit {
        number: 59,
        entry: &[],
        exit: &[ExitCond::Got(Cmp::Eq(0))],
        acts: ACTS,
    });
    assert_eq!(survived, ["exec-signals 0"]);
}

#[test]
fn a_lost_sigchld_is_seen() {
    let lost = changed(Injection::Signal {
        when: &[
            SignalCond::Signo(Cmp::Eq(17)),
            SignalCond::Code(Cmp::Eq(1)),
            SignalCond::Caught(true),
        ],
        act: SignalAct::Drop,
    });
    assert!(
        lost.iter().any(|line| line == "nocldstop-exit 0"),
        "{lost:?}"
    );
}

/// Every process ends with the first one.
#[test]
fn nothing_is_left_of_a_run() {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "(sleep 1000 & sleep 1000) & (sleep 1000 &) ; exit 5"]);
    let result = run(None, command, LIMITS, |_| ControlFlow::Continue(()));
    let result = result.expect("the program runs");
    assert_eq!(result.end, TraceEnd::Exited(5));
    assert!(result.elapsed < Duration::from_secs(5));
}
