//! The inspection of an ELF: the demands of the simplest loaders, and the size budget.

use object::Endianness;
use object::elf::{self, FileHeader64, ProgramHeader64};
use object::read::elf::{ElfFile, FileHeader, ProgramHeader};
use packer::abi::Processor;
use packer::suites::CORE;

use crate::control_block;
use crate::error::{Error, Result};

/// The budget for the file, in bytes.
pub const SIZE_MAX: usize = CORE.limits.file;
/// The page size of a loader, in bytes: addresses and file offsets agree modulo this.
const PAGE: u64 = 4096;

/// The kind of file that a build must give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElfKind {
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
    /// Permissions, for example `r-x`.
    pub access: String,
}

/// The properties of an ELF.
#[derive(Clone, Debug)]
pub struct Inspected {
    pub size: usize,
    pub entry: u64,
    pub segments: Vec<Segment>,
    /// Violations of the contract, a line each; empty for an ELF that every loader takes.
    pub violations: Vec<String>,
}

/// `e_machine` of an ELF64; none where the bytes are none.
pub(crate) fn machine(bytes: &[u8]) -> Option<u16> {
    let file = ElfFile::<FileHeader64<Endianness>>::parse(bytes).ok()?;
    Some(file.elf_header().e_machine(file.endian()).0)
}

/// Inspects the bytes of an ELF for x86-64.
///
/// # Errors
/// The bytes are no ELF64: exit code 2.
pub fn inspect(bytes: &[u8], kind: ElfKind) -> Result<Inspected> {
    inspect_for(bytes, kind, Processor::X86_64)
}

/// Inspects the bytes of an ELF for a processor.
///
/// # Errors
/// The bytes are no ELF64: exit code 2.
pub fn inspect_for(bytes: &[u8], kind: ElfKind, processor: Processor) -> Result<Inspected> {
    let file = ElfFile::<FileHeader64<Endianness>>::parse(bytes)
        .map_err(|error| Error::usage(format!("not an ELF64 file: {error}")))?;
    let header = file.elf_header();
    let endian = file.endian();
    let mut violations = Vec::new();
    let machine = header.e_machine(endian).0;
    if machine != processor.machine() || endian != Endianness::Little {
        violations.push(format!("not for {}", processor.name()));
    }
    let (wanted, name) = match kind {
        ElfKind::Fixed => (elf::ET_EXEC, "ET_EXEC"),
        ElfKind::AnyAddress => (elf::ET_DYN, "ET_DYN"),
    };
    if header.e_type(endian) != wanted {
        violations.push(format!("type is {}, not {name}", header.e_type(endian)));
    }
    if bytes.len() > SIZE_MAX {
        violations.push(format!(
            "{} bytes, {} too many",
            bytes.len(),
            bytes.len() - SIZE_MAX
        ));
    }
    let headers = file.elf_program_headers();
    let entry = header.e_entry(endian);
    violations.extend(
        headers
            .iter()
            .flat_map(|segment| segment_violations(segment, endian)),
    );
    let loaded = || headers.iter().filter(|s| s.p_type(endian) == elf::PT_LOAD);
    let holds_entry = loaded().any(|segment| {
        let begin = segment.p_vaddr(endian);
        segment.p_flags(endian).contains(elf::PF_X)
            && (begin..begin + segment.p_filesz(endian)).contains(&entry)
    });
    if !holds_entry {
        violations.push(format!("entry {entry:#x} is in no executable segment"));
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
        violations.push("two segments share a page".to_string());
    }
    if let Err(problem) = control_block::place(bytes) {
        violations.push(problem.text);
    }
    Ok(Inspected {
        size: bytes.len(),
        entry,
        segments: loaded().map(|segment| described(segment, endian)).collect(),
        violations,
    })
}

/// The violations of one segment.
fn segment_violations(segment: &ProgramHeader64<Endianness>, endian: Endianness) -> Vec<String> {
    let mut violations = Vec::new();
    for (kind, name) in [
        (elf::PT_INTERP, "PT_INTERP"),
        (elf::PT_DYNAMIC, "PT_DYNAMIC"),
        (elf::PT_TLS, "PT_TLS"),
    ] {
        if segment.p_type(endian) == kind {
            violations.push(format!("has {name}"));
        }
    }
    let access = segment.p_flags(endian);
    let (address, offset) = (segment.p_vaddr(endian), segment.p_offset(endian));
    if access.contains(elf::PF_W) && access.contains(elf::PF_X) {
        violations.push(format!(
            "segment at {address:#x} is writable and executable"
        ));
    }
    if segment.p_type(endian) != elf::PT_LOAD {
        return violations;
    }
    if segment.p_align(endian) != PAGE {
        violations.push(format!(
            "segment at {address:#x} is not aligned to pages of 4 KiB"
        ));
    }
    if address % PAGE != offset % PAGE {
        violations.push(format!(
            "segment at {address:#x} is at {offset:#x} in the file: the two differ modulo 4 KiB"
        ));
    }
    violations
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
            .map(|&(bit, c)| if flags.contains(bit) { c } else { '-' })
            .collect(),
    }
}
