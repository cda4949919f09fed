//! `build`: builds the ELF, and prints what it is.

use crate::build::inspect as elf;
use crate::build::{self, Shape};
use crate::cli;
use crate::error::{EXIT_GOOD, EXIT_USAGE, Result};
use crate::plan::Plan;
use crate::prepare::read;
use crate::report::print;
use crate::resources::Resources;

/// Builds the ELF and inspects it; the exit code.
pub fn main(args: &cli::Build) -> Result<u8> {
    let resources = Resources::find();
    let shape = match (args.freestanding, args.pie) {
        (true, _) => Shape::Freestanding,
        (_, true) => Shape::Pie,
        _ => Shape::Plain,
    };
    let path = build::build_elf(resources.required()?, shape)?;
    let bytes = read(&path)?;
    let found = elf::inspect(&bytes, shape.kind())?;
    let plan = Plan::default();
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
    print(text.as_bytes())?;
    for violation in &found.violations {
        eprintln!("error: {}: {violation}", path.display());
    }
    Ok(if found.violations.is_empty() {
        EXIT_GOOD
    } else {
        EXIT_USAGE
    })
}
