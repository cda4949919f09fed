//! What of the machine, and not of the kernel, may explain many red checks at once: a line each.

use crate::verdict::compare::Report;
use crate::verdict::outcome::Got;

/// The least number of red checks that a line is about.
const CHECKS_MIN: usize = 5;

/// A result that speaks of the machine.
struct Sign {
    /// The calls that return it.
    calls: &'static [&'static str],
    error: &'static str,
    /// What may be so, and the command that changes it.
    text: &'static str,
}

const SIGNS: [Sign; 3] = [
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
];

/// The lines about the machine.
pub(super) fn lines(report: &Report) -> Vec<String> {
    let line = |sign: &Sign| {
        let outcomes = report.subject_log.outcomes.iter().enumerate();
        let red = outcomes.filter(|(check, outcome)| {
            let own = report.plan.checks[*check].call;
            report.is_wrong(*check) && outcome.got().is_some_and(|got| shows(sign, own, got))
        });
        let count = red.count();
        let text = || {
            format!(
                "{count} red checks with {} of {}: {}",
                sign.error, sign.calls[0], sign.text
            )
        };
        (count >= CHECKS_MIN).then(text)
    };
    SIGNS.iter().filter_map(line).collect()
}

fn shows(sign: &Sign, own: &str, got: &Got) -> bool {
    let call = got.from.as_deref().unwrap_or(own);
    got.value == sign.error && sign.calls.contains(&call)
}
