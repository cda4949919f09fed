//! `--only`: a part of the plan is run and judged, and nothing of the rest.

use super::common::{FORMATS, said};
use super::toy::{entry, gaps, gate, json, on_toy, target, two};
use conformance::testing::Plan;

#[test]
fn only_what_is_asked_for_is_run_and_judged() {
    let plan = Plan::default();
    let (one, other) = two(&plan);
    let [title, good] = [one, other].map(|check| plan.checks[check].title.as_str());
    let folder = target("exit", title, "-", "");
    let path = folder.path();
    // Neither the crash of a check nor the entries about others are complained of.
    gaps(
        path,
        &(entry("no: check", "crash", "") + &entry(&plan.checks[5].title, "crash", "")),
    );
    let said = gate(path, &["--only", good]);
    assert_eq!(said.exit, 0, "{}{}", said.out, said.err);
    let scope = format!("1 of {} checks", plan.checks.len());
    assert!(said.out.contains(&scope), "{}", said.out);
    let said = gate(path, &["--only", good, "--only", title]);
    assert_eq!(said.exit, 1, "{}{}", said.out, said.err);
    assert!(said.out.contains("1 new, 0 known"), "{}", said.out);
    let json = json(&gate(
        path,
        &["--only", title, "--only", good, "--format", "json"],
    ));
    assert_eq!(json["only"], 2);
    let checks = json["checks"].as_array().expect("checks");
    let seen: Vec<&str> = checks
        .iter()
        .filter_map(|check| check["outcome"].as_str())
        .collect();
    assert_eq!(seen, ["crash", "pass"]);
}

#[test]
fn every_report_has_only_the_checks_asked_for() {
    let plan = Plan::default();
    let folder = target("exit", "-", "-", "");
    let title = "dup2: target -1 returns EBADF";
    let other = plan.checks.iter().find(|check| check.call == "pipe2");
    let other = other.expect("a check").title.as_str();
    for format in FORMATS {
        let said = on_toy(
            "run",
            folder.path(),
            &["--only", "dup2: target -1", "--format", format],
        );
        assert_eq!(said.exit, 0, "{format}: {}{}", said.out, said.err);
        assert!(!said.out.contains(other), "{format}: {}", said.out);
        let lists = !["human", "markdown", "brief", "codequality", "lava"].contains(&format);
        assert!(said.out.contains(title) || !lists, "{format}: {}", said.out);
    }
}

#[test]
fn part_of_a_run_is_replayed() {
    let plan = Plan::default();
    let (one, other) = two(&plan);
    let [title, good] = [one, other].map(|check| plan.checks[check].title.as_str());
    let folder = target("exit", title, "-", "");
    let log = folder.path().join("log");
    let log = log.to_str().expect("a path");
    let live = on_toy(
        "run",
        folder.path(),
        &["--only", title, "--only", good, "--log", log],
    );
    let again = on_toy("replay", folder.path(), &[log]);
    assert_eq!((live.exit, again.exit), (1, 1), "{}", again.err);
    let first = |text: &str| text.lines().next().map(str::to_string);
    assert_eq!(first(&live.out), first(&again.out));
}

#[test]
fn words_of_no_check_are_refused_before_the_run() {
    for command in [&["run"][..], &["gate", "linux"], &["bench"]] {
        let words = [command, &["--only", "nonsense"]].concat();
        let said = said(&words);
        assert_eq!(said.exit, 2, "{command:?}");
        let wanted = "error: no check is about \"nonsense\"";
        assert!(said.err.starts_with(wanted), "{}", said.err);
    }
}
