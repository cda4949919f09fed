//! Reporters of a [`Report`], one file a format.
//!
//! A new format needs a file with a type that implements [`Reporter`], a variant of [`Format`] and
//! a line in [`Format::reporter`].

mod codequality;
mod escape;
mod html;
mod human;
mod json;
mod junit;
mod lava;
mod markdown;
pub(crate) mod matrix;
mod outputs;
mod style;
mod tap;
mod text;

use std::io::{self, Write};

pub(crate) use self::outputs::{OutFile, Outputs, print};
pub use self::style::Style;
use crate::verdict::compare::Report;

/// Writes a report in one format.
pub trait Reporter {
    fn write(&self, report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()>;
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
    Html,
    Lava,
    CodeQuality,
}

impl Format {
    pub const ALL: [Format; 9] = [
        Format::Human,
        Format::Json,
        Format::Junit,
        Format::Ktap,
        Format::Tap,
        Format::Markdown,
        Format::Html,
        Format::Lava,
        Format::CodeQuality,
    ];

    pub fn reporter(self) -> &'static dyn Reporter {
        match self {
            Format::Human => &human::Human,
            Format::Json => &json::Json,
            Format::Junit => &junit::Junit,
            Format::Ktap => &tap::Tap::Ktap1,
            Format::Tap => &tap::Tap::Tap14,
            Format::Markdown => &markdown::Markdown,
            Format::Html => &html::Html,
            Format::Lava => &lava::Lava,
            Format::CodeQuality => &codequality::CodeQuality,
        }
    }
}
