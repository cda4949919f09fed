//! The room that is left in the ELF of a suite.

use std::fmt;

use crate::calls::Calls;
use crate::plan::bytecode::{LONG_CALL, MORE};
use crate::plan::{Group, Row, control};
use crate::suites::Suite;
use crate::values::Values;

/// A limit and the used part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    pub used: usize,
    pub limit: usize,
}

/// The limits of an ELF and the used part of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rooms {
    /// Bytes of the file.
    pub file: Room,
    /// Bytes of memory without contents in the file.
    pub bss: Room,
    /// Calls; a row of a call after the limit takes one byte more.
    pub calls: Room,
    /// Values; a row takes one byte more for each value after the limit.
    pub values: Room,
    /// Checks that a control block can have a bit for.
    pub checks: Room,
}

impl Room {
    /// The unused part of the limit; 0 if more is used.
    pub fn left(self) -> usize {
        self.limit.saturating_sub(self.used)
    }
}

impl Rooms {
    /// The rooms of a suite whose ELF has these sizes in bytes.
    pub fn of(suite: &Suite, file: usize, bss: usize) -> Rooms {
        let rows: Vec<&Row> = suite.groups().flat_map(Group::rows).collect();
        let room = |used, limit| Room { used, limit };
        Rooms {
            file: room(file, suite.limits.file),
            bss: room(bss, suite.limits.bss),
            calls: room(Calls::of(&rows, suite.processor).count(), LONG_CALL.into()),
            values: room(Values::of(&rows).count(), MORE.into()),
            checks: room(suite.checks().count(), control::CHECKS_MAX),
        }
    }
}

impl fmt::Display for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.left(), self.limit)
    }
}

impl fmt::Display for Rooms {
    /// Writes two lines.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rooms {
            file,
            bss,
            calls,
            values,
            checks,
        } = self;
        writeln!(
            f,
            "room left: {file} bytes in the file, {bss} of .bss, {checks} checks"
        )?;
        writeln!(
            f,
            "room left: {calls} calls of one byte, {values} values of one byte"
        )
    }
}
