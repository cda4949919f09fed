//! Files that are replaced as a whole: a reader finds the old content or the new one.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The mode of a new file; the umask takes its bits away.
const NEW_FILE: u32 = 0o666;

/// Replaces the content of a file by way of a temporary file in the same folder. Devices and pipes
/// are written as they are, and so is a file in a folder that takes no new one.
///
/// # Errors
/// The file cannot be written; unless it was written as it is, its old content is still there.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    // A link stays a link: the file that it names is replaced.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let known = fs::metadata(path).ok();
    if known.as_ref().is_some_and(|known| !known.is_file()) {
        return File::options().write(true).open(path)?.write_all(content);
    }
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mode = Permissions::from_mode(NEW_FILE);
    let file = tempfile::Builder::new()
        .permissions(mode)
        .tempfile_in(folder);
    let mut file = match file {
        Err(error) if known.is_some() && is_closed_folder(&error) => {
            return fs::write(path, content);
        }
        file => file?,
    };
    if let Some(known) = known {
        file.as_file().set_permissions(known.permissions())?;
    }
    file.write_all(content)?;
    file.persist(path)?;
    Ok(())
}

fn is_closed_folder(error: &io::Error) -> bool {
    use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_is_replaced_and_not_changed() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = |name: &str| folder.path().join(name);
        let (path, old, link) = (place("report"), place("old"), place("link"));
        replace(&path, b"one").expect("a new file");
        fs::set_permissions(&path, Permissions::from_mode(0o640)).expect("a mode");
        fs::hard_link(&path, &old).expect("a second name");
        std::os::unix::fs::symlink("report", &link).expect("a link");
        replace(&link, b"two").expect("a file");
        let read = |path: &Path| fs::read(path).expect("a file");
        assert_eq!(
            (read(&path), read(&old)),
            (b"two".to_vec(), b"one".to_vec())
        );
        assert!(fs::symlink_metadata(&link).expect("a link").is_symlink());
        let mode = fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 3);
        replace(Path::new("/dev/null"), b"three").expect("a device");
        assert!(!fs::metadata("/dev/null").expect("a device").is_file());
    }
}
