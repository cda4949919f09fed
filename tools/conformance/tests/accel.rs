//! Accelerators: tried once, left with a reason, and never a way around a kernel's own fault.

use std::path::Path;

use super::common::{LOG, Said, said, tool};
use conformance::testing::Plan;
use serde_json::Value;

/// An emulator that can be run in two ways, of which `quick` does not work as `ACT` says.
const EMULATOR: &str = r#"
echo "$1" >> "$SEEN"
[ "$1" = slow ] && exec "$2"
case "$ACT" in
works) exec "$2" ;;
silent) sleep 600 ;;
refuses) echo "emulator: no such machine" >&2; exit 1 ;;
stops) echo "EMULATOR STOPPED. Suberror: 1" >&2; sleep 600 ;;
boots) echo "loading"; sleep 600 ;;
panics) echo "Kernel panic: stand-in"; sleep 600 ;;
headless) "$2" | tail -n +2; exit 1 ;;
esac
"$2" | while IFS= read -r line; do
    case "$line" in
    *"[PASS] $ACT")
        # The last output of the machine comes later than the report that it stopped.
        echo "EMULATOR STOPPED. Suberror: 1" >&2
        for moment in 1 2 3 4 5 6 7 8 9; do echo "[    1.5] noise"; sleep 0.005; done
        sleep 600
        ;;
    *) printf '%s\n' "$line" ;;
    esac
done
"#;

/// The output of the gate, and the accelerator of each run of the emulator.
fn gate(act: &str, words: &[&str]) -> (Said, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    let write = |name: &str, text: &str| std::fs::write(place(name), text).expect("a file");
    write("emulator.sh", EMULATOR);
    write("oracle.txt", &LOG);
    write("seen", "");
    write(
        "toy.toml",
        &format!(
            r#"
            about = "A stand-in."
            command = ["sh", "{{here}}/emulator.sh", "{{accel}}", "{{elf}}"]
            accel = ["quick", "slow"]
            stopped = ["EMULATOR STOPPED"]
            panic = ["Kernel panic"]
            [env]
            ACT = "{act}"
            SEEN = "{}"
            [limits]
            accel = 1
            boot = 20
            silence = 20
            "#,
            place("seen").display()
        ),
    );
    let said = run(&place("toy.toml"), &place("oracle.txt"), words);
    let seen = std::fs::read_to_string(place("seen")).expect("a file");
    (said, seen.lines().map(str::to_string).collect())
}

fn run(target: &Path, oracle: &Path, words: &[&str]) -> Said {
    let mut command = tool(&["gate"]);
    command.arg(target).arg("--oracle").arg(oracle).args(words);
    command.output().expect("the tool runs").into()
}

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}", said.err))
}

#[test]
fn one_that_works_is_used_and_no_other_is_tried() {
    let (said, seen) = gate("works", &["--format", "json"]);
    assert_eq!((said.exit, seen), (0, vec!["quick".to_string()]));
    assert_eq!(json(&said)["accelerator"], "quick");
}

#[test]
fn one_without_a_header_line_is_left_for_the_next_and_the_report_says_why() {
    for (act, why) in [
        ("silent", "no header line for 1 s"),
        ("refuses", "emulator: no such machine"),
        ("stops", "EMULATOR STOPPED. Suberror: 1"),
        ("boots", "no header line for 1 s"),
    ] {
        let (said, seen) = gate(act, &["--format", "json"]);
        let json = json(&said);
        assert_eq!((said.exit, &json["boots"]), (0, &1.into()), "{act}");
        assert_eq!(seen, ["quick", "slow"], "{act}");
        assert_eq!(json["accelerator"], "slow", "{act}");
        let left = json["accelerators_left"][0].as_str().expect("a reason");
        assert!(left.starts_with("quick: "), "{left}");
        assert!(left.contains(why), "{left}");
    }
    let (said, _) = gate("refuses", &[]);
    assert!(said.out.contains("with slow\n"), "{}", said.out);
    assert!(said.out.contains("quick: "), "{}", said.out);
}

