//! The report for programs: one JSON document; `schemas/report.json` describes it.

use std::collections::BTreeSet;
use std::io::{self, Write};

use packer::plan::Profile;
use serde::{Serialize, Serializer};

use super::escape::ascii;
use super::place::Place;
use super::style::Style;
use super::{Reporter, steps, text};
use crate::verdict::compare::Report;
use crate::verdict::defect::Defect;
use crate::verdict::finding::{Finding, Gate};
use crate::verdict::outcome::{Got, Outcome};
use crate::verdict::reports::Reports;

pub(super) struct Json;

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    version: u32,
    suite: String,
    /// The processor.
    arch: &'static str,
    plan: usize,
    /// The number of checks that are judged, if not all are; `checks` has only these.
    #[serde(skip_serializing_if = "Option::is_none")]
    only: Option<usize>,
    subject: &'a str,
    oracle: &'a str,
    exit: u8,
    complete: bool,
    boots: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    elapsed_seconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accelerator: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    accelerators_left: &'a [String],
    #[serde(rename = "flaws")]
    defects: Vec<String>,
    #[serde(rename = "oracle_flaws")]
    oracle_defects: Vec<String>,
    notes: &'a [String],
    /// Empty if the log is complete.
    last_words: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    gate: Option<GateFound<'a>>,
    totals: Vec<Totals>,
    causes: Vec<Cause>,
    checks: Vec<Check<'a>>,
}

#[derive(Serialize)]
struct GateFound<'a> {
    gaps: &'a str,
    known: usize,
    findings: Vec<Found<'a>>,
    warnings: &'a [String],
}

#[derive(Serialize)]
struct Found<'a> {
    #[serde(rename = "why")]
    kind: &'a str,
    name: &'a str,
    text: &'a str,
    /// The place in the user's files that it is about.
    #[serde(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct Totals {
    profile: &'static str,
    passed: u32,
    failed: u32,
    skipped: u32,
}

/// A call that red checks accuse.
#[derive(Serialize)]
struct Cause {
    /// None where no call can be accused.
    call: Option<&'static str>,
    missing: bool,
    /// Number of red checks of the call itself, and of other calls.
    own: usize,
    others: usize,
}

#[derive(Serialize)]
struct Check<'a> {
    index: usize,
    name: &'a str,
    call: &'a str,
    family: &'a str,
    kind: &'a str,
    profile: &'a str,
    outcome: &'a str,
    expected: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    got: Option<&'a Got>,
    /// The calls that it accuses, the best supported first.
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    blames: &'a [&'static str],
    oracle: &'a str,
    #[serde(rename = "standing")]
    comparison: &'a str,
    /// The reason of the known gap that allows the outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<&'a str>,
    /// Its link and its last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    /// The outcomes of several runs, if they differ.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flaky: Vec<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    console: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'a str>,
    /// The steps up to the check, where it is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    script: Vec<Step>,
    /// The command that runs it again, where it is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    again: Option<String>,
}

/// A step of a script.
#[derive(Serialize)]
struct Step {
    call: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    returns: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    got: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    linux: Option<String>,
}

impl Reporter for Json {
    fn write(&self, report: &Report, _: Style, out: &mut dyn Write) -> io::Result<()> {
        let text = serde_json::to_string_pretty(&document(report))?;
        writeln!(out, "{}", ascii(&text))
    }

    fn write_several(&self, all: &Reports, _: Style, out: &mut dyn Write) -> io::Result<()> {
        let documents = Documents {
            format: "posix-conformance reports",
            version: 1,
            exit: all.exit(),
            elapsed_seconds: all.elapsed.map(|elapsed| elapsed.as_secs_f64()),
            suites: Suites(all.all()),
        };
        let text = serde_json::to_string_pretty(&documents)?;
        writeln!(out, "{}", ascii(&text))
    }
}

/// The reports of several suites; `schemas/reports.json` describes it.
#[derive(Serialize)]
struct Documents<'a> {
    format: &'static str,
    version: u32,
    /// The worst of all.
    exit: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    elapsed_seconds: Option<f64>,
    suites: Suites<'a>,
}

/// The document of each suite by its name, in the order in which they ran.
struct Suites<'a>(&'a [Report<'a>]);

impl Serialize for Suites<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = self.0.iter();
        serializer.collect_map(all.map(|report| (report.plan.suite.name, document(report))))
    }
}

