//! Futex queues: the threads that wait at a word of memory (`futex(2)`).

use alloc::vec::Vec;

/// A waiting thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Waiter {
    thread: i32,
    address: u64,
    bits: u32,
}

/// All queues, in the order of arrival.
#[derive(Debug, Default)]
pub(crate) struct Queues {
    waiters: Vec<Waiter>,
}

impl Queues {
    pub(crate) fn wait(&mut self, thread: i32, address: u64, bits: u32) {
        self.waiters.push(Waiter {
            thread,
            address,
            bits,
        });
    }

    /// True where the thread is still queued.
    pub(crate) fn is_waiting(&self, thread: i32) -> bool {
        self.waiters.iter().any(|waiter| waiter.thread == thread)
    }

    /// Removes a thread.
    pub(crate) fn forget(&mut self, thread: i32) {
        self.waiters.retain(|waiter| waiter.thread != thread);
    }

    /// Removes at most `most` threads; returns their number.
    pub(crate) fn wake(&mut self, address: u64, most: u64, bits: u32) -> u64 {
        let mut woken = 0;
        self.waiters.retain(|waiter| {
            let hit = waiter.address == address && waiter.bits & bits != 0 && woken < most;
            woken += u64::from(hit);
            !hit
        });
        woken
    }

    /// Moves at most `most` threads to another address; returns their number.
    pub(crate) fn move_to(&mut self, address: u64, most: u64, target: u64) -> u64 {
        let mut moved = 0;
        for waiter in &mut self.waiters {
            if waiter.address == address && moved < most {
                waiter.address = target;
                moved += 1;
            }
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::Queues;

    #[test]
    fn the_first_come_is_woken_first() {
        let mut queues = Queues::default();
        queues.wait(1, 0x1000, u32::MAX);
        queues.wait(2, 0x1000, u32::MAX);
        queues.wait(3, 0x2000, u32::MAX);
        assert_eq!(queues.wake(0x1000, 1, u32::MAX), 1);
        assert!(!queues.is_waiting(1) && queues.is_waiting(2));
        assert_eq!(queues.move_to(0x1000, 9, 0x2000), 1);
        assert_eq!(queues.wake(0x2000, 9, u32::MAX), 2);
    }

    #[test]
    fn bits_choose_the_waiters() {
        let mut queues = Queues::default();
        queues.wait(1, 0x1000, 1);
        assert_eq!(queues.wake(0x1000, 1, 2), 0);
        assert_eq!(queues.wake(0x1000, 1, 3), 1);
    }
}
