//! Reads the program headers of an executable (ELF-64, System V ABI).

use alloc::vec::Vec;

use crate::machine::{PAGE_SIZE, Protection};

const HEADER_SIZE: usize = 64;
pub(crate) const ENTRY_SIZE: usize = 56;
const TYPE_EXECUTABLE: u16 = 2;
const LOAD: u32 = 1;

/// A PT_LOAD segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    pub offset: usize,
    pub address: u64,
    pub file_size: usize,
    pub memory_size: u64,
    pub protection: Protection,
}

/// The parts of an executable that the loader needs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Executable {
    pub entry: u64,
    /// The address of the program headers in memory; 0 where no segment holds them.
    pub headers: u64,
    pub header_count: u64,
    pub segments: Vec<Segment>,
}

fn number<const SIZE: usize>(file: &[u8], at: usize) -> Option<u64> {
    let bytes = file.get(at..at.checked_add(SIZE)?)?;
    let mut wide = [0; 8];
    wide[..SIZE].copy_from_slice(bytes);
    Some(u64::from_le_bytes(wide))
}

/// Reads the headers; `None` for a file that is not a static executable of the machine
/// (`e_machine`), or that does not lie below `limit`.
pub(crate) fn parse(file: &[u8], wanted: u16, limit: u64) -> Option<Executable> {
    let is_elf64 = file.get(..6)? == b"\x7fELF\x02\x01";
    let machine = number::<2>(file, 18)? as u16;
    let kind = number::<2>(file, 16)? as u16;
    if !is_elf64 || machine != wanted || kind != TYPE_EXECUTABLE {
        return None;
    }
    let entry = number::<8>(file, 24)?;
    let table = usize::try_from(number::<8>(file, 32)?).ok()?;
    let count = number::<2>(file, 56)? as usize;
    if number::<2>(file, 54)? as usize != ENTRY_SIZE || table < HEADER_SIZE {
        return None;
    }
    let mut segments = Vec::new();
    for index in 0..count {
        let at = table.checked_add(index * ENTRY_SIZE)?;
        if number::<4>(file, at)? as u32 == LOAD {
            segments.push(segment(file, at, limit)?);
        }
    }
    let holds = |one: &&Segment| (one.offset..one.offset + one.file_size).contains(&table);
    let holder = segments.iter().find(holds);
    let headers = holder.map_or(0, |one: &Segment| one.address + (table - one.offset) as u64);
    (!segments.is_empty()).then_some(Executable {
        entry,
        headers,
        header_count: count as u64,
        segments,
    })
}

fn segment(file: &[u8], at: usize, limit: u64) -> Option<Segment> {
    let flags = number::<4>(file, at + 4)?;
    let segment = Segment {
        offset: usize::try_from(number::<8>(file, at + 8)?).ok()?,
        address: number::<8>(file, at + 16)?,
        file_size: usize::try_from(number::<8>(file, at + 32)?).ok()?,
        memory_size: number::<8>(file, at + 40)?,
        protection: Protection {
            read: flags & 4 != 0,
            write: flags & 2 != 0,
            execute: flags & 1 != 0,
        },
    };
    let end = segment.address.checked_add(segment.memory_size)?;
    let in_file = segment.offset.checked_add(segment.file_size)? <= file.len();
    let in_memory = segment.address >= PAGE_SIZE && end <= limit;
    let fits = segment.file_size as u64 <= segment.memory_size;
    (in_file && in_memory && fits).then_some(segment)
}

#[cfg(test)]
mod tests {
    use super::Executable;
    use alloc::vec::Vec;

    fn parse(file: &[u8]) -> Option<Executable> {
        super::parse(file, 62, 0x7fff_ffff_f000)
    }

    fn image() -> Vec<u8> {
        let mut file = std::vec![0u8; 64 + 56 + 8];
        file[..6].copy_from_slice(b"\x7fELF\x02\x01");
        file[16] = 2;
        file[18] = 62;
        file[24..32].copy_from_slice(&0x20_0078_u64.to_le_bytes());
        file[32] = 64;
        file[54] = 56;
        file[56] = 1;
        file[64] = 1;
        file[68] = 5;
        file[64 + 16..64 + 24].copy_from_slice(&0x20_0000_u64.to_le_bytes());
        file[64 + 32] = 128;
        file[64 + 40..64 + 48].copy_from_slice(&0x1000_u64.to_le_bytes());
        file
    }

    #[test]
    fn segments_are_read() {
        let executable = parse(&image()).expect("an executable");
        assert_eq!(executable.entry, 0x20_0078);
        assert_eq!(
            (executable.headers, executable.header_count),
            (0x20_0040, 1)
        );
        let segment = executable.segments[0];
        assert_eq!((segment.file_size, segment.memory_size), (128, 0x1000));
        assert!(segment.protection.execute && !segment.protection.write);
    }

    #[test]
    fn what_would_leave_user_memory_or_the_file_is_refused() {
        let good = image();
        for (at, byte) in [
            (0, 0),
            (18, 3),
            (16, 3),
            (64 + 33, 1),
            (64 + 23, 0xff),
            (64 + 22, 0x80),
        ] {
            let mut bad = good.clone();
            bad[at] = byte;
            assert_eq!(parse(&bad), None, "byte {at}");
        }
        for length in 0..good.len() {
            assert_eq!(parse(&good[..length]), None, "cut at {length}");
        }
    }
}
