//! Where reports go: stdout and files.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Format;
use super::matrix::Matrix;
use super::style::Style;
use crate::error::{Error, Result};
use crate::verdict::compare::Report;

/// Where reports go: the n-th `--out` takes the n-th `--format`, one without goes to stdout.
#[derive(Debug)]
pub struct Outputs {
    files: Vec<(Format, OutFile)>,
    stdout: Format,
}

impl Outputs {
    pub fn new(formats: &[Format], files: &[PathBuf]) -> Result<Outputs> {
        if files.len() > formats.len() {
            return Err(Error::usage("each --out needs a --format before it"));
        }
        let rest = &formats[files.len()..];
        if rest.len() > 1 {
            return Err(Error::usage(
                "only one --format can go to stdout; give the others an --out FILE",
            ));
        }
        let open = |(format, path): (&Format, &PathBuf)| Ok((*format, OutFile::open(path)?));
        Ok(Outputs {
            files: formats.iter().zip(files).map(open).collect::<Result<_>>()?,
            stdout: rest.first().copied().unwrap_or(Format::Human),
        })
    }

    /// Those of a matrix, which has fewer formats.
    pub fn of_matrix(formats: &[Format], files: &[PathBuf], families: bool) -> Result<Outputs> {
        for format in formats {
            Matrix::takes(*format, families)?;
        }
        Outputs::new(formats, files)
    }

    /// Writes a matrix to all of them.
    pub fn write_matrix(self, matrix: &Matrix) -> Result<()> {
        self.all(|format, _, text| matrix.write(format, text))
    }

    /// Writes all of them.
    pub fn write(self, report: &Report) -> Result<()> {
        self.all(|format, style, text| {
            let written = format.reporter().write(report, style, text);
            written.map_err(|error| Error::usage(format!("writing the report: {error}")))
        })
    }

    /// Stdout comes first, so that a file that cannot be written costs nobody the verdict.
    fn all(self, write: impl Fn(Format, Style, &mut Vec<u8>) -> Result<()>) -> Result<()> {
        let mut text = Vec::new();
        write(self.stdout, Style::of_stdout(), &mut text)?;
        print(&text)?;
        let mut written = Ok(());
        for (format, file) in self.files {
            let mut text = Vec::new();
            write(format, Style::PLAIN, &mut text)?;
            written = written.and(file.write(&text));
        }
        written
    }
}

/// A file for a report: opened before the run, so that a wrong name is found out in time, and left
/// as it is until the report is there.
#[derive(Debug)]
pub struct OutFile {
    path: PathBuf,
    file: File,
    /// Whether it is ours to remove should there be nothing to write.
    fresh: bool,
}

impl OutFile {
    pub fn open(path: &Path) -> Result<OutFile> {
        let fresh = !path.exists();
        let mut options = File::options();
        let file = options.write(true).create(true).truncate(false).open(path);
        Ok(OutFile {
            path: path.to_path_buf(),
            file: file.map_err(|error| Error::file(path, &error))?,
            fresh,
        })
    }

    /// Puts a text into the place of what was there.
    pub fn write(mut self, text: &[u8]) -> Result<()> {
        self.fresh = false;
        let mut write = || {
            // A pipe or a terminal has no length.
            if self.file.metadata()?.is_file() {
                self.file.set_len(0)?;
            }
            self.file.write_all(text)
        };
        write().map_err(|error| Error::file(&self.path, &error))
    }
}

impl Drop for OutFile {
    fn drop(&mut self) {
        if self.fresh {
            // Whoever took it away did the same.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Writes to stdout; a reader that has gone away is no problem of ours.
pub fn print(text: &[u8]) -> Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::usage(format!("stdout: {error}")))
        }
        _ => Ok(()),
    }
}
