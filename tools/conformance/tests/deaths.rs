//! Kernels that die, hang, loop or babble: each death costs one check its outcome.

use super::common::said;
use super::toy::{KERNEL, gate, json, outcomes, target, two};
use conformance::testing::Plan;

#[test]
fn each_death_costs_one_check_its_outcome() {
    let plan = Plan::default();
    let (one, other) = two(&plan);
    let titles = [one, other].map(|check| plan.checks[check].title.as_str());
    for (act, outcome) in [
        ("exit", "crash"),
        ("kill", "crash"),
        ("panic", "crash"),
        ("done", "crash"),
        ("reboot", "crash"),
        ("hang", "hang"),
        ("babble", "hang"),
    ] {
        let folder = target(act, titles[0], titles[1], "");
        let said = gate(folder.path(), &["--format", "json"]);
        let json = json(&said);
        let charged = [(one, outcome.to_string()), (other, outcome.to_string())];
        assert_eq!(outcomes(&json), charged, "{act}: {}", json["flaws"]);
        assert_eq!(said.exit, 1, "{act}");
        assert_eq!(json["boots"], 5, "{act}");
    }
}

#[test]
fn garbled_line_is_lost_and_alone() {
    let plan = Plan::default();
    let (one, _) = two(&plan);
    let folder = target("garble", &plan.checks[one].title, "-", "");
    let said = gate(folder.path(), &["--format", "json"]);
    assert_eq!(outcomes(&json(&said)), [(one, "lost".to_string())]);
    assert_eq!(said.exit, 3);
}

/// A line that was lost before a death is asked for again, and is lost if it is lost again.
#[test]
fn death_does_not_hide_a_lost_line() {
    let plan = Plan::default();
    let (one, other) = two(&plan);
    let [lost, dead] = [one, other].map(|check| plan.checks[check].title.as_str());
    let folder = target("exit", dead, "-", "");
    let drops = |once: &str| {
        let dropping = format!("    *\"[PASS] {lost}\") {once} ;;\n    *\"[PASS] $CHARGED\"|");
        let kernel = KERNEL.replace("    *\"[PASS] $CHARGED\"|", &dropping);
        std::fs::write(folder.path().join("kernel.sh"), kernel).expect("a file");
        gate(folder.path(), &["--format", "json"])
    };
    let said = drops(":");
    let words = [(one, "lost".to_string()), (other, "crash".to_string())];
    assert_eq!(outcomes(&json(&said)), words);
    assert_eq!(said.exit, 3);
    // Only once lost, its outcome is known at last; the log that lost it still proves nothing.
    let said = drops("f=$(dirname \"$0\")/f; [ -e $f ] && echo \"$line\"; : > $f");
    assert_eq!(outcomes(&json(&said)), [(other, "crash".to_string())]);
    assert_eq!(said.exit, 3);
}

#[test]
fn death_at_the_header_is_no_verdict() {
    let header = Plan::default().header();
    for act in ["exit", "hang", "panic", "babble"] {
        let folder = target(act, &header, "-", "");
        let said = gate(folder.path(), &["--boot", "1", "--total", "20"]);
        assert_eq!(said.exit, 3, "{act}: {}{}", said.out, said.err);
        assert!(
            said.out.contains("no header line") || said.out.contains("died"),
            "{}",
            said.out
        );
        if act == "panic" {
            assert!(
                said.out.contains("| [   12.345678] Kernel panic"),
                "{}",
                said.out
            );
        }
    }
}

