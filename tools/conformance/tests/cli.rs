//! The command line from outside: output and exit codes.

use super::common::{LOG, Said, file, forged, root, said, said_of, tool};
use conformance::testing::{Plan, Planned};
use packer::log::Line;
use packer::plan::Kind;

/// The log with the second check failed and nothing else touched.
fn failing() -> String {
    forged(&Plan::default(), &[(1, "0")])
}

#[test]
fn log_equals_itself() {
    let log = file(&LOG);
    let path = log.path().to_str().expect("a path");
    let said = said(&["diff", path, path]);
    assert_eq!(said.exit, 0, "{}{}", said.out, said.err);
    let plan = Plan::default();
    let all = plan.checks.len();
    assert!(said.out.starts_with("GOOD: nothing in "), "{}", said.out);
    assert!(
        said.out
            .contains(&format!("all    {all:>4} of {all:>4} passed")),
        "{}",
        said.out
    );
    assert!(!said.out.contains('\x1b'), "colours in a pipe");
    assert_eq!(said.complaints(), "");
}

#[test]
fn stdin_is_a_dash() {
    let log = file(&LOG);
    let path = log.path().to_str().expect("a path");
    assert_eq!(said_of(&["diff", path, "-"], LOG.as_bytes()).exit, 0);
    assert_eq!(said_of(&["diff", "-", path], LOG.as_bytes()).exit, 0);
    let said = said_of(&["diff", path, "-"], b"no log at all\n");
    assert_eq!(said.exit, 3);
    assert!(said.out.starts_with("NO VERDICT"), "{}", said.out);
    assert!(said.out.contains("no header line"), "{}", said.out);
    let wanted = "NO VERDICT: stdin: the log is not provably complete\n\nstdin:\n";
    assert!(said.out.starts_with(wanted), "{}", said.out);
    let twice = super::common::said(&["diff", "/dev/null", "/dev/null"]).out;
    assert!(twice.contains("\n/dev/null as log:\n"), "{twice}");
    assert!(twice.contains("\n/dev/null as oracle:\n"), "{twice}");
}

#[test]
fn worse_than_the_oracle_is_a_gap() {
    let (good, bad) = (file(&LOG), file(&failing()));
    let [good, bad] = [&good, &bad].map(|file| file.path().to_str().expect("a path"));
    let gaps = said(&["diff", good, bad]);
    assert_eq!(gaps.exit, 1, "{}", gaps.out);
    let plan = Plan::default();
    assert!(
        gaps.out.starts_with("GAPS: 1 check is worse"),
        "{}",
        gaps.out
    );
    assert!(
        gaps.out
            .contains(&format!("FAIL  {}", plan.checks[1].title)),
        "{}",
        gaps.out
    );
    // The other way round it is better, and the same as itself.
    assert_eq!(said(&["diff", bad, good]).exit, 0);
    assert_eq!(said(&["diff", bad, bad]).exit, 0);
}

#[test]
fn json_says_the_same() {
    let (good, bad) = (file(&LOG), file(&failing()));
    let [good, bad] = [&good, &bad].map(|file| file.path().to_str().expect("a path"));
    let out = tempfile::NamedTempFile::new().expect("a file");
    let path = out.path().to_str().expect("a path");
    let said = said(&["diff", good, bad, "--report", &format!("json={path}")]);
    assert_eq!(said.exit, 1);
    assert!(
        said.out.starts_with("GAPS"),
        "the human report goes to stdout: {}",
        said.out
    );
    let text = std::fs::read_to_string(path).expect("the report");
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(json["exit"], 1);
    assert_eq!(json["complete"], true);
    assert_eq!(json["checks"][1]["outcome"], "fail");
    assert_eq!(json["checks"][1]["standing"], "gap");
    assert_eq!(json["checks"][0]["standing"], "good");
    let checks = json["checks"].as_array().expect("an array");
    assert_eq!(checks.len(), Plan::default().checks.len());
}

#[test]
fn linux_runs_green() {
    let log = tempfile::NamedTempFile::new().expect("a file");
    let path = log.path().to_str().expect("a path");
    let oracle = file(&LOG);
    let oracle = oracle.path().to_str().expect("a path");
    let said = said(&["conformance", "run", "--log", path, "--oracle", oracle]);
    assert_eq!(said.exit, 0, "{}{}", said.out, said.err);
    // Its header line has the run id of the boot, which the checksum covers.
    let text = std::fs::read_to_string(path).expect("the log");
    let others = ["posix-conformance ", "END ", "conformance-boot: "];
    let ours = |line: &&str| !line.is_empty() && !others.iter().any(|o| line.starts_with(o));
    assert!(text.lines().filter(ours).eq(LOG.lines().filter(ours)));
    let header = text.lines().next().and_then(Line::parse);
    assert!(
        matches!(header, Some(Line::Header { run: Some(_), .. })),
        "{text}"
    );
    assert_eq!(judged(path).exit, 0);
    replays(path, oracle);
    assert_eq!(said.complaints(), "");
}

