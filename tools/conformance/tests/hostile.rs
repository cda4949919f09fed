//! Random hostile input: a verdict is never better than the original log's, nothing panics, and no
//! text of a console acts on a terminal or a page.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::common::{LOG, forged};
use conformance::testing::{
    Comparison, EXIT_GOOD, Format, Gaps, Outcome, Plan, Reader, Report, RunContext, RunOutcome,
    Spec, Style, Target, today,
};

static PLAN: LazyLock<Plan> = LazyLock::new(Plan::default);

/// The original: a complete log in which some checks fail.
pub(super) static ORIGINAL: LazyLock<String> = LazyLock::new(|| {
    forged(
        &PLAN,
        &[
            (0, "0"),
            (5, "not asked: socket returned ENOSYS"),
            (40, "EINVAL"),
            (200, "-1"),
            (400, "7"),
        ],
    )
});

/// An alteration of a log by a serial line or its reader.
#[derive(Clone, Debug)]
enum Harm {
    DropBytes(usize, usize),
    DoubleBytes(usize, usize),
    ChangeByte(usize, u8),
    SwapBytes(usize),
    Insert(usize, Vec<u8>),
    DropLine(usize),
    DoubleLine(usize),
    SwapLines(usize, usize),
    MoveLine(usize, usize),
    SpliceLines(usize, usize, usize),
    JoinLines(usize),
    Message(usize),
    Cut(usize),
    OldInFront,
    OldBehind,
    OldInside(usize),
    Again,
    HalfInFront(usize),
}

fn harm() -> impl Strategy<Value = Harm> {
    let at = || 0..1_000_000usize;
    prop_oneof![
        (at(), 1..200usize).prop_map(|(at, count)| Harm::DropBytes(at, count)),
        (at(), 1..200usize).prop_map(|(at, count)| Harm::DoubleBytes(at, count)),
        (at(), any::<u8>()).prop_map(|(at, byte)| Harm::ChangeByte(at, byte)),
        at().prop_map(Harm::SwapBytes),
        (at(), prop::collection::vec(any::<u8>(), 1..40)).prop_map(|(at, b)| Harm::Insert(at, b)),
        at().prop_map(Harm::DropLine),
        at().prop_map(Harm::DoubleLine),
        (at(), at()).prop_map(|(one, other)| Harm::SwapLines(one, other)),
        (at(), at()).prop_map(|(from, to)| Harm::MoveLine(from, to)),
        (at(), at(), 0..60usize).prop_map(|(one, other, cut)| Harm::SpliceLines(one, other, cut)),
        at().prop_map(Harm::JoinLines),
        at().prop_map(Harm::Message),
        at().prop_map(Harm::Cut),
        Just(Harm::OldInFront),
        Just(Harm::OldBehind),
        at().prop_map(Harm::OldInside),
        Just(Harm::Again),
        at().prop_map(Harm::HalfInFront),
    ]
}

/// An older log of the same suite, of a kernel that passes all checks.
fn old() -> Vec<u8> {
    LOG.as_bytes().to_vec()
}

fn harmed(mut log: Vec<u8>, harm: &Harm) -> Vec<u8> {
    if log.is_empty() {
        return log;
    }
    let size = log.len();
    let mut lines: Vec<Vec<u8>> = log
        .split_inclusive(|b| *b == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    let count = lines.len();
    match *harm {
        Harm::DropBytes(at, n) => _ = log.drain(at % size..(at % size + n).min(size)),
        Harm::DoubleBytes(at, n) => {
            let piece = log[at % size..(at % size + n).min(size)].to_vec();
            log.splice(at % size..at % size, piece);
        }
        Harm::ChangeByte(at, byte) => log[at % size] = byte,
        Harm::SwapBytes(at) => log.swap(at % size, (at + 1) % size),
        Harm::Insert(at, ref bytes) => _ = log.splice(at % size..at % size, bytes.clone()),
        Harm::Message(at) => {
            let message = b"[    1.234567] usb 1-1: new device\n".to_vec();
            log.splice(at % size..at % size, message);
        }
        Harm::Cut(at) => log.truncate(at % size),
        Harm::OldInFront => log = [old(), log].concat(),
        Harm::OldBehind => log = [log, old()].concat(),
        Harm::OldInside(at) => _ = log.splice(at % size..at % size, old()),
        Harm::Again => log = [log.clone(), log].concat(),
        Harm::HalfInFront(at) => log = [&old()[..at % LOG.len()], &log].concat(),
        Harm::DropLine(at) => _ = lines.remove(at % count),
        Harm::DoubleLine(at) => lines.insert(at % count, lines[at % count].clone()),
        Harm::SwapLines(one, other) => lines.swap(one % count, other % count),
        Harm::MoveLine(from, to) => {
            let line = lines.remove(from % count);
            lines.insert(to % count, line);
        }
        Harm::SpliceLines(one, other, cut) => {
            let (one, other) = (one % count, other % count);
            let begin = lines[one][..cut.min(lines[one].len())].to_vec();
            let end = lines[other][cut.min(lines[other].len())..].to_vec();
            lines[one] = [begin, end].concat();
        }
        Harm::JoinLines(at) => _ = lines[at % count].pop(),
    }
    let by_lines = matches!(
        harm,
        Harm::DropLine(_)
            | Harm::DoubleLine(_)
            | Harm::SwapLines(..)
            | Harm::MoveLine(..)
            | Harm::SpliceLines(..)
            | Harm::JoinLines(_)
    );
    if by_lines { lines.concat() } else { log }
}

pub(super) fn judge(bytes: &[u8]) -> RunOutcome {
    let mut reader = Reader::new(&PLAN);
    reader.feed(bytes, &mut |_| {});
    reader.finish().outcome(&PLAN)
}

fn report<'a>(spec: &'a Spec, log: RunOutcome, subject: &str) -> Report<'a> {
    Report {
        plan: &PLAN,
        spec,
        subject: subject.to_string(),
        file: subject.to_string(),
        oracle_name: "oracle".to_string(),
        subject_log: log,
        oracle_log: judge(LOG.as_bytes()),
        elapsed: None,
        gate: None,
        oracle_trace: None,
        again: None,
        facts: Vec::new(),
        earlier: None,
    }
}

