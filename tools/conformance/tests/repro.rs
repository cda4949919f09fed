//! The C programs of `repro`: they build without a warning, and pass on this Linux.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{LazyLock, mpsc};
use std::time::Duration;
use std::{fs, io, thread};

use super::common::{have, installed, packaged, said, tool};
use conformance::testing::{Plan, Resources, Spec, repro_program};
use packer::abi::Processor;
use packer::suites::{CORE, FILES, PROCESSES, Suite};

/// The ordinary run tries each check whose index is a multiple of this.
const STRIDE: usize = 16;
/// Warnings that the programs must not give.
const FLAGS: [&str; 5] = ["-O1", "-Wall", "-Wextra", "-Werror", "-static"];

/// Builds the program of a check; returns its file.
fn build(plan: &Plan, spec: &Spec, folder: &Path, check: usize) -> Result<PathBuf, String> {
    let program =
        repro_program(plan, spec, check).map_err(|error| format!("refused: {}", error.text))?;
    let (source, binary) = (
        folder.join(format!("{check}.c")),
        folder.join(format!("{check}")),
    );
    fs::write(&source, program).expect("a file");
    let mut cc = Command::new("cc");
    cc.args(FLAGS)
        .arg("-nostdlib")
        .arg("-o")
        .arg(&binary)
        .arg(&source);
    let built = cc.output().expect("cc runs");
    if !built.status.success() {
        return Err(format!(
            "{}: {}",
            plan.checks[check].title,
            String::from_utf8_lossy(&built.stderr)
        ));
    }
    Ok(binary)
}

/// Builds a program and runs it; on a kernel without the check's call it must fail.
fn builds_and_passes(plan: &Plan, spec: &Spec, folder: &Path, check: usize) -> Result<(), String> {
    let title = &plan.checks[check].title;
    let binary = build(plan, spec, folder, check)?;
    let mut run = Command::new("timeout");
    let ran = run
        .args(["-s", "KILL", "20"])
        .arg(&binary)
        .current_dir(folder)
        .output()
        .expect("it runs");
    match ran.status.code() {
        Some(0) if !can_trace() => Ok(()),
        Some(0) => {
            let inject = format!("inject={}:error=ENOSYS", plan.checks[check].call);
            let mut traced = Command::new("timeout");
            traced.args([
                "-s",
                "KILL",
                "20",
                "strace",
                "-f",
                "-qq",
                "-o",
                "/dev/null",
                "-e",
            ]);
            let missing = traced
                .arg(inject)
                .arg(&binary)
                .current_dir(folder)
                .output()
                .expect("strace runs");
            // That error is what a few checks of futex want.
            let wants_it = plan.checks[check].expected == "ENOSYS"
                // It executes memory that the program has from its start.
                || title == "mmap: data cannot be executed"
                // A child without exit_group(2) ends by exit(2).
                || plan.checks[check].call == "exit_group";
            let fails = missing.status.code() != Some(0) || wants_it;
            fails
                .then_some(())
                .ok_or_else(|| format!("passes without its call: {title}"))
        }
        status => Err(format!(
            "{title}: {status:?}\n{}",
            String::from_utf8_lossy(&ran.stdout)
        )),
    }
}

/// Returns whether strace can inject an error here.
fn can_trace() -> bool {
    static CAN: LazyLock<bool> = LazyLock::new(|| {
        let mut strace = Command::new("strace");
        strace.args([
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            "inject=getppid:error=ENOSYS",
            "true",
        ]);
        packaged(
            "strace that may trace",
            "strace",
            have("strace") && strace.status().is_ok_and(|status| status.success()),
        )
    });
    *CAN
}

/// Tries each check of a stride; at most a tenth may be refused, and none may fail.
fn try_each(suite: &Suite, stride: usize) {
    if !installed("cc", "gcc") {
        return;
    }
    let (plan, spec) = (
        Plan::of(suite),
        Resources::find().spec().expect("tests-spec"),
    );
    let folder = tempfile::tempdir().expect("a folder");
    let checks = (0..plan.checks.len()).step_by(stride);
    let count = checks.len();
    let wrong: Vec<String> = checks
        .filter_map(|check| builds_and_passes(&plan, &spec, folder.path(), check).err())
        .collect();
    let (refused, failed): (Vec<_>, Vec<_>) =
        wrong.iter().partition(|why| why.starts_with("refused"));
    assert!(
        failed.is_empty(),
        "{} of {count}: {failed:#?}",
        failed.len()
    );
    assert!(refused.len() * 10 <= count, "{refused:#?}");
}

#[test]
fn programs_build_and_pass() {
    try_each(&CORE, STRIDE);
}

#[test]
fn programs_of_files_build_and_pass() {
    try_each(&FILES, STRIDE);
}

#[test]
fn programs_of_processes_build_and_pass() {
    try_each(&PROCESSES, STRIDE);
}

/// A stopped child that is left would keep the output open for ever.
#[test]
fn program_leaves_no_stopped_child() {
    if !installed("cc", "gcc") {
        return;
    }
    let (plan, spec) = (
        Plan::of(&PROCESSES),
        Resources::find().spec().expect("tests-spec"),
    );
    let check = plan.find("waitid: stopped child").expect("a check").index;
    let folder = tempfile::tempdir().expect("a folder");
    let binary = build(&plan, &spec, folder.path(), check).expect("it builds");
    // It is not the leader of a process group: an orphaned one would be continued.
    let mut program = Command::new(binary)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it runs");
    let mut output = program.stdout.take().expect("a pipe");
    let (done, ended) = mpsc::channel();
    thread::spawn(move || done.send(io::read_to_string(&mut output)));
    assert!(program.wait().expect("it ends").success());
    let output = ended.recv_timeout(Duration::from_secs(20));
    let output = output.expect("nobody has the output open").expect("text");
    assert!(output.ends_with("right\n"), "{output}");
}

