//! Locks: records of a file (`fcntl_locking(2)`), and whole files (`flock(2)`).

use alloc::vec::Vec;

use crate::linux::Errno;
use crate::linux::errno::EDEADLK;

/// The owner of a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Process(i32),
    /// An open file description.
    Description(usize),
}

/// A range of a file; `end` is its last byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lock {
    pub inode: usize,
    pub owner: Owner,
    pub start: u64,
    pub end: u64,
    pub is_write: bool,
}

impl Lock {
    fn overlaps(&self, other: &Lock) -> bool {
        self.inode == other.inode && self.start <= other.end && other.start <= self.end
    }

    fn conflicts(&self, other: &Lock) -> bool {
        self.owner != other.owner && self.overlaps(other) && (self.is_write || other.is_write)
    }
}

/// All locks.
#[derive(Debug, Default)]
pub(crate) struct Locks {
    records: Vec<Lock>,
    /// Of `flock`: their ranges are whole files, their owners descriptions.
    files: Vec<Lock>,
    /// The processes that wait for a lock, and the owner that each waits for.
    waiting: Vec<(i32, Owner)>,
}

impl Locks {
    /// The lock in the way of another one.
    pub(crate) fn conflict(&self, wanted: &Lock) -> Option<Lock> {
        let mut records = self.records.iter();
        records.find(|one| one.conflicts(wanted)).copied()
    }

    /// Sets a lock, or releases its range, where no lock of another owner is in the way.
    pub(crate) fn set(&mut self, lock: Lock, release: bool) {
        let mut kept = Vec::new();
        let mut joined = lock;
        for one in self.records.drain(..) {
            let same = one.owner == lock.owner && one.inode == lock.inode;
            let touches = one.start <= joined.end.saturating_add(1)
                && joined.start <= one.end.saturating_add(1);
            if same && !release && one.is_write == lock.is_write && touches {
                joined.start = joined.start.min(one.start);
                joined.end = joined.end.max(one.end);
                continue;
            }
            if !same || !one.overlaps(&lock) {
                kept.push(one);
                continue;
            }
            if one.start < lock.start {
                let end = lock.start - 1;
                kept.push(Lock { end, ..one });
            }
            if one.end > lock.end {
                let start = lock.end + 1;
                kept.push(Lock { start, ..one });
            }
        }
        if !release {
            kept.push(joined);
        }
        self.records = kept;
    }

    /// Notes that a process waits for an owner; an error where that would never end.
    pub(crate) fn wait(&mut self, process: i32, owner: Owner) -> Result<(), Errno> {
        self.stop_waiting(process);
        let mut next = owner;
        for _ in 0..=self.waiting.len() {
            let Owner::Process(pid) = next else {
                break;
            };
            if pid == process {
                return Err(EDEADLK);
            }
            match self.waiting.iter().find(|one| one.0 == pid) {
                Some(&(_, owner)) => next = owner,
                None => break,
            }
        }
        self.waiting.push((process, owner));
        Ok(())
    }

    pub(crate) fn stop_waiting(&mut self, process: i32) {
        self.waiting.retain(|one| one.0 != process);
    }

    /// Releases the locks of an owner on a file.
    pub(crate) fn release(&mut self, inode: usize, owner: Owner) {
        let others = |one: &Lock| one.inode != inode || one.owner != owner;
        self.records.retain(others);
        self.files.retain(others);
    }

    /// Releases all locks of an owner.
    pub(crate) fn release_all(&mut self, owner: Owner) {
        self.records.retain(|one| one.owner != owner);
    }

    /// Locks a whole file for a description; false where another description has it.
    pub(crate) fn lock_file(&mut self, inode: usize, owner: Owner, is_write: bool) -> bool {
        let lock = Lock {
            inode,
            owner,
            start: 0,
            end: u64::MAX,
            is_write,
        };
        if self.files.iter().any(|one| one.conflicts(&lock)) {
            return false;
        }
        self.unlock_file(inode, owner);
        self.files.push(lock);
        true
    }

    pub(crate) fn unlock_file(&mut self, inode: usize, owner: Owner) {
        let others = |one: &Lock| one.inode != inode || one.owner != owner;
        self.files.retain(others);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(pid: i32, start: u64, end: u64, is_write: bool) -> Lock {
        Lock {
            inode: 1,
            owner: Owner::Process(pid),
            start,
            end,
            is_write,
        }
    }

    #[test]
    fn ranges_split_and_join() {
        let mut locks = Locks::default();
        locks.set(lock(1, 0, 99, true), false);
        locks.set(lock(1, 40, 49, true), true);
        assert!(locks.conflict(&lock(2, 45, 45, true)).is_none());
        assert_eq!(
            locks.conflict(&lock(2, 30, 45, true)).map(|one| one.end),
            Some(39)
        );
        assert_eq!(
            locks.conflict(&lock(2, 45, 50, false)).map(|one| one.start),
            Some(50)
        );
        locks.set(lock(1, 40, 49, true), false);
        assert_eq!(locks.records, [lock(1, 0, 99, true)]);
        locks.set(lock(1, 10, 19, false), false);
        assert_eq!(locks.records.len(), 3);
        assert!(locks.conflict(&lock(2, 10, 19, false)).is_none());
    }

    #[test]
    fn a_circle_of_waiting_processes_is_found() {
        let mut locks = Locks::default();
        assert_eq!(locks.wait(1, Owner::Process(2)), Ok(()));
        assert_eq!(locks.wait(2, Owner::Process(3)), Ok(()));
        assert_eq!(locks.wait(3, Owner::Process(1)), Err(EDEADLK));
        locks.stop_waiting(2);
        assert_eq!(locks.wait(3, Owner::Process(1)), Ok(()));
    }

    #[test]
    fn descriptions_share_or_exclude() {
        let mut locks = Locks::default();
        let [one, other] = [1, 2].map(Owner::Description);
        assert!(locks.lock_file(7, one, false));
        assert!(locks.lock_file(7, other, false));
        assert!(!locks.lock_file(7, one, true));
        locks.release(7, other);
        assert!(locks.lock_file(7, one, true));
        assert!(locks.lock_file(8, other, true));
    }
}
