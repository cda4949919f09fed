//! Open file descriptions, and the objects that they refer to.

pub(crate) mod descriptors;
pub(crate) mod epoll;
pub(crate) mod event;
pub(crate) mod pipe;
pub(crate) mod queue;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::files::FileSystem;
use crate::files::locks::{Locks, Owner};
use crate::linux::{POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM};
use crate::network::Network;
use crate::network::socket::Address;
use crate::objects::epoll::Epoll;
use crate::objects::event::{Counter, TimerFile};
use crate::objects::pipe::Pipe;
use crate::objects::queue::Queue;
use crate::slab::Slab;

/// The object of an open file description; the numbers are indexes into the stores of [`Objects`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Object {
    Console,
    PipeReader(usize),
    PipeWriter(usize),
    /// Both ends: a FIFO that is open for reading and writing.
    PipeBoth(usize),
    Epoll(usize),
    Socket(usize),
    /// A file of the file system: its inode.
    File(usize),
    Counter(usize),
    Timer(usize),
    Signals(usize),
    Queue(usize),
}

/// An open file description, which `dup` shares.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Description {
    pub object: Object,
    /// Access mode and status flags, as F_GETFL returns them.
    pub flags: i64,
    /// The inode of a FIFO.
    pub fifo: Option<usize>,
    /// The offset in a file, or the cookie of the next entry of a directory.
    pub offset: u64,
    /// The number of descriptors that refer to it.
    pub references: usize,
}

/// All objects that descriptors refer to.
#[derive(Debug)]
pub(crate) struct Objects {
    pub descriptions: Slab<Description>,
    pub pipes: Slab<Pipe>,
    pub epolls: Slab<Epoll>,
    /// The pipes of FIFOs that are open, by their inodes.
    pub fifos: BTreeMap<usize, usize>,
    /// The threads that wait for the other end of a FIFO: thread, inode, and true for a writer.
    pub fifo_waits: Vec<(i32, usize, bool)>,
    pub network: Network,
    pub counters: Slab<Counter>,
    pub timers: Slab<TimerFile>,
    pub signal_sets: Slab<u64>,
    pub queues: Slab<Queue>,
    /// The pending signals of the thread whose call is served.
    pub pending: u64,
    pub files: FileSystem,
    pub locks: Locks,
    /// The third historic bug: the last close of a pipe does not free its slot.
    pub leak_pipes: bool,
}

/// The largest numbers of open file descriptions, pipes and epoll sets.
const DESCRIPTIONS_MAX: usize = 4_096;
const PIPES_MAX: usize = 256;
const EPOLLS_MAX: usize = 64;
/// The largest numbers of objects of each kind that carries events, and of message queues.
const EVENTS_MAX: usize = 1_024;
const QUEUES_MAX: usize = 64;

impl Objects {
    pub(crate) fn new(leak_pipes: bool) -> Objects {
        Objects {
            descriptions: Slab::new(DESCRIPTIONS_MAX),
            pipes: Slab::new(PIPES_MAX),
            epolls: Slab::new(EPOLLS_MAX),
            fifos: BTreeMap::new(),
            fifo_waits: Vec::new(),
            network: Network::default(),
            counters: Slab::new(EVENTS_MAX),
            timers: Slab::new(EVENTS_MAX),
            signal_sets: Slab::new(EVENTS_MAX),
            queues: Slab::new(QUEUES_MAX),
            pending: 0,
            files: FileSystem::new(),
            locks: Locks::default(),
            leak_pipes,
        }
    }

    /// Creates a description with one reference; `None` where the store is full.
    pub(crate) fn describe(&mut self, object: Object, flags: i64) -> Option<usize> {
        let description = self.descriptions.insert(Description {
            object,
            flags,
            fifo: None,
            offset: 0,
            references: 1,
        });
        match (object, description) {
            (Object::File(inode), Some(_)) => self.files.open(inode),
            (Object::Queue(at), Some(_)) => {
                if let Some(queue) = self.queues.get_mut(at) {
                    queue.opens += 1;
                }
            }
            _ => {}
        }
        description
    }

