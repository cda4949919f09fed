//! The faults of the suite `processes`: a table for each family, and three with faults that concern
//! several of them.

mod attributes;
mod calls_on_children;
mod calls_on_ends;
mod calls_on_signals;
mod children;
mod events;
mod executing;
mod groups;
mod inheritance;
mod inheriting;
mod mappings;
mod messages;

use crate::model::Fault;

pub(super) const FAMILIES: &[&[Fault]] = &[
    children::TABLE,
    calls_on_children::TABLE,
    calls_on_signals::TABLE,
    events::TABLE,
    mappings::TABLE,
    messages::TABLE,
    calls_on_ends::TABLE,
    inheritance::TABLE,
    executing::TABLE,
    groups::TABLE,
    attributes::TABLE,
    inheriting::TABLE,
];
