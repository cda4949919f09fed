//! The families of the suite `files`, one a file.

mod attributes;
mod between_processes;
mod beyond;
mod contents;
mod directories;
mod links;
mod maps;
mod modes;
mod names;
mod open_file_locks;
mod opening;
mod record_locks;
mod sharing;
mod sizes;

use crate::plan::Family;

/// The families in the order in which they run.
pub static FILES: &[Family] = &[
    opening::FAMILY,
    contents::FAMILY,
    sizes::FAMILY,
    attributes::FAMILY,
    directories::FAMILY,
    names::FAMILY,
    maps::FAMILY,
    sharing::FAMILY,
    between_processes::FAMILY,
    record_locks::FAMILY,
    links::FAMILY,
    modes::FAMILY,
    open_file_locks::FAMILY,
    beyond::FAMILY,
];
