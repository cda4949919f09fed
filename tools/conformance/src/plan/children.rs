//! The rows that only a child process makes: those after `CHILD()` up to `PARENT()`.

use std::ops::Range;

use posix_conformance::plan::call::{CHILD, PARENT, REAP};
use posix_conformance::plan::{Row, Value, Want};

use super::Plan;

/// A row of a child process, as the result of `REAP()` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChildRow {
    /// Its number in the child, from 1.
    pub number: usize,
    /// Its index in [`Plan::all_rows`].
    pub row: usize,
}

/// For each row true where only a child process makes it.
pub(super) fn in_children(rows: &[&Row]) -> Vec<bool> {
    let mut inside = false;
    let is_inside = |row: &&Row| {
        let is = inside;
        inside = row.call == CHILD || inside && row.call != PARENT;
        is
    };
    rows.iter().map(is_inside).collect()
}

impl Plan {
    /// True where the row of that index is one of a child process, which prints nothing.
    pub(crate) fn is_in_child(&self, row: usize) -> bool {
        self.in_children.get(row) == Some(&true)
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
            false => (rows[..last].iter()).position(|row| row.call == REAP && other(row)),
        }?;
        let pid = match rows[reap].args {
            [Value::Held(place)] => Some(place.offset),
            _ => None,
        };
        let starts = |row: &Row| row.call == CHILD;
        let keeps = |row: &Row| {
            starts(row) && matches!(row.want, Want::Keep(place) if Some(place.offset) == pid)
        };
        let before = &rows[..reap];
        let child = before.iter().rposition(|row| keeps(row));
        let child = child.or_else(|| before.iter().rposition(|row| starts(row)))?;
        let row = child + result;
        let is_there = (child + 1..=row).all(|row| row < reap && rows[row].call != PARENT);
        (result > 0 && is_there).then_some(ChildRow {
            number: result,
            row: begin + row,
        })
    }
}

#[cfg(test)]
mod tests {
    use posix_conformance::suites::PROCESSES;

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
