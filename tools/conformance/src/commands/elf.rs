//! `elf`: hands out the suite's ELF.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use packer::suites::Suite;

use super::convert;
use crate::atomic_file;
use crate::build::Shape;
use crate::cli;
use crate::error::{EXIT_GOOD, Error, Result};
use crate::prepare::{beside, read, suite_elf};
use crate::report::print;
use crate::resources::Resources;

/// The mode of a program.
const PROGRAM: u32 = 0o755;

/// Writes the ELFs in the shape asked for; the exit code.
pub(super) fn main(args: &cli::Elf) -> Result<u8> {
    let shape = match (args.freestanding, args.pie) {
        (true, _) => Shape::Freestanding,
        (_, true) => Shape::Pie,
        _ => Shape::Plain,
    };
    for suite in convert::suites(args.suite, args.arch) {
        let out = match args.suite.suite {
            Some(cli::Suite::All) => beside(&args.out, &suite),
            _ => args.out.clone(),
        };
        write(&suite, shape, &out)?;
    }
    Ok(EXIT_GOOD)
}

/// Writes the ELF of a suite.
fn write(suite: &Suite, shape: Shape, out: &Path) -> Result<()> {
    let elf = suite_elf(&Resources::find(), shape, suite)?;
    let bytes = read(elf.path())?;
    let unwritable = |error| Error::file(out, &error);
    atomic_file::replace(out, &bytes).map_err(unwritable)?;
    if fs::metadata(out).is_ok_and(|known| known.is_file()) {
        fs::set_permissions(out, Permissions::from_mode(PROGRAM)).map_err(unwritable)?;
    }
    let (path, size, id) = (out.display(), bytes.len(), suite.id());
    print(format!("{path}: {size} bytes, suite {id:08x}\n").as_bytes())
}
