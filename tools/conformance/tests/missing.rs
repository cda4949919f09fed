//! No check passes vacuously: where a call always returns the same and does nothing, no check on
//! what it did passes.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

use packer::abi::errno::{EINVAL, ENOSYS};
use packer::log::{Line, Verdict};
use packer::plan::{Check, Value, Want};

use super::common::installed;
use super::programs::{PROGRAMS, Program, open_folder};

/// The result that a call always returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Answer {
    /// The value as strace injects it.
    injection: &'static str,
    value: i64,
}

const MISSING: Answer = Answer {
    injection: "error=ENOSYS",
    value: -(ENOSYS.0 as i64),
};
const INVALID: Answer = Answer {
    injection: "error=EINVAL",
    value: -(EINVAL.0 as i64),
};
const ZERO: Answer = Answer {
    injection: "retval=0",
    value: 0,
};
const ONE: Answer = Answer {
    injection: "retval=1",
    value: 1,
};

const ALL: [Answer; 4] = [MISSING, INVALID, ZERO, ONE];
const SUCCESS: [Answer; 2] = [ZERO, ONE];

const BY_EXIT: &str = "the child ends by exit(2)";
const SAME: &str = "a number that never changes is what it wants";
const SLOW: &str = "strace, or a busy machine, makes the call itself last so long";
const HARMLESS: &str = "it is about what the call must leave alone, or not leak";

/// The checks that pass, each with the answers and the reason.
const PASSES: &[(&str, &[Answer], &str)] = &[
    ("bind: 300 ports leak nothing", &SUCCESS, HARMLESS),
    (
        "epoll_create1: no flag leaves FD_CLOEXEC clear",
        &SUCCESS,
        "descriptors 0 and 1 are open, and have no flag",
    ),
    ("exit_group: parent can wait", &ALL, BY_EXIT),
    ("exit_group: parent gets SIGCHLD", &ALL, BY_EXIT),
    ("exit_group: SIGCHLD names the child", &ALL, BY_EXIT),
    (
        "exit_group: descriptors of the child are closed",
        &ALL,
        BY_EXIT,
    ),
    ("close: in a child", &ALL, HARMLESS),
    (
        "getpid: kill finds the process",
        &[ONE],
        "there is a process 1",
    ),
    ("getpid: same in a second thread", &[ONE], SAME),
    ("getppid: same in a second thread", &SUCCESS, SAME),
    ("mprotect: read of PROT_READ memory", &SUCCESS, HARMLESS),
    ("mprotect: page behind stays writable", &SUCCESS, HARMLESS),
    ("mprotect: contents survive", &[ZERO], HARMLESS),
    ("mprotect: writable again", &[ZERO], HARMLESS),
    ("mprotect: 300 splits leak nothing", &SUCCESS, HARMLESS),
    (
        "munmap: failed calls unmap nothing",
        &[INVALID],
        "its calls want EINVAL, and get it",
    ),
    ("futex: 250 threads leak nothing", &SUCCESS, HARMLESS),
    (
        "munmap: page behind the hole keeps its bytes",
        &SUCCESS,
        HARMLESS,
    ),
    ("munmap: page of 4 MiB unmapped alone", &SUCCESS, HARMLESS),
    ("nanosleep: registers survive", &SUCCESS, HARMLESS),
    ("sched_yield: registers survive", &SUCCESS, HARMLESS),
    ("munmap: page before the hole stays", &SUCCESS, HARMLESS),
    ("munmap: page behind the hole stays", &SUCCESS, HARMLESS),
    ("munmap: 300 mappings leak nothing", &SUCCESS, HARMLESS),
    (
        "munmap: 300 split mappings leak nothing",
        &SUCCESS,
        HARMLESS,
    ),
    (
        "nanosleep: whole sleep leaves no remainder",
        &SUCCESS,
        HARMLESS,
    ),
    (
        "nanosleep: second thread lasts at least 1 ms",
        &SUCCESS,
        SLOW,
    ),
    ("nanosleep: lasts at least 1 ms", &SUCCESS, SLOW),
    ("futex: wait lasts at least 1 ms", &SUCCESS, SLOW),
    ("poll: timeout is waited to the end", &SUCCESS, SLOW),
    ("ppoll: timeout is waited to the end", &SUCCESS, SLOW),
    ("select: timeout is waited to the end", &SUCCESS, SLOW),
    ("pselect6: timeout is waited to the end", &SUCCESS, SLOW),
    ("epoll_wait: timeout is waited to the end", &SUCCESS, SLOW),
    (
        "sched_yield: 300 times",
        &[ZERO],
        "a yield has no effect that a program can see",
    ),
    (
        "setsockopt: SO_RCVBUF is read back",
        &SUCCESS,
        "a kernel may make the buffer larger, and the default is",
    ),
    ("timer_delete: other timer stays", &SUCCESS, HARMLESS),
    (
        "timer_settime: fires not before its time",
        &[ZERO],
        "a timer that does not fire does not fire too early",
    ),
    (
        "timer_settime: fires only once",
        &[ZERO],
        "a timer that does not fire does not fire twice",
    ),
];

