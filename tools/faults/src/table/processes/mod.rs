//! The faults of the suite `processes`: a table for each family, and two with faults that concern
//! several of them.

mod attributes;
mod calls_on_children;
mod calls_on_signals;
mod children;
mod ends;
mod events;
mod groups;
mod inheritance;
mod mappings;
mod messages;
mod owned_futexes;
mod programs;

use crate::model::Fault;

pub(super) const FAMILIES: &[&[Fault]] = &[
    children::TABLE,
    calls_on_children::TABLE,
    calls_on_signals::TABLE,
    events::TABLE,
    mappings::TABLE,
    messages::TABLE,
    ends::TABLE,
    inheritance::TABLE,
    programs::TABLE,
    groups::TABLE,
    attributes::TABLE,
    owned_futexes::TABLE,
];
