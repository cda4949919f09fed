//! Logs that a console or a logger changed without a loss: they have their verdict, and no
//! alteration of a log becomes good by it.

use std::time::{Duration, Instant};

use super::common::{Numbers, forged, joined, lines};
use super::hostile::{ORIGINAL, judge};
use conformance::testing::Plan;
use packer::log::Verdict;

/// A change that a console or a logger makes to each line, or to some, and that loses nothing.
type Mangling = (&'static str, fn(&str, u64) -> Vec<u8>);

/// The lines of a log, each changed by a function of its number.
fn each(log: &str, change: impl Fn(usize, &str) -> String) -> Vec<u8> {
    let lines = log.lines().enumerate();
    let lines = lines.map(|(number, line)| change(number, line));
    lines.collect::<String>().into_bytes()
}

/// The lines of a log, some of them split in three or two pieces by a text.
fn split(log: &str, seed: u64, inside: &str, pieces: usize) -> Vec<u8> {
    let mut numbers = Numbers(seed);
    let lines = log.lines().map(|line| {
        let mut cuts = [0; 2].map(|_| numbers.below(line.len() - 1) + 1);
        cuts.sort_unstable();
        match (numbers.below(9), pieces) {
            (0, 2) => format!("{}{inside}{}\n", &line[..cuts[0]], &line[cuts[0]..]),
            (0, _) if cuts[0] < cuts[1] => format!(
                "{}{inside}{}{inside}{}\n",
                &line[..cuts[0]],
                &line[cuts[0]..cuts[1]],
                &line[cuts[1]..]
            ),
            _ => format!("{line}\n"),
        }
    });
    lines.collect::<String>().into_bytes()
}

const MANGLINGS: [Mangling; 28] = [
    ("text before the header", |log, _| {
        format!("Booting from ROM..{log}").into_bytes()
    }),
    ("a prompt", |log, _| format!("~ # {log}~ # ").into_bytes()),
    ("no last line feed", |log, _| log.trim_end().into()),
    ("a message after END", |log, _| {
        format!("{}[    9.1] reboot: Power down\n", log.trim_end()).into()
    }),
    ("trailing blanks", |log, _| {
        each(log, |number, line| {
            format!("{line}{}\n", " \t".repeat(number % 3))
        })
    }),
    ("no leading blanks", |log, _| {
        each(log, |_, line| format!("{}\n", line.trim_start()))
    }),
    ("ISO time", |log, _| {
        each(log, |n, line| {
            format!("2026-11-26T11:{:02}:07.{n:06}Z {line}\n", n / 60 % 60)
        })
    }),
    ("syslog", |log, _| {
        each(log, |n, line| {
            format!(
                "Nov {:2} 11:33:{:02} host app[71]: {line}\n",
                1 + n / 99,
                n % 60
            )
        })
    }),
    ("journald", |log, _| {
        each(log, |n, line| {
            format!("Dec 01 01:33:{:02} h-1 kernel: {line}\n", n % 60)
        })
    }),
    ("compose", |log, _| {
        each(log, |_, line| format!("posix-suite-1  | {line}\n"))
    }),
    ("level", |log, _| {
        each(log, |n, line| format!("<{}>{line}\n", n % 17))
    }),
    ("kernel time", |log, _| {
        each(log, |n, line| format!("[{:5}.{n:06}] {line}\n", n * 7))
    }),
    ("line numbers", |log, _| {
        each(log, |n, line| format!("{:4}\t{line}\n", n + 1))
    }),
    ("numbers of grep", |log, _| {
        each(log, |n, line| format!("{}:{line}\n", n + 1))
    }),
    ("LAVA", |log, _| {
        each(log, |n, line| {
            format!("2026-11-26T11:33:{:02}.{n} {}\n", n % 60, line.trim())
        })
    }),
    ("JSON", |log, _| {
        each(log, |n, line| {
            format!("{{\"log\":\"{line}\\n\",\"time\":\"{n}.5Z\"}}\n")
        })
    }),
    ("prefix, no blanks", |log, _| {
        each(log, |_, line| format!("a | {}  \r\n", line.trim()))
    }),
    ("progress bars", |log, _| {
        each(log, |_, line| format!("10%\r 99%\r{line}\n"))
    }),
    ("spinners", |log, _| {
        each(log, |_, line| format!("|\x08/\x08-\x08{line}\n"))
    }),
    ("DCS and APC", |log, _| {
        each(log, |_, line| {
            format!("\x1bP0;1|17/ab\x1b\\{line}\x1b_x\x1b\\\n")
        })
    }),
    ("lone CR", |log, _| log.replace('\n', "\r").into()),
    ("LF CR", |log, _| log.replace('\n', "\n\r").into()),
    ("every line twice", |log, _| {
        each(log, |_, line| format!("{line}\n{line}\r\n"))
    }),
    ("twice with time", |log, _| {
        each(log, |n, line| format!("{line}\n[{:5}.5] {line}\n", n * 3))
    }),
    ("messages without line feed", |log, seed| {
        split(log, seed, "[    1.5] usb 1-1: new, id 7; ", 2)
    }),
    ("messages", |log, seed| {
        split(log, seed, "[    1.5] usb 1-1: new\n", 2)
    }),
    ("three pieces", |log, seed| {
        split(log, seed, "[    1.5] usb 1-1: new\n", 3)
    }),
    ("carriage returns inside", |log, seed| {
        split(log, seed, "\r", 2)
    }),
];

/// A log in which one byte, line, verdict or number is altered, not only a blank at an end.
fn altered(log: &str, numbers: &mut Numbers) -> String {
    let mut lines: Vec<String> = log.lines().map(str::to_string).collect();
    let at = numbers.below(lines.len());
    let other = numbers.below(lines.len());
    let byte = numbers.below(lines[at].len());
    let line = lines[at].clone();
    match numbers.below(8) {
        0 => _ = lines.remove(at),
        1 => lines.insert(at, line),
        2 => lines.swap(at, other),
        3 => lines[at] = line.replacen("[PASS] ", "[FAIL] ", 1) + " (got 0)",
        4 => {
            let failed = lines
                .iter()
                .position(|line| line.contains("[FAIL]"))
                .expect("one");
            let title = lines[failed].replacen("[FAIL]", "[PASS]", 1);
            lines[failed] = title.split(" (got ").next().expect("a title").to_string();
        }
        5 => {
            let digit = |c: char| char::from(b'0' + (c as u8 - b'0' + 1) % 10);
            let change = |c: char| if c.is_ascii_digit() { digit(c) } else { c };
            lines[at] = line.chars().map(change).collect();
        }
        6 => _ = lines[at].remove(byte),
        _ => lines[at].replace_range(byte..=byte, ["~", "0", "A", "]"][numbers.below(4)]),
    }
    let trimmed = |lines: &[String]| {
        lines
            .iter()
            .map(|line| line.trim().to_string())
            .collect::<Vec<_>>()
    };
    let before: Vec<String> = log.lines().map(str::to_string).collect();
    match trimmed(&lines) == trimmed(&before) {
        true => altered(log, numbers),
        false => lines.iter().map(|line| format!("{line}\n")).collect(),
    }
}

#[test]
fn logs_that_lose_nothing_get_their_verdict() {
    let original = judge(ORIGINAL.as_bytes());
    for (name, mangle) in MANGLINGS {
        for seed in 1..4 {
            let judged = judge(&mangle(&ORIGINAL, seed));
            assert!(judged.is_complete(), "{name}: {:?}", judged.defects);
            assert_eq!(judged.outcomes, original.outcomes, "{name}");
        }
    }
}

/// An altered log that is mangled too is not complete, whatever is altered.
#[test]
fn no_mangling_makes_an_altered_log_good() {
    let cases = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    let original = judge(ORIGINAL.as_bytes());
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for case in 0..cases.unwrap_or(1000) {
        let (name, mangle) = MANGLINGS[case % MANGLINGS.len()];
        let log = altered(&ORIGINAL, &mut numbers);
        let judged = judge(&mangle(&log, numbers.0 | 1));
        // Of a line that came twice the second can be torn, and then is noise.
        let twice = log.lines().count() > ORIGINAL.lines().count();
        // Text after an END line that is whole is a message.
        let end = ORIGINAL.lines().next_back().unwrap_or_default();
        let message = log.lines().any(|line| line.starts_with(&format!("{end} ")));
        let is_same = (twice || message) && judged.outcomes == original.outcomes;
        assert!(!judged.is_complete() || is_same, "case {case}, {name}");
    }
}

/// A header line that comes twice means echo only where each line does: else a boot was lost.
#[test]
fn a_boot_of_a_header_alone_is_no_echo() {
    let header = Plan::default().header() + "\n";
    assert!(!judge(format!("{header}{}", *ORIGINAL).as_bytes()).is_complete());
    let doubled: Vec<String> = ORIGINAL
        .lines()
        .map(|line| format!("{line}\n{line}\n"))
        .collect();
    for at in [0, 1, 2, 9, doubled.len() - 2] {
        let mut once = doubled.clone();
        once[at].truncate(doubled[at].len() / 2);
        let judged = judge(once.concat().as_bytes());
        assert!(!judged.is_complete(), "line {at} came once");
    }
    let judged = judge(doubled.concat().as_bytes());
    assert_eq!((judged.is_complete(), judged.boots), (true, 1));
}

/// Fragments that never become a line cost a time that grows with their bytes, not with the square.
#[test]
fn torn_lines_cost_linear_time() {
    let head = joined(&lines()[..2]);
    let failed = Plan::default().verdict(0, Verdict::Fail);
    let begun = Instant::now();
    for torn in [
        format!("{failed} (got {}\n", "1".repeat(3000)) + &"1\n)\n2)\n".repeat(10_000),
        format!(
            "{failed} (got {}\n{}\n",
            "E".repeat(99),
            "E[1.5] x ".repeat(200)
        )
        .repeat(20),
        format!("{failed} (got E[1.5] x\nE[1.5] y\n)\n").repeat(1000),
        format!("{failed} (got {}\n", "[1.5] 1".repeat(300)).repeat(30) + &")\n".repeat(9000),
        format!("{}\n", "[".repeat(60_000)).repeat(4),
    ] {
        judge((head.clone() + &torn).as_bytes());
    }
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(20), "{took:?}");
}

/// Lines in three pieces, each but the last followed by a message.
#[test]
fn lines_in_three_pieces_are_joined() {
    let plan = Plan::default();
    let text = forged(&plan, &[(3, "not asked: socket returned ENOSYS")]);
    let lines: Vec<&str> = text.lines().collect();
    for at in [0, 1, 3, 5, lines.len() - 2, lines.len() - 1] {
        let line = lines[at];
        let (before, after) = (joined_strs(&lines[..at]), joined_strs(&lines[at + 1..]));
        for one in (1..line.len() - 1).step_by(5) {
            for two in (one + 1..line.len()).step_by(7) {
                let (begin, middle, end) = (&line[..one], &line[one..two], &line[two..]);
                let torn = format!("{begin}[ 1.5] a: b\n<4>plain\n{middle}[ 1.6] usb: c\n{end}\n");
                let judged = judge(format!("{before}{torn}{after}").as_bytes());
                assert!(
                    judged.is_complete(),
                    "{begin}|{middle}|{end}: {:?}",
                    judged.defects
                );
            }
        }
    }
}

fn joined_strs(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}
