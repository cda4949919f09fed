//! The functions that the compiler calls for copies, fills and comparisons, in place of a C
//! library.

use core::arch::asm;

/// Copies bytes in ascending order.
#[unsafe(no_mangle)]
extern "C" fn memcpy(to: *mut u8, from: *const u8, size: usize) -> *mut u8 {
    // SAFETY: the compiler passes two valid ranges that do not overlap.
    unsafe {
        asm!("rep movsb", inout("rcx") size => _, inout("rdi") to => _, inout("rsi") from => _,
             options(nostack, preserves_flags));
    }
    to
}

/// Copies bytes between ranges that may overlap.
#[unsafe(no_mangle)]
extern "C" fn memmove(to: *mut u8, from: *const u8, size: usize) -> *mut u8 {
    if (to as usize).wrapping_sub(from as usize) >= size {
        return memcpy(to, from, size);
    }
    let (last_to, last_from) = (to.wrapping_add(size), from.wrapping_add(size));
    // SAFETY: the same ranges, in descending order; the direction flag is cleared again.
    unsafe {
        asm!("std", "rep movsb", "cld", inout("rcx") size => _,
             inout("rdi") last_to.wrapping_sub(1) => _, inout("rsi") last_from.wrapping_sub(1) => _,
             options(nostack));
    }
    to
}

/// Fills bytes.
#[unsafe(no_mangle)]
extern "C" fn memset(to: *mut u8, byte: i32, size: usize) -> *mut u8 {
    // SAFETY: the compiler passes a valid range.
    unsafe {
        asm!("rep stosb", inout("rcx") size => _, inout("rdi") to => _, in("al") byte as u8,
             options(nostack, preserves_flags));
    }
    to
}

/// Compares bytes; negative, zero or positive as the first difference is.
#[unsafe(no_mangle)]
extern "C" fn memcmp(left: *const u8, right: *const u8, size: usize) -> i32 {
    for index in 0..size {
        // SAFETY: the compiler passes two valid ranges.
        let one = unsafe { left.wrapping_add(index).read_volatile() };
        // SAFETY: likewise.
        let other = unsafe { right.wrapping_add(index).read_volatile() };
        if one != other {
            return i32::from(one) - i32::from(other);
        }
    }
    0
}

/// Compares bytes; zero where they are equal.
#[unsafe(no_mangle)]
extern "C" fn bcmp(left: *const u8, right: *const u8, size: usize) -> i32 {
    memcmp(left, right, size)
}

/// The precompiled libraries refer to it for unwinding; nothing unwinds here.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

/// Likewise.
#[unsafe(no_mangle)]
extern "C" fn _Unwind_Resume() {}
