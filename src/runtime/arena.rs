//! The arena: the memory of rows.

use core::cell::UnsafeCell;

use posix_conformance::plan::Place;
use posix_conformance::plan::arena::{ARENA_SIZE, CAUGHT, POISON, TID};

use crate::arch;

/// Memory that the kernel, signal handlers and threads write.
#[repr(C, align(8))]
struct Arena(UnsafeCell<[u8; ARENA_SIZE]>);

// SAFETY: all access is by raw pointers; no reference is made.
unsafe impl Sync for Arena {}

#[unsafe(link_section = ".arena")]
static ARENA: Arena = Arena(UnsafeCell::new([0; ARENA_SIZE]));

/// Integers and arrays of them: any bytes are a value of these types. The trait is sealed.
pub trait Pod: Copy + sealed::Pod {}

mod sealed {
    pub trait Pod {}
}

macro_rules! pod {
    ($($integer:ty)*) => {$(
        impl sealed::Pod for $integer {}
        impl Pod for $integer {}
    )*};
}
pod!(u8 i8 u16 i16 u32 i32 u64 i64 usize isize);
impl<T: Pod, const N: usize> sealed::Pod for [T; N] {}
impl<T: Pod, const N: usize> Pod for [T; N] {}

/// The address of memory that holds integers; only the runtime makes one.
#[derive(Clone, Copy)]
pub struct Address(usize);

impl Address {
    /// The address of mapped memory.
    ///
    /// # Safety
    ///
    /// The memory that is read must be mapped. The memory that is written must be writable, and the
    /// program must have no reference to it.
    pub(super) const unsafe fn new(address: usize) -> Address {
        Address(address)
    }

    /// The address after so many bytes.
    pub fn plus(self, bytes: usize) -> Address {
        Address(self.0.wrapping_add(bytes))
    }

    /// The address of a value. Where the processor wants it aligned, it is the aligned one at or
    /// before this: the rows prove the addresses that they write down, and a kernel may return any.
    fn of<T: Pod>(self) -> usize {
        let mask = if arch::UNALIGNED_ACCESS {
            0
        } else {
            align_of::<T>() - 1
        };
        self.0 & !mask
    }

    /// Reads a value.
    ///
    /// A system call is a barrier to the compiler, so the value is at least as new as the last one.
    /// A volatile read of bytes would cost 325 bytes in all.
    pub fn get<T: Pod>(self) -> T {
        let from = self.of::<T>() as *const T;
        if arch::UNALIGNED_ACCESS {
            // SAFETY: `new` requires the memory to be mapped, and any bytes are a `T`.
            unsafe { from.read_unaligned() }
        } else {
            // SAFETY: as before, and the address is aligned.
            unsafe { from.read() }
        }
    }

    /// Stores a value.
    pub fn put<T: Pod>(self, value: T) {
        let to = self.of::<T>() as *mut T;
        if arch::UNALIGNED_ACCESS {
            // SAFETY: `new` requires that the memory may be written.
            unsafe { to.write_unaligned(value) }
        } else {
            // SAFETY: as before, and the address is aligned.
            unsafe { to.write(value) }
        }
    }

    /// Fills memory with a byte.
    pub fn fill(self, byte: u8, size: usize) {
        // SAFETY: `new` requires that the memory may be written.
        unsafe { arch::fill(self.0, byte, size) }
    }
}

/// The address of a place as a number, which the kernel may be given.
pub fn address(place: Place) -> usize {
    at(place.offset)
}

/// The address at an offset as a number; it may be at the end of the arena or after it.
pub fn at(offset: i16) -> usize {
    (ARENA.0.get() as usize).wrapping_add_signed(offset.into())
}

/// Returns whether `size` bytes from a place on are within the arena.
pub const fn holds(place: Place, size: usize) -> bool {
    place.offset >= 0 && place.offset as usize + size <= ARENA_SIZE
}

/// Reads the two numbers at an address, if it is in the arena.
pub fn inside_pair(address: usize) -> Option<[i32; 2]> {
    let inside = address.wrapping_sub(at(0)) <= ARENA_SIZE - 8;
    inside.then(|| Address(address).get())
}

/// Reads the value in a place.
#[inline(always)]
pub fn get<T: Pod>(place: Place) -> T {
    inside(place, size_of::<T>()).get()
}

/// Stores a value in a place.
#[inline(always)]
pub fn put<T: Pod>(place: Place, value: T) {
    inside(place, size_of::<T>()).put(value);
}

/// The address of a place with room for `size` bytes.
///
/// It is inlined, so that the compiler proves the assertion for each caller and removes it: one
/// that is left would cost 72 bytes for the panic.
#[inline(always)]
fn inside(place: Place, size: usize) -> Address {
    assert!(holds(place, size), "outside the arena");
    Address(address(place))
}

/// Poisons the arena but for the ids of threads, and sets the handler's count to zero.
pub fn poison() {
    let ids: u64 = get(TID);
    Address(at(0)).fill(POISON, ARENA_SIZE);
    put(CAUGHT, 0u32);
    put(TID, ids);
}

/// Returns whether a 32-bit word still holds poison.
pub fn is_poisoned(place: Place) -> bool {
    get::<u32>(place) == u32::from_ne_bytes([POISON; 4])
}
