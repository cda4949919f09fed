//! Linker flags for a program without an operating system.

use std::env;
use std::path::PathBuf;

/// For a compiler driver that links for the host's system.
const DRIVER_FLAGS: &[&str] = &[
    // No C runtime: the loader starts the kernel at its first instructions.
    "-nostartfiles",
    "-nostdlib",
    "-static",
    "-no-pie",
    "-Wl,--gc-sections",
    "-Wl,--build-id=none",
    "-Wl,--no-eh-frame-hdr",
    "-Wl,-z,max-page-size=4096",
    "-Wl,-z,norelro",
];
/// For a linker without a driver, as the targets without a system have.
const LINKER_FLAGS: &[&str] = &[
    "--gc-sections",
    "--build-id=none",
    "-zmax-page-size=4096",
    "-znorelro",
];

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets this"));
    let variable = |name| env::var(name).expect("cargo sets this");
    let processor = variable("CARGO_CFG_TARGET_ARCH");
    let script = root.join("src/arch").join(processor).join("kernel.ld");
    println!("cargo:rerun-if-changed={}", script.display());
    let flags = match variable("CARGO_CFG_TARGET_OS").as_str() {
        "none" => LINKER_FLAGS,
        _ => DRIVER_FLAGS,
    };
    for flag in flags {
        println!("cargo:rustc-link-arg-bins={flag}");
    }
    // Without -Wl, which would split a path at its commas.
    println!("cargo:rustc-link-arg-bins=-T{}", script.display());
}
