//! The text and the JSON of the historic faults.

use std::collections::{BTreeMap, BTreeSet};

use ::faults::{Historic, Product};
use serde::Serialize;

use super::record::Record;
use super::report::{add, ending_of};
use super::score::{Detection, Score, Trial};
use crate::plan::Plan;

/// The entry of a historic fault in a list.
#[derive(Serialize)]
pub(super) struct SourceDocument {
    product: &'static str,
    kernel: &'static str,
    repository: &'static str,
    number: u32,
    date: &'static str,
    symptom: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<&'static str>,
}

impl SourceDocument {
    pub(super) fn of(historic: &Historic) -> SourceDocument {
        let source = historic.source;
        SourceDocument {
            product: historic.product.name(),
            kernel: source.kernel,
            repository: source.repository,
            number: source.number,
            date: source.date,
            symptom: historic.symptom,
            missing: historic.missing,
        }
    }
}

#[derive(Serialize)]
pub(super) struct HistoryDocument<'a> {
    faults: usize,
    found: usize,
    percent: f64,
    least_percent: f64,
    trials: Vec<HistoricTrialDocument<'a>>,
}

#[derive(Serialize)]
struct HistoricTrialDocument<'a> {
    id: &'a str,
    #[serde(flatten)]
    source: SourceDocument,
    verdict: &'static str,
    ending: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_check: Option<&'a str>,
}

/// The reports of the historic faults as JSON; none where none was tried.
pub(super) fn document<'a>(
    plan: &'a Plan,
    score: &'a Score,
    record: &Record,
) -> Option<HistoryDocument<'a>> {
    let trial = |(historic, trial): &'a (&Historic, Trial)| HistoricTrialDocument {
        id: trial.fault.id,
        source: SourceDocument::of(historic),
        verdict: verdict(trial.detection),
        ending: ending_of(trial),
        first_check: first_check(plan, trial),
    };
    (!score.history.is_empty()).then(|| HistoryDocument {
        faults: score.history.len(),
        found: score.found(),
        percent: score.historic_percent(),
        least_percent: record.least_historic_percent,
        trials: score.history.iter().map(trial).collect(),
    })
}

fn verdict(detection: Detection) -> &'static str {
    match detection {
        Detection::Killed => "found",
        Detection::Survived => "not found",
        Detection::Unreached => "never reached",
    }
}

/// The title of the first check that finds a fault.
fn first_check<'a>(plan: &'a Plan, trial: &Trial) -> Option<&'a str> {
    let first = trial.killers.iter().min()?;
    Some(&plan.checks[*first].title)
}

/// The line with the numbers of the historic faults.
pub(super) fn headline(score: &Score) -> String {
    let kernels: BTreeSet<&str> = score
        .history
        .iter()
        .map(|(of, _)| of.source.kernel)
        .collect();
    format!(
        "HISTORIC of {}: {:.1} %: {} of {} faults of {} kernels found, in {:.1} s\n",
        score.suite,
        score.historic_percent(),
        score.found(),
        score.history.len(),
        kernels.len(),
        score.elapsed.as_secs_f64()
    )
}

/// The report for people: counts by product and by kernel, then each fault with its source and the
/// first check that finds it, or the check that is missing.
pub(super) fn human(plan: &Plan, score: &Score) -> String {
    let mut text = headline(score) + "\n";
    counts(&mut text, "product", score, |historic| {
        historic.product.name()
    });
    counts(&mut text, "kernel", score, |historic| {
        historic.source.kernel
    });
    for product in Product::ALL {
        let mut title = format!("{}:\n", product.name());
        for (historic, trial) in &score.history {
            if historic.product == product {
                text.push_str(&std::mem::take(&mut title));
                one(&mut text, plan, historic, trial);
            }
        }
    }
    text
}

fn one(text: &mut String, plan: &Plan, historic: &Historic, trial: &Trial) {
    let source = historic.source;
    add(
        text,
        format_args!(
            "  {:13} {} ({}, {}#{}, {})\n",
            verdict(trial.detection),
            trial.fault.id,
            source.kernel,
            source.repository,
            source.number,
            source.date
        ),
    );
    add(text, format_args!("    {}\n", historic.symptom));
    if trial.detection == Detection::Killed {
        let end = || format!("the end of the run: {}", ending_of(trial));
        let by = first_check(plan, trial).map_or_else(end, str::to_string);
        add(text, format_args!("    found by: {by}\n"));
    }
    if let Some(missing) = historic.missing {
        add(text, format_args!("    missing: {missing}\n"));
    }
}

/// Appends a table of the found and all faults by one property, in the order of their first row.
fn counts(text: &mut String, title: &str, score: &Score, key: impl Fn(&Historic) -> &'static str) {
    let mut order = Vec::new();
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for (historic, trial) in &score.history {
        let name = key(historic);
        if !order.contains(&name) {
            order.push(name);
        }
        let [found, all] = counts.entry(name).or_default();
        *found += usize::from(trial.detection == Detection::Killed);
        *all += 1;
    }
    add(
        text,
        format_args!("{title:22} {:>7} {:>7}\n", "found", "faults"),
    );
    for name in order {
        let [found, all] = counts[name];
        add(text, format_args!("{name:22} {found:>7} {all:>7}\n"));
    }
    text.push('\n');
}
