//! The TOML file of a target, and what is made of it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::toml_file;

/// The places that a command and an environment may have.
const PLACES: [&str; 7] = [
    "elf",
    "kernel",
    "initramfs",
    "here",
    "tool",
    "fault",
    "accel",
];

/// Those that the command `version` may have: it is asked for before anything is booted.
const VERSION_PLACES: [&str; 4] = ["elf", "kernel", "here", "tool"];
/// Those that the paths of kernels may have.
const KERNEL_PLACES: [&str; 1] = ["here"];

/// How to run an ELF on a kernel.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    #[serde(skip)]
    pub name: String,
    /// The folder of its file, where it was read from one.
    #[serde(skip)]
    pub folder: Option<PathBuf>,
    /// Whether that is the user's, not the repository's.
    #[serde(skip)]
    pub own_file: bool,
    /// One sentence for people.
    pub about: String,
    /// The program and its words, with places in braces.
    pub command: Vec<String>,
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Where `{kernel}` may be: paths with one `*` at most, in the last part, and with `{here}`.
    #[serde(default)]
    pub kernel: Vec<String>,
    /// The package of this repository that is the kernel; it is built first.
    #[serde(default)]
    pub kernel_package: Option<String>,
    /// Bugs that the kernel itself brings back where `{fault}` names one.
    #[serde(default)]
    pub faults: Vec<String>,
    /// What `bless` calls the kernel; its target's name where nothing is given.
    #[serde(default)]
    pub kernel_name: Option<String>,
    /// A command whose first line is the kernel's version, for `bless`.
    #[serde(default)]
    pub version: Vec<String>,
    /// What may stand for `{accel}`, the best first; all but the last may turn out unusable.
    #[serde(default)]
    pub accel: Vec<String>,
    /// How to come by a kernel.
    #[serde(default)]
    pub kernel_install: Option<String>,
    /// Whether the command ends with the exit status of the suite.
    #[serde(default)]
    pub status: bool,
    /// Whether the command repeats what was once recorded, so that booting again is of no use.
    #[serde(default)]
    pub recorded: bool,
    /// The reference output that it is held against.
    #[serde(default = "linux")]
    pub oracle: String,
    #[serde(default)]
    pub limits: Limits,
    /// Texts in the console's lines by which the kernel says that it died.
    #[serde(default)]
    pub panic: Vec<String>,
    /// Texts by which it says that it is done.
    #[serde(default)]
    pub end: Vec<String>,
    /// Texts in the command's complaints by which an emulator says that the machine stopped.
    #[serde(default)]
    pub stopped: Vec<String>,
    /// What must be installed.
    #[serde(default)]
    pub package: Vec<Package>,
}

/// A program that the command needs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    pub program: String,
    /// The command that installs it.
    pub install: String,
}

/// How long things may take, in seconds.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Up to the header line, each boot.
    pub boot: f64,
    /// Up to the header line, with an accelerator that may be unusable.
    pub accel: f64,
    /// Without a byte behind the header line.
    pub silence: f64,
    /// From one line of the suite to the next, whatever else the kernel says meanwhile.
    pub check: f64,
    /// All boots together.
    pub total: f64,
    /// From the END line to the command's own end.
    pub settle: f64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            boot: 60.0,
            accel: 10.0,
            silence: 10.0,
            check: 20.0,
            total: 600.0,
            settle: 2.0,
        }
    }
}

impl Limits {
    /// Each with the name that it has in a target's file.
    pub fn named(&self) -> [(&'static str, f64); 6] {
        let Limits {
            boot,
            accel,
            silence,
            check,
            total,
            settle,
        } = *self;
        [
            ("boot", boot),
            ("accel", accel),
            ("silence", silence),
            ("check", check),
            ("total", total),
            ("settle", settle),
        ]
    }

    /// What is wrong with them.
    fn fault(&self) -> Option<String> {
        let wrong = |seconds: f64| {
            Duration::try_from_secs_f64(seconds).is_err() || seconds <= 0.0 || seconds > 1e6
        };
        let (name, seconds) = self
            .named()
            .into_iter()
            .find(|(_, seconds)| wrong(*seconds))?;
        Some(format!("limits.{name} is no time to wait: {seconds}"))
    }
}

fn linux() -> String {
    "linux".to_string()
}

/// A command with nothing left open.
#[derive(Clone, Debug)]
pub struct Invocation {
    pub words: Vec<OsString>,
    pub env: Vec<(String, String)>,
}

/// What stands in the places of a command.
#[derive(Clone, Debug, Default)]
pub struct Places {
    pub elf: PathBuf,
    pub kernel: Option<PathBuf>,
    pub initramfs: Option<PathBuf>,
    pub fault: Option<String>,
    pub accel: Option<String>,
}

impl std::fmt::Display for Invocation {
    /// The command as a shell would take it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
        for (number, word) in self.words.iter().enumerate() {
            let word = word.to_string_lossy();
            let space = if number == 0 { "" } else { " " };
            match !word.is_empty() && word.chars().all(plain) {
                true => write!(f, "{space}{word}")?,
                false => write!(f, "{space}'{}'", word.replace('\'', "'\\''"))?,
            }
        }
        Ok(())
    }
}

