//! Inspects an ELF: whether the simplest of loaders will do for it, and whether it is small enough.

use object::elf::{self, FileHeader64, ProgramHeader64};
use object::read::elf::{ElfFile, FileHeader, ProgramHeader};
use object::{Endianness, Object, ObjectSection};

use crate::control_block;
use crate::error::{Error, Result};

/// The most bytes that the file may have.
pub const SIZE_MAX: usize = 22_528;
/// What a loader maps: address and place in the file agree modulo this.
const PAGE: u64 = 4096;

/// What kind of file a build must give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `ET_EXEC`, at a fixed address.
    Fixed,
    /// `ET_DYN` that runs at any address without a relocation.
    AnyAddress,
}

/// A segment to be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub address: u64,
    pub file_size: u64,
    pub memory_size: u64,
    /// `r-x` and the like.
    pub access: String,
}

/// What an ELF is.
#[derive(Clone, Debug)]
pub struct Inspected {
    pub size: usize,
    pub entry: u64,
    pub segments: Vec<Segment>,
    /// Name and size of each section that takes room.
    pub sections: Vec<(String, u64)>,
    /// What is wrong with it; nothing should be.
    pub faults: Vec<String>,
}

/// Looks at an ELF.
pub fn inspect(bytes: &[u8], kind: Kind) -> Result<Inspected> {
    let file = ElfFile::<FileHeader64<Endianness>>::parse(bytes)
        .map_err(|error| Error::usage(format!("no ELF of 64 bits: {error}")))?;
    let header = file.elf_header();
    let endian = file.endian();
    let mut faults = Vec::new();
    if header.e_machine(endian) != elf::EM_X86_64 || endian != Endianness::Little {
        faults.push("not for x86-64".to_string());
    }
    let (wanted, name) = match kind {
        Kind::Fixed => (elf::ET_EXEC, "ET_EXEC"),
        Kind::AnyAddress => (elf::ET_DYN, "ET_DYN"),
    };
    if header.e_type(endian) != wanted {
        faults.push(format!("type is {}, not {name}", header.e_type(endian)));
    }
    if bytes.len() > SIZE_MAX {
        faults.push(format!(
            "{} bytes, {} too many",
            bytes.len(),
            bytes.len() - SIZE_MAX
        ));
    }
    let headers = file.elf_program_headers();
    let entry = header.e_entry(endian);
    faults.extend(
        headers
            .iter()
            .flat_map(|segment| segment_faults(segment, endian)),
    );
    let loaded = || headers.iter().filter(|s| s.p_type(endian) == elf::PT_LOAD);
    let holds_entry = loaded().any(|segment| {
        let begin = segment.p_vaddr(endian);
        segment.p_flags(endian) & elf::PF_X != 0
            && (begin..begin + segment.p_filesz(endian)).contains(&entry)
    });
    if !holds_entry {
        faults.push(format!("entry {entry:#x} is in no executable segment"));
    }
    let pages = loaded().map(|segment| {
        let begin = segment.p_vaddr(endian);
        (
            begin / PAGE,
            (begin + segment.p_memsz(endian)).div_ceil(PAGE),
        )
    });
    let mut pages: Vec<(u64, u64)> = pages.collect();
    pages.sort_unstable();
    if pages.windows(2).any(|pair| pair[0].1 > pair[1].0) {
        faults.push("two segments share a page".to_string());
    }
    if let Err(problem) = control_block::place(bytes) {
        faults.push(problem.text);
    }
    let sections = sections(&file, &mut faults);
    Ok(Inspected {
        size: bytes.len(),
        entry,
        segments: loaded().map(|segment| described(segment, endian)).collect(),
        sections,
        faults,
    })
}

fn segment_faults(segment: &ProgramHeader64<Endianness>, endian: Endianness) -> Vec<String> {
    let mut faults = Vec::new();
    for (kind, name) in [
        (elf::PT_INTERP, "PT_INTERP"),
        (elf::PT_DYNAMIC, "PT_DYNAMIC"),
        (elf::PT_TLS, "PT_TLS"),
    ] {
        if segment.p_type(endian) == kind {
            faults.push(format!("has {name}"));
        }
    }
    let access = segment.p_flags(endian);
    let (address, offset) = (segment.p_vaddr(endian), segment.p_offset(endian));
    if access & elf::PF_W != 0 && access & elf::PF_X != 0 {
        faults.push(format!(
            "segment at {address:#x} is writable and executable"
        ));
    }
    if segment.p_type(endian) != elf::PT_LOAD {
        return faults;
    }
    if segment.p_align(endian) != PAGE {
        faults.push(format!(
            "segment at {address:#x} is not aligned to pages of 4 KiB"
        ));
    }
    if address % PAGE != offset % PAGE {
        faults.push(format!(
            "segment at {address:#x} stands at {offset:#x} in the file, which differs modulo 4 KiB"
        ));
    }
    faults
}

/// The sections that take room; relocations are a fault.
fn sections(
    file: &ElfFile<FileHeader64<Endianness>>,
    faults: &mut Vec<String>,
) -> Vec<(String, u64)> {
    let mut sizes = Vec::new();
    for section in file.sections() {
        let name = section.name().unwrap_or("?").to_string();
        let relocates = [".rel.", ".rela.", ".relr."]
            .iter()
            .any(|p| name.starts_with(p));
        if relocates && section.size() > 0 {
            faults.push(format!("relocations are left: {name}"));
        }
        if section.size() > 0 {
            sizes.push((name, section.size()));
        }
    }
    sizes
}

fn described(segment: &ProgramHeader64<Endianness>, endian: Endianness) -> Segment {
    let flags = segment.p_flags(endian);
    let bits = [(elf::PF_R, 'r'), (elf::PF_W, 'w'), (elf::PF_X, 'x')];
    Segment {
        address: segment.p_vaddr(endian),
        file_size: segment.p_filesz(endian),
        memory_size: segment.p_memsz(endian),
        access: bits
            .iter()
            .map(|&(bit, c)| if flags & bit != 0 { c } else { '-' })
            .collect(),
    }
}
