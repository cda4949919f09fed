//! The effects of a fault at the exit of a system call.

use super::files::rewritten;
use super::process::{BYTES_MAX, Process, Scratch, Syscall};
use super::registers::{lose, stay};
use super::state::{FaultState, Pending};
use crate::model::{At, Base, Cmp, ExitAct, ExitCond, Injection, MaskAfter, Op, RecordEdit};

/// Results of interrupted calls inside the kernel: `ERESTARTSYS`, `ERESTARTNOINTR`,
/// `ERESTARTNOHAND` and `ERESTART_RESTARTBLOCK`. No program sees them.
pub(super) const RESTARTS: [i64; 4] = [-512, -513, -514, -516];
/// The largest number of array elements that one act touches.
const ELEMENTS_MAX: i64 = 4096;

const RT_SIGRETURN: u16 = 15;

/// The effect of a fault at the exit of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitEffect {
    Result(i64),
    Panic,
    HangAll,
}

impl FaultState<'_> {
    /// Determines the effect on a call whose exit is watched.
    pub(crate) fn leave(
        &mut self,
        pending: &Pending,
        result: i64,
        process: &mut impl Process,
    ) -> ExitEffect {
        pending.undo.restore(process);
        pending.scratch.restore(process);
        let (exit, acts, is_at_exit) = match self.fault.injection {
            Injection::Entry { exit_acts, .. } => (&[][..], exit_acts, false),
            Injection::Exit { exit, acts, .. } => (exit, acts, true),
            Injection::Signal { .. } => return ExitEffect::Result(result),
        };
        let call = pending.given;
        if !self.all_hold(exit, call, result, process) {
            return ExitEffect::Result(result);
        }
        self.met += u64::from(is_at_exit);
        self.past += u64::from(result >= 0);
        // The result of `rt_sigreturn` is the rax of the interrupted code, which may be any number.
        let wants_restart = exit.contains(&ExitCond::Interrupted) || call.number == RT_SIGRETURN;
        if !pending.armed || (RESTARTS.contains(&result) && !wants_restart) {
            return ExitEffect::Result(result);
        }
        self.triggered += u64::from(is_at_exit);
        let mut result = result;
        for act in acts {
            match act {
                ExitAct::Panic => return ExitEffect::Panic,
                ExitAct::HangAll => return ExitEffect::HangAll,
                act => result = self.act_at_exit(*act, pending, result, process),
            }
        }
        ExitEffect::Result(result)
    }

    /// The acts in the process that a call has just created.
    pub(crate) fn acts_of_child(
        &self,
        pending: &Pending,
        result: i64,
        process: &mut impl Process,
    ) -> Vec<ExitAct> {
        let (exit, acts) = match self.fault.injection {
            Injection::Entry { exit_acts, .. } => (&[][..], exit_acts),
            Injection::Exit { exit, acts, .. } => (exit, acts),
            Injection::Signal { .. } => return Vec::new(),
        };
        if !pending.armed || !self.all_hold(exit, pending.given, result, process) {
            return Vec::new();
        }
        let inner = acts.iter().filter_map(|act| match act {
            ExitAct::InChild(acts) => Some(*acts),
            _ => None,
        });
        inner.flatten().copied().collect()
    }

    /// Performs acts in a new process; its result of the call.
    pub(crate) fn begin_child(
        &mut self,
        acts: &[ExitAct],
        pending: &Pending,
        process: &mut impl Process,
    ) -> i64 {
        acts.iter().fold(0, |result, act| {
            self.act_at_exit(*act, pending, result, process)
        })
    }

    fn all_hold(
        &self,
        conds: &[ExitCond],
        call: Syscall,
        result: i64,
        process: &mut impl Process,
    ) -> bool {
        let pair = |one, other, process: &mut _| {
            let scratch = &mut Scratch::default();
            [one, other].map(|number| self.exit_value(number, call, result, scratch, process))
        };
        conds.iter().all(|cond| match *cond {
            ExitCond::Equals(one, other) => {
                let [one, other] = pair(one, other, process);
                one == other
            }
            ExitCond::Below(one, other) => {
                let [one, other] = pair(one, other, process);
                one < other
            }
            cond => holds(cond, call, result, process),
        })
    }

    /// Performs an act, and returns the new result of the call.
    fn act_at_exit(
        &mut self,
        act: ExitAct,
        pending: &Pending,
        result: i64,
        process: &mut impl Process,
    ) -> i64 {
        let mut scratch = Scratch::default();
        let result = self.act(act, pending, result, &mut scratch, process);
        scratch.restore(process);
        result
    }

    fn act(
        &mut self,
        act: ExitAct,
        pending: &Pending,
        result: i64,
        scratch: &mut Scratch,
        process: &mut impl Process,
    ) -> i64 {
        let call = pending.given;
        let mut number =
            |operand, process: &mut _| self.exit_value(operand, call, result, scratch, process);
        match act {
            ExitAct::Panic | ExitAct::HangAll | ExitAct::InChild(_) => {}
            ExitAct::Ret(op) => return op.map(|operand| number(operand, process)).apply(result),
            ExitAct::Out(at, op) => {
                let op = op.map(|operand| number(operand, process));
                change(at, op, call, process);
            }
            ExitAct::Each {
                at,
                count,
                size,
                op,
            } => {
                let count = number(count, process);
                let op = op.map(|operand| number(operand, process));
                for i in 0..count.clamp(0, ELEMENTS_MAX) {
                    let offset = at.offset + i * size;
                    change(At { offset, ..at }, op, call, process);
                }
            }
            ExitAct::Keep { .. } => pending.kept.restore(process),
            ExitAct::Fill {
                base,
                offset,
                bytes,
                byte,
            } => {
                let bytes = number(bytes, process);
                let base = match base {
                    Base::Arg(arg) => call.arg(arg),
                    Base::Result => result as u64,
                };
                fill(base.wrapping_add_signed(offset), bytes, byte, process);
            }
            ExitAct::Overrun(arg, byte) => {
                process.write(call.arg(arg).wrapping_add_signed(result), &[byte]);
            }
            ExitAct::Freeze { arg, bytes } => self.freeze(call.arg(arg), bytes, process),
            ExitAct::Store { arg, offset, bytes } => {
                process.write(call.arg(arg).wrapping_add_signed(offset), bytes);
            }
            ExitAct::Records { arg, name, edit } => {
                let room = call.arg(2) as usize;
                return rewrite(call.arg(arg), result, room, name, edit, process);
            }
            ExitAct::Note(operand) => {
                let number = number(operand, process);
                self.note(number, process);
            }
            ExitAct::Mask(after) => set_mask(after, pending, process),
            ExitAct::Lose(part) => lose(part, process),
            ExitAct::Stay(part) => stay(part, &pending.vectors, process),
            act => return self.act_by_calls(act, pending, result, scratch, process),
        }
        result
    }

    fn freeze(&mut self, address: u64, bytes: u16, process: &mut impl Process) {
        match &self.frozen {
            Some(frozen) => {
                process.write(address, frozen);
            }
            None => {
                let mut first = vec![0; bytes.into()];
                if process.read(address, &mut first) {
                    self.frozen = Some(first);
                }
            }
        }
    }
}

