//! The plan in order: groups, checks, their titles and the suite id.

use core::fmt::{self, Write};

use super::prelude::*;
use super::{Kind, Row, Want, call};
use crate::abi::Processor;

/// The rows after every group that makes descriptors: the lowest free one is as before.
const DESCRIPTOR_CANARY: Table = rows! {
    FRESH();
    DUP(1) => Is(3), "lowest free descriptor after %";
};

/// The rows after every group that sends or blocks signals: no signal is blocked.
const MASK_CANARY: Table = shared_rows! {
    FRESH();
    RT_SIGPROCMASK(SIG_BLOCK, 0, &MASK, SIGSET_SIZE);
    GET64(&MASK) => Is(0), "rt_sigprocmask: empty mask after %";
};

/// The checks of one family and one kind: the part of the log under one section line.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    pub family: &'static Family,
    pub kind: Kind,
    pub processor: Processor,
}

impl Group {
    /// The rows in order, with those of the canaries at the end.
    pub fn rows(self) -> impl Iterator<Item = &'static Row> {
        let own = self.family.rows(self.kind, self.processor);
        let canary = |wanted: bool, rows: Table| match wanted {
            true => rows.on(self.processor),
            false => &[],
        };
        let descriptors = own.iter().any(|row| row.call.makes_descriptor());
        let mask = own.iter().any(|row| row.call.touches_mask());
        own.iter()
            .chain(canary(mask, MASK_CANARY))
            .chain(canary(descriptors, DESCRIPTOR_CANARY))
    }

    /// The checks in order; `first` is the plan index of the first one.
    pub fn checks(self, first: usize) -> impl Iterator<Item = Check> {
        let mut about = None;
        self.rows()
            .filter_map(move |row| {
                if row.call.is_syscall() {
                    about = Some(row.call.name);
                }
                let mut case = row.name?;
                if let Some((call, rest)) = case.split_once(": ") {
                    about = Some(call::name_on(self.processor, call));
                    case = rest;
                }
                Some((about.unwrap_or("?"), case, row))
            })
            .enumerate()
            .map(move |(i, (call, case, row))| Check {
                index: first + i,
                group: self,
                call,
                case,
                row,
            })
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} tests", self.family.title, self.kind.name())
    }
}

/// One check of the plan; its `Display` is the title in the log.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// The index in the plan, from 0, which is also the number of the bit in the control block.
    pub index: usize,
    pub group: Group,
    /// The system call that the check is about.
    pub call: &'static str,
    /// The case, without the system call and the error.
    pub case: &'static str,
    pub row: &'static Row,
}

impl Check {
    /// The profile to which the check counts.
    pub fn profile(&self) -> Profile {
        self.group.family.profile
    }

    /// Returns whether the check is a canary, which proves that a group has left nothing changed.
    pub fn is_canary(&self) -> bool {
        self.case.ends_with('%')
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.call)?;
        match self.case.strip_suffix('%') {
            Some(before) => write!(f, "{before}{}", self.group)?,
            None => f.write_str(self.case)?,
        }
        let name = |errno: crate::abi::Errno| errno.name().unwrap_or("?");
        match self.row.want {
            Want::Err(errno) => write!(f, " returns {}", name(errno)),
            Want::Either(one, other) => write!(f, " returns {} or {}", name(one), name(other)),
            _ => Ok(()),
        }
    }
}

/// The groups of a plan on a processor in the order in which they run.
pub fn groups(plan: &'static [Family], processor: Processor) -> impl Iterator<Item = Group> {
    let group = move |family, kind| Group {
        family,
        kind,
        processor,
    };
    plan.iter()
        .flat_map(move |family| Kind::ALL.map(|kind| group(family, kind)))
        .filter(|group| !group.family.rows(group.kind, group.processor).is_empty())
}

/// The checks of a plan on a processor in the order in which they run.
pub fn checks(plan: &'static [Family], processor: Processor) -> impl Iterator<Item = Check> {
    let mut first = 0;
    groups(plan, processor).flat_map(move |group| {
        let checks = group.checks(first);
        first += group.checks(0).count();
        checks
    })
}

/// FNV-1a over the titles of all checks in order, with a line feed after each.
///
/// The name of the processor comes first, but for x86-64: logs from before there were others keep
/// their ids.
pub fn suite_id(plan: &'static [Family], processor: Processor) -> u32 {
    struct Fnv(u32);
    impl Write for Fnv {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            for byte in text.bytes() {
                self.0 = (self.0 ^ u32::from(byte)).wrapping_mul(0x0100_0193);
            }
            Ok(())
        }
    }
    let mut hash = Fnv(0x811c_9dc5);
    // Writing to a hash cannot fail.
    if processor != Processor::X86_64 {
        let _ = writeln!(hash, "{}", processor.name());
    }
    for check in checks(plan, processor) {
        let _ = writeln!(hash, "{check}");
    }
    hash.0
}
