//! The layout of the control block, section `.control` of the ELF.
//!
//! Numbers are little-endian. The block is as long as the suite's checks need, and says so.

/// The first eight bytes.
pub const MAGIC: [u8; 8] = *b"PXC-OPER";
/// The version of this layout.
pub const VERSION: u16 = 2;

/// Flag: keep the inherited descriptors and the inherited signal mask.
pub const KEEP_ENVIRONMENT: u8 = 1;
/// Flag: skip the steps before a skipped check too.
///
/// The checks after it that needed them are not asked: a step was left out. It is for a kernel that
/// crashes in such a step. Without this flag the steps run, and no other check loses its set-up.
pub const SKIP_SETUP: u8 = 2;
/// Flag: skip each script whose first check is skipped, and run all rows of the others.
///
/// The rows after a script's last check undo its changes.
pub const WHOLE_SCRIPTS: u8 = 8;
/// Flag: assume that a signal handler is installed where the kernel does not report it.
pub const ASSUME_HANDLERS: u8 = 4;
/// Flag: print the result of each row that is made, on a line of its own.
pub const TRACE: u8 = 16;

/// The offsets of the fields in bytes.
pub mod at {
    /// The version, 16 bits.
    pub const VERSION: usize = 8;
    /// The number of the first group to run, 16 bits; the checks of those before it are skipped.
    pub const FIRST_GROUP: usize = 10;
    /// The sum of the flags, 8 bits; the byte after it is 0.
    pub const FLAGS: usize = 12;
    /// The size of the block in bytes, 16 bits.
    pub const SIZE: usize = 14;
    /// The run id, 32 bits, or 0 for none. The header line of the log ends with it.
    pub const RUN: usize = 16;
    /// A bit for each check to skip: the lowest bit of the first byte is the plan's first check.
    pub const SKIP: usize = 20;
}

/// The most checks that a block can have bits for.
pub const CHECKS_MAX: usize = (u16::MAX as usize - at::SKIP) * 8;

/// The size in bytes of the block of a suite with so many checks.
pub const fn size(checks: usize) -> usize {
    assert!(
        checks <= CHECKS_MAX,
        "more checks than a block has bits for"
    );
    at::SKIP + checks.div_ceil(8)
}

/// The block that runs every check.
pub const fn unpatched<const SIZE: usize>() -> [u8; SIZE] {
    let mut bytes = [0; SIZE];
    let mut i = 0;
    while i < MAGIC.len() {
        bytes[i] = MAGIC[i];
        i += 1;
    }
    [bytes[at::VERSION], bytes[at::VERSION + 1]] = VERSION.to_le_bytes();
    [bytes[at::SIZE], bytes[at::SIZE + 1], ..] = SIZE.to_le_bytes();
    bytes
}
