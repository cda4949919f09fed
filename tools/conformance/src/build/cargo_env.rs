//! A cargo inside cargo: its build, without what the outer one has set for its own.
//!
//! The build script uses this file too.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A build by a cargo of programs of a package into a target directory, as `cargo build --release`
/// does it.
pub(crate) fn release_build(
    cargo: &Path,
    root: &Path,
    target: &Path,
    (package, programs): (&str, &[&str]),
) -> Command {
    let mut command = Command::new(cargo);
    forget_outer_cargo(&mut command);
    command
        .args(["build", "--release", "--package", package])
        .args(programs.iter().flat_map(|program| ["--bin", program]))
        .arg("--target-dir")
        .arg(target)
        .current_dir(root)
        .env_remove("POSIX_CONFORMANCE_PIE");
    command
}

/// The folder of the packed plans in a target directory, `PROCESSOR/SUITE.rs`. The build script
/// writes it.
pub(crate) fn packed_plans(target: &Path) -> PathBuf {
    target.join("packed")
}

/// Lets a build of the suites take the packed plans from a folder. Otherwise their build script
/// needs the packer, which takes longer to compile than all else of the ELF.
pub(crate) fn take_packed_plans(command: &mut Command, packed: &Path) {
    let variable = "POSIX_CONFORMANCE_PACKED";
    command.arg("--no-default-features").env(variable, packed);
}

/// Removes from a command's environment what an outer cargo and its user set for another build.
fn forget_outer_cargo(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let cargo = name.starts_with("CARGO") && !is_kept(&name);
        // Also a wrapper: clippy's would lint the inner build with the outer one's flags.
        let compiler = ["RUSTC", "RUSTDOC", "RUSTFLAGS", "CLIPPY"]
            .iter()
            .any(|prefix| name.starts_with(prefix));
        if cargo || compiler || ["OUT_DIR", "TARGET"].contains(&name.as_str()) {
            command.env_remove(name);
        }
    }
}

/// True for a variable that says where crates come from or how many jobs may run.
fn is_kept(name: &str) -> bool {
    ["CARGO_HOME", "CARGO_MAKEFLAGS"].contains(&name)
        || [
            "CARGO_NET_",
            "CARGO_HTTP_",
            "CARGO_REGISTR",
            "CARGO_SOURCE_",
        ]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}
