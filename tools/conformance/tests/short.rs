//! Reports by cause: short, wrapped, and each text understood alone.

use super::common::{LOG, file, forged, said};
use conformance::testing::Plan;
use packer::suites::PROCESSES;

/// A log of a kernel without any call but those that the suite needs to print.
fn nothing_works(plan: &Plan) -> String {
    let notes: Vec<(usize, String)> = plan
        .checks
        .iter()
        .map(|check| match check.calls.first() {
            Some(first) if *first != check.call => {
                (check.index, format!("not asked: {first} returned ENOSYS"))
            }
            _ => (check.index, "ENOSYS".to_string()),
        })
        .collect();
    let notes: Vec<(usize, &str)> = notes
        .iter()
        .map(|(at, note)| (*at, note.as_str()))
        .collect();
    forged(plan, &notes)
}

#[test]
fn report_of_a_kernel_without_calls_is_short() {
    let plan = Plan::default();
    let (good, bad) = (file(&LOG), file(&nothing_works(&plan)));
    let [good, bad] = [&good, &bad].map(|file| file.path().to_str().expect("a path"));
    let human = said(&["diff", good, bad]);
    let lines: Vec<&str> = human.out.lines().collect();
    assert!(lines.len() <= 60, "{} lines", lines.len());
    assert_eq!(
        lines.first(),
        lines.last(),
        "the verdict stands at both ends"
    );
    assert!(human.out.contains("more causes with"), "{}", human.out);
    let all = said(&["diff", good, bad, "--all"]);
    assert!(all.out.lines().count() > plan.checks.len());
    assert!(!all.out.contains("--all"), "{}", all.out);
    for (format, most) in [("markdown", 150), ("brief", 500)] {
        let short = said(&["diff", good, bad, "--format", format]);
        assert_eq!(short.exit, 1);
        let lines = short.out.lines().count();
        assert!(lines <= most, "{format}: {lines} lines");
    }
}

#[test]
fn text_for_people_is_wrapped() {
    let plan = Plan::default();
    let notes: Vec<(usize, &str)> = (0..plan.checks.len()).map(|check| (check, "77")).collect();
    let (good, bad) = (file(&LOG), file(&forged(&plan, &notes)));
    let [good, bad] = [&good, &bad].map(|file| file.path().to_str().expect("a path"));
    for format in ["human", "brief"] {
        let said = said(&["diff", good, bad, "--all", "--format", format]);
        let wide = said.out.lines().filter(|line| line.chars().count() > 100);
        // Nothing but a title in a command is not broken.
        let wide: Vec<&str> = wide.filter(|line| !line.contains("\"")).collect();
        assert!(wide.is_empty(), "{format}: {wide:#?}");
    }
}

/// Each text of the format `brief` is understood alone.
#[test]
fn each_brief_text_says_all_of_its_cause() {
    let fault = "dup2-negative-takes-the-lowest";
    let brief = said(&["run", "faulty-linux", "--fault", fault, "--format", "brief"]);
    assert_eq!(brief.exit, 1, "{}", brief.err);
    for part in [
        "dup2: wrong - 1 check of its own",
        "of faulty-linux with dup2-negative",
        "dup2: target -1 returns EBADF",
        "expected EBADF, got",
        "POSIX.1-2017 dup() ERRORS (shall)",
        "<- wrong",
        "Linux EBADF",
        "again: cargo conformance run faulty-linux",
        "alone: cargo conformance repro",
    ] {
        assert!(brief.out.contains(part), "{part}: {}", brief.out);
    }
    let good = said(&["run", "--only", "dup2", "--format", "brief"]);
    assert!(good.out.starts_with("GOOD: "), "{}", good.out);
}

/// Without a terminal each boot that has ended is a line.
#[test]
fn each_boot_is_a_line_on_stderr() {
    let all = Plan::default().checks.len();
    let ran = said(&["run", "faulty-linux", "--fault", "dup2-negative-panics"]);
    let lines: Vec<&str> = ran.err.lines().collect();
    assert_eq!(lines.len(), 4, "{}", ran.err);
    assert!(lines[0].starts_with("boot 1: "), "{}", ran.err);
    let last = format!("boot 3: {all} of {all} checks, 1 red, ");
    assert!(lines[2].starts_with(&last), "{}", ran.err);
    assert!(lines[3].starts_with("trace boot 1: "), "{}", ran.err);
}

/// A page links its parts and the documents, and says what has changed since an earlier report.
#[test]
fn page_links_its_parts_and_compares() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name).display().to_string();
    let (earlier, page) = (place("earlier.json"), place("page.html"));
    let json = format!("json={earlier}");
    assert_eq!(said(&["run", "--report", &json]).exit, 0);
    let html = format!("html={page}");
    let fault = ["run", "faulty-linux", "--fault", "dup2-negative-panics"];
    let words = [&fault[..], &["--report", &html, "--compare", &earlier]].concat();
    assert_eq!(said(&words).exit, 1);
    let page = std::fs::read_to_string(page).expect("the page");
    let anchor = "dup2:_target_-1_returns_EBADF";
    for part in [
        &format!("<details open id=\"{anchor}\""),
        // The cell of the map, the list of all checks and the change.
        &format!("<td class=\"crash\"><a href=\"#{anchor}\""),
        &format!("<tr><td>broken<td><a href=\"#{anchor}\">"),
        "https://pubs.opengroup.org/onlinepubs/9699919799/functions/dup.html",
        "https://man7.org/linux/man-pages/man2/",
        "<code>cargo conformance run faulty-linux --fault dup2-negative-panics --only",
        "<dt>ELF<dd>",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let opened = page.matches("<details open id=").count();
    assert_eq!(opened, 1, "only a crash is open");
    let wrong = said(&["run", "--compare", "/nowhere"]);
    assert_eq!((wrong.exit, wrong.out.as_str()), (2, ""));
    let log = file(&LOG);
    let wrong = said(&["run", "--compare", log.path().to_str().expect("a path")]);
    assert!(
        wrong.err.contains("no report of --format json"),
        "{}",
        wrong.err
    );
}

#[test]
fn machine_that_explains_many_red_checks_is_named_in_one_line() {
    let (core, processes) = (Plan::default(), Plan::of(&PROCESSES));
    for (plan, call, note, wanted) in [
        (
            &core,
            "accept",
            "not asked: connect returned ENETUNREACH",
            "ip link set lo up",
        ),
        (
            &core,
            "nanosleep",
            "not asked: timer_create returned EAGAIN",
            "ulimit -i",
        ),
        (&core, "dup2", "EBADF", "ulimit -n"),
        (&processes, "execve", "EACCES", "mounted noexec"),
    ] {
        for (count, is_named) in [(5, true), (4, false)] {
            let checks = plan.checks.iter().filter(|check| check.call == call);
            let notes: Vec<_> = checks
                .take(count)
                .map(|check| (check.index, note))
                .collect();
            let bad = file(&forged(plan, &notes));
            let good = file(&forged(plan, &[]));
            let [good, bad] = [&good, &bad].map(|file| file.path().to_str().expect("a path"));
            for format in ["human", "markdown", "html"] {
                let said = said(&["diff", good, bad, "--format", format]);
                assert_eq!(
                    said.out.contains(wanted),
                    is_named,
                    "{call} {count} {format}"
                );
            }
        }
    }
}
