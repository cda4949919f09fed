//! The gate: known gaps open it, and nothing else does.

use serde_json::Value;

use super::common::{ELF, LOG, Said, file, said, tool};
use super::toy::{KERNEL, entry, gaps, gate, json, target, two};
use conformance::testing::Plan;

#[test]
fn known_gaps_open_the_gate_and_nothing_else_does() {
    let plan = Plan::default();
    let (one, other) = two(&plan);
    let [title, good] = [one, other].map(|check| plan.checks[check].title.as_str());
    let folder = target("exit", title, "-", "");
    let path = folder.path();
    for (text, exit, word) in [
        (String::new(), 1, "1 new"),
        (entry(title, "crash", ""), 0, "no new gaps, 1 known"),
        (entry(title, "crash", "expires = 2099-12-31"), 0, "1 known"),
        (
            entry(title, "crash", "expires = 2020-01-01"),
            1,
            "1 expired",
        ),
        (entry(title, "hang", ""), 1, "1 changed"),
        (entry(title, "fail", "got = \"0\""), 1, "1 changed"),
        (
            entry(title, "crash", "") + &entry(good, "crash", ""),
            1,
            "1 fixed",
        ),
        (
            entry(title, "crash", "") + &entry("no: check", "crash", ""),
            2,
            "no check of the plan is called",
        ),
        (format!("must_pass = [\"{title}\"]"), 1, "1 that must pass"),
        (
            format!("must_pass = [\"{good}\"]\n{}", entry(title, "crash", "")),
            0,
            "1 known",
        ),
        (entry(title, "lost", ""), 2, "must be one of"),
        (entry(title, "fail", ""), 2, "needs a got"),
        (entry(title, "crash", "got = \"0\""), 2, "cannot have a got"),
        (entry(title, "crash", "color = 1"), 2, "color"),
        (
            entry(title, "crash", "").repeat(2),
            2,
            "two entries of one check",
        ),
        (
            format!("must_pass = [\"{title}\"]\n{}", entry(title, "crash", "")),
            2,
            "both in must_pass and in an entry",
        ),
    ] {
        gaps(path, &text);
        let said = gate(path, &[]);
        assert_eq!(said.exit, exit, "{text}\n{}{}", said.out, said.err);
        let found = said.out.contains(word) || said.err.contains(word);
        assert!(found, "{word}: {}{}", said.out, said.err);
    }
}

#[test]
fn flaky_checks_are_listed_and_never_green() {
    let plan = Plan::default();
    let (one, _) = two(&plan);
    let folder = target("exit", &plan.checks[one].title, "-", "");
    // Every second run of the kernel is a good one.
    let kernel = format!(
        "dir=$(dirname \"$0\"); if [ -e $dir/odd ]; then rm $dir/odd; ACT=none; CHARGED=none; \
         else touch $dir/odd; fi\n{KERNEL}"
    );
    std::fs::write(folder.path().join("kernel.sh"), kernel).expect("a file");
    gaps(folder.path(), &entry(&plan.checks[one].title, "crash", ""));
    // The death does not come again when the check is asked alone.
    let said = gate(folder.path(), &["--repeat", "1"]);
    assert_eq!(said.exit, 1, "{}{}", said.out, said.err);
    assert!(said.out.contains("crash, then pass"), "{}", said.out);
    std::fs::write(folder.path().join("odd"), "").expect("a file");
    let said = gate(folder.path(), &["--repeat", "2"]);
    assert_eq!(said.exit, 1, "{}{}", said.out, said.err);
    assert!(said.out.contains("crash, then pass") || said.out.contains("pass, then crash"));
    assert!(said.out.contains("1 flaky"), "{}", said.out);
}

#[test]
fn faulty_linux_panics_and_hangs_where_it_should() {
    let oracle = file(&LOG);
    let oracle = oracle.path().to_str().expect("a path");
    for (fault, call, outcome) in [
        ("dup2-negative-panics", "dup2: ", "crash"),
        ("pipe-close-leaks", "", "fail"),
        ("nanosleep-negative-blocks", "nanosleep: ", "fail"),
    ] {
        let words = ["gate", "faulty-linux", "--fault", fault, "--oracle", oracle];
        let said = said(&[&words[..], &["--format", "json"]].concat());
        assert_eq!(said.exit, 1, "{fault}: {}", said.err);
        let json = json(&said);
        assert_eq!(json["complete"], true, "{fault}: {}", json["flaws"]);
        let all = json["checks"].as_array().expect("checks");
        let wrong: Vec<&Value> = all
            .iter()
            .filter(|check| check["outcome"] != "pass")
            .collect();
        assert!(!wrong.is_empty(), "{fault}");
        // The effect of a leak of pipes on the checks of other calls.
        let is_blocked_by_pipes = |check: &Value| {
            fault == "pipe-close-leaks"
                && check["outcome"] == "blocked"
                && check["blames"][0] == "pipe2"
        };
        let starts = |check: &&Value| {
            check["name"]
                .as_str()
                .is_some_and(|name| name.starts_with(call))
                && (check["outcome"] == outcome || is_blocked_by_pipes(check))
        };
        assert!(wrong.iter().all(starts), "{fault}: {wrong:#?}");
    }
    assert_eq!(said(&["gate", "faulty-linux"]).exit, 2);
    assert_eq!(said(&["gate", "faulty-linux", "--fault", "no"]).exit, 2);
    assert_eq!(
        said(&["gate", "linux", "--fault", "dup2-negative-panics"]).exit,
        2
    );
}