#[test]
fn kernel_that_always_dies_ends_in_bounded_time() {
    // Every line of a check is deadly, so that each boot ends at the first that is not skipped.
    let folder = target("exit", "-", "-", "");
    let kernel = KERNEL.replace(r#"*"[PASS] $ALSO""#, r#"*"[PASS] "*"#);
    std::fs::write(folder.path().join("kernel.sh"), kernel).expect("a file");
    let said = gate(folder.path(), &["--reboots", "5"]);
    assert_eq!(said.exit, 3, "{}{}", said.out, said.err);
    assert!(said.out.contains("given up after 6 boots"), "{}", said.out);
    assert!(
        said.out.contains("the last lines of the console"),
        "{}",
        said.out
    );
}

#[test]
fn death_before_the_first_group_charges_nobody() {
    let plan = Plan::default();
    // The section line is the place of everything after the header and before the first check.
    let section = plan.section(0);
    let folder = target("exit", &section, "-", "");
    let kernel = KERNEL.replace(
        "ELF=$1",
        // The flag of the control block is twelve bytes after its magic.
        "ELF=$1\nat=$(grep -abo PXC-OPER \"$ELF\" | cut -d: -f1)\n\
         flag=$(od -An -tu1 -j$((at + 12)) -N1 \"$ELF\" | tr -d ' ')\n\
         [ \"$flag\" = 1 ] && ACT=none\n[ $ACT = none ] && CHARGED=none",
    );
    std::fs::write(folder.path().join("kernel.sh"), kernel).expect("a file");
    let said = gate(folder.path(), &["--format", "json"]);
    let json = json(&said);
    assert_eq!(outcomes(&json), [], "{}", json["flaws"]);
    assert_eq!(json["boots"], 2);
    assert_eq!(said.exit, 0, "{}", json["flaws"]);
}

/// The log of a run with several boots is judged by `replay`, with the same result.
#[test]
fn replay_judges_all_boots_as_the_run_did() {
    let plan = Plan::default();
    let (one, other) = two(&plan);
    let titles = [one, other].map(|check| plan.checks[check].title.as_str());
    let folder = target("panic", titles[0], titles[1], "");
    let log = folder.path().join("console.log");
    let [log, oracle, toy] = [
        log.clone(),
        folder.path().join("oracle.txt"),
        folder.path().join("toy.toml"),
    ]
    .map(|path| path.to_str().expect("a path").to_string());
    let live = gate(folder.path(), &["--format", "json", "--log", &log]);
    let words = [
        "replay", &toy, &log, "--oracle", &oracle, "--format", "json",
    ];
    let again = said(&words);
    assert_eq!(again.exit, 1, "{}{}", again.out, again.err);
    let (live, again) = (json(&live), json(&again));
    for key in ["boots", "notes", "flaws", "complete", "totals"] {
        assert_eq!(live[key], again[key], "{key}");
    }
    assert_eq!(outcomes(&live), outcomes(&again));
    let diff = said(&["diff", &oracle, &log]);
    assert_eq!(diff.exit, 3);
    let why = "a log of a run with several boots; judge it by the command `replay toy ";
    assert!(
        diff.err.contains(why) && diff.err.lines().count() == 1,
        "{}",
        diff.err
    );
}

/// Boots that run side by side find what one after another finds.
#[test]
fn boots_at_once_change_no_outcome() {
    let plan = Plan::default();
    let deadly = (0..8).map(|number| plan.checks[number * 110 + 3].title.as_str());
    let deadly: Vec<&str> = deadly.collect();
    let folder = target("exit", deadly[0], "-", "");
    let patterns: Vec<String> = deadly.iter().map(|t| format!("*\"[PASS] {t}\"")).collect();
    let kernel = KERNEL.replace(r#"*"[PASS] $ALSO""#, &patterns.join("|"));
    std::fs::write(folder.path().join("kernel.sh"), kernel).expect("a file");
    let runs = ["1", "3"].map(|jobs| {
        // No silence of a loaded machine may be one of the kernel.
        let patient = ["--silence", "30", "--check", "60", "--total", "600"];
        let words = [&["--format", "json", "--jobs", jobs][..], &patient].concat();
        let said = gate(folder.path(), &words);
        assert_eq!(said.exit, 1, "{}", said.err);
        json(&said)
    });
    let crashes = runs.each_ref().map(|run| {
        let mut all = outcomes(run);
        all.retain(|(_, outcome)| outcome == "crash");
        all
    });
    assert_eq!(crashes[0].len(), deadly.len(), "{crashes:?}");
    assert_eq!(crashes[0], crashes[1]);
}
