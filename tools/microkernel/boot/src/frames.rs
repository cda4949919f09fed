//! Physical memory: free page frames, each holding the address of the next.

use crate::arch::pointer;

pub(crate) const FRAME_SIZE: u64 = 4_096;

/// The free frames.
pub(crate) struct Frames {
    first: u64,
    count: u64,
    /// The first frame that was never allocated; used when the list is empty.
    next: u64,
    end: u64,
    /// A range in between that is not free: the boot module.
    taken: (u64, u64),
}

impl Frames {
    /// The frames from `start` to `end`, without the range `taken`.
    pub(crate) fn new(start: u64, end: u64, taken: (u64, u64)) -> Frames {
        let taken = (
            taken.0 & !(FRAME_SIZE - 1),
            taken.1.next_multiple_of(FRAME_SIZE),
        );
        let overlap = taken.1.min(end).saturating_sub(taken.0.max(start));
        Frames {
            first: 0,
            count: (end - start - overlap) / FRAME_SIZE,
            next: start.next_multiple_of(FRAME_SIZE),
            end: end & !(FRAME_SIZE - 1),
            taken,
        }
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Allocates a frame of zeros; `None` where there is none.
    pub(crate) fn alloc(&mut self) -> Option<u64> {
        let frame = if self.first != 0 {
            let frame = self.first;
            // SAFETY: a free frame, in which `free` has written the next one's address.
            self.first = unsafe { pointer::<u64>(frame).read() };
            frame
        } else {
            if (self.taken.0..self.taken.1).contains(&self.next) {
                self.next = self.taken.1;
            }
            let frame = self.next;
            if frame + FRAME_SIZE > self.end {
                return None;
            }
            self.next += FRAME_SIZE;
            frame
        };
        self.count = self.count.saturating_sub(1);
        // SAFETY: the frame is mapped, and was free until now.
        unsafe { pointer::<u8>(frame).write_bytes(0, FRAME_SIZE as usize) };
        Some(frame)
    }

    /// Frees a frame.
    pub(crate) fn free(&mut self, frame: u64) {
        // SAFETY: the frame came from `alloc` and is not mapped in the program any more.
        unsafe { pointer::<u64>(frame).write(self.first) };
        self.first = frame;
        self.count += 1;
    }
}
