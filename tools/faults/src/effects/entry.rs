//! The effects of a fault at the entry of a system call.

use super::files::{edited, matches};
use super::process::{Process, Saved, Scratch, Syscall, string};
use super::state::{FaultState, Pending, arguments, arguments_from};
use crate::model::{EntryAct, EntryCond, EntryOperand, ExitAct, Injection, MaskAfter};

const PAUSE: u16 = 34;
pub(super) const STDERR: i32 = 2;

/// The effect of a fault at the entry of a call.
#[derive(Debug)]
pub(crate) enum EntryEffect {
    /// The call runs, and its exit is not watched.
    Ignore,
    /// The call runs as `Pending` says, and its exit is watched.
    Follow(Box<Pending>),
    Panic,
    HangAll,
}

impl FaultState<'_> {
    /// Determines the effect on a call that is about to be made.
    pub(crate) fn enter(&mut self, call: Syscall, process: &mut impl Process) -> EntryEffect {
        let (when, acts, exit_acts) = match self.fault.injection {
            Injection::Entry {
                when,
                acts,
                exit_acts,
                ..
            } => (when, Some(acts), exit_acts),
            Injection::Exit { entry, acts, .. } => (entry, None, acts),
            Injection::Signal { .. } => return EntryEffect::Ignore,
        };
        if !when.iter().all(|cond| self.holds(*cond, call, process)) {
            return EntryEffect::Ignore;
        }
        let mut pending = Box::new(Pending {
            given: call,
            made: call,
            skipped: None,
            undo: Saved::default(),
            scratch: Scratch::default(),
            kept: Saved::default(),
            vectors: Vec::new(),
            mask: 0,
            armed: when.iter().all(|cond| self.has_counted(*cond)),
        });
        if acts.is_some() {
            self.met += 1;
            self.triggered += u64::from(pending.armed);
        }
        if !pending.armed {
            return EntryEffect::Follow(pending);
        }
        for act in exit_acts {
            prepare(*act, &mut pending, process);
        }
        for act in acts.unwrap_or(&[]) {
            match act {
                EntryAct::Panic => return EntryEffect::Panic,
                EntryAct::HangAll => return EntryEffect::HangAll,
                act => self.act_at_entry(*act, &mut pending, process),
            }
        }
        EntryEffect::Follow(pending)
    }

    /// True if there were as many earlier calls as a condition requires.
    fn has_counted(&self, cond: EntryCond) -> bool {
        match cond {
            EntryCond::Past(count) => self.past >= count,
            EntryCond::Met(count) => self.met >= count,
            _ => true,
        }
    }

    fn act_at_entry(&mut self, act: EntryAct, pending: &mut Pending, process: &mut impl Process) {
        let call = pending.given;
        match act {
            EntryAct::Panic | EntryAct::HangAll => {}
            EntryAct::Block => pending.made.number = PAUSE,
            EntryAct::Skip(result) => {
                pending.skipped = Some(self.number(result, pending, process));
            }
            EntryAct::Arg(arg, op) => {
                let op = op.map(|number| self.number(number, pending, process));
                let arg = &mut pending.made.args[usize::from(arg)];
                *arg = op.apply(*arg as i64) as u64;
            }
            EntryAct::Put(at, op) => {
                let address = call.address(at, process);
                if let (Some(given), Some(address)) = (call.load(at, process), address) {
                    pending.undo.save(address, at.width.into(), process);
                    let op = op.map(|number| self.number(number, pending, process));
                    call.store(at, op.apply(given), process);
                }
            }
            EntryAct::Path(arg, edit) => {
                if let Some(path) = string(call.arg(arg), process) {
                    let mut path = edited(edit, &path);
                    path.push(0);
                    let place = pending.scratch.place(&path, process);
                    pending.made.args[usize::from(arg)] = place;
                }
            }
            EntryAct::Become(number, operands) => {
                let args = arguments(operands, |arg| self.number(arg, pending, process));
                pending.made = Syscall { number, args };
            }
            EntryAct::First(number, operands) => {
                let result = self.before(number, None, operands, call, process);
                self.note(result, process);
            }
            EntryAct::FirstEach(number, operands) => {
                for descriptor in process.descriptors() {
                    if descriptor > STDERR {
                        self.before(number, Some(descriptor), operands, call, process);
                    }
                }
            }
        }
    }

    /// A number of an act. What it puts into memory is there until the exit.
    fn number(
        &self,
        operand: EntryOperand,
        pending: &mut Pending,
        process: &mut impl Process,
    ) -> i64 {
        self.entry_value(operand, pending.given, &mut pending.scratch, process)
    }

    /// Makes another call before the watched one, on a descriptor or without one.
    fn before(
        &self,
        number: u16,
        descriptor: Option<i32>,
        operands: &[EntryOperand],
        call: Syscall,
        process: &mut impl Process,
    ) -> i64 {
        let mut scratch = Scratch::default();
        let value = |arg| self.entry_value(arg, call, &mut scratch, process);
        let args = arguments_from(descriptor, operands, value);
        let result = process.syscall_before(number, args);
        scratch.restore(process);
        result
    }

    /// Checks a condition. Conditions that count earlier calls hold.
    pub(super) fn holds(&self, cond: EntryCond, call: Syscall, process: &mut impl Process) -> bool {
        let mut scratch = Scratch::default();
        let mut pair = |one, other| {
            [one, other].map(|operand| self.entry_value(operand, call, &mut scratch, process))
        };
        match cond {
            EntryCond::Equal(one, other) => {
                let [one, other] = pair(one, other);
                one == other
            }
            EntryCond::Less(one, other) => {
                let [one, other] = pair(one, other);
                one < other
            }
            _ => holds(cond, call, process),
        }
    }
}

