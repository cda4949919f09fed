//! The effects of a fault at the entry of a system call.

use super::process::{Process, Saved, Syscall};
use super::state::{FaultState, Pending, arguments};
use crate::model::{EntryAct, EntryCond, ExitAct, Injection, MaskAfter};

const PAUSE: u16 = 34;

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
        if !when.iter().all(|cond| holds(*cond, call, process)) {
            return EntryEffect::Ignore;
        }
        let mut pending = Box::new(Pending {
            given: call,
            made: call,
            skipped: None,
            undo: Saved::default(),
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

    fn act_at_entry(&self, act: EntryAct, pending: &mut Pending, process: &mut impl Process) {
        let call = pending.given;
        match act {
            EntryAct::Panic | EntryAct::HangAll => {}
            EntryAct::Block => pending.made.number = PAUSE,
            EntryAct::Skip(result) => {
                pending.skipped = Some(self.entry_value(result, call, process));
            }
            EntryAct::Arg(arg, op) => {
                let op = op.map(|number| self.entry_value(number, call, process));
                let arg = &mut pending.made.args[usize::from(arg)];
                *arg = op.apply(*arg as i64) as u64;
            }
            EntryAct::Put(at, op) => {
                if let Some(given) = call.load(at, process) {
                    pending
                        .undo
                        .save(call.address(at), at.width.into(), process);
                    let op = op.map(|number| self.entry_value(number, call, process));
                    call.store(at, op.apply(given), process);
                }
            }
            EntryAct::Become(number, operands) => {
                let args = arguments(operands, |arg| self.entry_value(arg, call, process));
                pending.made = Syscall { number, args };
            }
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

/// Checks a condition. Conditions that count earlier calls hold.
pub(super) fn holds(cond: EntryCond, call: Syscall, process: &mut impl Process) -> bool {
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
        EntryCond::Blocked(arg) => {
            let bit = (register(arg) - 1) as u32;
            let mask = process.mask().checked_shr(bit);
            mask.is_some_and(|mask| mask & 1 == 1)
        }
        EntryCond::Main(main) => process.is_main() == main,
        EntryCond::Same(one, other) => register(one) == register(other),
        EntryCond::Past(_) | EntryCond::Met(_) => true,
    }
}
