//! The effects of a fault at the delivery of a signal.

use super::process::Process;
use super::registers::lose;
use super::state::FaultState;
use crate::model::{HandlerStart, Injection, SignalAct, SignalCond};

/// Offsets in a `siginfo_t`.
const SIGNO: usize = 0;
const CODE: usize = 8;

/// The effect of a fault on a signal that is about to be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignalEffect {
    Unchanged,
    /// Its `siginfo_t` was changed.
    Changed,
    Drop,
    Other(i32),
    Panic,
    /// The handler is to begin in a wrong state.
    Begin(HandlerStart),
}

impl FaultState<'_> {
    /// Determines the effect on a signal whose `siginfo_t` is `info`.
    pub(crate) fn deliver(&mut self, info: &mut [u8], process: &mut impl Process) -> SignalEffect {
        let Injection::Signal { when, act } = self.fault.injection else {
            return SignalEffect::Unchanged;
        };
        let (signo, code) = (i64::from(word(info, SIGNO)), i64::from(word(info, CODE)));
        let mut armed = true;
        for cond in when {
            match cond {
                SignalCond::Signo(cmp) if !cmp.holds(signo) => return SignalEffect::Unchanged,
                SignalCond::Code(cmp) if !cmp.holds(code) => return SignalEffect::Unchanged,
                SignalCond::Caught(caught) if process.catches(signo as i32) != *caught => {
                    return SignalEffect::Unchanged;
                }
                SignalCond::InUserMode if !process.in_user_mode() => {
                    return SignalEffect::Unchanged;
                }
                SignalCond::ToFirst(first) if process.is_first() != *first => {
                    return SignalEffect::Unchanged;
                }
                SignalCond::GoesDown if !process.goes_down() => return SignalEffect::Unchanged,
                SignalCond::Earlier(count) => armed &= self.met >= *count,
                _ => {}
            }
        }
        self.met += 1;
        if !armed {
            return SignalEffect::Unchanged;
        }
        self.triggered += 1;
        match act {
            SignalAct::Drop => SignalEffect::Drop,
            SignalAct::Deliver(signo) => SignalEffect::Other(signo),
            SignalAct::Info(offset, op) => {
                let offset = usize::from(offset);
                let changed = op.apply(word(info, offset).into());
                set_word(info, offset, changed as i32);
                SignalEffect::Changed
            }
            SignalAct::Panic => SignalEffect::Panic,
            SignalAct::Lose(part) => {
                lose(part, process);
                SignalEffect::Unchanged
            }
            SignalAct::Begin(start) => SignalEffect::Begin(start),
        }
    }
}

/// The 32-bit word at an offset of the `siginfo_t`.
fn word(info: &[u8], offset: usize) -> i32 {
    let bytes = info.get(offset..offset + 4);
    let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
    bytes.map_or(0, i32::from_le_bytes)
}

fn set_word(info: &mut [u8], offset: usize, number: i32) {
    if let Some(bytes) = info.get_mut(offset..offset + 4) {
        bytes.copy_from_slice(&number.to_le_bytes());
    }
}
