//! `cargo conformance` of a clone: silent where there is nothing to build, and visible elsewhere.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::common::{Said, root};

/// The launcher in a folder of its own, where its cargo and the tool are what a test says.
fn launcher(folder: &Path) -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target = root().join("target");
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--package", "launcher", "--target-dir"])
        .arg(&target)
        .current_dir(root())
        .status()
        .expect("cargo runs");
    assert!(built.success());
    let copy = folder.join("launcher");
    fs::copy(target.join("debug/launcher"), &copy).expect("a program");
    copy
}

fn program(path: &Path, script: &str) {
    fs::write(path, format!("#!/bin/sh\n{script}\n")).expect("a program");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a program");
}

/// Launches the tool with a cargo that does this.
fn launched(launcher: &Path, cargo: &str) -> Said {
    let folder = launcher.parent().expect("a folder");
    program(&folder.join("cargo"), cargo);
    let output = Command::new(launcher)
        .args(["list", "a b"])
        .env("CARGO", folder.join("cargo"))
        .current_dir(folder)
        .output();
    output.expect("it runs").into()
}

#[test]
fn a_build_is_visible_and_nothing_else_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let launcher = launcher(folder.path());
    let tool = "printf '#!/bin/sh\\nprintf \"<%%s>\" \"$@\"\\n' > conformance; \
                chmod +x conformance; echo '   Compiling x' >&2";
    let first = launched(&launcher, tool);
    assert_eq!((first.exit, &*first.out), (0, "<conformance><list><a b>"));
    let wanted = "Building the tool and the suite, once; this takes a minute or two.\n   \
                  Compiling x\n";
    assert_eq!(first.err, wanted);
    let again = launched(&launcher, "echo '   Compiling x' >&2");
    assert!(
        again.err.starts_with("Building the tool again"),
        "{}",
        again.err
    );
    let fresh = launched(&launcher, "echo '    Finished' >&2");
    assert_eq!((fresh.exit, &*fresh.err), (0, ""));
    let broken = launched(&launcher, "echo 'error: no' >&2; exit 101");
    assert_eq!(
        (broken.exit, &*broken.err, &*broken.out),
        (2, "error: no\n", "")
    );
}
