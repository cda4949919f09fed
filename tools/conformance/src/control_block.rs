//! Writes the operator's wishes into a copy of the ELF.

use object::elf::FileHeader64;
use object::read::elf::{ElfFile, ProgramHeader};
use object::{Endianness, Object, ObjectSection};
use posix_conformance::plan::control::{Block, CHECKS_MAX, MAGIC, SIZE, VERSION};

use crate::error::{Error, Result};

/// The place of the operator's block in the file: that of its section, or of its magic.
pub fn offset(elf: &[u8]) -> Result<usize> {
    let file = ElfFile::<FileHeader64<Endianness>>::parse(elf)
        .map_err(|error| Error::usage(format!("no ELF: {error}")))?;
    let section = file
        .section_by_name(".control")
        .and_then(|section| section.file_range());
    let at = match section {
        Some((offset, _)) => offset as usize,
        None => by_magic(elf, &file)?,
    };
    let block = elf
        .get(at..at + SIZE)
        .filter(|block| block.starts_with(&MAGIC));
    let version = block.map(|b| u16::from_le_bytes([b[Block::VERSION], b[Block::VERSION + 1]]));
    match version {
        Some(VERSION) => Ok(at),
        Some(other) => Err(Error::usage(format!("operator's block of version {other}"))),
        None => Err(Error::usage("no operator's block where its section says")),
    }
}

/// The magic inside a loaded segment, for a file without a section table.
fn by_magic(elf: &[u8], file: &ElfFile<FileHeader64<Endianness>>) -> Result<usize> {
    let endian = file.endian();
    let mut found = file.elf_program_headers().iter().flat_map(|segment| {
        let from = segment.p_offset(endian) as usize;
        let to = from
            .saturating_add(segment.p_filesz(endian) as usize)
            .min(elf.len());
        let bytes = elf.get(from..to).unwrap_or_default();
        let places = bytes.windows(MAGIC.len()).enumerate();
        places
            .filter(|(_, window)| *window == MAGIC)
            .map(move |(at, _)| from + at)
    });
    match (found.next(), found.next()) {
        (Some(at), None) => Ok(at),
        (None, _) => Err(Error::usage("no operator's block in this ELF")),
        (Some(_), Some(_)) => Err(Error::usage("more than one operator's block in this ELF")),
    }
}

/// A copy of the ELF that does as it is told.
pub fn patched(elf: &[u8], block: &Block) -> Result<Vec<u8>> {
    let at = offset(elf)?;
    let mut copy = elf.to_vec();
    copy[at..at + SIZE].copy_from_slice(&block.bytes());
    Ok(copy)
}

/// A block that skips these checks.
pub fn skipping(checks: impl IntoIterator<Item = usize>) -> Result<Block> {
    let mut block = Block::new();
    for check in checks {
        if check >= CHECKS_MAX {
            return Err(Error::usage(format!(
                "check {check} has no bit to skip it by"
            )));
        }
        block.skip(check);
    }
    Ok(block)
}
