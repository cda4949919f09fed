//! Writes a target's reference output and known gaps, after showing what changes.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use posix_conformance::log::Line;
use serde::Serialize;

use crate::model::{Problem, Result};
use crate::reader::Cleaner;

/// What stands beside a reference output: which kernel gave it.
#[derive(Debug, Serialize)]
pub struct Sidecar {
    /// `uname -s`.
    pub kernel: String,
    /// `uname -r`.
    pub version: String,
    pub machine: String,
}

impl Sidecar {
    /// That of the kernel we run on.
    pub fn of_this_kernel() -> Result<Sidecar> {
        let name = nix::sys::utsname::uname()
            .map_err(|error| Problem::usage(format!("uname: {error}")))?;
        let text = |part: &std::ffi::OsStr| part.to_string_lossy().into_owned();
        Ok(Sidecar {
            kernel: text(name.sysname()),
            version: text(name.release()),
            machine: text(name.machine()),
        })
    }

    pub fn text(&self) -> Result<String> {
        toml::to_string(self)
            .map_err(|error| Problem::usage(format!("writing the sidecar: {error}")))
    }
}

/// What a command says that would write files of the repository from elsewhere.
pub const OUTSIDE: &str =
    "not inside the repository, and the target is not a file: there is nowhere to write";

/// Files to write and their texts.
pub type Files = Vec<(PathBuf, String)>;

/// The lines of the run in a console, without the kernel's own before, between and behind them.
#[derive(Debug, Default)]
pub struct RunLines {
    cleaner: Cleaner,
    pub text: String,
}

impl RunLines {
    /// Takes what a console printed.
    pub fn feed(&mut self, bytes: &[u8]) {
        let text = &mut self.text;
        self.cleaner.feed(bytes, &mut |line| {
            let header = matches!(Line::parse(line), Some(Line::Header { .. }));
            if header || !text.is_empty() && Line::parse(line).is_some() {
                text.push_str(line);
                text.push('\n');
            }
        });
    }
}

/// The lines that differ between two texts, below the file's name; nothing if none does.
pub fn shown(name: &str, old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let mut text = String::new();
    // Writing to a string cannot fail.
    for (sign, lines, others) in [('-', &old, &new), ('+', &new, &old)] {
        for line in lines.iter().filter(|line| !others.contains(line)) {
            let _ = writeln!(text, "{sign} {line}");
        }
    }
    if text.is_empty() && old.len() != new.len() {
        let _ = writeln!(text, "{} lines become {}", old.len(), new.len());
    }
    if !text.is_empty() {
        text.insert_str(0, &format!("{name}\n"));
    }
    text
}

/// Writes files, and the folders they need.
pub fn write(files: &Files) -> Result<()> {
    for (path, text) in files {
        let put = || {
            fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
            fs::write(path, text)
        };
        put().map_err(|error| Problem::file(path, &error))?;
    }
    Ok(())
}
