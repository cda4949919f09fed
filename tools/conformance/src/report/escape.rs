//! Untrusted text, escaped for each format.
//!
//! Lines of a console, file names and the reasons of known gaps are untrusted: reporters write them
//! through a function of this file only. Titles are the plan's own.
//!
//! CI systems take commands from what a job prints, in any format and on stderr too, so that whole
//! outputs go through [`inert`].

use super::style::{COLOURS, Style};

/// Text in which nothing acts: control characters, marks that change the direction of writing, ends
/// of lines and non-characters become `?`.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if is_shown(c) { c } else { '?' })
        .collect()
}

/// Returns whether a character is written as it is in every format.
fn is_shown(c: char) -> bool {
    let directs = matches!(c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let ends_line = matches!(c, '\u{2028}' | '\u{2029}');
    let none = matches!(u32::from(c), 0xfdd0..=0xfdef) || u32::from(c) & 0xfffe == 0xfffe;
    !(c.is_control() || directs || ends_line || none)
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
            '\t' | '\n' => safe.push(c),
            c if is_shown(c) => safe.push(c),
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
            c if is_shown(c) => safe.push(c),
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
        let shown = c == '\n' || is_shown(c);
        safe.push(if shown || c == '\x1b' && is_ours() {
            c
        } else {
            '?'
        });
    }
    safe
}

/// The syntax of an output, which decides how a character in it is written otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    /// Text for people: the character becomes `?`.
    Text,
    /// Strings of JSON: an escape.
    Json,
    /// XML and HTML: a reference.
    Xml,
    /// Commands of LAVA, which hold words of this tool only.
    Lava,
}

impl Syntax {
    fn instead_of(self, c: char) -> String {
        match self {
            Syntax::Text => "?".to_string(),
            Syntax::Json => format!("\\u{:04x}", u32::from(c)),
            Syntax::Xml => format!("&#{};", u32::from(c)),
            Syntax::Lava => c.to_string(),
        }
    }
}

/// Beginnings of commands that a CI system takes from anywhere in a line, and the index of the
/// character that is written otherwise.
///
/// Sources: GitLab "Job logs, expand and collapse", Travis CI "travis_fold", LAVA "Lava test
/// signals". The commands of GitHub, Azure and TeamCity are in [`hash_command`].
const COMMANDS: [(&str, usize); 4] = [
    ("section_start:", 13),
    ("section_end:", 11),
    ("travis_fold:", 11),
    ("<LAVA_", 0),
];

/// An output in which nothing is a command of a CI system.
///
/// GitHub takes `::` at the beginning of a line, and blanks before it, and `##[` anywhere. Azure
/// takes `##vso[` and `##[` anywhere, TeamCity `##teamcity[`.
pub(super) fn inert(text: &str, syntax: Syntax) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut begins_line = true;
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        let command = |(command, index): &(&str, usize)| {
            let begin = at.checked_sub(*index);
            begin.is_some_and(|begin| text.as_bytes()[begin..].starts_with(command.as_bytes()))
        };
        let is_command = match c {
            '#' => hash_command(rest),
            ':' if begins_line && rest.starts_with("::") => true,
            ':' | '<' => COMMANDS.iter().any(command),
            _ => false,
        };
        if is_command {
            safe.push_str(&syntax.instead_of(c));
        } else {
            safe.push(c);
        }
        begins_line = c == '\n' || c == '\r' || begins_line && c.is_whitespace();
    }
    safe
}

/// Returns whether a text begins with `##`, any letters and `[`.
fn hash_command(text: &str) -> bool {
    let name = text.strip_prefix("##");
    name.is_some_and(|name| {
        name.trim_start_matches(|c: char| c.is_ascii_alphabetic())
            .starts_with('[')
    })
}

/// Text that this tool prints outside of a report: nothing in it acts on a terminal or in CI.
pub(super) fn printable(text: &str, style: Style) -> String {
    inert(&strip_controls(text, style), Syntax::Text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_of_ci_are_inert_in_each_syntax() {
        for (text, plain) in [
            ("a ##[error]b", "a ?#[error]b"),
            ("###[x] ##vso[x]", "#?#[x] ?#vso[x]"),
            ("##teamcity[x]", "?#teamcity[x]"),
            (
                "::error::x\n  ::debug::\n:::x",
                "?:error::x\n  ?:debug::\n?::x",
            ),
            (
                "section_start:1:x section_end:1:x",
                "section_start?1:x section_end?1:x",
            ),
            ("<LAVA_SIGNAL_TESTCASE x>", "?LAVA_SIGNAL_TESTCASE x>"),
        ] {
            assert_eq!(inert(text, Syntax::Text), plain);
            let json = format!("\"{}\"", inert(&text.replace('\n', "\\n"), Syntax::Json));
            assert_eq!(serde_json::from_str::<String>(&json).expect("JSON"), text);
        }
        assert_eq!(inert("##[x", Syntax::Xml), "&#35;#[x");
        for text in [
            "### Title",
            "a::b ## [x]",
            "path: x:: y",
            "# comment",
            "<b>",
        ] {
            assert_eq!(inert(text, Syntax::Text), text);
        }
    }

    /// A reason as people write it, and what acts on a reader.
    #[test]
    fn words_of_users_are_as_they_wrote_them() {
        let words = "Größe – “später” → 終わり ☂";
        for shown in [plain(words), xml(words), markdown(words)] {
            assert_eq!(shown, words);
        }
        assert_eq!(strip_controls(words, Style::PLAIN), words);
        let bad = "a\u{7}b\u{202e}c\u{2066}d\u{fffe}e\u{fdd0}f\u{85}g\u{2028}h";
        for shown in [plain(bad), xml(bad), strip_controls(bad, Style::PLAIN)] {
            assert_eq!(shown, "a?b?c?d?e?f?g?h");
        }
    }

    #[test]
    fn printable_text_acts_on_no_terminal() {
        let text = "\u{1b}[31mred\u{1b}[0m \u{9b}2J\u{1b}]0;x\u{7}";
        assert_eq!(printable(text, Style::PLAIN), "?[31mred?[0m ?2J?]0;x?");
    }
}
