//! The templates of `init` and the wrappers of PORTING: each runs the suite, with stand-ins for the
//! programs that its machine would have.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::common::{LOG, Said, root, tool};

/// An emulator: runs what it is given as an initrd or as the first drive, or the program in it.
const EMULATOR: &str = r#"
initrd= drive= kernel=
while [ $# -gt 0 ]; do
    case "$1" in
    -initrd) initrd=$2 ;;
    -kernel) kernel=$2 ;;
    -drive) drive=${2#file=}; drive=${drive%%,*} ;;
    esac
    shift
done
case "$initrd$drive" in
*.tar) cd "${initrd%/*}" && tar xf "$initrd" && exec bin/init ;;
*.img) exec "$drive.init" ;;
"") exec "$kernel.app" ;;
*) exec "$initrd" ;;
esac
"#;
/// Writes the file beside the image, from which the emulator runs it.
const MCOPY: &str = "image=${3%%@@*}; cp \"$4\" \"$image.init\"";
const OBJCOPY: &str = "cp \"${2#.app=}\" \"$4.app\"";
const SANDBOX: &str = "exec \"$2\"";

fn program(path: &Path, script: &str) {
    fs::write(path, format!("#!/bin/sh\n{script}\n")).expect("a program");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a program");
}

/// Runs the target of a folder, which gets what its machine would have.
fn run(folder: &Path) -> Said {
    for (name, text) in [("disk.img", ""), ("kernel.elf", ""), ("unikernel.elf", "")] {
        fs::create_dir_all(folder.join("build")).expect("a folder");
        fs::write(folder.join("build").join(name), text).expect("a file");
    }
    let bin = folder.join("bin");
    fs::create_dir_all(&bin).expect("a folder");
    program(&bin.join("qemu-system-x86_64"), EMULATOR);
    program(&bin.join("mcopy"), MCOPY);
    program(&bin.join("objcopy"), OBJCOPY);
    program(&folder.join("build/sandbox"), SANDBOX);
    fs::write(folder.join("oracle.txt"), &*LOG).expect("a file");
    let path = format!(
        "{}:{}",
        bin.display(),
        std::env::var("PATH").expect("a PATH")
    );
    let mut command = tool(&["run"]);
    command.arg(folder.join("kernel.toml")).env("PATH", path);
    command.arg("--oracle").arg(folder.join("oracle.txt"));
    command.output().expect("the tool runs").into()
}

#[test]
fn every_template_runs_the_suite() {
    for template in ["qemu", "image", "unikernel", "sandbox"] {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("kernel.toml");
        let mut init = tool(&["init", template, "--out"]);
        let init: Said = init.arg(&target).output().expect("the tool runs").into();
        assert_eq!(init.exit, 0, "{}", init.err);
        let said = run(folder.path());
        assert_eq!(said.exit, 0, "{template}: {}{}", said.out, said.err);
        // It replaces nothing.
        let mut init = tool(&["init", template, "--out"]);
        let init: Said = init.arg(&target).output().expect("the tool runs").into();
        assert_eq!(init.exit, 2, "{}", init.out);
        assert!(init.err.contains("exists"), "{}", init.err);
    }
}

/// The board of the template, at this machine: its console is a socket, its power a shell.
#[test]
fn the_template_of_a_board_is_a_target() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("kernel.toml");
    let mut init = tool(&["init", "board", "--out"]);
    let init: Said = init.arg(&target).output().expect("the tool runs").into();
    assert_eq!(init.exit, 0, "{}", init.err);
    let text = fs::read_to_string(&target).expect("a target");
    assert!(conformance::testing::Target::parse("board", "board.toml", &text).is_ok());
}

/// The targets in PORTING, which lacks the indentation of the list that they are in.
#[test]
fn every_wrapper_of_porting_runs_the_suite() {
    let porting = fs::read_to_string(root().join("tools/PORTING.md")).expect("a document");
    let blocks = porting.split("```toml\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().expect("a text"));
    let targets: Vec<&str> = blocks
        .filter(|block| block.contains("command = "))
        .collect();
    assert_eq!(targets.len(), 4, "a target and three wrappers");
    for text in targets {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("kernel.toml"), text).expect("a file");
        let said = run(folder.path());
        assert_eq!(said.exit, 0, "{text}\n{}{}", said.out, said.err);
    }
}
