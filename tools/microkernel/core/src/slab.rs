//! A store that numbers its entries.

use alloc::vec::Vec;

/// A store whose entries keep their number until they are removed; a new one gets the lowest free.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    entries: Vec<Option<T>>,
    most: usize,
}

impl<T> Slab<T> {
    /// A store for at most `most` entries.
    pub(crate) fn new(most: usize) -> Slab<T> {
        Slab {
            entries: Vec::new(),
            most,
        }
    }

    /// Adds an entry; returns its number, or `None` where the store is full.
    pub(crate) fn insert(&mut self, entry: T) -> Option<usize> {
        let free = self.entries.iter().position(Option::is_none);
        let at = free.unwrap_or(self.entries.len());
        if at >= self.most {
            return None;
        }
        if at == self.entries.len() {
            self.entries.push(None);
        }
        self.entries[at] = Some(entry);
        Some(at)
    }

    pub(crate) fn get(&self, at: usize) -> Option<&T> {
        self.entries.get(at)?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        self.entries.get_mut(at)?.as_mut()
    }

    pub(crate) fn remove(&mut self, at: usize) -> Option<T> {
        self.entries.get_mut(at)?.take()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &T)> {
        let entries = self.entries.iter().enumerate();
        entries.filter_map(|(at, entry)| Some((at, entry.as_ref()?)))
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (usize, &mut T)> {
        let entries = self.entries.iter_mut().enumerate();
        entries.filter_map(|(at, entry)| Some((at, entry.as_mut()?)))
    }
}
