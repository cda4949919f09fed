//! The suite: the families in the order in which they run.
//!
//! Profiles ascend, and within them what needs least of a kernel comes first.

mod clocks;
mod descriptors;
mod directory;
mod ending;
mod epoll;
mod futexes;
mod identity;
mod io;
mod limits;
mod memory;
mod pipes;
mod polling;
mod protection;
mod random;
pub mod routine;
mod scheduling;
mod signals;
mod sockets;
mod status;
mod threads;
mod timers;
mod tls;

use crate::plan::{self, Check, Family, Group};

/// Every family, in the order of the log.
pub const PLAN: &[Family] = &[
    memory::FAMILY,
    threads::FAMILY,
    tls::FAMILY,
    random::FAMILY,
    clocks::FAMILY,
    io::FAMILY,
    signals::FAMILY,
    timers::FAMILY,
    futexes::FAMILY,
    descriptors::FAMILY,
    status::FAMILY,
    directory::FAMILY,
    identity::FAMILY,
    limits::FAMILY,
    scheduling::FAMILY,
    protection::FAMILY,
    pipes::FAMILY,
    polling::FAMILY,
    epoll::FAMILY,
    sockets::FAMILY,
    ending::FAMILY,
];

/// The groups in the order in which they run.
pub fn groups() -> impl Iterator<Item = Group> {
    plan::groups(PLAN)
}

/// The checks in the order in which they run.
pub fn checks() -> impl Iterator<Item = Check> {
    plan::checks(PLAN)
}

/// The hash over all titles that binds a log to this plan.
pub fn id() -> u32 {
    plan::suite_id(PLAN)
}
