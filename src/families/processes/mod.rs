//! The families of the suite `processes`, one a file.

mod advice;
mod attributes;
mod children;
mod cloning;
mod control;
mod events;
mod exceptions;
mod executing;
mod groups;
mod inheritance;
mod inheriting;
mod interval_timers;
mod locking;
mod mappings;
mod message_queues;
mod messages;
mod naming;
mod policies;
mod signal_stacks;
mod signal_waits;
mod sleeps;
mod users;

use crate::plan::Family;

/// The families in the order in which they run.
pub static PROCESSES: &[Family] = &[
    signal_waits::FAMILY,
    sleeps::FAMILY,
    locking::FAMILY,
    naming::FAMILY,
    inheriting::FAMILY,
    message_queues::FAMILY,
    exceptions::FAMILY,
    policies::FAMILY,
    messages::FAMILY,
    children::FAMILY,
    inheritance::FAMILY,
    executing::FAMILY,
    users::FAMILY,
    signal_stacks::FAMILY,
    interval_timers::FAMILY,
    groups::FAMILY,
    attributes::FAMILY,
    advice::FAMILY,
    cloning::FAMILY,
    control::FAMILY,
    mappings::FAMILY,
    events::FAMILY,
];
