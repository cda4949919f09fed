//! `elf`: hands out the suite's ELF.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use crate::atomic_file;
use crate::build::Shape;
use crate::cli;
use crate::error::{EXIT_GOOD, Error, Result};
use crate::plan::Plan;
use crate::prepare::{read, suite_elf};
use crate::report::print;
use crate::resources::Resources;

/// The mode of a program.
const PROGRAM: u32 = 0o755;

/// Writes the ELF in the shape asked for; the exit code.
pub(super) fn main(args: &cli::Elf) -> Result<u8> {
    let processor = args.arch.arch.into();
    let shape = match (args.freestanding, args.pie) {
        (true, _) => Shape::Freestanding,
        (_, true) => Shape::Pie,
        _ => Shape::Plain,
    };
    let elf = suite_elf(&Resources::find(), shape, processor)?;
    let bytes = read(elf.path())?;
    let unwritable = |error| Error::file(&args.out, &error);
    atomic_file::replace(&args.out, &bytes).map_err(unwritable)?;
    if fs::metadata(&args.out).is_ok_and(|known| known.is_file()) {
        fs::set_permissions(&args.out, Permissions::from_mode(PROGRAM)).map_err(unwritable)?;
    }
    let id = Plan::of_processor(processor).id;
    let text = format!(
        "{}: {} bytes, suite {id:08x}\n",
        args.out.display(),
        bytes.len()
    );
    print(text.as_bytes())?;
    Ok(EXIT_GOOD)
}
