//! The linker's flags for a program that runs on the bare machine.

use std::env;
use std::path::PathBuf;

const FLAGS: &[&str] = &[
    // No C runtime: the machine begins at the PVH entry.
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

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets this"));
    let script = root.join("kernel.ld");
    println!("cargo:rerun-if-changed={}", script.display());
    for flag in FLAGS {
        println!("cargo:rustc-link-arg-bins={flag}");
    }
    // Not by -Wl, which splits at the commas that a path may have.
    println!("cargo:rustc-link-arg-bins=-T{}", script.display());
}