    /// Adds a reference.
    pub(crate) fn share(&mut self, description: usize) {
        if let Some(shared) = self.descriptions.get_mut(description) {
            shared.references += 1;
        }
    }

    /// Removes a reference; the last one closes the object.
    pub(crate) fn release(&mut self, description: usize) {
        let Some(shared) = self.descriptions.get_mut(description) else {
            return;
        };
        shared.references -= 1;
        if shared.references > 0 {
            return;
        }
        let (object, fifo) = (shared.object, shared.fifo);
        self.descriptions.remove(description);
        if let Some(inode) = fifo {
            self.files.close(inode);
        }
        for (_, epoll) in self.epolls.iter_mut() {
            epoll.forget(description);
        }
        match object {
            Object::Console => {}
            Object::PipeReader(pipe) => self.close_pipe(pipe, false),
            Object::PipeWriter(pipe) => self.close_pipe(pipe, true),
            Object::PipeBoth(pipe) => {
                self.close_pipe(pipe, false);
                self.close_pipe(pipe, true);
            }
            Object::Epoll(epoll) => {
                self.epolls.remove(epoll);
            }
            Object::Socket(socket) => self.close_socket(socket),
            Object::Counter(at) => drop(self.counters.remove(at)),
            Object::Timer(at) => drop(self.timers.remove(at)),
            Object::Signals(at) => drop(self.signal_sets.remove(at)),
            Object::Queue(at) => {
                if let Some(queue) = self.queues.get_mut(at) {
                    queue.opens -= 1;
                }
                self.drop_queue(at);
            }
            Object::File(inode) => {
                let owner = Owner::Description(description);
                self.locks.release(inode, owner);
                self.files.close(inode);
            }
        }
    }

    /// Closes a socket, and releases the descriptions in messages that nobody has read.
    pub(crate) fn close_socket(&mut self, at: usize) {
        let socket = self.network.get(at);
        if let Ok(Some(Address::Path { inode, .. })) = socket.map(|socket| &socket.bound) {
            self.files.close(*inode);
        }
        self.network.close(at);
        for description in core::mem::take(&mut self.network.dropped) {
            self.release(description);
        }
    }

    /// The pipe of a FIFO; `None` where there are too many.
    pub(crate) fn fifo(&mut self, inode: usize) -> Option<&mut Pipe> {
        let at = match self.fifos.get(&inode) {
            Some(&at) => at,
            None => {
                let at = self.pipes.insert(Pipe::default())?;
                self.fifos.insert(inode, at);
                at
            }
        };
        self.pipes.get_mut(at)
    }

    /// Removes a queue that has neither a name nor a description.
    pub(crate) fn drop_queue(&mut self, at: usize) {
        let unused = |queue: &Queue| queue.name.is_none() && queue.opens == 0;
        if self.queues.get(at).is_some_and(unused) {
            self.queues.remove(at);
        }
    }

    fn close_pipe(&mut self, at: usize, writer: bool) {
        if let Some(pipe) = self.pipes.get_mut(at) {
            pipe.close(writer);
            if pipe.readers == 0 && pipe.writers == 0 && !self.leak_pipes {
                self.pipes.remove(at);
                self.fifos.retain(|_, pipe| *pipe != at);
            }
        }
    }

    /// The events that `poll` reports for a description, and its edge count.
    pub(crate) fn readiness(&self, description: usize) -> (u32, u64) {
        let Some(shared) = self.descriptions.get(description) else {
            return (0, 0);
        };
        match shared.object {
            Object::Console | Object::File(_) => (POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM, 1),
            Object::PipeReader(pipe) => self.pipes.get(pipe).map_or((0, 0), Pipe::reader_readiness),
            Object::PipeWriter(pipe) => self.pipes.get(pipe).map_or((0, 0), Pipe::writer_readiness),
            Object::PipeBoth(pipe) => self.pipes.get(pipe).map_or((0, 0), |pipe| {
                let (reader, writer) = (pipe.reader_readiness(), pipe.writer_readiness());
                (reader.0 | writer.0, reader.1 + writer.1)
            }),
            Object::Epoll(epoll) => match self.epolls.get(epoll) {
                Some(epoll) => epoll.readiness(|one| self.readiness(one)),
                None => (0, 0),
            },
            Object::Socket(socket) => self.network.readiness(socket),
            Object::Counter(at) => self.counters.get(at).map_or((0, 0), Counter::readiness),
            Object::Timer(at) => self.timers.get(at).map_or((0, 0), TimerFile::readiness),
            Object::Queue(at) => self.queues.get(at).map_or((0, 0), Queue::readiness),
            Object::Signals(at) => {
                let ready = self.signal_sets.get(at).map_or(0, |set| set & self.pending);
                (if ready == 0 { 0 } else { POLLIN | POLLRDNORM }, 1)
            }
        }
    }

