//! The plan: the parts of a check, and the order in which checks run.
//!
//! A check is a [`Row`]: one call, its arguments, and what it must return. `FRESH()` begins a
//! script: rows that work one after the other on one arena of memory ([`arena`]).

use crate::abi::Processor;

pub mod arena;
pub mod bytecode;
pub mod call;
mod checks;
pub mod control;
pub mod model;
pub mod routine;
mod rows;
mod table;
mod value;
mod want;

pub use arena::Place;
pub use call::{Call, Profile};
pub use checks::{Check, Group, checks, groups, suite_id};
pub use rows::{Row, Written};
pub(crate) use rows::{name, row, value, values, want};
pub use table::{Part, Table};
pub(crate) use table::{joined, length, row_on, rows, rows_on, shared, shared_rows, translated};
pub use value::{Entry, Value};
pub use want::Want;

/// The names that every file of `families` needs to write rows.
pub mod prelude {
    pub use super::arena::*;
    pub use super::call::*;
    pub use super::{Family, Profile, Table, Value};
    pub(crate) use super::{rows, shared_rows};
    pub use crate::abi::errno::*;
    pub use crate::abi::files::*;
    pub use crate::abi::flags::*;
    pub use crate::abi::layout::*;
    pub use crate::abi::processes::*;
    pub use crate::abi::program::*;
    pub use crate::abi::x86_64::{ARCH_GET_FS, ARCH_GET_GS, ARCH_SET_FS, ARCH_SET_GS};
}

/// The three kinds of groups in a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Positive,
    Negative,
    Boundary,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::Positive, Kind::Negative, Kind::Boundary];

    /// The name in the section line.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Positive => "positive",
            Kind::Negative => "negative",
            Kind::Boundary => "boundary",
        }
    }
}

/// A family of system calls under test, and its rows by kind.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// The title in the section line, which is also the name of the file in `tests-spec`.
    pub title: &'static str,
    pub profile: Profile,
    pub positive: Table,
    pub negative: Table,
    pub boundary: Table,
}

impl Family {
    pub const fn rows(&self, kind: Kind, processor: Processor) -> &'static [Row] {
        let table = match kind {
            Kind::Positive => self.positive,
            Kind::Negative => self.negative,
            Kind::Boundary => self.boundary,
        };
        table.on(processor)
    }
}
