//! The families of the suite `files`, one a file.

mod attributes;
mod between_processes;
mod contents;
mod directories;
mod links;
mod maps;
mod names;
mod open_file_locks;
mod opening;
mod record_locks;
mod sizes;

use crate::plan::Family;

/// The families in the order in which they run.
pub const FILES: &[Family] = &[
    opening::FAMILY,
    contents::FAMILY,
    sizes::FAMILY,
    attributes::FAMILY,
    directories::FAMILY,
    names::FAMILY,
    maps::FAMILY,
    between_processes::FAMILY,
    record_locks::FAMILY,
    links::FAMILY,
    open_file_locks::FAMILY,
];
