//! Known gaps in reports: their links, their last days, and the words of their reasons.

use super::common::FORMATS;
use super::toy::{entry, gaps, gate, json, target, two};
use conformance::testing::Plan;

#[test]
fn link_last_day_and_words_of_an_entry_are_in_every_report() {
    let plan = Plan::default();
    let (one, _) = two(&plan);
    let title = &plan.checks[one].title;
    let folder = target("exit", title, "-", "");
    let link = "https://example.org/issues/7";
    let more = format!("link = \"{link}\"\nexpires = 2099-12-31");
    let text = entry(title, "crash", &more).replace("known", "Größe – später → “7” ☂");
    gaps(folder.path(), &text);
    for format in FORMATS {
        let said = gate(folder.path(), &["--format", format]);
        assert_eq!(said.exit, 0, "{format}: {}{}", said.out, said.err);
        // LAVA has no place for it, and the others have only what is wrong.
        if ["lava", "codequality", "brief"].contains(&format) {
            continue;
        }
        let (words, address) = match format {
            "json" => ("Gr\\u00f6\\u00dfe \\u2013 sp\\u00e4ter", link.to_string()),
            "markdown" => (
                "Größe – später → “7” ☂",
                "https:&#47;&#47;example".to_string(),
            ),
            _ => ("Größe – später → “7” ☂", link.to_string()),
        };
        let out = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
        for text in [words, &address, "2099-12-31"] {
            assert!(out.contains(text), "{format}: {text}: {}", said.out);
        }
    }
}

#[test]
fn entry_that_expires_soon_is_warned_of() {
    let plan = Plan::default();
    let (one, _) = two(&plan);
    let title = &plan.checks[one].title;
    let folder = target("exit", title, "-", "");
    let soon = std::time::SystemTime::now() + std::time::Duration::from_secs(7 * 86_400);
    let seconds = soon.duration_since(std::time::UNIX_EPOCH).expect("a time");
    let day = days_to_date(seconds.as_secs() / 86_400);
    gaps(
        folder.path(),
        &entry(title, "crash", &format!("expires = {day}")),
    );
    for format in [
        "human",
        "markdown",
        "html",
        "junit",
        "tap",
        "ktap",
        "codequality",
    ] {
        let said = gate(folder.path(), &["--format", format]);
        assert_eq!(said.exit, 0, "{format}: {}{}", said.out, said.err);
        let left = said.out.contains("7 days are left") || said.out.contains("6 days are left");
        assert!(left, "{format}: {}", said.out);
    }
    let json = json(&gate(folder.path(), &["--format", "json"]));
    assert_eq!(json["gate"]["warnings"].as_array().map(Vec::len), Some(1));
}

/// The date of a day since 1970, after Howard Hinnant's `civil_from_days`.
fn days_to_date(days: u64) -> String {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    format!("{:04}-{month:02}-{day:02}", era * 400 + year + carry)
}
