//! The programs in C that the tests trace.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Compiles `tests/NAME.c`; returns the program.
pub fn compiled(name: &str) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/{name}.c"));
    let binary = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let status = Command::new("cc")
        .args(["-O1", "-Wall", "-Wextra", "-Werror", "-pthread", "-o"])
        .arg(&binary)
        .arg(source)
        .status()
        .expect("cc is installed");
    assert!(status.success());
    binary
}
