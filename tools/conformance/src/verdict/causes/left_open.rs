//! Descriptors that an earlier script has left open: numbers that are right at first and too high
//! later.

use std::collections::HashSet;

use packer::plan::call::DUP;
use packer::plan::{Row, Value, Want};

use super::suspects::NUMBERED;
use crate::plan::Plan;
use crate::verdict::outcome::Outcome;

/// The least number of descriptors whose numbers are too high.
const LEAST: usize = 4;
/// The most part of right numbers after the first one that is too high.
const RIGHT_MOST: f64 = 0.1;

/// True where a call gives the numbers that its checks want up to one check, and hardly ever after
/// it: a descriptor that was to be closed is open.
pub(super) fn is_left_open(plan: &Plan, outcomes: &[Outcome]) -> bool {
    let mut known = HashSet::new();
    let mut numbers: Vec<Number> = Vec::new();
    for (check, outcome) in outcomes.iter().enumerate() {
        let wanted = plan.checks[check].rows.clone();
        let wanted = wanted.filter_map(|row| Some((row, Number::of(plan.all_rows()[row])?)));
        if *outcome == Outcome::Pass {
            let new = wanted.filter(|(row, _)| known.insert(*row));
            numbers.extend(new.map(|(_, number)| number));
        } else if let Some(got) = outcome.got() {
            let failed = got.from.as_deref().unwrap_or(plan.checks[check].call);
            let is_high = |number: &Number| {
                let got = got.value.parse::<i64>();
                number.maker == failed && got.is_ok_and(|got| got > number.wanted)
            };
            let high = wanted.filter(|(_, number)| is_high(number));
            let high = high.max_by_key(|(_, number)| number.wanted);
            numbers.extend(
                high.filter(|(row, _)| known.insert(*row))
                    .map(|(_, number)| Number {
                        is_high: true,
                        ..number
                    }),
            );
        }
    }
    if grow(plan, outcomes) {
        return true;
    }
    let makers = numbers.iter().map(|number| number.maker);
    makers.clone().any(|maker| {
        let of = numbers.iter().filter(|number| number.maker == maker);
        let of: Vec<&Number> = of.collect();
        let Some(first) = of.iter().position(|number| number.is_high) else {
            return false;
        };
        let high = of.iter().filter(|number| number.is_high);
        let lowest = high.clone().map(|number| number.wanted).min();
        let fits = |number: &&&Number| !number.is_high && Some(number.wanted) >= lowest;
        let before = of[..first].iter().filter(fits).count();
        let after = of[first..].iter().filter(fits).count();
        let high = high.count();
        before > 0 && high >= LEAST && after as f64 <= RIGHT_MOST * high as f64
    })
}

/// True where most guards of groups find more descriptors open than an earlier group has left.
fn grow(plan: &Plan, outcomes: &[Outcome]) -> bool {
    let guards = plan.checks.iter().zip(outcomes);
    let guards = guards.filter(|(check, _)| check.canary && check.call == DUP.name);
    let (mut all, mut found) = (0, Vec::new());
    for (_, outcome) in guards {
        all += 1;
        let got = outcome.got().filter(|got| got.from.is_none());
        found.extend(got.and_then(|got| got.value.parse::<i64>().ok()));
    }
    let most = found.iter().max().copied().unwrap_or_default();
    let grown = found
        .first()
        .is_some_and(|first| most >= first + NUMBERED.start);
    grown && 2 * found.len() >= all
}

/// The number of a descriptor that a row wants.
struct Number {
    maker: &'static str,
    wanted: i64,
    is_high: bool,
}

impl Number {
    fn of(row: &Row) -> Option<Number> {
        match row.want {
            Want::Is(Value::Int(wanted))
                if row.call.makes_descriptor() && NUMBERED.contains(&wanted) =>
            {
                Some(Number {
                    maker: row.call.name,
                    wanted,
                    is_high: false,
                })
            }
            _ => None,
        }
    }
}
