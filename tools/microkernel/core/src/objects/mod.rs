//! Descriptor tables, open file descriptions, and a store for what they refer to.

pub mod epoll;
pub mod pipe;

use alloc::vec::Vec;

use crate::linux::{POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM};
use crate::network::Network;
use crate::objects::epoll::Epoll;
use crate::objects::pipe::{ATOMIC, Pipe};

/// A store whose entries keep their number until they are removed; the lowest free is used next.
#[derive(Debug)]
pub struct Slab<T> {
    entries: Vec<Option<T>>,
    most: usize,
}

impl<T> Slab<T> {
    /// A store for at most so many entries.
    pub fn new(most: usize) -> Slab<T> {
        Slab {
            entries: Vec::new(),
            most,
        }
    }

    /// Puts an entry in; its number, or `None` where the store is full.
    pub fn insert(&mut self, entry: T) -> Option<usize> {
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

    pub fn get(&self, at: usize) -> Option<&T> {
        self.entries.get(at)?.as_ref()
    }

    pub fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        self.entries.get_mut(at)?.as_mut()
    }

    pub fn remove(&mut self, at: usize) -> Option<T> {
        self.entries.get_mut(at)?.take()
    }

    pub fn iter(&self) -> impl Iterator<Item = (usize, &T)> {
        let entries = self.entries.iter().enumerate();
        entries.filter_map(|(at, entry)| Some((at, entry.as_ref()?)))
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = (usize, &mut T)> {
        let entries = self.entries.iter_mut().enumerate();
        entries.filter_map(|(at, entry)| Some((at, entry.as_mut()?)))
    }
}

/// What an open file description refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Console,
    PipeReader(usize),
    PipeWriter(usize),
    Epoll(usize),
    Socket(usize),
}

/// An open file description: what `dup` shares.
#[derive(Clone, Copy, Debug)]
pub struct Description {
    pub kind: Kind,
    /// Access mode and status flags, as F_GETFL shows them.
    pub flags: i64,
    /// How many descriptors refer to it.
    pub references: usize,
}

/// One entry of a descriptor table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Descriptor {
    pub description: usize,
    pub close_on_exec: bool,
}

/// A descriptor table.
#[derive(Clone, Debug, Default)]
pub struct Table {
    slots: Vec<Option<Descriptor>>,
}

impl Table {
    pub fn get(&self, fd: i32) -> Option<Descriptor> {
        *self.slots.get(usize::try_from(fd).ok()?)?
    }

    pub fn get_mut(&mut self, fd: i32) -> Option<&mut Descriptor> {
        self.slots.get_mut(usize::try_from(fd).ok()?)?.as_mut()
    }

    /// The lowest free descriptor from `least` on and below `limit`.
    pub fn lowest(&self, least: usize, limit: usize) -> Option<usize> {
        (least..limit).find(|&at| self.slots.get(at).is_none_or(Option::is_none))
    }

    /// Puts a descriptor there; what was there before.
    pub fn set(&mut self, at: usize, descriptor: Option<Descriptor>) -> Option<Descriptor> {
        if at >= self.slots.len() {
            self.slots.resize(at + 1, None);
        }
        core::mem::replace(&mut self.slots[at], descriptor)
    }

    /// The entry of an index whose lower bound nobody checked: the first historic bug.
    pub fn slot_unchecked(&self, at: usize) -> Option<Descriptor> {
        if (at as i32) < self.slots.len() as i32 {
            self.slots[at]
        } else {
            None
        }
    }

    /// Every open descriptor.
    pub fn open(&self) -> impl Iterator<Item = Descriptor> {
        self.slots.iter().copied().flatten()
    }
}

/// Everything that descriptors lead to.
#[derive(Debug)]
pub struct Objects {
    pub descriptions: Slab<Description>,
    pub pipes: Slab<Pipe>,
    pub epolls: Slab<Epoll>,
    pub network: Network,
    /// The third historic bug: the last close of a pipe keeps its slot.
    pub leak_pipes: bool,
}

/// How many open file descriptions, pipes and epoll sets there may be.
const DESCRIPTIONS_MAX: usize = 4_096;
const PIPES_MAX: usize = 256;
const EPOLLS_MAX: usize = 64;

