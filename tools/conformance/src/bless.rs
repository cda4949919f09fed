//! Writes a target's reference output, after showing what changes.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde::Serialize;

use crate::model::{Problem, Result};

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
}

/// The lines that differ between two logs, as a short diff.
pub fn changes(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let mut text = String::new();
    // Lines of a log are unique but for its rules, so that sets will do.
    for line in old.iter().filter(|line| !new.contains(line)) {
        let _ = writeln!(text, "- {line}");
    }
    for line in new.iter().filter(|line| !old.contains(line)) {
        let _ = writeln!(text, "+ {line}");
    }
    text
}

/// Writes the log and its sidecar.
pub fn write(root: &Path, target: &str, log: &str, sidecar: &Sidecar) -> Result<()> {
    let folder = root.join("reference-outputs");
    let put = |path: &Path, text: &str| {
        fs::write(path, text).map_err(|error| Problem::file(path, &error))
    };
    fs::create_dir_all(&folder).map_err(|error| Problem::file(&folder, &error))?;
    put(&folder.join(format!("{target}.txt")), log)?;
    let text = toml::to_string(sidecar)
        .map_err(|error| Problem::usage(format!("writing the sidecar: {error}")))?;
    put(&folder.join(format!("{target}.toml")), &text)
}
