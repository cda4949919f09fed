//! No check passes vacuously: with a call that always returns ENOSYS no check about it passes.

use std::process::{Command, Stdio};

use posix_conformance::log::{Line, Verdict};
use posix_conformance::suites::CORE;

use crate::common::ELF;

/// The checks that pass, each with its reason.
const PASSES: [(&str, &str); 7] = [
    ("futex: unknown operation returns ENOSYS", "it wants ENOSYS"),
    (
        "futex: operation FUTEX_FD returns ENOSYS",
        "it wants ENOSYS",
    ),
    ("futex: wake with a clock returns ENOSYS", "it wants ENOSYS"),
    ("exit_group: parent can wait", "the child ends by exit(2)"),
    (
        "exit_group: parent gets SIGCHLD",
        "the child ends by exit(2)",
    ),
    (
        "exit_group: SIGCHLD names the child",
        "the child ends by exit(2)",
    ),
    (
        "exit_group: descriptors of the child are closed",
        "the child ends by exit(2)",
    ),
];

/// The checks about a call that pass where it always returns ENOSYS.
fn passes(call: &str) -> Vec<String> {
    let output = Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "-e"])
        .arg(format!("trace={call}"))
        .arg("-e")
        .arg(format!("inject={call}:error=ENOSYS"))
        .arg(&*ELF)
        .stdin(Stdio::null())
        .output()
        .expect("strace runs");
    let log = String::from_utf8_lossy(&output.stdout);
    let about = format!("{call}: ");
    let lines = log.lines().filter_map(Line::parse);
    let passed = lines.filter_map(|line| match line {
        Line::Check {
            verdict: Verdict::Pass,
            title,
            ..
        } if title.starts_with(&about) => Some(title.to_string()),
        _ => None,
    });
    passed.collect()
}

/// `write` is left out: the log itself needs it.
#[test]
#[ignore = "it takes minutes: a run for each call"]
fn no_check_of_a_missing_call_passes() {
    let mut calls: Vec<&str> = CORE.checks().map(|check| check.call).collect();
    calls.sort_unstable();
    calls.dedup();
    calls.retain(|&call| call != "write");
    let wrong = calls.into_iter().flat_map(passes);
    let wrong: Vec<String> = wrong
        .filter(|title| !PASSES.iter().any(|(known, _)| known == title))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