#[test]
#[ignore = "it compiles a thousand programs"]
fn every_program_builds_and_passes() {
    for suite in [CORE, FILES, PROCESSES] {
        try_each(&suite, 1);
    }
}

/// Builds the program of a check for another processor and runs it on QEMU's user emulation.
fn passes_on(processor: Processor, plan: &Plan, folder: &Path, check: usize) -> Result<(), String> {
    let spec = Resources::find().spec().expect("tests-spec");
    let title = &plan.checks[check].title;
    let Ok(program) = repro_program(plan, &spec, check) else {
        return Ok(());
    };
    let (name, binary) = (processor.name(), folder.join(format!("{check}")));
    let source = folder.join(format!("{check}.c"));
    fs::write(&source, program).expect("a file");
    let mut cc = Command::new("clang");
    cc.args(FLAGS)
        .args(["-nostdlib", "-nostdlibinc", "-target"]);
    cc.arg(format!("{name}-linux-gnu")).arg("-isystem");
    cc.arg(format!("/usr/{name}-linux-gnu/include"));
    let built = cc.arg("-o").arg(&binary).arg(&source).output();
    let built = built.expect("clang runs");
    if !built.status.success() {
        let why = String::from_utf8_lossy(&built.stderr);
        return Err(format!("{title}: {why}"));
    }
    let mut run = Command::new("timeout");
    run.args(["-s", "KILL", "20"]).arg(format!("qemu-{name}"));
    let ran = run.arg(&binary).output().expect("it runs");
    match ran.status.code() {
        Some(0) => Ok(()),
        status => {
            let out = String::from_utf8_lossy(&ran.stdout);
            Err(format!("{title}: {status:?}\n{out}"))
        }
    }
}

/// Tries each check of a stride that is no known gap of QEMU's user emulation; none may fail.
fn try_each_on(processor: Processor, stride: usize) {
    let name = processor.name();
    let headers = format!("/usr/{name}-linux-gnu/include/fcntl.h");
    let debian = match processor {
        Processor::Aarch64 => "arm64",
        _ => name,
    };
    let needs = [
        (format!("qemu-{name}"), "qemu-user".to_string()),
        ("clang".to_string(), "clang".to_string()),
        (
            format!("{name}-linux-gnu-ld"),
            format!("binutils-{name}-linux-gnu"),
        ),
    ];
    let there = needs
        .iter()
        .all(|(program, package)| installed(program, package));
    let package = format!("libc6-dev-{debian}-cross");
    if !there || !packaged("headers", &package, Path::new(&headers).is_file()) {
        return;
    }
    let plan = Plan::of(&CORE.on(processor));
    let target = Resources::find().target(&format!("qemu-user-{name}"));
    let gaps = Resources::find().gaps_text(&target.expect("a target"), &plan.suite);
    let gaps = gaps.expect("its known gaps").1;
    let is_gap = |title: &str| gaps.contains(&format!("check = {title:?}"));
    let folder = tempfile::tempdir().expect("a folder");
    let checks = (0..plan.checks.len()).step_by(stride);
    let checks = checks.filter(|&check| !is_gap(&plan.checks[check].title));
    let wrong: Vec<String> = checks
        .filter_map(|check| passes_on(processor, &plan, folder.path(), check).err())
        .collect();
    assert!(wrong.is_empty(), "{}: {wrong:#?}", wrong.len());
}

#[test]
fn programs_of_other_processors_build_and_pass() {
    try_each_on(Processor::Aarch64, 2 * STRIDE);
    try_each_on(Processor::Riscv64, 2 * STRIDE);
}

#[test]
#[ignore = "it compiles two thousand programs"]
fn every_program_of_other_processors_builds_and_passes() {
    try_each_on(Processor::Aarch64, 1);
    try_each_on(Processor::Riscv64, 1);
}

#[test]
fn words_must_name_one_check() {
    let said = said(&["repro", "dup2"]);
    assert_eq!((said.exit, said.out.as_str()), (2, ""));
    assert!(
        said.err
            .contains("checks are about that; give the title of one: \"dup2:"),
        "{}",
        said.err
    );
}

/// The ELF of a check runs that check, and prints the result of each of its steps.
#[test]
fn elf_of_a_check_runs_it_alone() {
    use std::os::unix::fs::PermissionsExt;
    let printed = tool(&["repro", "dup2: target -1", "--elf"]).output();
    let printed = printed.expect("the tool runs");
    assert!(printed.status.success(), "{printed:?}");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("dup2");
    std::fs::write(&path, &printed.stdout).expect("a file");
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&path, mode).expect("a program");
    let output = Command::new(&path).output().expect("it runs");
    let log = String::from_utf8(output.stdout).expect("ASCII");
    let lines: Vec<&str> = log.lines().collect();
    let at = lines
        .iter()
        .position(|line| *line == "  [PASS] dup2: target -1 returns EBADF");
    let at = at.unwrap_or_else(|| panic!("{log}"));
    assert_eq!(lines[at - 1], "  = EBADF");
    let others = lines.iter().filter(|line| line.contains("[PASS]"));
    let plan = Plan::default();
    let check = plan.find("dup2: target -1 returns EBADF").expect("a check");
    let needed = check.index - plan.first_of_script(check.index) + 1;
    assert_eq!(others.count(), needed);
}