impl Objects {
    pub fn new(leak_pipes: bool) -> Objects {
        Objects {
            descriptions: Slab::new(DESCRIPTIONS_MAX),
            pipes: Slab::new(PIPES_MAX),
            epolls: Slab::new(EPOLLS_MAX),
            network: Network::default(),
            leak_pipes,
        }
    }

    /// A new description with one reference; `None` where there are too many.
    pub fn describe(&mut self, kind: Kind, flags: i64) -> Option<usize> {
        self.descriptions.insert(Description {
            kind,
            flags,
            references: 1,
        })
    }

    /// Counts one more descriptor.
    pub fn share(&mut self, description: usize) {
        if let Some(shared) = self.descriptions.get_mut(description) {
            shared.references += 1;
        }
    }

    /// Counts one descriptor less; the last one takes what it led to along.
    pub fn release(&mut self, description: usize) {
        let Some(shared) = self.descriptions.get_mut(description) else {
            return;
        };
        shared.references -= 1;
        if shared.references > 0 {
            return;
        }
        let kind = shared.kind;
        self.descriptions.remove(description);
        for (_, epoll) in self.epolls.iter_mut() {
            epoll.forget(description);
        }
        match kind {
            Kind::Console => {}
            Kind::PipeReader(pipe) => self.close_pipe(pipe, false),
            Kind::PipeWriter(pipe) => self.close_pipe(pipe, true),
            Kind::Epoll(epoll) => {
                self.epolls.remove(epoll);
            }
            Kind::Socket(socket) => self.network.close(socket),
        }
    }

    fn close_pipe(&mut self, at: usize, writer: bool) {
        if let Some(pipe) = self.pipes.get_mut(at) {
            pipe.close(writer);
            if pipe.readers == 0 && pipe.writers == 0 && !self.leak_pipes {
                self.pipes.remove(at);
            }
        }
    }

    /// What `poll` would say of a description, and how much news there was so far.
    pub fn readiness(&self, description: usize) -> (u32, u64) {
        let Some(shared) = self.descriptions.get(description) else {
            return (0, 0);
        };
        match shared.kind {
            Kind::Console => (POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM, 1),
            Kind::PipeReader(pipe) => self.pipes.get(pipe).map_or((0, 0), |pipe| {
                let data = if pipe.is_empty() {
                    0
                } else {
                    POLLIN | POLLRDNORM
                };
                let gone = if pipe.writers == 0 { POLLHUP } else { 0 };
                (data | gone, pipe.reader_news)
            }),
            Kind::PipeWriter(pipe) => self.pipes.get(pipe).map_or((0, 0), |pipe| {
                let room = if pipe.room() >= ATOMIC {
                    POLLOUT | POLLWRNORM
                } else {
                    0
                };
                let gone = if pipe.readers == 0 { POLLERR } else { 0 };
                (room | gone, pipe.writer_news)
            }),
            Kind::Epoll(epoll) => match self.epolls.get(epoll) {
                Some(epoll) => epoll.readiness(self),
                None => (0, 0),
            },
            Kind::Socket(socket) => self.network.readiness(socket),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_free_descriptor_is_found() {
        let mut table = Table::default();
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

    #[test]
    fn a_pipe_goes_with_its_last_end() {
        let mut objects = Objects::new(false);
        let pipe = objects.pipes.insert(Pipe::new()).expect("room");
        let reader = objects.describe(Kind::PipeReader(pipe), 0).expect("room");
        let writer = objects.describe(Kind::PipeWriter(pipe), 1).expect("room");
        objects.share(writer);
        objects.release(writer);
        assert_eq!(objects.readiness(reader).0, 0);
        objects.release(writer);
        assert_eq!(objects.readiness(reader).0, POLLHUP);
        objects.release(reader);
        assert!(objects.pipes.get(pipe).is_none());
    }

    #[test]
    fn the_third_historic_bug_keeps_slots() {
        let mut objects = Objects::new(true);
        let pipe = objects.pipes.insert(Pipe::new()).expect("room");
        objects.close_pipe(pipe, false);
        objects.close_pipe(pipe, true);
        assert!(objects.pipes.get(pipe).is_some());
    }
}
