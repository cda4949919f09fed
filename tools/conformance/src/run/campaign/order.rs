//! The order of one boot: its purpose, and the contents of its control block.

use std::collections::BTreeSet;

use packer::plan::control::{ASSUME_HANDLERS, WHOLE_SCRIPTS};

use crate::plan::Plan;

/// The purpose of a boot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    /// Every check that has no outcome yet.
    Main,
    /// The checks that failed perhaps because the kernel had no resources left.
    NoRoomLeft,
    /// The checks that failed because the kernel does not report an installed signal handler.
    AssumeHandlers,
    /// A script whose other boots leave it out.
    Apart,
    /// A check in which a boot died, alone.
    Confirm,
    /// A check that passes alone, after some of those that ran before it when it died.
    Bisect,
}

impl Policy {
    /// The flags of the control block that each boot of this policy has.
    pub(crate) const fn flags(self) -> u8 {
        match self {
            Policy::Main | Policy::Apart | Policy::Confirm | Policy::Bisect => 0,
            Policy::NoRoomLeft => WHOLE_SCRIPTS,
            Policy::AssumeHandlers => WHOLE_SCRIPTS | ASSUME_HANDLERS,
        }
    }
}

/// The order of one boot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BootOrder {
    pub policy: Policy,
    /// The first group to run.
    pub first_group: usize,
    /// The checks to skip, by their index in the plan.
    pub skip: BTreeSet<usize>,
    /// The flags of the control block.
    pub flags: u8,
}

impl BootOrder {
    /// True where the boot runs the check: neither it is skipped, nor its group, nor its script.
    pub(crate) fn runs(&self, plan: &Plan, check: usize) -> bool {
        let planned = &plan.checks[check];
        let skips = |check: usize| self.skip.contains(&check);
        let whole = self.flags & WHOLE_SCRIPTS != 0;
        let script_skipped = whole && skips(plan.first_of_script(check));
        planned.group >= self.first_group && !skips(check) && !script_skipped
    }
}
