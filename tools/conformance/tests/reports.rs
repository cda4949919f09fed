//! Each format, read by programs of others, with hostile text in the console.

use std::path::Path;

use super::common::{FORMATS, LOG, file, forged, has_jsonschema, reads, root, said, tool};
use conformance::testing::Plan;

/// Text of a console that would act as markup, an escape or a directive if it were not escaped.
const HOSTILE: &str = "</pre></system-out>]]><img src=x onerror=\"document.title='owned'\">\
    <script>document.title='owned'</script>|`````|@all|[x](javascript:0)|\u{1b}]0;owned\u{7}\
    \u{1b}[31m # SKIP #\\ \"'&amp; <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=x RESULT=pass>";

/// Folders with a report in each format: of a good log, of one with gaps and hostile text, and of
/// half a log.
fn reports() -> [tempfile::TempDir; 3] {
    let plan = Plan::default();
    let wrong = forged(
        &plan,
        &[
            (3, "not asked: socket returned ENOSYS"),
            (7, "0"),
            (90, "EINVAL"),
        ],
    );
    let wrong = wrong.replace("  [FAIL]", &format!("{HOSTILE}\n  [FAIL]"));
    let half = format!("{}{HOSTILE}\n", &LOG[..LOG.len() / 2]);
    [(&*LOG, 0), (&wrong, 1), (&half, 3)].map(|(log, exit)| {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).expect("a file");
        };
        write("console.log", log);
        write(
            "toy.toml",
            "about = \"x\"\nrecorded = true\ncommand = [\"cat\", \"{here}/console.log\"]\n",
        );
        let oracle = file(&LOG);
        let mut command = tool(&["gate"]);
        command.arg(folder.path().join("toy.toml"));
        command.arg("--oracle").arg(oracle.path());
        for format in FORMATS {
            let path = folder.path().join(format);
            command.args(["--report", &format!("{format}={}", path.display())]);
        }
        let output = command.output().expect("the tool runs");
        assert_eq!(output.status.code(), Some(exit), "{output:?}");
        folder
    })
}

fn text(folder: &Path, format: &str) -> String {
    std::fs::read_to_string(folder.join(format)).expect("a report")
}

#[test]
fn every_format_is_read_by_others() {
    let xsd = root().join("tools/conformance/schemas/junit.xsd");
    let xsd = xsd.to_str().expect("a path");
    let schema = root().join("tools/conformance/schemas/report.json");
    let schema = schema.to_str().expect("a path");
    let json = "import json, sys, jsonschema\n\
        schema = json.load(open(sys.argv[1]))\n\
        jsonschema.Draft202012Validator.check_schema(schema)\n\
        jsonschema.validate(json.load(open(sys.argv[2])), schema)";
    let tap = "use TAP::Parser; my $p = TAP::Parser->new({source => shift}); $p->run; \
        print join(' ', $p->tests_planned, scalar($p->failed), scalar($p->todo)); \
        die join('; ', $p->parse_errors) if $p->parse_errors";
    let plan = Plan::default();
    for (folder, wrong) in reports().iter().zip([0, 3, 2]) {
        let path = |format: &str| folder.path().join(format);
        reads("xmllint", &["--noout", "--schema", xsd], &path("junit"));
        if has_jsonschema() {
            reads("python3", &["-c", json, schema], &path("json"));
        }
        reads("python3", &["-m", "json.tool"], &path("codequality"));
        // TAP::Parser runs a file as a program unless its name ends in `.tap`.
        for (format, points) in [
            ("tap", plan.checks.len() + 1),
            ("ktap", plan.groups.len() + 1),
        ] {
            let named = path(&format!("{format}.tap"));
            // Debian's reader knows version 13, with which 14 is compatible.
            let text = text(folder.path(), format).replace("TAP version 14", "TAP version 13");
            std::fs::write(&named, text).expect("a copy");
            let Some(counted) = reads("perl", &["-e", tap], &named) else {
                continue;
            };
            let counted: Vec<usize> = counted
                .split(' ')
                .map(|word| word.parse().expect("a number"))
                .collect();
            assert_eq!(counted[0], points, "{format}");
            assert_eq!(counted[1] > 0, wrong > 0, "{format}");
        }
    }
}

