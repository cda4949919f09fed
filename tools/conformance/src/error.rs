//! Exit codes, and the error that ends a command with one of them.

/// No gap: no check is worse than the oracle allows.
pub const EXIT_GOOD: u8 = 0;
/// Gaps: a check is worse than the oracle allows.
pub(crate) const EXIT_GAPS: u8 = 1;
/// Wrong usage, or a file that cannot be read or is malformed.
pub(crate) const EXIT_USAGE: u8 = 2;
/// No verdict: the target did not start, or its log is not complete.
pub(crate) const EXIT_NO_VERDICT: u8 = 3;

/// The error that ends a command: a line for the user, and the exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub exit: u8,
    pub text: String,
}

impl Error {
    /// Wrong usage, or a file that cannot be read.
    pub fn usage(text: impl Into<String>) -> Error {
        Error {
            exit: EXIT_USAGE,
            text: text.into(),
        }
    }

    /// No verdict about the kernel.
    pub fn no_verdict(text: impl Into<String>) -> Error {
        Error {
            exit: EXIT_NO_VERDICT,
            text: text.into(),
        }
    }

    /// The same error of a file.
    pub(crate) fn in_file(mut self, path: &std::path::Path) -> Error {
        self.text = format!("{}: {}", path.display(), self.text);
        self
    }

    /// A file that cannot be read or written.
    pub fn file(path: &std::path::Path, error: &std::io::Error) -> Error {
        Error::usage(format!("{}: {error}", path.display()))
    }
}

pub(crate) type Result<T> = std::result::Result<T, Error>;
