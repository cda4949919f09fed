//! A verdict that load cannot turn: a tool that is not scheduled, a console that is read late.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::common::{LOG, Said, file, tool};
use super::leftovers::wait_until;
use super::toy::gate;

/// Busy loops for each processor during the load test.
const BUSY: usize = 3;

/// A folder with a target in it, and an oracle.
fn folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("a file");
    };
    write("toy.toml", &format!("about = \"A stand-in.\"\n{text}"));
    write("oracle.txt", &LOG);
    folder
}

fn kill(signal: &str, pid: u32) {
    let mut kill = Command::new("kill");
    let status = kill.args(["-s", signal, &pid.to_string()]).status();
    assert!(status.expect("kill").success());
}

/// A tool that is stopped for longer than a silence may last judges as if it was not: the kernel
/// went on meanwhile, and its lines are in the pipe.
#[test]
fn tool_that_is_stopped_judges_what_came_meanwhile() {
    let folder = folder(
        "command = [\"sh\", \"-c\", \"'{elf}' | { sed -u 20q; touch '{here}/half'; sleep 0.3; \
         cat; }\"]\n[limits]\nsilence = 1\ncheck = 1\n",
    );
    let child = tool(&["gate"])
        .arg(folder.path().join("toy.toml"))
        .arg("--oracle")
        .arg(folder.path().join("oracle.txt"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool runs");
    wait_until("half of the run", || folder.path().join("half").exists());
    kill("STOP", child.id());
    std::thread::sleep(Duration::from_millis(1500));
    kill("CONT", child.id());
    let said: Said = child.wait_with_output().expect("the tool ends").into();
    assert_eq!(said.exit, 0, "{}{}", said.out, said.err);
}

/// A console that ends too early proves nothing of the kernel where the exit status is the suite's.
#[test]
fn console_that_ends_too_early_is_no_crash() {
    for status in [0, 1] {
        let folder = folder(&format!(
            "status = true\ncommand = [\"sh\", \"-c\", \"'{{elf}}' | head -n 100; \
             echo boot >> '{{here}}/boots'; exit {status}\"]\n"
        ));
        let said = gate(folder.path(), &[]);
        assert_eq!(said.exit, 3, "{}{}", said.out, said.err);
        assert!(said.out.contains("output is lost"), "{}", said.out);
        assert!(!said.out.contains("CRASH"), "{}", said.out);
        let boots = std::fs::read_to_string(folder.path().join("boots")).expect("boots");
        assert_eq!(boots.lines().count(), 2, "it is tried once more");
    }
}

/// Busy loops, ended with the test.
struct Busy(Vec<Child>);

impl Busy {
    fn start() -> Busy {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let mut busy = Command::new("sh");
        busy.args(["-c", "while :; do :; done"]);
        let all = (0..BUSY * processors).map(|_| busy.spawn().expect("sh runs"));
        Busy(all.collect())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        for child in &mut self.0 {
            // An error means that it is gone already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Runs of the lowest priority beside busy loops: each gives the verdict that a calm machine gives.
/// Half of them run the ELF, and half read a log of which the end differs.
#[test]
#[ignore = "a load test: cargo test -p conformance --test all -- --ignored load --nocapture; \
            LOAD_RUNS sets the number of runs"]
fn load_turns_no_verdict() {
    let runs = std::env::var("LOAD_RUNS").map_or(40, |runs| runs.parse().expect("a number"));
    let (half, rest) = LOG.split_at(LOG.len() / 2);
    let changed = rest.replacen("  [PASS] ", "  [FAIL] ", 1);
    let log = file(&format!("{half}{changed}"));
    let recorded = folder(&format!(
        "recorded = true\ncommand = [\"cat\", \"{}\"]\n",
        log.path().display()
    ));
    let live = folder("status = true\ncommand = [\"{elf}\"]\n");
    let _busy = Busy::start();
    let mut wrong = Vec::new();
    for run in 0..runs {
        let (folder, wanted) = match run % 2 {
            0 => (&recorded, 3),
            _ => (&live, 0),
        };
        let tool = env!("CARGO_BIN_EXE_cargo-conformance");
        let said: Said = Command::new("chrt")
            .args(["--idle", "0", tool, "gate"])
            .arg(folder.path().join("toy.toml"))
            .arg("--oracle")
            .arg(folder.path().join("oracle.txt"))
            .output()
            .expect("chrt runs")
            .into();
        if said.exit != wanted {
            wrong.push(format!("run {run}: {}{}", said.out, said.err));
        }
    }
    println!("{runs} runs under load, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
