//! The layout of the control block, section `.control` of the ELF.

/// The first eight bytes.
pub const MAGIC: [u8; 8] = *b"PXC-OPER";
/// The version of this layout.
pub const VERSION: u16 = 1;
/// How many checks have a bit.
pub const CHECKS_MAX: usize = 1024;
/// The block in bytes.
pub const SIZE: usize = 16 + CHECKS_MAX / 8;
/// Flag: leave inherited descriptors and the inherited signal mask alone.
pub const KEEP_ENVIRONMENT: u8 = 1;
/// Flag: where a check is skipped, the unnamed steps in front of it are left out too, and the
/// checks behind it that needed them fail with ECANCELED. For a kernel that dies in such a step:
/// without this flag a skipped check costs no other check its set-up.
pub const SKIP_SETUP: u8 = 2;

/// Flag: leave out scripts as a whole where their first check is skipped, and run all rows of the
/// others: those behind a script's last check undo what it changed.
pub const WHOLE_SCRIPTS: u8 = 8;
/// Flag: believe that a signal handler is installed where the kernel does not tell.
pub const ASSUME_HANDLERS: u8 = 4;

/// What the host tool asks of the ELF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The number of the first group to run; the checks of those before it are skipped.
    pub first_group: u16,
    /// See [`KEEP_ENVIRONMENT`], [`SKIP_SETUP`], [`WHOLE_SCRIPTS`] and [`ASSUME_HANDLERS`].
    pub flags: u8,
    /// A bit for each check to skip, the lowest bit of byte 0 for the first of the plan.
    pub skip: [u8; CHECKS_MAX / 8],
}

impl Block {
    /// The offset of the version, 16 bits.
    pub const VERSION: usize = 8;
    /// The offset of the first group, 16 bits.
    pub const FIRST_GROUP: usize = 10;
    /// The offset of the flags, 8 bits; three bytes behind it are 0.
    pub const FLAGS: usize = 12;
    /// The offset of the bits.
    pub const SKIP: usize = 16;

    /// Runs everything.
    pub const fn new() -> Block {
        Block {
            first_group: 0,
            flags: 0,
            skip: [0; CHECKS_MAX / 8],
        }
    }

    /// Asks to skip the check of that place in the plan; the caller keeps below [`CHECKS_MAX`].
    pub fn skip(&mut self, check: usize) {
        self.skip[check / 8] |= 1 << (check % 8);
    }

    /// The block as it stands in the file, numbers little-endian.
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
