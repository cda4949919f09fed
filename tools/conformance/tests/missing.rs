//! No check passes vacuously: where a call always returns the same and does nothing, no check on
//! what it did passes.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use packer::abi::errno::{EINVAL, ENOSYS};
use packer::log::{Line, Verdict};
use packer::plan::{Check, Value, Want};
use packer::suites::CORE;

use super::common::{ELF, installed};

/// The result that a call always returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Answer {
    /// The value as strace injects it.
    injection: &'static str,
    value: i64,
}

const MISSING: Answer = Answer {
    injection: "error=ENOSYS",
    value: -(ENOSYS.0 as i64),
};
const INVALID: Answer = Answer {
    injection: "error=EINVAL",
    value: -(EINVAL.0 as i64),
};
const ZERO: Answer = Answer {
    injection: "retval=0",
    value: 0,
};
const ONE: Answer = Answer {
    injection: "retval=1",
    value: 1,
};

const ALL: [Answer; 4] = [MISSING, INVALID, ZERO, ONE];
const SUCCESS: [Answer; 2] = [ZERO, ONE];

const BY_EXIT: &str = "the child ends by exit(2)";
const SAME: &str = "a number that never changes is what it wants";
const SLOW: &str = "strace, or a busy machine, makes the call itself last so long";
const HARMLESS: &str = "it is about what the call must leave alone, or not leak";

/// The checks that pass, each with the answers and the reason.
const PASSES: &[(&str, &[Answer], &str)] = &[
    ("bind: 300 ports leak nothing", &SUCCESS, HARMLESS),
    (
        "epoll_create1: no flag leaves FD_CLOEXEC clear",
        &SUCCESS,
        "descriptors 0 and 1 are open, and have no flag",
    ),
    ("exit_group: parent can wait", &ALL, BY_EXIT),
    ("exit_group: parent gets SIGCHLD", &ALL, BY_EXIT),
    ("exit_group: SIGCHLD names the child", &ALL, BY_EXIT),
    (
        "exit_group: descriptors of the child are closed",
        &ALL,
        BY_EXIT,
    ),
    (
        "getpid: kill finds the process",
        &[ONE],
        "there is a process 1",
    ),
    ("getpid: same in a second thread", &[ONE], SAME),
    ("getppid: same in a second thread", &SUCCESS, SAME),
    ("mprotect: read of PROT_READ memory", &SUCCESS, HARMLESS),
    ("mprotect: page behind stays writable", &SUCCESS, HARMLESS),
    ("mprotect: contents survive", &[ZERO], HARMLESS),
    ("mprotect: writable again", &[ZERO], HARMLESS),
    ("mprotect: 300 splits leak nothing", &SUCCESS, HARMLESS),
    (
        "munmap: failed calls unmap nothing",
        &[INVALID],
        "its calls want EINVAL, and get it",
    ),
    ("futex: 250 threads leak nothing", &SUCCESS, HARMLESS),
    (
        "munmap: page behind the hole keeps its bytes",
        &SUCCESS,
        HARMLESS,
    ),
    ("munmap: page of 4 MiB unmapped alone", &SUCCESS, HARMLESS),
    ("nanosleep: registers survive", &SUCCESS, HARMLESS),
    ("sched_yield: registers survive", &SUCCESS, HARMLESS),
    ("munmap: page before the hole stays", &SUCCESS, HARMLESS),
    ("munmap: page behind the hole stays", &SUCCESS, HARMLESS),
    ("munmap: 300 mappings leak nothing", &SUCCESS, HARMLESS),
    (
        "munmap: 300 split mappings leak nothing",
        &SUCCESS,
        HARMLESS,
    ),
    (
        "nanosleep: whole sleep leaves no remainder",
        &SUCCESS,
        HARMLESS,
    ),
    (
        "nanosleep: second thread lasts at least 1 ms",
        &SUCCESS,
        SLOW,
    ),
    ("nanosleep: lasts at least 1 ms", &SUCCESS, SLOW),
    ("futex: wait lasts at least 1 ms", &SUCCESS, SLOW),
    ("poll: timeout is waited to the end", &SUCCESS, SLOW),
    ("ppoll: timeout is waited to the end", &SUCCESS, SLOW),
    ("select: timeout is waited to the end", &SUCCESS, SLOW),
    ("pselect6: timeout is waited to the end", &SUCCESS, SLOW),
    ("epoll_wait: timeout is waited to the end", &SUCCESS, SLOW),
    (
        "sched_yield: 300 times",
        &[ZERO],
        "a yield has no effect that a program can see",
    ),
    (
        "setsockopt: SO_RCVBUF is read back",
        &SUCCESS,
        "a kernel may make the buffer larger, and the default is",
    ),
    ("timer_delete: other timer stays", &SUCCESS, HARMLESS),
    (
        "timer_settime: fires not before its time",
        &[ZERO],
        "a timer that does not fire does not fire too early",
    ),
    (
        "timer_settime: fires only once",
        &[ZERO],
        "a timer that does not fire does not fire twice",
    ),
];

