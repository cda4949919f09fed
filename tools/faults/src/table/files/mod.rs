//! The faults of the suite `files`: a table for each family, and two with faults that concern
//! several of them.

mod attributes;
mod between_processes;
mod beyond;
mod calls_on_contents;
mod calls_on_names;
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

use crate::model::Fault;

pub(super) const FAMILIES: &[&[Fault]] = &[
    opening::TABLE,
    contents::TABLE,
    sizes::TABLE,
    attributes::TABLE,
    directories::TABLE,
    names::TABLE,
    maps::TABLE,
    sharing::TABLE,
    between_processes::TABLE,
    record_locks::TABLE,
    links::TABLE,
    modes::TABLE,
    open_file_locks::TABLE,
    beyond::TABLE,
    calls_on_names::TABLE,
    calls_on_contents::TABLE,
];
