//! `build`: builds the ELF, and prints what it is.

use posix_conformance::suites::CORE;

use crate::build::inspect as elf;
use crate::build::{self, Shape};
use crate::cli;
use crate::error::{EXIT_GOOD, EXIT_USAGE, Result};
use crate::plan::Plan;
use crate::prepare::read;
use crate::report::{print, print_error};
use crate::resources::Resources;

/// Builds the ELF and inspects it; the exit code.
pub(super) fn main(args: &cli::Build) -> Result<u8> {
    let resources = Resources::find();
    let shape = match (args.freestanding, args.pie) {
        (true, _) => Shape::Freestanding,
        (_, true) => Shape::Pie,
        _ => Shape::Plain,
    };
    let processor = args.arch.arch.into();
    let path = build::build_elf_for(resources.required()?, shape, processor)?;
    let bytes = read(&path)?;
    let found = elf::inspect_for(&bytes, shape.kind(), processor)?;
    let plan = Plan::of(&CORE.on(processor));
    let mut text = format!(
        "{}\n{} of {} bytes, entry {:#x}\nsuite {:08x}, plan {}\n",
        path.display(),
        found.size,
        elf::SIZE_MAX,
        found.entry,
        plan.id,
        plan.checks.len()
    );
    for segment in &found.segments {
        text += &format!(
            "segment {} at {:#x}, {} bytes in the file, {} in memory\n",
            segment.access, segment.address, segment.file_size, segment.memory_size
        );
    }
    text += &room_left(plan.id, &found);
    print(text.as_bytes())?;
    for violation in &found.violations {
        print_error(&format!("error: {}: {violation}", path.display()));
    }
    Ok(if found.violations.is_empty() {
        EXIT_GOOD
    } else {
        EXIT_USAGE
    })
}

/// The room that the ELF of a suite has left, as the packer counts it.
fn room_left(suite: u32, found: &elf::Inspected) -> String {
    let zeros = found.segments.iter().map(|segment| {
        let in_file = segment.file_size;
        segment.memory_size.saturating_sub(in_file)
    });
    let bss: u64 = zeros.sum();
    let bss = usize::try_from(bss).unwrap_or(usize::MAX);
    let suite = packer::suites::by_id(suite);
    suite.map_or_else(String::new, |suite| {
        packer::Rooms::of(suite, found.size, bss).to_string()
    })
}
