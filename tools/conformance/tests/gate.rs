//! The gate: kernels that die, hang, loop and babble, and what is known of them.
//!
//! The stand-ins run the real ELF, patched or not, and do something to its output at one check.

use std::path::Path;
use std::process::Command;

use super::common::{LOG, Said, file, said, tool};
use conformance::plan::Plan;
use serde_json::Value;

/// A kernel that runs the suite well up to the line of one check.
const KERNEL: &str = r#"
act() {
    case "$ACT" in
    exit) exit 7 ;;
    kill) kill -SEGV $$; sleep 600 ;;
    panic) echo "[   12.345678] Kernel panic - not syncing: stand-in"; sleep 600 ;;
    hang) sleep 600 ;;
    babble) while :; do echo "[   1.5] eth0: link up"; sleep 0.05; done ;;
    reboot) exec sh "$0" "$ELF" ;;
    done) echo "reboot: Power down"; sleep 600 ;;
    garble) printf '  [PA\377\0 x#%%\n' ;;
    esac
}
ELF=$1
"$ELF" | while IFS= read -r line; do
    case "$line" in
    *"[PASS] $GUILTY"|*"[PASS] $ALSO"|"$GUILTY"|*"[FAIL] $GUILTY"*) act "$line" ;;
    *) printf '%s\n' "$line" ;;
    esac
done
"#;

/// A folder with a target in it whose kernel does something at these lines.
pub fn target(act: &str, guilty: &str, also: &str, more: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("a file");
    };
    write("kernel.sh", KERNEL);
    write("oracle.txt", &LOG);
    write(
        "toy.toml",
        &format!(
            r#"
            about = "A stand-in."
            command = ["sh", "{{here}}/kernel.sh", "{{elf}}"]
            panic = ["Kernel panic"]
            end = ["reboot: Power down"]
            {more}
            [env]
            ACT = "{act}"
            GUILTY = "{guilty}"
            ALSO = "{also}"
            [limits]
            boot = 10
            silence = 1
            check = 1.5
            total = 100
            settle = 0.2
            "#
        ),
    );
    folder
}

/// The gate of the target in a folder.
pub fn gate(folder: &Path, words: &[&str]) -> Said {
    on_toy("gate", folder, words)
}

/// A command on the target in a folder.
pub fn on_toy(command: &str, folder: &Path, words: &[&str]) -> Said {
    let mut command = tool(&[command]);
    command.arg(folder.join("toy.toml"));
    command
        .arg("--oracle")
        .arg(folder.join("oracle.txt"))
        .args(words);
    command.output().expect("the tool runs").into()
}

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}", said.err))
}

/// The outcomes of all checks but passes.
fn outcomes(json: &Value) -> Vec<(usize, String)> {
    let checks = json["checks"]
        .as_array()
        .expect("checks")
        .iter()
        .enumerate();
    checks
        .map(|(index, check)| {
            (
                index,
                check["outcome"].as_str().expect("a word").to_string(),
            )
        })
        .filter(|(_, outcome)| outcome != "pass")
        .collect()
}

/// Two checks of the plan, far from each other, that may be skipped without harm to others: the
/// last ones of their scripts.
pub fn two(plan: &Plan) -> (usize, usize) {
    let canaries = plan.checks.iter().filter(|check| check.canary);
    let found: Vec<usize> = canaries.map(|check| check.index).collect();
    (found[1], found[found.len() - 2])
}

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
        assert_eq!(json["boots"], 3, "{act}");
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
        let dropping = format!("    *\"[PASS] {lost}\") {once} ;;\n    *\"[PASS] $GUILTY\"|");
        let kernel = KERNEL.replace("    *\"[PASS] $GUILTY\"|", &dropping);
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
fn death_while_tidying_up_charges_nobody() {
    let plan = Plan::default();
    // The section line stands for everything behind the header and before the first check.
    let section = plan.section(0);
    let folder = target("exit", &section, "-", "");
    let kernel = KERNEL.replace(
        "ELF=$1",
        // The flag of the operator's block stands twelve bytes behind its magic.
        "ELF=$1\nat=$(grep -abo PXC-OPER \"$ELF\" | cut -d: -f1)\n\
         flag=$(od -An -tu1 -j$((at + 12)) -N1 \"$ELF\" | tr -d ' ')\n\
         [ \"$flag\" = 1 ] && ACT=none\n[ $ACT = none ] && GUILTY=none",
    );
    std::fs::write(folder.path().join("kernel.sh"), kernel).expect("a file");
    let said = gate(folder.path(), &["--format", "json"]);
    let json = json(&said);
    assert_eq!(outcomes(&json), [], "{}", json["flaws"]);
    assert_eq!(json["boots"], 2);
    assert_eq!(said.exit, 0, "{}", json["flaws"]);
}

