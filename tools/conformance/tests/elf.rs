//! The ELF as a file, in all its shapes: the demands of the contract.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use super::common::{ELF, LOG, required, root};
use conformance::testing::control_block::Block;
use conformance::testing::{
    ElfKind, Inspected, Plan, SIZE_MAX, Shape, build_elf, control_block, freestanding_is_possible,
    inspect, temp_elf,
};
use packer::Tables;
use packer::log::Line;
use packer::plan::control::{self, at};
use packer::suites::CORE;

/// The violations of a file without its size, which has a test of its own.
fn violations(found: &Inspected) -> Vec<&String> {
    found
        .violations
        .iter()
        .filter(|violation| !violation.contains("too many"))
        .collect()
}

#[test]
fn file_is_what_the_simplest_loader_takes() {
    let found = inspect(&std::fs::read(&*ELF).expect("the ELF"), ElfKind::Fixed).expect("an ELF");
    assert!(violations(&found).is_empty(), "{:?}", found.violations);
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
    let found = inspect(&std::fs::read(&*ELF).expect("the ELF"), ElfKind::Fixed).expect("an ELF");
    if found.size > SIZE_MAX {
        panic!("{} of {SIZE_MAX} bytes\n{}", found.size, breakdown(&found));
    }
}

/// The bytes by segment, and the parts of the rows by family.
fn breakdown(found: &Inspected) -> String {
    let mut text = String::from("segment\n");
    for segment in &found.segments {
        text += &format!("  {:<16} {:>6}\n", segment.access, segment.file_size);
    }
    text += "family             checks  rows  arguments  letters of names\n";
    let mut families: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for group in CORE.groups() {
        let sums = families.entry(group.family.title).or_default();
        for row in group.family.rows(group.kind, group.processor) {
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
fn inspection_finds_violations() {
    let good = std::fs::read(&*ELF).expect("the ELF");
    let violations_of = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        inspect(&bytes, ElfKind::Fixed)
            .expect("still an ELF")
            .violations
            .join("; ")
    };
    let header = usize::try_from(u64::from_le_bytes(
        good[32..40].try_into().expect("8 bytes"),
    ))
    .expect("an offset");
    assert!(violations_of(&|bytes| bytes[16] = 3).contains("type is 3"));
    assert!(violations_of(&|bytes| bytes[18] = 3).contains("x86_64"));
    assert!(violations_of(&|bytes| bytes[header] = 3).contains("PT_INTERP"));
    assert!(violations_of(&|bytes| bytes[header] = 2).contains("PT_DYNAMIC"));
    assert!(violations_of(&|bytes| bytes[header] = 7).contains("PT_TLS"));
    assert!(violations_of(&|bytes| bytes[header + 4] = 7).contains("writable and executable"));
    assert!(violations_of(&|bytes| bytes[header + 16] ^= 8).contains("modulo 4 KiB"));
    assert!(violations_of(&|bytes| bytes[header + 49] ^= 0x30).contains("not aligned"));
    assert!(violations_of(&|bytes| bytes[26] ^= 0x40).contains("no executable segment"));
    assert!(violations_of(&|bytes| bytes.extend([0; SIZE_MAX])).contains("too many"));
    let block = control_block::place(&good).expect("a control block").start;
    for place in [block, block + at::VERSION, block + at::SIZE + 1] {
        assert!(violations_of(&|bytes| bytes[place] ^= 0x80).contains("control block"));
    }
    let short = violations_of(&|bytes| bytes[block + at::SIZE] = 1);
    assert!(short.contains("control block has 1 bytes"), "{short}");
    assert!(inspect(b"no ELF", ElfKind::Fixed).is_err());
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

/// The log of a copy that has that block.
fn log_with(block: &Block) -> String {
    let good = std::fs::read(&*ELF).expect("the ELF");
    let patched = control_block::patched(&good, block).expect("a patched copy");
    let elf = temp_elf(&patched).expect("a file");
    let mut command = Command::new(&elf);
    let output = command.stdin(Stdio::null()).output().expect("it runs");
    String::from_utf8(output.stdout).expect("ASCII")
}

/// The header line of a copy whose block has that run id.
fn header_of_run(run: u32) -> String {
    let log = log_with(&Block {
        run,
        // No group is run.
        first_group: u16::MAX,
        ..Block::default()
    });
    log.lines().next().expect("a line").to_string()
}

#[test]
fn header_ends_with_the_run_id() {
    let header = Plan::default().header();
    assert_eq!(header_of_run(0), header);
    assert_eq!(header_of_run(0x00f0_5e1a), format!("{header} run 00f05e1a"));
    assert_eq!(header_of_run(u32::MAX), format!("{header} run ffffffff"));
}

#[test]
fn run_id_is_read_from_the_header() {
    let header = Plan::default().header();
    let run = |line: &str| match Line::parse(line) {
        Some(Line::Header { run, .. }) => Some(run),
        _ => None,
    };
    assert_eq!(run(&header), Some(None));
    assert_eq!(
        run(&format!("{header} run 5f3a11c0")),
        Some(Some(0x5f3a_11c0))
    );
    for end in [
        " run",
        " run ",
        " run 0",
        " run 00000000",
        " run 5F3A11C0",
        " run 5f3a11c0 ",
        " ",
    ] {
        assert_eq!(run(&format!("{header}{end}")), None, "{end:?}");
    }
}

/// A traced run prints the result of each row on a line of its own, and the same lines otherwise.
#[test]
fn trace_has_a_line_for_each_row() {
    let log = log_with(&Block {
        flags: control::TRACE,
        ..Block::default()
    });
    let is_result = |line: &&str| matches!(Line::parse(line), Some(Line::Result { .. }));
    let (results, others): (Vec<&str>, Vec<&str>) = log.lines().partition(is_result);
    let rows = CORE.groups().flat_map(|group| group.rows());
    assert_eq!(results.len(), rows.count());
    let untraced: Vec<&str> = LOG.lines().collect();
    assert_eq!(others.len(), untraced.len());
    let all_but_end = untraced.len() - 1;
    assert_eq!(others[..all_but_end], untraced[..all_but_end]);
}

/// The ELF has the tables of the packer, and does not run others.
#[test]
fn damaged_plan_ends_the_run() {
    let good = std::fs::read(&*ELF).expect("the ELF");
    let packed = Tables::of(&packer::suites::CORE).expect("a plan").packed;
    let mut places = good.windows(packed.len()).enumerate();
    let place = places.find(|(_, bytes)| *bytes == packed);
    let (place, _) = place.expect("the packed plan in the file");
    for byte in [place, place + packed.len() / 2, place + packed.len() - 1] {
        let mut bytes = good.clone();
        bytes[byte] ^= 0x10;
        let elf = temp_elf(&bytes).expect("a file");
        let mut command = Command::new(&elf);
        let output = command.stdin(Stdio::null()).output().expect("it runs");
        // The words of the header are in the plan too.
        let expected = "posix-conformance: the plan is damaged\n";
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
        assert_eq!(output.status.code(), Some(101));
    }
}

/// The lines of another shape are those of the plain build.
fn same_lines(shape: Shape) {
    let path = build_elf(&root(), shape).expect("it builds");
    let found = inspect(&std::fs::read(&path).expect("it is there"), shape.kind()).expect("an ELF");
    assert!(violations(&found).is_empty(), "{:?}", found.violations);
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
    let found = freestanding_is_possible();
    let need = found
        .as_ref()
        .err()
        .map_or_else(String::new, |error| error.text.replacen("no ", "a ", 1));
    if required(&need, found.is_ok()) {
        same_lines(Shape::Freestanding);
    }
}
