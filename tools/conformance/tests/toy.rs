//! A toy kernel that dies, hangs, loops or babbles at one line of the suite, and its gate.
//!
//! It runs the real ELF, patched or not, and does something to its output at one check.

use std::path::Path;

use serde_json::Value;

use super::common::{LOG, Said, tool};
use conformance::testing::Plan;

/// A kernel that runs the suite well up to the line of one check.
pub const KERNEL: &str = r#"
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
    *"[PASS] $CHARGED"|*"[PASS] $ALSO"|"$CHARGED"|"$CHARGED run "*|*"[FAIL] $CHARGED"*)
        act "$line" ;;
    *) printf '%s\n' "$line" ;;
    esac
done
"#;

/// A folder with a target in it whose kernel does something at these lines.
pub fn target(act: &str, charged: &str, also: &str, more: &str) -> tempfile::TempDir {
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
            CHARGED = "{charged}"
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

pub fn json(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}", said.err))
}

/// The outcomes of all checks but passes.
pub fn outcomes(json: &Value) -> Vec<(usize, String)> {
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

pub fn gaps(folder: &Path, text: &str) {
    std::fs::write(folder.join("toy.gaps.toml"), text).expect("a file");
}

pub fn entry(check: &str, outcome: &str, more: &str) -> String {
    format!("[[gap]]\ncheck = \"{check}\"\noutcome = \"{outcome}\"\nreason = \"known\"\n{more}\n")
}
