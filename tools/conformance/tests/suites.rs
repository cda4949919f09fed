//! The suites beside `core`: chosen by `--suite`, known by a log's header or an ELF's suite id, and
//! reported together.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use super::common::{has_jsonschema, reads, root, said, tool};
use conformance::testing::{Plan, Shape, build_suite};
use packer::abi::Processor;
use packer::suites::{ALL, CORE, FILES, PROCESSES, Suite};

/// The suites of this processor.
const SUITES: [Suite; 3] = [CORE, FILES, PROCESSES];

/// The log of a suite on this Linux, run in a folder of its own.
fn log_of(suite: &Suite, folder: &Path) -> String {
    let elf = build_suite(&root(), Shape::Plain, suite).expect("the ELF");
    let output = Command::new(elf).current_dir(folder).output();
    String::from_utf8(output.expect("it runs").stdout).expect("ASCII")
}

#[test]
fn titles_and_families_are_of_one_suite() {
    for processor in Processor::ALL {
        let (mut titles, mut families) = (BTreeSet::new(), BTreeSet::new());
        for suite in ALL.iter().filter(|suite| suite.processor == processor) {
            for check in Plan::of(suite).checks.iter().filter(|check| !check.canary) {
                assert!(titles.insert(check.title.clone()), "{}", check.title);
            }
            for family in suite.families {
                assert!(families.insert(family.title), "{}", family.title);
            }
        }
    }
}

#[test]
fn unknown_suite_is_one_line_with_the_nearest() {
    let said = said(&["run", "--suite", "file"]);
    assert_eq!((said.exit, said.out.as_str()), (2, ""));
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    assert!(said.err.contains("did you mean files?"), "{}", said.err);
}

#[test]
fn check_of_another_suite_is_named_with_it() {
    let title = &Plan::of(&FILES).checks[0].title;
    let said = said(&["run", "--skip", title]);
    assert_eq!(said.exit, 2, "{}", said.err);
    assert!(said.err.contains("--suite files has it"), "{}", said.err);
}

#[test]
fn title_finds_its_suite() {
    for suite in SUITES {
        let title = &Plan::of(&suite).checks[0].title;
        let said = said(&["explain", title]);
        assert_eq!(said.exit, 0, "{}", said.err);
        assert!(said.out.starts_with(title.as_str()), "{}", said.out);
    }
}

#[test]
fn elf_is_known_by_its_suite_id() {
    let files = build_suite(&root(), Shape::Plain, &FILES).expect("the ELF");
    let files = files.display().to_string();
    let wrong = said(&["run", "--suite", "processes", "--elf", &files]);
    assert_eq!(wrong.exit, 2, "{}", wrong.err);
    let wanted = "is the ELF of the suite files, not of processes";
    assert!(wrong.err.contains(wanted), "{}", wrong.err);
    let all = said(&["run", "--suite", "all", "--elf", &files]);
    assert_eq!(all.exit, 2, "{}", all.err);
    let run = said(&["run", "--elf", &files]);
    assert!(
        run.out.contains("linux-files.txt"),
        "{}{}",
        run.out,
        run.err
    );
}

#[test]
fn log_is_compared_with_one_of_its_suite() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs: Vec<String> = SUITES
        .iter()
        .map(|suite| {
            let path = folder.path().join(suite.name);
            std::fs::write(&path, log_of(suite, folder.path())).expect("a log");
            path.display().to_string()
        })
        .collect();
    for log in &logs {
        let said = said(&["diff", log, log]);
        assert_eq!(said.exit, 0, "{}{}", said.out, said.err);
    }
    let said = said(&["diff", &logs[0], &logs[1]]);
    assert_eq!(said.exit, 2, "{}", said.err);
    assert!(said.err.contains("only logs of one suite"), "{}", said.err);
}

/// A folder in which nothing can be made is reported once, and is no defect of the log.
#[test]
fn missing_folder_is_said_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = log_of(&FILES, Path::new("/proc"));
    let line = log.lines().nth(1).expect("a line");
    assert!(line.starts_with("no folder: mkdirat returned E"), "{line}");
    let (good, bad) = (folder.path().join("good"), folder.path().join("bad"));
    std::fs::write(&good, log_of(&FILES, folder.path())).expect("a log");
    std::fs::write(&bad, &log).expect("a log");
    let [good, bad] = [good, bad].map(|path| path.display().to_string());
    let said = said(&["diff", &good, &bad]);
    assert_eq!(said.exit, 1, "{}{}", said.out, said.err);
    let told = said.out.matches("has no folder to work in").count();
    assert_eq!(told, 1, "{}", said.out);
    // In another place it is a defect.
    let moved = log.replacen(line, "", 1) + line + "\n";
    std::fs::write(&bad, moved).expect("a log");
    assert_eq!(self::said(&["diff", &good, &bad]).exit, 3);
}

/// Every format has the three suites, and the readers of others take it.
#[test]
fn all_suites_are_one_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |format: &str| folder.path().join(format);
    let formats = [
        "json",
        "junit",
        "ktap",
        "tap",
        "markdown",
        "brief",
        "html",
        "lava",
        "codequality",
    ];
    let mut command = tool(&["run", "--suite", "all", "--no-trace"]);
    command.current_dir(folder.path());
    for format in formats {
        command.args(["--report", &format!("{format}={}", path(format).display())]);
    }
    let output = command.output().expect("the tool runs");
    let human = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{human}");
    let checks: usize = SUITES.iter().map(|suite| suite.checks().count()).sum();
    assert!(human.contains(&format!("of {checks} passed")), "{human}");
    let text = |format: &str| std::fs::read_to_string(path(format)).expect("a report");
    for suite in SUITES {
        let title = &Plan::of(&suite).checks[0].title;
        assert!(
            human.contains(&format!("=== {} ===", suite.name)),
            "{human}"
        );
        for format in ["json", "tap", "html"] {
            assert!(text(format).contains(title.as_str()), "{format}: {title}");
        }
    }
    let json: serde_json::Value = serde_json::from_str(&text("json")).expect("JSON");
    let names: Vec<&String> = json["suites"].as_object().expect("suites").keys().collect();
    assert_eq!(names.len(), 3);
    assert_eq!(text("junit").matches("<testsuite ").count(), 3);
    assert_eq!(text("ktap").lines().nth(1), Some("1..3"));
    assert_eq!(
        text("tap").lines().nth(1),
        Some(&*format!("1..{}", checks + 3))
    );
    let xsd = root().join("tools/conformance/schemas/junit.xsd");
    let xsd = xsd.to_str().expect("a path");
    reads("xmllint", &["--noout", "--schema", xsd], &path("junit"));
    reads("python3", &["-m", "json.tool"], &path("codequality"));
    if has_jsonschema() {
        let schema = root().join("tools/conformance/schemas/report.json");
        let json = "import json, sys, jsonschema\n\
            schema = json.load(open(sys.argv[1]))\n\
            for report in json.load(open(sys.argv[2]))['suites'].values():\n\
            \x20   jsonschema.validate(report, schema)";
        let schema = schema.to_str().expect("a path");
        reads("python3", &["-c", json, schema], &path("json"));
    }
    // Whatever the suites make is in a folder of the tool's own.
    let left: BTreeSet<String> = std::fs::read_dir(folder.path())
        .expect("the folder")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    assert_eq!(left, formats.map(str::to_string).into());
}
