//! The plan in order: groups, checks, their titles and the suite id.

use core::fmt::{self, Write};

use super::prelude::*;
use super::{Kind, Want};

/// Behind every group that makes descriptors: the lowest free one is what it was.
const DESCRIPTOR_CANARY: &[Row] = rows! {
    FRESH();
    DUP(1) => Is(3), "lowest free descriptor after %";
};

/// Behind every group that sends or blocks signals: none is left blocked.
const MASK_CANARY: &[Row] = rows! {
    FRESH();
    RT_SIGPROCMASK(SIG_BLOCK, 0, &MASK, SIGSET_SIZE);
    GET64(&MASK) => Is(0), "rt_sigprocmask: empty mask after %";
};

/// One suite of one family: what stands under one section line.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    pub family: &'static Family,
    pub kind: Kind,
}

impl Group {
    /// Its rows in order, the canary's at the end.
    pub fn rows(self) -> impl Iterator<Item = &'static Row> {
        let own = self.family.rows(self.kind);
        let canary = |wanted: bool, rows: &'static [Row]| if wanted { rows } else { &[] };
        let descriptors = own.iter().any(|row| row.call.makes_descriptor());
        let mask = own.iter().any(|row| row.call.touches_mask());
        own.iter()
            .chain(canary(mask, MASK_CANARY))
            .chain(canary(descriptors, DESCRIPTOR_CANARY))
    }

    /// Its checks in order; `first` is the plan index of the first one.
    pub fn checks(self, first: usize) -> impl Iterator<Item = Check> {
        let mut about = None;
        self.rows()
            .filter_map(move |row| {
                if row.call.is_syscall() {
                    about = Some(row.call.name);
                }
                let mut case = row.name?;
                if let Some((call, rest)) = case.split_once(": ") {
                    about = Some(call);
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
    /// Its place in the plan, from 0: the number of its bit in the control block.
    pub index: usize,
    pub group: Group,
    /// The system call that it is about.
    pub call: &'static str,
    /// The case, without system call and error.
    pub case: &'static str,
    pub row: &'static Row,
}

impl Check {
    /// The profile that the check counts to.
    pub fn profile(&self) -> Profile {
        self.group.family.profile
    }

    /// Whether it is a canary, which guards a group and is about no one call's semantics.
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

/// The groups of a plan in the order in which they run.
pub fn groups(plan: &'static [Family]) -> impl Iterator<Item = Group> {
    plan.iter()
        .flat_map(|family| Kind::ALL.map(|kind| Group { family, kind }))
        .filter(|group| !group.family.rows(group.kind).is_empty())
}

/// The checks of a plan in the order in which they run.
pub fn checks(plan: &'static [Family]) -> impl Iterator<Item = Check> {
    let mut first = 0;
    groups(plan).flat_map(move |group| {
        let checks = group.checks(first);
        first += group.checks(0).count();
        checks
    })
}

/// FNV-1a over the titles of all checks in order, a line feed behind each.
pub fn suite_id(plan: &'static [Family]) -> u32 {
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
    for check in checks(plan) {
        // Writing to a hash cannot fail.
        let _ = writeln!(hash, "{check}");
    }
    hash.0
}