/// Checks that the log of a run on this Linux can be judged again, and as no other target's.
fn replays(path: &str, oracle: &str) {
    let again = said(&["replay", "linux", path, "--oracle", oracle]);
    assert_eq!(again.exit, 0, "{}{}", again.out, again.err);
    let other = said(&["replay", "microkernel", path, "--oracle", oracle]);
    assert_eq!(other.exit, 3, "{}{}", other.out, other.err);
    assert!(
        other
            .err
            .contains("has no run of microkernel, but of linux"),
        "{}",
        other.err
    );
}

/// A log against this kernel's own.
fn judged(log: &str) -> Said {
    let oracle = file(&LOG);
    said(&["diff", oracle.path().to_str().expect("a path"), log])
}

#[test]
fn skipping_is_a_gap() {
    let oracle = file(&LOG);
    let oracle = oracle.path().to_str().expect("a path");
    let plan = Plan::default();
    // A check that expects an error: no later check uses its result.
    let refused = |check: &&Planned| check.kind == Kind::Negative && check.expected == "EFAULT";
    let check = plan.checks.iter().find(refused).expect("one at least");
    let said = said(&["run", "--oracle", oracle, "--skip", &check.title]);
    assert_eq!(said.exit, 1, "{}{}", said.out, said.err);
    assert!(said.out.contains("told to skip"), "{}", said.out);
}

/// A script that is run instead of the ELF.
fn program(text: &str) -> tempfile::TempPath {
    conformance::testing::temp_elf(format!("#!/bin/sh\n{text}\n").as_bytes()).expect("a script")
}

fn run_program(text: &str, words: &[&str]) -> Said {
    let script = program(text);
    let (oracle, log) = (file(&LOG), file(&LOG));
    let mut command = tool(&["run", "--elf"]);
    command
        .arg(&script)
        .arg("--oracle")
        .arg(oracle.path())
        .args(words);
    command.env("LOG", log.path());
    command.output().expect("the tool runs").into()
}

#[test]
fn exit_status_must_agree() {
    assert_eq!(run_program("cat $LOG", &[]).exit, 0);
    for status in [1, 2, 101] {
        let said = run_program(&format!("cat $LOG; exit {status}"), &[]);
        assert_eq!(said.exit, 3, "{}", said.out);
        assert!(
            said.out.contains(&format!("status {status}")),
            "{}",
            said.out
        );
    }
    let said = run_program("cat $LOG; kill -9 $$", &[]);
    assert_eq!(said.exit, 3, "{}", said.out);
    assert!(said.out.contains("SIGKILL"), "{}", said.out);
}

#[test]
fn death_is_charged_to_the_next_check() {
    let said = run_program("head -6 $LOG; kill -SEGV $$", &[]);
    assert_eq!(said.exit, 3, "{}", said.out);
    // Header and section line, then four checks: the fifth is the one.
    let title = &Plan::default().checks[4].title;
    assert!(
        said.out.contains(&format!("CRASH  {title}")),
        "{}",
        said.out
    );
}

#[test]
fn silence_is_a_hang_and_leaves_nobody_behind() {
    let mark = format!("{}.25", 600 + std::process::id());
    let script = format!("head -6 $LOG; setsid sleep {mark} & sleep {mark}");
    let begun = std::time::Instant::now();
    let said = run_program(&script, &["--silence", "1"]);
    assert!(begun.elapsed().as_secs() < 30, "the limit does not hold");
    assert_eq!(said.exit, 3, "{}", said.out);
    let title = &Plan::default().checks[4].title;
    assert!(said.out.contains(&format!("HANG  {title}")), "{}", said.out);
    for entry in std::fs::read_dir("/proc").expect("/proc").flatten() {
        let words = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let words = String::from_utf8_lossy(&words).into_owned();
        assert!(!words.contains(&mark), "left behind: {words}");
    }
}

#[test]
fn total_time_is_limited() {
    let said = run_program("while echo noise; do sleep 0.1; done", &["--total", "1"]);
    assert_eq!(said.exit, 3, "{}", said.out);
    assert!(said.out.contains("not done after 1 s"), "{}", said.out);
}

