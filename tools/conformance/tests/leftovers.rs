//! Processes that outlive the tool: there are none, however it ends.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::common::{LOG, tool};

/// The command lines of the processes that have this text in theirs.
fn processes_with(mark: &str) -> Vec<String> {
    let entries = std::fs::read_dir("/proc").expect("/proc").flatten();
    let lines = entries.map(|entry| {
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).replace('\0', " ")
    });
    lines.filter(|line| line.contains(mark)).collect()
}

/// However the tool ends, nothing that it started remains: not what left its group and session,
/// not what lost its parent, and not what is stopped.
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
             setsid sh -c ': {mark}; kill -STOP $$' & \
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
            all.iter().filter(|line| line.starts_with("sleep ")).count()
        };
        wait_until("all of them sleep", || sleeping() == 4);
        let whom = match whom {
            "tool" => child.id(),
            _ => supervisor_of(child.id()),
        };
        send(signal, whom);
        child.wait().expect("the tool ends");
        wait_until("none is left", || processes_with(&mark).is_empty());
    }
}

/// The only child of the tool.
fn supervisor_of(tool: u32) -> u32 {
    let path = format!("/proc/{tool}/task/{tool}/children");
    let children = std::fs::read_to_string(path).expect("a list");
    children.trim().parse().expect("one child")
}

/// Sends a signal by its name without `SIG`, as `kill` of procps would.
pub fn send(signal: &str, pid: u32) {
    let signal = format!("SIG{signal}").parse::<Signal>().expect("a signal");
    let pid = Pid::from_raw(pid.try_into().expect("a process id"));
    kill(pid, signal).expect("the process is there");
}

pub fn wait_until(condition: &str, met: impl Fn() -> bool) {
    let begun = std::time::Instant::now();
    while !met() {
        assert!(begun.elapsed().as_secs() < 20, "not in time: {condition}");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}
