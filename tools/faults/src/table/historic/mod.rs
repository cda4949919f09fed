//! The faults that kernels really had, by product, and three that earlier versions of the suite
//! found in one kernel.

mod children;
mod clocks;
mod directories;
mod dispositions;
mod ends;
mod events;
mod locks;
mod memory;
mod offsets;
mod options;
mod paths;
mod pointers;
mod programs;
mod registers;
mod signals;
mod threads;
mod waits;

use super::prelude::*;

/// The faults of each product.
pub(super) const PRODUCTS: &[&[Historic]] = &[
    waits::TABLE,
    events::TABLE,
    options::TABLE,
    pointers::TABLE,
    memory::TABLE,
    registers::TABLE,
    threads::TABLE,
    signals::TABLE,
    clocks::TABLE,
    paths::TABLE,
    offsets::TABLE,
    directories::TABLE,
    locks::TABLE,
    children::TABLE,
    ends::TABLE,
    programs::TABLE,
    dispositions::TABLE,
];

faults! {
    SYS_dup2 "dup2" {
        "negative-panics" Panic entry [below(1, 0)] [Panic]
            "EBADF: fildes2 is negative";
    }
    SYS_nanosleep "nanosleep" {
        "negative-blocks" Hang entry [Mem(long(0, 0), Lt(0))] [Block]
            "EINVAL (Linux): tv_sec is negative";
    }
    SYS_pipe2 "pipe" {
        "close-leaks" StateKept for "pipe2" entry [Past(8)] [fail(ENFILE)]
            "close: all resources of a pipe are freed with its last descriptor";
    }
}
