//! The fault-injecting kernel from outside: the list, one run, a score.

use std::fmt::Write;
use std::fs;

use faults::{Fault, HISTORY, suite_of, table};

use super::common::{root, said};

fn json(words: &[&str]) -> serde_json::Value {
    let said = said(words);
    assert_eq!(said.exit, 0, "{}", said.err);
    serde_json::from_str(&said.out).expect("JSON")
}

#[test]
fn the_list_names_faults_of_all_calls() {
    let listed = json(&["faults", "list", "--format", "json"]);
    let faults = listed.as_array().expect("a list");
    assert!(faults.len() >= 400, "{}", faults.len());
    assert_eq!(faults[0]["id"], "dup2-negative-panics");
    let some = json(&[
        "faults",
        "list",
        "--format",
        "json",
        "--syscalls",
        "dup,dup2",
    ]);
    let of_dup = |fault: &serde_json::Value| fault["call"] == "dup" || fault["call"] == "dup2";
    assert!(some.as_array().expect("a list").iter().all(of_dup));
}

#[test]
fn a_wrong_name_is_one_line_with_what_was_meant() {
    let wrong = said(&["faults", "run", "negative-panics"]);
    assert_eq!(wrong.exit, 2);
    assert!(
        wrong.err.contains("did you mean dup2-negative-panics?"),
        "{}",
        wrong.err
    );
    assert_eq!(said(&["faults", "score", "--syscalls", "no"]).exit, 2);
    // A letter is in all of them.
    let letter = said(&["faults", "run", "x"]).err;
    assert_eq!(
        letter,
        "error: no fault is called x; `faults list` prints them\n"
    );
    for words in [&["faults"][..], &["faults", "xyz"]] {
        let said = said(words);
        assert_eq!(said.exit, 2);
        assert!(
            said.err.contains(" there are list, run, score, justice"),
            "{}",
            said.err
        );
    }
}

/// Of the wrong kernels a sample; the whole takes minutes.
#[test]
fn red_checks_accuse_the_call_that_is_wrong() {
    let said = said(&["faults", "justice", "--every", "13", "--seeds", "60"]);
    assert_eq!(said.exit, 0, "{}{}", said.out, said.err);
    let titles = said.out.matches(" red checks accuse another call or none ");
    assert_eq!(titles.count(), 2, "{}", said.out);
}

#[test]
fn a_program_runs_on_a_kernel_with_a_fault() {
    let words = [
        "faults",
        "run",
        "exit_group-status-shifted",
        "--",
        "/bin/sh",
        "-c",
        "echo a",
    ];
    let ran = said(&words);
    assert_eq!((ran.exit, ran.out.as_str()), (1, "a\n"), "{}", ran.err);
    assert!(
        ran.err
            .contains("was triggered once; the program exited with status 1"),
        "{}",
        ran.err
    );
    let missing = said(&["faults", "run", "exit_group-panics", "--", "/nonexistent"]);
    let wanted = "error: cannot run /nonexistent: ";
    assert_eq!(missing.exit, 3, "{}", missing.err);
    assert!(missing.err.starts_with(wanted), "{}", missing.err);
}

#[test]
fn the_suite_dies_with_the_kernel() {
    let ran = said(&["faults", "run", "dup2-negative-panics"]);
    assert_eq!(ran.exit, 1, "{}", ran.err);
    let last = "Kernel panic - not syncing: fault dup2-negative-panics\n";
    assert!(ran.out.ends_with(last), "{}", ran.out);
}

#[test]
fn a_child_ends_with_the_number_of_its_own_step() {
    // The third step of the child, which comes after two of its own and seven of its child.
    let ran = said(&["faults", "run", "wait4-stop-signal-lost"]);
    let line = "  [FAIL] kill: SIGTSTP stops a child (got 3)\n";
    assert!(ran.out.contains(line), "{}", ran.out);
}

#[test]
fn a_thread_that_waits_ends_with_its_script() {
    // The thread of the script waits nine seconds for a call that the kernel does not have.
    let folder = tempfile::tempdir().expect("a folder");
    let elf = folder.path().join("suite");
    let elf = elf.to_str().expect("a path");
    let made = said(&["elf", "--suite", "processes", "--out", elf]);
    assert_eq!(made.exit, 0, "{}", made.err);
    let ran = said(&["faults", "run", "futex-compare-requeue-missing", "--", elf]);
    assert!(!ran.out.contains("a thread did not end"), "{}", ran.out);
    assert!(
        ran.out.contains("  [PASS] recvfrom: MSG_WAITALL\n"),
        "{}",
        ran.out
    );
}

