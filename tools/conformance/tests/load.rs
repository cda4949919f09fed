//! A verdict that load cannot turn: a tool that is not scheduled, a console that is read late.

use std::fs::File;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nix::pty::openpty;

use super::common::{LOG, Said, file, tool};
use super::leftovers::{send, wait_until};
use super::toy::gate;

/// Busy loops for each processor during the load test; their priority is the lowest of ordinary
/// ones, which is still above that of the tool.
const BUSY: usize = 1;

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
    send("STOP", child.id());
    std::thread::sleep(Duration::from_millis(1500));
    send("CONT", child.id());
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

/// A command that dies of a signal is reported as such, whatever handlers the supervisor has.
#[test]
fn signal_that_ended_the_command_is_named() {
    for signal in ["SEGV", "BUS", "ABRT", "SYS", "TRAP", "KILL", "TERM"] {
        let folder = folder(&format!(
            "command = [\"sh\", \"-c\", \"'{{elf}}' | head -n 100; kill -{signal} $$\"]\n"
        ));
        let said = gate(folder.path(), &["--reboots", "0"]);
        let wanted = format!("the run died: SIG{signal}");
        assert!(said.out.contains(&wanted), "{signal}: {}", said.out);
    }
}

/// A parent that ignores SIGCHLD (some supervisors of containers do) costs no verdict.
#[test]
fn parent_that_ignores_its_children_costs_nothing() {
    let folder = folder("status = true\ncommand = [\"{elf}\"]\n");
    let tool = env!("CARGO_BIN_EXE_conformance");
    let said: Said = Command::new("env")
        .args(["--ignore-signal=CHLD", tool, "gate"])
        .arg(folder.path().join("toy.toml"))
        .arg("--oracle")
        .arg(folder.path().join("oracle.txt"))
        .output()
        .expect("env runs")
        .into();
    assert_eq!(said.exit, 0, "{}{}", said.out, said.err);
}

/// The log is a copy: a full disk costs the copy and not the verdict.
#[test]
fn full_disk_costs_the_log_and_not_the_verdict() {
    let folder = folder("command = [\"{elf}\"]\n");
    let said = gate(folder.path(), &["--log", "/dev/full"]);
    assert_eq!(said.exit, 0, "{}{}", said.out, said.err);
    let warning = "warning: --log: No space left on device";
    assert_eq!(said.err.matches(warning).count(), 1, "{}", said.err);
}

/// A folder for temporary files from which no program may be run is left for another one.
#[test]
fn temporary_folder_without_programs_is_left_for_another() {
    let folder = folder("command = [\"{elf}\"]\n");
    let temporary = tempfile::tempdir().expect("a folder");
    let skip = &conformance::testing::Plan::default().checks[0].title;
    // Only root may mount; others have nothing to test.
    let script = "mount -t tmpfs -o noexec tmpfs \"$TMPDIR\" || exit 77; exec \"$@\"";
    let output = Command::new("unshare")
        .args(["-m", "sh", "-c", script, "sh"])
        .args([env!("CARGO_BIN_EXE_conformance"), "gate"])
        .arg(folder.path().join("toy.toml"))
        .arg("--oracle")
        .arg(folder.path().join("oracle.txt"))
        .args(["--skip", skip])
        .env("TMPDIR", temporary.path())
        .output();
    match output.map(Said::from) {
        Ok(said) if said.out.is_empty() && !said.err.contains("error:") => {
            println!("not tested: {}", said.err);
        }
        Ok(said) => assert!(said.out.contains("1 skipped"), "{}{}", said.out, said.err),
        Err(error) => println!("not tested: {error}"),
    }
}

/// The reason of a panic is on the lines after it, and every report has it.
#[test]
fn every_report_has_the_reason_of_a_panic() {
    let guilty = &conformance::testing::Plan::default().checks[20].title;
    let folder = folder(&format!(
        "command = [\"sh\", \"-c\", \"'{{elf}}' | \
         sed -u '/PASS. {guilty}/{{s/.*/KERNEL PANIC/;q}}'; sleep 0.2; \
         echo 'reason: index out of bounds'; echo ' at src/fd.rs:42'; sleep 60\"]\n\
         panic = [\"KERNEL PANIC\"]\n"
    ));
    let log = folder.path().join("log");
    let log = log.to_str().expect("a path");
    for format in ["human", "json", "junit", "ktap", "tap", "markdown", "html"] {
        let args = ["--reboots", "0", "--format", format, "--log", log];
        let said = gate(folder.path(), &args);
        for reason in ["reason: index out of bounds", "at src/fd.rs:42"] {
            assert!(said.out.contains(reason), "{format}: {}", said.out);
        }
    }
    let log = std::fs::read_to_string(log).expect("a log");
    assert!(log.contains(
        "KERNEL PANIC\nreason: index out of bounds\n at src/fd.rs:42\n\nconformance-boot: "
    ));
}

/// Busy loops, ended with the test.
struct Busy(Vec<Child>);

impl Busy {
    fn start() -> Busy {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let mut busy = Command::new("nice");
        busy.args(["-n", "19", "sh", "-c", "while :; do :; done"]);
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
    let runs = std::env::var("LOAD_RUNS").map_or(20, |runs| runs.parse().expect("a number"));
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
        let tool = env!("CARGO_BIN_EXE_conformance");
        let said: Said = Command::new("chrt")
            .args(["--idle", "0", tool, "gate"])
            .arg(folder.path().join("toy.toml"))
            .arg("--oracle")
            .arg(folder.path().join("oracle.txt"))
            // Outside the repository the tool builds nothing.
            .current_dir(folder.path())
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

/// Commands that make many runs say how many are done, on a terminal alone.
#[test]
fn many_runs_are_counted_on_a_terminal() {
    let pty = openpty(None, None).expect("a terminal");
    let mut command = tool(&["bench", "--runs", "3"]);
    command.stderr(Stdio::from(pty.slave));
    let output = command.output().expect("the tool runs");
    drop(command);
    let mut shown = Vec::new();
    // The read fails with EIO, because the last writer is gone.
    let _ = File::from(pty.master).read_to_end(&mut shown);
    let shown = String::from_utf8_lossy(&shown);
    assert!(shown.contains("\r2/3 runs\r3/3 runs\r"), "{shown:?}");
    assert!(output.stdout.starts_with(b"3 runs"), "{output:?}");
}
