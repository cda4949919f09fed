//! Tests of entries that are about a call, and of the file that bless writes.

use super::*;
use crate::spec::Spec;
use crate::verdict::finding::Gate;
use crate::verdict::known_gaps::today;
use crate::verdict::outcome::Got;
use crate::verdict::run_outcome::{RunContext, RunOutcome};

const ENTRY: &str = "[[gap]]\ncall = \"pipe2\"\noutcome = \"unimplemented\"\nreason = \"later\"\n";

/// The run of a kernel without pipe2, but for these outcomes.
fn outcomes(plan: &Plan, others: &[(&str, Outcome)]) -> Vec<Outcome> {
    let missing = Got {
        value: "ENOSYS".to_string(),
        from: Some("pipe2".to_string()),
        not_asked: true,
    };
    let rests = |check: &Planned| {
        plan.rows(check.index)
            .iter()
            .any(|row| row.call.name == "pipe2")
    };
    let of = |check: &Planned| {
        let other = others.iter().find(|(title, _)| *title == check.title);
        match other {
            Some((_, outcome)) => outcome.clone(),
            None if rests(check) => Outcome::failed(check.call, missing.clone()),
            None => Outcome::Pass,
        }
    };
    plan.checks.iter().map(of).collect()
}

fn report<'a>(plan: &'a Plan, spec: &'a Spec, outcomes: Vec<Outcome>) -> Report<'a> {
    let log = |outcomes| RunOutcome {
        outcomes,
        defects: Vec::new(),
        boots: 1,
        context: RunContext::default(),
    };
    Report {
        plan,
        spec,
        subject: "subject".to_string(),
        file: "subject".to_string(),
        oracle_name: "oracle".to_string(),
        subject_log: log(outcomes).with_causes(plan),
        oracle_log: log(vec![Outcome::Pass; plan.checks.len()]),
        elapsed: None,
        gate: None,
        oracle_trace: None,
        again: None,
        facts: Vec::new(),
        earlier: None,
    }
}

fn judge(text: &str, report: &Report) -> Gate {
    let gaps = Gaps::parse("gaps", text).expect("gaps");
    gaps.judge("gaps", report, today())
}

fn kinds(gate: &Gate) -> Vec<(FindingKind, &str)> {
    let findings = gate.findings.iter();
    findings
        .map(|finding| (finding.kind, finding.title.as_str()))
        .collect()
}

#[test]
fn entry_of_a_missing_call_allows_its_checks_and_what_it_blocks() {
    let (plan, spec) = (Plan::default(), Spec::default());
    let all = report(&plan, &spec, outcomes(&plan, &[]));
    let gate = judge(ENTRY, &all);
    assert_eq!(gate.findings, []);
    let red = all.checks_with(Comparison::Gap).count();
    assert!(red > 200);
    assert_eq!(gate.known.len(), red);
    let counted = format!("{ENTRY}checks = {red}\n");
    assert_eq!(judge(&counted, &all).findings, []);
    let more = format!("{ENTRY}checks = {}\n", red + 1);
    assert_eq!(
        kinds(&judge(&more, &all)),
        [(FindingKind::Changed, "pipe2")]
    );
}

#[test]
fn entry_shuts_when_one_of_its_checks_passes_or_fails_otherwise() {
    let (plan, spec) = (Plan::default(), Spec::default());
    let title = "pipe2: opens two descriptors";
    let other = Got {
        value: "EPERM".to_string(),
        from: None,
        not_asked: false,
    };
    for (outcome, kind) in [
        (Outcome::Pass, FindingKind::Fixed),
        (Outcome::Fail(other), FindingKind::Changed),
        (Outcome::Crash, FindingKind::Changed),
    ] {
        let report = report(&plan, &spec, outcomes(&plan, &[(title, outcome)]));
        assert_eq!(kinds(&judge(ENTRY, &report)), [(kind, title)]);
    }
    let good = report(&plan, &spec, vec![Outcome::Pass; plan.checks.len()]);
    let kinds = judge(ENTRY, &good).findings;
    assert!(
        kinds
            .iter()
            .all(|finding| finding.kind == FindingKind::Fixed)
    );
    let unknown = ENTRY.replace("pipe2", "pipe3");
    let found = judge(&unknown, &good);
    assert_eq!(found.findings[0].kind, FindingKind::NotInPlan);
}