#[test]
fn missing_packages_are_named_with_what_installs_them() {
    for (target, program, package) in [
        ("gvisor", "runsc", "runsc"),
        ("qemu-user", "qemu-x86_64", "qemu-user"),
        ("uml", "linux.uml", "user-mode-linux"),
        ("microkernel", "qemu-system-x86_64", "qemu-system-x86"),
        ("linux-qemu", "qemu-system-x86_64", "qemu-system-x86"),
    ] {
        let mut command = tool(&["gate", target]);
        command.env("PATH", "/nowhere");
        let said: Said = command.output().expect("the tool runs").into();
        let wanted = format!(
            "error: target {target} needs {program}; install with: apt-get install {package}\n"
        );
        assert_eq!((said.exit, said.err), (3, wanted));
    }
}

#[test]
fn target_that_does_not_start_is_no_verdict() {
    let no_program = file("no program");
    let path = no_program.path().to_str().expect("a path");
    let said = said(&["run", "--elf", path]);
    assert_eq!(said.exit, 3, "{}{}", said.out, said.err);
    assert!(
        said.err.contains("cannot start the target: "),
        "{}",
        said.err
    );
}

#[test]
fn mistakes_cost_one_line() {
    for (words, hint) in [
        (&["rnu"][..], "run"),
        (&["runn"], "run"),
        (&["run", "--sikp", "x"], "--skip"),
        (&["run", "--format", "jsn"], "json"),
        (&["run", "lniux"], "linux"),
        (&["run", "--skip", "unknown flag of nothing"], "no check"),
        (&["run", "--silence", "0"], "--silence"),
        (&["run", "--silence", "0"], "a whole number from 1 up"),
        (&["run", "--repeat", "x"], "a whole number from 1 to 1000"),
        (
            &["faults", "score", "--jobs", "0"],
            "a whole number from 1 to 1024",
        ),
        (&["run", "--colour"], "; --help lists them"),
        (&["xyz"], "there are run, gate, init"),
        (
            &["run", "--skip", "x"],
            "no check is called \"x\"; a log has the titles",
        ),
        (
            &["run", "--skip", "dup2: targte -1 returns EBADF"],
            "did you mean \"dup2: target -1",
        ),
        (&["diff", "one"], "<LOG>"),
        (&["diff", "-", "-"], "stdin"),
        (&["diff", "/nowhere", "/nowhere"], "/nowhere"),
        (&["run", "--report", "x"], "FORMAT=FILE is needed"),
        (&["build", "--pie", "--freestanding"], "--freestanding"),
        (&[], "run"),
    ] {
        let said = said(words);
        assert_eq!(said.exit, 2, "{words:?}: {}{}", said.out, said.err);
        assert_eq!(said.err.lines().count(), 1, "{words:?}: {}", said.err);
        assert!(said.err.contains(hint), "{words:?}: {}", said.err);
        assert_eq!(said.out, "", "{words:?}");
    }
}

#[test]
fn help_states_the_exit_codes() {
    for (words, code) in [
        (&["--help"][..], "3  no verdict"),
        (&["run", "--help"], "3  no verdict"),
        (&["conformance", "diff", "--help"], "3  no verdict"),
        (&["build", "--help"], "0  the ELF is built"),
        (&["bless", "--help"], "1  of `--dry-run`"),
        (&["spec", "--help"], "1  of `--check`"),
        (&["bench", "--help"], "3  no figures"),
        (&["faults", "list", "--help"], "0  list: always"),
        (&["faults", "run", "--help"], "1  run: the program"),
        (&["faults", "score", "--help"], "score: less than recorded"),
    ] {
        let said = said(words);
        assert_eq!((said.exit, said.err.as_str()), (0, ""));
        assert!(said.out.contains(code), "{words:?}: {}", said.out);
    }
}

#[test]
fn outside_the_repository_the_tool_carries_everything() {
    let away = tempfile::tempdir().expect("a folder");
    let run = |words: &[&str]| -> Said {
        tool(words)
            .current_dir(away.path())
            .output()
            .expect("the tool runs")
            .into()
    };
    let oracle = file(&LOG);
    let said = run(&["run", "--oracle", oracle.path().to_str().expect("a path")]);
    assert_eq!(said.exit, 0, "{}{}", said.out, said.err);
    let spec = run(&["spec", "--by", "profile"]);
    assert_eq!(spec.exit, 0, "{}", spec.err);
    assert!(spec.out.contains("PSE53"), "{}", spec.out);
    let build = run(&["build"]);
    assert_eq!(build.exit, 2);
    assert!(build.err.contains("repository"), "{}", build.err);
}

