//! The programs that targets need, and how to install them.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Invocation, Target};
use crate::error::{Error, Result};

/// A program that the command needs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    pub program: String,
    /// The command that installs it.
    pub install: String,
}

/// Checks that all programs which targets need are installed.
///
/// # Errors
/// Names all that are missing and the commands that install them: exit code 3.
pub(crate) fn require_packages<'t>(targets: impl IntoIterator<Item = &'t Target>) -> Result<()> {
    let missing = |package: &&Package| !is_program(package.program.as_ref());
    let (mut names, mut programs, mut installs) = (Vec::new(), Vec::new(), Vec::new());
    for target in targets {
        let missing: Vec<&Package> = target.package.iter().filter(missing).collect();
        if !missing.is_empty() {
            add_once(&mut names, &target.name);
        }
        for package in missing {
            add_once(&mut programs, &package.program);
            add_once(&mut installs, &package.install);
        }
    }
    let (targets, need) = match names.len() {
        0 => return Ok(()),
        1 => ("target", "needs"),
        _ => ("targets", "need"),
    };
    Err(Error::no_verdict(format!(
        "{targets} {} {need} {}; install with: {}",
        listed(&names),
        listed(&programs),
        installing(&installs)
    )))
}

/// Adds a name that is not in the list yet.
fn add_once<'a>(names: &mut Vec<&'a str>, name: &'a str) {
    if !names.contains(&name) {
        names.push(name);
    }
}

/// Names with commas, and `and` before the last one.
fn listed(names: &[&str]) -> String {
    match names {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        _ => names.concat(),
    }
}

/// One command line of several install commands; those of apt-get are joined into one.
fn installing(commands: &[&str]) -> String {
    const APT: &str = "apt-get install ";
    let packages = commands.iter().filter_map(|line| line.strip_prefix(APT));
    let packages: Vec<&str> = packages.collect();
    let apt = (!packages.is_empty()).then(|| format!("{APT}{}", packages.join(" ")));
    let others = commands.iter().filter(|line| !line.starts_with(APT));
    let all = apt.into_iter().chain(others.map(ToString::to_string));
    all.collect::<Vec<_>>().join(" && ")
}

impl Invocation {
    /// Checks that the program can be run.
    ///
    /// # Errors
    /// It is not in `PATH`, or not executable: exit code 3.
    pub fn require_program(&self) -> Result<()> {
        match self.argv.first() {
            Some(program) if !is_program(&self.in_folder(Path::new(program))) => {
                Err(Error::no_verdict(format!(
                    "cannot start the target: {} is not in PATH or not executable",
                    program.display()
                )))
            }
            _ => Ok(()),
        }
    }

    /// A program as the command's current directory sees it; a bare name is looked for in `PATH`.
    fn in_folder(&self, program: &Path) -> PathBuf {
        match &self.folder {
            Some(folder) if program.components().count() > 1 => folder.join(program),
            _ => program.to_path_buf(),
        }
    }
}

/// True where a program, given by its path or by its name in `PATH`, can be executed.
pub(crate) fn is_program(program: &Path) -> bool {
    let executable = |path: &Path| {
        path.is_file() && nix::unistd::access(path, nix::unistd::AccessFlags::X_OK).is_ok()
    };
    if program.components().count() > 1 {
        return executable(program);
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| executable(&folder.join(program)))
}
