//! Target files: read strictly, and what they need is named.

use super::common::LOG;
use super::gate::gate;

#[test]
fn target_files_are_read_strictly() {
    for (text, hint) in [
        ("", "about"),
        ("about = \"x\"\ncommand = []", "empty"),
        ("about = \"x\"\ncommand = [\"{elv}\"]", "{elv}"),
        (
            "about = \"x\"\ncommand = [\"{elf}\"]\nversion = [\"echo\", \"{accel}\"]",
            "version: no place is called {accel}; there are {elf} {kernel} {here} {tool}",
        ),
        (
            "about = \"x\"\ncommand = [\"cat\"]\npanic = [\"\"]",
            "empty pattern",
        ),
        (
            "about = \"x\"\ncommand = [\"cat\"]\n[limits]\nboot = -1",
            "limits.boot",
        ),
        (
            "about = \"x\"\ncommand = [\"cat\"]\n[limits]\nbout = 1",
            "toy.toml:4",
        ),
        (
            "about = \"x\"\ncommand = [\"cat\"]\n[limits]\ntotal = nan",
            "limits.total",
        ),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("toy.toml"), text).expect("a file");
        let said = gate(folder.path(), &[]);
        assert_eq!(said.exit, 2, "{text}: {}{}", said.out, said.err);
        assert!(said.err.contains(hint), "{text}: {}", said.err);
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let text = "about = \"x\"\ncommand = [\"cat\"]\n[[package]]\nprogram = \"no-such-emulator\"\n\
                install = \"apt-get install emulator\"\n";
    std::fs::write(folder.path().join("toy.toml"), text).expect("a file");
    std::fs::write(folder.path().join("oracle.txt"), &*LOG).expect("a file");
    let said = gate(folder.path(), &[]);
    assert_eq!(said.exit, 3, "{}{}", said.out, said.err);
    assert!(
        said.err.contains("apt-get install emulator"),
        "{}",
        said.err
    );
}
