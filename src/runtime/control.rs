//! The control block: what the host tool writes into a copy of the file.
//!
//! Many kernels pass no argument vector, so the options are in the file itself.

use posix_conformance::plan::control::{
    ASSUME_HANDLERS, KEEP_ENVIRONMENT, SKIP_SETUP, TRACE, WHOLE_SCRIPTS, at, size, unpatched,
};

use crate::tables::CHECKS;

const SIZE: usize = size(CHECKS as usize);

/// The bytes of the block, aligned for its numbers.
#[repr(C, align(4))]
struct Block([u8; SIZE]);

/// The block before it is patched: everything runs.
#[used]
#[unsafe(link_section = ".control")]
static BLOCK: Block = Block(unpatched());

/// One byte of the block; 0 after its end. The read is volatile: the compiler must not assume the
/// value before patching.
fn byte(index: usize) -> u8 {
    match BLOCK.0.get(index) {
        // SAFETY: the pointer is a reference's.
        Some(byte) => unsafe { (&raw const *byte).read_volatile() },
        None => 0,
    }
}

/// The number of the first group to run.
pub fn first_group() -> u32 {
    const { assert!(at::FIRST_GROUP.is_multiple_of(2) && at::FIRST_GROUP + 2 <= SIZE) };
    let number = (&raw const BLOCK.0[at::FIRST_GROUP]).cast::<u16>();
    // SAFETY: the bytes are in the block, and aligned.
    u16::from_le(unsafe { number.read_volatile() }).into()
}

/// The run id, or 0 without one.
pub fn run() -> u32 {
    const { assert!(at::RUN.is_multiple_of(4) && at::RUN + 4 <= SIZE) };
    let number = (&raw const BLOCK.0[at::RUN]).cast::<u32>();
    // SAFETY: the bytes are in the block, and aligned.
    u32::from_le(unsafe { number.read_volatile() })
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

/// Print the result of each row.
pub fn traces() -> bool {
    byte(at::FLAGS) & TRACE != 0
}

/// Assume that a signal handler is installed where the kernel does not report it.
pub fn assume_handlers() -> bool {
    byte(at::FLAGS) & ASSUME_HANDLERS != 0
}

/// Skip the check with that index in the plan.
pub fn skips(check: u32) -> bool {
    byte(at::SKIP + check as usize / 8) >> (check % 8) & 1 != 0
}
