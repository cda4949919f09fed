//! A small program that rows write to a file and execute: it reports how it was started.
//!
//! It writes this report to descriptor 4 and exits with the number of its arguments plus 64:
//! - the signal mask and the pending signals, 8 bytes each;
//! - the actions of SIGUSR1 and of SIGUSR2, 32 bytes each;
//! - the `struct itimerval` of `ITIMER_REAL`, 32 bytes, and 16 that are not used;
//! - the values of the auxiliary vector's entries 0 to 31, 8 bytes each; -1 where there is none;
//! - 64 bytes from the initial stack pointer on;
//! - four bytes of the last argument, and four of the first string of the environment;
//! - 2,047 bytes from the begin of its data on, and the last 8 bytes.
//!
//! Its data are 16 bytes of the file, and zeros up to the size of two pages.

use super::Processor;

pub mod aarch64;
pub mod riscv64;
pub mod x86_64;

/// The offsets of the report's parts.
pub const MASK_AT: i64 = 0;
pub const PENDING_AT: i64 = 8;
pub const USR1_AT: i64 = 16;
pub const USR2_AT: i64 = 48;
pub const ITIMER_AT: i64 = 80;
pub const AUXV_AT: i64 = 128;
pub const ARGC_AT: i64 = 384;
pub const STRINGS_AT: i64 = 448;
pub const DATA_AT: i64 = 456;
pub const END_AT: i64 = 2503;
pub const REPORT_SIZE: i64 = 2511;

/// The bytes of the file that are data, and their address.
pub const DATA_SIZE: i64 = 16;
/// The number of headers of segments.
pub const SEGMENTS: i64 = 2;
/// The size of each (`Elf64_Phdr`, `<elf.h>`).
pub const SEGMENT_SIZE: i64 = 56;
/// The addresses of the headers and of the first instruction.
pub const SEGMENTS_ADDRESS: i64 = TEXT + HEADER;
pub const ENTRY: i64 = TEXT + CODE_AT as i64;

const TEXT: i64 = 0x40_0000;
const DATA: i64 = 0x60_0000;
/// The size of `Elf64_Ehdr`.
const HEADER: i64 = 64;
/// The place of the instructions in the file.
pub const CODE_AT: usize = (HEADER + SEGMENTS * SEGMENT_SIZE) as usize;
/// The size of the data in memory.
const DATA_MEMORY: i64 = 0x2000;
const PAGE: i64 = 0x1000;

/// `PT_LOAD`, and its flags: `PF_X`, `PF_W` and `PF_R`.
const LOAD: i64 = 1;
const X: i64 = 1;
const W: i64 = 2;
const R: i64 = 4;

/// The number of bytes in parts.
const fn length(parts: &[&[u8]]) -> usize {
    let (mut length, mut i) = (0, 0);
    while i < parts.len() {
        length += parts[i].len();
        i += 1;
    }
    length
}

/// The ELF file of these instructions (`<elf.h>`): one segment of text, and one of data.
const fn file<const SIZE: usize>(processor: Processor, code: &[&[u8]]) -> [u8; SIZE] {
    let size = SIZE as i64;
    let identity = i64::from_le_bytes([0x7f, b'E', b'L', b'F', 2, 1, 1, 0]);
    // ET_EXEC, the processor, and the version.
    let kind = 2 | (processor.machine() as i64) << 16 | 1 << 32;
    let sizes = processor.elf_flags() as i64 | HEADER << 32 | SEGMENT_SIZE << 48;
    let words = [
        [identity, 0, kind, ENTRY, HEADER, 0, sizes],
        [SEGMENTS, LOAD | (R | X) << 32, 0, TEXT, TEXT, size, size],
        [
            PAGE,
            LOAD | (R | W) << 32,
            0,
            DATA,
            DATA,
            DATA_SIZE,
            DATA_MEMORY,
        ],
    ];
    let mut bytes = [0; SIZE];
    let mut i = 0;
    while i < CODE_AT - 8 {
        bytes[i] = words[i / 56][i / 8 % 7].to_le_bytes()[i % 8];
        i += 1;
    }
    bytes[i + 1] = (PAGE >> 8) as u8;
    i += 8;
    let mut part = 0;
    while part < code.len() {
        let mut j = 0;
        while j < code[part].len() {
            bytes[i] = code[part][j];
            (i, j) = (i + 1, j + 1);
        }
        part += 1;
    }
    bytes
}
