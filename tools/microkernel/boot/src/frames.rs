//! Physical memory: free pages, each holding the address of the next.

/// Where all physical memory up to 4 GiB is mapped.
pub(crate) const DIRECT: u64 = 0xffff_8000_0000_0000;
pub(crate) const FRAME_SIZE: u64 = 4_096;

/// The pages that nobody uses.
pub(crate) struct Frames {
    first: u64,
    count: u64,
    /// What was never used, given out after the list.
    next: u64,
    end: u64,
    /// A range in between that is taken: the boot module.
    taken: (u64, u64),
}

/// A physical address as a pointer.
pub(crate) fn pointer<T>(address: u64) -> *mut T {
    (DIRECT + address) as *mut T
}

impl Frames {
    /// Pages of a range of physical memory without another range.
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

    /// A page of zeros.
    pub(crate) fn alloc(&mut self) -> Option<u64> {
        let frame = if self.first != 0 {
            let frame = self.first;
            // SAFETY: a free page, in which `free` has written the next one's address.
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
        // SAFETY: the page is mapped, and nobody else's now.
        unsafe { pointer::<u8>(frame).write_bytes(0, FRAME_SIZE as usize) };
        Some(frame)
    }

    /// Takes a page back.
    pub(crate) fn free(&mut self, frame: u64) {
        // SAFETY: the page came from `alloc` and is not mapped anywhere else any more.
        unsafe { pointer::<u64>(frame).write(self.first) };
        self.first = frame;
        self.count += 1;
    }
}
