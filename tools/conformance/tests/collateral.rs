//! How far a bug spreads: what it breaks is told, and what it does not break passes.
//!
//! Each of these once cost checks that are not about it, or the whole verdict.

use super::common::{LOG, file, said};
use serde_json::Value;

/// What does not pass on this Linux with a bug, after the gate did all it can; and the flaws.
fn spread(fault: &str) -> (Vec<String>, String) {
    let oracle = file(&LOG);
    let oracle = oracle.path().to_str().expect("a path");
    let words = ["gate", "faulty-linux", "--fault", fault, "--oracle", oracle];
    let said = said(&[&words[..], &["--format", "json"]].concat());
    let json: Value = serde_json::from_str(&said.out)
        .unwrap_or_else(|error| panic!("{fault}: {error}: {}{}", said.out, said.err));
    let checks = json["checks"].as_array().expect("checks").iter();
    let others = checks.filter(|check| check["outcome"] != "pass");
    let told = |check: &Value| format!("{}: {} {}", check["name"], check["outcome"], check["got"]);
    (others.map(told).collect(), json["flaws"].to_string())
}

#[test]
fn a_bug_breaks_what_is_about_it_and_little_else() {
    for (fault, most) in [
        // The suite's housekeeping must not rest on what may be broken.
        ("timer_delete-negative-timer-panics", 2),
        ("timer_delete-unknown-timer-panics", 4),
        ("timer_delete-twice-panics", 1),
        ("timer_settime-negative-timer-panics", 1),
        ("close-closed-descriptor-panics", 4),
        // A kernel may write behind what it was given.
        ("rt_sigprocmask-writes-behind", 3),
        ("rt_sigaction-writes-behind", 1),
        // What a kernel does not tell may be true all the same, or not.
        ("rt_sigaction-old-unwritten", 5),
        ("rt_sigaction-old-handler-lost", 2),
        ("rt_sigaction-nothing-installed", 112),
        // A leak must not hide what stands behind it.
        ("timer_create-slots-leak", 1),
        ("socket-sockets-leak", 2),
        ("prlimit64-setting-ignored", 15),
        // What the suite writes by mistake must not garble its own lines.
        ("dup-returns-zero", 75),
    ] {
        let (spread, flaws) = spread(fault);
        assert_eq!(flaws, "[]", "{fault}");
        assert!(
            (1..=most).contains(&spread.len()),
            "{fault}: {spread:#?}, not {most}"
        );
    }
}
