//! The control block of an ELF file: found by its section or its magic, and patched in a copy.

use std::collections::BTreeSet;
use std::ops::Range;

use object::elf::FileHeader64;
use object::read::elf::{ElfFile, ProgramHeader};
use object::{Endianness, Object, ObjectSection};
use packer::plan::control::{MAGIC, VERSION, at};

use crate::error::{Error, Result};

/// The options that a copy of the ELF obeys. The default runs every check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// The run id, which the header line of the log ends with; 0 for none.
    pub run: u32,
    /// The number of the first group to run; the checks of those before it are skipped.
    pub first_group: u16,
    /// A sum of the flags of `plan::control`.
    pub flags: u8,
    /// The checks to skip, by their index in the plan.
    pub skip: BTreeSet<usize>,
}

impl Block {
    /// Replaces the options in the bytes of a control block.
    fn write(&self, block: &mut [u8]) -> Result<()> {
        block[at::FIRST_GROUP..][..2].copy_from_slice(&self.first_group.to_le_bytes());
        block[at::FLAGS] = self.flags;
        block[at::RUN..][..4].copy_from_slice(&self.run.to_le_bytes());
        let bits = &mut block[at::SKIP..];
        bits.fill(0);
        for &check in &self.skip {
            let Some(byte) = bits.get_mut(check / 8) else {
                return Err(Error::usage(format!(
                    "check {check} has no bit in the control block"
                )));
            };
            *byte |= 1 << (check % 8);
        }
        Ok(())
    }
}

/// The place of the control block in the file, by its section or, without one, by its magic.
///
/// # Errors
/// The file is no ELF, or has no whole control block of this version, or several.
pub fn place(elf: &[u8]) -> Result<Range<usize>> {
    let file = ElfFile::<FileHeader64<Endianness>>::parse(elf)
        .map_err(|error| Error::usage(format!("not an ELF: {error}")))?;
    let section = file
        .section_by_name(".control")
        .and_then(|section| section.file_range());
    let begin = match section {
        Some((offset, _)) => offset as usize,
        None => by_magic(elf, &file)?,
    };
    let block = elf
        .get(begin..)
        .filter(|block| block.starts_with(&MAGIC))
        .ok_or_else(|| Error::usage("no control block where the section .control is"))?;
    let number = |offset: usize| {
        let bytes = block.get(offset..).and_then(|bytes| bytes.first_chunk());
        bytes.map_or(0, |bytes| u16::from_le_bytes(*bytes))
    };
    let (version, size) = (number(at::VERSION), usize::from(number(at::SIZE)));
    if version != VERSION {
        return Err(Error::usage(format!(
            "the control block has version {version}; this tool patches version {VERSION}"
        )));
    }
    if !(at::SKIP..=block.len()).contains(&size) {
        return Err(Error::usage(format!(
            "the control block has {size} bytes, not {} to {}",
            at::SKIP,
            block.len()
        )));
    }
    Ok(begin..begin + size)
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

/// A copy of the ELF with these options.
///
/// # Errors
/// The ELF has no control block, or one without a bit for a check to skip.
pub fn patched(elf: &[u8], block: &Block) -> Result<Vec<u8>> {
    let place = place(elf)?;
    let mut copy = elf.to_vec();
    block.write(&mut copy[place])?;
    Ok(copy)
}