/// The console's markup, escapes and directives are text in every format.
#[test]
fn console_stays_text() {
    let [_, wrong, half] = reports();
    for folder in [wrong.path(), half.path()] {
        for format in FORMATS {
            let text = text(folder, format);
            let strange = |c: char| c.is_control() && c != '\n';
            assert!(!text.contains(strange), "{format}: an escape");
            let markup = ["<img", "<script>document.title", "]]>"];
            let inert = [
                "human",
                "json",
                "tap",
                "ktap",
                "codequality",
                "markdown",
                "brief",
            ];
            if !inert.contains(&format) {
                assert!(
                    !markup.iter().any(|mark| text.contains(mark)),
                    "{format}: markup"
                );
            }
            if format == "lava" {
                assert!(!text.contains("TEST_CASE_ID=x "), "a signal");
            }
        }
        // In Markdown the console is between fences longer than any of its own.
        let markdown = text(folder, "markdown");
        for block in markdown.split("``````").step_by(2) {
            assert!(
                !block.contains("<img") && !block.contains("@all"),
                "{block}"
            );
        }
    }
    let page = text(wrong.path(), "html");
    assert!(page.contains("&lt;img src=x"), "the console is shown");
    for request in ["src=", "<link", "url(", "@import"] {
        let outside = page.replace("&lt;img src=x", "");
        assert!(!outside.contains(request), "{request}");
    }
    // It links to its own parts and to the documents, and nothing of the console is a link.
    let documents = [
        "#",
        "https://pubs.opengroup.org/",
        "https://man7.org/linux/man-pages/",
    ];
    for link in page.split("href=\"").skip(1) {
        let known = documents.iter().any(|begin| link.starts_with(begin));
        assert!(known, "{}", &link[..40]);
    }
}

/// A browser shows the page, runs no script of the console's, and filters.
#[test]
fn browser_shows_the_page() {
    let [_, wrong, _] = reports();
    let page = wrong.path().join("page.html");
    let typed = "<script>const f = document.getElementById('filter'); f.value = 'memory fail'; \
        f.dispatchEvent(new Event('input'));</script></body>";
    let text = text(wrong.path(), "html").replace("</body>", typed);
    std::fs::write(&page, text).expect("a page");
    let address = format!("file://{}", page.display());
    let words = ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"];
    let Some(dom) = reads("chromium", &words, Path::new(&address)) else {
        return;
    };
    assert!(
        dom.contains("<title>gate shut: toy</title>"),
        "a script of the console ran"
    );
    assert!(!dom.contains("<img"), "markup of the console");
    let items = dom.split("<p class=\"listed\"").skip(1);
    let items = items.filter_map(|item| item.split('>').next());
    let shown: Vec<&str> = items.filter(|item| !item.contains("hidden=")).collect();
    assert!(!shown.is_empty() && shown.len() < 5, "{shown:?}");
    assert!(shown.iter().all(|line| line.contains("fail")), "{shown:?}");
    assert!(dom.contains("<button type=\"button\">copy</button>"));
}

/// A target with two accelerators, of which only the second prints the log.
fn fallen_back(folder: &Path, log: &str) -> std::path::PathBuf {
    std::fs::write(folder.join("console.log"), log).expect("a file");
    let target = folder.join("toy.toml");
    let text = "about = \"x\"\nrecorded = true\naccel = [\"quick\", \"slow\"]\n\
        command = [\"sh\", \"-c\", \"[ $0 = slow ] && cat {here}/console.log\", \"{accel}\"]\n";
    std::fs::write(&target, text).expect("a file");
    target
}

#[test]
fn every_format_names_the_accelerator() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = fallen_back(folder.path(), &LOG);
    let target = target.to_str().expect("a path");
    for (format, with, left) in [
        ("human", " s with slow\n", "not with quick: "),
        ("markdown", "\nRun with slow; not with quick: ", ""),
        ("tap", "\n# with slow\n", "\n# not with quick: "),
        ("ktap", "\n# with slow\n", "\n# not with quick: "),
        ("html", "with slow", "<dt>not with<dd>quick: "),
        ("json", "\"slow\"", "\"quick: "),
        (
            "junit",
            "<property name=\"accelerator\" value=\"slow\"/>",
            "<property name=\"not with\" value=\"quick: ",
        ),
    ] {
        let said = said(&["gate", target, "--format", format]);
        assert_eq!(said.exit, 0, "{format}: {}{}", said.out, said.err);
        assert!(said.out.contains(with), "{format}: {}", said.out);
        assert!(said.out.contains(left), "{format}: {}", said.out);
        if format == "junit" {
            let xsd = root().join("tools/conformance/schemas/junit.xsd");
            std::fs::write(folder.path().join("junit"), &said.out).expect("a file");
            let words = ["--noout", "--schema", xsd.to_str().expect("a path")];
            reads("xmllint", &words, &folder.path().join("junit"));
        }
    }
    for format in ["human", "markdown", "html"] {
        let said = said(&["matrix", target, "--format", format]);
        for line in ["with slow", "not with quick: "] {
            let line = format!("{}: {line}", target);
            let plain = said.out.replace('\\', "");
            assert!(plain.contains(&line), "{format}: {}", said.out);
        }
    }
}

