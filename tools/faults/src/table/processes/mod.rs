//! The faults of the suite `processes`, one table a family.

mod children;

use crate::model::Fault;

pub(super) const FAMILIES: &[&[Fault]] = &[children::TABLE];
