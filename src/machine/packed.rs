//! The packed plan, and safe access to its tables.

/// Written by the build script; the format stands in `plan::packed`.
mod tables {
    include!(concat!(env!("OUT_DIR"), "/packed.rs"));
}

pub use tables::*;

/// One element of a table.
///
/// Reading past a table's end would need a panic, and a panic's message a table of pointers.
pub fn fetch<T: Copy>(table: &[T], index: usize) -> T {
    debug_assert!(index < table.len());
    // SAFETY: the build script writes only indices that exist.
    unsafe { *table.get_unchecked(index) }
}