    /// The due reports of an epoll set, at most `most`, and the set after they are delivered;
    /// `None` where there is no such set.
    pub(crate) fn collect(&self, set: usize, most: usize) -> Option<(Vec<(u32, u64)>, Epoll)> {
        let epoll = self.epolls.get(set)?;
        Some(epoll.collect(|one| self.readiness(one), most))
    }

    /// The epoll sets that a set watches.
    fn watched(&self, set: usize) -> impl Iterator<Item = usize> {
        let epoll = self.epolls.get(set).into_iter();
        let descriptions = epoll.flat_map(Epoll::descriptions);
        descriptions.filter_map(|one| match self.descriptions.get(one)?.object {
            Object::Epoll(inner) => self.epolls.get(inner).map(|_| inner),
            _ => None,
        })
    }

    /// The depth of the sets that an epoll set watches; `budget` bounds the search.
    pub(crate) fn depth(&self, set: usize, budget: usize) -> usize {
        if budget == 0 {
            return 1;
        }
        let depths = self
            .watched(set)
            .map(|inner| 1 + self.depth(inner, budget - 1));
        depths.max().unwrap_or(0)
    }

    /// True where an epoll set watches `target`, directly or through others.
    pub(crate) fn reaches(&self, set: usize, target: usize, budget: usize) -> bool {
        budget > 0
            && self
                .watched(set)
                .any(|inner| inner == target || self.reaches(inner, target, budget - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::POLLHUP;

    #[test]
    fn a_pipe_goes_with_its_last_end() {
        let mut objects = Objects::new(false);
        let pipe = objects.pipes.insert(Pipe::new()).expect("room");
        let reader = objects.describe(Object::PipeReader(pipe), 0).expect("room");
        let writer = objects.describe(Object::PipeWriter(pipe), 1).expect("room");
        objects.share(writer);
        objects.release(writer);
        assert_eq!(objects.readiness(reader).0, 0);
        objects.release(writer);
        assert_eq!(objects.readiness(reader).0, POLLHUP);
        objects.release(reader);
        assert!(objects.pipes.get(pipe).is_none());
    }

    #[test]
    fn an_epoll_set_sees_a_pipe_through_another_set() {
        let mut objects = Objects::new(false);
        let pipe = objects.pipes.insert(Pipe::new()).expect("room");
        let reader = objects.describe(Object::PipeReader(pipe), 0).expect("room");
        let [inner, outer] = [0, 1].map(|at| {
            assert_eq!(objects.epolls.insert(Epoll::default()), Some(at));
            at
        });
        let set = objects.describe(Object::Epoll(inner), 0).expect("room");
        let watch = |objects: &mut Objects, set, description| {
            let epoll = objects.epolls.get_mut(set).expect("a set");
            epoll.add(3, description, POLLIN, 77);
        };
        watch(&mut objects, inner, reader);
        watch(&mut objects, outer, set);
        assert_eq!((objects.depth(inner, 5), objects.depth(outer, 5)), (0, 1));
        assert!(objects.reaches(outer, inner, 5) && !objects.reaches(inner, outer, 5));
        assert_eq!(objects.collect(outer, 8).expect("a set").0, []);
        objects.pipes.get_mut(pipe).expect("a pipe").push(b"x");
        assert_eq!(objects.collect(outer, 8).expect("a set").0, [(POLLIN, 77)]);
        objects.release(reader);
        assert_eq!(objects.collect(outer, 8).expect("a set").0, []);
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
