//! Pipes: a bounded queue of bytes.

use alloc::collections::VecDeque;

use crate::linux::{POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM};

/// The capacity in bytes (`pipe(7)`, "Pipe capacity").
pub(crate) const CAPACITY: usize = 65_536;
/// The largest atomic write in bytes (POSIX.1-2017, `write`).
pub(crate) const ATOMIC: usize = 4_096;

/// A pipe.
#[derive(Debug, Default)]
pub(crate) struct Pipe {
    bytes: VecDeque<u8>,
    /// The number of open descriptions of each end.
    pub readers: usize,
    pub writers: usize,
    /// The number of events so far that edge-triggered watchers of each end are to see.
    pub reader_edge_count: u64,
    pub writer_edge_count: u64,
}

impl Pipe {
    /// A pipe with one description of each end.
    pub(crate) fn new() -> Pipe {
        Pipe {
            readers: 1,
            writers: 1,
            reader_edge_count: 1,
            writer_edge_count: 1,
            ..Pipe::default()
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(crate) fn room(&self) -> usize {
        CAPACITY - self.bytes.len()
    }

    /// The number of bytes that can be written now, of `size`; all or none of an atomic write.
    pub(crate) fn accepts(&self, size: usize) -> usize {
        if size <= ATOMIC && self.room() < size {
            0
        } else {
            size.min(self.room())
        }
    }

    /// Appends bytes; the caller has checked the room.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        debug_assert!(bytes.len() <= self.room());
        self.bytes.extend(bytes);
        self.reader_edge_count += u64::from(!bytes.is_empty());
    }

    /// Copies the first bytes; the pipe keeps them. Returns the number of bytes.
    pub(crate) fn peek(&self, into: &mut [u8]) -> usize {
        let size = into.len().min(self.bytes.len());
        for (to, from) in into.iter_mut().zip(&self.bytes) {
            *to = *from;
        }
        size
    }

    /// Removes the first bytes.
    pub(crate) fn drop_front(&mut self, size: usize) {
        self.bytes.drain(..size);
        self.writer_edge_count += 1;
    }

    /// The events that `poll` reports for a reader, and its edge count.
    pub(crate) fn reader_readiness(&self) -> (u32, u64) {
        let data = if self.is_empty() {
            0
        } else {
            POLLIN | POLLRDNORM
        };
        let gone = if self.writers == 0 { POLLHUP } else { 0 };
        (data | gone, self.reader_edge_count)
    }

    /// The events that `poll` reports for a writer, and its edge count.
    pub(crate) fn writer_readiness(&self) -> (u32, u64) {
        let room = if self.room() >= ATOMIC {
            POLLOUT | POLLWRNORM
        } else {
            0
        };
        let gone = if self.readers == 0 { POLLERR } else { 0 };
        (room | gone, self.writer_edge_count)
    }

    /// Adds descriptions of the ends.
    pub(crate) fn open(&mut self, reader: bool, writer: bool) {
        self.readers += usize::from(reader);
        self.writers += usize::from(writer);
        self.reader_edge_count += 1;
        self.writer_edge_count += 1;
    }

    /// Removes a description of an end.
    pub(crate) fn close(&mut self, writer: bool) {
        if writer {
            self.writers -= 1;
        } else {
            self.readers -= 1;
        }
        self.reader_edge_count += 1;
        self.writer_edge_count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_writes_are_whole_and_large_ones_partial() {
        let mut pipe = Pipe::new();
        pipe.push(&[7; CAPACITY - 100]);
        assert_eq!(pipe.accepts(100), 100);
        assert_eq!(pipe.accepts(101), 0);
        assert_eq!(pipe.accepts(ATOMIC + 1), 100);
    }

    #[test]
    fn bytes_leave_in_order_and_only_when_dropped() {
        let mut pipe = Pipe::new();
        pipe.push(b"hello");
        let mut seen = [0; 8];
        assert_eq!(pipe.peek(&mut seen), 5);
        assert_eq!(pipe.room(), CAPACITY - 5);
        pipe.drop_front(2);
        assert_eq!(pipe.peek(&mut seen), 3);
        assert_eq!(&seen[..3], b"llo");
    }
}
