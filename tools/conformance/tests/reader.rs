//! The reader of logs: noise that it must ignore, and altered logs that it must reject.

use super::common::{LOG, crc, forged, joined, lines};
use conformance::testing::{Defect, Event, Got, Outcome, Plan, Reader, RunOutcome, end_line};
use packer::log::Line;

fn judge(plan: &Plan, bytes: &[u8]) -> RunOutcome {
    let mut reader = Reader::new(plan);
    reader.feed(bytes, &mut |_| {});
    reader.finish().outcome(plan)
}

#[test]
fn crc_is_that_of_ieee() {
    assert_eq!(crc("123456789"), 0xcbf4_3926);
    assert_eq!(crc(""), 0);
}

#[test]
fn grammar_reads_what_the_elf_writes() {
    for line in LOG.lines() {
        assert!(Line::parse(line).is_some(), "{line}");
    }
}

#[test]
fn grammar_is_strict() {
    for line in [
        "",
        " ",
        "posix-conformance 0.2.0 log 1 suite 8c41f0d2 plan 512",
        "posix-conformance 0.2.0 log 2 suite 8C41F0D2 plan 512",
        "posix-conformance 0.2.0 log 2 suite 8c41f0d2 plan 0512",
        "=== Pipes: strange tests ===",
        "  [PASS]pipe2: unknown flag",
        "  [FAIL] pipe2: unknown flag",
        "  [SKIP] pipe2: unknown flag",
        "PSE55: 0 passed, 0 failed",
        "PSE51: 0 passed, 0 failed, 0 skipped",
        "PSE51: 01 passed, 0 failed",
        "END crc32 1a2b3c4",
        "END crc32 1A2B3C4D",
    ] {
        assert_eq!(Line::parse(line), None, "{line}");
    }
}

#[test]
fn notes_have_their_forms() {
    for note in [
        "got EINVAL",
        "got 0",
        "got -4096",
        "got nothing",
        "got an address",
        "not asked: socket returned ENOSYS",
        "not asked: clock_gettime returned 7",
        "not asked: a step found nothing",
        "not asked: a thread did not end",
    ] {
        assert!(Got::parse(note).is_some(), "{note}");
    }
    for note in [
        "",
        "EINVAL",
        "got einval",
        "got --1",
        "got 1x",
        "got E",
        "got a thread did not end",
        "not asked: 0",
        "not asked: EINVAL",
        "not asked: socket returned ",
        "not asked: A b returned 0",
        "not asked: a step found",
        "told to skip",
    ] {
        assert_eq!(Got::parse(note), None, "{note}");
    }
}

#[test]
fn own_log_is_complete() {
    let plan = Plan::default();
    let judged = judge(&plan, LOG.as_bytes());
    assert_eq!(judged.defects, []);
    assert!(judged.is_complete());
    assert_eq!(judged.outcomes.len(), plan.checks.len());
}

#[test]
fn outcomes_are_distinguished() {
    let plan = Plan::default();
    let notes = [
        (0, "0"),
        (1, "ENOSYS"),
        (2, "not asked: socket returned ENOSYS"),
        (3, "not asked: a thread did not end"),
    ];
    let judged = judge(&plan, forged(&plan, &notes).as_bytes());
    assert!(judged.is_complete(), "{:?}", judged.defects);
    let words: Vec<&str> = judged.outcomes[..5].iter().map(Outcome::word).collect();
    assert_eq!(
        words,
        ["fail", "unimplemented", "blocked", "blocked", "pass"]
    );
    let notes = [2, 3].map(|check| judged.outcomes[check].got().expect("a note").to_string());
    assert_eq!(notes, ["socket returned ENOSYS", "a thread did not end"]);
}

/// Returns whether a log that continues with these lines is complete; no defect is taken back.
fn completes<'a>(plan: &Plan, mut reader: Reader, rest: impl Iterator<Item = &'a str>) -> bool {
    for line in rest {
        reader.feed(line.as_bytes(), &mut |_| {});
        reader.feed(b"\n", &mut |_| {});
        if reader
            .current()
            .is_some_and(|boot| !boot.defects.is_empty())
        {
            return false;
        }
    }
    reader.finish().outcome(plan).is_complete()
}

