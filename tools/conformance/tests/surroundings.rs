//! The same verdict wherever the ELF starts: design 1.1.

use std::fs::{File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::common::{have, installed, packaged, required};
use super::programs::{PROGRAMS, Program, can, each, each_in_turn, open_folder, output, timed};
use packer::plan::arena::POISON;
use packer::suites::{CORE, FILES, PROCESSES};

/// The number of runs of each suite under load that must print the same bytes.
const RUNS: [(&str, usize); 3] = [(CORE.name, 100), (FILES.name, 50), (PROCESSES.name, 50)];
/// The number of them that run at the same time.
const RUNNERS: usize = 4;

/// The checks that fail where a user namespace maps one user and one group: a process gives up the
/// rights of root by becoming another user, and there is none.
const NEED_ANOTHER_USER: [(&str, &str); 18] = [
    ("chdir: no search permission is EACCES", "got 2"),
    ("mkdirat: no search permission is EACCES", "got 2"),
    ("unlinkat: no search permission is EACCES", "got 2"),
    (
        "openat: directory without read permission is EACCES",
        "got 2",
    ),
    ("mkdirat: no write permission is EACCES", "got 2"),
    (
        "openat: directory without write permission is EACCES",
        "got 2",
    ),
    ("renameat2: no write permission is EACCES", "got 2"),
    ("openat: permission to read is needed", "got 2"),
    ("openat: permission to write is needed", "got 2"),
    ("openat: permission to search is needed", "got 2"),
    ("faccessat: permission to write is needed", "got 2"),
    ("truncate: permission to write is needed", "got 2"),
    ("fchownat: permission is needed", "got 2"),
    ("setuid: to another user", "got 4"),
    ("setgid: to another group", "got 3"),
    ("setuid: back to root", "got 2"),
    ("setresuid: a user cannot take another id", "got 3"),
    ("setresgid: a user cannot take another id", "got 3"),
];

fn root_user() -> bool {
    nix::unistd::geteuid().is_root()
}

/// Runs each ELF as the last argument of this command.
fn behind(words: &[&str]) {
    each(|program, folder| program.is_good(&output(words, program, folder)));
}

/// Runs a line of shell in which `$0` is the ELF.
fn shell(line: &str) {
    behind(&["sh", "-c", line]);
}

/// Runs each ELF behind this `unshare`, which makes a PID namespace or a user namespace of one id.
fn behind_namespace(words: &[&str]) {
    each_in_turn(|program, folder| {
        let output = output(words, program, folder);
        match words[1].starts_with("-Ur") {
            true => program.gave(&output, &log_of_one_user(program)),
            false => program.is_good(&output),
        }
    });
}

/// The log of a suite in a user namespace of one user.
fn log_of_one_user(program: &Program) -> String {
    program.log_with(|_, title| {
        let mut needs = NEED_ANOTHER_USER.iter();
        let (_, note) = needs.find(|(known, _)| *known == title)?;
        Some(note.to_string())
    })
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
    each(|program, folder| {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let handle = File::create(file.path()).expect("a file");
        let mut command = timed(program.path());
        command.current_dir(folder).stdout(handle);
        let mut output = command.output().expect("it runs");
        output.stdout = std::fs::read(file.path()).expect("a log");
        program.is_good(&output);
    });
}

#[test]
fn stdout_is_a_terminal() {
    if !installed("script", "bsdutils") {
        return;
    }
    each(|program, folder| {
        let mut command = timed("script");
        command.args(["-qec", program.path(), "/dev/null"]);
        program.is_good(&command.current_dir(folder).output().expect("script runs"));
    });
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

#[test]
fn files_of_any_size() {
    behind(&["prlimit", "--fsize=unlimited:unlimited"]);
}

/// The kernel may end each sleep so much later.
#[test]
fn timer_slack_of_50_ms() {
    shell("echo 50000000 > /proc/$$/timerslack_ns && exec \"$0\"");
}

#[test]
fn umask_that_denies_others_everything() {
    shell("umask 077; exec \"$0\"");
}

#[test]
fn umask_that_denies_nothing() {
    shell("umask 0; exec \"$0\"");
}

/// The limit that the README promises to kernels: arguments and signal frames included.
#[test]
fn stack_of_16_kib() {
    // Linux takes up to 8 KiB of the stack for an offset by chance, if it is not told otherwise.
    // The limit is set last: the loader of a dynamic program would have to keep to it, too.
    let fixed = ["setarch", "--addr-no-randomize"];
    let limit = ["prlimit", "--stack=16384:16384"];
    let chance = match can(&[&fixed[..], &["true"]].concat()) {
        true => &fixed[..],
        false => &[],
    };
    behind(&[&["env", "-i"], chance, &limit].concat());
}

#[test]
fn extra_descriptors() {
    shell("exec 3</dev/null 4</dev/null 5</dev/null 9</dev/null; exec \"$0\"");
    if installed("bash", "bash") {
        let line = "exec 10</dev/null 63</dev/null 200</dev/null; exec \"$0\"";
        behind(&["bash", "-c", line]);
    }
}

#[test]
fn directory_is_read_only() {
    each(|program, _| {
        let folder = tempfile::tempdir().expect("a folder");
        let closed = Permissions::from_mode(0o555);
        std::fs::set_permissions(folder.path(), closed).expect("our folder");
        let output = output(unprivileged(), program, folder.path());
        let log = program.log_without_folder("mkdirat returned EACCES");
        let wanted = if program.suite.name == CORE.name {
            &program.oracle
        } else {
            &log
        };
        program.gave(&output, wanted);
    });
}

#[test]
fn file_system_is_read_only() {
    const MOUNT: &str = "mount -t tmpfs -o ro none \"$1\" && cd \"$1\" && exec \"$0\"";
    if !required(
        "root with mount namespaces",
        root_user() && can(&["unshare", "-m", "true"]),
    ) {
        return;
    }
    each(|program, folder| {
        let mut command = timed("unshare");
        command.args(["-m", "sh", "-c", MOUNT]).arg(&*program.elf);
        let output = command.arg(folder).output().expect("unshare runs");
        program.gave(
            &output,
            &program.log_without_folder("mkdirat returned EROFS"),
        );
    });
}

#[test]
fn directory_is_gone() {
    let line = "mkdir gone && cd gone && rmdir ../gone && exec \"$0\"";
    each(|program, folder| {
        let output = output(&["sh", "-c", line], program, folder);
        let log = program.log_without_folder("mkdirat returned ENOENT");
        program.gave(&output, &log);
    });
}

/// A command that runs the ELF as a user without rights, whoever we are.
fn unprivileged() -> &'static [&'static str] {
    match root_user() {
        true => &[
            "setpriv",
            "--reuid",
            "65534",
            "--regid",
            "65534",
            "--clear-groups",
            "--no-new-privs",
            "--inh-caps=-all",
        ],
        false => &["env"],
    }
}

#[test]
fn without_rights() {
    if packaged("setpriv", "util-linux", !root_user() || have("setpriv")) {
        behind(unprivileged());
    }
}

#[test]
fn with_all_rights() {
    if root_user() {
        behind(&["env"]);
    }
}

/// All rights, but over one user alone.
#[test]
fn with_all_rights_of_a_user_namespace() {
    if required(
        "unshare with user namespaces",
        can(&["unshare", "-Ur", "true"]),
    ) {
        behind_namespace(&["unshare", "-Ur"]);
        let mut command = timed("unshare");
        command.arg("-Ur").arg(env!("CARGO_BIN_EXE_conformance"));
        let output = command.args(["run", "--suite", "files"]).output();
        let text = String::from_utf8(output.expect("unshare runs").stdout).expect("text");
        let line = "13 red checks in which a child process becomes another user: this user \
                    namespace has one user alone";
        assert!(text.contains(line), "{text}");
    }
}

/// A command that makes a PID namespace and, for other users than root, a user namespace of one
/// user; none where neither is possible.
fn namespace(more: &'static str) -> Option<Vec<&'static str>> {
    let ways = [["unshare", "-pf", more], ["unshare", "-Urpf", more]];
    let mut ways = ways.into_iter().map(|way| match more {
        "" => way[..2].to_vec(),
        _ => way.to_vec(),
    });
    let way = ways.find(|way| can(&[way, &["true"][..]].concat()));
    let is_possible = required("unshare with PID namespaces", way.is_some());
    way.filter(|_| is_possible)
}

#[test]
fn first_process() {
    if let Some(way) = namespace("--mount-proc") {
        behind_namespace(&way);
    }
}

/// The root of an initramfs: there is the ELF, and nothing else.
#[test]
fn root_without_any_folder() {
    const LINE: &str = "mkdir root && cp \"$0\" root/init && \"$@\" chroot root /init; \
                        code=$?; rm root/init && rmdir root; exit $code";
    let Some(way) = namespace("") else {
        return;
    };
    each_in_turn(|program, folder| {
        let mut command = timed("sh");
        command.args(["-c", LINE]).arg(&*program.elf).args(&way);
        let output = command.current_dir(folder).output().expect("a shell");
        match way.contains(&"-Urpf") {
            true => program.gave(&output, &log_of_one_user(program)),
            false => program.is_good(&output),
        }
    });
}

/// The ids of the process and of its first threads have the bytes of poison, but for zeros.
#[test]
fn process_id_like_poison() {
    const ALIKE: u32 = u16::from_ne_bytes([POISON; 2]) as u32;
    let set = |before: u32| {
        let last = ALIKE - 1 - before;
        format!("echo {last} > /proc/sys/kernel/ns_last_pid && \"$0\"")
    };
    let root = ["unshare", "-pf", "sh", "-c"];
    let other = ["unshare", "-Urpf", "sh", "-c"];
    let may = |way: &[&str]| can(&[way, &[&set(0), "true"]].concat());
    let is_root = may(&root);
    if is_root
        || required(
            "unshare with PID namespaces whose ids can be set",
            may(&other),
        )
    {
        for before in 0..5 {
            let line = set(before);
            let way = if is_root { &root } else { &other };
            behind_namespace(&[&way[..], &[&line]].concat());
        }
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
    let runs = |runner: usize| {
        for (program, (name, runs)) in PROGRAMS.iter().zip(RUNS) {
            assert_eq!(program.suite.name, name);
            for _ in (runner..runs).step_by(RUNNERS) {
                let folder = open_folder();
                program.is_good(&output(&["env"], program, folder.path()));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..cpus {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let runs = &runs;
        let runners: Vec<_> = (0..RUNNERS)
            .map(|runner| scope.spawn(move || runs(runner)))
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
