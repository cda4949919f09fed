//! The map of a page: a row for each call and a cell for each kind, with the sign and the colour of
//! its worst check.

use std::io::{self, Write};

use packer::plan::{Kind, Profile};

use super::escape::xml;
use super::html::anchor;
use super::text::{Class, class};
use crate::plan::Planned;
use crate::verdict::compare::Report;
use crate::verdict::outcome::Outcome;

/// The state of a cell's checks, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    Pass,
    Known,
    Skipped,
    Blocked,
    Unimplemented,
    Fail,
    Lost,
    Hang,
    Crash,
}

impl State {
    pub(super) const ALL: [State; 9] = [
        State::Pass,
        State::Known,
        State::Skipped,
        State::Blocked,
        State::Unimplemented,
        State::Fail,
        State::Lost,
        State::Hang,
        State::Crash,
    ];

    pub(super) fn of(report: &Report, check: usize) -> State {
        if class(report, check) == Class::Known {
            return State::Known;
        }
        match &report.subject_log.outcomes[check] {
            Outcome::Pass => State::Pass,
            Outcome::Skipped => State::Skipped,
            Outcome::Blocked(_) => State::Blocked,
            Outcome::Unimplemented(_) => State::Unimplemented,
            Outcome::Fail(_) => State::Fail,
            Outcome::Lost => State::Lost,
            Outcome::Hang => State::Hang,
            Outcome::Crash => State::Crash,
        }
    }

    /// The class of the style sheet.
    pub(super) fn style(self) -> &'static str {
        match self {
            State::Pass => "pass",
            State::Known => "known",
            State::Skipped => "none",
            State::Blocked => "blocked",
            State::Unimplemented => "missing",
            State::Fail => "wrong",
            State::Lost => "lost",
            State::Hang => "hang",
            State::Crash => "crash",
        }
    }

    /// A sign that every font has.
    fn sign(self) -> &'static str {
        match self {
            State::Pass => "",
            State::Known => "~",
            State::Skipped => "-",
            State::Blocked => "/",
            State::Unimplemented => "0",
            State::Fail => "×",
            State::Lost => "?",
            State::Hang => "…",
            State::Crash => "!",
        }
    }

    /// The words of the key.
    fn words(self) -> &'static str {
        match self {
            State::Pass => "all pass",
            State::Known => "fails as known",
            State::Skipped => "told to skip",
            State::Blocked => "blocked by another call",
            State::Unimplemented => "not implemented",
            State::Fail => "wrong",
            State::Lost => "lost",
            State::Hang => "hang",
            State::Crash => "crash",
        }
    }
}

/// The map with its key.
pub(super) fn map(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let has = |state: &&State| {
        report
            .checks()
            .any(|it| State::of(report, it.index) == **state)
    };
    write!(out, "<h2 id=\"map\">Map</h2>\n<p class=\"key\">")?;
    for state in State::ALL.iter().filter(has) {
        write!(
            out,
            "<span class=\"{}\"><b>{}</b> {}</span>",
            state.style(),
            state.sign(),
            state.words()
        )?;
    }
    writeln!(out, "</p>\n<div class=\"map\">")?;
    for profile in Profile::ALL {
        let mut calls: Vec<&str> = Vec::new();
        for check in report.checks().filter(|check| check.profile == profile) {
            // A canary is about its group, not about its call.
            if !check.canary && !calls.contains(&check.call) {
                calls.push(check.call);
            }
        }
        if calls.is_empty() {
            continue;
        }
        let (name, count) = (profile.name(), calls.len());
        write!(
            out,
            "<table>\n<tr><th class=\"faint\">{name}, {count} calls"
        )?;
        for kind in Kind::ALL {
            write!(out, "<td class=\"faint\">{}", kind.name())?;
        }
        writeln!(out, "</tr>")?;
        for call in calls {
            write!(out, "<tr data-text=\"{0}\"><th>{0}", xml(call))?;
            for kind in Kind::ALL {
                let of_cell = |check: &&Planned| {
                    let same = check.call == call && check.kind == kind;
                    same && check.profile == profile && !check.canary
                };
                cell(report, call, kind, report.checks().filter(of_cell), out)?;
            }
            writeln!(out, "</tr>")?;
        }
        writeln!(out, "</table>")?;
    }
    writeln!(out, "</div>")
}

fn cell<'p>(
    report: &Report,
    call: &str,
    kind: Kind,
    checks: impl Iterator<Item = &'p Planned>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let checks: Vec<(State, &Planned)> = checks
        .map(|check| (State::of(report, check.index), check))
        .collect();
    let Some(worst) = checks.iter().map(|(state, _)| *state).max() else {
        return write!(out, "<td class=\"none\">");
    };
    let (_, first) = checks
        .iter()
        .find(|(state, _)| *state == worst)
        .expect("the worst is one of them");
    let good = checks.iter().filter(|(state, _)| *state == State::Pass);
    let (good, all) = (good.count(), checks.len());
    let counts = match good == all {
        true => all.to_string(),
        false => format!("{} {good} of {all}", worst.sign()),
    };
    write!(
        out,
        "<td class=\"{}\"><a href=\"#{}\" title=\"{} {}: {}\">{counts}</a>",
        worst.style(),
        anchor(&first.title),
        xml(call),
        kind.name(),
        worst.words()
    )
}