/// A log with one line deleted, doubled, swapped or altered is not complete.
#[test]
fn no_line_can_be_altered() {
    let plan = Plan::default();
    let lines = lines();
    let good: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mut before = Reader::new(&plan);
    assert!(completes(&plan, before.clone(), good.iter().copied()));
    for at in 0..good.len() {
        let (line, rest) = (good[at], &good[at + 1..]);
        // The log with other lines in place of this one.
        let with = |others: &[&str], rest: &[&str]| {
            completes(&plan, before.clone(), others.iter().chain(rest).copied())
        };
        assert!(!with(&[], rest), "line {at} deleted: {line}");
        assert!(!with(&[line, line], rest), "line {at} doubled: {line}");
        for other in [0, 1, rest.len().saturating_sub(1)] {
            if rest.get(other).is_some_and(|other| *other != line) {
                let mut swapped = rest.to_vec();
                let first = std::mem::replace(&mut swapped[other], line);
                assert!(
                    !with(&[first], &swapped),
                    "lines {at} and {other} after it swapped"
                );
            }
        }
        for changed in alterations(line, at) {
            assert!(!with(&[&changed], rest), "line {at} changed to: {changed}");
        }
        before.feed(format!("{line}\n").as_bytes(), &mut |_| {});
    }
}

/// Distance between the altered bytes of a line.
const STRIDE: usize = 17;

/// Alterations of a line. Single bytes are altered at positions that differ from line to line, so
/// that each kind of line is altered at every position.
fn alterations(line: &str, seed: usize) -> Vec<String> {
    let mut all = vec![
        String::new(),
        format!("{line}x"),
        format!("x{line}"),
        format!(" {line}"),
        line.to_uppercase() + ".",
        line.replacen("[PASS]", "[FAIL]", 1) + ".",
        line.replacen("[PASS] ", "[FAIL] ", 1) + " (got 0)",
        line.replacen("[PASS] ", "[SKIP] ", 1) + " (told to skip)",
        line.chars().rev().collect::<String>() + "-",
    ];
    for at in (seed % STRIDE..line.len()).step_by(STRIDE) {
        let mut bytes = line.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'~' {
            b'!'
        } else {
            bytes[at] + 1
        };
        all.push(String::from_utf8(bytes).expect("ASCII"));
        all.push(format!("{}{}", &line[..at], &line[at + 1..]));
        all.push(format!("{}~{}", &line[..at], &line[at..]));
    }
    // Blanks at the ends do not count, nor what comes before a header line, nor a prompt or a
    // message after an END line.
    let is_end = |text: &str| {
        let after = text.strip_prefix(line);
        line.starts_with("END ") && after.is_some_and(|after| after.starts_with(' '))
    };
    let is_header = |text: &str| seed == 0 && text.ends_with(line);
    all.retain(|other| other.trim() != line.trim() && !is_header(other) && !is_end(other));
    all
}

/// A log that is cut off anywhere is not complete; the checks after the cut are lost.
#[test]
fn a_log_that_is_cut_off_is_not_complete() {
    let plan = Plan::default();
    let mut before = Reader::new(&plan);
    for (cut, byte) in LOG.bytes().enumerate() {
        // At every byte of the last lines, and at one in seven of the others.
        // The last line feed may be missing.
        if (cut % 7 == 0 || cut + 400 > LOG.len()) && cut + 1 < LOG.len() {
            let judged = before.clone().finish().outcome(&plan);
            assert!(!judged.is_complete(), "cut at {cut}");
        }
        before.feed(&[byte], &mut |_| {});
    }
    let judged = judge(&plan, b"");
    assert_eq!(judged.defects, [Defect::NoHeader]);
    assert!(
        judged
            .outcomes
            .iter()
            .all(|outcome| *outcome == Outcome::Lost)
    );
}

fn complete(bytes: &[u8]) {
    let judged = judge(&Plan::default(), bytes);
    assert!(judged.is_complete(), "{:?}", judged.defects);
}

