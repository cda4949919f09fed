//! Outputs of reports: stdout and files.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Format;
use super::escape::printable;
use super::matrix::Matrix;
use super::style::Style;
use crate::atomic_file;
use crate::error::{Error, Result};
use crate::verdict::reports::Reports;

/// The outputs of a report.
#[derive(Debug)]
pub(crate) struct Outputs {
    files: Vec<(Format, OutFile)>,
    stdout: Format,
    /// Set where every cause and every check is shown.
    all: bool,
}

impl Outputs {
    /// Opens the files.
    ///
    /// # Errors
    /// A file cannot be opened, or is named twice.
    pub(crate) fn new(stdout: Format, files: &[(Format, PathBuf)]) -> Result<Outputs> {
        for (at, (_, path)) in files.iter().enumerate() {
            let is_regular = !path.exists() || path.is_file();
            if is_regular && files[..at].iter().any(|(_, before)| before == path) {
                let path = path.display();
                return Err(Error::usage(format!(
                    "two reports go to {path}; name a file of its own for each"
                )));
            }
        }
        let open = |(format, path): &(Format, PathBuf)| Ok((*format, OutFile::open(path)?));
        Ok(Outputs {
            files: files.iter().map(open).collect::<Result<_>>()?,
            stdout,
            all: false,
        })
    }

    /// The same outputs, in which every cause and every check is shown where `all` is set.
    pub(crate) fn with_all(self, all: bool) -> Outputs {
        Outputs { all, ..self }
    }

    /// The outputs of a matrix, which has fewer formats.
    pub(crate) fn of_matrix(
        stdout: Format,
        files: &[(Format, PathBuf)],
        families: bool,
    ) -> Result<Outputs> {
        Matrix::takes(stdout, families)?;
        for (format, _) in files {
            Matrix::takes(*format, families)?;
        }
        Outputs::new(stdout, files)
    }

    /// True where one output has that format.
    pub(crate) fn has(&self, format: Format) -> bool {
        self.stdout == format || self.files.iter().any(|(one, _)| *one == format)
    }

    /// Writes a matrix to all outputs.
    pub(crate) fn write_matrix(self, matrix: &Matrix) -> Result<()> {
        self.all(|format, _, text| {
            let mut written = Vec::new();
            matrix.write(format, &mut written)?;
            text.extend(format.inert(&written));
            Ok(())
        })
    }

    /// Writes the reports of one or several suites to all outputs.
    pub(crate) fn write(self, reports: &Reports) -> Result<()> {
        self.all(|format, style, text| {
            let written = format.write_all(reports, style, text);
            written.map_err(|error| Error::usage(format!("writing the report: {error}")))
        })
    }

    /// Writes stdout first, so that the verdict is printed even if a file cannot be written.
    fn all(self, write: impl Fn(Format, Style, &mut Vec<u8>) -> Result<()>) -> Result<()> {
        let mut text = Vec::new();
        let all = self.all;
        let styled = |style: Style| Style { all, ..style };
        write(self.stdout, styled(Style::of_stdout()), &mut text)?;
        to_stdout(&text)?;
        let mut written = Ok(());
        for (format, file) in self.files {
            let mut text = Vec::new();
            write(format, styled(Style::PLAIN), &mut text)?;
            written = written.and(file.write(&text));
        }
        written
    }
}

/// A file for a report. It is opened before the run, so that a wrong path is an error at once, and
/// not changed until the report is written.
#[derive(Debug)]
pub(crate) struct OutFile {
    path: PathBuf,
    file: File,
    /// Set if this tool created the file and has not written it: then `drop` removes it.
    fresh: bool,
}

impl OutFile {
    pub(crate) fn open(path: &Path) -> Result<OutFile> {
        let fresh = !path.exists();
        let mut options = File::options();
        let file = options.write(true).create(true).truncate(false).open(path);
        Ok(OutFile {
            path: path.to_path_buf(),
            file: file.map_err(|error| Error::file(path, &error))?,
            fresh,
        })
    }

    /// Replaces the content of the file.
    pub(crate) fn write(mut self, text: &[u8]) -> Result<()> {
        self.fresh = false;
        let mut write = || {
            if !self.file.metadata()?.is_file() {
                // A pipe or a terminal.
                return self.file.write_all(text);
            }
            if self.path.starts_with("/dev") || self.path.starts_with("/proc") {
                // Another name of a file that somebody has open, such as the shell.
                self.file.set_len(0)?;
                return self.file.write_all(text);
            }
            atomic_file::replace(&self.path, text)
        };
        write().map_err(|error| Error::file(&self.path, &error))
    }
}

impl Drop for OutFile {
    fn drop(&mut self) {
        if self.fresh {
            // The file may be gone already.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Writes a text to stdout; nothing in it acts on a terminal or in CI. A closed pipe is no error.
pub(crate) fn print(text: &[u8]) -> Result<()> {
    let text = String::from_utf8_lossy(text);
    to_stdout(printable(&text, Style::of_stdout()).as_bytes())
}

/// Writes the bytes of a file to stdout.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<()> {
    to_stdout(bytes)
}

/// Writes a line to stderr; nothing in it acts on a terminal or in CI.
pub(crate) fn print_error(line: &str) {
    // An error means that nobody reads it; the exit code says the same.
    let _ = writeln!(io::stderr(), "{}", printable(line, Style::PLAIN));
}

/// Writes to stdout; a closed pipe is not an error.
fn to_stdout(text: &[u8]) -> Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::usage(format!("stdout: {error}")))
        }
        _ => Ok(()),
    }
}
