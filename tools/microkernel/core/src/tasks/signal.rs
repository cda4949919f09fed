//! Signals: pending ones, actions, and the alternate stack.

use alloc::vec::Vec;

use crate::arch::INFO_SIZE;
use crate::linux::*;

/// A set of signals: bit 0 is signal 1.
pub(crate) type Set = u64;

/// The set that holds one signal.
pub(crate) fn bit(signal: i32) -> Set {
    1 << (signal - 1)
}

/// The signals that cannot be blocked.
pub(crate) fn unblockable() -> Set {
    bit(SIGKILL) | bit(SIGSTOP)
}

/// The signals whose default action stops a process.
pub(crate) fn stop_signals() -> Set {
    [SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU]
        .iter()
        .fold(0, |set, &signal| set | bit(signal))
}

/// The information that a handler gets about a signal: `siginfo_t`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SigInfo {
    pub signal: i32,
    pub code: i32,
    /// The sender and its user; a timer and its overrun; or the faulting address.
    pub first: u64,
    pub value: u64,
    /// The timer that waits for the delivery.
    pub timer: Option<usize>,
}

impl SigInfo {
    /// A signal that a process sent.
    pub(crate) fn sent(signal: i32, code: i32, sender: i32) -> SigInfo {
        SigInfo {
            signal,
            code,
            first: u64::from(sender as u32),
            value: 0,
            timer: None,
        }
    }

    /// SIGCHLD: `status` is the exit status, or the signal that the code is about.
    pub(crate) fn of_child(code: i32, pid: i32, user: u32, status: i32) -> SigInfo {
        SigInfo {
            signal: SIGCHLD,
            code,
            first: u64::from(pid as u32) | u64::from(user) << 32,
            value: u64::from(status as u32),
            timer: None,
        }
    }

    /// Encodes a `siginfo_t`.
    pub(crate) fn bytes(&self) -> [u8; INFO_SIZE] {
        let mut bytes = [0; INFO_SIZE];
        bytes[..4].copy_from_slice(&self.signal.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.code.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.first.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.value.to_le_bytes());
        bytes
    }
}

/// Signals that were sent and not delivered yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pending {
    queue: Vec<SigInfo>,
}

impl Pending {
    /// Adds a signal; a standard signal that is pending already is not added again.
    pub(crate) fn add(&mut self, info: SigInfo) -> bool {
        let again = self.set() & bit(info.signal) != 0;
        if again && info.signal < SIGRTMIN {
            return false;
        }
        self.queue.push(info);
        true
    }

    /// The set of pending signals.
    pub(crate) fn set(&self) -> Set {
        self.queue
            .iter()
            .fold(0, |set, info| set | bit(info.signal))
    }

    /// The number of pending signals.
    pub(crate) fn len(&self) -> usize {
        self.queue.len()
    }

    /// Removes the oldest of the lowest signal in the set.
    pub(crate) fn take(&mut self, of: Set) -> Option<SigInfo> {
        let wanted = self.queue.iter().filter(|info| bit(info.signal) & of != 0);
        let lowest = wanted.map(|info| info.signal).min()?;
        let at = self.queue.iter().position(|info| info.signal == lowest)?;
        Some(self.queue.remove(at))
    }

    /// Removes all of one signal; returns the timers that waited for them.
    pub(crate) fn drop_all(&mut self, signal: i32) -> Vec<usize> {
        let dropped = self.queue.iter().filter(|info| info.signal == signal);
        let timers = dropped.filter_map(|info| info.timer).collect();
        self.queue.retain(|info| info.signal != signal);
        timers
    }

    /// Removes the signal of a deleted timer.
    pub(crate) fn drop_timer(&mut self, timer: usize) {
        self.queue.retain(|info| info.timer != Some(timer));
    }
}

/// The kernel's `struct sigaction`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Action {
    pub handler: u64,
    pub flags: u64,
    pub restorer: u64,
    pub mask: Set,
}

impl Action {
    pub(crate) fn has(&self, flag: i64) -> bool {
        self.flags & flag as u64 != 0
    }

    /// True where the action calls a function of the program.
    pub(crate) fn is_caught(&self) -> bool {
        self.handler > flags::SIG_IGN as u64
    }

    /// True where the signal has no effect.
    pub(crate) fn ignores(&self, signal: i32) -> bool {
        let harmless = [SIGCHLD, SIGCONT, SIGURG, SIGWINCH];
        match self.handler as i64 {
            flags::SIG_DFL => harmless.contains(&signal),
            flags::SIG_IGN => true,
            _ => false,
        }
    }

    /// True where the signal stops the process.
    pub(crate) fn stops(&self, signal: i32) -> bool {
        self.handler == flags::SIG_DFL as u64 && stop_signals() & bit(signal) != 0
    }
}

/// The alternate stack of a thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct AltStack {
    pub start: u64,
    pub size: u64,
}

impl AltStack {
    pub(crate) fn holds(&self, stack: u64) -> bool {
        stack.wrapping_sub(self.start).wrapping_sub(1) < self.size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_signals_merge_and_realtime_ones_queue() {
        let mut pending = Pending::default();
        assert!(pending.add(SigInfo::sent(10, SI_USER, 1)));
        assert!(!pending.add(SigInfo::sent(10, SI_USER, 1)));
        assert!(pending.add(SigInfo::sent(40, SI_USER, 1)));
        assert!(pending.add(SigInfo::sent(40, SI_USER, 2)));
        assert_eq!(pending.take(!bit(10)).map(|info| info.first), Some(1));
        assert_eq!(pending.take(!0).map(|info| info.signal), Some(10));
        assert_eq!(pending.take(!0).map(|info| info.first), Some(2));
        assert_eq!(pending.take(!0), None);
    }
}