/// Checks that must pass come first; a title that is not in the plan is reported at its file.
#[test]
fn checks_that_must_pass_come_first() {
    let plan = Plan::default();
    let folder = tempfile::tempdir().expect("a folder");
    let notes: Vec<(usize, &str)> = (10..40).map(|check| (check, "77")).collect();
    let target = fallen_back(folder.path(), &forged(&plan, &notes));
    let gaps = folder.path().join("toy.gaps.toml");
    let title = &plan.checks[20].title;
    let text = format!("must_pass = [\"{title}\"]\nexhaustion = \"x\"\n");
    std::fs::write(&gaps, text).expect("a file");
    let oracle = file(&LOG);
    let gate = |format: &str| {
        let mut command = tool(&["gate", "--format", format]);
        command.arg(&target).arg("--oracle").arg(oracle.path());
        let said: super::common::Said = command.output().expect("the tool runs").into();
        assert_eq!(said.exit, 1, "{}{}", said.out, said.err);
        said.out
    };
    let human = gate("human");
    let first = format!(":\n  must-pass   {title}\n");
    let listed = human.find(&first).unwrap_or_else(|| panic!("{human}"));
    assert!(listed < human.find("\nFAIL  ").expect("a failed check"));
    let markdown = gate("markdown");
    assert!(!markdown.contains("\n\n\n"), "{markdown}");
    let findings: serde_json::Value = serde_json::from_str(&gate("codequality")).expect("JSON");
    assert_eq!(findings[0]["check_name"], "the plan in one boot");
    assert_eq!(
        findings[0]["location"]["path"],
        gaps.to_str().expect("a path")
    );
    let page = gate("html");
    let (_, changes) = page.split_once("<h2>Changed against").expect("a list");
    let opened = changes
        .find("<details open>\n<summary>31 changes")
        .expect("it is open");
    assert!(opened < changes.find("</table>").expect("a table"));
}

#[test]
fn matrix_shows_where_logs_differ() {
    let plan = Plan::default();
    let (good, bad) = (file(&LOG), file(&forged(&plan, &[(3, "EINVAL"), (9, "0")])));
    let [good, bad] = [&good, &bad].map(|file| file.path().to_str().expect("a path"));
    let same = said(&["matrix", good, good]);
    assert_eq!(same.exit, 0, "{}{}", same.out, same.err);
    let differ = said(&["matrix", good, bad]);
    assert_eq!(differ.exit, 1, "{}{}", differ.out, differ.err);
    let row = format!("pass    EINVAL  {}", plan.checks[3].title);
    assert!(differ.out.contains(&row), "{}", differ.out);
    let rows = differ.out.lines().filter(|line| line.starts_with("pass"));
    assert_eq!(rows.count(), 2, "{}", differ.out);
    let all = said(&["matrix", good, bad, "--all", "--format", "markdown"]);
    assert_eq!(
        all.out
            .lines()
            .filter(|line| line.starts_with("| "))
            .count(),
        plan.checks.len() + 1
    );
    let page = said(&["matrix", good, bad, "--format", "html"]);
    assert_eq!(page.out.matches("<td class=\"wrong\">").count(), 2);
    let half = file(&LOG[..LOG.len() / 2]);
    let half = half.path().to_str().expect("a path");
    assert_eq!(said(&["matrix", good, half]).exit, 3);
    assert_eq!(said(&["matrix", good, "--format", "json"]).exit, 2);
    assert_eq!(said(&["matrix"]).exit, 2);
}

