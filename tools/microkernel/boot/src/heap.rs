//! The kernel's heap: blocks of powers of two, with a free list for each size.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr::null_mut;

/// The smallest block is 16 bytes, the largest 2 MiB.
const SMALLEST: u32 = 4;
const SIZES: usize = 18;

struct State {
    free: [*mut Piece; SIZES],
    next: usize,
    end: usize,
}

/// A free block, which holds the address of the next one.
struct Piece {
    next: *mut Piece,
}

/// The allocator.
pub(crate) struct Heap(UnsafeCell<State>);
// SAFETY: there is one processor, and the kernel does not interrupt itself.
unsafe impl Sync for Heap {}

#[global_allocator]
static HEAP: Heap = Heap(UnsafeCell::new(State {
    free: [null_mut(); SIZES],
    next: 0,
    end: 0,
}));

/// Sets the memory of the heap.
///
/// # Safety
///
/// The range is mapped and not used otherwise.
pub(crate) unsafe fn init(start: usize, end: usize) {
    let state = HEAP.0.get();
    // SAFETY: called once, before the first allocation.
    unsafe { (*state).next = start };
    // SAFETY: likewise.
    unsafe { (*state).end = end };
}

/// The index of the free list for a layout.
fn class(layout: Layout) -> usize {
    let size = layout.size().max(layout.align()).max(1 << SMALLEST);
    (size.next_power_of_two().trailing_zeros() - SMALLEST) as usize
}

impl State {
    fn alloc(&mut self, class: usize) -> *mut u8 {
        let Some(list) = self.free.get_mut(class) else {
            return null_mut();
        };
        if !list.is_null() {
            let piece = *list;
            // SAFETY: blocks on the list are free memory that `free` has written.
            *list = unsafe { (*piece).next };
            return piece.cast();
        }
        let size = 1 << (class as u32 + SMALLEST);
        let start = self.next.next_multiple_of(size);
        if start + size > self.end {
            return null_mut();
        }
        self.next = start + size;
        start as *mut u8
    }

    fn free(&mut self, class: usize, memory: *mut u8) {
        let piece = memory.cast::<Piece>();
        let next = self.free[class];
        // SAFETY: the memory came from `alloc`; it is large enough and aligned for a pointer.
        unsafe { piece.write(Piece { next }) };
        self.free[class] = piece;
    }
}

// SAFETY: blocks are as large and as aligned as their power of two, and are allocated once.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: there is no other reference: one processor, no interrupts, no recursion.
        let state = unsafe { &mut *self.0.get() };
        state.alloc(class(layout))
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        let state = unsafe { &mut *self.0.get() };
        state.free(class(layout), memory);
    }
}
