//! The same verdict wherever the ELF starts: design 1.1.

use std::collections::BTreeSet;
use std::fs::{File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::common::{ELF, LOG, have, installed, packaged, required};
use conformance::testing::temp_elf;
use packer::plan::arena::POISON;
use packer::suites::CORE;
use tempfile::TempPath;

/// The number of runs under load that must print the same bytes.
const RUNS: usize = 200;
/// The number of them that run at the same time.
const RUNNERS: usize = 4;

/// A copy that every user may run, wherever the repository lies.
static COPY: LazyLock<TempPath> =
    LazyLock::new(|| temp_elf(&std::fs::read(&*ELF).expect("the ELF")).expect("a copy"));

fn root_user() -> bool {
    nix::unistd::geteuid().is_root()
}

/// Ends what does not end by itself, so that a test fails instead of standing still.
fn timed(program: &str) -> Command {
    let mut command = Command::new("timeout");
    command
        .args(["-k", "1", "30", program])
        .stdin(Stdio::null());
    command
}

fn good(output: &Output) {
    let text = String::from_utf8_lossy(&output.stdout);
    let differs = text
        .lines()
        .zip(LOG.lines())
        .find(|(is, wanted)| is != wanted);
    assert_eq!(
        differs,
        None,
        "stderr: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(text, *LOG);
    assert_eq!(output.status.code(), Some(0));
}

/// Runs the ELF as the last argument of this command.
fn behind(words: &[&str]) {
    good(
        &timed(words[0])
            .args(&words[1..])
            .arg(&*COPY)
            .output()
            .expect("it starts"),
    );
}

/// Runs a line of shell in which `$0` is the ELF.
fn shell(line: &str) {
    good(
        &timed("sh")
            .args(["-c", line])
            .arg(&*COPY)
            .output()
            .expect("a shell"),
    );
}

#[test]
fn plain() {
    behind(&["env", "-i"]);
}

#[test]
fn stdin_closed() {
    shell("exec \"$0\" <&-");
}

#[test]
fn stdin_and_stderr_closed() {
    shell("exec \"$0\" <&- 2>&-");
}

#[test]
fn stdout_is_a_file() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let handle = File::create(file.path()).expect("a file");
    let status = timed(COPY.to_str().expect("a path"))
        .stdout(handle)
        .status()
        .expect("it runs");
    assert_eq!(status.code(), Some(0));
    assert_eq!(std::fs::read_to_string(file.path()).expect("a log"), *LOG);
}

#[test]
fn stdout_is_a_terminal() {
    if !installed("script", "bsdutils") {
        return;
    }
    let mut command = timed("script");
    command.args(["-qec", COPY.to_str().expect("a path"), "/dev/null"]);
    let output = command.output().expect("script runs");
    let text = String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n");
    assert_eq!(text, *LOG);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn signals_blocked() {
    behind(&["env", "--block-signal"]);
}

#[test]
fn signals_ignored() {
    behind(&["env", "--ignore-signal"]);
}

#[test]
fn few_descriptors() {
    shell("ulimit -n 64; exec \"$0\"");
}

/// The limit that the README promises to kernels: arguments and signal frames included.
#[test]
fn stack_of_16_kib() {
    // The limit is set last: the loader of a dynamic program would have to keep to it, too.
    behind(&["env", "-i", "prlimit", "--stack=16384:16384"]);
}

#[test]
fn extra_descriptors() {
    shell("exec 3</dev/null 4</dev/null 5</dev/null 9</dev/null; exec \"$0\"");
    if installed("bash", "bash") {
        let line = "exec 10</dev/null 63</dev/null 200</dev/null; exec \"$0\"";
        good(
            &timed("bash")
                .args(["-c", line])
                .arg(&*COPY)
                .output()
                .expect("bash runs"),
        );
    }
}

#[test]
fn directory_is_read_only() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o555)).expect("our folder");
    let mut command = unprivileged();
    good(
        &command
            .current_dir(folder.path())
            .output()
            .expect("it runs"),
    );
}

#[test]
fn directory_is_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let line = "cd \"$1\" && rmdir \"$1\" && exec \"$0\"";
    let inner = folder.path().join("gone");
    std::fs::create_dir(&inner).expect("a folder");
    good(
        &timed("sh")
            .args(["-c", line])
            .arg(&*COPY)
            .arg(&inner)
            .output()
            .expect("a shell"),
    );
}

/// The ELF as a user without rights, whoever we are.
fn unprivileged() -> Command {
    let mut command = if root_user() {
        let mut command = timed("setpriv");
        command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
        command.args(["--no-new-privs", "--inh-caps=-all"]);
        command
    } else {
        timed("env")
    };
    command.arg(&*COPY);
    command
}

#[test]
fn without_rights() {
    if packaged("setpriv", "util-linux", !root_user() || have("setpriv")) {
        good(&unprivileged().output().expect("it runs"));
    }
}

