//! Snapshots: each report of one forged log, byte for byte.
//!
//! A change of wording changes a file under `snapshots`, which is read in review
//! (`cargo insta review`, or `INSTA_UPDATE=always cargo test snapshots`).

use std::path::Path;

use super::common::{FORMATS, LOG, Said, file, forged, tool};
use conformance::testing::Plan;

/// Filters for what differs from run to run, and for the style sheet: folders, times.
fn settings(folder: &Path) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let folder = folder.to_str().expect("a path");
    settings.add_filter(&regex::escape(folder), "[folder]");
    // The checkout may lie anywhere, and each compiler makes another ELF.
    settings.add_filter(r"(<dt>ELF<dd>)\S+/(target/release/)", "$1[checkout]/$2");
    settings.add_filter(
        r"\d+ bytes, crc32 [0-9a-f]{8}",
        "[size] bytes, crc32 [crc32]",
    );
    settings.add_filter(r"\d+\.\d+ s\b", "[seconds] s");
    settings.add_filter(r#"(seconds": |time=")\d+(\.\d+)?(e-\d+)?"#, "$1[seconds]");
    settings.add_filter(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "[date]");
    settings.add_filter(r"(?s)<style>.*</style>", "<style>[style]</style>");
    settings.add_filter(r"(?s)<script>.*</script>", "<script>[script]</script>");
    settings
}

/// A target that prints a log with a failure of each kind, and its known gaps.
fn forged_target(folder: &Path) -> String {
    let plan = Plan::default();
    let title = |check: usize| &plan.checks[check].title;
    let notes = [
        (3, "not asked: socket returned ENOSYS"),
        (7, "0"),
        (20, "4096"),
        (30, "ENOSYS"),
        (90, "EINVAL"),
        (91, "not asked: a thread did not end"),
        (200, "-517"),
    ];
    let log = forged(&plan, &notes).replace(
        &format!("  [FAIL] {}", title(7)),
        &format!("BUG: <b>spinlock</b> & | `held`\n  [FAIL] {}", title(7)),
    );
    let write = |name: &str, text: &str| {
        std::fs::write(folder.join(name), text).expect("a file");
    };
    write("console.log", &log);
    write(
        "toy.toml",
        "about = \"a forged log\"\nrecorded = true\ncommand = [\"cat\", \"{here}/console.log\"]\n",
    );
    let gap = |check: usize, outcome: &str, rest: &str| {
        format!(
            "[[gap]]\ncheck = {:?}\noutcome = \"{outcome}\"\nreason = \"known\"\n{rest}\n",
            title(check)
        )
    };
    let gaps = [
        format!("must_pass = [{:?}]\n", title(20)),
        gap(3, "blocked", "got = \"socket returned ENOSYS\""),
        gap(90, "fail", "got = \"EBADF\""),
        gap(200, "fail", "got = \"-517\"\nexpires = 2020-01-01"),
        gap(300, "fail", "got = \"0\""),
    ];
    write("toy.gaps.toml", &gaps.concat());
    folder
        .join("toy.toml")
        .to_str()
        .expect("a path")
        .to_string()
}

#[test]
fn snapshots_of_every_report_of_a_gate() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = forged_target(folder.path());
    let oracle = folder.path().join("oracle.txt");
    std::fs::write(&oracle, &*LOG).expect("a file");
    for format in FORMATS {
        let mut command = tool(&["gate", &target, "--format", format, "--oracle"]);
        let said: Said = command.arg(&oracle).output().expect("the tool runs").into();
        assert_eq!((said.exit, said.complaints().as_str()), (1, ""), "{format}");
        settings(folder.path())
            .bind(|| insta::assert_snapshot!(format!("gate-{format}"), said.out));
    }
}

/// Half a log, in the formats whose reports of it are short.
#[test]
fn snapshots_of_half_a_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let half = folder.path().join("half.log");
    let end = LOG.len() / 2;
    std::fs::write(&half, &LOG[..end]).expect("a file");
    let oracle = file(&LOG);
    for format in ["human", "markdown"] {
        let mut command = tool(&["diff", "--format", format]);
        command.arg(oracle.path()).arg(&half);
        let said: Said = command.output().expect("the tool runs").into();
        assert_eq!((said.exit, said.err.as_str()), (3, ""), "{format}");
        let mut settings = settings(folder.path());
        let oracle = oracle.path().to_str().expect("a path");
        settings.add_filter(&regex::escape(oracle), "[oracle]");
        settings.bind(|| insta::assert_snapshot!(format!("half-{format}"), said.out));
    }
}

#[test]
fn snapshots_of_a_matrix() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = forged_target(folder.path());
    let oracle = folder.path().join("oracle.txt");
    std::fs::write(&oracle, &*LOG).expect("a file");
    for format in ["human", "markdown", "html"] {
        let mut command = tool(&["matrix", &target, "--format", format]);
        let said: Said = command.arg(&oracle).output().expect("the tool runs").into();
        assert_eq!((said.exit, said.complaints().as_str()), (1, ""), "{format}");
        settings(folder.path())
            .bind(|| insta::assert_snapshot!(format!("matrix-{format}"), said.out));
    }
}

/// The help of every command.
#[test]
fn snapshots_of_help() {
    for command in [
        "",
        "build",
        "run",
        "replay",
        "diff",
        "gate",
        "matrix",
        "bless",
        "list",
        "explain",
        "repro",
        "spec",
        "bench",
        "faults",
        "faults list",
        "faults run",
        "faults score",
    ] {
        let mut words: Vec<&str> = command.split_whitespace().collect();
        words.push("--help");
        let said: Said = tool(&words).output().expect("the tool runs").into();
        assert_eq!((said.exit, said.err.as_str()), (0, ""), "{command}");
        let name = format!("help-{}", words[..words.len() - 1].join("-"));
        settings(Path::new("/nowhere")).bind(|| insta::assert_snapshot!(name, said.out));
    }
}
