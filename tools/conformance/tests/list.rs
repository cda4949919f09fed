//! `list` and `explain` from outside.

use super::common::said;
use conformance::testing::Plan;

#[test]
fn checks_are_listed_by_words_and_properties() {
    let plan = Plan::default();
    let all = said(&["list"]);
    assert_eq!((all.exit, all.out.lines().count()), (0, plan.checks.len()));
    let some = said(&["list", "ebadf", "--call", "dup2", "--format", "json"]);
    let entries: Vec<serde_json::Value> = serde_json::from_str(&some.out).expect("JSON");
    assert!(!entries.is_empty());
    for entry in entries {
        assert_eq!(
            (&entry["call"], &entry["expected"]),
            (&"dup2".into(), &"EBADF".into())
        );
    }
    let said = said(&["list", "--family", "Pips"]);
    let wanted = "error: no check has the family \"Pips\"; did you mean \"Pipes\"?\n";
    assert_eq!((said.exit, said.err.as_str()), (2, wanted));
}

#[test]
fn check_is_explained_by_its_script() {
    let explained = said(&["explain", "dup2: target -1"]);
    assert_eq!(explained.exit, 0, "{}", explained.err);
    let step = explained
        .out
        .lines()
        .find(|line| line.contains("<- this check"));
    let words: Vec<&str> = step
        .expect("the check")
        .split_whitespace()
        .take(3)
        .collect();
    assert_eq!(words, ["dup2(1,", "-1)", "EBADF"]);
    let many = said(&["explain", "returns"]);
    assert_eq!(many.exit, 2);
    assert!(many.err.contains("give more words"), "{}", many.err);
}