/// Saves the state at the entry that an act at the exit needs.
fn prepare(act: ExitAct, pending: &mut Pending, process: &mut impl Process) {
    match act {
        ExitAct::Keep { arg, offset, bytes } => {
            let address = pending.given.arg(arg).wrapping_add_signed(offset);
            pending.kept.save(address, bytes as u64, process);
        }
        ExitAct::Mask(MaskAfter::Before) => pending.mask = process.mask(),
        ExitAct::Stay(_) => pending.vectors = process.vector_state(),
        _ => {}
    }
}

/// Checks a condition that needs no state of the fault.
fn holds(cond: EntryCond, call: Syscall, process: &mut impl Process) -> bool {
    let register = |arg: u8| call.arg(arg) as i64;
    let int = |arg: u8| call.arg(arg) as i32;
    match cond {
        EntryCond::Reg(arg, cmp) => cmp.holds(register(arg)),
        EntryCond::Int(arg, cmp) => cmp.holds(i64::from(int(arg))),
        EntryCond::Mem(at, cmp) => call
            .load(at, process)
            .is_some_and(|number| cmp.holds(number)),
        EntryCond::Unmapped(arg) => !process.read(call.arg(arg), &mut [0]),
        EntryCond::Untouched(arg) => process.untouched(call.arg(arg)),
        EntryCond::On(arg, kind) => process.descriptor_kind(int(arg)) == Some(kind),
        EntryCond::OnBelow(arg, kind) => {
            process.descriptor_kind(int(arg).wrapping_sub(1)) == Some(kind)
        }
        EntryCond::Ended(arg) => process.is_zombie(int(arg)),
        EntryCond::Ready(arg, events) => process.ready(int(arg), events) == Some(true),
        EntryCond::Unready(arg, events) => process.ready(int(arg), events) == Some(false),
        EntryCond::Blocked(arg) => is_masked(int(arg), process),
        EntryCond::Main(main) => process.is_main() == main,
        EntryCond::FirstProcess(first) => process.is_first() == first,
        EntryCond::Same(one, other) => register(one) == register(other),
        EntryCond::Named(arg, test) => {
            string(call.arg(arg), process).is_some_and(|path| matches(test, &path))
        }
        EntryCond::Fd(arg, property, cmp) => {
            let found = process.descriptor_property(int(arg), property);
            found.is_some_and(|number| cmp.holds(number))
        }
        EntryCond::File {
            dir,
            path,
            property,
            cmp,
        } => {
            let path = string(call.arg(path), process);
            let found = path.and_then(|path| process.file_property(dir.map(int), &path, property));
            found.is_some_and(|number| cmp.holds(number))
        }
        EntryCond::Handled(signal, yes) => process.catches(signal) == yes,
        EntryCond::Ignored(signal, yes) => process.ignores(signal) == yes,
        EntryCond::Pending(signal, yes) => process.has_pending(signal) == yes,
        EntryCond::Masked(signal, yes) => is_masked(signal, process) == yes,
        EntryCond::Equal(..) | EntryCond::Less(..) => false,
        EntryCond::Past(_) | EntryCond::Met(_) => true,
    }
}

fn is_masked(signal: i32, process: &mut impl Process) -> bool {
    let bit = u32::try_from(signal.wrapping_sub(1)).unwrap_or(u32::MAX);
    let mask = process.mask().checked_shr(bit);
    mask.is_some_and(|mask| mask & 1 == 1)
}
