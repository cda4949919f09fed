//! Kernels that the tool once judged wrongly, as Linux with calls that kill or fail: every red
//! check accuses one of these calls, and nothing is skipped that nobody asked to skip.

use serde_json::Value;

use super::common::{LOG, file, installed, said};

/// The report of a run on Linux with these injections of strace.
fn run(injections: &[&str]) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let injections = injections.iter().map(|what| format!("-e inject={what} "));
    let target = format!(
        "about = \"A stand-in.\"\ncommand = [\"sh\", \"-c\", \
         \"strace -f -qq -o /dev/null {}{{elf}}; exit $?\"]\n[limits]\nsilence = 60\ncheck = 60\n",
        injections.collect::<String>()
    );
    let path = folder.path().join("case.toml");
    std::fs::write(&path, target).expect("a file");
    let oracle = file(&LOG);
    let [target, oracle] = [path.as_path(), oracle.path()].map(|p| p.to_str().expect("a path"));
    let said = said(&[
        "run", target, "--oracle", oracle, "--format", "json", "--jobs", "2",
    ]);
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}", said.err))
}

#[test]
fn calls_that_kill_or_fail_are_accused_and_no_others() {
    if !installed("strace", "strace") {
        return;
    }
    for (injections, guilty) in [
        (&["prlimit64:signal=KILL"][..], &["prlimit64"][..]),
        (&["tgkill:signal=KILL"], &["tgkill"]),
        (
            &["mprotect:error=ENOMEM", "prlimit64:signal=KILL"],
            &["mprotect", "prlimit64"],
        ),
        (
            &["clock_getres:signal=KILL", "timer_create:error=ENOMEM"],
            &["clock_getres", "timer_create"],
        ),
    ] {
        let json = run(injections);
        assert_eq!(json["exit"], 1, "{injections:?}: {}", json["flaws"]);
        assert_eq!(json["complete"], true, "{injections:?}");
        let checks = json["checks"].as_array().expect("checks");
        let mut accused = Vec::new();
        for check in checks.iter().filter(|check| check["outcome"] != "pass") {
            assert_ne!(
                check["outcome"], "skipped",
                "{injections:?}: {}",
                check["name"]
            );
            let blames = check["blames"][0].as_str().unwrap_or("nobody");
            // A machine that is loaded may be late for a thread.
            let late = check["got"]["value"] == "a thread did not end";
            assert!(
                late || guilty.contains(&blames),
                "{injections:?}: {check:#}"
            );
            accused.push(blames);
        }
        for call in guilty {
            assert!(accused.contains(call), "{injections:?}: {call}");
        }
    }
}
