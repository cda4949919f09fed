//! The microkernel of this repository in QEMU: whole, and with each of its historic bugs.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::common::{installed, said};
use serde_json::Value;

/// A bug, the outcome of the checks that find it, and those checks.
type Bug<'a> = (&'a str, &'a str, &'a [&'a str]);

/// A target, with the arguments that choose its emulator.
type Machine<'a> = &'a [&'a str];
const X86_64: Machine = &["microkernel", "--accel", "tcg"];
const RISCV64: Machine = &["microkernel-riscv64"];

/// The report of its gate as JSON, with one of its bugs or none.
fn gate(machine: Machine, fault: Option<&str>) -> Value {
    let mut words = [&["gate"], machine, &["--format", "json"]].concat();
    words.extend(fault.into_iter().flat_map(|fault| ["--fault", fault]));
    let said = said(&words);
    let json: Value = serde_json::from_str(&said.out)
        .unwrap_or_else(|error| panic!("{error}: {}{}", said.out, said.err));
    assert_eq!(json["exit"], said.exit);
    json
}

/// Each check's outcome and what it got, by its name.
fn outcomes(json: &Value) -> BTreeMap<&str, (&str, &Value)> {
    let checks = json["checks"].as_array().expect("checks").iter();
    checks
        .map(|check| {
            let word = |key: &str| check[key].as_str().expect("a word");
            (word("name"), (word("outcome"), &check["got"]))
        })
        .collect()
}

/// The call that keeps a check from being judged.
fn blocked_by<'a>(json: &'a Value, name: &str) -> Option<&'a str> {
    let mut checks = json["checks"].as_array().expect("checks").iter();
    let check = checks.find(|check| check["name"] == name)?;
    (check["outcome"] == "blocked")
        .then(|| check["blames"][0].as_str())
        .flatten()
}

fn each_bug_shuts_the_gate_and_hides_no_other_outcome(machine: Machine, bugs: &[Bug]) {
    let whole = gate(machine, None);
    assert_eq!(whole["exit"], 0, "{:?}", whole["gate"]);
    let right = outcomes(&whole);
    for &(fault, outcome, charged) in bugs {
        let faulty = gate(machine, Some(fault));
        assert_eq!(faulty["exit"], 1, "{fault}");
        assert_eq!(faulty["complete"], true, "{fault}");
        let found = outcomes(&faulty);
        let other = found.iter().filter(|(name, got)| right[*name] != **got);
        let other: Vec<(&str, &str)> = other
            .map(|(name, (found, _))| match blocked_by(&faulty, name) {
                // The effect of a leak of pipes on the checks of other calls.
                Some("pipe2") if fault == "pipe-close-leaks" => (*name, outcome),
                _ => (*name, *found),
            })
            .collect();
        let wanted: Vec<(&str, &str)> = charged.iter().map(|name| (*name, outcome)).collect();
        assert_eq!(other, wanted, "{fault}");
        let findings = faulty["gate"]["findings"].as_array().expect("findings");
        let count = |why: &str| {
            let of_kind = findings.iter().filter(|finding| finding["why"] == why);
            of_kind.count()
        };
        // A kernel that leaks cannot do the plan in one boot, which is a finding of its own.
        let exhausted = usize::from(fault == "pipe-close-leaks");
        assert_eq!(count("exhausted"), exhausted, "{fault}: {findings:#?}");
        assert_eq!(count("new"), charged.len(), "{fault}: {findings:#?}");
        assert_eq!(findings.len(), charged.len() + exhausted, "{fault}");
    }
}

/// The checks that find a negative time of a sleep, or pipes that leak.
const SLEEP: Bug = (
    "nanosleep-negative-blocks",
    "fail",
    &["nanosleep: negative tv_sec returns EINVAL"],
);
const LEAK: &str = "pipe-close-leaks";

#[test]
fn each_of_its_bugs_is_found_on_x86_64() {
    if !installed("qemu-system-x86_64", "qemu-system-x86") {
        return;
    }
    let panics = &["dup2: target -1 returns EBADF"][..];
    let leaks = &[
        "dup2: 300 targets leak nothing",
        "dup: 300 copies leak nothing",
        "epoll_create1: 300 epolls in use leak nothing",
        "pipe2: 300 pipes in use leak nothing",
        "pipe2: 300 pipes leak nothing",
    ];
    let bugs = [
        ("dup2-negative-panics", "crash", panics),
        SLEEP,
        (LEAK, "fail", leaks),
    ];
    each_bug_shuts_the_gate_and_hides_no_other_outcome(X86_64, &bugs);
}

