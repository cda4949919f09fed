//! The ELF as a file: what the contract says of it, in all its shapes.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use super::common::{ELF, LOG, required, root};
use conformance::build::inspect::{Inspected, Kind, SIZE_MAX, inspect};
use conformance::build::{self, Shape};
use conformance::control_block::{self, Block};
use conformance::plan::Plan;
use posix_conformance::plan::control::{self, at};
use posix_conformance::suites::CORE;

/// What is wrong with a file apart from its size, which has a test of its own.
fn faults(found: &Inspected) -> Vec<&String> {
    found
        .faults
        .iter()
        .filter(|fault| !fault.contains("too many"))
        .collect()
}

#[test]
fn file_is_what_the_simplest_loader_takes() {
    let found = inspect(&std::fs::read(&*ELF).expect("the ELF"), Kind::Fixed).expect("an ELF");
    assert!(faults(&found).is_empty(), "{:?}", found.faults);
    let memory: u64 = found
        .segments
        .iter()
        .map(|segment| segment.memory_size)
        .sum();
    assert!(
        memory <= SIZE_MAX as u64 + 0x1_0000,
        "{memory} bytes of memory"
    );
}

#[test]
fn file_keeps_to_its_budget() {
    let found = inspect(&std::fs::read(&*ELF).expect("the ELF"), Kind::Fixed).expect("an ELF");
    if found.size > SIZE_MAX {
        panic!("{} of {SIZE_MAX} bytes\n{}", found.size, breakdown(&found));
    }
}

/// Where the bytes are: by section, and by family what its rows are made of.
fn breakdown(found: &Inspected) -> String {
    let mut text = String::from("section\n");
    for (name, size) in &found.sections {
        text += &format!("  {name:<16} {size:>6}\n");
    }
    text += "family             checks  rows  arguments  letters of names\n";
    let mut families: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for group in CORE.groups() {
        let sums = families.entry(group.family.title).or_default();
        for row in group.family.rows(group.kind) {
            sums[0] += usize::from(row.name.is_some());
            sums[1] += 1;
            sums[2] += row.args.len();
            sums[3] += row.name.map_or(0, str::len);
        }
    }
    for (name, [checks, rows, args, letters]) in families {
        text += &format!("  {name:<16} {checks:>6} {rows:>5} {args:>10} {letters:>17}\n");
    }
    text
}

#[test]
fn inspection_finds_faults() {
    let good = std::fs::read(&*ELF).expect("the ELF");
    let faults_of = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        inspect(&bytes, Kind::Fixed)
            .expect("still an ELF")
            .faults
            .join("; ")
    };
    let header = usize::try_from(u64::from_le_bytes(
        good[32..40].try_into().expect("8 bytes"),
    ))
    .expect("an offset");
    assert!(faults_of(&|bytes| bytes[16] = 3).contains("type is 3"));
    assert!(faults_of(&|bytes| bytes[18] = 3).contains("x86-64"));
    assert!(faults_of(&|bytes| bytes[header] = 3).contains("PT_INTERP"));
    assert!(faults_of(&|bytes| bytes[header] = 2).contains("PT_DYNAMIC"));
    assert!(faults_of(&|bytes| bytes[header] = 7).contains("PT_TLS"));
    assert!(faults_of(&|bytes| bytes[header + 4] = 7).contains("writable and executable"));
    assert!(faults_of(&|bytes| bytes[header + 16] ^= 8).contains("modulo 4 KiB"));
    assert!(faults_of(&|bytes| bytes[header + 49] ^= 0x30).contains("not aligned"));
    assert!(faults_of(&|bytes| bytes[26] ^= 0x40).contains("no executable segment"));
    assert!(faults_of(&|bytes| bytes.extend([0; SIZE_MAX])).contains("too many"));
    let block = control_block::place(&good).expect("a control block").start;
    for place in [block, block + at::VERSION, block + at::SIZE + 1] {
        assert!(faults_of(&|bytes| bytes[place] ^= 0x80).contains("control block"));
    }
    assert!(faults_of(&|bytes| bytes[block + at::SIZE] = 1).contains("control block has 1 bytes"));
    assert!(inspect(b"no ELF", Kind::Fixed).is_err());
}

#[test]
fn patching_changes_the_block_alone() {
    let good = std::fs::read(&*ELF).expect("the ELF");
    let place = control_block::place(&good).expect("a control block");
    let checks = Plan::default().checks.len();
    assert_eq!(place.len(), control::size(checks));
    let everything = control_block::patched(&good, &Block::default()).expect("a patched copy");
    assert_eq!(everything, good, "unpatched, everything runs");
    let mut block = Block {
        skip: [0, checks - 1].into(),
        ..Block::default()
    };
    let patched = control_block::patched(&good, &block).expect("a patched copy");
    assert_eq!(patched.len(), good.len());
    let changed = (0..good.len()).filter(|&i| good[i] != patched[i]);
    assert!(changed.clone().count() > 0);
    assert!(changed.into_iter().all(|i| place.contains(&i)));
    block.skip.insert(checks.next_multiple_of(8));
    assert!(control_block::patched(&good, &block).is_err());
}

/// The lines of another shape are those of the plain build.
fn same_lines(shape: Shape) {
    let path = build::build(&root(), shape).expect("it builds");
    let found = inspect(&std::fs::read(&path).expect("it is there"), shape.kind()).expect("an ELF");
    assert!(faults(&found).is_empty(), "{:?}", found.faults);
    let output = Command::new(&path)
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), *LOG);
    assert!(output.status.success());
}

#[test]
fn pie_build_gives_the_same_lines() {
    same_lines(Shape::Pie);
}

#[test]
fn freestanding_build_gives_the_same_lines() {
    let found = build::freestanding_is_possible();
    if required("a compiler with the sources of core", found.is_ok()) {
        same_lines(Shape::Freestanding);
    }
}
