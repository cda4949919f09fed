//! The state of a faulty kernel between calls, and the values of operands.

use super::process::{Process, Saved, Syscall};
use crate::model::{EVERY_CALL, EntryOperand, ExitOperand, ExitValue, Fault, Operand};

/// `rt_sigreturn` and `execve`.
const REPLACES_REGISTERS: [u16; 2] = [15, 59];

/// The state of a fault in one boot.
#[derive(Debug)]
pub(crate) struct FaultState<'a> {
    pub(super) fault: &'a Fault,
    /// The number of times the fault has triggered.
    pub(super) triggered: u64,
    /// The number of calls or signals that met the conditions, those that count aside.
    pub(super) met: u64,
    /// The number of those that succeeded.
    pub(super) past: u64,
    pub(super) noted: i64,
    pub(super) frozen: Option<Vec<u8>>,
}

/// A call between entry and exit.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) given: Syscall,
    /// The call to make in its place.
    pub(crate) made: Syscall,
    /// The result, if no call is to be made.
    pub(crate) skipped: Option<i64>,
    /// Memory that is changed only for the kernel.
    pub(super) undo: Saved,
    /// Memory that the call must not change.
    pub(super) kept: Saved,
    /// The vector state at the entry, for a call that must not keep it.
    pub(super) vectors: Vec<u8>,
    pub(super) mask: u64,
    /// The fault triggers in this call if the conditions of the exit hold.
    pub(super) armed: bool,
}

impl<'a> FaultState<'a> {
    pub(crate) fn new(fault: &'a Fault) -> FaultState<'a> {
        FaultState {
            fault,
            triggered: 0,
            met: 0,
            past: 0,
            noted: 0,
            frozen: None,
        }
    }

    /// True if the fault watches calls of this number.
    pub(crate) fn watches(&self, number: u16) -> bool {
        match self.fault.watched_call() {
            Some(EVERY_CALL) => !REPLACES_REGISTERS.contains(&number),
            watched => watched == Some(number),
        }
    }

    /// The number of times the fault has triggered.
    pub(crate) fn triggered(&self) -> u64 {
        self.triggered
    }

    /// The value of an operand at the entry of a call.
    pub(super) fn entry_value(
        &self,
        operand: EntryOperand,
        call: Syscall,
        process: &mut impl Process,
    ) -> i64 {
        self.value(operand, call, |never| match never {}, process)
    }

    /// The value of an operand at the exit of a call.
    pub(super) fn exit_value(
        &self,
        operand: ExitOperand,
        call: Syscall,
        result: i64,
        process: &mut impl Process,
    ) -> i64 {
        let late = |value| match value {
            ExitValue::Result => result,
            ExitValue::Noted => self.noted,
        };
        self.value(operand, call, late, process)
    }

    fn value<L>(
        &self,
        operand: Operand<L>,
        call: Syscall,
        late: impl FnOnce(L) -> i64,
        process: &mut impl Process,
    ) -> i64 {
        match operand {
            Operand::N(number) => number,
            Operand::A(arg) => call.arg(arg) as i64,
            Operand::M(at) => call.load(at, process).unwrap_or(0),
            Operand::P(arg, offset) => (call.arg(arg) as i64).wrapping_add(offset),
            Operand::Count => self.triggered.saturating_sub(1) as i64,
            Operand::Late(value) => late(value),
        }
    }
}

/// The arguments of another call. Missing ones are 0.
pub(super) fn arguments<L: Copy>(
    operands: &[Operand<L>],
    mut value: impl FnMut(Operand<L>) -> i64,
) -> [u64; 6] {
    let mut args = [0; 6];
    for (arg, operand) in args.iter_mut().zip(operands) {
        *arg = value(*operand) as u64;
    }
    args
}
