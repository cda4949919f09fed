//! The file of a target's kernel.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::Target;
use crate::error::{Error, Result};

impl Target {
    /// The kernel's file: the one given, or the first of the target's that exists. None where the
    /// target boots no kernel.
    ///
    /// # Errors
    /// The file given cannot be read (exit code 2), or the target finds none (3).
    pub fn find_kernel(&self, given: Option<&Path>) -> Result<Option<PathBuf>> {
        if !self.wants("kernel") {
            return Ok(None);
        }
        if let Some(path) = given {
            require_file(path)?;
            return Ok(Some(absolute(path)));
        }
        let folder = |_: &str| self.folder.clone().map(PathBuf::into_os_string);
        let patterns = self
            .kernel
            .iter()
            .map(|pattern| self.fill(pattern, &folder));
        let base = self.base().unwrap_or_default();
        // A path that begins with `/` replaces the folder.
        let patterns = patterns.map(|pattern| pattern.map(|pattern| base.join(pattern)));
        let patterns = patterns.collect::<Result<Vec<PathBuf>>>()?;
        let found = patterns.iter().find_map(|pattern| newest(pattern));
        let reason = match found.as_ref().map(|path| require_file(path)) {
            Some(Ok(())) => return Ok(found.as_deref().map(absolute)),
            Some(Err(problem)) => problem.text,
            None if patterns.is_empty() => "its file lists no kernel".to_string(),
            None => {
                let tried = patterns.iter().map(|pattern| pattern.display().to_string());
                format!("no kernel at {}", tried.collect::<Vec<_>>().join(", "))
            }
        };
        let install = self.kernel_install.as_deref();
        let install =
            install.map_or_else(String::new, |line| format!("install one with: {line}, or "));
        Err(Error::no_verdict(format!(
            "target {}: {reason}; {install}give one with --kernel",
            self.name
        )))
    }
}

/// A path for a command that runs in another directory.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

/// Checks that a file of the user's can be read.
///
/// # Errors
/// It is missing, not readable or no regular file: exit code 2.
pub(crate) fn require_file(path: &Path) -> Result<()> {
    let unreadable = |error| Error::file(path, &error);
    // Opening a pipe would wait for a writer.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(Error::usage(format!(
            "{}: not a regular file",
            path.display()
        )));
    }
    std::fs::File::open(path).map(drop).map_err(unreadable)
}

/// The file of a path; where its last part holds a `*`, the last one in order that matches.
fn newest(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let Some((begin, end)) = name.split_once('*') else {
        return path.is_file().then(|| path.to_path_buf());
    };
    let entries = std::fs::read_dir(path.parent()?).ok()?.flatten();
    let matches = |path: &PathBuf| {
        let name = path.file_name().map(OsStrExt::as_bytes).unwrap_or_default();
        let long_enough = name.len() >= begin.len() + end.len();
        long_enough && name.starts_with(begin.as_bytes()) && name.ends_with(end.as_bytes())
    };
    let files = entries.map(|entry| entry.path());
    files.filter(|path| path.is_file() && matches(path)).max()
}
