//! Pipes: a bounded queue of bytes between two kinds of ends.

use alloc::collections::VecDeque;

/// How many bytes a pipe holds (`pipe(7)`, "Pipe capacity").
pub(crate) const CAPACITY: usize = 65_536;
/// Writes of up to this many bytes go in whole or not at all (POSIX.1-2017, `write`).
pub(crate) const ATOMIC: usize = 4_096;

/// One pipe.
#[derive(Debug, Default)]
pub(crate) struct Pipe {
    bytes: VecDeque<u8>,
    /// Open descriptions of each end.
    pub readers: usize,
    pub writers: usize,
    /// The number of events so far that edge-triggered watchers of each end are to see.
    pub reader_edge_count: u64,
    pub writer_edge_count: u64,
}

impl Pipe {
    /// A pipe with one end of each kind.
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

    /// How many of `size` bytes may be written now: all or none of an atomic write.
    pub(crate) fn accepts(&self, size: usize) -> usize {
        if size <= ATOMIC && self.room() < size {
            0
        } else {
            size.min(self.room())
        }
    }

    /// Appends bytes for which there is room.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        debug_assert!(bytes.len() <= self.room());
        self.bytes.extend(bytes);
        self.reader_edge_count += u64::from(!bytes.is_empty());
    }

    /// The first bytes, as many as the buffer takes; they stay.
    pub(crate) fn peek(&self, into: &mut [u8]) -> usize {
        let size = into.len().min(self.bytes.len());
        for (to, from) in into.iter_mut().zip(&self.bytes) {
            *to = *from;
        }
        size
    }

    /// Takes the first bytes out.
    pub(crate) fn drop_front(&mut self, size: usize) {
        self.bytes.drain(..size);
        self.writer_edge_count += 1;
    }

    /// Notes that an end has gone.
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
