//! The families of the suite `processes`, one a file.

mod children;
mod inheritance;
mod locking;
mod signal_waits;
mod sleeps;

use crate::plan::Family;

/// The families in the order in which they run.
pub const PROCESSES: &[Family] = &[
    signal_waits::FAMILY,
    sleeps::FAMILY,
    locking::FAMILY,
    children::FAMILY,
    inheritance::FAMILY,
];
