//! The system calls that a suite makes, seen by strace.

use std::collections::BTreeSet;
use std::path::Path;

use super::common::{have, packaged};
use super::programs::{can, each, output};

/// The calls that are made beside those of the rows: to begin and continue a program, to reset what
/// a script changed, and by pseudo-calls.
const PLUMBING: [&str; 24] = [
    "execve",
    "clone",
    "exit",
    "rt_sigreturn",
    "setitimer",
    "restart_syscall",
    "close",
    "dup",
    "rt_sigprocmask",
    "write",
    "exit_group",
    "rt_sigaction",
    "futex",
    "nanosleep",
    "clock_gettime",
    "wait4",
    "getpid",
    "gettid",
    "sched_yield",
    "poll",
    "timer_delete",
    "fork",
    "mkdirat",
    "unlinkat",
];

/// No system call is made but those of the plan and the plumbing.
#[test]
fn system_calls_are_those_of_the_plan() {
    if !packaged(
        "strace that may trace",
        "strace",
        have("strace") && can(&["strace", "-o", "/dev/null", "true"]),
    ) {
        return;
    }
    each(|program, folder| {
        let trace = tempfile::NamedTempFile::new().expect("a file");
        let path = trace.path().to_str().expect("a path");
        output(&["strace", "-f", "-qq", "-o", path], program, folder);
        let rows = program.suite.groups().flat_map(|group| group.rows());
        let planned = rows
            .filter(|row| row.call.is_syscall())
            .map(|row| row.call.name);
        let known: BTreeSet<&str> = planned.chain(PLUMBING).collect();
        let made = calls(trace.path());
        let strange: Vec<&String> = made
            .iter()
            .filter(|&call| !known.contains(call.as_str()))
            .collect();
        assert!(strange.is_empty(), "{}: {strange:?}", program.suite.name);
        assert!(made.len() > 10, "strace saw next to nothing: {made:?}");
    });
}

/// The names of the calls in a trace: `PID name(..`.
fn calls(trace: &Path) -> BTreeSet<String> {
    let text = std::fs::read(trace).expect("a trace");
    let text = String::from_utf8_lossy(&text).into_owned();
    let names = text.lines().filter_map(|line| {
        let (_, rest) = line.split_once(' ')?;
        let (name, _) = rest.trim_start().split_once('(')?;
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        (plain && !name.is_empty()).then(|| name.to_string())
    });
    names.collect()
}
