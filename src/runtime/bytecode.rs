//! The tables of the bytecode; `plan::bytecode` describes them.

use posix_conformance::log::Crc32;
use posix_conformance::plan::bytecode::MORE;

use super::unpack::Stream;

pub use crate::tables::*;

/// Returns whether the packed plan in memory is that of the file; a loader may have damaged it.
pub fn is_whole() -> bool {
    let mut crc = Crc32::new();
    PACKED.iter().for_each(|&byte| crc.byte(byte));
    crc.value() == PACKED_CRC
}

impl Stream {
    /// The arity and the flags of the call with that id.
    pub fn shape(&self, call: usize) -> u8 {
        self.tables()
            .get(ARITIES + call)
            .copied()
            .unwrap_or_default()
    }

    /// The number of the system call with that index in the table.
    #[inline(never)]
    pub fn number(&self, mut index: usize) -> u16 {
        let mut number = 0;
        for &step in &self.tables()[NUMBERS..VALUES] {
            number += u16::from(step);
            if step != MORE {
                if index == 0 {
                    break;
                }
                index -= 1;
            }
        }
        number
    }

    /// The three bytes of the value with that index.
    pub fn value(&self, index: usize) -> [u8; 3] {
        let (columns, _) = self.tables()[VALUES..WIDE].as_chunks::<VALUE_COUNT>();
        match columns {
            [kinds, lows, highs] if index < VALUE_COUNT => {
                [kinds[index], lows[index], highs[index]]
            }
            _ => [0; 3],
        }
    }

    /// The 64-bit number with that index.
    pub fn wide(&self, index: usize) -> usize {
        let (wide, _) = self.tables()[WIDE..ERRNOS].as_chunks();
        wide.get(index)
            .map_or(0, |bytes| usize::from_le_bytes(*bytes))
    }
}
