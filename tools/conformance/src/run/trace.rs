//! The boots after the verdict that print the result of each row of failed checks.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use packer::plan::control::{TRACE, WHOLE_SCRIPTS};

use super::accel::Accelerator;
use super::campaign::{BootOrder, Policy};
use super::interrupt::Interrupt;
use super::progress::Progress;
use super::{Conditions, Subject};
use crate::error::Result;
use crate::plan::{Plan, Step};
use crate::verdict::defect::Defect;
use crate::verdict::trace::Trace;

/// The most boots: one, and one more after each death.
const BOOTS_MAX: usize = 5;
/// The most time for all of them.
const TIME_MAX: Duration = Duration::from_secs(60);

/// Traces the scripts of checks up to these; `flags` are those that the run needed.
///
/// # Errors
/// The command does not start, or a file cannot be written.
pub(crate) fn trace(
    subject: &Subject,
    accelerator: &Accelerator,
    interrupt: &Interrupt,
    checks: &BTreeSet<usize>,
    flags: u8,
) -> Result<Trace> {
    let conditions = conditions(subject, accelerator, interrupt);
    let mut progress = Progress::new("trace boot");
    let mut trace = Trace::default();
    let mut open = checks.clone();
    let mut dead = BTreeSet::new();
    for _ in 0..BOOTS_MAX {
        let Some(order) = order(subject.plan, &open, &dead, flags) else {
            break;
        };
        let result = conditions.boot(&order, &mut progress, None)?.result;
        progress.ended(subject.plan, result.next_step);
        let Some(boot) = result.log.boots.first().filter(|boot| boot.ours) else {
            break;
        };
        let unfinished = |defect: &Defect| matches!(defect, Defect::CutOff { .. });
        if !boot.defects.iter().all(unfinished) {
            break;
        }
        let step = result
            .next_step
            .and_then(|step| subject.plan.steps.get(step));
        let died = match step {
            Some(Step::Check(check)) => Some(*check),
            _ => None,
        };
        trace.take(subject.plan, &boot.results, &boot.outcomes, died);
        // Later boots leave the check out, and go on after it.
        dead.extend(died);
        let before = open.len();
        let asked = |check: usize| order.runs(subject.plan, check);
        open.retain(|&check| {
            let answered = boot.outcomes[check].is_some() && asked(check);
            !answered && !dead.contains(&check)
        });
        if open.len() == before {
            break;
        }
    }
    Ok(trace)
}

/// The console of a boot that traces the whole plan.
///
/// # Errors
/// The command does not start, or a file cannot be written.
pub(crate) fn trace_all(
    subject: &Subject,
    accelerator: &Accelerator,
    interrupt: &Interrupt,
) -> Result<Vec<u8>> {
    let all = (0..subject.plan.checks.len()).collect();
    let mut console = Vec::new();
    if let Some(order) = order(subject.plan, &all, &BTreeSet::new(), 0) {
        let conditions = conditions(subject, accelerator, interrupt);
        conditions.boot(&order, &mut Progress::hidden(), Some(&mut console))?;
    }
    Ok(console)
}

fn conditions<'a>(
    subject: &'a Subject,
    accelerator: &Accelerator,
    interrupt: &'a Interrupt,
) -> Conditions<'a> {
    let limits = subject.target.limits;
    let time = TIME_MAX.min(Duration::from_secs_f64(limits.total));
    Conditions {
        subject,
        interrupt,
        can_order: true,
        deadline: Instant::now() + time,
        limits,
        accelerator: accelerator.name().map(str::to_string),
    }
}

/// The order of a boot that traces the scripts of checks, without those in which another boot died;
/// none where there is no check.
fn order(
    plan: &Plan,
    checks: &BTreeSet<usize>,
    dead: &BTreeSet<usize>,
    flags: u8,
) -> Option<BootOrder> {
    let first = plan.first_of_script(*checks.first()?);
    let runs = |&check: &usize| plan.first_of_script(check)..=check;
    let runs: BTreeSet<usize> = checks.iter().flat_map(runs).collect();
    let runs = |check: &usize| runs.contains(check) && !dead.contains(check);
    let skip = (0..plan.checks.len()).filter(|check| !runs(check));
    Some(BootOrder {
        policy: Policy::Apart,
        first_group: plan.checks[first].group,
        skip: skip.collect(),
        flags: flags | WHOLE_SCRIPTS | TRACE,
    })
}