impl Target {
    /// Reads a target's file; `file` is its name for messages.
    pub fn parse(name: &str, file: &str, text: &str) -> Result<Target> {
        let mut target: Target = toml_file::parse(file, text)?;
        target.name = name.to_string();
        match target.fault() {
            Some(fault) => Err(Error::usage(format!("{file}: {fault}"))),
            None => Ok(target),
        }
    }

    /// What is wrong with it beyond its grammar.
    fn fault(&self) -> Option<String> {
        if self.command.is_empty() {
            return Some("command is empty".to_string());
        }
        let mut patterns = self.panic.iter().chain(&self.end).chain(&self.stopped);
        if patterns.any(|pattern| pattern.trim().is_empty()) {
            return Some("an empty pattern is in every line".to_string());
        }
        let empty =
            |package: &Package| [&package.program, &package.install].map(|text| blank(text));
        if self
            .package
            .iter()
            .any(|package| empty(package) != [false; 2])
        {
            return Some("a package has an empty program or install".to_string());
        }
        self.limits
            .fault()
            .or_else(|| self.places_fault())
            .or_else(|| self.choice_fault("accel", &self.accel))
            .or_else(|| self.choice_fault("fault", &self.faults))
            .or_else(|| self.suite_fault())
    }

    /// What is wrong with the names of its places.
    fn places_fault(&self) -> Option<String> {
        let texts = self.command.iter().chain(self.env.values());
        let within = |key: &str, texts: &[String], known: &[&str]| {
            Some(format!("{key}: {}", strange_place(texts, known)?))
        };
        strange_place(texts, &PLACES)
            .or_else(|| within("version", &self.version, &VERSION_PLACES))
            .or_else(|| within("kernel", &self.kernel, &KERNEL_PLACES))
    }

    /// What is wrong with a list of which one stands for a place.
    fn choice_fault(&self, place: &str, choices: &[String]) -> Option<String> {
        let key = match place {
            "fault" => "faults",
            _ => place,
        };
        let used = self.runs_with(place);
        if !used && !choices.is_empty() {
            return Some(format!(
                "{key} is given, but {{{place}}} is nowhere in command or env"
            ));
        }
        // The faults of `faulty-linux` are the tool's own.
        if used && choices.is_empty() && place != "fault" {
            return Some(format!(
                "{{{place}}} is in command or env, but {key} = [...] is missing"
            ));
        }
        if choices.iter().any(|choice| blank(choice)) {
            return Some(format!("{key} has an empty name"));
        }
        let mut seen = BTreeSet::new();
        let twice = choices.iter().find(|choice| !seen.insert(*choice));
        twice.map(|choice| format!("{key} has {choice} twice"))
    }

    /// Whether nothing brings the suite to the kernel.
    fn suite_fault(&self) -> Option<String> {
        let suite = ["elf", "initramfs"].map(|place| self.runs_with(place));
        (suite == [false; 2] && !self.recorded).then(|| {
            "neither {elf} nor {initramfs} is in command or env; if it repeats a log, say \
             recorded = true"
                .to_string()
        })
    }

    /// Whether its command, its environment or its command `version` has this place.
    pub fn wants(&self, place: &str) -> bool {
        self.runs_with(place) || self.version.iter().any(|text| has(text, place))
    }

    /// Whether its command or environment has this place.
    fn runs_with(&self, place: &str) -> bool {
        let mut texts = self.command.iter().chain(self.env.values());
        texts.any(|text| has(text, place))
    }

