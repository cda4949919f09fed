//! The build script: embeds the ELF, the first program of a Linux that boots for one run,
//! `tests-spec`, `reference-outputs` and targets in the tool.

#[path = "src/build/cargo_env.rs"]
mod cargo_env;
// The toolchain's messages are errors of the tool.
#[path = "src/error.rs"]
#[expect(dead_code, reason = "the build script makes only some of the errors")]
mod error;
#[path = "src/build/toolchain.rs"]
#[expect(dead_code, reason = "the build script asks for both parts itself")]
mod toolchain;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The compiler's targets for the other processors.
const FOREIGN: [(&str, &str); 2] = [
    ("aarch64", "aarch64-unknown-none"),
    ("riscv64", "riscv64gc-unknown-none-elf"),
];

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
        "tools/linux-init",
        "tools/packer",
        "tests-spec",
        "reference-outputs",
        "tools/targets",
    ] {
        // A missing path would make this script run every time.
        if root.join(watched).exists() {
            println!("cargo:rerun-if-changed={}", root.join(watched).display());
        }
    }
    let mut source = String::new();
    let mut embed = |name: &str, path: Option<PathBuf>| {
        let bytes = path.map_or_else(
            || "&[]".to_string(),
            |path| format!("include_bytes!({:?})", text(&path)),
        );
        // Writing to a string cannot fail.
        let _ = writeln!(source, "pub(super) const {name}: &[u8] = {bytes};");
    };
    // Where the repository is at hand, the tool builds the other shapes when they are wanted.
    let installed = target_folder(&out).starts_with(&out);
    embed("ELF_PIE", installed.then(|| build_pie(&root, &out)));
    let freestanding = installed.then(|| build_freestanding(&root, &out));
    embed("ELF_FREESTANDING", freestanding.flatten());
    source += &programs(&root, &out, installed);
    for (name, folder, ending) in [
        ("SPEC", "tests-spec", "toml"),
        ("PRODUCTS", "tests-spec/products", "toml"),
        ("REFERENCES", "reference-outputs", "txt"),
        ("TRACES", "reference-outputs", "trace"),
        ("GAPS", "reference-outputs/gaps", "toml"),
        ("TARGETS", "tools/targets", "toml"),
    ] {
        // Writing to a string cannot fail.
        let _ = writeln!(source, "pub(super) const {name}: &[(&str, &str)] = &[");
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
    fs::write(out.join("embedded.rs"), source).expect("writing embedded.rs");
}

/// The constants with the programs for each processor: for those but the own one where a compiler
/// is installed.
fn programs(root: &Path, out: &Path, installed: bool) -> String {
    let mut source = String::new();
    for (name, package) in [("ELF", "posix-conformance"), ("LINUX_INIT", "linux-init")] {
        let mut programs = vec![("x86_64", build_program(root, out, package))];
        for (processor, triple) in FOREIGN.iter().filter(|_| installed) {
            let built = build_foreign(root, out, package, triple);
            programs.extend(built.map(|path| (*processor, path)));
        }
        // Writing to a string cannot fail.
        let _ = writeln!(source, "pub(super) const {name}: &[(&str, &[u8])] = &[");
        for (processor, path) in programs {
            let path = text(&path);
            let _ = writeln!(source, "    ({processor:?}, include_bytes!({path:?})),");
        }
        source.push_str("];\n");
    }
    source
}

/// Builds a program as `cargo build --release` does; the path of a copy.
fn build_program(root: &Path, out: &Path, package: &str) -> PathBuf {
    let target = target_folder(out);
    let mut cargo = cargo(root, &target, package);
    let status = cargo.status().expect("running cargo for a program");
    assert!(status.success(), "{package} does not build");
    // A build of the ELF alone replaces the file in the target directory.
    let copy = out.join(package);
    let bytes = fs::read(target.join("release").join(package)).expect("reading a program");
    if fs::read(&copy).ok().as_ref() != Some(&bytes) {
        fs::write(&copy, bytes).expect("copying a program");
    }
    copy
}

fn cargo(root: &Path, target: &Path, package: &str) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo_env::forget_outer_cargo(&mut cargo);
    cargo
        .args(["build", "--release", "--quiet", "--package", package])
        .args(["--bin", package, "--target-dir"])
        .arg(target)
        .current_dir(root)
        .env_remove("POSIX_CONFORMANCE_PIE");
    cargo
}

/// Builds the ELF as a PIE; the path of a copy.
fn build_pie(root: &Path, out: &Path) -> PathBuf {
    let mut cargo = cargo(root, &out.join("pie"), "posix-conformance");
    let status = cargo.env("POSIX_CONFORMANCE_PIE", "1").status();
    let status = status.expect("running cargo for a program");
    assert!(status.success(), "the PIE does not build");
    out.join("pie/release/posix-conformance")
}

/// Builds the freestanding ELF, where its compiler is installed; its path.
fn build_freestanding(root: &Path, out: &Path) -> Option<PathBuf> {
    let target = out.join("freestanding");
    let mut cargo = from_source(root, &target, "posix-conformance", "x86_64_conformance")?;
    cargo.args(["--target", "x86_64-conformance.json", "-Zjson-target-spec"]);
    // A compiler that is too old for it leaves the tool without this ELF.
    let built = cargo.status().is_ok_and(|status| status.success());
    built.then(|| target.join("x86_64-conformance/release/posix-conformance"))
}

/// Builds a program for another processor, where a compiler for it is installed; its path.
fn build_foreign(root: &Path, out: &Path, package: &str, triple: &str) -> Option<PathBuf> {
    let target = out.join("foreign");
    let mut cargo = match toolchain::has_target(triple) {
        true => cargo(root, &target, package),
        false => from_source(root, &target, package, &triple.replace('-', "_"))?,
    };
    cargo.args(["--target", triple]);
    let built = cargo.status().is_ok_and(|status| status.success());
    built.then(|| target.join(triple).join("release").join(package))
}

/// A build with core from source, where that is possible; `name` is the target's in variables.
fn from_source(root: &Path, target: &Path, package: &str, name: &str) -> Option<Command> {
    let (Ok(toolchain), Ok(linker)) = (toolchain::find_toolchain(), toolchain::find_linker())
    else {
        return None;
    };
    let mut cargo = Command::new(&toolchain.cargo);
    cargo_env::forget_outer_cargo(&mut cargo);
    cargo
        .args(["build", "--release", "--quiet", "--package", package])
        .args(["--bin", package, "--target-dir"])
        .arg(target)
        .arg("-Zbuild-std=core,compiler_builtins")
        .arg("-Zbuild-std-features=compiler-builtins-mem")
        .current_dir(root)
        .env("RUSTC", &toolchain.rustc)
        .env(
            format!("CARGO_TARGET_{}_LINKER", name.to_uppercase()),
            linker,
        )
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("POSIX_CONFORMANCE_PIE");
    if toolchain.stable {
        cargo.env("RUSTC_BOOTSTRAP", "1");
    }
    Some(cargo)
}

/// The target directory of the programs: the one of this build, so that `run` finds the ELF built.
/// A build with the profile `release` holds the lock of the folder that they would be in, so it
/// has a directory of its own for them.
fn target_folder(out: &Path) -> PathBuf {
    // TARGET/PROFILE/build/PACKAGE-HASH/out
    let profile = out.ancestors().nth(3);
    let target = profile.and_then(Path::parent);
    match (profile.and_then(Path::file_name), target) {
        (Some(profile), Some(target)) if profile != "release" => target.to_path_buf(),
        _ => out.join("elf"),
    }
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
