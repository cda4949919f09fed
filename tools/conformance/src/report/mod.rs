//! Reporters: one file each, all of the same [`Report`].
//!
//! A new format is a file with a type that implements [`Reporter`], a word in [`Format`] and a line
//! in [`Format::reporter`].

mod codequality;
mod html;
mod human;
mod json;
mod junit;
mod ktap;
mod lava;
mod markdown;
mod tap;
pub mod view;

pub use html::head as html_head;

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use clap::ValueEnum;

use crate::compare::Report;
use crate::matrix::Matrix;
use crate::model::{Problem, Result};

/// Writes a report in one format.
pub trait Reporter {
    fn write(&self, report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()>;
}

/// The formats, as `--format` spells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Human,
    Json,
    Junit,
    Ktap,
    Tap,
    Markdown,
    Html,
    Lava,
    #[value(name = "codequality")]
    CodeQuality,
}

impl Format {
    pub fn reporter(self) -> &'static dyn Reporter {
        match self {
            Format::Human => &human::Human,
            Format::Json => &json::Json,
            Format::Junit => &junit::Junit,
            Format::Ktap => &ktap::Ktap,
            Format::Tap => &tap::Tap,
            Format::Markdown => &markdown::Markdown,
            Format::Html => &html::Html,
            Format::Lava => &lava::Lava,
            Format::CodeQuality => &codequality::CodeQuality,
        }
    }
}

/// Whether to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    pub colours: bool,
}

impl Style {
    pub const PLAIN: Style = Style { colours: false };

    /// Colours on a terminal, unless `NO_COLOR` is set.
    pub fn of_stdout() -> Style {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Style {
            colours: wanted && io::stdout().is_terminal(),
        }
    }

    /// The text in a colour given by its number in ANSI's `ESC [ N m`.
    pub fn paint(self, colour: u8, text: &str) -> String {
        if self.colours {
            format!("\x1b[{colour}m{text}\x1b[0m")
        } else {
            text.to_string()
        }
    }
}

/// Where reports go: the n-th `--out` takes the n-th `--format`, one without goes to stdout.
#[derive(Debug)]
pub struct Outputs {
    files: Vec<(Format, PathBuf)>,
    stdout: Format,
}

impl Outputs {
    pub fn new(formats: &[Format], files: &[PathBuf]) -> Result<Outputs> {
        if files.len() > formats.len() {
            return Err(Problem::usage("each --out needs a --format before it"));
        }
        let rest = &formats[files.len()..];
        if rest.len() > 1 {
            return Err(Problem::usage(
                "only one --format can go to stdout; give the others an --out FILE",
            ));
        }
        Ok(Outputs {
            files: formats.iter().copied().zip(files.iter().cloned()).collect(),
            stdout: rest.first().copied().unwrap_or(Format::Human),
        })
    }

    /// Writes a matrix to all of them.
    pub fn write_matrix(&self, matrix: &Matrix) -> Result<()> {
        for (format, path) in &self.files {
            let mut file = File::create(path).map_err(|error| Problem::file(path, &error))?;
            matrix.write(*format, &mut file)?;
        }
        let mut text = Vec::new();
        matrix.write(self.stdout, &mut text)?;
        print(&text)
    }

    /// Writes all of them.
    pub fn write(&self, report: &Report) -> Result<()> {
        for (format, path) in &self.files {
            File::create(path)
                .and_then(|mut file| format.reporter().write(report, Style::PLAIN, &mut file))
                .map_err(|error| Problem::file(path, &error))?;
        }
        let mut text = Vec::new();
        let style = Style::of_stdout();
        let written = self.stdout.reporter().write(report, style, &mut text);
        written.map_err(|error| Problem::usage(format!("stdout: {error}")))?;
        print(&text)
    }
}

/// Writes to stdout; a reader that has gone away is no problem of ours.
pub fn print(text: &[u8]) -> Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Problem::usage(format!("stdout: {error}")))
        }
        _ => Ok(()),
    }
}
