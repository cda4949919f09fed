//! The completions of shells and the man pages that an installed tool writes.

use super::common::said;

#[test]
fn shells_complete_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let completions = said(&["completions", shell]);
        assert_eq!((completions.exit, &*completions.err), (0, ""), "{shell}");
        for word in ["gate", "kernel.toml", "reboots"] {
            let known = word != "kernel.toml";
            assert_eq!(completions.out.contains(word), known, "{shell}: {word}");
        }
    }
    assert_eq!(said(&["completions", "cmd.com"]).exit, 2);
}

#[test]
fn every_command_has_a_man_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("man1");
    let man = said(&["man", "--out", out.to_str().expect("a path")]);
    assert_eq!((man.exit, &*man.err), (0, ""));
    for (page, text) in [
        ("conformance", "conformance\\-gate(1)"),
        ("conformance-gate", "Examples:"),
        ("conformance-faults-score", "EXTRA"),
    ] {
        let path = out.join(format!("{page}.1"));
        let written = std::fs::read_to_string(path).expect("a page");
        assert!(written.contains(text), "{page}:\n{written}");
    }
}
