//! Linker flags for a program without a C library.

fn main() {
    let linked = [
        "--gc-sections",
        "--build-id=none",
        "--strip-all",
        "--no-eh-frame-hdr",
    ];
    // Without a system the compiler calls the linker itself, with one `-none` target a processor.
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("none") {
        for flag in linked {
            println!("cargo:rustc-link-arg-bins={flag}");
        }
        return;
    }
    for flag in ["-nostartfiles", "-nostdlib", "-static", "-no-pie"] {
        println!("cargo:rustc-link-arg-bins={flag}");
    }
    for flag in linked {
        println!("cargo:rustc-link-arg-bins=-Wl,{flag}");
    }
}
