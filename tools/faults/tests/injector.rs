//! Faults on a program that prints thirty known results: each class of fault changes the results
//! that it should and no others.

mod common;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use faults::{
    Class, Cmp, EntryAct, EntryCond, Fault, Injection, Op, Operand, TimeLimits, TraceEnd,
    TraceResult, find, run,
};

use common::compiled;

const LIMITS: TimeLimits = TimeLimits {
    total: Duration::from_secs(20),
    silence: Duration::from_secs(3),
};

/// The program, compiled once.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| compiled("thirty"))
}

struct Seen {
    result: TraceResult,
    lines: Vec<String>,
}

impl Seen {
    fn numbers(&self) -> BTreeMap<&str, &str> {
        let pairs = self.lines.iter().filter_map(|line| line.split_once(' '));
        pairs.collect()
    }
}

fn observe(fault: Option<&Fault>) -> Seen {
    let mut output = Vec::new();
    let result = run(fault, Command::new(program()), LIMITS, |bytes| {
        output.extend_from_slice(bytes);
        ControlFlow::Continue(())
    });
    let text = String::from_utf8(output).expect("text");
    Seen {
        result: result.expect("the program runs"),
        lines: text.lines().map(str::to_string).collect(),
    }
}

fn table(id: &str) -> &'static Fault {
    find(id).unwrap_or_else(|| panic!("no fault is called {id}"))
}

/// Runs under a fault. Returns the lines that differ from those of the control run.
fn changes(fault: &Fault) -> BTreeMap<String, String> {
    let (control, seen) = (observe(None), observe(Some(fault)));
    assert!(seen.result.triggered > 0, "{} did not trigger", fault.id);
    let (right, wrong) = (control.numbers(), seen.numbers());
    let differs = |(name, number): &(&&str, &&str)| right.get(**name) != Some(*number);
    let changed = wrong.iter().filter(differs);
    let changed = changed.map(|(name, number)| (name.to_string(), number.to_string()));
    changed.collect()
}

/// Expects exactly these changes.
fn expect(fault: &Fault, expected: &[(&str, &str)]) {
    let expected: BTreeMap<String, String> = expected
        .iter()
        .map(|(name, number)| (name.to_string(), number.to_string()))
        .collect();
    assert_eq!(changes(fault), expected, "{}", fault.id);
}

#[test]
fn without_a_fault_nothing_changes() {
    let seen = observe(None);
    assert_eq!(seen.result.end, TraceEnd::Exited(3), "{:?}", seen.lines);
    let known = [
        "dup2-negative -9",
        "close-negative -9",
        "pipe2 0",
        "pipe2-lowest 3",
        "write 5",
        "read 5",
        "same-bytes 1",
        "write-unmapped -14",
        "dup3 20",
        "close-on-exec 1",
        "dupfd 40",
        "sleep-negative -22",
        "sleep 0",
        "slept 1",
        "nanoseconds 1",
        "zeroed 1",
        "mmap-empty -22",
        "getrandom 16",
        "caught 1",
        "mask-after-handler 0",
        "real-time 2",
        "ppoll 0",
        "mask-after-ppoll 0",
        "interrupted -4",
        "restarted 1",
        "stranger -3",
        "thread 1",
        "child 7",
        "program 9",
        "stopped 1",
        "continued 5",
        "epoll-data 42",
        "pipes 12",
    ];
    assert_eq!(seen.lines, known);
}

#[test]
fn wrong_errno() {
    let id = "mmap-zero-length-is-out-of-memory";
    expect(table(id), &[("mmap-empty", "-12")]);
}

#[test]
fn false_success() {
    // Both reads are interrupted. The byte that arrives later is for the second.
    let id = "read-interrupted-is-eof";
    expect(table(id), &[("interrupted", "0"), ("restarted", "0")]);
}

#[test]
fn false_error() {
    let id = "dup3-unsupported";
    expect(table(id), &[("dup3", "-38"), ("close-on-exec", "-9")]);
}

#[test]
fn missing_check() {
    expect(
        table("close-negative-descriptor-succeeds"),
        &[("close-negative", "0")],
    );
    expect(
        table("write-unmapped-buffer-succeeds"),
        &[("write-unmapped", "1")],
    );
}

#[test]
fn flag_dropped() {
    expect(
        table("dup3-close-on-exec-dropped"),
        &[("close-on-exec", "0")],
    );
    expect(table("read-restart-ignored"), &[("restarted", "-4")]);
}