#[test]
fn build_prints_what_it_built() {
    let said = said(&["build"]);
    // A file that is too large has a test of its own.
    assert!(
        said.exit == 0 || said.err.contains("too many"),
        "{}{}",
        said.out,
        said.err
    );
    let plan = Plan::default();
    assert!(said.out.contains(&format!(
        "suite {:08x}, plan {}",
        plan.id,
        plan.checks.len()
    )));
    assert!(said.out.contains("segment r-x"), "{}", said.out);
    assert!(said.out.contains(root().to_str().expect("a path")) || said.out.starts_with('/'));
}

#[test]
fn spec_counts_every_check_once() {
    let said = said(&["spec", "--by", "profile"]);
    let counts = said.out.lines().filter(|line| line.starts_with("PSE5"));
    let all = counts.map(|line| {
        let word = line.split_whitespace().nth(1).expect("a count");
        word.parse::<usize>().expect("a number")
    });
    assert_eq!(all.sum::<usize>(), Plan::default().checks.len());
}

#[test]
fn bench_splits_a_target_into_its_phases() {
    let bench = said(&["bench", "linux", "--runs", "2"]);
    assert_eq!(bench.exit, 0, "{}", bench.err);
    let words = |line: &str| line.split("  ").next().unwrap_or_default().to_string();
    let labels: Vec<String> = bench.out.lines().map(words).collect();
    let wanted = [
        "linux, 2 runs",
        "build",
        "boot",
        "suite",
        "end",
        "diff",
        "all but build",
    ];
    let first: Vec<&str> = labels.iter().map(|label| label.trim()).collect();
    assert_eq!(first[..6], wanted[..6]);
    assert!(first[6].starts_with(wanted[6]), "{}", bench.out);
    let typo = said(&["bench", "lunix"]);
    assert_eq!(typo.exit, 2);
    assert!(
        typo.err.starts_with("error: no target is called lunix"),
        "{}",
        typo.err
    );
    let idle = said(&["bench", "--accel", "tcg"]);
    let wanted = "error: --arch, --kernel, --fault and --accel need a target: `bench TARGET`\n";
    assert_eq!((idle.exit, idle.err.as_str()), (2, wanted));
}

/// Figures of something that is not the suite would mean nothing.
#[test]
fn bench_takes_only_complete_logs() {
    let away = tempfile::tempdir().expect("a folder");
    // A program of that name is in every PATH.
    std::fs::create_dir(away.path().join("dir")).expect("a folder");
    std::fs::copy("/bin/true", away.path().join("mytrue")).expect("a copy");
    let incomplete = "this run is not complete: no header line";
    for (words, exit, hint) in [
        (&["bench", "--elf", "dir"][..], 2, "dir: not a regular file"),
        (&["bench", "--elf", "nope"], 2, "nope: No such file"),
        (&["bench", "--elf", "./mytrue"], 3, incomplete),
        (&["bench", "--elf", "mytrue"], 3, incomplete),
        (&["bench", "--lies", "--elf", "mytrue"], 3, incomplete),
        (&["bench", "--reader", "--elf", "mytrue"], 3, incomplete),
    ] {
        let output = tool(words).current_dir(away.path()).output();
        let said: Said = output.expect("the tool runs").into();
        assert_eq!(said.exit, exit, "{words:?}: {}{}", said.out, said.err);
        assert!(said.err.contains(hint), "{words:?}: {}", said.err);
        assert_eq!(said.out, "", "{words:?}");
    }
}

#[test]
fn bench_counts_one_as_one() {
    let script = program("cat $LOG");
    let log = file(&LOG);
    let mut command = tool(&["bench", "--runs", "1", "--busy", "1", "--elf"]);
    command.arg(&script).env("LOG", log.path());
    let said: Said = command.output().expect("the tool runs").into();
    assert_eq!(said.exit, 0, "{}", said.err);
    let wanted = "1 run beside 1 busy loop, identical output\n";
    assert!(said.out.starts_with(wanted), "{}", said.out);
}

/// Opening a pipe without a writer never returns.
#[test]
fn elf_is_a_regular_file() {
    let away = tempfile::tempdir().expect("a folder");
    let pipe = away.path().join("pipe");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
    for word in ["run", "bench"] {
        let mut command = tool(&[word, "--elf"]);
        let said: Said = command.arg(&pipe).output().expect("it ends").into();
        assert_eq!(said.exit, 2, "{}", said.err);
        assert!(said.err.contains("not a regular file"), "{}", said.err);
    }
}
