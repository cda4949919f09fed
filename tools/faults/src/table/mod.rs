//! The faults, family by family. The three historic ones come first.

macro_rules! faults {
    ($($call:ident $text:literal { $(
        $id:literal $class:ident $(@ $number:ident)? $(for $charged:literal)?
        [$($when:expr),*] [$($act:expr),*]
        $clause:literal $(hidden $hidden:literal)?;
    )* })*) => {
        pub const TABLE: &[Fault] = &[$($(Fault {
            id: concat!($text, "-", $id),
            call: [$($charged,)? $text][0],
            class: Class::$class,
            number: [$($number,)? $call][0] as u16,
            when: &[$($when),*],
            acts: &[$($act),*],
            clause: $clause,
            hidden: [$(Some($hidden),)? None][0],
        },)*)*];
    };
}

mod clocks;
mod descriptors;
mod epoll;
mod historic;
mod identity;
mod io;
mod memory;
mod polling;
mod signals;
mod sockets;
mod threads;

use crate::model::Fault;

const FAMILIES: &[&[Fault]] = &[
    historic::TABLE,
    memory::TABLE,
    threads::TABLE,
    signals::TABLE,
    clocks::TABLE,
    io::TABLE,
    descriptors::TABLE,
    identity::TABLE,
    polling::TABLE,
    epoll::TABLE,
    sockets::TABLE,
];

/// Every fault.
pub static TABLE: [Fault; HOW_MANY] = {
    let mut table = [FAMILIES[0][0]; HOW_MANY];
    let (mut at, mut family) = (0, 0);
    while family < FAMILIES.len() {
        let mut row = 0;
        while row < FAMILIES[family].len() {
            table[at] = FAMILIES[family][row];
            at += 1;
            row += 1;
        }
        family += 1;
    }
    table
};

const HOW_MANY: usize = {
    let (mut sum, mut family) = (0, 0);
    while family < FAMILIES.len() {
        sum += FAMILIES[family].len();
        family += 1;
    }
    sum
};

/// The fault of that id.
pub fn find(id: &str) -> Option<&'static Fault> {
    TABLE.iter().find(|fault| fault.id == id)
}

/// What the tables are written in: the model's words and the numbers of the C library.
mod words {
    pub use crate::model::Act::*;
    pub use crate::model::Cmp::*;
    pub use crate::model::Cond::*;
    pub use crate::model::Kind::*;
    pub use crate::model::MaskAfter::*;
    pub use crate::model::Op::*;
    pub use crate::model::Src::*;
    pub use crate::model::*;
    pub use nix::libc::*;
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::model::{Act, Class};

    #[test]
    fn ids_are_unique() {
        let ids: BTreeSet<&str> = TABLE.iter().map(|fault| fault.id).collect();
        assert_eq!(ids.len(), TABLE.len());
    }

    #[test]
    fn every_system_call_and_every_class_has_its_faults() {
        let mut calls = BTreeMap::new();
        for fault in &TABLE {
            *calls.entry(fault.call).or_insert(0) += 1;
        }
        assert_eq!(calls.len(), 52, "{calls:?}");
        assert!(calls.values().all(|count| *count >= 4), "{calls:?}");
        assert!(TABLE.len() >= 400);
        for class in Class::ALL {
            assert!(TABLE.iter().any(|fault| fault.class == class), "{class:?}");
        }
    }

    #[test]
    fn what_is_known_late_changes_nothing_early() {
        for fault in TABLE.iter().filter(|fault| fault.is_late()) {
            for act in fault.acts {
                let late = !act.is_early() || matches!(act, Act::Panic | Act::Wedge);
                assert!(late, "{}: {act:?}", fault.id);
            }
        }
    }

    #[test]
    fn the_historic_ones_come_first() {
        let first: Vec<&str> = TABLE.iter().take(3).map(|fault| fault.id).collect();
        let expected = [
            "dup2-negative-panics",
            "nanosleep-negative-blocks",
            "pipe-close-leaks",
        ];
        assert_eq!(first, expected);
    }
}