/// Who grants a boot more time grants it to the trial, too.
#[test]
fn time_to_boot_is_time_on_trial() {
    let begun = std::time::Instant::now();
    let (said, seen) = gate("silent", &["--boot", "3", "--format", "json"]);
    assert_eq!((said.exit, seen.len()), (0, 2));
    let left = json(&said)["accelerators_left"][0].to_string();
    assert!(left.contains("no header line for 3 s"), "{left}");
    assert!(begun.elapsed().as_secs() >= 3);
}

#[test]
fn it_is_tried_once_however_often_the_suite_is_run() {
    let (said, seen) = gate("refuses", &["--repeat", "3"]);
    assert_eq!(said.exit, 0);
    assert_eq!(seen, ["quick", "slow", "slow", "slow"]);
}

#[test]
fn a_kernel_that_says_it_died_is_not_run_by_another() {
    let (said, seen) = gate("panics", &[]);
    assert_eq!((said.exit, seen), (3, vec!["quick".to_string()]));
    assert!(said.out.contains("Kernel panic: stand-in"), "{}", said.out);
}

#[test]
fn lines_of_the_suite_without_a_header_are_a_run_that_is_not_repeated() {
    let (said, seen) = gate("headless", &[]);
    assert_eq!((said.exit, seen), (3, vec!["quick".to_string()]));
    assert!(said.out.contains("no header line"), "{}", said.out);
}

#[test]
fn the_one_that_is_asked_for_is_the_only_one() {
    let (said, seen) = gate("refuses", &["--accel", "quick"]);
    assert_eq!((said.exit, seen), (3, vec!["quick".to_string()]));
    assert!(said.out.contains("no such machine"), "{}", said.out);
    let command = said.out.lines().find(|line| line.starts_with("  sh "));
    assert!(
        // A long path is on a line of its own.
        command.is_some_and(|line| line.contains(".sh quick")),
        "{}",
        said.out
    );
    let (said, seen) = gate("works", &["--accel", "slow"]);
    assert_eq!((said.exit, seen), (0, vec!["slow".to_string()]));
}

#[test]
fn an_emulator_that_stops_in_a_check_costs_that_check_and_no_time() {
    let plan = Plan::default();
    // After the last check of the plan there is no rest to ask.
    let before_the_last = &plan.checks[..plan.checks.len() - 1];
    let mut canaries = before_the_last.iter().filter(|check| check.canary);
    let charged = canaries.next_back().expect("a canary");
    let (said, seen) = gate(&charged.title, &["--no-trace", "--format", "json"]);
    assert_eq!(said.exit, 1, "{}", said.err);
    // The first boot, the check again alone, and the rest.
    assert_eq!(seen, ["quick", "quick", "quick"]);
    let json = json(&said);
    assert_eq!(json["checks"][charged.index]["outcome"], "crash");
    let checks = json["checks"].as_array().expect("checks").iter();
    let others = checks.filter(|check| check["outcome"] != "pass");
    assert_eq!(others.count(), 1);
    // Not the 20 seconds of a silence.
    assert!(json["elapsed_seconds"].as_f64().expect("seconds") < 10.0);
}

#[test]
fn a_wrong_accelerator_is_told_from_a_right_one() {
    let (wrong, seen) = gate("works", &["--accel", "quikc"]);
    assert_eq!((wrong.exit, seen.len()), (2, 0));
    let wanted = "error: target toy has no accelerator quikc; it has quick, slow\n";
    assert_eq!(wrong.err, wanted);
    let said = said(&["run", "linux", "--accel", "kvm"]);
    let wanted =
        "error: target linux has no accelerators to choose from: --accel is of no use here\n";
    assert_eq!((said.exit, said.err.as_str()), (2, wanted));
}

#[test]
fn of_several_targets_only_those_that_choose_take_an_accelerator() {
    let none = said(&["matrix", "linux", "qemu-user", "--accel", "tcg"]);
    let wanted = "error: none of these targets takes --accel\n";
    assert_eq!((none.exit, none.err.as_str()), (2, wanted));
    let said = said(&["matrix", "linux", "microkernel", "--accel", "tgc"]);
    let wanted = "error: target microkernel has no accelerator tgc; it has kvm, tcg\n";
    assert_eq!((said.exit, said.err.as_str()), (2, wanted));
}
