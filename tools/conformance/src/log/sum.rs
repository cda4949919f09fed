//! The checksum of a log, a table look-up a byte; `log::Crc32` is the same in fewer bytes of code.

use posix_conformance::log::Crc32;

/// What each byte makes of an empty state.
const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < table.len() {
        let mut state = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            state = (state >> 1) ^ (Crc32::POLYNOMIAL & (state & 1).wrapping_neg());
            bit += 1;
        }
        table[byte] = state;
        byte += 1;
    }
    table
};

/// A checksum as far as the lines have come; its state is kept complemented.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sum(u32);

impl Sum {
    pub fn byte(&mut self, byte: u8) {
        let state = !self.0;
        self.0 = !((state >> 8) ^ TABLE[usize::from(state as u8 ^ byte)]);
    }

    pub fn value(self) -> u32 {
        self.0
    }
}
