//! Linker flags for a program without an operating system.

use std::env;
use std::path::PathBuf;

const FLAGS: &[&str] = &[
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

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets this"));
    let processor = env::var("CARGO_CFG_TARGET_ARCH").expect("cargo sets this");
    let script = root.join("src/arch").join(processor).join("kernel.ld");
    println!("cargo:rerun-if-changed={}", script.display());
    for flag in FLAGS {
        println!("cargo:rustc-link-arg-bins={flag}");
    }
    // Without -Wl, which would split a path at its commas.
    println!("cargo:rustc-link-arg-bins=-T{}", script.display());
}
