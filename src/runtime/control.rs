//! The control block: what the host tool writes into a copy of the file.
//!
//! Many kernels pass no argument vector, so the options are in the file itself.

use posix_conformance::plan::control::{
    ASSUME_HANDLERS, KEEP_ENVIRONMENT, SKIP_SETUP, WHOLE_SCRIPTS, at, size, unpatched,
};

use super::tables::CHECKS;

const SIZE: usize = size(CHECKS as usize);

/// The block before it is patched: everything runs.
#[used]
#[unsafe(link_section = ".control")]
static BLOCK: [u8; SIZE] = unpatched();

/// One byte of the block; 0 after its end. The read is volatile: the compiler must not assume the
/// value before patching.
fn byte(index: usize) -> u8 {
    match BLOCK.get(index) {
        // SAFETY: the pointer is a reference's.
        Some(byte) => unsafe { (&raw const *byte).read_volatile() },
        None => 0,
    }
}

/// Bytes of the block; the read is volatile, as in [`byte`].
fn bytes<const INDEX: usize, const COUNT: usize>() -> [u8; COUNT] {
    const { assert!(INDEX + COUNT <= SIZE) };
    // SAFETY: the bytes are in the block, and an array of bytes is aligned anywhere.
    unsafe {
        (&raw const BLOCK)
            .byte_add(INDEX)
            .cast::<[u8; COUNT]>()
            .read_volatile()
    }
}

/// The number of the first group to run.
pub fn first_group() -> u32 {
    u16::from_le_bytes(bytes::<{ at::FIRST_GROUP }, 2>()).into()
}

/// The run id, or 0 without one.
pub fn run() -> u32 {
    u32::from_le_bytes(bytes::<{ at::RUN }, 4>())
}

/// Keep the inherited descriptors and the inherited signal mask.
pub fn keep_environment() -> bool {
    byte(at::FLAGS) & KEEP_ENVIRONMENT != 0
}

/// Skip the steps before a skipped check too.
pub fn skip_setup() -> bool {
    byte(at::FLAGS) & SKIP_SETUP != 0
}

/// Skip whole scripts.
pub fn whole_scripts() -> bool {
    byte(at::FLAGS) & WHOLE_SCRIPTS != 0
}

/// Assume that a signal handler is installed where the kernel does not report it.
pub fn assume_handlers() -> bool {
    byte(at::FLAGS) & ASSUME_HANDLERS != 0
}

/// Skip the check with that index in the plan.
pub fn skips(check: u32) -> bool {
    byte(at::SKIP + check as usize / 8) >> (check % 8) & 1 != 0
}
