//! The microkernel of this repository in QEMU: whole, and with each of its historic bugs.

use std::collections::BTreeMap;

use super::common::{have, required, said};
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

#[test]
fn each_of_its_bugs_shuts_the_gate_and_hides_no_other_outcome() {
    if !required(
        "qemu-system-x86_64 (qemu-system-x86)",
        have("qemu-system-x86_64"),
    ) {
        return;
    }
    let whole = gate(None);
    assert_eq!(whole["exit"], 0, "{:?}", whole["gate"]);
    let right = outcomes(&whole);
    for (fault, outcome, guilty) in [
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
            .map(|(name, (outcome, _))| (*name, *outcome))
            .collect();
        let wanted: Vec<(&str, &str)> = guilty.iter().map(|name| (*name, outcome)).collect();
        assert_eq!(other, wanted, "{fault}");
        let findings = faulty["gate"]["findings"].as_array().expect("findings");
        assert!(
            findings.iter().all(|finding| finding["why"] == "new"),
            "{fault}"
        );
        assert_eq!(findings.len(), guilty.len(), "{fault}");
    }
}
