//! The state of a faulty kernel between calls, and the values of operands.

use std::collections::HashMap;

use super::process::{Process, Saved, Scratch, Syscall};
use crate::model::{
    EVERY_CALL, EntryOperand, ExitAct, ExitOperand, ExitValue, Fault, Id, Injection, Operand,
};

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
    /// The number that was noted last in each process, and in any.
    noted: HashMap<i64, i64>,
    last_noted: i64,
    pub(super) frozen: Option<Vec<u8>>,
}

/// A call between entry and exit.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) given: Syscall,
    /// The call to make in its place.
    pub(crate) made: Syscall,
    /// The result, if no call is to be made.
    pub(crate) skipped: Option<i64>,
    /// Memory that is changed only for the kernel.
    pub(super) undo: Saved,
    /// Memory for arguments that are made for the kernel.
    pub(super) scratch: Scratch,
    /// Memory that the call must not change.
    pub(super) kept: Saved,
    /// The vector state at the entry, for a call that must not keep it.
    pub(super) vectors: Vec<u8>,
    pub(super) mask: u64,
    /// The fault triggers in this call if the conditions of the exit hold.
    pub(super) armed: bool,
}

impl Pending {
    /// Forgets the memory to restore: a new program has other memory.
    pub(crate) fn forget_memory(&mut self) {
        self.undo = Saved::default();
        self.kept = Saved::default();
        self.scratch = Scratch::default();
    }
}

impl<'a> FaultState<'a> {
    pub(crate) fn new(fault: &'a Fault) -> FaultState<'a> {
        FaultState {
            fault,
            triggered: 0,
            met: 0,
            past: 0,
            noted: HashMap::new(),
            last_noted: 0,
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

    /// True if the fault has acts in the processes that a call creates.
    pub(crate) fn acts_in_children(&self) -> bool {
        let acts = match self.fault.injection {
            Injection::Entry { exit_acts, .. } => exit_acts,
            Injection::Exit { acts, .. } => acts,
            Injection::Signal { .. } => &[],
        };
        acts.iter().any(|act| matches!(act, ExitAct::InChild(_)))
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
        scratch: &mut Scratch,
        process: &mut impl Process,
    ) -> i64 {
        self.value(operand, call, |never| match never {}, scratch, process)
    }

    /// The value of an operand at the exit of a call.
    pub(super) fn exit_value(
        &self,
        operand: ExitOperand,
        call: Syscall,
        result: i64,
        scratch: &mut Scratch,
        process: &mut impl Process,
    ) -> i64 {
        let late = |ExitValue::Result| result;
        self.value(operand, call, late, scratch, process)
    }

    fn value<L>(
        &self,
        operand: Operand<L>,
        call: Syscall,
        late: impl FnOnce(L) -> i64,
        scratch: &mut Scratch,
        process: &mut impl Process,
    ) -> i64 {
        match operand {
            Operand::N(number) => number,
            Operand::A(arg) => call.arg(arg) as i64,
            Operand::M(at) => call.load(at, process).unwrap_or(0),
            Operand::P(arg, offset) => (call.arg(arg) as i64).wrapping_add(offset),
            Operand::Count => self.triggered.saturating_sub(1) as i64,
            Operand::Noted => self.noted(process),
            Operand::Bytes(bytes) => scratch.place(bytes, process) as i64,
            Operand::Own(id) => process.id(id),
            Operand::Of(arg, property) => {
                let found = process.descriptor_property(call.arg(arg) as i32, property);
                found.unwrap_or(0)
            }
            Operand::FdPath(arg) => {
                let path = format!("/proc/self/fd/{}\0", call.arg(arg) as i32);
                scratch.place(path.as_bytes(), process) as i64
            }
            Operand::Late(value) => late(value),
        }
    }

    /// Notes a number for the calling process.
    pub(super) fn note(&mut self, number: i64, process: &mut impl Process) {
        self.noted.insert(process.id(Id::Process), number);
        self.last_noted = number;
    }

    fn noted(&self, process: &mut impl Process) -> i64 {
        let own = self.noted.get(&process.id(Id::Process));
        own.copied().unwrap_or(self.last_noted)
    }
}

/// The arguments of another call. Missing ones are 0.
pub(super) fn arguments<L: Copy>(
    operands: &[Operand<L>],
    value: impl FnMut(Operand<L>) -> i64,
) -> [u64; 6] {
    arguments_from(None, operands, value)
}

/// As `arguments`, after a descriptor if there is one.
pub(super) fn arguments_from<L: Copy>(
    descriptor: Option<i32>,
    operands: &[Operand<L>],
    value: impl FnMut(Operand<L>) -> i64,
) -> [u64; 6] {
    let mut args = [0; 6];
    let numbers = operands.iter().copied().map(value);
    let all = descriptor.map(i64::from).into_iter().chain(numbers);
    for (arg, number) in args.iter_mut().zip(all) {
        *arg = number as u64;
    }
    args
}