/// Returns whether the check is about the result alone, and wants this one.
fn wants(check: &Check, answer: i64) -> bool {
    let number = |value: Value| match value {
        Value::Int(number) => Some(number),
        _ => None,
    };
    let is = |errno: packer::abi::Errno| answer == -i64::from(errno.0);
    check.row.call.name == check.call
        && match check.row.want {
            Want::Done() | Want::Keep(_) => answer >= 0,
            Want::Is(value) => number(value) == Some(answer),
            Want::Err(errno) => is(errno),
            Want::Either(one, other) => is(one) || is(other),
            Want::AtLeast(value) => number(value).is_some_and(|least| answer >= least),
            Want::AtMost(value) => number(value).is_some_and(|most| (0..=most).contains(&answer)),
        }
}

/// The end of a run that lasts too long (timeout(1)).
const ENDLESS: [i32; 2] = [124, 137];

/// The log of a run in which a call always returns that answer.
fn log_where(program: &Program, call: &str, answer: Answer) -> String {
    run_where(program, call, answer).0
}

/// The log of such a run, and true where it ended.
fn run_where(program: &Program, call: &str, answer: Answer) -> (String, bool) {
    let folder = open_folder();
    // A process that cannot end keeps strace, after the log has ended.
    let output = Command::new("timeout")
        .args(["-k", "1", "120", "strace", "-f", "-qq", "-o", "/dev/null"])
        .args(["-e", &format!("trace={call}"), "-e"])
        .arg(format!("inject={call}:{}", answer.injection))
        .arg(&*program.elf)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .expect("strace runs");
    let log = String::from_utf8_lossy(&output.stdout).into_owned();
    let endless = output
        .status
        .code()
        .is_some_and(|code| ENDLESS.contains(&code));
    (log, !endless)
}

/// The checks about a call that pass vacuously where it always returns that answer.
fn vacuous(program: &Program, call: &str, answer: Answer) -> Vec<String> {
    let log = log_where(program, call, answer);
    let about: BTreeMap<String, Check> = program
        .suite
        .checks()
        .filter(|check| check.call == call)
        .map(|check| (check.to_string(), check))
        .collect();
    let passed = log.lines().filter_map(|line| match Line::parse(line)? {
        Line::Check {
            verdict: Verdict::Pass,
            title,
            ..
        } => about.get(title),
        _ => None,
    });
    passed
        .filter(|check| !wants(check, answer.value))
        .map(Check::to_string)
        .filter(|title| {
            let known = |(known, answers, _): &&(&str, &[Answer], &str)| {
                known == title && answers.contains(&answer)
            };
            !PASSES.iter().any(|pass| known(&pass))
        })
        .map(|title| format!("{title}, where {call} has {}", answer.injection))
        .collect()
}

/// The calls that a suite's checks are about, but for `write`: the log itself needs it.
fn calls(program: &Program) -> Vec<&'static str> {
    let mut calls: Vec<&str> = program.suite.checks().map(|check| check.call).collect();
    calls.sort_unstable();
    calls.dedup();
    calls.retain(|&call| call != "write");
    calls
}

/// Finds what is wrong with a suite where a call always returns that answer.
type Look = fn(&Program, &str, Answer) -> Vec<String>;

