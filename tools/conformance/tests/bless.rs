//! Bless: the gate allows what it writes, and it prints what it writes.

use std::path::Path;
use std::time::Instant;

use super::common::{LOG, Said, said};
use super::toy::{entry, gaps, gate, on_toy, target, two};
use conformance::testing::Plan;

/// Blesses the target in a folder.
fn bless(folder: &Path, words: &[&str]) -> Said {
    on_toy("bless", folder, words)
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).expect(name)
}

#[test]
fn bless_writes_what_the_gate_then_allows() {
    let plan = Plan::default();
    let (one, _) = two(&plan);
    let title = &plan.checks[one].title;
    let folder = target("exit", title, "-", &format!("oracle = \"{}\"", "linux"));
    let path = folder.path().join("toy.toml");
    let path = path.to_str().expect("a path");
    let gaps = folder.path().join("toy.gaps.toml");
    let oracle = folder.path().join("oracle.txt");
    let oracle = oracle.to_str().expect("a path");
    let shown = said(&["bless", path, "--oracle", oracle, "--dry-run"]);
    assert_eq!(shown.exit, 1, "{}", shown.err);
    assert!(
        shown.out.contains(&format!("+ check = \"{title}\"")),
        "{}",
        shown.out
    );
    assert!(!gaps.exists());
    let why = "the lowest descriptor is never closed";
    let blessed = said(&["bless", path, "--oracle", oracle, "--reason", why]);
    assert_eq!(blessed.exit, 0, "{}", blessed.err);
    let written = shown.out.replace("would be written: ", "written: ");
    assert_eq!(blessed.out, written.replace("not yet explained", why));
    let gated = gate(folder.path(), &[]);
    assert_eq!(gated.exit, 0, "{}{}", gated.out, gated.err);
    let out = gated.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(out.contains(why), "{out}");
    // Blessing again changes nothing, keeps the reason, and says why there is no log.
    let again = said(&["bless", path, "--oracle", oracle]);
    assert_eq!(again.exit, 0, "{}", again.err);
    let at = |name: &str| folder.path().join(name);
    let wanted = format!(
        "{}, {}: not written, and an old file is kept: a log holds one boot, and there were 3\n\
         no changes\n",
        at("toy.txt").display(),
        at("toy.version.toml").display()
    );
    assert_eq!(again.out, wanted);
    assert!(!at("toy.txt").exists());
}

#[test]
fn bless_writes_which_kernel_gave_a_reference() {
    let more = r#"
        kernel_name = "Toy"
        version = ["sh", "-c", "echo 1.5; echo more"]
    "#;
    let folder = target("none", "-", "-", more);
    let path = folder.path().join("toy.toml");
    let oracle = folder.path().join("oracle.txt");
    let words = [&path, &oracle].map(|path| path.to_str().expect("a path"));
    let bless = |more: &[&str]| said(&[&["bless", words[0], "--oracle", words[1]], more].concat());
    let before = std::fs::read_to_string(&path).expect("a target");
    let shown = bless(&["--dry-run"]);
    assert!(
        shown
            .out
            .contains("toy.version.toml: new, 3 lines\n+ kernel = \"Toy\"\n"),
        "{}",
        shown.out
    );
    let blessed = bless(&[]);
    assert_eq!(
        (blessed.exit, blessed.out),
        (0, shown.out.replace("would be written: ", "written: ")),
        "{}",
        blessed.err
    );
    let written = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect(name);
    let wanted = "kernel = \"Toy\"\nversion = \"1.5\"\nmachine = \"x86_64\"\n";
    assert_eq!(written("toy.version.toml"), wanted);
    assert_eq!(written("toy.txt"), *LOG);
    assert_eq!(written("toy.toml"), before);
    let wrong = before.replace("echo 1.5; echo more", "echo no such kernel >&2; exit 1");
    std::fs::write(&path, wrong).expect("a file");
    let said = bless(&[]);
    let wanted =
        "error: target toy: its version is not known: sh: exit status: 1: no such kernel\n";
    assert_eq!((said.exit, said.err.as_str()), (3, wanted));
}

#[test]
fn what_must_pass_is_never_written_down_as_a_gap() {
    let plan = Plan::default();
    let (one, other) = two(&plan);
    let [title, also] = [one, other].map(|check| plan.checks[check].title.as_str());
    let folder = target("exit", title, also, "");
    let path = folder.path();
    gaps(path, &format!("must_pass = [\"{title}\"]"));
    let blessed = bless(path, &["--reason", "known"]);
    assert_eq!(blessed.exit, 0, "{}", blessed.err);
    let said = format!("{title}: must pass, but fails; no entry is written\n");
    assert!(blessed.out.contains(&said), "{}", blessed.out);
    let gated = gate(path, &[]);
    assert_eq!(gated.exit, 1, "{}{}", gated.out, gated.err);
    assert!(gated.out.contains("1 that must pass"), "{}", gated.out);
}

#[test]
fn an_entry_can_be_written_below_no_gaps() {
    let plan = Plan::default();
    let folder = target("none", "-", "-", "");
    let path = folder.path();
    assert_eq!(bless(path, &[]).exit, 0);
    let entry = entry(&plan.checks[0].title, "crash", "");
    gaps(path, &(read(path, "toy.gaps.toml") + &entry));
    let gated = gate(path, &[]);
    assert_eq!(gated.exit, 1, "{}", gated.err);
    assert!(gated.out.contains("1 fixed"), "{}", gated.out);
}

