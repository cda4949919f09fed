//! The compiler and the linker of the freestanding build.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, Result};

/// Debian's compiler, which has the sources of core where it looks for them.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";

/// A compiler that can build core from source.
#[derive(Debug)]
pub(super) struct Toolchain {
    pub(super) cargo: PathBuf,
    pub(super) rustc: PathBuf,
    /// True for a stable compiler, which takes nightly options only with `RUSTC_BOOTSTRAP`.
    pub(super) stable: bool,
}

/// Checks that compiler and linker of the freestanding build are installed.
///
/// # Errors
/// One is missing: exit code 2, with the command that installs it.
pub fn freestanding_is_possible() -> Result<()> {
    find_toolchain().and(find_linker()).map(|_| ())
}

/// True where the compiler in PATH has a target's libraries, as rustup installs them.
pub(super) fn has_target(triple: &str) -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let root = sysroot(Path::new(&rustc));
    root.is_some_and(|root| root.join("lib/rustlib").join(triple).join("lib").is_dir())
}

/// The folder of a compiler's libraries, if it is installed and has the sources of core.
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

/// The path of a tool of one of rustup's toolchains.
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
pub(super) fn find_toolchain() -> Result<Toolchain> {
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
        "no compiler with the sources of core; install one with: rustup toolchain install nightly \
         --component rust-src, or on Debian 12: apt-get install rustc-web cargo-web rust-web-src",
    ))
}

/// The linker that comes with every rustup toolchain, or LLVM's own.
pub(super) fn find_linker() -> Result<PathBuf> {
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
        Error::usage(
            "no linker; install one with: rustup toolchain install stable, or: apt-get install lld",
        )
    })
}
