//! The files of one boot: a patched copy of the ELF and an initramfs image, deleted after it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use nix::unistd::{AccessFlags, access};
use tempfile::TempPath;

use crate::control_block::{self, Block};
use crate::error::{Error, Result};
use crate::plan::is_core;
use crate::run::campaign::BootOrder;
use crate::run::scratch::Subfolder;
use crate::run::{Subject, board, initramfs, supervisor};
use crate::target::{Invocation, Places, Target};

/// An ELF to run: a file of the user's or a temporary one.
#[derive(Debug)]
pub(crate) enum Elf {
    Path(PathBuf),
    /// Deleted when this is dropped.
    Temp(TempPath),
}

impl Elf {
    /// A temporary executable file with these bytes.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn temp(bytes: &[u8]) -> Result<Elf> {
        temp_elf(bytes).map(Elf::Temp)
    }

    pub(crate) fn path(&self) -> &Path {
        match self {
            Elf::Path(path) => path,
            Elf::Temp(path) => path,
        }
    }
}

/// The command of one boot and the files that it names.
#[derive(Debug)]
pub(crate) struct Image {
    pub command: Invocation,
    /// The command with the ELF as it is, which people can run.
    pub shown: Invocation,
    _files: Vec<Elf>,
    _scratch: Option<Subfolder>,
}

impl Image {
    /// Writes the files that the subject's command names; the ELF is given the run id.
    ///
    /// # Errors
    /// A file cannot be written, the ELF has no control block to patch, or the command's program
    /// does not exist.
    pub(crate) fn new(
        subject: &Subject,
        accelerator: Option<&str>,
        order: &BootOrder,
        run: Option<u32>,
    ) -> Result<Image> {
        let block = block(order, run)?;
        let mut places = subject.places.clone();
        places.accel = accelerator.map(str::to_string);
        let mut files = Vec::new();
        let mut bytes = subject.elf.to_vec();
        if block != Block::default() {
            bytes = control_block::patched(&bytes, &block)?;
            let file = Elf::temp(&bytes)?;
            places.elf = file.path().to_path_buf();
            files.push(file);
        }
        if subject.target.wants("initramfs") {
            let file = Elf::temp(&initramfs::image(subject.linux_init, &bytes))?;
            places.initramfs = Some(file.path().to_path_buf());
            files.push(file);
        }
        if subject.target.wants("initramfs:elf") {
            let file = Elf::temp(&initramfs::image_of_elf(&bytes))?;
            places.initramfs_of_elf = Some(file.path().to_path_buf());
            files.push(file);
        }
        let writes = !is_core(&subject.plan.suite);
        let uses_scratch = writes || subject.target.runs_with("scratch");
        let folder = subject.folder.filter(|_| uses_scratch);
        let scratch = folder.map(|folder| folder.subfolder("boot-")).transpose()?;
        places.scratch = scratch.as_ref().map(|folder| folder.path().to_path_buf());
        let mut command = invocation(subject.target, &places)?;
        // The files that the suite leaves are removed with the folder.
        let stays = command.folder.is_some() && subject.target.has_relative_path();
        if writes && !stays {
            command.folder.clone_from(&places.scratch);
        }
        command.require_program()?;
        places.elf = subject.places.elf.clone();
        Ok(Image {
            command,
            shown: invocation(subject.target, &places)?,
            _files: files,
            _scratch: scratch,
        })
    }
}

/// The command of a boot: the target's, or the tool as the board that the target describes.
fn invocation(target: &Target, places: &Places) -> Result<Invocation> {
    let mut command = target.invocation(places)?;
    if let Some(console) = &target.console {
        let tool = std::env::current_exe().map_err(|error| {
            Error::no_verdict(format!("cannot find the tool's own executable: {error}"))
        })?;
        let commands = target.board_commands(places)?;
        let [off, load, on] = &commands;
        command.argv = vec![tool.into_os_string()];
        command
            .argv
            .extend(board::arguments(console, [off, load, on]));
    }
    Ok(command)
}

/// The control block that tells the ELF to obey an order.
fn block(order: &BootOrder, run: Option<u32>) -> Result<Block> {
    let first_group = u16::try_from(order.first_group).map_err(|_| {
        Error::usage(format!(
            "group {} does not fit into the control block",
            order.first_group
        ))
    })?;
    Ok(Block {
        run: run.unwrap_or(0),
        first_group,
        flags: order.flags,
        skip: order.skip.iter().copied().collect(),
    })
}

/// A temporary executable file with these bytes, deleted when it is dropped; in the first folder
/// for temporary files that takes one and from which programs may be run.
///
/// # Errors
/// The file cannot be written, or no folder lets programs run.
pub fn temp_elf(bytes: &[u8]) -> Result<TempPath> {
    let mut problems = Vec::new();
    for folder in temp_folders() {
        match temp_elf_in(&folder, bytes) {
            Ok(path) => return Ok(path),
            Err(problem) => problems.push(format!("{}: {problem}", folder.display())),
        }
    }
    Err(Error::usage(format!(
        "no folder for a temporary program; set TMPDIR to one: {}",
        problems.join("; ")
    )))
}

/// The folders for temporary files, the preferred one first.
pub(crate) fn temp_folders() -> Vec<PathBuf> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let own = std::env::current_exe().ok();
    let own = own.and_then(|program| Some(program.parent()?.to_path_buf()));
    let all = [Some(std::env::temp_dir()), runtime]
        .into_iter()
        .chain(["/tmp", "/var/tmp", "/dev/shm"].map(|folder| Some(PathBuf::from(folder))))
        .chain([own]);
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in all.flatten() {
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    folders
}

fn temp_elf_in(folder: &Path, bytes: &[u8]) -> io::Result<TempPath> {
    use std::os::unix::fs::PermissionsExt;
    let _no_start = supervisor::hold_starts();
    let mut file = tempfile::Builder::new()
        .prefix("posix-conformance-")
        .permissions(fs::Permissions::from_mode(0o755))
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    if access(file.path(), AccessFlags::X_OK).is_err() {
        let problem = "no program can be run from there: it is mounted noexec";
        return Err(io::Error::other(problem));
    }
    // It is closed here, because Linux executes no file that is open for writing.
    Ok(file.into_temp_path())
}
