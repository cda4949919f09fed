//! Reading the parts of a line of the log.

use super::{Line, Note, SKIPPED, TOLD_TO_SKIP, Tally, Verdict, Word};

/// The text for a result that differs from run to run, in the trace of an oracle.
pub const VARIES: &str = "varies";

/// Returns whether a text is the name of an error, a number, or the word for another result.
pub fn is_result(value: &str) -> bool {
    let digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let letter = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    match value.as_bytes() {
        [b'E', name @ ..] => !name.is_empty() && name.iter().all(letter),
        [b'-', rest @ ..] => digits(rest),
        all => digits(all) || [Word::Nothing.text(), Word::Address.text(), VARIES].contains(&value),
    }
}

/// Returns whether a text is a step before a check and its result, `mkdirat returned EROFS`.
pub(super) fn is_step(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    match (
        text.strip_prefix(Word::StepFound.text()),
        text.split_once(Word::Returned.text()),
    ) {
        (Some(value), _) => is_result(value),
        (None, Some((call, value))) => {
            !call.is_empty() && call.bytes().all(letter) && is_result(value)
        }
        (None, None) => false,
    }
}

pub(super) fn parse_header(rest: &str) -> Option<Line<'_>> {
    let (version, rest) = rest.split_once(" log 2 suite ")?;
    let (suite, rest) = rest.split_once(" plan ")?;
    let (plan, run) = match rest.split_once(Word::Run.text()) {
        Some((plan, run)) => (plan, Some(hex(run).filter(|&run| run != 0)?)),
        None => (rest, None),
    };
    let plain = !version.is_empty() && !version.contains(' ');
    plain.then_some(Line::Header {
        version,
        suite: hex(suite)?,
        plan: decimal(plan)?,
        run,
    })
}

pub(super) fn parse_check(rest: &str) -> Option<Line<'_>> {
    let (word, title) = rest.split_once("] ")?;
    let verdict = match word {
        "PASS" => Verdict::Pass,
        "FAIL" => Verdict::Fail,
        "SKIP" => Verdict::Skip,
        _ => return None,
    };
    let (title, note) = match verdict {
        Verdict::Pass => (title, None),
        Verdict::Fail => {
            let (title, note) = title.strip_suffix(')')?.rsplit_once(" (")?;
            Note::parse(note)?;
            (title, Some(note))
        }
        Verdict::Skip => (title.strip_suffix(SKIPPED)?, Some(TOLD_TO_SKIP)),
    };
    Some(Line::Check {
        verdict,
        title,
        note,
    })
}

/// Reads `300 passed, 0 failed`, and `, 1 skipped` after it where that is not 0.
pub(super) fn parse_tally(counts: &str) -> Option<Tally> {
    let mut parts = counts.split(", ");
    let mut take = |word: &str| parts.next().map(|part| decimal(part.strip_suffix(word)?));
    let passed = take(" passed")??;
    let failed = take(" failed")??;
    let skipped = match take(" skipped") {
        None => 0,
        Some(count) => count.filter(|&count| count > 0)?,
    };
    parts.next().is_none().then_some(Tally {
        passed,
        failed,
        skipped,
    })
}

/// Reads a decimal number without a sign and without leading zeros.
fn decimal(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    plain.then(|| text.parse().ok())?
}

/// Reads eight lower-case hexadecimal digits.
pub(super) fn hex(text: &str) -> Option<u32> {
    let plain = text.len() == 8 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    plain.then(|| u32::from_str_radix(text, 16).ok())?
}
