//! The faults of the suite `files`, one table a family.

mod opening;

use crate::model::Fault;

pub(super) const FAMILIES: &[&[Fault]] = &[opening::TABLE];
