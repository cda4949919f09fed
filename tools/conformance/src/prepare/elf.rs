//! The ELF of a run: the user's file, or the suite's in one of its shapes; and the first program of
//! a Linux that boots for one run.

use std::fs;
use std::path::{Path, PathBuf};

use packer::abi::Processor;
use packer::suites::{CORE, Suite};

use crate::build::{self, Shape, inspect};
use crate::error::{Error, Result};
use crate::plan::is_core;
use crate::resources::{self, EmbeddedShape, Resources};
use crate::run::image::Elf;
use crate::target::{ElfShape, Target};

/// The package of the first program.
const LINUX_INIT: &str = "linux-init";

/// The ELF given, one of a suite built from the repository, or the embedded one; for this Linux.
pub(crate) fn elf_to_run(
    resources: &Resources,
    given: Option<&Path>,
    suite: &Suite,
) -> Result<Elf> {
    let Some(path) = given else {
        return suite_elf(resources, Shape::Plain, suite);
    };
    let elf = Elf::Path(regular(path)?);
    let bytes = super::read(elf.path())?;
    match inspect::machine(&bytes) {
        Some(other) if other != Processor::X86_64.machine() => Err(Error::usage(format!(
            "{} is for {}; this command runs x86_64 on this Linux",
            path.display(),
            machine_name(other)
        ))),
        _ => Ok(elf),
    }
}

/// The ELF of a suite in a shape: built from the repository, or the embedded one.
pub(crate) fn suite_elf(resources: &Resources, shape: Shape, suite: &Suite) -> Result<Elf> {
    if let Some(root) = &resources.repository {
        return Ok(Elf::Path(build::build_suite(root, shape, suite)?));
    }
    let (embedded, option) = match shape {
        Shape::Plain => (EmbeddedShape::Plain, ""),
        Shape::Pie => (EmbeddedShape::Pie, "--pie "),
        Shape::Freestanding => (EmbeddedShape::Freestanding, "--freestanding "),
    };
    let bytes = resources::elf(suite, embedded);
    if bytes.is_empty() {
        let arch = match suite.processor == CORE.processor {
            true => String::new(),
            false => format!("--arch {} ", suite.processor.name()),
        };
        let name = match is_core(suite) {
            true => String::new(),
            false => format!("--suite {} ", suite.name),
        };
        return Err(Error::usage(format!(
            "this copy of the tool was built without that ELF, which needs a compiler for its \
             processor or with the sources of core; in a clone `cargo conformance elf \
             {name}{arch}{option}--out FILE` builds it"
        )));
    }
    Elf::temp(bytes)
}

/// The ELFs of suites in a shape, which one command builds.
pub(super) fn suite_elfs(
    resources: &Resources,
    shape: Shape,
    suites: &[Suite],
) -> Result<Vec<Elf>> {
    match &resources.repository {
        Some(root) => {
            let built = build::build_suites(root, shape, suites)?;
            Ok(built.into_iter().map(Elf::Path).collect())
        }
        None => suites
            .iter()
            .map(|suite| suite_elf(resources, shape, suite))
            .collect(),
    }
}

/// The first program of a Linux that boots for one run of a target; empty where it takes none.
pub(super) fn linux_init(resources: &Resources, target: &Target) -> Result<Vec<u8>> {
    if !target.wants("initramfs") {
        return Ok(Vec::new());
    }
    let embedded = resources::linux_init(target.arch);
    match &resources.repository {
        _ if !embedded.is_empty() => Ok(embedded.to_vec()),
        Some(root) => super::read(&build::build_program(root, LINUX_INIT, target.arch)?),
        None => Err(Error::usage(format!(
            "this copy of the tool was built without {LINUX_INIT} for {0}, which needs a compiler \
             for it; target {1} runs in a clone",
            target.arch.name(),
            target.name
        ))),
    }
}

/// The user's file for a target. A file that is no ELF is the target's own affair.
///
/// # Errors
/// It is no regular file, or an ELF for another processor than the target's: exit code 2.
pub(super) fn given_elf(path: &Path, target: &Target) -> Result<Elf> {
    let path = regular(path)?;
    match inspect::machine(&super::read(&path)?) {
        Some(other) if other != target.arch.machine() => Err(Error::usage(format!(
            "{} is for {}, and target {} runs {}",
            path.display(),
            machine_name(other),
            target.name,
            target.arch.name()
        ))),
        _ => Ok(Elf::Path(path)),
    }
}

/// The processor of an ELF, for messages.
fn machine_name(machine: u16) -> String {
    let mut all = Processor::ALL.into_iter();
    let known = all.find(|processor| processor.machine() == machine);
    known.map_or_else(
        || format!("a processor with e_machine {machine}"),
        |processor| processor.name().to_string(),
    )
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
