//! The families of the suite `processes`, one a file.

mod children;
mod inheritance;

use crate::plan::Family;

/// The families in the order in which they run.
pub const PROCESSES: &[Family] = &[children::FAMILY, inheritance::FAMILY];
