//! Lines for people, wrapped to a width.

/// Wraps the lines of a text that are wider than the width. The rest of a line has its indent and
/// two blanks more. A command is broken before its options, so that a shell still takes it.
pub(super) fn wrapped(text: &str, width: usize) -> String {
    let mut all = String::with_capacity(text.len());
    for line in text.lines() {
        let is_command = ["again: ", "alone: "]
            .iter()
            .any(|mark| line.trim_start().starts_with(mark));
        let is_console = line.starts_with("  | ");
        match columns(line) > width {
            true if is_command => command(line, width, &mut all),
            true if !is_console => words(line, width, &mut all),
            _ => all.push_str(line),
        }
        all.push('\n');
    }
    all
}

/// The columns of a text without its colours.
fn columns(text: &str) -> usize {
    let mut count = 0;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\x1b' => _ = chars.by_ref().find(|&c| c == 'm'),
            _ => count += 1,
        }
    }
    count
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Breaks a line between words. Two blanks or more are a column, and stay.
fn words(line: &str, width: usize, all: &mut String) {
    let more = " ".repeat(indent(line) + 2);
    let mut column = indent(line);
    all.push_str(&line[..column]);
    let mut rest = &line[column..];
    let mut first = true;
    while !rest.is_empty() {
        let blanks = rest.len() - rest.trim_start_matches(' ').len();
        let (gap, text) = rest.split_at(blanks);
        let end = text.find(' ').unwrap_or(text.len());
        let (word, after) = text.split_at(end);
        let size = columns(word);
        if !first && column + gap.len() + size > width {
            all.push('\n');
            all.push_str(&more);
            column = more.len() + size;
        } else {
            all.push_str(gap);
            column += gap.len() + size;
        }
        all.push_str(word);
        first = false;
        rest = after;
    }
}

/// Breaks a command before its options and its redirection.
fn command(line: &str, width: usize, all: &mut String) {
    let more = " ".repeat(indent(line) + "again: ".len());
    let mut column = 0;
    for (number, part) in parts(line).into_iter().enumerate() {
        let size = part.chars().count();
        if number > 0 && column + size + 2 > width {
            all.push_str(" \\\n");
            all.push_str(&more);
            all.push_str(part.trim_start());
            column = more.len() + size;
        } else {
            all.push_str(part);
            column += size;
        }
    }
}

/// A command from one option to the next one.
fn parts(line: &str) -> Vec<&str> {
    let (mut parts, mut begin, mut quoted) = (Vec::new(), 0, false);
    for (at, c) in line.char_indices() {
        let rest = &line[at..];
        let ends = [" --", " > ", " \""]
            .iter()
            .any(|mark| rest.starts_with(mark));
        // A value stays with its option.
        let is_value = rest.starts_with(" \"") && line[begin..at].contains("--");
        if !quoted && ends && !is_value && at > begin {
            parts.push(&line[begin..at]);
            begin = at;
        }
        quoted ^= c == '"';
    }
    parts.push(&line[begin..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words() {
        let text = "  one two three four five\n\x1b[31mred\x1b[0m one\n  | a long line stays\n";
        let wanted =
            "  one two three\n    four five\n\x1b[31mred\x1b[0m one\n  | a long line stays\n";
        assert_eq!(wrapped(text, 16), wanted);
    }

    #[test]
    fn commands_stay_commands() {
        let line = "  again: cargo conformance gate kernel.toml --only \"dup2: target -1\"\n";
        assert_eq!(
            wrapped(line, 50),
            "  again: cargo conformance gate kernel.toml \\\n         --only \"dup2: target -1\"\n"
        );
        let line = "  alone: cargo conformance repro \"dup2: target -1\" > dup2.c\n";
        assert_eq!(
            wrapped(line, 40),
            "  alone: cargo conformance repro \\\n         \"dup2: target -1\" > dup2.c\n"
        );
    }
}
