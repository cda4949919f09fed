//! Epoll sets: the watched descriptions and their events (`epoll(7)`).

use alloc::vec::Vec;

use crate::linux::{EPOLLET, EPOLLONESHOT, POLLERR, POLLHUP, POLLIN, POLLRDNORM};

/// The bits of `events` that are flags of the report, not conditions.
const REPORT_FLAGS: u32 = 0xf000_0000;
/// The largest depth of sets that watch sets.
pub(crate) const DEPTH_MAX: usize = 5;

/// A watched descriptor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Interest {
    pub fd: i32,
    pub description: usize,
    pub events: u32,
    pub data: u64,
    /// The edge count at the last report; an edge-triggered interest waits for a higher one.
    seen: u64,
}

/// An epoll set.
#[derive(Debug, Default)]
pub(crate) struct Epoll {
    /// In the order of the next report: a reported interest moves to the end.
    interests: Vec<Interest>,
}

impl Epoll {
    fn position(&self, fd: i32, description: usize) -> Option<usize> {
        let mut interests = self.interests.iter();
        interests.position(|one| one.fd == fd && one.description == description)
    }

    pub(crate) fn contains(&self, fd: i32, description: usize) -> bool {
        self.position(fd, description).is_some()
    }

    pub(crate) fn add(&mut self, fd: i32, description: usize, events: u32, data: u64) {
        self.interests.push(Interest {
            fd,
            description,
            events: events | POLLERR | POLLHUP,
            data,
            seen: 0,
        });
    }

    /// Changes an interest; false where there is none.
    pub(crate) fn modify(&mut self, fd: i32, description: usize, events: u32, data: u64) -> bool {
        let Some(at) = self.position(fd, description) else {
            return false;
        };
        let interest = &mut self.interests[at];
        interest.events = events | POLLERR | POLLHUP;
        interest.data = data;
        interest.seen = 0;
        true
    }

    /// Removes an interest; false where there is none.
    pub(crate) fn remove(&mut self, fd: i32, description: usize) -> bool {
        let at = self.position(fd, description);
        at.map(|at| self.interests.remove(at)).is_some()
    }

    /// Removes every interest in a description.
    pub(crate) fn forget(&mut self, description: usize) {
        self.interests.retain(|one| one.description != description);
    }

    fn due(interest: &Interest, readiness: impl Fn(usize) -> (u32, u64)) -> Option<(u32, u64)> {
        if interest.events & !REPORT_FLAGS == 0 {
            return None;
        }
        let (ready, edge_count) = readiness(interest.description);
        let events = ready & interest.events & !REPORT_FLAGS;
        let fresh = interest.events & EPOLLET == 0 || edge_count > interest.seen;
        (events != 0 && fresh).then_some((events, edge_count))
    }

    /// The events that `poll` reports for the set, and its edge count: the sum over the watched
    /// descriptions. `readiness` gives both for a description.
    pub(crate) fn readiness(&self, readiness: impl Fn(usize) -> (u32, u64)) -> (u32, u64) {
        let due = self
            .interests
            .iter()
            .any(|one| Epoll::due(one, &readiness).is_some());
        let edge_count = self
            .interests
            .iter()
            .map(|one| readiness(one.description).1);
        let ready = if due { POLLIN | POLLRDNORM } else { 0 };
        (ready, edge_count.sum::<u64>() + 1)
    }

    /// The due reports, at most `most`, and the set after they are delivered.
    pub(crate) fn collect(
        &self,
        readiness: impl Fn(usize) -> (u32, u64),
        most: usize,
    ) -> (Vec<(u32, u64)>, Epoll) {
        let mut reports = Vec::new();
        let mut left = Vec::new();
        let mut reported = Vec::new();
        for &interest in &self.interests {
            match Epoll::due(&interest, &readiness) {
                Some((events, edge_count)) if reports.len() < most => {
                    reports.push((events, interest.data));
                    let mut interest = interest;
                    interest.seen = edge_count;
                    if interest.events & EPOLLONESHOT != 0 {
                        interest.events &= REPORT_FLAGS;
                    }
                    reported.push(interest);
                }
                _ => left.push(interest),
            }
        }
        left.append(&mut reported);
        (reports, Epoll { interests: left })
    }

    /// The watched descriptions.
    pub(crate) fn descriptions(&self) -> impl Iterator<Item = usize> {
        self.interests.iter().map(|one| one.description)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A set that watches description 7.
    fn watching(events: u32) -> Epoll {
        let mut epoll = Epoll::default();
        epoll.add(3, 7, events, 77);
        epoll
    }

    #[test]
    fn level_reports_again_and_edge_waits_for_an_edge() {
        for (manner, again) in [(0, 1), (EPOLLET, 0), (EPOLLONESHOT, 0)] {
            let epoll = watching(POLLIN | manner);
            assert_eq!(epoll.collect(|_| (0, 1), 8).0, []);
            let (reports, epoll) = epoll.collect(|_| (POLLIN, 2), 8);
            assert_eq!(reports, [(POLLIN, 77)]);
            let (reports, epoll) = epoll.collect(|_| (POLLIN, 2), 8);
            assert_eq!(reports.len(), again);
            let expected = usize::from(manner != EPOLLONESHOT);
            assert_eq!(epoll.collect(|_| (POLLIN, 3), 8).0.len(), expected);
        }
    }

    #[test]
    fn hang_up_is_reported_unasked() {
        let epoll = watching(0);
        assert_eq!(epoll.collect(|_| (POLLHUP, 2), 1).0, [(POLLHUP, 77)]);
    }

    #[test]
    fn who_was_reported_goes_to_the_end() {
        let mut epoll = watching(POLLIN);
        epoll.add(4, 8, POLLIN, 88);
        let (reports, epoll) = epoll.collect(|_| (POLLIN, 2), 1);
        assert_eq!(reports, [(POLLIN, 77)]);
        assert_eq!(epoll.collect(|_| (POLLIN, 2), 1).0, [(POLLIN, 88)]);
    }
}
