//! Builds what the ELFs are linked from: the packed plan of each suite, and the linker's flags.

#[path = "../../src/abi/processor.rs"]
#[expect(
    dead_code,
    reason = "the build script asks for what the linker wants to know"
)]
mod processor;

use std::env;
use std::path::{Path, PathBuf};

use processor::Processor;

/// Each suite with its program.
const SUITES: &[(&str, &str)] = &[
    ("core", "posix-conformance"),
    ("files", "posix-conformance-files"),
    ("processes", "posix-conformance-processes"),
];

/// The variable with the folder of the packed plans, `PROCESSOR/SUITE.rs`, in a build without the
/// feature `pack`.
#[cfg(not(feature = "pack"))]
const PACKED: &str = "POSIX_CONFORMANCE_PACKED";

/// Each flag of the linker with what it saves and what it loses.
const FLAGS: &[&str] = &[
    // No crt1.o, no libc: the program begins at `_start` and asks the kernel alone.
    "-nostartfiles",
    "-nostdlib",
    // No PT_INTERP and no PT_DYNAMIC; loses shared libraries, of which there are none.
    "-static",
    // Sections that nothing refers to are left out.
    "-Wl,--gc-sections",
    // No note with a hash of the build: 36 bytes and a program header.
    "-Wl,--build-id=none",
    // No symbol table; loses names in a debugger, for which there is the dev profile.
    "-Wl,--strip-all",
    // No section table: the linker script writes the headers.
    "-Wl,--oformat=binary",
    // No unwind tables: nothing unwinds. Saves their index and its program header.
    "-Wl,--no-eh-frame-hdr",
    // The loader maps pages of this size; loses huge pages.
    "-Wl,-z,max-page-size=4096",
    // No room is left in the file between segments.
    "-Wl,-z,noseparate-code",
    // No PT_GNU_RELRO: there is nothing to relocate.
    "-Wl,-z,norelro",
    // Constants that end like others lie inside them; takes the linker longer.
    "-Wl,-O2",
];

/// Writes the tables of each suite.
#[cfg(feature = "pack")]
fn write_tables(processor: Processor, out: &Path) {
    packer::write_tables(processor.name(), out).unwrap_or_else(|error| panic!("{error}"));
}

/// Copies the tables of each suite.
#[cfg(not(feature = "pack"))]
fn write_tables(processor: Processor, out: &Path) {
    println!("cargo:rerun-if-env-changed={PACKED}");
    let packed = env::var_os(PACKED);
    let packed = packed.unwrap_or_else(|| panic!("a build without `pack` needs {PACKED}"));
    let packed = PathBuf::from(packed).join(processor.name());
    println!("cargo:rerun-if-changed={}", packed.display());
    for (suite, _) in SUITES {
        let file = format!("{suite}.rs");
        let from = packed.join(&file);
        let copied = std::fs::copy(&from, out.join(file));
        copied.unwrap_or_else(|error| panic!("copying {}: {error}", from.display()));
    }
}

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets this"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets this"));
    for watched in [
        "src/abi",
        "src/plan",
        "src/families",
        "src/suites.rs",
        "tools/link",
        "tools/packer",
    ] {
        println!("cargo:rerun-if-changed={watched}");
    }
    println!("cargo:rerun-if-env-changed=POSIX_CONFORMANCE_PIE");

    let arch = env::var("CARGO_CFG_TARGET_ARCH").expect("cargo sets this");
    let processor = Processor::from_name(&arch);
    let processor = processor.unwrap_or_else(|| panic!("the suite has no plan for {arch}"));
    write_tables(processor, &out);
    let arg = |flag: &str| {
        for (_, program) in SUITES {
            println!("cargo:rustc-link-arg-bin={program}={flag}");
        }
    };
    let script = root.join("tools/link/elf.ld").display().to_string();
    let pie = env::var_os("POSIX_CONFORMANCE_PIE").is_some();
    let (base, elf_type) = if pie { ("0", 3) } else { ("0x200000", 2) };
    let symbols = [
        format!("BASE={base}"),
        format!("ELF_TYPE={elf_type}"),
        format!("MACHINE={}", processor.machine()),
        format!("ELF_FLAGS={}", processor.elf_flags()),
    ];
    // A target without an operating system calls the linker itself, without the compiler driver
    // before it.
    let linker = env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "none");
    let flags = FLAGS.iter().map(|flag| flag.to_string());
    let symbols = symbols.map(|symbol| format!("-Wl,--defsym={symbol}"));
    for flag in flags.chain(symbols) {
        match flag.strip_prefix("-Wl,") {
            Some(parts) if linker => parts.split(',').for_each(arg),
            None if linker => {}
            _ => arg(&flag),
        }
    }
    // Not by -Wl, which splits at the commas that a path may have.
    arg(&format!("-T{script}"));
    if linker {
        // No relocation is left, as below.
        if pie {
            ["-pie", "--no-dynamic-linker"].into_iter().for_each(arg);
        }
        return;
    }
    if pie {
        // ET_DYN for loaders that take nothing else; the rows hold no pointers, so no relocation
        // is left and PT_DYNAMIC is discarded by the linker script.
        arg("-Wl,-pie,--no-dynamic-linker");
    } else {
        arg("-no-pie");
    }
}