/// The number of cases of each property, unless `PROPTEST_CASES` is set.
fn cases(cases: u32) -> ProptestConfig {
    let mut config = ProptestConfig::default();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
    }
    config.failure_persistence = None;
    config
}

proptest! {
    #![proptest_config(cases(400))]

    /// An altered log is never better than the original.
    #[test]
    fn verdict_is_never_better_than_the_original(harms in prop::collection::vec(harm(), 1..5)) {
        let original = judge(ORIGINAL.as_bytes());
        let log = harms.iter().fold(ORIGINAL.clone().into_bytes(), harmed);
        let found = judge(&log);
        if found.is_complete() {
            for (check, (is, was)) in found.outcomes.iter().zip(&original.outcomes).enumerate() {
                prop_assert!(is.severity() >= was.severity(), "check {}: {:?}", check, is);
                // Nor is a value got altered.
                prop_assert!(*was == Outcome::Pass || is == was, "check {}: {:?}", check, is);
            }
        }
        let spec = Spec::default();
        prop_assert_ne!(report(&spec, found, "log").exit(), EXIT_GOOD);
    }

    /// An altered log of a kernel without failures has no failures: it is the same or not complete.
    #[test]
    fn no_failure_is_invented(harms in prop::collection::vec(harm(), 1..5)) {
        let log = harms.iter().fold(old(), harmed);
        let found = judge(&log);
        if found.is_complete() {
            prop_assert!(found.outcomes.iter().all(|outcome| *outcome == Outcome::Pass));
        }
    }

    #[test]
    fn any_bytes_are_no_verdict(bytes in prop::collection::vec(any::<u8>(), 0..4000)) {
        prop_assert!(!judge(&bytes).is_complete());
    }

    /// The result does not depend on how the bytes are cut into pieces.
    #[test]
    fn pieces_do_not_matter(
        harms in prop::collection::vec(harm(), 0..3),
        size in 1..300usize,
    ) {
        let log = harms.iter().fold(ORIGINAL.clone().into_bytes(), harmed);
        let whole = judge(&log);
        let mut reader = Reader::new(&PLAN);
        log.chunks(size).for_each(|piece| reader.feed(piece, &mut |_| {}));
        let pieces = reader.finish().outcome(&PLAN);
        prop_assert_eq!(whole.outcomes, pieces.outcomes);
        prop_assert_eq!(whole.defects, pieces.defects);
    }
}

proptest! {
    #![proptest_config(cases(2000))]

    /// Any text of a target's file or of known gaps is read or is an error, never a panic.
    #[test]
    fn any_text_is_read_or_refused(
        words in prop::collection::vec(
            prop_oneof![
                Just("[[gap]]\n".to_string()),
                Just("check = \"x\"\n".to_string()),
                Just("outcome = \"fail\"\n".to_string()),
                Just("expires = 2026-02-30\n".to_string()),
                Just("about = \"{elf}{\"\n".to_string()),
                Just("command = [\"{\", \"}{\"]\n".to_string()),
                Just("[limits]\nboot = 1e400\n".to_string()),
                "\\PC{0,20}",
                "[a-z]{1,8} = [-0-9.e\"\\[\\]]{0,6}\n",
            ],
            0..8,
        )
    ) {
        let text = words.concat();
        for problem in [
            Target::parse("x", "x.toml", &text).err(),
            Gaps::parse("x.toml", &text).err(),
        ].into_iter().flatten() {
            prop_assert_eq!(problem.exit, 2);
        }
    }
}