#[test]
fn with_all_rights() {
    if root_user() {
        behind(&["env"]);
    } else if required(
        "unshare with user namespaces",
        can(&["unshare", "-Ur", "true"]),
    ) {
        behind(&["unshare", "-Ur"]);
    }
}

fn can(words: &[&str]) -> bool {
    let status = timed(words[0])
        .args(&words[1..])
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

#[test]
fn first_process() {
    let ways: [&[&str]; 2] = [
        &["unshare", "-pf", "--mount-proc"],
        &["unshare", "-Urpf", "--mount-proc"],
    ];
    let way = ways.iter().find(|way| can(&[way, &["true"][..]].concat()));
    if required("unshare with PID namespaces", way.is_some()) {
        behind(way.expect("one is there"));
    }
}

/// The ids of the process and of its first threads have the bytes of poison, but for zeros.
#[test]
fn process_id_like_poison() {
    const ALIKE: u32 = u16::from_ne_bytes([POISON; 2]) as u32;
    const SET: &str = "echo \"$1\" > /proc/sys/kernel/ns_last_pid && \"$0\"";
    let way = ["unshare", "-Urpf", "sh", "-c"];
    if !required(
        "unshare with PID namespaces whose ids can be set",
        can(&[&way[..], &[SET, "true", "9"]].concat()),
    ) {
        return;
    }
    for before in 0..5 {
        let last = (ALIKE - 1 - before).to_string();
        let mut command = timed(way[0]);
        command.args(&way[1..]).arg(SET).arg(&*COPY).arg(last);
        good(&command.output().expect("it starts"));
    }
}

#[test]
fn addresses_not_randomised() {
    if packaged("setarch", "util-linux", can(&["setarch", "-R", "true"])) {
        behind(&["setarch", "-R"]);
    }
}

/// Two hundred runs on a machine that is busy otherwise, and with each other, print the same bytes.
#[test]
fn under_load() {
    let done = AtomicBool::new(false);
    let cpus = thread::available_parallelism()
        .map_or(2, usize::from)
        .min(8);
    thread::scope(|scope| {
        for _ in 0..cpus {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let runners: Vec<_> = (0..RUNNERS)
            .map(|_| scope.spawn(|| (0..RUNS / RUNNERS).for_each(|_| behind(&["env"]))))
            .collect();
        // Whatever happens in a run, the load must end before the test does.
        let ends: Vec<_> = runners
            .into_iter()
            .map(thread::ScopedJoinHandle::join)
            .collect();
        done.store(true, Ordering::Relaxed);
        for end in ends {
            if let Err(panic) = end {
                std::panic::resume_unwind(panic);
            }
        }
    });
}

/// No system call is made but those of the plan and the plumbing.
#[test]
fn system_calls_are_those_of_the_plan() {
    if !packaged(
        "strace that may trace",
        "strace",
        have("strace") && can(&["strace", "-o", "/dev/null", "true"]),
    ) {
        return;
    }
    let trace = tempfile::NamedTempFile::new().expect("a file");
    let mut command = timed("strace");
    command
        .args(["-f", "-qq", "-o"])
        .arg(trace.path())
        .arg(&*COPY);
    command.output().expect("strace runs");
    let rows = CORE.groups().flat_map(|group| group.rows());
    let planned = rows
        .filter(|row| row.call.is_syscall())
        .map(|row| row.call.name);
    // Calls that the processor's code makes for itself, and that begin and continue a program.
    let plumbing = [
        "execve",
        "clone",
        "exit",
        "rt_sigreturn",
        "setitimer",
        "restart_syscall",
    ];
    let tidying = [
        "close",
        "dup",
        "rt_sigprocmask",
        "write",
        "exit_group",
        "rt_sigaction",
    ];
    let machine = [
        "futex",
        "nanosleep",
        "clock_gettime",
        "getpid",
        "gettid",
        "wait4",
    ];
    let known: BTreeSet<&str> = planned
        .chain(plumbing)
        .chain(tidying)
        .chain(machine)
        .collect();
    let made = calls(trace.path());
    let strange: Vec<&String> = made
        .iter()
        .filter(|&call| !known.contains(call.as_str()))
        .collect();
    assert!(strange.is_empty(), "{strange:?}");
    assert!(made.len() > 10, "strace saw next to nothing: {made:?}");
}

/// The names of the calls in a trace: `PID name(..`.
fn calls(trace: &Path) -> BTreeSet<String> {
    let text = std::fs::read(trace).expect("a trace");
    let text = String::from_utf8_lossy(&text).into_owned();
    let names = text.lines().filter_map(|line| {
        let (_, rest) = line.split_once(' ')?;
        let (name, _) = rest.trim_start().split_once('(')?;
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        (plain && !name.is_empty()).then(|| name.to_string())
    });
    names.collect()
}