#[test]
fn recorded_log_is_a_target_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("a file");
    };
    write("oracle.txt", &LOG);
    write(
        "console.log",
        &format!("U-Boot\r\n{}", LOG.replace('\n', "\r\n")),
    );
    write(
        "toy.toml",
        "about = \"A log.\"\nrecorded = true\ncommand = [\"cat\", \"{here}/console.log\"]\n",
    );
    let said = gate(folder.path(), &[]);
    assert_eq!(said.exit, 0, "{}{}", said.out, said.err);
    // The rest of a log counts, however good its beginning is.
    let half = &LOG[..LOG.len() / 2];
    write("console.log", &format!("{}{half}", *LOG));
    assert_eq!(gate(folder.path(), &[]).exit, 3);
}

/// A console with an older log, before the boot's own or instead of it, is no verdict at once.
#[test]
fn older_log_in_front_counts_for_nothing() {
    let plan = Plan::default();
    let (one, _) = two(&plan);
    let folder = target("exit", &plan.checks[one].title, "-", "");
    let begin = "at=$(dirname \"$0\"); cat \"$at/oracle.txt\"; ";
    for (kernel, why) in [
        (
            format!("{begin}{KERNEL}"),
            "a log without a run id is in the console",
        ),
        // The ELF in the image of a kernel is not the one that it was given.
        (
            format!(
                "{}\"",
                KERNEL.replace("ELF=$1", &format!("ELF=\"{}\"", ELF.display()))
            ),
            "did not boot the patched ELF",
        ),
        (
            format!("{begin}echo 'Kernel panic: before the header'; sleep 60"),
            "a log without a run id is in the console",
        ),
        // The console of the last boot is kept, and printed by the next one.
        (
            format!(
                "at=$(dirname \"$0\"); [ -e $at/ram ] && cat $at/ram; ({}) | tee $at/ram",
                KERNEL
            ),
            "the log of another run is in the console: its run id is ",
        ),
    ] {
        let kernel = kernel.trim_end_matches('"');
        std::fs::write(folder.path().join("kernel.sh"), kernel).expect("a file");
        let said = gate(folder.path(), &["--format", "json"]);
        let json = json(&said);
        assert_eq!(said.exit, 3, "{kernel}");
        assert_eq!(
            json["flaws"].as_array().map(Vec::len),
            Some(1),
            "{}",
            json["flaws"]
        );
        assert!(said.out.contains(why), "{}", said.out);
        let boots = if kernel.contains("/ram") { 2 } else { 1 };
        assert_eq!(json["boots"], boots, "{kernel}");
    }
    // Nor does one that has lost its end.
    let half = &LOG[..LOG.len() / 2];
    std::fs::write(folder.path().join("half.txt"), half).expect("a file");
    let kernel = format!("cat \"$(dirname \"$0\")/half.txt\"; {KERNEL}");
    std::fs::write(folder.path().join("kernel.sh"), kernel).expect("a file");
    assert_ne!(gate(folder.path(), &["--reboots", "2"]).exit, 0);
}

#[test]
fn installed_tool_carries_targets_and_gaps() {
    let away = tempfile::tempdir().expect("a folder");
    let oracle = file(&LOG);
    let run = |words: &[&str]| -> Said {
        let mut command = tool(words);
        command
            .current_dir(away.path())
            .arg("--oracle")
            .arg(oracle.path());
        command.output().expect("the tool runs").into()
    };
    let said = run(&["gate", "linux"]);
    assert_eq!(said.exit, 0, "{}{}", said.out, said.err);
    let said = run(&["gate", "no-such-target"]);
    assert_eq!(said.exit, 2);
    assert!(said.err.contains("faulty-linux"), "{}", said.err);
}
