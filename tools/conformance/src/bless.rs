//! Writes a target's reference output and known gaps, after showing what changes.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use posix_conformance::log::Line;
use serde::Serialize;

use crate::home::Home;
use crate::model::{Problem, Result};
use crate::reader::Cleaner;
use crate::target::Target;

/// What stands beside a reference output: which kernel gave it.
#[derive(Debug, Serialize)]
pub struct Sidecar {
    pub kernel: String,
    /// As its own command says it.
    pub version: String,
    pub machine: &'static str,
}

impl Sidecar {
    pub fn new(target: &Target, version: String) -> Sidecar {
        let name = target.kernel_name.as_ref().unwrap_or(&target.name);
        Sidecar {
            kernel: name.clone(),
            version,
            // The only one that the ELF is built for.
            machine: "x86_64",
        }
    }

    fn text(&self) -> Result<String> {
        toml::to_string(self)
            .map_err(|error| Problem::usage(format!("writing the sidecar: {error}")))
    }
}

/// What would change in a target's reference output and beside it, and the files to write.
pub fn reference(
    home: &Home,
    target: &Target,
    log: &RunLines,
    sidecar: &Sidecar,
) -> Result<(String, Files)> {
    // Beside a user's target `NAME.toml` is the target itself.
    let (folder, ending) = match (&target.folder, &home.repository) {
        (Some(folder), _) if target.own_file => (folder.clone(), "version.toml"),
        (_, Some(root)) => (root.join("reference-outputs"), "toml"),
        _ => return Err(Problem::usage(OUTSIDE)),
    };
    let mut changes = String::new();
    let mut files = Vec::new();
    for (ending, new) in [("txt", log.text.clone()), (ending, sidecar.text()?)] {
        let name = format!("{}.{ending}", target.name);
        let path = folder.join(&name);
        let old = fs::read_to_string(&path).unwrap_or_default();
        changes += &shown(&name, &old, &new);
        files.push((path, new));
    }
    Ok((changes, files))
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