#[test]
fn bytes_of_a_serial_line_are_cleaned() {
    complete(LOG.replace('\n', "\r\n").as_bytes());
    complete(LOG.replace('\n', "\r\r\n").as_bytes());
    complete(LOG.replace('\n', "\0\n").as_bytes());
    complete(LOG.replace("[PASS]", "[\x1b[32mPASS\x1b[0m]").as_bytes());
    complete(LOG.replace('\n', "\x1b[K\n\x1b]0;title\x07").as_bytes());
    let mut noisy = b"\xff\xfe\x1b[2J\x1b[1;1H\x80 BIOS \x00\n\n".to_vec();
    noisy.extend(LOG.replace("pipe2", "pi\u{e9}pe2").bytes());
    noisy.extend(b"[    9.1] reboot: Power down\n");
    complete(&noisy);
}

#[test]
fn kernel_messages_between_lines_are_ignored() {
    let message = "\n[    1.234567] random: crng init done\n[INFO] hello: world\n";
    complete(LOG.replace('\n', message).as_bytes());
    complete(LOG.replace('\n', "\n================\n").as_bytes());
}

/// Lines split at every third position by a message that ends in a line feed.
#[test]
fn kernel_messages_inside_lines_are_removed() {
    let plan = Plan::default();
    let mut good = lines();
    good.truncate(8);
    let rest = joined(&lines()[8..]);
    for at in 0..good.len() {
        for place in (1..=good[at].len()).step_by(3) {
            let (begin, end) = good[at].split_at(place);
            for torn in [
                format!("{begin}[    1.234567] usb 1-1: new device\n{end}"),
                format!("{begin}kernel: out of memory\n[    1.2] and more\n{end}"),
            ] {
                let mut lines = good.clone();
                lines[at] = torn;
                let judged = judge(&plan, (joined(&lines) + &rest).as_bytes());
                assert!(judged.is_complete(), "{}: {:?}", lines[at], judged.defects);
            }
        }
        let mut lines = good.clone();
        lines[at] = format!("[    1.234567] usb 1-1: no line feed{}", good[at]);
        let judged = judge(&plan, (joined(&lines) + &rest).as_bytes());
        assert!(judged.is_complete(), "{}: {:?}", lines[at], judged.defects);
    }
}

#[test]
fn split_lines_of_failures_are_joined() {
    let plan = Plan::default();
    let text = forged(&plan, &[(3, "not asked: socket returned ENOSYS")]);
    let (before, line) = text.split_at(text.find("  [FAIL]").expect("a failed check"));
    let (line, after) = line.split_once('\n').expect("a line");
    for place in 1..=line.len() {
        let (begin, end) = line.split_at(place);
        let torn = format!("{before}{begin}[   1.5] panic? no\n{end}\n{after}");
        let judged = judge(&plan, torn.as_bytes());
        assert!(judged.is_complete(), "{begin}|{end}: {:?}", judged.defects);
        assert_eq!(judged.outcomes[3].word(), "blocked");
    }
}

/// A line of a failed check with a message inside, without a line feed, at every position.
#[test]
fn messages_without_line_feed_are_removed() {
    let plan = Plan::default();
    for note in ["not asked: socket returned ENOSYS", "-22", "0"] {
        let text = forged(&plan, &[(3, note)]);
        let (before, line) = text.split_at(text.find("  [FAIL]").expect("a failed check"));
        let (line, after) = line.split_once('\n').expect("a line");
        for place in 1..line.len() {
            let (begin, end) = line.split_at(place);
            let torn = format!("{before}{begin}[    1.5] usb 1-1: new, id 7; {end}\n{after}");
            let judged = judge(&plan, torn.as_bytes());
            assert!(judged.is_complete(), "{begin}|{end}: {:?}", judged.defects);
        }
    }
}

