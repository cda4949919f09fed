//! The text and the JSON of faults and scores.

use std::collections::BTreeMap;
use std::fmt::Write;

use ::faults::{Class, Fault};
use serde::Serialize;

use crate::plan::Plan;

use super::history::{self, HistoryDocument, SourceDocument};
use super::record::Record;
use super::score::{Detection, Score, Trial};
use super::{ending, historic, is_everything};
use crate::cli::faults::{Format, Score as Arguments};

#[derive(Serialize)]
struct FaultDocument<'a> {
    id: &'a str,
    call: &'a str,
    class: &'a str,
    clause: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hidden: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<SourceDocument>,
}

#[derive(Serialize)]
struct ScoreDocument<'a> {
    format: &'static str,
    version: u32,
    suite: String,
    plan: usize,
    faults: usize,
    observable: usize,
    killed: usize,
    survived: usize,
    never_reached: usize,
    percent: f64,
    least_percent: f64,
    control_seconds: f64,
    elapsed_seconds: f64,
    complaints: &'a [String],
    trials: Vec<TrialDocument<'a>>,
    checks_that_kill_none: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    historic: Option<HistoryDocument<'a>>,
}

#[derive(Serialize)]
struct TrialDocument<'a> {
    #[serde(flatten)]
    fault: FaultDocument<'a>,
    verdict: &'static str,
    ending: String,
    elapsed_seconds: f64,
    killers: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

fn listed(fault: &Fault) -> FaultDocument<'_> {
    FaultDocument {
        id: fault.id,
        call: fault.call,
        class: fault.class.name(),
        clause: fault.clause,
        hidden: fault.unobservable,
        source: historic(fault).map(SourceDocument::of),
    }
}

/// A list of faults, one a line, or as JSON.
pub(super) fn list(faults: &[&Fault], format: Format) -> String {
    if format == Format::Json {
        let faults: Vec<FaultDocument> = faults.iter().map(|fault| listed(fault)).collect();
        return json(&faults);
    }
    let width = faults.iter().map(|fault| fault.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for fault in faults {
        let note = fault
            .unobservable
            .map_or_else(String::new, |reason| format!(" (unobservable: {reason})"));
        let class = fault.class.name();
        let source = historic(fault).map_or_else(String::new, |historic| {
            let source = historic.source;
            format!(
                " ({}, {}#{}, {})",
                source.kernel, source.repository, source.number, source.date
            )
        });
        let line = format!(
            "{:width$}  {class:16}  {}{note}{source}\n",
            fault.id, fault.clause
        );
        text.push_str(&line);
    }
    let unobservable = faults
        .iter()
        .filter(|fault| fault.unobservable.is_some())
        .count();
    let count = faults.len();
    text + &format!("{count} faults, {unobservable} of them unobservable\n")
}

/// The lines with the numbers of a score: that of the table, and that of the historic faults.
pub(super) fn headlines(score: &Score) -> String {
    let mut text = String::new();
    if has_table(score) {
        text += &(headline(score) + "\n");
    }
    if !score.history.is_empty() {
        text += &history::headline(score);
    }
    text
}

/// True unless historic faults alone were tried.
fn has_table(score: &Score) -> bool {
    !score.trials.is_empty() || score.history.is_empty()
}

/// The line with the numbers of a score.
fn headline(score: &Score) -> String {
    let observable = score.observable().count();
    format!(
        "SCORE of {}: {:.1} %: {} of {observable} observable faults killed, {} survived, {} never \
         reached, in {:.1} s",
        score.suite,
        score.percent(),
        score.count(Detection::Killed),
        score.count(Detection::Survived),
        score.count(Detection::Unreached),
        score.elapsed.as_secs_f64()
    )
}

/// The report of a score.
pub(super) fn score(
    plan: &Plan,
    score: &Score,
    record: &Record,
    complaints: &[String],
    args: &Arguments,
) -> String {
    match args.format {
        Format::Human => {
            let mut text = String::new();
            if has_table(score) {
                text += &human(score, record);
            }
            if !score.history.is_empty() {
                text += &history::human(plan, score);
            }
            // Of checks that find none of a few chosen faults nothing follows.
            if is_everything(&args.selection) {
                text += &idle_checks(plan, score);
            }
            text
        }
        Format::Json => json(&document(plan, score, record, complaints)),
    }
}

/// The reports of several suites: as JSON a list of them.
pub(super) fn joined(texts: &[String], format: Format) -> String {
    match (format, texts) {
        (Format::Json, texts) if texts.len() > 1 => {
            let texts: Vec<&str> = texts.iter().map(|text| text.trim_end()).collect();
            format!("[{}]\n", texts.join(",\n"))
        }
        (_, texts) => texts.join("\n"),
    }
}

fn json(document: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(document);
    text.map_or_else(|error| error.to_string(), |text| text + "\n")
}

/// The report for people: the headline, counts by class and system call, and the survivors.
fn human(score: &Score, record: &Record) -> String {
    let mut text = headline(score) + "\n\n";
    let class = |trial: &Trial| trial.fault.class.name();
    let order = Class::ALL.map(Class::name);
    table(&mut text, "class", score, class, &order);
    let mut calls: Vec<&str> = Vec::new();
    for trial in &score.trials {
        if !calls.contains(&trial.fault.call) {
            calls.push(trial.fault.call);
        }
    }
    table(
        &mut text,
        "system call",
        score,
        |trial| trial.fault.call,
        &calls,
    );
    survivors(&mut text, "Survived", Detection::Survived, score, record);
    survivors(
        &mut text,
        "Never reached",
        Detection::Unreached,
        score,
        record,
    );
    let killed = score
        .trials
        .iter()
        .filter(|trial| trial.fault.unobservable.is_some() && trial.detection == Detection::Killed);
    for trial in killed {
        let id = trial.fault.id;
        add(
            &mut text,
            format_args!("{id} is listed as unobservable, but was killed\n"),
        );
    }
    text
}

/// The section that lists the checks that kill no fault.
fn idle_checks(plan: &Plan, score: &Score) -> String {
    let mut text = String::new();
    let idle = idle(plan, score);
    add(
        &mut text,
        format_args!(
            "\n{} of {} checks kill no fault:\n",
            idle.len(),
            plan.checks.len()
        ),
    );
    for title in idle {
        add(&mut text, format_args!("  {title}\n"));
    }
    text
}

/// Appends formatted text; writing to a string cannot fail.
pub(super) fn add(text: &mut String, arguments: std::fmt::Arguments) {
    text.write_fmt(arguments).ok();
}

/// Appends a table of counts by one property of the faults.
fn table<'a>(
    text: &mut String,
    title: &str,
    score: &'a Score,
    key: impl Fn(&'a Trial) -> &'static str,
    order: &[&str],
) {
    let mut counts: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for trial in &score.trials {
        let column = match (trial.fault.unobservable, trial.detection) {
            (Some(_), _) => 3,
            (_, Detection::Killed) => 0,
            (_, Detection::Survived) => 1,
            (_, Detection::Unreached) => 2,
        };
        counts.entry(key(trial)).or_default()[column] += 1;
    }
    let [killed, survived, unreached, unobservable] =
        ["killed", "survived", "unreached", "unobservable"];
    add(
        text,
        format_args!("{title:18} {killed:>9} {survived:>9} {unreached:>9} {unobservable:>13}\n"),
    );
    for name in order {
        if let Some([killed, survived, unreached, unobservable]) = counts.get(name) {
            add(
                text,
                format_args!(
                    "{name:18} {killed:>9} {survived:>9} {unreached:>9} {unobservable:>13}\n"
                ),
            );
        }
    }
    text.push('\n');
}

/// Appends the faults with one result, the clause that each breaks, and the recorded reason.
fn survivors(text: &mut String, title: &str, detection: Detection, score: &Score, record: &Record) {
    let mut any = false;
    let same = |trial: &&Trial| trial.detection == detection;
    for trial in score.observable().filter(same) {
        if !any {
            add(text, format_args!("{title}:\n"));
            any = true;
        }
        let Fault { id, clause, .. } = trial.fault;
        add(text, format_args!("  {id}: {clause}\n"));
        if let Some(reason) = record.survivors.get(*id) {
            add(text, format_args!("    known: {reason}\n"));
        }
    }
}

/// The titles of the checks that kill no fault.
fn idle<'a>(plan: &'a Plan, score: &Score) -> Vec<&'a str> {
    let kills = |check: usize| {
        let kills = |trial: &Trial| trial.killers.contains(&check);
        score.trials.iter().any(kills)
    };
    let idle = plan.checks.iter().filter(|check| !kills(check.index));
    idle.map(|check| check.title.as_str()).collect()
}