#[test]
fn a_target_may_be_called_as_its_oracle() {
    let plan = Plan::default();
    let (one, _) = two(&plan);
    let folder = target("exit", &plan.checks[one].title, "-", "");
    let at = |name: &str| folder.path().join(name);
    std::fs::rename(at("toy.toml"), at("linux.toml")).expect("a target");
    let words = [at("linux.toml"), at("oracle.txt")];
    let words = words.each_ref().map(|path| path.to_str().expect("a path"));
    let blessed = said(&["bless", words[0], "--oracle", words[1]]);
    assert_eq!(blessed.exit, 0, "{}", blessed.err);
    assert!(read(folder.path(), "linux.gaps.toml").contains("outcome = \"crash\""));
}

#[test]
fn several_runs_leave_the_log_of_one() {
    let folder = target("none", "-", "-", "");
    let path = folder.path();
    let blessed = bless(path, &["--repeat", "2"]);
    assert_eq!(blessed.exit, 0, "{}", blessed.err);
    assert_eq!(read(path, "toy.txt"), *LOG);
    let at = |name: &str| path.join(name).display().to_string();
    // The lines of a new log are not shown, and every file has its whole path.
    let new = format!("{}: new, {} lines\n", at("toy.txt"), LOG.lines().count());
    assert!(blessed.out.starts_with(&new), "{}", blessed.out);
    let [log, version, gaps] = ["toy.txt", "toy.version.toml", "toy.gaps.toml"].map(at);
    let last = format!("written: {log}, {version}, {gaps}");
    assert_eq!(blessed.out.lines().last(), Some(last.as_str()));
    let dry = bless(path, &["--dry-run", "--repeat", "2"]);
    assert_eq!((dry.exit, dry.out.as_str()), (0, "no changes\n"));
}

#[test]
fn nothing_doctored_is_written_down() {
    let folder = target("none", "-", "-", "");
    let title = &Plan::default().checks[0].title;
    for words in [
        ["--skip", title],
        ["--fault", "none"],
        ["--elf", "/bin/true"],
    ] {
        let said = bless(folder.path(), &words);
        assert_eq!((said.exit, said.out.as_str()), (2, ""), "{words:?}");
        let begin = format!("error: bless takes no {}: ", words[0]);
        assert!(said.err.starts_with(&begin), "{}", said.err);
    }
    assert!(!folder.path().join("toy.txt").exists());
}

/// The version is queried before the kernel is booted, with a time limit.
#[test]
fn a_version_that_does_not_come_is_told_in_time() {
    let begun = Instant::now();
    for (version, why) in [
        (r#"["true"]"#, "true: printed nothing"),
        (r#"["false"]"#, "false: exit status: 1"),
        (r#"["no-such-one"]"#, "no-such-one: no such program"),
        (
            r#"["sh", "-c", "setsid sleep 600 & yes"]"#,
            "sh: not done after 10 s",
        ),
    ] {
        // Were it booted first, the hang would take the limits' time and be named.
        let folder = target(
            "hang",
            &Plan::default().header(),
            "-",
            &format!("version = {version}"),
        );
        let said = bless(folder.path(), &[]);
        let wanted = format!("error: target toy: its version is not known: {why}\n");
        assert_eq!((said.exit, said.err), (3, wanted));
    }
    assert!(begun.elapsed().as_secs() < 30, "the limit does not hold");
}

#[test]
fn a_version_may_be_that_of_the_kernels_file() {
    let more = r#"
        kernel = ["Cargo.toml"]
        version = ["head", "-n1", "{kernel}"]
    "#;
    let folder = target("none", "-", "-", more);
    std::fs::write(folder.path().join("Cargo.toml"), "[workspace]\n").expect("a file");
    let blessed = bless(folder.path(), &[]);
    assert_eq!(blessed.exit, 0, "{}", blessed.err);
    let version = read(folder.path(), "toy.version.toml");
    assert!(version.contains("version = \"[workspace]\""), "{version}");
}

/// Gaps of an older suite move to the titles of this one, without a boot.
#[test]
fn gaps_of_an_older_suite_are_migrated() {
    let folder = target("hang", &Plan::default().header(), "-", "");
    let entry = |title: &str| {
        format!("[[gap]]\n# ours\ncheck = {title:?}\noutcome = \"crash\"\nreason = \"x\"\n")
    };
    let old = "mmap: write end of a pipe returns EACCES";
    super::toy::gaps(folder.path(), &entry(old));
    let file = folder.path().join("toy.toml");
    let file = file.to_str().expect("a path");
    let dry = super::common::said(&["bless", file, "--migrate", "--dry-run"]);
    assert_eq!(dry.exit, 1, "{}{}", dry.out, dry.err);
    assert_eq!(read(folder.path(), "toy.gaps.toml"), entry(old));
    let done = super::common::said(&["bless", file, "--migrate"]);
    assert_eq!(done.exit, 0, "{}{}", done.out, done.err);
    let new = entry("mmap: write end of a pipe returns EACCES or ENODEV");
    assert_eq!(read(folder.path(), "toy.gaps.toml"), new);
    let again = super::common::said(&["bless", file, "--migrate"]);
    assert_eq!((again.exit, &*again.out), (0, "no changes\n"));
}
