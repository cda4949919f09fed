//! Unpacks texts into the console's line.

use posix_conformance::log::Sink;

use super::console::Line;
use super::packed::{LITERALS, NAMES, PAIRS, fetch};

/// Writes the text that begins at `position` of `table`; returns the position behind it.
pub fn write(line: &mut Line, table: &[u8], mut position: usize) -> usize {
    loop {
        let ended = expand(line, fetch(table, position));
        position += 1;
        if ended {
            return position;
        }
    }
}

/// Writes the name of that number: system calls first, then errnos.
pub fn write_name(line: &mut Line, number: usize) {
    let mut position = 0;
    let mark = line.mark();
    for _ in 0..number {
        position = write(line, &NAMES, position);
        line.back_to(mark);
    }
    write(line, &NAMES, position);
}

/// Writes what a code stands for; tells whether that was the end of the text.
fn expand(line: &mut Line, code: u8) -> bool {
    let code = usize::from(code);
    if let Some(pair) = code.checked_sub(LITERALS.len()) {
        let [first, second] = fetch(&PAIRS, pair);
        // Only the second of a pair can be the end.
        expand(line, first);
        return expand(line, second);
    }
    let literal = fetch(&LITERALS, code);
    match literal {
        0 => {}
        b'%' => line.group_title(),
        _ => line.byte(literal),
    }
    literal == 0
}