fn document<'a>(
    plan: &'a Plan,
    score: &'a Score,
    record: &'a Record,
    complaints: &'a [String],
) -> ScoreDocument<'a> {
    let trial_document = |trial: &'a Trial| TrialDocument {
        fault: listed(trial.fault),
        verdict: match trial.detection {
            Detection::Killed => "killed",
            Detection::Survived => "survived",
            Detection::Unreached => "never reached",
        },
        ending: ending_of(trial),
        elapsed_seconds: trial.elapsed.as_secs_f64(),
        killers: trial
            .killers
            .iter()
            .map(|&check| plan.checks[check].title.as_str())
            .collect(),
        reason: record.survivors.get(trial.fault.id).map(String::as_str),
    };
    ScoreDocument {
        format: "posix-conformance fault score",
        version: 1,
        suite: format!("{:08x}", plan.id),
        plan: plan.checks.len(),
        faults: score.trials.len(),
        observable: score.observable().count(),
        killed: score.count(Detection::Killed),
        survived: score.count(Detection::Survived),
        never_reached: score.count(Detection::Unreached),
        percent: score.percent(),
        least_percent: record.least_percent,
        control_seconds: score.control.as_secs_f64(),
        elapsed_seconds: score.elapsed.as_secs_f64(),
        complaints,
        trials: score.trials.iter().map(trial_document).collect(),
        checks_that_kill_none: idle(plan, score),
        historic: history::document(plan, score, record),
    }
}

/// The end of a trial's run, for reports.
pub(super) fn ending_of(trial: &Trial) -> String {
    ending(trial.end)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::cli::faults::Selection;

    #[test]
    fn checks_that_find_nothing_are_listed_only_of_all_faults() {
        let plan = Plan::default();
        let of_none = Score {
            suite: String::new(),
            trials: Vec::new(),
            history: Vec::new(),
            control: Duration::ZERO,
            elapsed: Duration::ZERO,
        };
        let listed = |ids: &[&str]| {
            let args = Arguments {
                selection: Selection {
                    suite: None,
                    syscalls: Vec::new(),
                    class: Vec::new(),
                    ids: ids.iter().map(ToString::to_string).collect(),
                },
                elf: None,
                jobs: None,
                format: Format::Human,
                out: None,
            };
            score(&plan, &of_none, &Record::default(), &[], &args).contains("kill no fault")
        };
        assert!(listed(&[]));
        assert!(!listed(&["pipe-close-leaks"]));
    }
}
