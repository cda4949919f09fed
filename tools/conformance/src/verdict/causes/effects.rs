//! The effects of earlier steps: a call fails after a step of another call, and works without it.
//!
//! A step is the source where that is so of two calls or more: of one call it may be the call
//! itself that is wrong, for the arguments that it has there. Of scripts with a child process one
//! call is enough, because it is the same call with the same arguments elsewhere.

use std::collections::{HashMap, HashSet};

use packer::log::Word;
use packer::plan::call::{CATCH, CHILD, CLONE, Call, FORK, LATER, REAP, WAIT4};
use packer::plan::{Row, Value, Want};

use super::chains;
use super::suspects::{Step, fact, steps};
use crate::plan::Plan;
use crate::verdict::outcome::{Got, Outcome};

/// The least share of wrong results after a step with which the step is their source.
const AFTER_LEAST: f64 = 0.6;
/// The most of wrong results of the same call without the step.
const WITHOUT_MOST: f64 = 0.25;
/// The least number of wrong results after a step, and of results without it.
const LEAST: usize = 2;
/// The least number of wrong results in scripts with a child process, and of results without one,
/// with which one call is enough.
const SURE: usize = 8;
/// The number of calls that are enough otherwise.
const SEVERAL: usize = 3;
/// The logarithm of the most chance with which a call is one of several.
const CHANCE_MOST: f64 = -2.3;
/// The step of a call whatever it is asked for.
const ANY: u32 = 1;

/// The start of a thread, which in most suites no check is about.
const THREAD: Step = (CLONE.name, made_by(LATER));

/// A call that gives a result, and whether that is to be an error.
type Use = (&'static str, bool);

/// The numbers of the results of a call.
#[derive(Clone, Copy, Default)]
struct Results {
    wrong: usize,
    all: usize,
}

impl Results {
    fn add(&mut self, is_wrong: bool) {
        self.wrong += usize::from(is_wrong);
        self.all += 1;
    }

    fn share(self) -> f64 {
        self.wrong as f64 / self.all.max(1) as f64
    }
}

/// The results of each call, and those after each step.
pub(super) struct Effects<'a> {
    plan: &'a Plan,
    /// The steps of each row that may have an effect.
    of_rows: Vec<Vec<Step>>,
    all: HashMap<Use, Results>,
    after: HashMap<(Use, Step), Results>,
    /// The steps of each call on which red checks of the call itself rest.
    doubtful: HashSet<Step>,
    /// The calls that make wrong child processes.
    children: Vec<&'static str>,
}

impl<'a> Effects<'a> {
    /// The effects that the outcomes of a plan's checks show.
    pub(super) fn of(plan: &'a Plan, outcomes: &[Outcome]) -> Effects<'a> {
        let mut effects = Effects {
            plan,
            of_rows: plan.all_rows().iter().map(|row| sources(row)).collect(),
            all: HashMap::new(),
            after: HashMap::new(),
            doubtful: HashSet::new(),
            children: Vec::new(),
        };
        let mut known = HashSet::new();
        for (check, outcome) in outcomes.iter().enumerate() {
            match outcome {
                Outcome::Pass => {
                    for row in plan.checks[check].rows.clone() {
                        effects.add(check, row, false, &mut known);
                    }
                }
                _ => {
                    if let Some(row) = outcome.got().and_then(|got| failed(plan, check, got)) {
                        effects.doubt(check, row);
                        effects.add(check, row, true, &mut known);
                    }
                }
            }
        }
        effects.children = effects.wrong_children();
        effects
    }

    /// Counts the result of a row in the script of a check, once.
    fn add(&mut self, check: usize, row: usize, is_wrong: bool, known: &mut HashSet<usize>) {
        let Some(of) = self.use_of(check, row) else {
            return;
        };
        if !known.insert(row) {
            return;
        }
        self.all.entry(of).or_default().add(is_wrong);
        for step in self.before(check, row) {
            self.after.entry((of, step)).or_default().add(is_wrong);
        }
    }

    /// Notes the steps of a red check's own call.
    fn doubt(&mut self, check: usize, row: usize) {
        let planned = &self.plan.checks[check];
        let steps = self.of_rows[planned.rows.start..=row].iter().flatten();
        let own = steps.filter(|(call, _)| *call == planned.call);
        self.doubtful.extend(own.copied());
    }

    /// The call whose result a row of a check's script shows.
    fn use_of(&self, check: usize, row: usize) -> Option<Use> {
        let made = self.plan.all_rows()[row];
        let is_own = row + 1 == self.plan.checks[check].rows.end;
        let call = match made.call.is_syscall() {
            true => made.call.name,
            false if made.call == REAP => WAIT4.name,
            false if is_own => self
                .filler(check, row)
                .unwrap_or(self.plan.checks[check].call),
            false => return None,
        };
        Some((call, matches!(made.want, Want::Err(_) | Want::Either(..))))
    }

    /// The call that wrote the memory which a check looks at.
    fn filler(&self, check: usize, row: usize) -> Option<&'static str> {
        let filler = chains::filler(self.plan, check, row)?;
        Some(self.plan.all_rows()[filler].call.name)
    }

