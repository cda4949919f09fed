//! Builds programs of this repository for another processor than the one that the tool runs on: by
//! rustup's target for it, or with core built from source.

use std::path::{Path, PathBuf};
use std::process::Command;

use packer::abi::Processor;

use super::cargo::{Shape, cargo_command, command, in_folder, run, target_folder};
use super::toolchain::{find_linker, find_toolchain, has_target};
use crate::error::{Error, Result};

/// The compiler's target for a processor; none for the tool's own.
fn triple(processor: Processor, shape: Shape) -> Option<&'static str> {
    let freestanding = shape == Shape::Freestanding;
    match processor {
        Processor::X86_64 => None,
        Processor::Aarch64 if freestanding => Some("aarch64-unknown-none-softfloat"),
        Processor::Aarch64 => Some("aarch64-unknown-none"),
        Processor::Riscv64 if freestanding => Some("riscv64imac-unknown-none-elf"),
        Processor::Riscv64 => Some("riscv64gc-unknown-none-elf"),
    }
}

/// Checks that a compiler for a processor is installed.
///
/// # Errors
/// There is none: exit code 2, with the commands that install one.
pub(crate) fn require_compiler(processor: Processor) -> Result<()> {
    triple(processor, Shape::Plain).map_or(Ok(()), require_target)
}

/// Checks that a compiler for a target is installed.
fn require_target(triple: &str) -> Result<()> {
    let from_source = || find_toolchain().and(find_linker());
    if has_target(triple) || from_source().is_ok() {
        return Ok(());
    }
    Err(Error::usage(format!(
        "no compiler for {triple}; install one with: rustup target add {triple}, or on Debian 12: \
         apt-get install rustc-web cargo-web rust-web-src lld"
    )))
}

/// Builds the program of a package for a processor; its path.
///
/// # Errors
/// No compiler is installed for it, or the build fails: exit code 2.
pub(crate) fn build_program(root: &Path, package: &str, processor: Processor) -> Result<PathBuf> {
    Ok(build_shapes(root, package, &[package], processor, Shape::Plain)?.remove(0))
}

/// Builds programs of a package for a processor in a shape; their paths. The processor of the tool
/// has only the plain one here.
///
/// # Errors
/// As of [`build_program`].
pub(super) fn build_shapes(
    root: &Path,
    package: &str,
    programs: &[&str],
    processor: Processor,
    shape: Shape,
) -> Result<Vec<PathBuf>> {
    let target = target_folder(root);
    let Some(triple) = triple(processor, shape) else {
        let paths = in_folder(&target.join("release"), programs);
        return run(cargo_command(root, &target, package, programs), paths);
    };
    require_target(triple)?;
    let target = match shape {
        Shape::Pie => root.join("target/pie"),
        Shape::Plain | Shape::Freestanding => target,
    };
    let (mut command, target) = match has_target(triple) {
        true => (cargo_command(root, &target, package, programs), target),
        false => from_source(
            root,
            (package, programs),
            triple,
            &target.join("from-source"),
        )?,
    };
    if shape == Shape::Pie {
        // A table of jumps holds addresses otherwise.
        let flags = format!("CARGO_TARGET_{}_RUSTFLAGS", variable(triple));
        command.env(flags, "-Crelocation-model=pic");
        command.env("POSIX_CONFORMANCE_PIE", "1");
    }
    command.args(["--target", triple]);
    run(
        command,
        in_folder(&target.join(triple).join("release"), programs),
    )
}

/// A target's name in cargo's variables.
fn variable(triple: &str) -> String {
    triple.to_uppercase().replace('-', "_")
}

/// A build with core from source in a target directory, and that directory.
fn from_source(
    root: &Path,
    programs: (&str, &[&str]),
    triple: &str,
    target: &Path,
) -> Result<(Command, PathBuf)> {
    let (toolchain, linker) = (find_toolchain()?, find_linker()?);
    let mut command = command(&toolchain.cargo, root, target, programs);
    command
        .arg("-Zbuild-std=core,alloc,compiler_builtins")
        .arg("-Zbuild-std-features=compiler-builtins-mem")
        .env("RUSTC", &toolchain.rustc)
        .env(format!("CARGO_TARGET_{}_LINKER", variable(triple)), linker)
        .env_remove("RUSTUP_TOOLCHAIN");
    if toolchain.stable {
        command.env("RUSTC_BOOTSTRAP", "1");
    }
    Ok((command, target.to_path_buf()))
}
