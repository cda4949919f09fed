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

use cargo_env::{packed_plans, release_build, take_packed_plans};
use packer::abi::Processor;
use packer::suites::{CORE, FILES, PROCESSES};

/// The package with the suites, and its programs: the ELF of each suite.
const SUITES_PACKAGE: &str = "posix-conformance";
const SUITES: &[&str] = &[CORE.program, FILES.program, PROCESSES.program];
/// The first program of a Linux that boots for one run, and its package.
const LINUX_INIT: &str = "linux-init";

/// The compiler's targets for the other processors.
const FOREIGN: [(&str, &str); 2] = [
    ("aarch64", "aarch64-unknown-none"),
    ("riscv64", "riscv64gc-unknown-none-elf"),
];

fn main() {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets this"));
    let out = out_folder();
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
    pack_plans(&packed_plans(&target_folder(&out)));
    let mut source = String::new();
    source += &programs(&root, &out, is_to_install(&out));
    source += &spec(&root);
    for (name, folder, ending) in [
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

/// True for the tool that `cargo install` makes, in its own profile or in `host`. Another one is in
/// the repository, where it builds the other shapes when they are wanted: that of the alias, which
/// leaves out the feature `manual`, and that of the tests.
fn is_to_install(out: &Path) -> bool {
    match profile(out) {
        Some("release") => true,
        Some("host") => env::var_os("CARGO_FEATURE_MANUAL").is_some(),
        _ => false,
    }
}

/// A program with its processor, and where it is.
type Built = (&'static str, &'static str, PathBuf);

/// The constants with the programs: the ELF of each suite, and the first program of a Linux. Those
/// for other processors, and the other shapes, are there where a compiler for them is installed.
fn programs(root: &Path, out: &Path, installed: bool) -> String {
    let own = |names: &'static [&'static str]| {
        let built = move |name: &&'static str| (*name, "x86_64", out.join(name));
        names.iter().map(built)
    };
    build_programs(root, out, SUITES_PACKAGE, SUITES);
    build_programs(root, out, LINUX_INIT, &[LINUX_INIT]);
    let mut elfs: Vec<Built> = own(SUITES).collect();
    let mut inits: Vec<Built> = own(&[LINUX_INIT]).collect();
    let (mut pies, mut freestanding) = (Vec::new(), Vec::new());
    if installed {
        for (processor, triple) in FOREIGN {
            elfs.extend(build_foreign(
                root,
                out,
                SUITES_PACKAGE,
                SUITES,
                (processor, triple),
            ));
            inits.extend(build_foreign(
                root,
                out,
                LINUX_INIT,
                &[LINUX_INIT],
                (processor, triple),
            ));
        }
        pies = build_pie(root, out);
        freestanding = build_freestanding(root, out);
    }
    let all = [
        ("ELF", elfs),
        ("ELF_PIE", pies),
        ("ELF_FREESTANDING", freestanding),
        ("LINUX_INIT", inits),
    ];
    let mut source = "type Program = ((&'static str, &'static str), &'static [u8]);\n".to_string();
    for (name, programs) in all {
        // Writing to a string cannot fail.
        let _ = writeln!(source, "pub(super) const {name}: &[Program] = &[");
        for (program, processor, path) in programs {
            let path = text(&path);
            let _ = writeln!(
                source,
                "    (({program:?}, {processor:?}), include_bytes!({path:?})),"
            );
        }
        source.push_str("];\n");
    }
    source
}

/// Packs the plans of all suites, from which their ELFs are built.
fn pack_plans(folder: &Path) {
    for processor in Processor::ALL {
        let folder = folder.join(processor.name());
        let written = packer::write_tables(processor.name(), &folder);
        written.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    }
}

/// The constant with `tests-spec`: the files of the core suite, and those of the other suites below
/// the names of their folders.
fn spec(root: &Path) -> String {
    let spec = root.join("tests-spec");
    let mut source = "pub(super) const SPEC: &[(&str, &str)] = &[".to_string();
    for folder in ["", "files/", "processes/"] {
        for path in files(&spec.join(folder), "toml") {
            let file = path.file_name().expect("a file").to_string_lossy();
            let name = format!("{folder}{file}");
            // Writing to a string cannot fail.
            let _ = writeln!(source, "    ({name:?}, include_str!({:?})),", text(&path));
        }
    }
    source + "];\n"
}

/// Builds programs of a package as `cargo build --release` does, and copies them to the folder of
/// this build: a build of the ELF alone replaces the files in the target directory.
fn build_programs(root: &Path, out: &Path, package: &str, programs: &[&str]) {
    let target = target_folder(out);
    let mut cargo = cargo(root, &target, package, programs);
    let status = cargo.status().expect("running cargo for a program");
    assert!(status.success(), "{package} does not build");
    for program in programs {
        let copy = out.join(program);
        let bytes = fs::read(target.join("release").join(program)).expect("reading a program");
        if fs::read(&copy).ok().as_ref() != Some(&bytes) {
            fs::write(&copy, bytes).expect("copying a program");
        }
    }
}

fn cargo(root: &Path, target: &Path, package: &str, programs: &[&str]) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    cargo_of(Path::new(&program), root, target, (package, programs))
}