/// A line in which a CI system or a terminal finds a command. LAVA's own are allowed in its format.
fn command_of_ci(out: &str, lava: bool) -> Option<String> {
    let marks = [
        "##[",
        "##vso[",
        "##teamcity[",
        "section_start:",
        "section_end:",
        "\u{1b}",
    ];
    let acts = |line: &&str| {
        line.trim_start().starts_with("::")
            || marks.iter().any(|mark| line.contains(mark))
            || !lava && line.contains("<LAVA_")
    };
    out.lines().find(acts).map(str::to_string)
}

/// The tool's own output, on stdout and stderr, contains no command of a console, of a file's name,
/// of a gaps file or of an argument.
#[test]
fn no_command_of_ci_leaves_the_tool() {
    let bad = "\n::error::x\n##[error]x ##vso[task.complete]x\u{1b}[31m";
    let oracle = super::common::file(&LOG);
    let oracle = oracle.path().to_str().expect("a name");
    let folder = tempfile::tempdir().expect("a folder");
    let named = folder.path().join(format!("log{}", bad.replace('/', "")));
    let named = named.to_str().expect("a name");
    let console = format!("{bad}\n{}", &ORIGINAL[..ORIGINAL.len() - 40]);
    std::fs::write(named, console + bad).expect("a file");
    let missing = format!("{named}.missing");
    let mut runs = vec![vec!["diff", oracle, &missing], vec![bad], vec!["run", bad]];
    let names = Format::ALL.map(|format| format!("{format:?}").to_lowercase());
    runs.extend(
        names
            .iter()
            .map(|name| vec!["diff", oracle, named, "--format", name]),
    );
    runs.push(vec!["diff", oracle, named, "--format", bad]);
    for words in runs {
        let said = super::common::said(&words);
        assert_ne!(said.exit, 0, "{words:?}");
        let lava = words.last() == Some(&"lava");
        assert_eq!(
            command_of_ci(&said.out, lava),
            None,
            "{words:?}: {}",
            said.out
        );
        assert_eq!(
            command_of_ci(&said.err, false),
            None,
            "{words:?}: {}",
            said.err
        );
    }
}

proptest! {
    #![proptest_config(cases(60))]

    /// Any text of a console, a file name or a reason remains text.
    #[test]
    fn reports_hold_no_markup_and_no_escapes(
        hostile in prop::collection::vec(
            prop_oneof![
                "\\PC{0,30}",
                Just("<script>alert(1)</script>".to_string()),
                Just("]]><x>".to_string()),
                Just("```".to_string()),
                Just("\n::error::x\n  ::debug::x\n##[error]x##vso[x]x".to_string()),
                Just("##teamcity[x]section_start:1:x\r\u{1b}[0K<LAVA_SIGNAL_X>".to_string()),
                Just("\u{1b}[31m\u{9b}\r\n\u{202e}".to_string()),
                "[<>&\"'`\\\\#@|*_\\[\\]()!]{1,12}",
            ],
            1..6,
        )
    ) {
        let text = hostile.concat();
        let mut log = judge(ORIGINAL.as_bytes());
        log.context = RunContext {
            last_words: vec![text.clone()],
            notes: vec![text.clone()],
            excerpts: [(0, vec![text.clone(), text.clone()])].into(),
            ..RunContext::default()
        };
        let spec = Spec::default();
        let mut report = report(&spec, log, &text);
        let gaps = Gaps::default().blessed(&report, &format!("{text}."));
        prop_assert_eq!(gaps.gap.len(), report.checks_with(Comparison::Gap).count());
        report.gate = Some(gaps.judge(&text, &report, today()));
        for format in Format::ALL {
            let mut out = Vec::new();
            format.write(&report, Style::PLAIN, &mut out).expect("memory");
            let out = String::from_utf8(out).expect("text");
            prop_assert_eq!(command_of_ci(&out, format == Format::Lava), None, "{:?}", format);
            let control = |c: char| c.is_control() && c != '\n' && c != '\t';
            prop_assert!(!out.contains(control), "{:?}: a control character", format);
            prop_assert!(!out.contains('\u{202e}'), "{:?}: a turn of direction", format);
            if matches!(format, Format::Html | Format::Junit | Format::Lava) {
                let markup = out.contains("<script>alert") || out.contains("]]>");
                prop_assert!(!markup, "{:?}", format);
            }
        }
    }
}
