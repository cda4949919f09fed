//! Untrusted text, escaped for each format.
//!
//! Lines of a console, file names and the reasons of known gaps are untrusted: reporters write them
//! through a function of this file only. Titles are the plan's own.

use super::style::{COLOURS, Style};

/// Text for a terminal: what is not printable ASCII becomes `?`.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if matches!(c, ' '..='~') { c } else { '?' })
        .collect()
}

/// A JSON document in ASCII: other characters, which only strings can hold, become escapes.
pub(super) fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if matches!(c, '\n' | ' '..='~') {
            text.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            text.push_str(&format!("\\u{unit:04x}"));
        }
    }
    text
}

/// Text for XML and HTML, inside elements and inside attributes.
pub(super) fn xml(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\t' | '\n' | ' '..='~' => safe.push(c),
            // Letters beyond ASCII are text; control characters and marks that change the
            // direction of writing are not.
            c if c.is_alphanumeric() => safe.push(c),
            _ => safe.push('?'),
        }
    }
    safe
}

/// Text for Markdown: its marks, elements of HTML and mentions of users are escaped.
pub(super) fn markdown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '@' => safe.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '!' | '|' | '~'
            | '$' | '%' => {
                safe.push('\\');
                safe.push(c);
            }
            ' '..='~' => safe.push(c),
            c if c.is_alphanumeric() => safe.push(c),
            _ => safe.push('?'),
        }
    }
    // Addresses would become links, and the beginning of a line a list or a heading.
    let safe = safe
        .replace("://", ":&#47;&#47;")
        .replace("www.", "www&#46;");
    let marks = ['-', '+', '=', '.'];
    let begin = safe.trim_start_matches(|c: char| c.is_ascii_digit());
    match begin.starts_with(marks) {
        true => format!("{}\\{begin}", &safe[..safe.len() - begin.len()]),
        false => safe,
    }
}

/// Lines as a fenced block of Markdown; the fence is longer than any in the lines.
pub(super) fn fenced(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| plain(line)).collect();
    let mut longest = 2;
    for line in &lines {
        let runs = line.split(|c| c != '`').map(str::len);
        longest = longest.max(runs.max().unwrap_or(0));
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence}text\n{}\n{fence}\n", lines.join("\n"))
}

/// Text for a terminal: control characters become `?`, except this tool's colours.
pub(super) fn strip_controls(text: &str, style: Style) -> String {
    let ours = COLOURS.map(|colour| format!("\x1b[{colour}m"));
    let mut safe = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let is_ours = || style.colours && ours.iter().any(|known| text[at..].starts_with(known));
        let shown = matches!(c, '\n' | ' '..='~') || c.is_alphanumeric();
        safe.push(if shown || c == '\x1b' && is_ours() {
            c
        } else {
            '?'
        });
    }
    safe
}
