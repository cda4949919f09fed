//! The progress of a command that makes many runs.

use std::io::IsTerminal;

/// Prints the number of runs that are done, if stderr is a terminal; the last one clears the line.
pub(super) fn progress(done: usize, all: usize, noun: &str) {
    if std::io::stderr().is_terminal() {
        let end = if done == all { "\r\x1b[K" } else { "" };
        eprint!("\r{done}/{all} {noun}{end}");
    }
}