#[test]
fn historic_faults_are_listed_with_their_sources() {
    let all = json(&["faults", "list", "--format", "json"]);
    let has_source = |fault: &serde_json::Value| fault["source"].is_object();
    assert!(!all.as_array().expect("a list").iter().any(has_source));
    let words = ["faults", "list", "--class", "historic", "--format", "json"];
    let listed = json(&words);
    let listed = listed.as_array().expect("a list");
    assert!(listed.len() >= 60, "{}", listed.len());
    assert!(listed.iter().all(has_source));
    let text = said(&["faults", "list", "--ids", "any-loses-xmm"]).out;
    assert!(
        text.contains("(Occlum, occlum/occlum#1585, 2024-07-05)"),
        "{text}"
    );
}

#[test]
fn a_class_chooses_its_faults() {
    let listed = json(&[
        "faults",
        "list",
        "--class",
        "hang,panic",
        "--format",
        "json",
    ]);
    let listed = listed.as_array().expect("a list");
    let deadly = |fault: &serde_json::Value| fault["class"] == "hang" || fault["class"] == "panic";
    assert!(listed.len() > 50 && listed.iter().all(deadly));
    let wrong = said(&["faults", "list", "--class", "wrong"]);
    assert_eq!(wrong.exit, 2);
    let wanted = "error: no class is called wrong; there are wrong-errno, ";
    assert!(wrong.err.starts_with(wanted), "{}", wrong.err);
    assert!(wrong.err.ends_with(", panic, historic\n"), "{}", wrong.err);
}

#[test]
fn historic_faults_have_a_figure_of_their_own() {
    let ids = "dup2-negative-panics,poll-interrupted-is-invalid,any-overwrites-red-zone";
    let score = json(&["faults", "score", "--format", "json", "--ids", ids]);
    assert_eq!([&score["faults"], &score["killed"]], [1, 1]);
    let historic = &score["historic"];
    assert_eq!(historic["faults"], 2);
    let trial = &historic["trials"][0];
    assert_eq!([&trial["kernel"], &trial["verdict"]], ["Nanos", "found"]);
    assert!(
        trial["first_check"]
            .as_str()
            .is_some_and(|title| title.starts_with("rt_sigaction"))
    );
    let words = ["faults", "score", "--ids", "poll-interrupted-is-invalid"];
    let text = said(&words).out;
    assert!(
        text.starts_with("HISTORIC of core: 100.0 %: 1 of 1 faults of 1 kernels found, "),
        "{text}"
    );
    assert!(
        text.contains("poll-interrupted-is-invalid (Nanos, nanovms/nanos#1284, "),
        "{text}"
    );
}

#[test]
fn historic_bugs_are_killed_by_the_right_checks() {
    let ids = "dup2-negative-panics,nanosleep-negative-blocks,pipe-close-leaks";
    let score = json(&["faults", "score", "--format", "json", "--ids", ids]);
    assert_eq!(score["killed"], 3);
    let killers = |index: usize| score["trials"][index]["killers"].to_string();
    assert!(
        killers(0).contains("dup2: target -1 returns EBADF"),
        "{}",
        killers(0)
    );
    assert!(
        killers(1).contains("nanosleep: negative tv_sec returns EINVAL"),
        "{}",
        killers(1)
    );
    assert!(killers(2).contains("leak nothing"), "{}", killers(2));
}

/// A row of the table of scores in the README.
fn score_row(name: &str, [observable, killed, historic, found]: [usize; 4]) -> String {
    let percent = |part: usize, all: usize| 100.0 * part as f64 / all as f64;
    format!(
        "| {name} | {observable} | {killed} | {:.1} % | {historic} | {found} | {:.1} % |\n",
        percent(killed, observable),
        percent(found, historic)
    )
}

/// The figures follow from the record, which `faults score --suite all` compares with the runs.
#[test]
fn the_scores_of_the_readme_are_those_of_the_record() {
    let file = root().join("tools/faults/survivors.toml");
    let record = fs::read_to_string(file).expect("the record");
    let record: toml::Table = record.parse().expect("TOML");
    let survivors = record["survivors"].as_table().expect("a table");
    let mut rows = String::new();
    let mut total = [0; 4];
    for name in ["core", "files", "processes"] {
        let observable = |fault: &&Fault| fault.unobservable.is_none();
        let observable = table(name).iter().filter(observable).count();
        let of_suite = |id: &&String| suite_of(id) == Some(name);
        let survivors = survivors.keys().filter(of_suite).count();
        let history = || HISTORY.iter().filter(|row| row.product.suite() == name);
        let found = history().filter(|row| row.missing.is_none()).count();
        let figures = [observable, observable - survivors, history().count(), found];
        for (sum, figure) in total.iter_mut().zip(figures) {
            *sum += figure;
        }
        rows += &score_row(&format!("`{name}`"), figures);
    }
    rows.write_str(&score_row("all", total)).expect("a string");
    let readme = fs::read_to_string(root().join("README.md")).expect("the README");
    assert!(readme.contains(&rows), "the README must have:\n{rows}");
}
