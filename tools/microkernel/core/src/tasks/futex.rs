//! Futex queues: the threads that wait at a word of memory (`futex(2)`).

use alloc::vec::Vec;

/// The identity of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// An address space and an address in it.
    Private(usize, u64),
    /// A file that is mapped shared, and an offset in it.
    Shared(usize, u64),
}

/// A waiting thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Waiter {
    thread: i32,
    key: Key,
    bits: u32,
}

/// All queues, in the order of arrival.
#[derive(Debug, Default)]
pub(crate) struct Queues {
    waiters: Vec<Waiter>,
}

impl Queues {
    pub(crate) fn wait(&mut self, thread: i32, key: Key, bits: u32) {
        self.waiters.push(Waiter { thread, key, bits });
    }

    /// True where the thread is still queued.
    pub(crate) fn is_waiting(&self, thread: i32) -> bool {
        self.waiters.iter().any(|waiter| waiter.thread == thread)
    }

    /// The threads that wait at a word, in the order of their arrival.
    pub(crate) fn waiting(&self, key: Key) -> Vec<i32> {
        let waiters = self.waiters.iter().filter(|waiter| waiter.key == key);
        waiters.map(|waiter| waiter.thread).collect()
    }

    /// Removes a thread.
    pub(crate) fn forget(&mut self, thread: i32) {
        self.waiters.retain(|waiter| waiter.thread != thread);
    }

    /// Removes at most `most` threads; returns their number.
    pub(crate) fn wake(&mut self, key: Key, most: u64, bits: u32) -> u64 {
        let mut woken = 0;
        self.waiters.retain(|waiter| {
            let hit = waiter.key == key && waiter.bits & bits != 0 && woken < most;
            woken += u64::from(hit);
            !hit
        });
        woken
    }

    /// Moves at most `most` threads to another word; returns their number.
    pub(crate) fn move_to(&mut self, key: Key, most: u64, target: Key) -> u64 {
        let mut moved = 0;
        for waiter in &mut self.waiters {
            if waiter.key == key && moved < most {
                waiter.key = target;
                moved += 1;
            }
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Queues};

    fn at(address: u64) -> Key {
        Key::Private(0, address)
    }

    #[test]
    fn the_first_come_is_woken_first() {
        let mut queues = Queues::default();
        queues.wait(1, at(0x1000), u32::MAX);
        queues.wait(2, at(0x1000), u32::MAX);
        queues.wait(3, at(0x2000), u32::MAX);
        assert_eq!(queues.wake(at(0x1000), 1, u32::MAX), 1);
        assert!(!queues.is_waiting(1) && queues.is_waiting(2));
        assert_eq!(queues.move_to(at(0x1000), 9, at(0x2000)), 1);
        assert_eq!(queues.wake(at(0x2000), 9, u32::MAX), 2);
    }

    #[test]
    fn bits_choose_the_waiters() {
        let mut queues = Queues::default();
        queues.wait(1, at(0x1000), 1);
        assert_eq!(queues.wake(at(0x1000), 1, 2), 0);
        assert_eq!(queues.wake(at(0x1000), 1, 3), 1);
    }
}