    /// The command with its places filled.
    pub fn invocation(&self, filled: &Places) -> Result<Invocation> {
        let env = self.env.iter().map(|(name, value)| {
            let value = &self.filled(std::slice::from_ref(value), filled)?[0];
            Ok((name.clone(), value.to_string_lossy().into_owned()))
        });
        Ok(Invocation {
            words: self.filled(&self.command, filled)?,
            env: env.collect::<Result<_>>()?,
        })
    }

    /// Texts with their places filled.
    fn filled(&self, texts: &[String], filled: &Places) -> Result<Vec<OsString>> {
        let tool = std::env::current_exe()
            .map_err(|error| Error::no_verdict(format!("the tool's own file: {error}")))?;
        let fill = |text: &String| {
            self.fill(text, &|place| match place {
                "elf" => Some(filled.elf.clone().into_os_string()),
                "kernel" => filled.kernel.clone().map(PathBuf::into_os_string),
                "initramfs" => filled.initramfs.clone().map(PathBuf::into_os_string),
                "here" => self.folder.clone().map(PathBuf::into_os_string),
                "fault" => filled.fault.clone().map(OsString::from),
                "accel" => filled.accel.clone().map(OsString::from),
                _ => Some(tool.clone().into_os_string()),
            })
        };
        texts.iter().map(fill).collect()
    }

    /// The words of the command that prints the kernel's version; none where there is none.
    pub fn version_words(&self, filled: &Places) -> Result<Vec<OsString>> {
        self.filled(&self.version, filled)
    }

    fn fill(&self, text: &str, place: &dyn Fn(&str) -> Option<OsString>) -> Result<OsString> {
        let mut filled = OsString::new();
        let mut rest = text;
        for name in places(text) {
            let mark = format!("{{{name}}}");
            let (before, behind) = rest.split_once(&mark).unwrap_or((rest, ""));
            filled.push(before);
            filled.push(place(&name).ok_or_else(|| {
                Error::usage(format!("target {}: nothing stands for {mark}", self.name))
            })?);
            rest = behind;
        }
        filled.push(rest);
        Ok(filled)
    }

    /// The kernel's file: the one given, or the first of the target's that is there.
    pub fn find_kernel(&self, given: Option<&Path>) -> Result<Option<PathBuf>> {
        if !self.wants("kernel") {
            return Ok(None);
        }
        if let Some(path) = given {
            require_file(path)?;
            return Ok(Some(path.to_path_buf()));
        }
        let here = |_: &str| self.folder.clone().map(PathBuf::into_os_string);
        let patterns = self.kernel.iter().map(|pattern| self.fill(pattern, &here));
        let patterns = patterns.collect::<Result<Vec<OsString>>>()?;
        let found = patterns.iter().find_map(|pattern| newest(pattern.as_ref()));
        let why = match found.as_ref().map(|path| require_file(path)) {
            Some(Ok(())) => return Ok(found),
            Some(Err(problem)) => problem.text,
            None if patterns.is_empty() => "it lists no kernel".to_string(),
            None => {
                let tried = patterns.iter().map(|pattern| pattern.to_string_lossy());
                format!("no kernel at {}", tried.collect::<Vec<_>>().join(", "))
            }
        };
        let how = self.kernel_install.as_deref();
        let how = how.map_or_else(String::new, |how| format!("install one with: {how}, or "));
        Err(Error::no_verdict(format!(
            "target {}: {why}; {how}give one with --kernel",
            self.name
        )))
    }
}

/// Complains about all programs that targets need and that are not installed, with what installs
/// them.
pub fn require_packages<'t>(targets: impl IntoIterator<Item = &'t Target>) -> Result<()> {
    let missing = |package: &&Package| !is_program(package.program.as_ref());
    let (mut names, mut programs, mut installs) = (Vec::new(), Vec::new(), Vec::new());
    for target in targets {
        let missing: Vec<&Package> = target.package.iter().filter(missing).collect();
        if !missing.is_empty() {
            note(&mut names, &target.name);
        }
        for package in missing {
            note(&mut programs, &package.program);
            note(&mut installs, &package.install);
        }
    }
    let (targets, need) = match names.len() {
        0 => return Ok(()),
        1 => ("target", "needs"),
        _ => ("targets", "need"),
    };
    Err(Error::no_verdict(format!(
        "{targets} {} {need} {}; install with: {}",
        listed(&names),
        listed(&programs),
        installing(&installs)
    )))
}