/// Looks at each of the calls with each answer. As many runs at a time as suites and answers: the
/// suite mostly sleeps.
fn each_answer(chosen: impl Fn(&Program) -> Vec<&'static str> + Sync, look: Look) {
    if !installed("strace", "strace") {
        return;
    }
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for (program, answer) in PROGRAMS
            .iter()
            .flat_map(|it| ALL.map(|answer| (it, answer)))
        {
            let (wrong, chosen) = (&wrong, &chosen);
            scope.spawn(move || {
                for call in chosen(program) {
                    let found = look(program, call, answer);
                    wrong.lock().expect("no panic").extend(found);
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no panic");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_check_passes_where_its_call_does_nothing() {
    let chosen = |program: &Program| match program.suite.name {
        "core" => vec!["clock_gettime", "dup2", "pipe2"],
        // An even sample: each run takes seconds.
        _ => calls(program).into_iter().skip(7).step_by(24).collect(),
    };
    each_answer(chosen, vacuous);
}

/// Of the core suite: in the others a check is often about what two calls leave as it was.
#[test]
#[ignore = "it takes minutes: four runs for each call"]
fn no_check_of_any_call_passes_where_it_does_nothing() {
    let chosen = |program: &Program| match program.suite.name {
        "core" => calls(program),
        _ => Vec::new(),
    };
    each_answer(chosen, vacuous);
}

/// The calls of which no check fails where they always return that answer.
const UNNOTICED: &[(&str, &[Answer], &str)] = &[
    ("clock_settime", &[INVALID], "its checks want EINVAL"),
    ("getegid", &SUCCESS, SAME),
    ("geteuid", &SUCCESS, SAME),
    ("getgid", &SUCCESS, SAME),
    ("getuid", &SUCCESS, SAME),
    ("munlockall", &[ZERO], HARMLESS),
    ("sched_yield", &[ZERO], HARMLESS),
];

/// A kernel in which a call does nothing never passes all checks about it.
#[test]
#[ignore = "it takes minutes: four runs for each call"]
fn every_call_that_does_nothing_is_noticed() {
    static NOTICED: Mutex<BTreeSet<(String, &str)>> = Mutex::new(BTreeSet::new());
    each_answer(calls, |program, call, answer| {
        let (log, ended) = run_where(program, call, answer);
        let failed = log.lines().filter_map(Line::parse).any(|line| match line {
            Line::Check { verdict, title, .. } => {
                verdict == Verdict::Fail && title.split(": ").next() == Some(call)
            }
            _ => false,
        });
        if failed {
            let mut noticed = NOTICED.lock().expect("no panic");
            noticed.insert((call.to_string(), answer.injection));
        }
        // A process that cannot end keeps strace, after the log has ended.
        let whole = ended || log.lines().any(|line| line.starts_with("END crc32"));
        let (suite, injection) = (program.suite.name, answer.injection);
        let endless = format!("{suite} does not end, where {call} has {injection}");
        (!whole).then_some(endless).into_iter().collect()
    });
    let noticed = NOTICED.lock().expect("no panic");
    let all: BTreeSet<&str> = PROGRAMS.iter().flat_map(calls).collect();
    for call in all {
        for answer in ALL {
            let known = UNNOTICED
                .iter()
                .find(|(known, answers, _)| *known == call && answers.contains(&answer));
            let is_noticed = noticed.contains(&(call.to_string(), answer.injection));
            assert_eq!(is_noticed, known.is_none(), "{call}: {}", answer.injection);
        }
    }
}

/// There are ten thousand paths of four letters in the folder that a script's end empties.
#[test]
fn files_that_cannot_be_removed_leave_a_whole_log() {
    if !installed("strace", "strace") {
        return;
    }
    let [_, files, _] = &*PROGRAMS;
    for answer in [MISSING, INVALID, ONE] {
        let log = log_where(files, "unlinkat,unlink,rmdir", answer);
        assert!(
            log.lines().any(|line| line.starts_with("END crc32")),
            "{}",
            answer.injection
        );
    }
}

/// The calls that the suite replaces by others where the kernel does not have them.
const REPLACED: [&str; 6] = [
    "pipe2",
    "kill",
    "tgkill",
    "prlimit64",
    "dup",
    "epoll_create1",
];

#[test]
fn missing_call_that_is_replaced_fails_its_own_checks_alone() {
    if !installed("strace", "strace") {
        return;
    }
    let core = &PROGRAMS[0];
    for call in REPLACED {
        let mut own = 0;
        for line in log_where(core, call, MISSING).lines() {
            if let Some(Line::Check { verdict, title, .. }) = Line::parse(line) {
                let about = title.starts_with(&format!("{call}: "));
                own += usize::from(about);
                assert_eq!(about, verdict == Verdict::Fail, "{call}: {line}");
            }
        }
        assert_eq!(
            own,
            core.suite
                .checks()
                .filter(|check| check.call == call)
                .count()
        );
    }
}

/// fork(2) stands for clone(2) without flags alone.
#[test]
fn missing_clone_is_named_where_its_flags_are_asked_for() {
    if !installed("strace", "strace") {
        return;
    }
    let [.., processes] = &*PROGRAMS;
    let log = log_where(processes, "clone", MISSING);
    let red = log
        .lines()
        .filter(|line| line.starts_with("  [FAIL] clone: "));
    let other: Vec<&str> = red
        .clone()
        .filter(|line| !line.contains("ENOSYS"))
        .collect();
    assert!(red.count() > 5 && other.is_empty(), "{other:#?}");
}
