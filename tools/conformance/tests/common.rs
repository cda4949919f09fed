//! The helpers of several tests: the ELF, a log that passes, the tool itself.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};

use conformance::testing::{Plan, Shape, Step, build_elf, end_line, totals_line};
use packer::log::{Crc32, RULE, Tally, Verdict};
use packer::plan::Profile;

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("a repository")
}

/// The formats of `gate`, `run` and `diff`, as `--format` spells them.
pub const FORMATS: [&str; 10] = [
    "human",
    "json",
    "junit",
    "ktap",
    "tap",
    "markdown",
    "brief",
    "html",
    "lava",
    "codequality",
];

/// The ELF, built once for each test program.
pub static ELF: LazyLock<PathBuf> =
    LazyLock::new(|| build_elf(&root(), Shape::Plain).expect("the ELF builds"));

/// Its log on this kernel.
pub static LOG: LazyLock<String> = LazyLock::new(|| {
    let output = Command::new(&*ELF)
        .stdin(Stdio::null())
        .output()
        .expect("the ELF runs");
    String::from_utf8(output.stdout).expect("a log is ASCII")
});

/// The output and the exit code of the tool.
pub struct Said {
    pub exit: i32,
    pub out: String,
    pub err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Said {
        Said {
            exit: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).expect("text"),
            err: String::from_utf8(output.stderr).expect("text"),
        }
    }
}

impl Said {
    /// stderr without the line of each boot that ended.
    pub fn complaints(&self) -> String {
        let lines = self.err.lines();
        let others = lines.filter(|line| !line.starts_with("boot ") && !line.starts_with("trace "));
        others.map(|line| format!("{line}\n")).collect()
    }
}

/// The tool with these arguments, run inside the repository.
pub fn tool(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conformance"));
    command.args(args).current_dir(root()).stdin(Stdio::null());
    command
}

/// Runs the tool with these arguments.
pub fn said(args: &[&str]) -> Said {
    tool(args).output().expect("the tool runs").into()
}

/// Runs the tool with these arguments and a text on its stdin.
pub fn said_of(args: &[&str], stdin: &[u8]) -> Said {
    let mut child = tool(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool runs");
    let mut pipe = child.stdin.take().expect("a pipe");
    pipe.write_all(stdin).expect("the tool reads its stdin");
    drop(pipe);
    child.wait_with_output().expect("the tool ends").into()
}

/// A file that is deleted at the end of the test.
pub fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(text.as_bytes()).expect("room for a log");
    file
}

/// The lines of the log.
pub fn lines() -> Vec<String> {
    LOG.lines().map(str::to_string).collect()
}

/// Lines as a text.
pub fn joined(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// A log in which these checks got these values, or were not asked for the reason given, with
/// totals and checksum that agree.
pub fn forged(plan: &Plan, notes: &[(usize, &str)]) -> String {
    let mut tallies = [Tally::default(); Profile::ALL.len() + 1];
    let mut text = String::new();
    for &step in &plan.steps {
        text += &match step {
            Step::Header => plan.header(),
            Step::Section(group) => plan.section(group),
            Step::Check(check) => {
                let note = notes.iter().find(|(index, _)| *index == check);
                let verdict = note.map_or(Verdict::Pass, |_| Verdict::Fail);
                let begin = plan.verdict(check, verdict);
                tallies[plan.checks[check].profile as usize].add(verdict);
                tallies[Profile::ALL.len()].add(verdict);
                match note {
                    None => begin,
                    Some((_, step)) if step.starts_with("not asked: ") => {
                        format!("{begin} ({step})")
                    }
                    Some((_, value)) => format!("{begin} (got {value})"),
                }
            }
            Step::Rule => RULE.to_string(),
            Step::Profile(profile) => totals_line(Some(profile), tallies[profile as usize]),
            Step::Summary => totals_line(None, tallies[Profile::ALL.len()]),
            Step::End => end_line(crc(&text)),
        };
        text.push('\n');
    }
    text
}

/// The checksum of a text.
pub fn crc(text: &str) -> u32 {
    let mut crc = Crc32::new();
    text.bytes().for_each(|byte| crc.byte(byte));
    crc.value()
}

/// True where a program of that name is in PATH.
pub fn have(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// True where a test can go on that needs a program of a Debian package. Where it is missing the
/// test fails in CI, and elsewhere prints what installs it.
pub fn installed(program: &str, package: &str) -> bool {
    packaged(program, package, have(program))
}

/// The same for something of a package that is no program in PATH.
pub fn packaged(need: &str, package: &str, there: bool) -> bool {
    required(
        &format!("{need}; install with: apt-get install {package}"),
        there,
    )
}

/// The lines of what was skipped: a test may ask for the same thing several times.
static SKIPPED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// True where a test can go on that needs something. Where it is missing the test fails in CI, and
/// elsewhere prints once that it did nothing.
pub fn required(need: &str, there: bool) -> bool {
    let ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
    assert!(there || !ci, "needed in CI: {need}");
    if !there {
        let test = std::thread::current();
        let name = test.name().unwrap_or("a test").to_string();
        let line = format!("{name} skipped, because it needs {need}");
        let mut said = SKIPPED.lock().unwrap_or_else(PoisonError::into_inner);
        if said.insert(line.clone()) {
            // The harness shows what a test prints only where the test fails; this is not printed.
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    }
    there
}

/// The output of a program that reads a file; it must succeed. None where it is not installed.
pub fn reads(program: &str, words: &[&str], path: &Path) -> Option<String> {
    let package = match program {
        "xmllint" => "libxml2-utils",
        _ => program,
    };
    if !installed(program, package) {
        return None;
    }
    let output = Command::new(program).args(words).arg(path).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{program} {words:?}: {text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(text)
}

/// True where Python has its reader of JSON schemas.
pub fn has_jsonschema() -> bool {
    let mut python = Command::new("python3");
    python
        .args(["-c", "import jsonschema"])
        .stderr(Stdio::null());
    let there = python.status().is_ok_and(|status| status.success());
    packaged("the Python module jsonschema", "python3-jsonschema", there)
}

/// The files below a folder with that ending, but for what is built.
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .flatten()
        .collect();
    entries.sort_by_key(std::fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        let name = entry.file_name();
        // Cargo marks its own folders so, unless it found them; `target` is a room, too.
        let built = path == root().join("target") || path.join("CACHEDIR.TAG").exists();
        let is_folder = entry.file_type().is_ok_and(|it| it.is_dir());
        if is_folder && name != ".git" && !built {
            found.extend(files(&path, ending));
        } else if name.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found
}

/// The Rust files below a folder.
pub fn source_files(folder: &Path) -> Vec<PathBuf> {
    files(folder, ".rs")
}

/// Numbers from a seed: xorshift of 64 bits.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}
