//! Message queues (`mq_overview(7)`).

use alloc::vec::Vec;

use crate::linux::{POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM};

/// A message queue.
#[derive(Debug)]
pub(crate) struct Queue {
    /// `None` after it was unlinked.
    pub name: Option<Vec<u8>>,
    pub mode: u32,
    pub user: u32,
    pub group: u32,
    /// The largest number of messages, and the largest size of one in bytes.
    pub most: usize,
    pub size: usize,
    /// The number of descriptions.
    pub opens: usize,
    /// The process that is told of a message in the empty queue, with the signal and its value;
    /// signal 0 is none.
    pub notify: Option<(i32, i32, u64)>,
    /// Priorities and bytes, in the order in which they are received.
    messages: Vec<(u32, Vec<u8>)>,
    edge_count: u64,
}

impl Queue {
    pub(crate) fn new(name: Vec<u8>, most: usize, size: usize) -> Queue {
        Queue {
            name: Some(name),
            mode: 0,
            user: 0,
            group: 0,
            most,
            size,
            opens: 0,
            notify: None,
            messages: Vec::new(),
            edge_count: 1,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.messages.len() >= self.most
    }

    /// Adds a message behind those of its priority.
    pub(crate) fn push(&mut self, priority: u32, bytes: Vec<u8>) {
        let behind = self.messages.iter().position(|one| one.0 < priority);
        let at = behind.unwrap_or(self.messages.len());
        self.messages.insert(at, (priority, bytes));
        self.edge_count += 1;
    }

    /// The message that is received next.
    pub(crate) fn first(&self) -> Option<&(u32, Vec<u8>)> {
        self.messages.first()
    }

    pub(crate) fn drop_first(&mut self) {
        if !self.messages.is_empty() {
            self.messages.remove(0);
            self.edge_count += 1;
        }
    }

    pub(crate) fn readiness(&self) -> (u32, u64) {
        let data = if self.messages.is_empty() {
            0
        } else {
            POLLIN | POLLRDNORM
        };
        let room = if self.is_full() {
            0
        } else {
            POLLOUT | POLLWRNORM
        };
        (data | room, self.edge_count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_leave_by_priority_and_age() {
        let mut queue = Queue::new(b"q".to_vec(), 3, 8);
        for (priority, byte) in [(1, b'a'), (7, b'b'), (1, b'c')] {
            queue.push(priority, alloc::vec![byte]);
        }
        assert!(queue.is_full());
        let mut order = Vec::new();
        while let Some((_, bytes)) = queue.first() {
            order.extend(bytes.clone());
            queue.drop_first();
        }
        assert_eq!(order, b"bac");
        assert_eq!(queue.readiness().0 & POLLIN, 0);
    }
}
