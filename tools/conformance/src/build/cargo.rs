//! Builds the ELF in its three shapes, each in a target directory of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::inspect as elf;
use crate::build::cargo_env::forget_outer_cargo;
use crate::error::{Error, Result};

/// The freestanding target's file at the root of the repository, and its name.
pub const TARGET_FILE: &str = "x86_64-conformance.json";
const TARGET: &str = "x86_64-conformance";
const BINARY: &str = "posix-conformance";
/// Where Debian's compiler looks for the sources of core.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";

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
    pub fn kind(self) -> elf::Kind {
        match self {
            Shape::Plain | Shape::Freestanding => elf::Kind::Fixed,
            Shape::Pie => elf::Kind::AnyAddress,
        }
    }
}

/// A compiler that can build core from source.
#[derive(Debug)]
struct Toolchain {
    cargo: PathBuf,
    rustc: PathBuf,
    /// Whether it is a stable compiler that must be told to behave as a nightly one.
    stable: bool,
}

/// Builds the ELF of that shape; its path.
pub fn build(root: &Path, shape: Shape) -> Result<PathBuf> {
    match shape {
        Shape::Plain => {
            let target = std::env::var_os("CARGO_TARGET_DIR")
                .map_or_else(|| root.join("target"), |given| root.join(given));
            let path = target.join("release").join(BINARY);
            cargo(cargo_command(root, &target, BINARY), path)
        }
        Shape::Pie => {
            let target = root.join("target/pie");
            let mut command = cargo_command(root, &target, BINARY);
            command.env("POSIX_CONFORMANCE_PIE", "1");
            cargo(command, target.join("release").join(BINARY))
        }
        Shape::Freestanding => freestanding(root),
    }
}

/// Builds a kernel that is a program of this repository; its path.
pub fn kernel(root: &Path, package: &str) -> Result<PathBuf> {
    let target = root.join("target");
    let path = target.join("release").join(package);
    cargo(cargo_command(root, &target, package), path)
}

fn cargo_command(root: &Path, target: &Path, package: &str) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    command(Path::new(&cargo), root, target, package)
}

fn command(cargo: &Path, root: &Path, target: &Path, package: &str) -> Command {
    let mut command = Command::new(cargo);
    forget_outer_cargo(&mut command);
    command
        .args([
            "build",
            "--release",
            "--quiet",
            "--package",
            package,
            "--bin",
            package,
        ])
        .arg("--target-dir")
        .arg(target)
        .current_dir(root)
        .env_remove("POSIX_CONFORMANCE_PIE");
    command
}

fn cargo(mut command: Command, path: PathBuf) -> Result<PathBuf> {
    let status = command
        .status()
        .map_err(|error| Error::usage(format!("cargo does not start: {error}")))?;
    if !status.success() {
        return Err(Error::usage(
            "it does not build; the compiler's words stand above",
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
    cargo(command, target.join(TARGET).join("release").join(BINARY))
}

/// Whether everything is there that the freestanding build needs; if not, what to install.
pub fn freestanding_is_possible() -> Result<()> {
    find_toolchain().and(find_linker()).map(|_| ())
}

/// Where a compiler keeps its libraries, if it is there and has the sources of core.
fn sysroot_with_sources(rustc: &Path) -> Option<PathBuf> {
    let root = sysroot(rustc)?;
    root.join("lib/rustlib/src/rust/library/core/src/lib.rs")
        .is_file()
        .then_some(root)
}

fn sysroot(rustc: &Path) -> Option<PathBuf> {
    let output = Command::new(rustc)
        .args(["--print", "sysroot"])
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| PathBuf::from(text.trim()))
}

fn rustup_which(toolchain: &str, tool: &str) -> Option<PathBuf> {
    let mut rustup = Command::new("rustup");
    let output = rustup
        .args(["which", "--toolchain", toolchain, tool])
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| PathBuf::from(text.trim()))
}

/// A nightly compiler of rustup with the component rust-src, or Debian's.
fn find_toolchain() -> Result<Toolchain> {
    if let (Some(cargo), Some(rustc)) = (
        rustup_which("nightly", "cargo"),
        rustup_which("nightly", "rustc"),
    ) && sysroot_with_sources(&rustc).is_some()
    {
        return Ok(Toolchain {
            cargo,
            rustc,
            stable: false,
        });
    }
    let (cargo, rustc) = (PathBuf::from(DEBIAN_CARGO), PathBuf::from(DEBIAN_RUSTC));
    if cargo.is_file() && sysroot_with_sources(&rustc).is_some() {
        return Ok(Toolchain {
            cargo,
            rustc,
            stable: true,
        });
    }
    Err(Error::usage(
        "no compiler with the sources of core: `rustup toolchain install nightly --component \
         rust-src`, or on Debian 12 `apt-get install rustc-web cargo-web rust-web-src`",
    ))
}

/// The linker that comes with every rustup toolchain, or LLVM's own.
fn find_linker() -> Result<PathBuf> {
    let bundled = |rustc: &Path| {
        let path = sysroot(rustc)?.join("lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld");
        path.is_file().then_some(path)
    };
    let of_rustup = ["stable", "nightly"]
        .into_iter()
        .filter_map(|name| rustup_which(name, "rustc"))
        .chain([PathBuf::from("rustc")])
        .find_map(|rustc| bundled(&rustc));
    let on_path = || {
        let path = std::env::var_os("PATH")?;
        let mut found = std::env::split_paths(&path).map(|folder| folder.join("ld.lld"));
        found.find(|path| path.is_file())
    };
    of_rustup.or_else(on_path).ok_or_else(|| {
        Error::usage("no linker: `rustup toolchain install stable`, or `apt-get install lld`")
    })
}
