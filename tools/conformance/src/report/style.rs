//! Colours on a terminal.

use std::io::{self, IsTerminal};

/// Colours by their numbers in ANSI's `ESC [ N m`.
pub(super) const RED: u8 = 31;
pub(super) const GREEN: u8 = 32;
pub(super) const YELLOW: u8 = 33;
/// The end of a colour.
const RESET: u8 = 0;
/// All numbers that a report uses.
pub(super) const COLOURS: [u8; 4] = [RED, GREEN, YELLOW, RESET];

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

    /// The text in a colour, or as it is without colours.
    pub fn paint(self, colour: u8, text: &str) -> String {
        if self.colours {
            format!("\x1b[{colour}m{text}\x1b[0m")
        } else {
            text.to_string()
        }
    }
}
