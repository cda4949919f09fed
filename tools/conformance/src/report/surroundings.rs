//! Limits of the machine, not of the kernel, that may explain many red checks: a line each.

use std::collections::BTreeSet;

use crate::verdict::compare::Report;
use crate::verdict::outcome::Got;

/// The least number of red checks that a line is about.
const CHECKS_MIN: usize = 5;

/// A result that speaks of the machine.
struct Sign {
    /// The calls that return it.
    calls: &'static [&'static str],
    error: &'static str,
    /// The possible limit, and the command that changes it.
    text: &'static str,
}

const SIGNS: [Sign; 4] = [
    Sign {
        calls: &["connect", "bind", "write"],
        error: "ENETUNREACH",
        text: "the loopback interface may not be up: ip link set lo up",
    },
    Sign {
        calls: &["timer_create", "kill", "tkill", "tgkill"],
        error: "EAGAIN",
        text: "the limit of queued signals may be too small: ulimit -i",
    },
    Sign {
        calls: &["dup2", "dup3"],
        error: "EBADF",
        text: "the limit of descriptors may be below 64: ulimit -n",
    },
    Sign {
        calls: &["execve"],
        error: "EACCES",
        text: "the working folder may be mounted noexec: mount -o remount,exec",
    },
];

/// The calls by which a child process becomes another user.
const BECOMES_ANOTHER: [&str; 4] = ["setuid", "setgid", "setresuid", "setresgid"];

/// The lines about the machine.
pub(super) fn lines(report: &Report) -> Vec<String> {
    let context = &report.subject_log.context;
    let folder = context.no_folder.iter().map(|reason| {
        format!(
            "the suite has no folder to work in, because {reason}: it needs a writable one at ."
        )
    });
    let line = |sign: &Sign| {
        let outcomes = report.subject_log.outcomes.iter().enumerate();
        let red = outcomes.filter(|(check, _)| report.is_wrong(*check));
        let shown: Vec<&str> = red
            .filter_map(|(check, outcome)| {
                returned_by(sign, report.plan.checks[check].call, outcome.got()?)
            })
            .collect();
        let calls: BTreeSet<&str> = shown.iter().copied().collect();
        let calls = Vec::from_iter(calls).join(", ");
        let (count, error, text) = (shown.len(), sign.error, sign.text);
        (count >= CHECKS_MIN).then(|| format!("{count} red checks with {error} of {calls}: {text}"))
    };
    let signs = SIGNS.iter().filter_map(line);
    folder.chain(signs).chain(one_user(report)).collect()
}

/// The line about a user namespace that has no user but root: a child process of a check becomes
/// another user to give up the rights of root, and cannot.
fn one_user(report: &Report) -> Option<String> {
    if !report.subject_log.context.one_user {
        return None;
    }
    let cannot = |check: &usize| {
        let step = report.subject_log.outcomes[*check].got();
        let step = step.and_then(|got| got.value.parse().ok());
        let step = step.and_then(|step| report.plan.failed_in_child(*check, step, true));
        step.is_some_and(|step| {
            let rows = report.plan.checks[*check].rows.start..=step.row;
            let mut rows = report.plan.all_rows()[rows].iter();
            rows.any(|row| BECOMES_ANOTHER.contains(&row.call.name))
        })
    };
    let red = (0..report.plan.checks.len()).filter(|&check| report.is_wrong(check));
    let count = red.filter(cannot).count();
    (count > 0).then(|| {
        format!(
            "{count} red checks in which a child process becomes another user: this user \
             namespace has one user alone"
        )
    })
}

/// The call that returned the error of a sign, in a check about `own`.
fn returned_by(sign: &Sign, own: &'static str, got: &Got) -> Option<&'static str> {
    let call = got.from.as_deref().unwrap_or(own);
    let known = sign.calls.iter().find(|known| **known == call);
    known.filter(|_| got.value == sign.error).copied()
}
