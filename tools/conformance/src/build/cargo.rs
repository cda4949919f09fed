//! Runs cargo: for the ELF in its three shapes, each in a target directory of its own, and for
//! kernels of this repository.

use std::path::{Path, PathBuf};
use std::process::Command;

use packer::abi::Processor;
use packer::suites::{CORE, Suite};

use super::cargo_env::{packed_plans, release_build, take_packed_plans};
use super::foreign::{build_program, build_shapes};
use super::inspect::ElfKind;
use super::toolchain::{find_linker, find_toolchain};
use crate::error::{Error, Result};

/// The freestanding target's file at the root of the repository, and its name.
const TARGET_FILE: &str = "x86_64-conformance.json";
const TARGET: &str = "x86_64-conformance";
/// The package of this repository with a program for each suite.
const SUITES: &str = "posix-conformance";

/// The shapes of the ELF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `cargo build --release`.
    Plain,
    /// Without SSE and red zone, core built from source.
    Freestanding,
    /// At any address, without relocations.
    Pie,
}

impl Shape {
    /// The kind of file that the build must give.
    pub fn kind(self) -> ElfKind {
        match self {
            Shape::Plain | Shape::Freestanding => ElfKind::Fixed,
            Shape::Pie => ElfKind::AnyAddress,
        }
    }
}

/// Builds the ELF of the core suite in that shape; its path.
///
/// # Errors
/// A compiler is missing, or the build fails: exit code 2.
pub fn build_elf(root: &Path, shape: Shape) -> Result<PathBuf> {
    build_suite(root, shape, &CORE)
}

/// Builds the ELF of a suite in that shape; its path.
///
/// # Errors
/// As of [`build_elf`].
pub fn build_suite(root: &Path, shape: Shape, suite: &Suite) -> Result<PathBuf> {
    Ok(build_suites(root, shape, std::slice::from_ref(suite))?.remove(0))
}

/// Builds the ELFs of suites of one processor in that shape by one command; their paths.
///
/// # Errors
/// As of [`build_elf`].
pub(crate) fn build_suites(root: &Path, shape: Shape, suites: &[Suite]) -> Result<Vec<PathBuf>> {
    let programs: Vec<&str> = suites.iter().map(|suite| suite.program).collect();
    let own = Processor::X86_64;
    let foreign = suites.iter().find(|suite| suite.processor != own);
    if let Some(suite) = foreign {
        return build_shapes(root, SUITES, &programs, suite.processor, shape);
    }
    match shape {
        Shape::Plain => {
            let target = target_folder(root);
            let command = cargo_command(root, &target, SUITES, &programs);
            run(command, in_folder(&target.join("release"), &programs))
        }
        Shape::Pie => {
            let target = root.join("target/pie");
            let mut command = cargo_command(root, &target, SUITES, &programs);
            command.env("POSIX_CONFORMANCE_PIE", "1");
            run(command, in_folder(&target.join("release"), &programs))
        }
        Shape::Freestanding => freestanding(root, &programs),
    }
}

/// The paths of programs in a folder.
pub(super) fn in_folder(folder: &Path, programs: &[&str]) -> Vec<PathBuf> {
    programs.iter().map(|name| folder.join(name)).collect()
}

/// Builds a kernel that is a package of this repository, for a processor; its path.
///
/// # Errors
/// No compiler is installed for it, or the build fails: exit code 2.
pub(crate) fn build_kernel(root: &Path, package: &str, processor: Processor) -> Result<PathBuf> {
    if processor != Processor::X86_64 {
        return build_program(root, package, processor);
    }
    let target = root.join("target");
    let command = cargo_command(root, &target, package, &[package]);
    let paths = in_folder(&target.join("release"), &[package]);
    Ok(run(command, paths)?.remove(0))
}

/// A build by the cargo that runs this tool, or the one in PATH.
pub(super) fn cargo_command(
    root: &Path,
    target: &Path,
    package: &str,
    programs: &[&str],
) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    command(Path::new(&cargo), root, target, (package, programs))
}

/// A build of programs of a package.
pub(super) fn command(
    cargo: &Path,
    root: &Path,
    target: &Path,
    (package, programs): (&str, &[&str]),
) -> Command {
    let mut command = release_build(cargo, root, target, (package, programs));
    let packed = packed_plans(&target_folder(root));
    if package == SUITES && packed.exists() {
        take_packed_plans(&mut command, &packed);
    }
    command
}

/// The target directory of the repository.
pub(super) fn target_folder(root: &Path) -> PathBuf {
    let given = std::env::var_os("CARGO_TARGET_DIR");
    root.join(given.unwrap_or_else(|| "target".into()))
}

/// Runs cargo, which builds the files of these paths.
pub(super) fn run(mut command: Command, paths: Vec<PathBuf>) -> Result<Vec<PathBuf>> {
    let missing: Vec<&PathBuf> = paths.iter().filter(|path| !path.exists()).collect();
    if missing.is_empty() {
        command.arg("--quiet");
    }
    // The first build of a file takes a while: cargo shows what it does.
    for path in missing {
        eprintln!("Building {}.", path.display());
    }
    let status = command
        .status()
        .map_err(|error| Error::usage(format!("cannot start cargo: {error}")))?;
    if !status.success() {
        return Err(Error::usage(
            "cargo build failed; see the compiler's output above",
        ));
    }
    Ok(paths)
}

fn freestanding(root: &Path, programs: &[&str]) -> Result<Vec<PathBuf>> {
    let toolchain = find_toolchain()?;
    let linker = find_linker()?;
    let target = root.join("target/freestanding");
    let mut command = command(&toolchain.cargo, root, &target, (SUITES, programs));
    command
        .args([
            "--target",
            TARGET_FILE,
            "-Zbuild-std=core,compiler_builtins",
        ])
        .args([
            "-Zbuild-std-features=compiler-builtins-mem",
            "-Zjson-target-spec",
        ])
        .env("RUSTC", &toolchain.rustc)
        .env("CARGO_TARGET_X86_64_CONFORMANCE_LINKER", linker)
        .env_remove("RUSTUP_TOOLCHAIN");
    if toolchain.stable {
        command.env("RUSTC_BOOTSTRAP", "1");
    }
    run(
        command,
        in_folder(&target.join(TARGET).join("release"), programs),
    )
}