/// Adds a word that is not there yet.
fn note<'a>(words: &mut Vec<&'a str>, word: &'a str) {
    if !words.contains(&word) {
        words.push(word);
    }
}

fn listed(words: &[&str]) -> String {
    match words {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        _ => words.concat(),
    }
}

/// Several commands as one; those of apt-get are one anyway.
fn installing(commands: &[&str]) -> String {
    const APT: &str = "apt-get install ";
    let packages = commands.iter().filter_map(|line| line.strip_prefix(APT));
    let packages: Vec<&str> = packages.collect();
    let apt = (!packages.is_empty()).then(|| format!("{APT}{}", packages.join(" ")));
    let others = commands.iter().filter(|line| !line.starts_with(APT));
    let all = apt.into_iter().chain(others.map(ToString::to_string));
    all.collect::<Vec<_>>().join(" && ")
}

/// Complains about a file of the user's that is not there or cannot be read.
pub fn require_file(path: &Path) -> Result<()> {
    let problem = |error| Error::file(path, &error);
    // Looked at before it is opened: a pipe would wait for somebody.
    if !std::fs::metadata(path).map_err(problem)?.is_file() {
        return Err(Error::usage(format!(
            "{}: not a regular file",
            path.display()
        )));
    }
    std::fs::File::open(path).map(drop).map_err(problem)
}

impl Invocation {
    /// Complains about a program that is not there.
    pub fn require_program(&self) -> Result<()> {
        match self.words.first() {
            Some(program) if !is_program(Path::new(program)) => Err(Error::no_verdict(format!(
                "the target does not start: {} is no program",
                program.display()
            ))),
            _ => Ok(()),
        }
    }
}

fn has(text: &str, place: &str) -> bool {
    places(text).iter().any(|known| known == place)
}

/// The places in a text: names of lower-case letters in braces.
fn places(text: &str) -> Vec<String> {
    let names = in_braces(text).map(|(_, name)| name);
    names
        .filter(|name| is_place(name))
        .map(str::to_string)
        .collect()
}

fn is_place(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase())
}

/// What stands in braces in a text, and what before.
fn in_braces(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.match_indices('{').filter_map(|(at, _)| {
        let (name, _) = text[at + 1..].split_once('}')?;
        Some((&text[..at], name))
    })
}

fn blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// What is wrong with the first place that is none of those known.
fn strange_place<'a>(
    texts: impl IntoIterator<Item = &'a String>,
    known: &[&str],
) -> Option<String> {
    // Other braces are the command's own, a shell's `${KERNEL}` say, unless a place was meant.
    let meant = |&(before, name): &(&str, &str)| {
        let almost = name.trim().to_ascii_lowercase();
        is_place(name) || !before.ends_with('$') && PLACES.contains(&almost.as_str())
    };
    let names = texts.into_iter().flat_map(|text| in_braces(text));
    let mut names = names.filter(meant).map(|(_, name)| name);
    let strange = names.find(|name| !known.contains(name))?;
    let known: Vec<String> = known.iter().map(|place| format!("{{{place}}}")).collect();
    Some(format!(
        "no place is called {{{strange}}}; there are {}",
        known.join(" ")
    ))
}

/// The last in order of the files that a path with one `*` in its last part may mean.
fn newest(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let Some((begin, end)) = name.split_once('*') else {
        return path.is_file().then(|| path.to_path_buf());
    };
    let entries = std::fs::read_dir(path.parent()?).ok()?.flatten();
    let fits = |path: &PathBuf| {
        let name = path.file_name().map(OsStrExt::as_bytes).unwrap_or_default();
        let long = name.len() >= begin.len() + end.len();
        long && name.starts_with(begin.as_bytes()) && name.ends_with(end.as_bytes())
    };
    let files = entries.map(|entry| entry.path());
    files.filter(|path| path.is_file() && fits(path)).max()
}

/// Whether a program can be run, by its path or by its name in `PATH`.
pub fn is_program(program: &Path) -> bool {
    let executable = |path: &Path| {
        path.is_file() && nix::unistd::access(path, nix::unistd::AccessFlags::X_OK).is_ok()
    };
    if program.components().count() > 1 {
        return executable(program);
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| executable(&folder.join(program)))
}