    /// The steps before a row of a check's script.
    fn before(&self, check: usize, row: usize) -> HashSet<Step> {
        let begin = self.plan.checks[check].rows.start;
        self.of_rows[begin..row].iter().flatten().copied().collect()
    }

    /// The calls of which a step explains the wrong result of a check.
    pub(super) fn sources(&self, check: usize, got: &Got) -> Vec<&'static str> {
        let Some(row) = failed(self.plan, check, got) else {
            return Vec::new();
        };
        let Some(of) = self.use_of(check, row) else {
            return Vec::new();
        };
        let before = self.before(check, row);
        if before.contains(&THREAD)
            && !self.doubtful.contains(&THREAD)
            && self.is_source(of, THREAD)
        {
            return Vec::new();
        }
        let steps = before.iter().copied();
        let mut steps: Vec<Step> = steps
            .filter(|&step| step.0 != of.0 && self.doubtful.contains(&step))
            .collect();
        steps.sort_unstable();
        let is_sure = |step: &&Step| self.is_source(of, **step) && self.has_other(of, **step);
        let sure = steps.iter().filter(is_sure);
        let mut calls: Vec<&'static str> = sure.map(|(call, _)| *call).collect();
        let only = steps.iter().filter(|&&step| self.is_only_after(of, step));
        let only = only.filter_map(|&step| Some((step.0, self.chance(step)?)));
        let least = only.min_by(|(_, left), (_, right)| left.total_cmp(right));
        if calls.is_empty() {
            calls.extend(least.map(|(call, _)| call));
        }
        let makes = |maker: &&&str| before.contains(&(**maker, made_by(CHILD)));
        calls.extend(self.children.iter().filter(makes));
        calls.sort_unstable();
        calls.dedup();
        calls
    }

    /// The calls that make wrong child processes: another call works without a child and mostly
    /// fails in a script that has one, and does so often, or several calls do.
    fn wrong_children(&self) -> Vec<&'static str> {
        let mut makers = vec![CLONE.name, FORK.name];
        makers.retain(|maker| self.makes_wrong_children(maker));
        makers
    }

    fn makes_wrong_children(&self, maker: &'static str) -> bool {
        let step = (maker, made_by(CHILD));
        let uses = self.all.keys().filter(|of| of.0 != maker);
        let wrong: Vec<&Use> = uses.filter(|of| self.is_source(**of, step)).collect();
        let surely = wrong.iter().any(|of| {
            let after = self.after.get(&(**of, step)).copied().unwrap_or_default();
            after.wrong >= SURE && self.all[*of].all - after.all >= SURE
        });
        surely || wrong.len() >= SEVERAL
    }

    /// True where another call fails after the step too.
    fn has_other(&self, of: Use, step: Step) -> bool {
        let mut others = self.all.keys();
        others.any(|other| other.0 != of.0 && other.0 != step.0 && self.is_source(*other, step))
    }

    /// The logarithm of the chance that the calls which fail only after a step do so by accident;
    /// nothing where fewer than several calls do.
    fn chance(&self, step: Step) -> Option<f64> {
        let uses = self.all.keys().filter(|of| of.0 != step.0);
        let chances = uses.filter(|of| self.is_only_after(**of, step)).map(|of| {
            let (all, after) = (self.all[of], self.after[&(*of, step)]);
            after.wrong as f64 * (after.all as f64 / all.all as f64).ln()
        });
        let chances: Vec<f64> = chances.filter(|chance| *chance <= CHANCE_MOST).collect();
        (chances.len() >= SEVERAL).then(|| chances.iter().sum())
    }

    /// True where a call fails after a step alone.
    fn is_only_after(&self, of: Use, step: Step) -> bool {
        let after = self.after.get(&(of, step)).copied().unwrap_or_default();
        after.wrong >= LEAST && after.wrong == self.all[&of].wrong
    }

    /// True where a call mostly fails after a step, and mostly works without it.
    fn is_source(&self, of: Use, step: Step) -> bool {
        let all = self.all.get(&of).copied().unwrap_or_default();
        let after = self.after.get(&(of, step)).copied().unwrap_or_default();
        let without = Results {
            wrong: all.wrong - after.wrong,
            all: all.all - after.all,
        };
        after.wrong >= LEAST
            && after.share() >= AFTER_LEAST
            && without.all >= LEAST
            && without.share() <= WITHOUT_MOST
    }
}

