//! The ELFs of the suites on this Linux, and the logs that they must give.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread;

use super::common::{crc, root};
use conformance::testing::{Shape, build_suite, end_line, temp_elf, totals_line};
use packer::log::{Line, Tally, Verdict};
use packer::plan::Profile;
use packer::plan::call::{FOLDER, FRESH};
use packer::suites::{CORE, FILES, PROCESSES, Suite};
use tempfile::{TempDir, TempPath};

/// The ELF of a suite.
pub struct Program {
    pub suite: Suite,
    /// A copy that every user may run, wherever the repository lies.
    pub elf: TempPath,
    /// The oracle: the log in which each check passes.
    pub oracle: String,
}

/// The suites of this processor.
pub static PROGRAMS: LazyLock<[Program; 3]> = LazyLock::new(|| {
    [
        (CORE, "linux.txt"),
        (FILES, "linux-files.txt"),
        (PROCESSES, "linux-processes.txt"),
    ]
    .map(|(suite, oracle)| {
        let elf = build_suite(&root(), Shape::Plain, &suite).expect("the ELF builds");
        let oracle = root().join("reference-outputs").join(oracle);
        Program {
            suite,
            elf: temp_elf(&std::fs::read(elf).expect("the ELF")).expect("a copy"),
            oracle: std::fs::read_to_string(oracle).expect("the oracle"),
        }
    })
});

/// Does this for each suite at the same time, in an empty folder of its own that every user may
/// write. Nothing may be left there.
pub fn each(run: impl Fn(&Program, &Path) + Sync) {
    thread::scope(|scope| {
        for program in PROGRAMS.iter() {
            let run = &run;
            scope.spawn(move || in_folder(program, run));
        }
    });
}

/// Does this for one suite after the other, and for no other test meanwhile: in a PID namespace of
/// its own each program has the same process id, from which its abstract socket has its name.
pub fn each_in_turn(run: impl Fn(&Program, &Path)) {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    for program in PROGRAMS.iter() {
        in_folder(program, &run);
    }
}

fn in_folder(program: &Program, run: impl Fn(&Program, &Path)) {
    let folder = open_folder();
    run(program, folder.path());
    let left = std::fs::read_dir(folder.path()).expect("a folder");
    let left: Vec<_> = left.flatten().map(|entry| entry.file_name()).collect();
    assert!(left.is_empty(), "{}: left {left:?}", program.suite.name);
}

/// An empty folder that every user may write.
pub fn open_folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).expect("our folder");
    folder
}

/// Ends what does not end by itself, so that a test fails instead of standing still.
pub fn timed(program: &str) -> Command {
    let mut command = Command::new("timeout");
    command
        .args(["-k", "1", "60", program])
        .stdin(Stdio::null());
    command
}

/// The output of an ELF as the last argument of a command, in a folder.
pub fn output(words: &[&str], program: &Program, folder: &Path) -> Output {
    let mut command = timed(words[0]);
    command.args(&words[1..]).arg(&*program.elf);
    command.current_dir(folder).output().expect("it starts")
}

/// True where a command succeeds.
pub fn can(words: &[&str]) -> bool {
    let status = timed(words[0])
        .args(&words[1..])
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

impl Program {
    /// The path of the ELF.
    pub fn path(&self) -> &str {
        self.elf.to_str().expect("a path")
    }

    /// Asserts that a run gave the oracle's log.
    pub fn is_good(&self, output: &Output) {
        self.gave(output, &self.oracle);
    }

    /// Asserts that a run gave this log, and the exit status that belongs to it.
    pub fn gave(&self, output: &Output, log: &str) {
        let text = String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n");
        let lines = text.lines().zip(log.lines());
        let differing: Vec<_> = lines.filter(|(is, wanted)| is != wanted).take(9).collect();
        let stderr = String::from_utf8_lossy(&output.stderr);
        let name = self.suite.name;
        assert!(
            differing.is_empty(),
            "{name}: {differing:#?}, stderr: {stderr}"
        );
        assert_eq!(text, log, "{name}: {stderr}");
        let status = i32::from(log != self.oracle);
        assert_eq!(output.status.code(), Some(status), "{name}: {stderr}");
    }

    /// The log where no folder can be made, for a reason as the log says it.
    ///
    /// Only the suite about paths says so after its header: it makes its folder before all checks.
    pub fn log_without_folder(&self, reason: &str) -> String {
        let needs = self.needs_folder();
        let log = self.log_with(|check, _| needs[check].then(|| format!("not asked: {reason}")));
        if self.suite.name != FILES.name {
            return log;
        }
        let (header, rest) = log.split_once('\n').expect("a header");
        let (rest, _) = rest.rsplit_once("END ").expect("an end");
        let text = format!("{header}\nno folder: {reason}\n{rest}");
        let end = end_line(crc(&text));
        format!("{text}{end}\n")
    }

    /// For each check true where its script goes to a folder before it.
    fn needs_folder(&self) -> Vec<bool> {
        let mut inside = false;
        let mut needs = Vec::new();
        for row in self.suite.groups().flat_map(|group| group.rows()) {
            inside = (inside && row.call != FRESH) || row.call == FOLDER;
            needs.extend(row.name.map(|_| inside));
        }
        needs
    }

    /// The log in which the checks that have a note failed: it is asked for by index and title.
    pub fn log_with(&self, note: impl Fn(usize, &str) -> Option<String>) -> String {
        let profiles: Vec<Profile> = self.suite.checks().map(|check| check.profile()).collect();
        let mut tallies = [Tally::default(); Profile::ALL.len() + 1];
        let mut text = String::new();
        let mut check = 0;
        for line in self.oracle.lines() {
            match Line::parse(line) {
                Some(Line::Check { title, .. }) => {
                    let note = note(check, title);
                    let verdict = note.as_ref().map_or(Verdict::Pass, |_| Verdict::Fail);
                    tallies[profiles[check] as usize].add(verdict);
                    tallies[Profile::ALL.len()].add(verdict);
                    check += 1;
                    text += &note.map_or(line.to_string(), |note| {
                        format!("  [FAIL] {title} ({note})")
                    });
                }
                Some(Line::Totals { label, .. }) => {
                    let mut profiles = Profile::ALL.into_iter();
                    let profile = profiles.find(|profile| profile.name() == label);
                    // The summary comes after the profiles.
                    let place = profile.map_or(Profile::ALL.len(), |profile| profile as usize);
                    text += &totals_line(profile, tallies[place]);
                }
                Some(Line::End { .. }) => text += &end_line(crc(&text)),
                _ => text += line,
            }
            text.push('\n');
        }
        text
    }
}