#[test]
fn bless_writes_an_entry_for_a_missing_call_that_the_gate_allows() {
    let (plan, spec) = (Plan::default(), Spec::default());
    let all = report(&plan, &spec, outcomes(&plan, &[]));
    let old = Gaps::parse("gaps", ENTRY).expect("gaps");
    for (old, reason) in [(&Gaps::default(), "new"), (&old, "later")] {
        let new = old.blessed(&all, "new");
        let [entry] = &*new.gap else {
            panic!("{} entries", new.gap.len())
        };
        assert_eq!(entry.call.as_deref(), Some("pipe2"));
        assert_eq!(entry.reason, reason);
        assert_eq!(new.judge("gaps", &all, today()).findings, []);
    }
    // Where one of the call's checks passes, each red check has an entry of its own.
    let passes = [("pipe2: opens two descriptors", Outcome::Pass)];
    let some = report(&plan, &spec, outcomes(&plan, &passes));
    let new = Gaps::default().blessed(&some, "new");
    assert!(new.gap.iter().all(|gap| gap.check.is_some()));
    assert_eq!(new.judge("gaps", &some, today()).findings, []);
}

#[test]
fn contradictions_are_refused() {
    for (text, said) in [
        ("outcome = \"unimplemented\"", "either a check or a call"),
        (
            "call = \"a\"\ncheck = \"b\"\noutcome = \"crash\"",
            "either a check or a call",
        ),
        (
            "call = \"a\"\noutcome = \"crash\"",
            "must be one of unimplemented, blocked",
        ),
        (
            "call = \"a\"\noutcome = \"blocked\"\ngot = \"0\"",
            "cannot have a got",
        ),
        (
            "check = \"a\"\noutcome = \"crash\"\nchecks = 1",
            "cannot have a number",
        ),
    ] {
        let text = format!("[[gap]]\n{text}\nreason = \"x\"\n");
        let error = Gaps::parse("gaps", &text).expect_err(said).text;
        assert!(error.contains(said), "{error}");
    }
    let twice = format!("{ENTRY}{ENTRY}");
    let error = Gaps::parse("gaps", &twice).expect_err("twice").text;
    assert!(error.contains("two entries of one call"), "{error}");
}

#[test]
fn bless_keeps_comments_and_the_way_in_which_an_entry_is_written() {
    let old = "# The gaps of us.\n# Read CONTRIBUTING first.\n\n# Old.\n[[gap]]\ncheck = \"a: b\"\n\
        outcome = \"crash\"\nreason = \"x\"\n\n# Why this one: see the wiki.\n[[gap]]\n\
        call = 'pipe2' # no pipes\noutcome = 'unimplemented'\nreason = 'later'\nchecks = 3\n";
    let mut gaps = Gaps::parse("gaps", old).expect("gaps");
    assert_eq!(gaps.edited("toy", old).expect("text"), old);
    gaps.gap[1].checks = Some(4);
    let gone = gaps.gap.remove(0);
    let edited = gaps.edited("toy", old).expect("text");
    assert_eq!(
        edited,
        "# The gaps of us.\n# Read CONTRIBUTING first.\n\n# Why this one: see the wiki.\n[[gap]]\n\
         call = 'pipe2' # no pipes\noutcome = 'unimplemented'\nreason = 'later'\nchecks = 4\n"
    );
    assert_eq!(Gaps::parse("gaps", &edited).expect("gaps"), gaps);
    gaps.gap.push(gone);
    let appended = gaps.edited("toy", &edited).expect("text");
    assert!(
        appended.ends_with(
            "checks = 4\n\n[[gap]]\ncheck = \"a: b\"\noutcome = \"crash\"\nreason = \"x\"\n"
        ),
        "{appended}"
    );
    gaps.gap.clear();
    let empty = gaps.edited("toy", &appended).expect("text");
    assert!(empty.starts_with("# The gaps of us.\n"), "{empty}");
    assert_eq!(Gaps::parse("gaps", &empty).expect("gaps"), gaps);
}
