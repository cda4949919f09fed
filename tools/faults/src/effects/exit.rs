//! The effects of a fault at the exit of a system call.

use super::process::{BYTES_MAX, Process, Syscall};
use super::registers::{lose, stay};
use super::state::{FaultState, Pending, arguments};
use crate::model::{At, Base, Cmp, ExitAct, ExitCond, ExitOperand, Injection, MaskAfter, Op};

/// Results of interrupted calls inside the kernel: `ERESTARTSYS`, `ERESTARTNOINTR`,
/// `ERESTARTNOHAND` and `ERESTART_RESTARTBLOCK`. No program sees them.
pub(super) const RESTARTS: [i64; 4] = [-512, -513, -514, -516];
/// The largest number of array elements that one act touches.
const ELEMENTS_MAX: i64 = 4096;

pub(super) const CLOSE: u16 = 3;
const RT_SIGRETURN: u16 = 15;
pub(super) const FCNTL: u16 = 72;
pub(super) const F_DUPFD: u64 = 0;
const F_GETFD: u64 = 1;
const F_DUPFD_CLOEXEC: u64 = 1030;

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
        let (exit, acts, is_at_exit) = match self.fault.injection {
            Injection::Entry { exit_acts, .. } => (&[][..], exit_acts, false),
            Injection::Exit { exit, acts, .. } => (exit, acts, true),
            Injection::Signal { .. } => return ExitEffect::Result(result),
        };
        let call = pending.given;
        if !exit.iter().all(|cond| holds(*cond, call, result, process)) {
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

    /// Performs an act, and returns the new result of the call.
    fn act_at_exit(
        &mut self,
        act: ExitAct,
        pending: &Pending,
        result: i64,
        process: &mut impl Process,
    ) -> i64 {
        let call = pending.given;
        match act {
            ExitAct::Panic | ExitAct::HangAll => {}
            ExitAct::Ret(op) => {
                let op = op.map(|number| self.exit_value(number, call, result, process));
                return op.apply(result);
            }
            ExitAct::Out(at, op) => self.change(at, op, call, result, process),
            ExitAct::Each {
                at,
                count,
                size,
                op,
            } => {
                let count = self.exit_value(count, call, result, process);
                for i in 0..count.clamp(0, ELEMENTS_MAX) {
                    let offset = at.offset + i * size;
                    self.change(At { offset, ..at }, op, call, result, process);
                }
            }
            ExitAct::Keep { .. } => pending.kept.restore(process),
            ExitAct::Fill {
                base,
                offset,
                bytes,
                byte,
            } => {
                let bytes = self.exit_value(bytes, call, result, process);
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
            ExitAct::Then(number, operands) => {
                let args = arguments(operands, |arg| self.exit_value(arg, call, result, process));
                process.syscall(number, args);
            }
            ExitAct::Renumber(at, least) => {
                let least = self.exit_value(least, call, result, process);
                let Some(at) = at else {
                    return renumber(result, least, process);
                };
                if let Some(given) = call.load(at, process) {
                    call.store(at, renumber(given, least, process), process);
                }
            }
            ExitAct::Note(number) => {
                self.noted = self.exit_value(number, call, result, process);
            }
            ExitAct::Mask(after) => set_mask(after, pending, process),
            ExitAct::Lose(part) => lose(part, process),
            ExitAct::Stay(part) => stay(part, &pending.vectors, process),
        }
        result
    }

    fn change(
        &self,
        at: At,
        op: Op<ExitOperand>,
        call: Syscall,
        result: i64,
        process: &mut impl Process,
    ) {
        if let Some(found) = call.load(at, process) {
            let op = op.map(|number| self.exit_value(number, call, result, process));
            call.store(at, op.apply(found), process);
        }
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

fn fill(address: u64, bytes: i64, byte: u8, process: &mut impl Process) {
    let bytes = vec![byte; bytes.clamp(0, BYTES_MAX as i64) as usize];
    process.write(address, &bytes);
}

/// Moves a descriptor to another number, and keeps its close-on-exec flag.
fn renumber(descriptor: i64, least: i64, process: &mut impl Process) -> i64 {
    if descriptor < 0 {
        return descriptor;
    }
    let fcntl = |command, argument: i64| [descriptor as u64, command, argument as u64, 0, 0, 0];
    let closes = process.syscall(FCNTL, fcntl(F_GETFD, 0)) == 1;
    let command = if closes { F_DUPFD_CLOEXEC } else { F_DUPFD };
    let number = process.syscall(FCNTL, fcntl(command, least));
    if number < 0 {
        return descriptor;
    }
    process.syscall(CLOSE, [descriptor as u64, 0, 0, 0, 0, 0]);
    number
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
                offset: 0,
                width: 8,
            };
            pending.given.load(at, process).map(|mask| mask as u64)
        }
        MaskAfter::With(bits) => Some(process.mask() | bits),
        MaskAfter::Without(bits) => Some(process.mask() & !bits),
    }
}
