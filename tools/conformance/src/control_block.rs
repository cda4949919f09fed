//! The control block of an ELF file: found by its section or its magic, and patched in a copy.

use object::elf::FileHeader64;
use object::read::elf::{ElfFile, ProgramHeader};
use object::{Endianness, Object, ObjectSection};
use posix_conformance::plan::control::{Block, CHECKS_MAX, MAGIC, SIZE, VERSION};

use crate::error::{Error, Result};

/// The offset of the control block in the file, by its section or, without one, by its magic.
///
/// # Errors
/// The file is no ELF, or has no control block of this version, or several.
pub fn offset(elf: &[u8]) -> Result<usize> {
    let file = ElfFile::<FileHeader64<Endianness>>::parse(elf)
        .map_err(|error| Error::usage(format!("not an ELF: {error}")))?;
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
        Some(other) => Err(Error::usage(format!(
            "the control block has version {other}; this tool patches version {VERSION}"
        ))),
        None => Err(Error::usage(
            "no control block where the section .control is",
        )),
    }
}

/// The offset of the magic in a loaded segment, for a file without a section table.
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
        (None, _) => Err(Error::usage("no control block in this ELF")),
        (Some(_), Some(_)) => Err(Error::usage("more than one control block in this ELF")),
    }
}

/// A copy of the ELF with this control block.
///
/// # Errors
/// The ELF has no control block to replace.
pub fn patched(elf: &[u8], block: &Block) -> Result<Vec<u8>> {
    let at = offset(elf)?;
    let mut copy = elf.to_vec();
    copy[at..at + SIZE].copy_from_slice(&block.bytes());
    Ok(copy)
}

/// A control block that skips these checks, by their index in the plan.
///
/// # Errors
/// An index has no bit in the control block.
pub fn skipping(checks: impl IntoIterator<Item = usize>) -> Result<Block> {
    let mut block = Block::new();
    for check in checks {
        if check >= CHECKS_MAX {
            return Err(Error::usage(format!(
                "check {check} has no bit in the control block"
            )));
        }
        block.skip(check);
    }
    Ok(block)
}
