//! Target files: they are read strictly, and messages name what they need.

use super::common::{LOG, Said, root, said, tool};
use super::toy::gate;
use conformance::testing::{Target, TargetLimits};

/// A folder with a target of this text after its `about`.
fn folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("a file");
    };
    write("toy.toml", &format!("about = \"x\"\n{text}"));
    write("oracle.txt", &LOG);
    folder
}

/// The line with which the gate refuses a target of this text.
fn refused(text: &str, exit: i32) -> String {
    let folder = folder(text);
    let said = gate(folder.path(), &[]);
    assert_eq!(said.exit, exit, "{text}: {}{}", said.out, said.err);
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    let path = folder.path().display().to_string();
    said.err.trim_end().replace(&path, "HERE")
}

#[test]
fn target_files_are_read_strictly() {
    for (text, hint) in [
        ("", "command"),
        ("command = []", "empty"),
        ("command = [\"{elv}\"]", "{elv}"),
        ("command = [\"{Elf}\"]", "unknown placeholder {Elf}"),
        (
            "command = [\"{elf}\", \"{elf }\"]",
            "unknown placeholder {elf }",
        ),
        (
            "command = [\"{elf}\"]\nversion = [\"echo\", \"{accel}\"]",
            "version: unknown placeholder {accel}; known here: {elf} {kernel} {here} {tool}",
        ),
        (
            "command = [\"{elf}\", \"{kernel}\"]\nkernel = [\"{elf}\"]",
            "kernel: unknown placeholder {elf}; known here: {here}",
        ),
        ("command = [\"{elf}\"]\npanic = [\"\"]", "no empty pattern"),
        (
            "command = [\"{elf}\"]\n[limits]\nboot = -1",
            "limits.boot must be above 0 and at most 1000000 seconds, not -1",
        ),
        ("command = [\"{elf}\"]\n[limits]\nbout = 1", "toy.toml:4"),
        (
            "command = [\"{elf}\"]\n[limits]\ntotal = nan",
            "limits.total must be above 0 and at most 1000000 seconds, not NaN",
        ),
        (
            "command = [\"{elf}\"]\n[[package]]\nprogram = \"\"\ninstall = \"x\"",
            "a package has an empty program or install",
        ),
        (
            "command = [\"cat\"]",
            "neither {elf} nor {initramfs} is in command or env; if the command prints a recorded \
             log, set recorded = true",
        ),
    ] {
        let said = refused(text, 2);
        assert!(said.contains(hint), "{text}: {said}");
    }
}

#[test]
fn choices_and_their_places_come_together() {
    for (text, wanted) in [
        (
            "command = [\"{elf}\", \"{accel}\"]",
            "{accel} is in command or env, but accel = [...] is missing",
        ),
        (
            "command = [\"{elf}\"]\naccel = [\"kvm\"]",
            "accel is set, but {accel} is in neither command nor env",
        ),
        (
            "command = [\"{elf}\"]\nfaults = [\"a\"]",
            "faults is set, but {fault} is in neither command nor env",
        ),
        (
            "command = [\"{elf}\", \"{accel}\"]\naccel = [\"kvm\", \"\"]",
            "accel contains an empty name",
        ),
        (
            "command = [\"{elf}\", \"{fault}\"]\nfaults = [\"a\", \"b\", \"a\"]",
            "faults contains a twice",
        ),
    ] {
        assert_eq!(refused(text, 2), format!("error: HERE/toy.toml: {wanted}"));
    }
}

#[test]
fn a_commands_own_braces_are_no_places() {
    let script = "${ELF:+} ${KERNEL} awk '{print $1}' < /dev/null; $0";
    let text = format!("command = [\"sh\", \"-c\", \"{script}\", \"{{elf}}\"]");
    let folder = folder(&text);
    let said = gate(folder.path(), &[]);
    assert_eq!(said.exit, 0, "{}{}", said.out, said.err);
}

#[test]
fn a_missing_program_is_named_with_what_installs_it() {
    let text = "command = [\"{elf}\"]\n[[package]]\nprogram = \"no-such-emulator\"\n\
                install = \"apt-get install emulator\"\n";
    let wanted = "error: target toy needs no-such-emulator; install with: apt-get install emulator";
    assert_eq!(refused(text, 3), wanted);
}