fn document<'a>(report: &'a Report) -> Document<'a> {
    let words = |defects: &[Defect]| defects.iter().map(ToString::to_string).collect();
    Document {
        format: "posix-conformance report",
        version: 1,
        suite: format!("{:08x}", report.plan.id),
        arch: report.plan.suite.processor.name(),
        plan: report.plan.checks.len(),
        only: (report.subject_log.context.only.as_ref()).map(BTreeSet::len),
        subject: &report.subject,
        oracle: &report.oracle_name,
        exit: report.exit(),
        complete: report.subject_log.is_complete(),
        boots: report.subject_log.boots,
        elapsed_seconds: report.elapsed.map(|elapsed| elapsed.as_secs_f64()),
        command: report.subject_log.context.command.as_deref(),
        accelerator: report.subject_log.context.accelerator.as_deref(),
        accelerators_left: &report.subject_log.context.accelerators_left,
        defects: words(&report.subject_log.defects),
        oracle_defects: words(&report.oracle_log.defects),
        notes: &report.subject_log.context.notes,
        last_words: match report.subject_log.is_complete() {
            true => &[],
            false => &report.subject_log.context.last_words,
        },
        gate: report.gate.as_ref().map(|gate| found_by(report, gate)),
        totals: report
            .plan
            .suite
            .profiles()
            .map(|profile| totals(report, profile))
            .collect(),
        causes: causes(report),
        checks: report
            .checks()
            .map(|check| entry(report, check.index))
            .collect(),
    }
}

/// The causes of all red checks, known and new.
fn causes(report: &Report) -> Vec<Cause> {
    let red = |check: &usize| {
        let outcome = &report.subject_log.outcomes[*check];
        !matches!(outcome, Outcome::Pass | Outcome::Skipped | Outcome::Lost)
    };
    let causes = report.causes((0..report.plan.checks.len()).filter(red));
    let counted = causes.into_iter().map(|cause| Cause {
        call: cause.call,
        missing: cause.missing,
        own: cause.own.len(),
        others: cause.others.len(),
    });
    counted.collect()
}

fn found_by<'a>(report: &Report, gate: &'a Gate) -> GateFound<'a> {
    let findings = gate.findings.iter();
    GateFound {
        gaps: &gate.name,
        known: gate.known.len(),
        findings: findings.map(|one| found(report, one)).collect(),
        warnings: &gate.warnings,
    }
}

fn found<'a>(report: &Report, finding: &'a Finding) -> Found<'a> {
    Found {
        kind: finding.kind.word(),
        name: &finding.title,
        text: &finding.text,
        place: Place::of_finding(report, finding),
    }
}

fn totals(report: &Report, profile: Profile) -> Totals {
    let tally = report.subject_log.tally(report.plan, Some(profile));
    Totals {
        profile: profile.name(),
        passed: tally.passed,
        failed: tally.failed,
        skipped: tally.skipped,
    }
}

fn entry<'a>(report: &'a Report, check: usize) -> Check<'a> {
    let planned = &report.plan.checks[check];
    let outcome = &report.subject_log.outcomes[check];
    let clause = report.spec.clause(&planned.title);
    let flaky = report.subject_log.context.flaky.get(&check);
    Check {
        index: check,
        name: &planned.title,
        call: planned.call,
        family: planned.family,
        kind: planned.kind.name(),
        profile: planned.profile.name(),
        outcome: outcome.word(),
        expected: &planned.expected,
        got: outcome.got(),
        blames: report.subject_log.blames(check),
        oracle: report.oracle_log.outcomes[check].word(),
        comparison: report.comparison(check).word(),
        known: report.known(check).map(|gap| gap.reason.as_str()),
        link: report.known(check).and_then(|gap| gap.link.as_deref()),
        expires: report
            .known(check)
            .and_then(|gap| gap.expires.map(|until| until.to_string())),
        flaky: flaky.into_iter().flatten().map(Outcome::word).collect(),
        console: text::excerpt(report, check),
        clause: clause.map(|clause| clause.clause.as_str()),
        level: clause.map(|clause| clause.level.as_str()),
        script: script(report, check),
        again: match report.is_wrong(check) {
            true => steps::again(report, check),
            false => None,
        },
    }
}

/// The steps of a check that is wrong by itself.
fn script(report: &Report, check: usize) -> Vec<Step> {
    if !steps::explains(report, check) {
        return Vec::new();
    }
    let steps = steps::steps(report, check).into_iter();
    let step = |step: steps::Shown| Step {
        call: step.call,
        returns: step.returns,
        got: step.result,
        linux: step.oracle,
    };
    steps.map(step).collect()
}