/// The row that was not met where a check is red.
pub(super) fn failed(plan: &Plan, check: usize, got: &Got) -> Option<usize> {
    let rows = plan.checks[check].rows.clone();
    if let Some(child) = got.in_child(plan, check) {
        return Some(child.row);
    }
    if let Some(found) = got.value.strip_prefix(Word::StepFound.text()) {
        let looks = |row: &usize| {
            let row = plan.all_rows()[*row];
            !row.call.is_syscall()
                && matches!(row.want, Want::Is(Value::Int(number)) if found != number.to_string())
        };
        return plan.own_rows(rows).find(looks);
    }
    let Some(from) = got.from.as_deref() else {
        return (!got.not_asked).then(|| rows.end - 1);
    };
    let is_number = got.value.parse::<i64>().is_ok();
    let fits = |row: &usize| {
        let row = plan.all_rows()[*row];
        let met = match row.want {
            Want::Is(Value::Int(number)) => got.value == number.to_string(),
            Want::Err(errno) | Want::Either(errno, _) => errno.name() == Some(&*got.value),
            Want::Done() | Want::Keep(_) => is_number,
            _ => false,
        };
        row.call.name == from && !met
    };
    rows.clone().find(fits)
}

/// The steps of a row that may have an effect on later ones: of a call that succeeds with these
/// flags, and of the call whatever it is asked for.
fn sources(row: &Row) -> Vec<Step> {
    if matches!(row.want, Want::Err(_) | Want::Either(..)) {
        return Vec::new();
    }
    let mut sources = Vec::new();
    for (call, _) in steps(row) {
        let asked = match row.call {
            CHILD => made_by(CHILD),
            LATER if call == CLONE.name => made_by(LATER),
            own if call == own.name || own == CATCH => fact(row),
            // The suite makes it for a pseudo-call.
            _ => continue,
        };
        sources.extend([(call, asked), (call, ANY)]);
    }
    sources
}

/// The step of a call that the suite makes for a pseudo-call.
const fn made_by(call: Call) -> u32 {
    !(call.number as u32)
}