/// A build of programs of a package by a cargo.
fn cargo_of(
    program: &Path,
    root: &Path,
    target: &Path,
    (package, programs): (&str, &[&str]),
) -> Command {
    let mut cargo = release_build(program, root, target, (package, programs));
    cargo.arg("--quiet");
    if package == SUITES_PACKAGE {
        take_packed_plans(&mut cargo, &packed_plans(&target_folder(&out_folder())));
    }
    cargo
}

/// The folder of this script's results.
fn out_folder() -> PathBuf {
    PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets this"))
}

/// The ELF of each suite for a processor in a folder.
fn elfs(processor: &'static str, folder: &Path) -> Vec<Built> {
    let built = |name: &&'static str| (*name, processor, folder.join(name));
    SUITES.iter().map(built).collect()
}

/// Builds the ELFs as PIEs.
fn build_pie(root: &Path, out: &Path) -> Vec<Built> {
    let mut cargo = cargo(root, &out.join("pie"), SUITES_PACKAGE, SUITES);
    let status = cargo.env("POSIX_CONFORMANCE_PIE", "1").status();
    let status = status.expect("running cargo for a program");
    assert!(status.success(), "the PIE does not build");
    elfs("x86_64", &out.join("pie/release"))
}

/// Builds the freestanding ELFs, where their compiler is installed.
fn build_freestanding(root: &Path, out: &Path) -> Vec<Built> {
    let target = out.join("freestanding");
    let cargo = from_source(
        root,
        &target,
        (SUITES_PACKAGE, SUITES),
        "x86_64_conformance",
    );
    let Some(mut cargo) = cargo else {
        return Vec::new();
    };
    cargo.args(["--target", "x86_64-conformance.json", "-Zjson-target-spec"]);
    // A compiler that is too old for them leaves the tool without these ELFs.
    match cargo.status().is_ok_and(|status| status.success()) {
        true => elfs("x86_64", &target.join("x86_64-conformance/release")),
        false => Vec::new(),
    }
}

/// Builds programs for another processor, where a compiler for it is installed.
fn build_foreign(
    root: &Path,
    out: &Path,
    package: &str,
    programs: &'static [&'static str],
    (processor, triple): (&'static str, &str),
) -> Vec<Built> {
    let target = out.join("foreign");
    let cargo = match toolchain::has_target(triple) {
        true => Some(cargo(root, &target, package, programs)),
        false => from_source(
            root,
            &target,
            (package, programs),
            &triple.replace('-', "_"),
        ),
    };
    let built = cargo.is_some_and(|mut cargo| {
        cargo.args(["--target", triple]);
        cargo.status().is_ok_and(|status| status.success())
    });
    let folder = target.join(triple).join("release");
    let all = programs.iter().filter(|_| built);
    all.map(|name| (*name, processor, folder.join(name)))
        .collect()
}

/// A build of programs of a package with core from source, where that is possible; `name` is the
/// target's in variables.
fn from_source(
    root: &Path,
    target: &Path,
    (package, programs): (&str, &[&str]),
    name: &str,
) -> Option<Command> {
    let (Ok(toolchain), Ok(linker)) = (toolchain::find_toolchain(), toolchain::find_linker())
    else {
        return None;
    };
    let mut cargo = cargo_of(&toolchain.cargo, root, target, (package, programs));
    cargo
        .arg("-Zbuild-std=core,compiler_builtins")
        .arg("-Zbuild-std-features=compiler-builtins-mem")
        .env("RUSTC", &toolchain.rustc)
        .env(
            format!("CARGO_TARGET_{}_LINKER", name.to_uppercase()),
            linker,
        )
        .env_remove("RUSTUP_TOOLCHAIN");
    if toolchain.stable {
        cargo.env("RUSTC_BOOTSTRAP", "1");
    }
    Some(cargo)
}

/// The target directory of the programs: the one of this build, so that `run` finds the ELF built.
/// A build with the profile `release` holds the lock of the folder that they would be in, so it
/// has a directory of its own for them.
fn target_folder(out: &Path) -> PathBuf {
    match (profile(out), out.ancestors().nth(4)) {
        (Some("release") | None, _) | (_, None) => out.join("elf"),
        (_, Some(target)) => target.to_path_buf(),
    }
}

/// The profile of this build, by the folder of its results: TARGET/PROFILE/build/PACKAGE-HASH/out.
fn profile(out: &Path) -> Option<&str> {
    out.ancestors().nth(3)?.file_name()?.to_str()
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
