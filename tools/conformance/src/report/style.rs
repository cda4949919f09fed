//! Colours on a terminal.

use std::io;

use anstream::{AutoStream, ColorChoice};

/// Colours by their numbers in ANSI's `ESC [ N m`.
pub(super) const RED: u8 = 31;
pub(super) const GREEN: u8 = 32;
pub(super) const YELLOW: u8 = 33;
/// The end of a colour.
const RESET: u8 = 0;
/// All numbers that a report uses.
pub(super) const COLOURS: [u8; 4] = [RED, GREEN, YELLOW, RESET];

/// The columns of a text for people where there is no terminal.
const WIDTH: usize = 100;
/// The least and the most columns.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=200;

/// The look of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    pub colours: bool,
    /// The columns of a text for people.
    pub width: usize,
    /// Set where every cause and every check is shown.
    pub all: bool,
}

impl Style {
    pub const PLAIN: Style = Style {
        colours: false,
        width: WIDTH,
        all: false,
    };

    /// The colours and the columns of stdout. `NO_COLOR`, `CLICOLOR_FORCE`, `TERM` and `CI` are
    /// honoured.
    pub fn of_stdout() -> Style {
        let columns = rustix::termios::tcgetwinsize(io::stdout()).map(|size| size.ws_col.into());
        let columns = columns.ok().filter(|&columns: &usize| columns > 0);
        Style {
            colours: AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            width: columns.map_or(WIDTH, |it| it.clamp(*WIDTHS.start(), *WIDTHS.end())),
            all: false,
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