/// Returns whether the check is about the result alone, and wants this one.
fn wants(check: &Check, answer: i64) -> bool {
    let number = |value: Value| match value {
        Value::Int(number) => Some(number),
        _ => None,
    };
    let is = |errno: packer::abi::Errno| answer == -i64::from(errno.0);
    check.row.call.name == check.call
        && match check.row.want {
            Want::Done() | Want::Keep(_) => answer >= 0,
            Want::Is(value) => number(value) == Some(answer),
            Want::Err(errno) => is(errno),
            Want::Either(one, other) => is(one) || is(other),
            Want::AtLeast(value) => number(value).is_some_and(|least| answer >= least),
            Want::AtMost(value) => number(value).is_some_and(|most| (0..=most).contains(&answer)),
        }
}

/// The log of a run in which a call always returns that answer.
fn log_where(call: &str, answer: Answer) -> String {
    let output = Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "-e"])
        .arg(format!("trace={call}"))
        .arg("-e")
        .arg(format!("inject={call}:{}", answer.injection))
        .arg(&*ELF)
        .stdin(Stdio::null())
        .output()
        .expect("strace runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The checks about a call that pass vacuously where it always returns that answer.
fn vacuous(call: &str, answer: Answer) -> Vec<String> {
    let log = log_where(call, answer);
    let about: BTreeMap<String, Check> = CORE
        .checks()
        .filter(|check| check.call == call)
        .map(|check| (check.to_string(), check))
        .collect();
    let passed = log.lines().filter_map(|line| match Line::parse(line)? {
        Line::Check {
            verdict: Verdict::Pass,
            title,
            ..
        } => about.get(title),
        _ => None,
    });
    passed
        .filter(|check| !wants(check, answer.value))
        .map(Check::to_string)
        .filter(|title| {
            let known = |(known, answers, _): &&(&str, &[Answer], &str)| {
                known == title && answers.contains(&answer)
            };
            !PASSES.iter().any(|pass| known(&pass))
        })
        .map(|title| format!("{title}, where {call} has {}", answer.injection))
        .collect()
}

/// Asserts that no check about these calls passes vacuously.
fn none_is_vacuous<'a>(calls: impl IntoIterator<Item = &'a str>) {
    if !installed("strace", "strace") {
        return;
    }
    let mut wrong = Vec::new();
    for call in calls {
        for answer in ALL {
            wrong.extend(vacuous(call, answer));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_check_passes_where_its_call_does_nothing() {
    none_is_vacuous(["clock_gettime", "dup2", "pipe2"]);
}

/// `write` is left out: the log itself needs it.
#[test]
#[ignore = "it takes minutes: four runs for each call"]
fn no_check_of_any_call_passes_where_it_does_nothing() {
    let mut calls: Vec<&str> = CORE.checks().map(|check| check.call).collect();
    calls.sort_unstable();
    calls.dedup();
    none_is_vacuous(calls.into_iter().filter(|&call| call != "write"));
}

/// The calls that the suite replaces by others where the kernel does not have them.
const REPLACED: [&str; 6] = [
    "pipe2",
    "kill",
    "tgkill",
    "prlimit64",
    "dup",
    "epoll_create1",
];

#[test]
fn missing_call_that_is_replaced_fails_its_own_checks_alone() {
    if !installed("strace", "strace") {
        return;
    }
    for call in REPLACED {
        let mut own = 0;
        for line in log_where(call, MISSING).lines() {
            if let Some(Line::Check { verdict, title, .. }) = Line::parse(line) {
                let about = title.starts_with(&format!("{call}: "));
                own += usize::from(about);
                assert_eq!(about, verdict == Verdict::Fail, "{call}: {line}");
            }
        }
        assert_eq!(
            own,
            CORE.checks().filter(|check| check.call == call).count()
        );
    }
}
