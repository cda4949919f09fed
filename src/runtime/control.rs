//! The control block: what the host tool writes into a copy of the file.
//!
//! Many kernels pass no argument vector, so the wishes stand in the file itself.

use posix_conformance::plan::control::{
    ASSUME_HANDLERS, Block, KEEP_ENVIRONMENT, MAGIC, SIZE, SKIP_SETUP, WHOLE_SCRIPTS,
};

/// The unpatched block: everything runs.
#[used]
#[unsafe(link_section = ".control")]
static BLOCK: [u8; SIZE] = Block::new().bytes();

const _: () = assert!(MAGIC.len() == 8);

/// One byte of the block as it stands in the file, which the compiler must not know; 0 behind it.
fn byte(index: usize) -> u8 {
    match BLOCK.get(index) {
        // SAFETY: the reference is valid.
        Some(byte) => unsafe { (&raw const *byte).read_volatile() },
        None => 0,
    }
}

/// The number of the first group to run.
pub fn first_group() -> u32 {
    u32::from(u16::from_le_bytes([
        byte(Block::FIRST_GROUP),
        byte(Block::FIRST_GROUP + 1),
    ]))
}

/// Whether to leave inherited descriptors and the inherited signal mask alone.
pub fn keep_environment() -> bool {
    byte(Block::FLAGS) & KEEP_ENVIRONMENT != 0
}

/// Whether to leave out the steps in front of a skipped check too.
pub fn skip_setup() -> bool {
    byte(Block::FLAGS) & SKIP_SETUP != 0
}

/// Whether to leave out scripts as a whole.
pub fn whole_scripts() -> bool {
    byte(Block::FLAGS) & WHOLE_SCRIPTS != 0
}

/// Whether to believe that a signal handler is installed where the kernel does not tell.
pub fn assume_handlers() -> bool {
    byte(Block::FLAGS) & ASSUME_HANDLERS != 0
}

/// Whether to skip the check of that place in the plan.
pub fn skips(check: u32) -> bool {
    byte(Block::SKIP + check as usize / 8) >> (check % 8) & 1 != 0
}
