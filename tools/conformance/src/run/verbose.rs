//! `--verbose`: why each boot is made, and how it ended, as lines on stderr.

use std::io::{self, Write};

use crate::plan::Plan;
use crate::run::boot_end::BootEnd;
use crate::run::campaign::{BootOrder, Policy};
use crate::target::TargetLimits;

/// Prints the purpose of a boot that begins.
pub(super) fn announce(plan: &Plan, order: &BootOrder) {
    say(&purpose(plan, order));
}

/// Prints how a boot ended.
pub(super) fn ended(end: &BootEnd, limits: &TargetLimits) {
    say(&end.reason(limits));
}

fn say(text: &str) {
    // Nobody reads it where stderr is closed; the run goes on.
    let _ = writeln!(io::stderr(), "boot: {text}");
}

fn purpose(plan: &Plan, order: &BootOrder) -> String {
    let asked = plan.checks.iter().filter(|c| order.runs(plan, c.index));
    let titles: Vec<&str> = asked.map(|check| check.title.as_str()).collect();
    let count = match titles.len() {
        1 => format!("1 check, {}", titles[0]),
        count => format!("{count} checks"),
    };
    let why = match order.policy {
        Policy::Main if order.skip.is_empty() && order.first_group == 0 => "the plan",
        Policy::Main => "what has no outcome yet, without the checks in which the kernel died",
        Policy::NoRoomLeft => "again what failed perhaps because resources had run out",
        Policy::AssumeHandlers => {
            "again what failed because the kernel does not report a signal handler"
        }
        Policy::Apart => "a script that the other boots leave out",
        Policy::Confirm => "alone, the check in which the kernel died",
        Policy::Bisect => "a check that passes alone, after some of those before it",
    };
    format!("{why}: {count}")
}
