//! The pictures of the README: of a terminal, and of the HTML report. `tools/pictures` makes them.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use nix::pty::openpty;

use super::common::{crc, have, root, said, tool};

/// The runs that are shown: a kernel with three gaps, whose log is in the repository.
const SHOWN: [&str; 3] = [
    "diff",
    "reference-outputs/linux.txt",
    "reference-outputs/uml.txt",
];
/// The columns of the terminal.
const COLUMNS: usize = 96;
/// The size of a letter and of a line in the picture.
const LETTER: f32 = 7.8;
const LINE: usize = 18;
const MARGIN: usize = 14;

fn docs(name: &str) -> PathBuf {
    root().join("docs").join(name)
}

/// True where the pictures are to be made, and not compared.
fn making() -> bool {
    std::env::var_os("PICTURES").is_some_and(|value| value == "write")
}

/// The output of the tool on a terminal, with its colours.
fn on_a_terminal() -> String {
    let pty = openpty(None, None).expect("a terminal");
    let mut child = tool(&SHOWN)
        .stdout(Stdio::from(pty.slave))
        .env_remove("NO_COLOR")
        .env("TERM", "xterm")
        .spawn()
        .expect("the tool runs");
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    let mut master = File::from(pty.master);
    // The read fails with EIO once the last writer is gone.
    while let Ok(count @ 1..) = master.read(&mut buffer) {
        text.extend_from_slice(&buffer[..count]);
    }
    child.wait().expect("the tool ends");
    String::from_utf8(text).expect("text").replace('\r', "")
}

/// A line as pieces, each with the number of its colour; broken at a blank, where a word would
/// cross the columns.
fn pieces(line: &str) -> Vec<Vec<(u8, String)>> {
    let mut lines = vec![Vec::<(u8, String)>::new()];
    let (mut colour, mut column) = (0_u8, 0);
    for (number, part) in line.split("\x1b[").enumerate() {
        let text = match number {
            0 => part,
            _ => {
                let (code, text) = part.split_once('m').expect("a colour");
                colour = code.parse().expect("a number");
                text
            }
        };
        for word in text.split_inclusive(' ') {
            let length = word.trim_end().chars().count();
            if column > 0 && column + length > COLUMNS {
                lines.push(Vec::new());
                column = 0;
            }
            column += word.chars().count();
            let last = lines.last_mut().expect("a line");
            match last.last_mut() {
                Some((same, text)) if *same == colour => text.push_str(word),
                _ => last.push((colour, word.to_string())),
            }
        }
    }
    lines
}

/// A text of a terminal as a picture.
fn svg(text: &str) -> String {
    let lines: Vec<_> = text.lines().flat_map(pieces).collect();
    let width = COLUMNS as f32 * LETTER + 2.0 * MARGIN as f32;
    let height = lines.len() * LINE + 2 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height}\" \
         font-family=\"monospace\" font-size=\"13\" fill=\"#d8dee9\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"#1e222a\"/>\n"
    );
    for (number, line) in lines.iter().enumerate() {
        let y = MARGIN + LINE * (number + 1) - 4;
        let _ = write!(
            svg,
            "<text x=\"{MARGIN}\" y=\"{y}\" xml:space=\"preserve\">"
        );
        for (colour, text) in line {
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            let fill = match colour {
                31 => "#e06c75",
                32 => "#98c379",
                33 => "#e5c07b",
                _ => "#d8dee9",
            };
            let _ = write!(svg, "<tspan fill=\"{fill}\">{text}</tspan>");
        }
        svg.push_str("</text>\n");
    }
    svg + "</svg>\n"
}

#[test]
fn picture_of_the_terminal_is_current() {
    let command = format!("$ cargo conformance {}\n", SHOWN.join(" "));
    let svg = svg(&(command + &on_a_terminal()));
    let path = docs("terminal.svg");
    if making() {
        fs::write(&path, &svg).expect("a picture");
    }
    let known = fs::read_to_string(path).unwrap_or_default();
    assert!(
        known == svg,
        "docs/terminal.svg is not current: run tools/pictures"
    );
}

/// A browser draws pixels of its own, so the checksum of the page that it drew is compared.
#[test]
fn picture_of_the_report_is_current() {
    let page = said(&[&SHOWN[..], &["--format", "html"]].concat()).out;
    // The page names the minute in which it was written.
    let written = regex::Regex::new(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC").expect("a pattern");
    let page = written.replace_all(&page, "[date]").into_owned();
    let sum = format!("{:08x}\n", crc(&page));
    if making() && have("chromium") {
        let folder = tempfile::tempdir().expect("a folder");
        let html = folder.path().join("page.html");
        fs::write(&html, &page).expect("a page");
        let drawn = Command::new("chromium")
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
            ])
            .args(["--window-size=1000,700", "--virtual-time-budget=2000"])
            .arg(format!("--screenshot={}", docs("report.png").display()))
            .arg(format!("file://{}", html.display()))
            .stderr(Stdio::null())
            .status();
        assert!(drawn.expect("chromium runs").success());
        fs::write(docs("report.page.crc32"), &sum).expect("a checksum");
    }
    let known = fs::read_to_string(docs("report.page.crc32")).unwrap_or_default();
    assert!(
        known == sum,
        "docs/report.png is not current: run tools/pictures"
    );
    let png = fs::read(docs("report.png")).expect("a picture");
    assert!(png.starts_with(b"\x89PNG\r\n"), "a PNG");
}
