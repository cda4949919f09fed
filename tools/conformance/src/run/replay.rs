//! Judges the recording of a run again, by the same campaign.
//!
//! The campaign orders each boot anew from what the boots before it printed; the recording has the
//! console of each. Nothing of the verdict is recorded, so a newer tool judges by its own rules as
//! long as it orders the same boots.

use std::collections::VecDeque;
use std::io::{Read, Seek};

use super::campaign::lanes::Lanes;
use super::campaign::{Campaign, Rules};
use super::monitor::BootSpec;
use super::patterns;
use super::recording::{Recorded, boots};
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::target::{Invocation, Target};
use crate::verdict::run_outcome::RunOutcome;

/// The outcomes of the target's runs in a recording, in order.
///
/// # Errors
/// The file is no recording, has no run of the target, or other boots than the campaign orders.
pub(crate) fn replay(
    plan: &Plan,
    target: &Target,
    file: &mut (impl Read + Seek),
) -> Result<Vec<RunOutcome>> {
    let mut all = boots(file)?;
    let names: Vec<String> = all.iter().map(|boot| boot.record.target.clone()).collect();
    all.retain(|boot| boot.record.target == target.name);
    if all.is_empty() {
        return Err(Error::no_verdict(format!(
            "this log has no run of {}, but of {}",
            target.name,
            names.first().map_or("nothing", String::as_str)
        )));
    }
    let mut outcomes = Vec::new();
    while !all.is_empty() {
        let next_run = |at: usize| all[at].record.boot == 1;
        let end = (1..all.len()).find(|&at| next_run(at));
        let rest = all.split_off(end.unwrap_or(all.len()));
        outcomes.push(replay_run(plan, target, all, file)?);
        all = rest;
    }
    Ok(outcomes)
}

