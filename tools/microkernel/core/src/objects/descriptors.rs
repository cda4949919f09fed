//! Descriptor tables: the descriptors of a process and their descriptions.

use alloc::vec::Vec;

/// An entry of a descriptor table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Descriptor {
    pub description: usize,
    pub close_on_exec: bool,
}

/// A descriptor table.
#[derive(Clone, Debug, Default)]
pub(crate) struct DescriptorTable {
    slots: Vec<Option<Descriptor>>,
}

impl DescriptorTable {
    pub(crate) fn get(&self, fd: i32) -> Option<Descriptor> {
        *self.slots.get(usize::try_from(fd).ok()?)?
    }

    pub(crate) fn get_mut(&mut self, fd: i32) -> Option<&mut Descriptor> {
        self.slots.get_mut(usize::try_from(fd).ok()?)?.as_mut()
    }

    /// The lowest free descriptor from `least` up to but not including `limit`.
    pub(crate) fn lowest(&self, least: usize, limit: usize) -> Option<usize> {
        (least..limit).find(|&at| self.slots.get(at).is_none_or(Option::is_none))
    }

    /// Sets an entry; returns the earlier one.
    pub(crate) fn set(&mut self, at: usize, descriptor: Option<Descriptor>) -> Option<Descriptor> {
        if at >= self.slots.len() {
            self.slots.resize(at + 1, None);
        }
        core::mem::replace(&mut self.slots[at], descriptor)
    }

    /// The entry at an index without a check of its lower bound: the first historic bug.
    pub(crate) fn slot_unchecked(&self, at: usize) -> Option<Descriptor> {
        if (at as i32) < self.slots.len() as i32 {
            self.slots[at]
        } else {
            None
        }
    }

    /// Removes the entries that `execve` closes; returns them.
    pub(crate) fn close_on_exec(&mut self) -> Vec<Descriptor> {
        let closed = |slot: &mut Option<Descriptor>| slot.take_if(|one| one.close_on_exec);
        self.slots.iter_mut().filter_map(closed).collect()
    }

    /// The open descriptors.
    pub(crate) fn open(&self) -> impl Iterator<Item = Descriptor> {
        self.slots.iter().copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_free_descriptor_is_found() {
        let mut table = DescriptorTable::default();
        let one = Descriptor {
            description: 0,
            close_on_exec: false,
        };
        for at in [0, 1, 3] {
            assert_eq!(table.set(at, Some(one)), None);
        }
        assert_eq!(table.lowest(0, 64), Some(2));
        assert_eq!(table.lowest(3, 64), Some(4));
        assert_eq!(table.lowest(0, 2), None);
        assert_eq!(table.get(-1), None);
        assert_eq!(table.get(i32::MIN), None);
        assert_eq!(table.get(i32::MAX), None);
    }
}