pub fn gaps(folder: &Path, text: &str) {
    std::fs::write(folder.join("toy.gaps.toml"), text).expect("a file");
}

pub fn entry(check: &str, outcome: &str, more: &str) -> String {
    format!("[[gap]]\ncheck = \"{check}\"\noutcome = \"{outcome}\"\nreason = \"known\"\n{more}\n")
}

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
            1,
            "1 listed but not",
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
        "dir=$(dirname \"$0\"); if [ -e $dir/odd ]; then rm $dir/odd; ACT=none; GUILTY=none; \
         else touch $dir/odd; fi\n{KERNEL}"
    );
    std::fs::write(folder.path().join("kernel.sh"), kernel).expect("a file");
    gaps(folder.path(), &entry(&plan.checks[one].title, "crash", ""));
    // Two boots make the first run, of which the second is good; then the same again.
    let said = gate(folder.path(), &["--repeat", "1"]);
    assert_eq!(said.exit, 0, "{}{}", said.out, said.err);
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
        let starts = |check: &&Value| {
            check["name"]
                .as_str()
                .is_some_and(|name| name.starts_with(call))
                && (outcome.is_empty() || check["outcome"] == outcome)
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

/// A console that repeats an older log before the boot's own does not open the gate.
#[test]
fn older_log_in_front_counts_for_nothing() {
    let plan = Plan::default();
    let (one, _) = two(&plan);
    let folder = target("exit", &plan.checks[one].title, "-", "");
    let kernel = format!("cat \"$(dirname \"$0\")/oracle.txt\"; {KERNEL}");
    std::fs::write(folder.path().join("kernel.sh"), kernel).expect("a file");
    let said = gate(folder.path(), &["--format", "json"]);
    assert_eq!(outcomes(&json(&said)), [(one, "crash".to_string())]);
    assert_eq!(said.exit, 1);
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

/// Whoever still has this word among its words.
fn processes_with(mark: &str) -> Vec<String> {
    let entries = std::fs::read_dir("/proc").expect("/proc").flatten();
    let words = entries.map(|entry| {
        let words = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&words).replace('\0', " ")
    });
    words.filter(|words| words.contains(mark)).collect()
}

/// However the tool ends, nothing that it started remains: not what left its group and session,
/// and not what lost its parent.
#[test]
fn nothing_outlives_the_tool() {
    for (number, (signal, whom)) in [
        ("KILL", "tool"),
        ("TERM", "tool"),
        ("INT", "tool"),
        ("HUP", "tool"),
        ("KILL", "supervisor"),
    ]
    .into_iter()
    .enumerate()
    {
        let mark = format!("{}.{number}75", 700 + std::process::id());
        let folder = tempfile::tempdir().expect("a folder");
        let text = format!(
            "about = \"x\"\nrecorded = true\ncommand = [\"sh\", \"-c\", \"\
             setsid sh -c 'sleep {mark} & sleep {mark}' & (sleep {mark} &) & exec sleep {mark}\"]\n"
        );
        std::fs::write(folder.path().join("toy.toml"), text).expect("a file");
        std::fs::write(folder.path().join("oracle.txt"), &*LOG).expect("a file");
        let mut child = tool(&["gate"])
            .arg(folder.path().join("toy.toml"))
            .arg("--oracle")
            .arg(folder.path().join("oracle.txt"))
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("the tool runs");
        let sleeping = || {
            let all = processes_with(&mark);
            all.iter()
                .filter(|words| words.starts_with("sleep "))
                .count()
        };
        wait_until("all of them sleep", || sleeping() == 4);
        let whom = match whom {
            "tool" => child.id(),
            _ => keeper_of(child.id()),
        };
        let killed = Command::new("kill")
            .args(["-s", signal, &whom.to_string()])
            .status()
            .expect("kill");
        assert!(killed.success());
        child.wait().expect("the tool ends");
        wait_until("none is left", || processes_with(&mark).is_empty());
    }
}

/// The only child of the tool.
fn keeper_of(tool: u32) -> u32 {
    let path = format!("/proc/{tool}/task/{tool}/children");
    let children = std::fs::read_to_string(path).expect("a list");
    children.trim().parse().expect("one child")
}

fn wait_until(what: &str, met: impl Fn() -> bool) {
    let begun = std::time::Instant::now();
    while !met() {
        assert!(begun.elapsed().as_secs() < 20, "not in time: {what}");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}