/// A log that is not complete has no column: zeros would look like a result.
#[test]
fn matrix_has_no_column_for_an_incomplete_log() {
    let (good, bad) = (
        file(&LOG),
        file(&forged(&Plan::default(), &[(3, "EINVAL")])),
    );
    let half = file(&LOG[..LOG.len() / 2]);
    let paths = [&good, &bad, &half].map(|file| file.path().to_str().expect("a path"));
    let [good, bad, half] = paths;
    for words in [
        &["matrix", half][..],
        &["matrix", half, good],
        &["matrix", half, "--all"],
        &["matrix", half, "--families"],
        &["matrix", half, "--format", "markdown"],
        &["matrix", half, "--format", "html"],
    ] {
        let said = said(words);
        assert_eq!(said.exit, 3, "{words:?}: {}", said.out);
        assert!(said.out.contains("not provably complete"), "{}", said.out);
        for part in [
            "same everywhere",
            "check\n",
            "| check",
            "| profile",
            "<table",
        ] {
            assert!(!said.out.contains(part), "{words:?}: {}", said.out);
        }
    }
    let three = said(&["matrix", good, bad, half]);
    assert_eq!(three.exit, 3);
    assert!(three.out.contains("\npass    EINVAL  "), "{}", three.out);
    assert!(three.out.contains(" more are the same everywhere"));
    let same = said(&["matrix", good, good]).out;
    let all = Plan::default().checks.len();
    assert!(
        same.ends_with(&format!("\n\nall {all} are the same everywhere\n")),
        "{same}"
    );
}

/// An output that cannot be written is an error before the run.
#[test]
fn wrong_outputs_are_one_line_that_says_what_to_write() {
    for (words, hint) in [
        (&["--report", "jsn=x"][..], "no format jsn; there are human"),
        (&["--report", "json="], "FORMAT=FILE is needed"),
        (
            &["--report", "json=x", "--report", "tap=x"],
            "two reports go to x",
        ),
        (&["--format", "json", "--format", "tap"], "--format"),
    ] {
        let said = said(&[&["run"][..], words].concat());
        assert_eq!((said.exit, said.out.as_str()), (2, ""), "{words:?}");
        assert!(said.err.contains(hint), "{words:?}: {}", said.err);
    }
}

#[test]
fn outputs_are_tried_before_the_run() {
    let away = tempfile::tempdir().expect("a folder");
    let place = |name: &str| away.path().join(name).to_str().expect("a path").to_string();
    let (log, nowhere, kept, new) = (place("log"), place("no/x"), place("kept"), place("new"));
    std::fs::write(&kept, "what was there").expect("a file");
    let json = format!("json={nowhere}");
    let html = format!("html={nowhere}");
    for words in [
        &["run", "--log", &log, "--report", &json][..],
        &["gate", "linux", "--log", &log, "--report", &json],
        &["matrix", "linux", "--log", &log, "--report", &html],
        &["run", "--log", &log, "--report", "json"],
        &["run", "--log", &log, "--report", "jsn=x"],
        &[
            "run", "--log", &log, "--report", "json=x", "--report", "tap=x",
        ],
        &["matrix", "linux", "--log", &log, "--format", "json"],
        &[
            "matrix",
            "linux",
            "--log",
            &log,
            "--families",
            "--format",
            "html",
        ],
        &[
            "faults",
            "score",
            "--ids",
            "pipe-close-leaks",
            "--out",
            &nowhere,
        ],
    ] {
        let said = said(words);
        assert_eq!(
            (said.exit, said.out.as_str()),
            (2, ""),
            "{words:?}: {}",
            said.err
        );
        assert!(!Path::new(&log).exists(), "{words:?} ran");
    }
    let failed = ["run", "--elf", "/nowhere", "--report"];
    for out in [&kept, &new] {
        let report = format!("json={out}");
        let words = [&failed[..], &[&report]].concat();
        assert_eq!(said(&words).exit, 2);
    }
    assert_eq!(
        std::fs::read_to_string(&kept).expect("a file"),
        "what was there"
    );
    assert!(!Path::new(&new).exists(), "an empty report is left");
    // A full device is an error, but the verdict is printed.
    let good = file(&LOG);
    let good = good.path().to_str().expect("a path");
    let full = said(&["diff", good, good, "--report", "json=/dev/full"]);
    assert_eq!(full.exit, 2, "{}", full.err);
    assert!(full.out.starts_with("GOOD"), "{}", full.out);
}

#[test]
fn matrix_logs_all_its_targets() {
    let log = tempfile::NamedTempFile::new().expect("a file");
    let path = log.path().to_str().expect("a path");
    let said = said(&["matrix", "linux", "linux", "--log", path]);
    assert_eq!(said.exit, 0, "{}{}", said.out, said.err);
    let text = std::fs::read_to_string(path).expect("the log");
    assert_eq!(text.matches("\nEND crc32 ").count(), 2);
}

#[test]
fn formats_are_named_in_help() {
    let help = said(&["gate", "--help"]).out;
    for format in FORMATS {
        assert!(help.contains(format), "{format}");
    }
}