fn change(at: At, op: Op<i64>, call: Syscall, process: &mut impl Process) {
    if let Some(found) = call.load(at, process) {
        call.store(at, op.apply(found), process);
    }
}

/// Changes the directory entries at an address; the new number of their bytes.
fn rewrite(
    address: u64,
    bytes: i64,
    room: usize,
    name: Option<&str>,
    edit: RecordEdit,
    process: &mut impl Process,
) -> i64 {
    let mut records = vec![0; bytes.clamp(0, BYTES_MAX as i64) as usize];
    if records.is_empty() || !process.read(address, &mut records) {
        return bytes;
    }
    let changed = rewritten(&records, name, edit, room);
    process.write(address, &changed);
    changed.len() as i64
}

fn fill(address: u64, bytes: i64, byte: u8, process: &mut impl Process) {
    let bytes = vec![byte; bytes.clamp(0, BYTES_MAX as i64) as usize];
    process.write(address, &bytes);
}

/// Checks a condition.
pub(super) fn holds(
    cond: ExitCond,
    call: Syscall,
    result: i64,
    process: &mut impl Process,
) -> bool {
    let restart = RESTARTS.contains(&result);
    match cond {
        ExitCond::Got(cmp) => !restart && cmp.holds(result),
        ExitCond::Interrupted => restart || Cmp::Eq(-4).holds(result),
        ExitCond::After(at, cmp) => {
            let number = call.load(at, process);
            !restart && number.is_some_and(|number| cmp.holds(number))
        }
        ExitCond::Equals(..) | ExitCond::Below(..) => false,
    }
}

fn set_mask(after: MaskAfter, pending: &Pending, process: &mut impl Process) {
    if let Some(mask) = mask_after(after, pending, process) {
        process.set_mask(mask);
    }
}

fn mask_after(after: MaskAfter, pending: &Pending, process: &mut impl Process) -> Option<u64> {
    match after {
        MaskAfter::Before => Some(pending.mask),
        MaskAfter::From(arg) => {
            let at = At {
                arg,
                through: None,
                offset: 0,
                width: 8,
            };
            pending.given.load(at, process).map(|mask| mask as u64)
        }
        MaskAfter::With(bits) => Some(process.mask() | bits),
        MaskAfter::Without(bits) => Some(process.mask() & !bits),
    }
}
