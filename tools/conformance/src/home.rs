//! Where the tool's material comes from: the repository around us, or what the tool carries.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use crate::model::{Problem, Result};
use crate::spec::Spec;

/// What an installed copy carries; the build script gathers it.
mod carried {
    include!(concat!(env!("OUT_DIR"), "/carried.rs"));
}

/// The repository, where the tool is run inside it.
#[derive(Clone, Debug)]
pub struct Home {
    pub repository: Option<PathBuf>,
}

/// An ELF to run: a file of the user's or one of ours that goes away afterwards.
#[derive(Debug)]
pub enum Elf {
    Kept(PathBuf),
    Passing(TempPath),
}

impl Elf {
    pub fn path(&self) -> &Path {
        match self {
            Elf::Kept(path) => path,
            Elf::Passing(path) => path,
        }
    }
}

/// A text and what to call it.
#[derive(Clone, Debug)]
pub struct Named {
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Home {
    /// Looks for the repository from the current directory upwards.
    pub fn find() -> Home {
        let here = std::env::current_dir().unwrap_or_default();
        let is_root = |path: &&Path| {
            path.join("tools/conformance/Cargo.toml").is_file()
                && fs::read_to_string(path.join("Cargo.toml"))
                    .is_ok_and(|text| text.contains("name = \"posix-conformance\""))
        };
        Home {
            repository: here.ancestors().find(is_root).map(Path::to_path_buf),
        }
    }

    /// The repository, for commands that need one.
    pub fn required(&self) -> Result<&Path> {
        self.repository.as_deref().ok_or_else(|| {
            Problem::usage("not inside the repository; this command changes or builds its files")
        })
    }

    /// The specification: the repository's, or the one that we carry.
    pub fn spec(&self) -> Result<Spec> {
        let Some(root) = &self.repository else {
            return Spec::parse(carried::SPEC.iter().copied());
        };
        let folder = root.join("tests-spec");
        let mut files = Vec::new();
        // Without the folder nothing is specified, and `spec --check` says so check by check.
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|ending| ending == "toml") {
                let text =
                    fs::read_to_string(&path).map_err(|error| Problem::file(&path, &error))?;
                files.push((entry.file_name().to_string_lossy().into_owned(), text));
            }
        }
        files.sort();
        Spec::parse(
            files
                .iter()
                .map(|(name, text)| (name.as_str(), text.as_str())),
        )
    }

    /// The reference output of a target: the repository's, or the one that we carry.
    pub fn reference(&self, target: &str) -> Result<Named> {
        let name = format!("reference-outputs/{target}.txt");
        if let Some(root) = &self.repository {
            let path = root.join(&name);
            return match fs::read(&path) {
                Ok(bytes) => Ok(Named { name, bytes }),
                Err(_) => Err(Problem::usage(format!(
                    "{name} cannot be read; `cargo conformance bless {target}` writes it"
                ))),
            };
        }
        let carried = carried::REFERENCES
            .iter()
            .find(|(file, _)| *file == format!("{target}.txt"));
        carried
            .map(|(_, text)| Named {
                name: name.clone(),
                bytes: text.as_bytes().to_vec(),
            })
            .ok_or_else(|| Problem::usage(format!("this copy of the tool carries no {name}")))
    }

    /// The ELF that we carry, as a file that can be run.
    pub fn carried_elf(&self) -> Result<Elf> {
        Ok(Elf::Passing(passing_elf(carried::ELF)?))
    }
}

/// An ELF in a file that goes away when it is dropped.
pub fn passing_elf(bytes: &[u8]) -> Result<TempPath> {
    use std::os::unix::fs::PermissionsExt;
    let write = || {
        let mut file = tempfile::Builder::new()
            .prefix("posix-conformance-")
            .permissions(fs::Permissions::from_mode(0o755))
            .tempfile()?;
        file.write_all(bytes)?;
        // Closing it first: a program that is open for writing cannot be run.
        Ok(file.into_temp_path())
    };
    write().map_err(|error: std::io::Error| Problem::file(&std::env::temp_dir(), &error))
}
