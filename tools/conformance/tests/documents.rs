//! The commands in the documents: each is run, here or where the table says, or is an example.

use std::fs;

use super::common::{root, said};

const DOCUMENTS: [&str; 5] = [
    "README.md",
    "CONTRIBUTING.md",
    "tools/PORTING.md",
    "tools/microkernel/README.md",
    "reference-outputs/README.md",
];

/// How a line is proven.
#[derive(Clone, Copy, Debug)]
enum Proof {
    /// This test runs it, and it ends with this exit code.
    Run(i32),
    /// The place that runs it.
    Elsewhere(&'static str),
    /// It names what the reader has and this machine has not.
    Example,
}
use Proof::{Elsewhere, Example, Run};

/// Lines by their beginnings, the longest first where two fit.
const LINES: &[(&str, Proof)] = &[
    ("cargo conformance bench", Elsewhere("tests/load.rs")),
    (
        "cargo conformance build --suite all",
        Elsewhere("tests/suites.rs"),
    ),
    (
        "cargo conformance diff reference-outputs/linux.txt kernel.log",
        Example,
    ),
    (
        "cargo conformance elf --arch",
        Elsewhere("tests/processors.rs"),
    ),
    ("cargo conformance explain", Run(0)),
    (
        "cargo conformance faults justice",
        Elsewhere("tests/faults.rs"),
    ),
    (
        "cargo conformance faults run dup2-negative-panics --",
        Run(0),
    ),
    ("cargo conformance faults run pipe-close-leaks", Run(1)),
    (
        "cargo conformance faults score --class historic",
        Elsewhere("tests/faults.rs"),
    ),
    (
        "cargo conformance faults score --suite all",
        Elsewhere("tools/test"),
    ),
    ("cargo conformance gate faulty-linux", Run(1)),
    (
        "cargo conformance gate microkernel",
        Elsewhere("tests/microkernel.rs"),
    ),
    ("cargo conformance gate linux-qemu", Elsewhere("tools/test")),
    ("cargo conformance gate path/to/your-kernel.toml", Example),
    ("cargo conformance list", Run(0)),
    (
        "cargo conformance matrix --families",
        Elsewhere("tests/house.rs"),
    ),
    (
        "cargo conformance matrix linux linux-qemu-aarch64",
        Elsewhere(".ci/run"),
    ),
    (
        "cargo conformance matrix linux qemu-user",
        Elsewhere(".ci/run"),
    ),
    ("cargo conformance replay path/to/your-kernel.toml", Example),
    ("cargo conformance repro", Elsewhere("tests/repro.rs")),
    ("cargo conformance run", Elsewhere("tools/test")),
    ("git clone https://example.org", Example),
    ("tools/ci/bare-root", Elsewhere(".ci/run")),
    ("tools/microkernel/run", Elsewhere("tests/microkernel.rs")),
    ("tools/test", Elsewhere(".ci/run")),
];

/// The words of a command, without its comment and what a shell does with its output.
fn words(line: &str) -> Vec<String> {
    let command = line.split(" # ").next().expect("a text");
    let command = command.split(" > ").next().expect("a text");
    let mut words = vec![String::new()];
    let mut quote = None;
    for letter in command.trim().chars() {
        match (quote, letter) {
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            (None, ' ') => words.push(String::new()),
            _ => words.last_mut().expect("a word").push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn every_command_of_a_document_is_run_or_an_example() {
    let mut wrong = Vec::new();
    for document in DOCUMENTS {
        let text = fs::read_to_string(root().join(document)).expect("a document");
        let commands = text.lines().filter_map(|line| line.strip_prefix("    "));
        let begins = ["cargo ", "conformance ", "git ", "tools/"];
        for line in commands.filter(|line| begins.iter().any(|begin| line.starts_with(begin))) {
            let proof = LINES.iter().find(|(begin, _)| line.starts_with(begin));
            let words = words(line);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            match (proof, words.as_slice()) {
                (None, _) => wrong.push(format!("{document}: neither run nor an example: {line}")),
                (Some((_, Run(exit))), ["cargo", "conformance", rest @ ..]) => {
                    let said = said(rest);
                    if said.exit != *exit {
                        wrong.push(format!("{line}: exit {}: {}", said.exit, said.err));
                    }
                }
                (Some(_), ["cargo", "conformance", rest @ ..]) => {
                    // The last word asks for help only where those before it are right.
                    let said = said(&[rest, &["--help"]].concat());
                    if said.exit != 0 {
                        wrong.push(format!("{document}: {line}: {}", said.err));
                    }
                }
                (Some(_), _) => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_runs_elsewhere_is_there() {
    for (begin, proof) in LINES {
        if let Elsewhere(place) = proof {
            let folder = match place.starts_with("tests/") {
                true => "tools/conformance",
                false => ".",
            };
            assert!(
                root().join(folder).join(place).is_file(),
                "{begin}: {place}"
            );
        }
    }
}

/// The repository's address: `repository` in Cargo.toml has it, and these files repeat it.
#[test]
fn the_repository_has_one_address() {
    const REPEATED: [(&str, &str); 3] = [
        ("README.md", "    git clone ADDRESS.git && "),
        ("tools/ci/gitlab.yml", "    CONFORMANCE_URL: ADDRESS.git\n"),
        (
            "tools/ci/gitlab.yml",
            "#     - remote: ADDRESS/-/raw/COMMIT/tools/ci/gitlab.yml\n",
        ),
    ];
    let read = |file: &str| fs::read_to_string(root().join(file)).expect("a file");
    let manifest: toml::Table = read("Cargo.toml").parse().expect("TOML");
    let address = manifest["workspace"]["package"]["repository"].as_str();
    let address = address.expect("an address");
    for (file, line) in REPEATED {
        let line = line.replace("ADDRESS", address);
        assert!(read(file).contains(&line), "{file} must have: {line}");
    }
}
