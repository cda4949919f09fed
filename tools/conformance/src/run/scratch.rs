//! The folder of a run for `{scratch}` and `{prepared}`, which is removed whatever happens.
//!
//! A process of its own keeps it: it waits for the end of the tool, which it notices as the end of
//! a pipe, and removes the folder. So the folder is removed also where the tool is killed.

use std::ffi::{OsStr, OsString};
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::unistd::setsid;

use crate::error::{Error, Result};
use crate::run::image::temp_folders;
use crate::run::supervisor;

/// The first argument of the tool as the remover of a folder.
pub(crate) const REMOVE_FOLDER: &str = "remove-folder";
/// The start of the name of each such folder. The remover removes no other one.
const PREFIX: &str = "posix-conformance-";
/// The time after which a folder that cannot be removed is given up. Descendants of the tool may
/// write there until their supervisors have ended them.
const REMOVING_MAX: Duration = Duration::from_secs(10);
const REMOVE_AGAIN: Duration = Duration::from_millis(20);

/// A folder that is removed when this is dropped, or when the tool ends in any other way.
#[derive(Debug)]
pub(crate) struct RunFolder {
    path: PathBuf,
    remover: Child,
}

impl RunFolder {
    /// Makes the folder, in the first folder for temporary files that takes one.
    ///
    /// # Errors
    /// None takes one, or the system starts no process.
    pub(crate) fn new() -> Result<RunFolder> {
        let mut problems = Vec::new();
        let made = temp_folders().into_iter().find_map(|folder| {
            let made = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&folder);
            let why = |error: io::Error| problems.push(format!("{}: {error}", folder.display()));
            made.map_err(why).ok()
        });
        let made = made.ok_or_else(|| {
            Error::usage(format!(
                "no folder for {{scratch}}: {}",
                problems.join("; ")
            ))
        })?;
        let path =
            fs::canonicalize(made.path()).map_err(|error| Error::file(made.path(), &error))?;
        let remover = remover(&path)
            .map_err(|error| Error::no_verdict(format!("cannot keep {{scratch}}: {error}")))?;
        // The remover removes it from here on.
        let _ = made.keep();
        Ok(RunFolder { path, remover })
    }

    /// The folder in it that `prepare` fills; it stays until the end of the run.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub(crate) fn prepared(&self) -> Result<PathBuf> {
        let path = self.path.join("prepared");
        fs::create_dir_all(&path).map_err(|error| Error::file(&path, &error))?;
        Ok(path)
    }

    /// A new folder in it, empty.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub(crate) fn subfolder(&self, prefix: &str) -> Result<Subfolder> {
        let made = tempfile::Builder::new()
            .prefix(prefix)
            .tempdir_in(&self.path);
        made.map(Subfolder)
            .map_err(|error| Error::file(&self.path, &error))
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        drop(self.remover.stdin.take());
        // The remover ends after the folder is gone.
        let _ = self.remover.wait();
        supervisor::hold_starts().remove(&self.remover.id());
    }
}

/// A folder inside the run's; it is removed with its contents when this is dropped.
#[derive(Debug)]
pub(crate) struct Subfolder(tempfile::TempDir);

impl Subfolder {
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

/// Starts the tool as the remover of a folder.
fn remover(folder: &Path) -> io::Result<Child> {
    let this = std::env::current_exe()?;
    // The lock is held meanwhile: nobody takes the remover for an orphan.
    let mut known = supervisor::hold_starts();
    let remover = Command::new(this)
        .arg(REMOVE_FOLDER)
        .arg(folder)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    known.insert(remover.id());
    Ok(remover)
}

/// Permits the removal of the contents of a folder: the suite makes folders that nobody may read.
fn open_up(folder: &Path) {
    // A folder of another user stays as it is.
    let _ = fs::set_permissions(folder, Permissions::from_mode(0o700));
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            open_up(&entry.path());
        }
    }
}

/// The tool as the remover of a folder: removes it at the end of the tool that started it.
pub(crate) fn remove_folder(arguments: &[OsString]) -> u8 {
    // A signal from a terminal goes to the tool's group; the remover outlives the tool.
    let _ = setsid();
    let folder = arguments.first().map(Path::new);
    let is_ours = |folder: &&Path| {
        let name = folder.file_name().and_then(OsStr::to_str);
        name.is_some_and(|name| name.starts_with(PREFIX))
    };
    let Some(folder) = folder.filter(is_ours) else {
        return 1;
    };
    // Nobody writes there: the copy ends when the tool does.
    let _ = io::copy(&mut io::stdin(), &mut io::sink());
    let begun = Instant::now();
    while begun.elapsed() < REMOVING_MAX {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                open_up(folder);
                thread::sleep(REMOVE_AGAIN);
            }
            _ => return 0,
        }
    }
    1
}