/// The outcome of one run.
fn replay_run(
    plan: &Plan,
    target: &Target,
    mut boots: VecDeque<Recorded>,
    file: &mut (impl Read + Seek),
) -> Result<RunOutcome> {
    boots.retain(|boot| boot.record.taken);
    let Some(first) = boots.front() else {
        return Err(Error::no_verdict("no boot of this log counts"));
    };
    let record = first.record.clone();
    let check = |title: &String| {
        let other = || Error::no_verdict("the log is of another suite");
        plan.find(title).map(|check| check.index).ok_or_else(other)
    };
    let skip = record
        .skip
        .iter()
        .map(check)
        .collect::<Result<Vec<usize>>>()?;
    let only = record.only.as_ref();
    let only = only.map(|only| only.iter().map(check).collect::<Result<_>>());
    let only = only.transpose()?;
    let rules = Rules {
        skip: &skip,
        only: only.is_some(),
        reboots: record.reboots,
        can_order: record.run.is_some(),
        status: target.status,
        limits: record.limits,
    };
    let command = Invocation {
        argv: Vec::new(),
        env: Vec::new(),
        folder: None,
    };
    let mut lanes = Lanes::new(Campaign::new(plan, rules));
    while let Some((lane, _)) = lanes.next_boots().first() {
        let lane = *lane;
        let place = boots.iter().position(|boot| boot.record.lane == lane);
        let Some(boot) = place.and_then(|at| boots.remove(at)) else {
            return Err(Error::no_verdict(
                "the log ends before its run: it was cut off, or is that of another version of \
                 this tool",
            ));
        };
        let spec = BootSpec {
            traces: false,
            command: &command,
            limits: record.limits,
            patterns: patterns(target),
            recorded: target.recorded,
            status: target.status,
            run: boot.record.run,
            deadline: Recorded::deadline(),
        };
        lanes.finished(lane, boot.result(plan, &spec, file)?);
    }
    match boots.is_empty() {
        true => {
            let mut outcome = lanes.outcome();
            outcome.context.only = only;
            Ok(outcome)
        }
        false => Err(Error::no_verdict(
            "the log has more boots than its run needs: it is that of another version of this tool",
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;
    use crate::run::campaign::often;
    use crate::run::recording::{Record, Recorder, last_record};
    use crate::run::simulated::{Act, Kernel, LIMITS, kernels, observed_under, small_plan};

    const TARGET: &str = "about = \"A kernel.\"\ncommand = [\"sh\", \"{elf}\"]\n";

    fn target(name: &str) -> Target {
        Target::parse(name, "kernel.toml", TARGET).expect("a target")
    }

    fn record(target: &str, boot: usize) -> Record {
        Record {
            target: target.to_string(),
            boot,
            several: boot > 1,
            lane: 0,
            taken: true,
            run: None,
            end: crate::run::boot_end::BootEnd::Finished,
            stderr: Vec::new(),
            skip: Vec::new(),
            only: None,
            reboots: u32::MAX,
            limits: LIMITS,
            console: 0,
        }
    }

    /// A run on a kernel whose console has a text before each boot's own: the outcome, and the
    /// recording.
    fn live(plan: &Plan, kernel: &Kernel, noise: &str) -> (RunOutcome, Vec<u8>) {
        let mut file = Vec::new();
        let rules = Rules {
            skip: &[],
            only: false,
            reboots: u32::MAX,
            can_order: true,
            status: false,
            limits: LIMITS,
        };
        let mut lanes = Lanes::new(Campaign::new(plan, rules));
        let mut boots = 0;
        while let Some((lane, order)) = lanes.next_boots().into_iter().next() {
            boots += 1;
            let run = kernel.run_id();
            let (console, ending) = kernel.console(plan, &order, run);
            let console = format!("{noise}{console}");
            let result = observed_under(run, plan, &console, ending);
            let mut recorder = Recorder::new(&mut file);
            recorder.write_all(console.as_bytes()).expect("memory");
            let record = Record {
                lane,
                run: Some(run),
                end: result.end.clone(),
                ..record("kernel", boots)
            };
            recorder.end(record).expect("memory");
            lanes.finished(lane, result);
        }
        (lanes.outcome(), file)
    }

    /// The parts that a replay must give again: all but the times.
    fn seen(mut outcome: RunOutcome) -> String {
        outcome.context.times.clear();
        outcome.context.phases = crate::verdict::run_outcome::Phases::default();
        format!("{outcome:?}")
    }

    fn replayed(plan: &Plan, file: &[u8], name: &str) -> Result<Vec<RunOutcome>> {
        replay(plan, &target(name), &mut Cursor::new(file))
    }

    proptest! {
        #![proptest_config(often(60))]

        #[test]
        fn replay_gives_the_live_outcome(kernel in kernels()) {
            let plan = small_plan();
            // A record inside a console is text of that console.
            let (_, other) = live(&plan, &Kernel::good(&plan), "");
            let (_, size) = last_record(&other).expect("a record");
            let noise = String::from_utf8_lossy(&other[other.len() - size..]).into_owned();
            let (outcome, file) = live(&plan, &kernel, &noise);
            let mut again = replayed(&plan, &file, "kernel").expect("a recording");
            prop_assert_eq!(again.len(), 1);
            prop_assert_eq!(seen(again.remove(0)), seen(outcome));
        }
    }

    #[test]
    fn recording_that_is_cut_or_changed_is_no_verdict() {
        let plan = small_plan();
        let kernel = Kernel::with(&plan, &[(3, Act::Crash), (20, Act::Hang)]);
        let (_, file) = live(&plan, &kernel, "");
        let why = |file: &[u8]| {
            replayed(&plan, file, "kernel")
                .expect_err("no verdict")
                .text
        };
        assert!(why(&file[..file.len() - 1]).starts_with("no record of a boot"));
        assert!(why(&file[1..]).starts_with("it does not agree"));
        // The first boot alone is not the whole run.
        let mut rest = file.clone();
        while let Some((record, size)) = last_record(&rest).filter(|(record, _)| record.boot > 1) {
            rest.truncate(rest.len() - size - record.console as usize);
        }
        assert!(why(&rest).starts_with("the log ends before its run"));
        assert!(why(&[&file[..], &rest[..]].concat()).starts_with("the log ends before"));
        let other = replayed(&plan, &file, "other")
            .expect_err("no verdict")
            .text;
        assert_eq!(other, "this log has no run of other, but of kernel");
        let twice = replayed(&plan, &[&file[..], &file[..]].concat(), "kernel");
        assert_eq!(twice.map(|runs| runs.len()), Ok(2));
    }
}