#[test]
fn argument_changed() {
    // The two ends of the pipe are 3 and 4.
    expect(table("fcntl-minimum-ignored"), &[("dupfd", "5")]);
}

#[test]
fn result_altered() {
    expect(table("epoll_wait-data-lost"), &[("epoll-data", "0")]);
}

#[test]
fn short_count() {
    expect(table("getrandom-word-at-a-time"), &[("getrandom", "8")]);
}

#[test]
fn time_off() {
    expect(table("nanosleep-does-not-sleep"), &[("slept", "0")]);
    expect(
        table("clock_gettime-nanoseconds-too-many"),
        &[("nanoseconds", "0")],
    );
}

#[test]
fn state_kept() {
    // The first pipe of the program counts too.
    expect(table("pipe-close-leaks"), &[("pipes", "7")]);
    let usr2 = 1 << 11;
    expect(
        table("ppoll-mask-stays"),
        &[("mask-after-ppoll", &format!("{usr2}"))],
    );
    let changed = changes(table("rt_sigaction-mask-stays-after-handler"));
    assert_eq!(changed["mask-after-handler"], format!("{}", 1 << 9));
    expect(
        table("kill-delivers-nothing"),
        &[("caught", "0"), ("real-time", "1")],
    );
}

#[test]
fn always_restarts() {
    expect(table("read-always-restarts"), &[("interrupted", "1")]);
}

#[test]
fn descriptors_get_other_numbers() {
    // The read end gets another number, so the copy gets its number.
    let changed = changes(table("pipe2-not-the-lowest"));
    assert_eq!(changed["pipe2-lowest"], "30");
    assert_eq!(changed.len(), 1, "{changed:?}");
}

#[test]
fn hang() {
    let seen = observe(Some(table("nanosleep-negative-blocks")));
    assert_eq!(seen.result.end, TraceEnd::Silent);
    assert_eq!(seen.lines.last().map(String::as_str), Some("dupfd 40"));
}

#[test]
fn hang_all() {
    let stuck = Fault {
        id: "test-stuck",
        call: "getrandom",
        class: Class::Hang,
        injection: Injection::Entry {
            number: 318,
            when: &[EntryCond::Reg(1, Cmp::Eq(16))],
            acts: &[EntryAct::HangAll],
            exit_acts: &[],
        },
        clause: "getrandom(2): returns",
        unobservable: None,
    };
    let seen = observe(Some(&stuck));
    assert_eq!(seen.result.end, TraceEnd::Silent);
    assert_eq!(
        seen.lines.last().map(String::as_str),
        Some("mmap-empty -22")
    );
}

#[test]
fn panic() {
    let seen = observe(Some(table("dup2-negative-panics")));
    assert_eq!(seen.result.end, TraceEnd::Panicked);
    assert_eq!(seen.result.triggered, 1);
    let last = "Kernel panic - not syncing: fault dup2-negative-panics";
    assert_eq!(seen.lines, [last]);
}

#[test]
fn each_run_is_a_new_boot() {
    let fault = table("pipe-close-leaks");
    let made = |seen: &Seen| seen.numbers().get("pipes").map(ToString::to_string);
    assert_eq!(made(&observe(Some(fault))), made(&observe(Some(fault))));
}

#[test]
fn the_program_keeps_its_memory_and_registers() {
    // The argument is changed only for the kernel: the second sleep uses the program's own.
    let shorter = Fault {
        id: "test-shorter",
        call: "nanosleep",
        class: Class::TimeOff,
        injection: Injection::Entry {
            number: 35,
            when: &[],
            acts: &[EntryAct::Arg(1, Op::Set(Operand::N(8)))],
            exit_acts: &[],
        },
        clause: "nanosleep(2): the remaining time is stored on an interruption alone",
        unobservable: None,
    };
    expect(&shorter, &[]);
}

#[test]
fn a_missing_program_is_an_error() {
    let command = Command::new("/nonexistent");
    let result = run(None, command, LIMITS, |_| ControlFlow::Continue(()));
    assert_eq!(
        result.map(|_| ()).map_err(|e| e.kind()),
        Err(std::io::ErrorKind::NotFound)
    );
}

#[test]
fn a_reader_may_stop_the_run() {
    let command = Command::new(program());
    let result = run(None, command, LIMITS, |_| ControlFlow::Break(()));
    assert_eq!(result.expect("it runs").end, TraceEnd::Stopped);
}
