//! The CI files: their steps run here with the environment that GitHub and GitLab give them.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::common::{ELF, LOG, Said, installed, root, tool};
use super::toy;
use conformance::testing::Plan;

/// A kernel's repository, in which one check fails and another one is a known gap.
fn repository() -> tempfile::TempDir {
    let plan = Plan::default();
    let (new, old) = toy::two(&plan);
    let [new, old] = [new, old].map(|check| &plan.checks[check].title);
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write(
        "conformance/kernel.toml",
        "command = [\"sh\", \"kernel.sh\", \"{elf}\"]\n[limits]\nsilence = 2\n",
    );
    let gap = |title: &str| {
        format!("[[gap]]\ncheck = {title:?}\noutcome = \"crash\"\nreason = \"known\"\n\n")
    };
    write(
        "conformance/kernel.gaps.toml",
        &format!("# Gaps.\n\n{}", gap(old)),
    );
    write("conformance/kernel.sh", toy::KERNEL);
    write("oracle.txt", &LOG);
    write("new", new);
    write("old", old);
    let bin = folder.path().join("tool/bin");
    fs::create_dir_all(&bin).expect("a folder");
    symlink(env!("CARGO_BIN_EXE_conformance"), bin.join("conformance")).expect("a link");
    folder
}

/// The checks in which the kernel does something: the new gap and the old one, or none.
fn charged(folder: &Path, act: &str) -> [String; 2] {
    ["new", "old"].map(|name| match act {
        "nothing" => "-".to_string(),
        _ => fs::read_to_string(folder.join(name)).expect("a file"),
    })
}

/// Runs a script of `tools/ci` in the repository; `act` is what the kernel does at two checks.
fn script(name: &str, folder: &Path, act: &str) -> Said {
    let [new, old] = charged(folder, act);
    let path = std::env::var("PATH").expect("a PATH");
    let path = format!("{}:{path}", folder.join("tool/bin").display());
    let mut command = Command::new(root().join("tools/ci").join(name));
    for (variable, file) in [
        ("GITHUB_OUTPUT", "github-output"),
        ("GITHUB_PATH", "github-path"),
        ("GITHUB_STEP_SUMMARY", "github-summary"),
        ("CONFORMANCE_TOOL", "tool"),
    ] {
        command.env(variable, folder.join(file));
    }
    let output = command
        .current_dir(folder)
        .env("PATH", path)
        .env("CONFORMANCE_TARGET", "conformance/kernel.toml")
        .env(
            "CONFORMANCE_ARGUMENTS",
            format!("--oracle oracle.txt --elf {}", ELF.display()),
        )
        .env("ACT", act)
        .env("CHARGED", new)
        .env("ALSO", old)
        .output();
    output.expect("the script runs").into()
}

#[test]
fn githubs_steps_install_gate_and_annotate() {
    let folder = repository();
    let folder = folder.path();
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("a file");
    for name in ["github/version.sh", "github/install.sh"] {
        let said = script(name, folder, "exit");
        assert_eq!(said.exit, 0, "{name}: {}", said.err);
    }
    let hash = read("github-output");
    assert!(
        hash.starts_with("hash=") && hash.trim_end().len() == 37,
        "{hash}"
    );
    assert!(read("github-path").trim_end().ends_with("/tool/bin"));
    if !installed("jq", "jq") {
        return;
    }
    let said = script("github/gate.sh", folder, "exit");
    assert_eq!(said.exit, 1, "{}{}", said.out, said.err);
    assert!(read("github-output").ends_with("exit=1\n"));
    let summary = read("github-summary");
    assert!(summary.contains("1 new"), "{summary}");
    let annotations = said.out.lines().filter(|line| line.starts_with("::error "));
    let annotations: Vec<&str> = annotations.collect();
    assert_eq!(annotations.len(), 1, "{}", said.out);
    let begin = "::error file=conformance/kernel.toml,line=1,title=conformance%3A new::";
    assert!(annotations[0].starts_with(begin), "{annotations:?}");
    let sarif: Value =
        serde_json::from_str(&read("conformance-out/conformance.sarif")).expect("it");
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "new");
    // A kernel that is mended is reported at the entry of its gap.
    let said = script("github/gate.sh", folder, "nothing");
    assert_eq!(said.exit, 1, "{}{}", said.out, said.err);
    let begin = "::error file=conformance/kernel.gaps.toml,line=4,title=conformance%3A fixed::";
    assert!(said.out.contains(begin), "{}", said.out);
}

/// GitLab shows an issue at a path of the user's repository, which has no `tests-spec`.
#[test]
fn every_annotation_is_at_a_file_of_the_users() {
    let folder = repository();
    let folder = folder.path();
    for (act, file, line) in [
        ("exit", "conformance/kernel.toml", 1),
        ("nothing", "conformance/kernel.gaps.toml", 4),
    ] {
        let [new, old] = charged(folder, act);
        let mut command = tool(&["gate", "--format", "codequality", "--oracle", "oracle.txt"]);
        command.arg(folder.join("conformance/kernel.toml"));
        let output = command
            .current_dir(folder)
            .envs([("ACT", act), ("CHARGED", &new), ("ALSO", &old)])
            .output();
        let said = Said::from(output.expect("the tool runs"));
        assert_eq!(said.exit, 1, "{}", said.err);
        let issues: Value = serde_json::from_str(&said.out).expect("JSON");
        let places: Vec<&Value> = issues.as_array().expect("issues").iter().collect();
        assert_eq!(places.len(), 1, "{act}: {}", said.out);
        let location = &places[0]["location"];
        assert_eq!(location["path"], file, "{act}");
        assert_eq!(location["lines"]["begin"], line, "{act}");
    }
}

#[test]
fn the_plain_script_ends_as_the_gate_does() {
    let folder = repository();
    let folder = folder.path();
    fs::write(folder.join("conformance/kernel.gaps.toml"), "").expect("a file");
    assert_eq!(script("gate.sh", folder, "nothing").exit, 0);
    assert_eq!(script("gate.sh", folder, "exit").exit, 1);
    for report in [
        "console.log",
        "report.json",
        "junit.xml",
        "conformance.html",
        "summary.md",
    ] {
        let path = folder.join("conformance-out").join(report);
        assert!(
            fs::metadata(path).is_ok_and(|file| file.len() > 0),
            "{report}"
        );
    }
    fs::remove_file(folder.join("conformance/kernel.toml")).expect("a file");
    assert_eq!(script("gate.sh", folder, "nothing").exit, 2);
}

/// The pipeline of a kernel in a repository of its own, with the tool in its cache. In `.ci/run` it
/// installs the tool.
#[test]
fn a_kernel_of_another_repository_is_gated() {
    let output = Command::new(root().join("tools/ci/other-repository"))
        .arg(env!("CARGO_BIN_EXE_conformance"))
        .output();
    let said = Said::from(output.expect("the script runs"));
    assert_eq!(said.exit, 0, "{}{}", said.out, said.err);
    let ends = said
        .out
        .lines()
        .filter(|line| line.contains("the pipeline ended"));
    assert_eq!(ends.count(), 4, "{}", said.out);
}
