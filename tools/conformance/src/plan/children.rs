//! The rows that only a child process makes: those after `CHILD()` up to `PARENT()`.

use std::ops::Range;

use packer::plan::call::{CHILD, PARENT, REAP};
use packer::plan::{Row, Value, Want};

use super::Plan;

/// A row of a child process, as the result of `REAP()` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChildRow {
    /// Its number in the child, from 1.
    pub number: usize,
    /// Its index in [`Plan::all_rows`].
    pub row: usize,
}

/// For each row the process that makes it: 0 is the first process, 1 a child, 2 a child of a child.
/// A call that must fail makes no child.
pub(crate) fn depths(rows: &[&Row]) -> Vec<u8> {
    let mut depth = 0u8;
    let depth_of = |row: &&Row| {
        let own = depth;
        match row.call {
            CHILD if !matches!(row.want, Want::Err(_) | Want::Either(..)) => depth += 1,
            PARENT => depth = own.saturating_sub(1),
            _ => {}
        }
        own
    };
    rows.iter().map(depth_of).collect()
}

impl Plan {
    /// True where the row of that index is one of a child process, which prints nothing.
    pub(crate) fn is_in_child(&self, row: usize) -> bool {
        self.depths.get(row).is_some_and(|&depth| depth > 0)
    }

    /// The rows of a range that the first process makes.
    pub(crate) fn own_rows(&self, rows: Range<usize>) -> impl Iterator<Item = usize> {
        rows.filter(|&row| !self.is_in_child(row))
    }

    /// The row of a child that was not met, where a step `REAP()` of a check's script had this
    /// result: the check itself, or a step before it.
    pub(crate) fn failed_in_child(
        &self,
        check: usize,
        result: usize,
        is_check: bool,
    ) -> Option<ChildRow> {
        let begin = self.checks[check].rows.start;
        let rows = self.rows(check);
        let last = rows.len().checked_sub(1)?;
        let other =
            |row: &Row| !matches!(row.want, Want::Is(Value::Int(it)) if it == result as i64);
        let reap = match is_check {
            true => Some(last).filter(|&last| rows[last].call == REAP),
            false => (0..last).find(|&at| {
                let is_own = !self.is_in_child(begin + at);
                is_own && rows[at].call == REAP && other(rows[at])
            }),
        }?;
        let pid = match rows[reap].args {
            [Value::Held(place)] => Some(place.offset),
            _ => None,
        };
        let depth = |at: usize| self.depths[begin + at];
        let starts = |at: &usize| rows[*at].call == CHILD && depth(*at) == depth(reap);
        let keeps = |at: &usize| {
            starts(at) && matches!(rows[*at].want, Want::Keep(it) if Some(it.offset) == pid)
        };
        let child = (0..reap).rev().find(keeps);
        let child = child.or_else(|| (0..reap).rev().find(starts))?;
        // The rows of a child of the child are not counted.
        let own = (child + 1..reap).take_while(|&at| depth(at) > depth(child));
        let mut own = own.filter(|&at| depth(at) == depth(child) + 1 && rows[at].call != PARENT);
        let row = own.nth(result.checked_sub(1)?)?;
        Some(ChildRow {
            number: result,
            row: begin + row,
        })
    }
}

#[cfg(test)]
mod tests {
    use packer::suites::PROCESSES;

    use super::*;

    #[test]
    fn result_of_reap_names_a_row_of_the_child() {
        let plan = Plan::of(&PROCESSES);
        let mut named = 0;
        for check in &plan.checks {
            let rows = plan.rows(check.index);
            if rows.last().is_none_or(|row| row.call != REAP) {
                continue;
            }
            let found = plan.failed_in_child(check.index, 1, true);
            if let Some(ChildRow { number: 1, row }) = found {
                assert!(plan.is_in_child(row), "{}", check.title);
                assert!(!plan.is_in_child(row - 1), "{}", check.title);
                named += 1;
            }
            assert_eq!(plan.failed_in_child(check.index, 100, true), None);
        }
        assert!(named > 10, "{named}");
    }
}
