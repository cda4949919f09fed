//! The trace of failed checks: what each step returned, beside what Linux returned.

use std::process::Command;

use super::common::{LOG, root, said};
use super::toy::{KERNEL, json, on_toy, target, two};
use conformance::testing::Plan;

const FAULT: [&str; 4] = [
    "run",
    "faulty-linux",
    "--fault",
    "dup2-negative-takes-the-lowest",
];

#[test]
fn failed_check_shows_each_step_beside_linux() {
    let said = said(&FAULT);
    assert_eq!(said.exit, 1, "{}", said.err);
    // A command that is too wide for a line is broken as a shell takes it.
    let out = said.out.replace(" \\\n", " ");
    let find = |text: &str| {
        let line = out.lines().find(|line| line.contains(text));
        let words = line.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        words.unwrap_or_else(|| panic!("{text}: {}", said.out))
    };
    let refused = "6 calls that fail, each with its error";
    assert_eq!(find("6 calls"), refused);
    assert_eq!(find("dup2(1, -1)"), "dup2(1, -1) 3 <- wrong Linux EBADF");
    let again = "cargo conformance run faulty-linux --fault dup2-negative-takes-the-lowest \
                 --only \"dup2: target -1 returns EBADF\"";
    assert_eq!(find("again:"), format!("again: {again}"));
    assert!(find("alone:").contains("repro \"dup2: target -1 returns EBADF\" > dup2.c"));
}

/// Each check in which the kernel dies has a trace of its own: the others are left out.
#[test]
fn each_death_shows_the_call_in_which_it_is() {
    let fault = "read-negative-descriptor-panics";
    let said = said(&["run", "faulty-linux", "--fault", fault]);
    assert_eq!(said.exit, 1, "{}", said.err);
    let lines: Vec<String> = said
        .out
        .lines()
        .filter(|line| line.contains("<- died") || line.contains("left out"))
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        lines,
        [
            "read(-1, &buf, 4096) <- died here Linux EBADF",
            "read(-1, &buf, 4096) left out Linux EBADF",
            "read(i32::MIN, &buf, 4096) <- died here Linux EBADF",
        ]
    );
}

#[test]
fn trace_is_left_out_where_it_is_not_wanted() {
    let said = said(&[&FAULT[..], &["--no-trace", "--format", "json"]].concat());
    let json = json(&said);
    let checks = json["checks"].as_array().expect("checks").iter();
    let mut wrong = checks.filter(|check| check["outcome"] == "fail");
    let script = wrong.next().expect("a failed check")["script"].clone();
    let steps = script.as_array().expect("steps");
    // The result of the check is in its line, and Linux's results are with the oracle.
    let (last, before) = steps.split_last().expect("steps");
    assert_eq!(
        (&last["got"], &last["linux"]),
        (&"3".into(), &"EBADF".into())
    );
    assert!(before.iter().all(|step| step.get("got").is_none()));
}

/// A console with lines as a trace has them, which the ELF did not print.
#[test]
fn forged_results_change_nothing_and_are_not_shown() {
    let plan = Plan::default();
    let (one, _) = two(&plan);
    let title = &plan.checks[one].title;
    let folder = target("exit", title, "-", "");
    let forged = KERNEL.replace(
        "    case \"$line\" in\n    *\"[PASS]",
        "    printf '  = 12345\\n'\n    case \"$line\" in\n    *\"[PASS]",
    );
    assert_ne!(forged, KERNEL);
    let words = ["--format", "json"];
    let plain = json(&on_toy("run", folder.path(), &words));
    std::fs::write(folder.path().join("kernel.sh"), forged).expect("a file");
    let said = on_toy("run", folder.path(), &words);
    let forged = json(&said);
    let checks = forged["checks"].as_array().expect("checks").iter();
    let steps = checks
        .filter_map(|check| check["script"].as_array())
        .flatten();
    assert!(steps.into_iter().all(|step| step["got"] != "12345"));
    let outcomes = |json: &serde_json::Value| {
        let checks = json["checks"].as_array().expect("checks").iter();
        checks
            .map(|check| check["outcome"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(outcomes(&plain), outcomes(&forged));
    assert_eq!(
        (&plain["exit"], &plain["boots"]),
        (&forged["exit"], &forged["boots"])
    );
}

/// The trace of the oracle is of this suite, and what is left without its results is its log.
#[test]
fn trace_of_the_oracle_is_that_of_its_log() {
    let trace = root().join("reference-outputs/linux.trace");
    let trace = std::fs::read_to_string(trace).expect("`cargo conformance bless linux` writes it");
    let lines = |text: &str| {
        let lines = text.lines();
        lines
            .filter(|line| !line.starts_with("  = ") && !line.starts_with("END"))
            .map(str::to_string)
            .collect::<Vec<_>>()
    };
    let oracle = root().join("reference-outputs/linux.txt");
    let oracle = std::fs::read_to_string(oracle).expect("the oracle");
    assert_eq!(lines(&trace), lines(&oracle));
    // It is one file for all: a diff of two logs shows Linux's results too.
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log");
    std::fs::write(&log, &*LOG).expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_conformance"))
        .args(["diff", "reference-outputs/linux.txt"])
        .arg(&log)
        .current_dir(root())
        .output();
    assert_eq!(output.expect("the tool runs").status.code(), Some(0));
}
