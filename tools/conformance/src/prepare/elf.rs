//! The ELF of a run: the user's file, or the suite's in one of its shapes.

use std::fs;
use std::path::{Path, PathBuf};

use crate::build::{self, Shape};
use crate::error::{Error, Result};
use crate::resources::{self, Resources};
use crate::run::image::Elf;
use crate::target::ElfShape;

/// The ELF given, one built from the repository, or the embedded one.
pub(crate) fn elf_to_run(resources: &Resources, given: Option<&Path>) -> Result<Elf> {
    match given {
        Some(path) => Ok(Elf::Path(regular(path)?)),
        None => suite_elf(resources, Shape::Plain),
    }
}

/// The suite's ELF in a shape: built from the repository, or the embedded one.
pub(crate) fn suite_elf(resources: &Resources, shape: Shape) -> Result<Elf> {
    if let Some(root) = &resources.repository {
        return Ok(Elf::Path(build::build_elf(root, shape)?));
    }
    let (bytes, option) = match shape {
        Shape::Plain => (resources::ELF, ""),
        Shape::Pie => (resources::ELF_PIE, "--pie"),
        Shape::Freestanding => (resources::ELF_FREESTANDING, "--freestanding"),
    };
    if bytes.is_empty() {
        return Err(Error::usage(format!(
            "this copy of the tool was built without that ELF, which needs a compiler with the \
             sources of core; in a clone `cargo conformance elf {option} --out FILE` builds it"
        )));
    }
    Elf::temp(bytes)
}

/// The shape that a target's file asks for.
pub(super) fn shape(of: ElfShape) -> Shape {
    match of {
        ElfShape::Plain => Shape::Plain,
        ElfShape::Pie => Shape::Pie,
        ElfShape::Freestanding => Shape::Freestanding,
    }
}

/// The absolute path of a regular file. The system would look for a bare name in PATH, and opening
/// a pipe would wait for a writer.
pub(super) fn regular(path: &Path) -> Result<PathBuf> {
    let absolute = fs::canonicalize(path).map_err(|error| Error::file(path, &error))?;
    if absolute.is_file() {
        return Ok(absolute);
    }
    let path = path.display();
    Err(Error::usage(format!(
        "{path}: not a regular file; --elf takes the path of an ELF"
    )))
}
