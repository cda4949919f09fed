//! Reporters of a [`Report`], one file a format.
//!
//! A new format needs a file with a type that implements [`Reporter`], a variant of [`Format`] and
//! a line in [`Format::reporter`].

mod brief;
mod codequality;
mod escape;
mod html;
mod html_map;
mod html_suites;
mod human;
mod human_suites;
mod json;
mod junit;
mod lava;
mod links;
mod markdown;
pub(crate) mod matrix;
mod outputs;
mod place;
mod steps;
mod style;
mod surroundings;
mod tap;
mod text;
mod wrap;

use std::io::{self, Write};

use self::escape::{Syntax, inert};
pub(crate) use self::outputs::{OutFile, Outputs, print, print_bytes, print_error};
pub use self::style::Style;
use crate::verdict::compare::Report;
use crate::verdict::reports::Reports;

/// Writes a report in one format.
pub(crate) trait Reporter {
    fn write(&self, report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()>;

    /// Writes the reports of several suites as one.
    fn write_several(&self, all: &Reports, style: Style, out: &mut dyn Write) -> io::Result<()>;
}

/// The formats of `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Human,
    Json,
    Junit,
    Ktap,
    Tap,
    Markdown,
    Brief,
    Html,
    Lava,
    CodeQuality,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 10] = [
        Format::Human,
        Format::Json,
        Format::Junit,
        Format::Ktap,
        Format::Tap,
        Format::Markdown,
        Format::Brief,
        Format::Html,
        Format::Lava,
        Format::CodeQuality,
    ];

    /// Writes a report; nothing in it is a command of a CI system.
    ///
    /// # Errors
    /// `out` cannot be written.
    pub fn write(self, report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut text = Vec::new();
        self.reporter().write(report, style, &mut text)?;
        out.write_all(&self.inert(&text))
    }

    /// Writes the reports of one or several suites as one; nothing in it is a command of a CI
    /// system.
    ///
    /// # Errors
    /// `out` cannot be written.
    pub fn write_all(self, all: &Reports, style: Style, out: &mut dyn Write) -> io::Result<()> {
        if let Some(report) = all.only() {
            return self.write(report, style, out);
        }
        let mut text = Vec::new();
        self.reporter().write_several(all, style, &mut text)?;
        out.write_all(&self.inert(&text))
    }

    /// An output in this format in which nothing is a command of a CI system.
    fn inert(self, text: &[u8]) -> Vec<u8> {
        let syntax = match self {
            Format::Json | Format::CodeQuality => Syntax::Json,
            Format::Junit | Format::Html => Syntax::Xml,
            Format::Lava => Syntax::Lava,
            Format::Human | Format::Ktap | Format::Tap | Format::Markdown | Format::Brief => {
                Syntax::Text
            }
        };
        inert(&String::from_utf8_lossy(text), syntax).into_bytes()
    }

    fn reporter(self) -> &'static dyn Reporter {
        match self {
            Format::Human => &human::Human,
            Format::Json => &json::Json,
            Format::Junit => &junit::Junit,
            Format::Ktap => &tap::Tap::Ktap1,
            Format::Tap => &tap::Tap::Tap14,
            Format::Markdown => &markdown::Markdown,
            Format::Brief => &brief::Brief,
            Format::Html => &html::Html,
            Format::Lava => &lava::Lava,
            Format::CodeQuality => &codequality::CodeQuality,
        }
    }
}
