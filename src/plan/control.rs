//! The layout of the control block, section `.control` of the ELF.

/// The first eight bytes.
pub const MAGIC: [u8; 8] = *b"PXC-OPER";
/// The version of this layout.
pub const VERSION: u16 = 1;
/// The number of checks that have a bit.
pub const CHECKS_MAX: usize = 1024;
/// The size of the block in bytes.
pub const SIZE: usize = 16 + CHECKS_MAX / 8;
/// Flag: keep the inherited descriptors and the inherited signal mask.
pub const KEEP_ENVIRONMENT: u8 = 1;
/// Flag: skip the steps before a skipped check too.
///
/// The checks after it that needed them fail with ECANCELED. It is for a kernel that crashes in
/// such a step. Without this flag the steps run, and no other check loses its set-up.
pub const SKIP_SETUP: u8 = 2;
/// Flag: skip each script whose first check is skipped, and run all rows of the others.
///
/// The rows after a script's last check undo its changes.
pub const WHOLE_SCRIPTS: u8 = 8;
/// Flag: assume that a signal handler is installed where the kernel does not report it.
pub const ASSUME_HANDLERS: u8 = 4;

/// The options that the host tool gives to the ELF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The number of the first group to run; the checks of those before it are skipped.
    pub first_group: u16,
    /// A sum of [`KEEP_ENVIRONMENT`], [`SKIP_SETUP`], [`WHOLE_SCRIPTS`] and [`ASSUME_HANDLERS`].
    pub flags: u8,
    /// A bit for each check to skip: the lowest bit of byte 0 is the first check of the plan.
    pub skip: [u8; CHECKS_MAX / 8],
}

impl Block {
    /// The offset of the version, 16 bits.
    pub const VERSION: usize = 8;
    /// The offset of the first group, 16 bits.
    pub const FIRST_GROUP: usize = 10;
    /// The offset of the flags, 8 bits; the three bytes after it are 0.
    pub const FLAGS: usize = 12;
    /// The offset of the bits.
    pub const SKIP: usize = 16;

    /// The block that runs every check.
    pub const fn new() -> Block {
        Block {
            first_group: 0,
            flags: 0,
            skip: [0; CHECKS_MAX / 8],
        }
    }

    /// Skips the check with that index in the plan, which must be below [`CHECKS_MAX`].
    pub fn skip(&mut self, check: usize) {
        self.skip[check / 8] |= 1 << (check % 8);
    }

    /// The block's bytes in the file; numbers are little-endian.
    pub const fn bytes(&self) -> [u8; SIZE] {
        let mut bytes = [0; SIZE];
        let mut i = 0;
        while i < MAGIC.len() {
            bytes[i] = MAGIC[i];
            i += 1;
        }
        [bytes[Self::VERSION], bytes[Self::VERSION + 1]] = VERSION.to_le_bytes();
        [bytes[Self::FIRST_GROUP], bytes[Self::FIRST_GROUP + 1]] = self.first_group.to_le_bytes();
        bytes[Self::FLAGS] = self.flags;
        i = 0;
        while i < self.skip.len() {
            bytes[Self::SKIP + i] = self.skip[i];
            i += 1;
        }
        bytes
    }
}

impl Default for Block {
    fn default() -> Block {
        Block::new()
    }
}
