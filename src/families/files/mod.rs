//! The families of the suite `files`, one a file.

mod contents;
mod opening;

use crate::plan::Family;

/// The families in the order in which they run.
pub const FILES: &[Family] = &[opening::FAMILY, contents::FAMILY];
