//! The faults of the suite `files`: a table for each family, and two with faults that concern
//! several of them.

mod between_processes;
mod directories;
mod links;
mod maps;
mod names;
mod open_file_locks;
mod calls_on_contents;
mod calls_on_names;
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
    calls_on_names::TABLE,
    calls_on_contents::TABLE,
];
