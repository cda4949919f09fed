//! Gathers what an installed copy carries: the ELF, `tests-spec`, `reference-outputs`, targets.

#[path = "src/nested.rs"]
mod nested;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn main() {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets this"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets this"));
    let root = here
        .join("../..")
        .canonicalize()
        .expect("the repository around the tool");
    for watched in [
        "Cargo.toml",
        "src",
        "tools/link",
        "tests-spec",
        "reference-outputs",
        "tools/targets",
    ] {
        // A path that is not there would make this script run every time.
        if root.join(watched).exists() {
            println!("cargo:rerun-if-changed={}", root.join(watched).display());
        }
    }
    let elf = build_elf(&root, &out);
    let mut source = format!("pub const ELF: &[u8] = include_bytes!({:?});\n", text(&elf));
    for (name, folder, ending) in [
        ("SPEC", "tests-spec", "toml"),
        ("REFERENCES", "reference-outputs", "txt"),
        ("GAPS", "reference-outputs/gaps", "toml"),
        ("TARGETS", "tools/targets", "toml"),
    ] {
        // Writing to a string cannot fail.
        let _ = writeln!(source, "pub const {name}: &[(&str, &str)] = &[");
        for path in files(&root.join(folder), ending) {
            let file = path
                .file_name()
                .expect("a file")
                .to_string_lossy()
                .into_owned();
            let _ = writeln!(source, "    ({file:?}, include_str!({:?})),", text(&path));
        }
        source.push_str("];\n");
    }
    fs::write(out.join("carried.rs"), source).expect("writing carried.rs");
}

/// Builds the ELF as `cargo build --release` does, out of the way of the outer build.
fn build_elf(root: &Path, out: &Path) -> PathBuf {
    let target = out.join("elf");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    nested::forget_outer_cargo(&mut cargo);
    let status = cargo
        .args([
            "build",
            "--release",
            "--quiet",
            "--package",
            "posix-conformance",
        ])
        .args(["--bin", "posix-conformance", "--target-dir"])
        .arg(&target)
        .current_dir(root)
        .status()
        .expect("running cargo for the ELF");
    assert!(status.success(), "the ELF does not build");
    target.join("release/posix-conformance")
}

/// The files of a folder with that ending, sorted.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == ending))
        .collect();
    files.sort();
    files
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