/// All that several targets need is named at once, before any of them is run.
#[test]
fn a_matrix_names_all_that_is_missing_at_once() {
    let more = folder(
        "command = [\"{elf}\"]\n[[package]]\nprogram = \"no-such-emulator\"\n\
         install = \"make emulator\"\n",
    );
    let mut command = tool(&["matrix", "linux", "gvisor", "linux-qemu", "uml"]);
    command.arg(more.path().join("toy.toml"));
    let said: Said = command
        .env("PATH", "/nowhere")
        .output()
        .expect("the tool runs")
        .into();
    let wanted = "error: targets gvisor, linux-qemu, uml and toy need runsc, qemu-system-x86_64, \
                  linux.uml and no-such-emulator; install with: apt-get install runsc \
                  qemu-system-x86 user-mode-linux && make emulator\n";
    assert_eq!((said.exit, said.err.as_str()), (3, wanted));
}

#[test]
fn a_missing_kernel_is_named_with_what_installs_it() {
    for (more, wanted) in [
        (
            "kernel = [\"{here}/no-kernel\", \"/nowhere/vmlinuz-*\"]\n\
             kernel_install = \"apt-get install linux\"",
            "no kernel at HERE/no-kernel, /nowhere/vmlinuz-*; install one with: \
             apt-get install linux, or give one with --kernel",
        ),
        (
            "kernel = [\"/nowhere/vmlinuz\"]",
            "no kernel at /nowhere/vmlinuz; give one with --kernel",
        ),
        ("", "its file lists no kernel; give one with --kernel"),
    ] {
        let text = format!("command = [\"{{elf}}\", \"{{kernel}}\"]\n{more}");
        assert_eq!(refused(&text, 3), format!("error: target toy: {wanted}"));
    }
}

#[test]
fn a_kernel_may_be_in_the_targets_folder() {
    let folder = folder("command = [\"{elf}\", \"{kernel}\"]\nkernel = [\"{here}/oracle.*\"]\n");
    let said = gate(folder.path(), &["--format", "json"]);
    assert_eq!(said.exit, 0, "{}", said.err);
    let words = format!("{}/oracle.txt\"", folder.path().display());
    assert!(said.out.contains(&words), "{}", said.out);
}

#[test]
fn a_file_that_was_given_and_cannot_be_read_is_wrong_usage() {
    for (target, word, path, why) in [
        ("linux-qemu", "--kernel", "/nowhere/vmlinuz", "No such file"),
        ("linux-qemu", "--kernel", "/proc", "not a regular file"),
        ("linux", "--elf", "/nowhere/elf", "No such file"),
        ("linux", "--elf", "/proc", "not a regular file"),
    ] {
        let said = said(&["gate", target, word, path]);
        assert_eq!(said.exit, 2, "{word} {path}: {}", said.err);
        let begin = format!("error: {path}: {why}");
        assert!(said.err.starts_with(&begin), "{}", said.err);
    }
}

#[test]
fn a_kernel_that_cannot_be_read_is_told_before_it_is_booted() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder("command = [\"{elf}\", \"{kernel}\"]\nkernel = [\"{here}/secret\"]\n");
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "").expect("a file");
    let closed = std::fs::Permissions::from_mode(0o000);
    std::fs::set_permissions(&secret, closed).expect("a mode");
    if std::fs::read(&secret).is_ok() {
        // Root reads everything.
        return;
    }
    let said = gate(folder.path(), &[]);
    assert_eq!(said.exit, 3, "{}", said.err);
    assert!(said.err.contains("Permission denied"), "{}", said.err);
    assert!(
        said.err.ends_with("; give one with --kernel\n"),
        "{}",
        said.err
    );
}

/// The example can be copied, and the limits are those that hold without it.
#[test]
fn the_guide_shows_a_target_that_is_read() {
    let guide = std::fs::read_to_string(root().join("tools/PORTING.md")).expect("a guide");
    let example = guide.split("```toml").nth(1).expect("an example");
    let example = example.split("```").next().unwrap_or_default();
    let target = Target::parse("kernel", "kernel.toml", example).expect("a target");
    assert!(target.wants("kernel"));
    for (name, seconds) in TargetLimits::default().named() {
        let row = format!("| `{name}` | {seconds} |");
        assert!(guide.contains(&row), "tools/PORTING.md lacks {row}");
    }
}
