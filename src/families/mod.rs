//! The families of checks, one a file, shared by all suites.
//!
//! In a suite the profiles ascend. Within a profile the families that need least of a kernel come
//! first.

mod clocks;
mod descriptors;
mod directory;
mod ending;
mod epoll;
mod files;
mod futexes;
mod identity;
mod io;
mod limits;
mod memory;
mod pipes;
mod polling;
mod processes;
mod protection;
mod random;
mod scheduling;
mod signals;
mod sockets;
mod status;
mod threads;
mod timers;
mod tls;

use crate::plan::Family;

pub use files::FILES;
pub use processes::PROCESSES;

/// The families of the core suite in the order in which they run.
pub static CORE: &[Family] = &[
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
