//! Writes texts of the packed plan into the console's line.

use posix_conformance::log::Sink;

use super::console::Line;
use super::packed::{NAMES, byte};

/// Writes the text that begins at a position; returns the position behind it.
pub fn write(line: &mut Line, mut position: usize) -> usize {
    loop {
        let letter = byte(position);
        position += 1;
        match letter {
            0 => return position,
            b'%' => line.group_title(),
            _ => line.byte(letter),
        }
    }
}

/// Writes the name of that number: system calls first, then errnos.
pub fn write_name(line: &mut Line, number: usize) {
    let mut position = NAMES;
    for _ in 0..number {
        position = behind(position);
    }
    write(line, position);
}

/// The position behind the text that begins at one.
pub fn behind(mut position: usize) -> usize {
    while byte(position) != 0 {
        position += 1;
    }
    position + 1
}
