//! Processors: of targets, ELFs and logs. What is of two of them is refused in one line.

use std::fs;
use std::path::Path;

use super::common::{ELF, root, said, said_of};
use conformance::testing::Target;
use packer::abi::Processor;

const X86_64: &str = "reference-outputs/linux.txt";
const RISCV64: &str = "reference-outputs/linux-riscv64.txt";
/// `e_machine` in the header of an ELF.
const MACHINE: usize = 18;

/// The ELF with another `e_machine`.
fn elf_of(folder: &Path, machine: u16) -> String {
    let mut bytes = fs::read(&*ELF).expect("the ELF");
    bytes[MACHINE..][..2].copy_from_slice(&machine.to_le_bytes());
    let path = folder.join("suite.elf");
    fs::write(&path, bytes).expect("a file");
    path.display().to_string()
}

/// The only line on stderr of a command that is refused.
fn refused(words: &[&str]) -> String {
    let said = said(words);
    assert_eq!(said.exit, 2, "{words:?}: {}", said.err);
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    said.err.trim_end().to_string()
}

#[test]
fn target_has_a_processor() {
    let target = |line: &str| {
        let text = format!("{line}command = [\"{{elf}}\"]\n");
        Target::parse("toy", "toy.toml", &text)
    };
    let arch = |line: &str| target(line).map(|target| target.arch);
    assert_eq!(arch(""), Ok(Processor::X86_64));
    assert_eq!(arch("arch = \"riscv64\"\n"), Ok(Processor::Riscv64));
    let error = arch("arch = \"arm64\"\n").expect_err("no such processor");
    let known = "arch is one of x86_64, aarch64, riscv64, not arm64";
    assert!(error.text.contains(known), "{}", error.text);
}

#[test]
fn elf_of_another_processor_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let elf = elf_of(folder.path(), Processor::Riscv64.machine());
    let wanted = format!("error: {elf} is for riscv64, and target linux runs x86_64");
    assert_eq!(refused(&["run", "--elf", &elf]), wanted);
    for command in [&["bench", "--runs", "1"][..], &["faults", "score"]] {
        let words = [command, &["--elf", &elf]].concat();
        let wanted = format!("error: {elf} is for riscv64; this command runs x86_64 on this Linux");
        assert_eq!(refused(&words), wanted);
    }
    let elf = elf_of(folder.path(), 21);
    let wanted = "is for a processor with e_machine 21, and target linux runs x86_64";
    assert!(refused(&["gate", "linux", "--elf", &elf]).ends_with(wanted));
}

#[test]
fn arch_chooses_the_target_of_a_processor() {
    let elf = ELF.display().to_string();
    let said = said(&["run", "qemu-user", "--arch", "riscv64", "--elf", &elf]);
    assert_eq!(said.exit, 2, "{}{}", said.out, said.err);
    let line = refused(&["gate", "gvisor", "--arch", "aarch64"]);
    assert_eq!(
        line.split("; ").next(),
        Some("error: target gvisor runs x86_64, not aarch64")
    );
    assert!(line.contains("qemu-user-aarch64"), "{line}");
    let file = root().join("tools/targets/qemu-user.toml");
    let file = file.display().to_string();
    assert_eq!(
        refused(&["run", &file, "--arch", "riscv64"]),
        "error: target qemu-user runs x86_64, not riscv64; its file says arch = \"x86_64\""
    );
}

#[test]
fn template_is_a_target_of_the_processor() {
    let folder = tempfile::tempdir().expect("a folder");
    for template in ["qemu", "image", "unikernel", "board", "sandbox"] {
        for processor in Processor::ALL {
            let name = format!("{template}-{}.toml", processor.name());
            let file = folder.path().join(&name);
            let out = file.display().to_string();
            let words = ["init", template, "--arch", processor.name(), "--out", &out];
            let init = said(&words);
            assert_eq!(init.exit, 0, "{}", init.err);
            let text = fs::read_to_string(&file).expect("the file");
            let target = Target::parse(template, &name, &text).expect("a target");
            assert_eq!(target.arch, processor, "{text}");
            let other = processor != Processor::X86_64 && text.contains("x86");
            assert!(!other, "{text}");
        }
    }
}

#[test]
fn log_shows_its_processor_whatever_is_around_its_header() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("console.log");
    let log = fs::read_to_string(root().join(RISCV64)).expect("a log");
    // The header line is in two of the pieces that are read at once.
    let noise = "x".repeat((1 << 16) - 20);
    fs::write(&file, format!("{noise}\n[    1.5] {log}")).expect("a file");
    let console = file.display().to_string();
    let said = said(&["matrix", X86_64, &console]);
    assert!(said.out.contains("passed on riscv64"), "{}", said.out);
    let said = super::common::said(&["diff", RISCV64, RISCV64]);
    assert_eq!(said.exit, 0, "{}{}", said.out, said.err);
}

#[test]
fn logs_of_two_processors_are_not_compared() {
    let why = "is a log of riscv64, not of x86_64: only logs of one processor can be compared";
    assert_eq!(
        refused(&["diff", X86_64, RISCV64]),
        format!("error: {RISCV64} {why}")
    );
    let log = fs::read(root().join(RISCV64)).expect("a log");
    let stdin = said_of(&["diff", X86_64, "-"], &log);
    assert_eq!(
        (stdin.exit, stdin.err),
        (2, format!("error: stdin {why}\n"))
    );
    assert_eq!(
        refused(&["run", "--oracle", RISCV64]),
        format!("error: {RISCV64} is a log of riscv64, and target linux runs x86_64")
    );
}

/// A matrix shows the checks that a processor does not have as such, and they do not differ.
#[test]
fn matrix_joins_processors_by_title() {
    let said = said(&["matrix", "--all", X86_64, RISCV64]);
    assert_eq!(said.exit, 0, "{}", said.err);
    let row = |title: &str| {
        let mut lines = said.out.lines().filter(|line| line.ends_with(title));
        let line = lines
            .next()
            .unwrap_or_else(|| panic!("{title}: {}", said.out));
        assert_eq!(lines.next(), None, "{title}");
        line.split_whitespace()
            .take(2)
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(row("  dup2: target -1 returns EBADF"), "pass -");
    assert_eq!(row("  epoll_pwait: empty pipe is not readable"), "- pass");
    assert_eq!(row("  pipe2: opens two descriptors"), "pass pass");
}
