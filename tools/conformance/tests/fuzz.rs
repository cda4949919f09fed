//! Fuzz targets of the host tool: logs, targets' files, files of known gaps, ELF files.
//!
//! Each target is a plain function of bytes that panics where a property does not hold. The tests
//! run it over a corpus and over mutations of it; `FUZZ_RUNS` sets their number. The corpus is in
//! `tests/corpus` and, for files that the repository has anyway, in their folders.

use std::fs;
use std::path::Path;

use super::common::{ELF, LOG, Numbers, forged, root};
use conformance::testing::{Gaps, Plan, Reader, Target, control_block};
use packer::plan::control::MAGIC;

impl Numbers {
    /// One of the inputs with up to eight changes, pieces of the others among them.
    fn mutated(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = corpus[self.below(corpus.len())].clone();
        for _ in 0..=self.below(8) {
            let at = self.below(bytes.len() + 1);
            let end = (at + self.below(40)).min(bytes.len());
            let other = &corpus[self.below(corpus.len())];
            let from = self.below(other.len() + 1);
            let piece = &other[from..(from + self.below(80)).min(other.len())];
            match self.below(6) {
                0 => _ = bytes.drain(at..end),
                1 => _ = bytes.splice(at..end, piece.to_vec()),
                2 => _ = bytes.splice(at..at, piece.to_vec()),
                3 => bytes[at..end].fill([0, 0xff, b'\n', b'"'][self.below(4)]),
                4 => bytes[at..end].iter_mut().for_each(|byte| *byte ^= 1),
                _ => bytes.truncate(at.max(1)),
            }
        }
        bytes
    }
}

/// Runs a target over a corpus and over its mutations.
fn fuzz(corpus: &[Vec<u8>], runs: usize, target: impl Fn(&[u8])) {
    let set = std::env::var("FUZZ_RUNS").ok();
    let runs = set.and_then(|runs| runs.parse().ok()).unwrap_or(runs);
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    corpus.iter().for_each(|bytes| target(bytes));
    (0..runs).for_each(|_| target(&numbers.mutated(corpus)));
}

/// The files of a folder of the repository with this extension.
fn files(folder: &str, extension: &str) -> Vec<Vec<u8>> {
    let folder = root().join(folder);
    let mut paths: Vec<_> = fs::read_dir(&folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "{}", folder.display());
    paths
        .iter()
        .map(|path| fs::read(path).expect("a file"))
        .collect()
}

/// Reads any bytes as a log, whole and in pieces of 7: the outcomes are the same, and a complete
/// log is of the checks of the plan.
fn reader(plan: &Plan, bytes: &[u8]) {
    let read = |size| {
        let mut reader = Reader::new(plan);
        bytes
            .chunks(size)
            .for_each(|piece| reader.feed(piece, &mut |_| {}));
        reader.finish().outcome(plan)
    };
    let (whole, pieces) = (read(bytes.len().max(1)), read(7));
    assert_eq!(whole.outcomes, pieces.outcomes);
    assert_eq!(whole.defects, pieces.defects);
    assert_eq!(whole.outcomes.len(), plan.checks.len());
}

fn target_file(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Err(error) = Target::parse("x", "x.toml", &text) {
        assert_eq!(error.exit, 2);
    }
}

fn gaps_file(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Err(error) = Gaps::parse("x.toml", &text) {
        assert_eq!(error.exit, 2);
    }
}

/// Looks for the control block in any bytes: what is found has the magic and is inside the file.
fn control_block(bytes: &[u8]) {
    if let Ok(place) = control_block::place(bytes) {
        assert!(place.end <= bytes.len());
        assert!(bytes[place].starts_with(&MAGIC));
    }
}

#[test]
fn any_bytes_are_a_log_or_not() {
    let plan = Plan::default();
    let failing = forged(&plan, &[(0, "0"), (3, "not asked: socket returned ENOSYS")]);
    let mut corpus = files("tools/conformance/tests/corpus/reader", "txt");
    // The beginning and the end of a log, which the whole would hide.
    corpus.push(failing.as_bytes()[..1500].to_vec());
    corpus.push(failing.as_bytes()[failing.len() - 900..].to_vec());
    fuzz(&corpus, 3000, |bytes| reader(&plan, bytes));
    fuzz(&[LOG.as_bytes().to_vec()], 30, |bytes| reader(&plan, bytes));
}

#[test]
fn any_bytes_are_a_target_or_refused() {
    fuzz(&files("tools/targets", "toml"), 3000, target_file);
}

#[test]
fn any_bytes_are_known_gaps_or_refused() {
    fuzz(&files("reference-outputs/gaps", "toml"), 3000, gaps_file);
}

#[test]
fn any_bytes_have_a_control_block_or_none() {
    let elf = fs::read(Path::new(&*ELF)).expect("the ELF");
    // Without a section table the block is found by its magic.
    let mut bare = elf.clone();
    bare[0x28..0x30].fill(0);
    bare[0x3a..0x40].fill(0);
    assert!(control_block::place(&bare).is_ok());
    fuzz(&[elf, bare, MAGIC.to_vec()], 2000, control_block);
}
