//! The microkernel of this repository in QEMU: whole, and with each of its historic bugs.

use std::collections::BTreeMap;
use std::process::Command;

use super::common::{installed, said};
use serde_json::Value;

/// What the gate says of it as JSON, with one of its bugs or none.
fn gate(fault: Option<&str>) -> Value {
    let mut words = vec!["gate", "microkernel", "--accel", "tcg", "--format", "json"];
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

#[test]
fn each_of_its_bugs_shuts_the_gate_and_hides_no_other_outcome() {
    if !installed("qemu-system-x86_64", "qemu-system-x86") {
        return;
    }
    let whole = gate(None);
    assert_eq!(whole["exit"], 0, "{:?}", whole["gate"]);
    let right = outcomes(&whole);
    for (fault, outcome, charged) in [
        (
            "dup2-negative-panics",
            "crash",
            &["dup2: target -1 returns EBADF"][..],
        ),
        (
            "nanosleep-negative-blocks",
            "fail",
            &["nanosleep: negative tv_sec returns EINVAL"],
        ),
        (
            "pipe-close-leaks",
            "fail",
            &[
                "dup2: 300 targets leak nothing",
                "dup: 300 copies leak nothing",
                "epoll_create1: 300 epolls in use leak nothing",
                "pipe2: 300 pipes in use leak nothing",
                "pipe2: 300 pipes leak nothing",
            ],
        ),
    ] {
        let faulty = gate(Some(fault));
        assert_eq!(faulty["exit"], 1, "{fault}");
        assert_eq!(faulty["complete"], true, "{fault}");
        let found = outcomes(&faulty);
        let other = found.iter().filter(|(name, got)| right[*name] != **got);
        let other: Vec<(&str, &str)> = other
            .map(|(name, (found, _))| match blocked_by(&faulty, name) {
                // What a leak of pipes does to the checks of other calls.
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

/// What the microkernel says of a program in C, which has no library.
fn console(program: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let [source, elf] = ["program.c", "program"].map(|name| folder.path().join(name));
    std::fs::write(&source, program).expect("a file");
    let mut cc = Command::new("cc");
    cc.args(["-static", "-nostdlib", "-no-pie", "-fcf-protection=none"]);
    let built = cc.arg("-o").args([&elf, &source]).status();
    assert!(built.expect("cc runs").success());
    let elf = elf.to_str().expect("a path");
    let said = said(&["run", "microkernel", "--accel", "tcg", "--elf", elf]);
    assert_eq!(said.exit, 3, "{}{}", said.out, said.err);
    said.out
}

#[test]
fn a_fault_of_a_program_is_told_and_ends_only_the_program() {
    if !installed("qemu-system-x86_64", "qemu-system-x86") {
        return;
    }
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
        let said = console(&format!("void _start(void) {{ {program} }}"));
        let wanted = format!("microkernel: signal {signal} ");
        assert!(said.contains(&wanted), "{program}: {said}");
        assert!(!said.contains("PANIC"), "{program}: {said}");
    }
}
