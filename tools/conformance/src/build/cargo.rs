//! Runs cargo: for the ELF in its three shapes, each in a target directory of its own, and for
//! kernels of this repository.

use std::path::{Path, PathBuf};
use std::process::Command;

use posix_conformance::abi::Processor;

use super::cargo_env::forget_outer_cargo;
use super::foreign::{build_program, build_shape};
use super::inspect::ElfKind;
use super::toolchain::{find_linker, find_toolchain};
use crate::error::{Error, Result};

/// The freestanding target's file at the root of the repository, and its name.
const TARGET_FILE: &str = "x86_64-conformance.json";
const TARGET: &str = "x86_64-conformance";
const BINARY: &str = "posix-conformance";

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

/// Builds the ELF of that shape; its path.
///
/// # Errors
/// A compiler is missing, or the build fails: exit code 2.
pub fn build_elf(root: &Path, shape: Shape) -> Result<PathBuf> {
    match shape {
        Shape::Plain => {
            let target = std::env::var_os("CARGO_TARGET_DIR")
                .map_or_else(|| root.join("target"), |given| root.join(given));
            let path = target.join("release").join(BINARY);
            run(cargo_command(root, &target, BINARY), path)
        }
        Shape::Pie => {
            let target = root.join("target/pie");
            let mut command = cargo_command(root, &target, BINARY);
            command.env("POSIX_CONFORMANCE_PIE", "1");
            run(command, target.join("release").join(BINARY))
        }
        Shape::Freestanding => freestanding(root),
    }
}

/// Builds the ELF of that shape for a processor; its path.
///
/// # Errors
/// As of [`build_elf`].
pub(crate) fn build_elf_for(root: &Path, shape: Shape, processor: Processor) -> Result<PathBuf> {
    match processor {
        Processor::X86_64 => build_elf(root, shape),
        other => build_shape(root, BINARY, other, shape),
    }
}

/// Builds the ELF of a suite for this processor; its path.
///
/// # Errors
/// As of [`build_elf`].
pub(crate) fn build_suite(root: &Path, program: &str) -> Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), |given| root.join(given));
    let path = target.join("release").join(program);
    let mut command = cargo_command(root, &target, BINARY);
    command.args(["--bin", program]);
    run(command, path)
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
    let path = target.join("release").join(package);
    run(cargo_command(root, &target, package), path)
}

/// A build by the cargo that runs this tool, or the one in PATH.
pub(super) fn cargo_command(root: &Path, target: &Path, package: &str) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    command(Path::new(&cargo), root, target, package)
}

/// A build of a package's program of the same name.
pub(super) fn command(cargo: &Path, root: &Path, target: &Path, package: &str) -> Command {
    let mut command = Command::new(cargo);
    forget_outer_cargo(&mut command);
    command
        .args(["build", "--release", "--package", package, "--bin", package])
        .arg("--target-dir")
        .arg(target)
        .current_dir(root)
        .env_remove("POSIX_CONFORMANCE_PIE");
    command
}

/// Runs cargo, which builds the file of that path.
pub(super) fn run(mut command: Command, path: PathBuf) -> Result<PathBuf> {
    if path.exists() {
        command.arg("--quiet");
    } else {
        // The first build of a file takes a while: cargo shows what it does.
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
    Ok(path)
}

fn freestanding(root: &Path) -> Result<PathBuf> {
    let toolchain = find_toolchain()?;
    let linker = find_linker()?;
    let target = root.join("target/freestanding");
    let mut command = command(&toolchain.cargo, root, &target, BINARY);
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
    run(command, target.join(TARGET).join("release").join(BINARY))
}