#[test]
fn several_boots_count_with_their_worst() {
    let plan = Plan::default();
    let failing = forged(&plan, &[(5, "0")]);
    let judged = judge(&plan, format!("{failing}\nGRUB\n{}", *LOG).as_bytes());
    assert!(judged.is_complete(), "{:?}", judged.defects);
    assert_eq!(judged.boots, 2);
    assert_eq!(judged.outcomes[5].word(), "fail");
    // A boot without an END line is not complete, even if a complete one follows.
    let half = &LOG[..LOG.len() / 2];
    let judged = judge(&plan, format!("{half}\nGRUB\n{}", *LOG).as_bytes());
    assert!(!judged.is_complete());
}

#[test]
fn other_suites_prove_nothing() {
    let plan = Plan::default();
    let suite = format!("{:08x}", plan.id);
    let judged = judge(&plan, LOG.replace(&suite, "00000000").as_bytes());
    assert!(
        matches!(judged.defects[..], [Defect::OtherSuite { suite: 0, .. }]),
        "{:?}",
        judged.defects
    );
}

#[test]
fn totals_must_agree_with_their_lines() {
    let plan = Plan::default();
    let all = plan.checks.len();
    let lying = LOG.replace(
        &format!("SUMMARY: {all} passed"),
        &format!("SUMMARY: {} passed", 1),
    );
    let (covered, _) = lying.rsplit_once("END").expect("an end");
    let lying = format!("{covered}{}\n", end_line(crc(covered)));
    let judged = judge(&plan, lying.as_bytes());
    assert!(
        matches!(judged.defects[..], [Defect::Totals { .. }]),
        "{:?}",
        judged.defects
    );
}

/// Where there is no verdict, the message names the line in the way.
#[test]
fn lines_that_cannot_be_read_are_named() {
    let plan = Plan::default();
    let first = |log: String| judge(&plan, log.as_bytes()).defects[0].to_string();
    let garbled = LOG.replacen("[PASS] munmap", "[PASS] mun?map", 1);
    let said = first(garbled);
    assert!(
        said.starts_with("line lost: ") && said.contains("mun?map"),
        "{said}"
    );
    let header = LOG.replacen(" plan ", " plin ", 1);
    assert!(first(header).contains(" plin "));
    let (_, headless) = LOG.split_once('\n').expect("a header");
    let said = first(headless.to_string());
    assert!(
        said.contains("=== ") && !said.contains("nothing of the suite"),
        "{said}"
    );
    let cut = LOG.split("END").next().expect("lines").to_string() + "END crc32 12\n";
    assert!(first(cut).ends_with("END crc32 12"));
    // Not one that came before a line that was read.
    let noise = LOG.replacen('\n', "\nx [PASS] y\n", 1);
    let (before, after) = noise.split_once("  [PASS] munmap").expect("a line");
    let (_, after) = after.split_once('\n').expect("a line");
    let said = first(format!("{before}{after}"));
    assert!(
        said.starts_with("line lost: ") && !said.contains("x [PASS]"),
        "{said}"
    );
    assert!(first("login:\n".to_string()).contains("nothing of the suite"));
}

#[test]
fn events_come_as_the_bytes_do() {
    let plan = Plan::default();
    let mut reader = Reader::new(&plan);
    let mut events = Vec::new();
    for byte in LOG.bytes() {
        reader.feed(&[byte], &mut |event| events.push(event));
    }
    assert_eq!(events.first(), Some(&Event::Begin));
    assert_eq!(events.last(), Some(&Event::End));
    let checks = events
        .iter()
        .filter(|event| matches!(event, Event::Check(..)));
    assert_eq!(checks.count(), plan.checks.len());
}

/// Memory is bounded for a line without an end and for any number of headers.
#[test]
fn memory_is_bounded() {
    let plan = Plan::default();
    let mut reader = Reader::new(&plan);
    for _ in 0..200 {
        reader.feed(&[b'x'; 1 << 16], &mut |_| {});
    }
    let header = plan.header() + "\n";
    for _ in 0..1000 {
        reader.feed(header.as_bytes(), &mut |_| {});
    }
    reader.feed(LOG.as_bytes(), &mut |_| {});
    let log = reader.finish();
    assert!(log.boots.len() <= 64 && log.defects.len() <= 64);
    assert!(!log.outcome(&plan).is_complete());
}
