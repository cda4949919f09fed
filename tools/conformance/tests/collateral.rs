//! The effects of one bug: checks about it fail, and the others pass.
//!
//! Each of these bugs once failed checks that are not about it, or cost the whole verdict.

use super::common::{LOG, Said, file, root, said};
use serde_json::Value;

/// The checks that do not pass on this Linux with a bug, after all re-runs, and the defects.
fn spread(suite: &str, fault: &str) -> (Vec<String>, String) {
    let log = file(&LOG);
    let oracle = match suite {
        "core" => log.path().to_path_buf(),
        _ => root().join(format!("reference-outputs/linux-{suite}.txt")),
    };
    let oracle = oracle.to_str().expect("a path");
    let words = ["gate", "faulty-linux", "--suite", suite, "--fault", fault];
    let words = [&words[..], &["--oracle", oracle, "--format", "json"]].concat();
    let json = json(&said(&words));
    (others(&json), json["flaws"].to_string())
}

/// Asserts that each fault makes so many checks of a suite not pass, at most.
fn spreads_at_most(suite: &str, faults: &[(&str, usize)]) {
    for &(fault, most) in faults {
        let (spread, flaws) = spread(suite, fault);
        assert_eq!(flaws, "[]", "{fault}");
        assert!(
            (1..=most).contains(&spread.len()),
            "{fault}: {} of at most {most}: {spread:#?}",
            spread.len()
        );
    }
}

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.out)
        .unwrap_or_else(|error| panic!("{error}: {}{}", said.out, said.err))
}

/// The checks that do not pass, with outcome and note.
fn others(json: &Value) -> Vec<String> {
    let checks = json["checks"].as_array().expect("checks").iter();
    let others = checks.filter(|check| check["outcome"] != "pass");
    let told = |check: &Value| format!("{}: {} {}", check["name"], check["outcome"], check["got"]);
    others.map(told).collect()
}

#[test]
fn a_bug_breaks_what_is_about_it_and_little_else() {
    // The most checks that do not pass.
    let faults = [
        // The suite's housekeeping must not rest on what may be broken.
        ("timer_delete-negative-timer-panics", 2),
        ("timer_delete-unknown-timer-panics", 4),
        ("timer_delete-twice-panics", 1),
        ("timer_settime-negative-timer-panics", 1),
        ("close-closed-descriptor-panics", 4),
        // A kernel may write after the end of a buffer.
        ("rt_sigprocmask-writes-behind", 3),
        ("rt_sigaction-writes-behind", 1),
        // A handler that a kernel does not report may be installed, or not.
        ("rt_sigaction-old-unwritten", 5),
        ("rt_sigaction-old-handler-lost", 2),
        ("rt_sigaction-nothing-installed", 119),
        // A leak must not hide the outcomes of later checks.
        ("timer_create-slots-leak", 1),
        ("socket-sockets-leak", 2),
        // Of these, three could not be asked, and accuse nobody.
        ("prlimit64-setting-ignored", 16),
        // Bytes that the suite writes to a wrong descriptor must not garble its own lines.
        ("dup-returns-zero", 75),
    ];
    spreads_at_most("core", &faults);
}

#[test]
fn a_bug_of_files_breaks_what_is_about_it_and_little_else() {
    let faults = [
        ("renameat2-file-lost", 18),
        ("unlinkat-nothing-removed", 17),
        // The checks whose scripts go to a folder cannot be asked, and accuse nobody.
        ("mkdirat-always-read-only", 955),
    ];
    spreads_at_most("files", &faults);
}

#[test]
fn a_bug_of_processes_breaks_what_is_about_it_and_little_else() {
    let faults = [
        ("kill-stop-ignored", 15),
        // Of these, 31 need a program that runs, and one finds that none does.
        ("execve-returns-zero", 55),
        ("mkdirat-always-read-only", 60),
        ("mkdirat-panics", 60),
        // Of these, 227 need a child. A SIGCHLD of a child that the suite does not know may end a
        // read with MSG_WAITALL early.
        ("clone-zero-for-the-parent", 237),
        // A child that took itself for the parent would start children without end.
        ("clone-child-gets-its-own-id", 1),
        ("fork-child-gets-its-own-id", 1),
        // A child that nobody could wait for may be the first that waitid(2) finds.
        ("wait4-never-returns", 60),
    ];
    spreads_at_most("processes", &faults);
}

/// A kernel that dies where scripts make their folders is booted a few times, not once for each.
#[test]
fn death_in_the_folder_of_scripts_charges_no_check() {
    let words = ["gate", "faulty-linux", "--fault", "mkdirat-panics"];
    let json = json(&said(
        &[&words[..], &["--suite", "files", "--format", "json"]].concat(),
    ));
    let boots = json["boots"].as_u64().expect("a number");
    assert!(boots <= 12, "{boots} boots: {}", json["notes"]);
    let others = others(&json);
    let charged: Vec<_> = others
        .iter()
        .filter(|told| told.contains(": crash"))
        .collect();
    assert!(charged.is_empty(), "{charged:#?}");
}

/// A kernel that does not report its handlers, and ends the second boot, which assumes them, with
/// a status that its lines do not require.
const LIAR: &str = r#"
    about = "A stand-in."
    command = [
        "sh", "-c",
        '''
            "$0" faulty-linux rt_sigaction-old-unwritten "$1"; code=$?
            [ -e "$2/again" ] && exit 0
            touch "$2/again"
            exit $code
        ''',
        "{tool}", "{elf}", "{here}",
    ]
    status = true
"#;

#[test]
fn boot_that_assumes_handlers_needs_the_right_status_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("liar.toml");
    std::fs::write(&target, LIAR).expect("a file");
    let oracle = file(&LOG);
    let [target, oracle] = [&target, oracle.path()].map(|path| path.to_str().expect("a path"));
    let words = ["run", target, "--oracle", oracle, "--format", "json"];
    let json = json(&said(&words));
    assert!(others(&json).len() > 100, "{:#?}", others(&json));
    assert!(
        json["notes"]
            .to_string()
            .contains("its results are discarded"),
        "{}",
        json["notes"]
    );
}
