//! `cargo conformance` in a clone: builds the tool, visibly where that takes time, and becomes it.
//!
//! Cargo is silent with `--quiet`, and without it prints two lines before each command. This
//! program prints what cargo does only where cargo compiles something.

#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::io::{self, IsTerminal, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};

/// The exit code of the tool for a build that fails.
const EXIT_USAGE: u8 = 2;
/// The lines of cargo by which it takes time: the first two where there is something to build.
const NEWS: [&[u8]; 3] = [b"Compiling", b"Downloading", b"Blocking"];
const FIRST_BUILD: &str = "Building the tool and the suite, once; this takes a minute or two.";
const LATER_BUILD: &str = "Building the tool again, because its source has changed.";

fn main() -> ExitCode {
    match launch() {
        Ok(exit) => ExitCode::from(exit),
        Err(error) => {
            eprintln!("error: cannot build the tool: {error}");
            ExitCode::from(EXIT_USAGE)
        }
    }
}

/// Builds the tool beside this program, and becomes it; the exit code if that fails.
fn launch() -> io::Result<u8> {
    let tool = std::env::current_exe()?.with_file_name("conformance");
    let note = if tool.exists() {
        LATER_BUILD
    } else {
        FIRST_BUILD
    };
    if !build(note)?.success() {
        return Ok(EXIT_USAGE);
    }
    // The name of the alias is the first argument, as cargo passes it to a subcommand.
    let args = std::env::args_os().skip(1);
    Err(Command::new(tool).arg("conformance").args(args).exec())
}

/// Builds the tool; `note` is printed before the output of cargo, if cargo compiles.
fn build(note: &str) -> io::Result<ExitStatus> {
    let mut child = cargo().spawn()?;
    let mut output = child.stderr.take().expect("stderr is a pipe");
    let mut held = Some(Vec::new());
    let mut buffer = [0; 4096];
    loop {
        let bytes = match output.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => &buffer[..count],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        match &mut held {
            None => show(bytes),
            Some(earlier) => {
                earlier.extend_from_slice(bytes);
                let [compiling, downloading, blocking] = NEWS.map(|news| has(earlier, news));
                if compiling || downloading {
                    show(format!("{note}\n").as_bytes());
                }
                if compiling || downloading || blocking {
                    show(earlier);
                    held = None;
                }
            }
        }
    }
    let status = child.wait()?;
    if let Some(earlier) = held.filter(|_| !status.success()) {
        show(&earlier);
    }
    Ok(status)
}

/// The command that builds the tool with the profile of this program.
fn cargo() -> Command {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let cargo = variable("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command
        .args(["build", "--profile", "host", "--package", "conformance"])
        // Completions and man pages are for an installed copy.
        .args([
            "--bin",
            "conformance",
            "--no-default-features",
            "--manifest-path",
        ])
        .arg(root().join("Cargo.toml"))
        .stdin(Stdio::null())
        .stderr(Stdio::piped());
    if io::stderr().is_terminal() {
        // Cargo itself sees a pipe.
        let width = variable("COLUMNS").unwrap_or_else(|| OsString::from("80"));
        command
            .env("CARGO_TERM_PROGRESS_WHEN", "always")
            .env("CARGO_TERM_PROGRESS_WIDTH", width);
        if variable("NO_COLOR").is_none() && variable("CARGO_TERM_COLOR").is_none() {
            command.env("CARGO_TERM_COLOR", "always");
        }
    }
    command
}

/// The root of the repository.
fn root() -> PathBuf {
    // Cargo sets the variable for a program that it runs; the repository may have moved since.
    let package = std::env::var_os("CARGO_MANIFEST_DIR");
    let package = package.unwrap_or_else(|| OsString::from(env!("CARGO_MANIFEST_DIR")));
    Path::new(&package).join("../..")
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn show(bytes: &[u8]) {
    // A closed stderr does not stop the build.
    let _ = io::stderr().write_all(bytes);
}
