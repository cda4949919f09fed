//! `build`: builds the ELF, and prints what it is.

use std::path::Path;

use packer::suites::Suite;

use super::convert;
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
    let suites = convert::suites(args.suite, args.arch);
    let paths = build::build_suites(resources.required()?, shape, &suites)?;
    let mut exit = EXIT_GOOD;
    for (number, (suite, path)) in suites.iter().zip(&paths).enumerate() {
        if number > 0 {
            print(b"\n")?;
        }
        exit = exit.max(inspected(suite, shape, path)?);
    }
    Ok(exit)
}

/// Inspects an ELF and prints what it is; the exit code.
fn inspected(suite: &Suite, shape: Shape, path: &Path) -> Result<u8> {
    let bytes = read(path)?;
    let found = elf::inspect_for(&bytes, shape.kind(), suite.processor)?;
    let plan = Plan::of(suite);
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