#[test]
fn each_of_its_bugs_is_found_on_riscv64() {
    if !installed("qemu-system-riscv64", "qemu-system-misc") {
        return;
    }
    let leaks = &[
        "dup3: 300 targets leak nothing",
        "dup: 300 copies leak nothing",
        "epoll_create1: 300 epolls in use leak nothing",
        "pipe2: 300 pipes in use leak nothing",
        "pipe2: 300 pipes leak nothing",
    ];
    let bugs = [SLEEP, (LEAK, "fail", leaks)];
    each_bug_shuts_the_gate_and_hides_no_other_outcome(RISCV64, &bugs);
}

/// The console of the microkernel with a program that faults.
fn console(machine: Machine, elf: &Path) -> String {
    let elf = elf.to_str().expect("a path");
    let said = said(&[&["run"], machine, &["--elf", elf]].concat());
    assert_eq!(said.exit, 3, "{}{}", said.out, said.err);
    said.out
}

fn assert_ended_by(signal: i32, said: &str, program: &str) {
    let wanted = format!("microkernel: signal {signal} ");
    assert!(said.contains(&wanted), "{program}: {said}");
    assert!(!said.contains("PANIC"), "{program}: {said}");
}

#[test]
fn a_fault_of_a_program_on_x86_64_is_told_and_ends_only_the_program() {
    if !installed("qemu-system-x86_64", "qemu-system-x86") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let [source, elf] = ["program.c", "program"].map(|name| folder.path().join(name));
    for (program, signal) in [
        ("*(volatile int *)8 = 1;", 11),
        ("asm(\"ud2\");", 4),
        ("asm(\"cli\");", 11),
        ("asm(\"int3\");", 5),
        ("asm(\"xorl %ecx, %ecx; divl %ecx\");", 8),
        // An exception of the x87, which the control word lets through.
        (
            "unsigned short word = 0x37b; \
             asm volatile(\"fninit; fldcw %0; fld1; fldz; fdivrp; fwait\" :: \"m\"(word)); \
             asm(\"ud2\");",
            8,
        ),
        ("((void (*)(void))0x800000000000)();", 11),
    ] {
        std::fs::write(&source, format!("void _start(void) {{ {program} }}")).expect("a file");
        let mut cc = Command::new("cc");
        cc.args(["-static", "-nostdlib", "-no-pie", "-fcf-protection=none"]);
        let built = cc.arg("-o").args([&elf, &source]).status();
        assert!(built.expect("cc runs").success());
        assert_ended_by(signal, &console(X86_64, &elf), program);
    }
}

/// A riscv64 executable of these instructions: a header, a segment of code, and the code.
fn executable(code: &[u32]) -> Vec<u8> {
    const BASE: u64 = 0x1_0000;
    let size = 120 + 4 * code.len() as u64;
    let mut file = b"\x7fELF\x02\x01\x01".to_vec();
    file.resize(16, 0);
    let halves = |file: &mut Vec<u8>, halves: &[u16]| {
        file.extend(halves.iter().flat_map(|half| half.to_le_bytes()));
    };
    let words = |file: &mut Vec<u8>, words: &[u64]| {
        file.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    };
    // The type, the machine, the version; entry and offset of the program headers; flags and sizes.
    halves(&mut file, &[2, 243, 1, 0]);
    words(&mut file, &[BASE + 120, 64, 0]);
    halves(&mut file, &[5, 0, 64, 56, 1, 0, 0, 0]);
    words(&mut file, &[1 | 5 << 32, 0, BASE, BASE, size, size, 4096]);
    file.extend(code.iter().flat_map(|word| word.to_le_bytes()));
    file
}

#[test]
fn a_fault_of_a_program_on_riscv64_is_told_and_ends_only_the_program() {
    if !installed("qemu-system-riscv64", "qemu-system-misc") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let elf = folder.path().join("program");
    for (program, code, signal) in [
        ("sw zero, 8(zero)", &[0x0000_2423][..], 11),
        ("unimp", &[0xc000_1073], 4),
        ("csrw sie, zero", &[0x1040_1073], 4),
        ("ebreak", &[0x0010_0073], 5),
        (
            "auipc a0, 0; sw zero, 0(a0)",
            &[0x0000_0517, 0x0005_2023],
            11,
        ),
        (
            "lui a0, 0x80000; lw a0, 0(a0)",
            &[0x8000_0537, 0x0005_2503],
            11,
        ),
        ("lui a0, 0x80000; jr a0", &[0x8000_0537, 0x0005_0067], 11),
        (
            "addi a0, sp, 1; amoadd.w a0, zero, (a0)",
            &[0x0011_0513, 0x0005_252f],
            7,
        ),
    ] {
        std::fs::write(&elf, executable(code)).expect("a file");
        assert_ended_by(signal, &console(RISCV64, &elf), program);
    }
}
