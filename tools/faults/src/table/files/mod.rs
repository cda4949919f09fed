//! The faults of the suite `files`, one table a family.

mod between_processes;
mod directories;
mod links;
mod maps;
mod names;
mod open_file_locks;
mod opening;
mod record_locks;

use crate::model::Fault;

pub(super) const FAMILIES: &[&[Fault]] = &[
    opening::TABLE,
    directories::TABLE,
    names::TABLE,
    maps::TABLE,
    between_processes::TABLE,
    record_locks::TABLE,
    links::TABLE,
    open_file_locks::TABLE,
];
