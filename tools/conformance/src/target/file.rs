//! The TOML file of a target.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use packer::abi::Processor;
use packer::suites::{self, Suite};
use serde::{Deserialize, Deserializer};

use super::console::{Console, Power};
use super::limits::TargetLimits;
use super::packages::Package;
use crate::error::{self, Error};
use crate::plan::name_of;
use crate::toml_file;

/// A way to run an ELF on a kernel.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    #[serde(skip)]
    pub name: String,
    /// The path of the file as the user wrote it, or that in this repository.
    #[serde(skip)]
    pub file: String,
    /// The folder of the file; none for an embedded target.
    #[serde(skip)]
    pub folder: Option<PathBuf>,
    /// True where the file is the user's, not the repository's.
    #[serde(skip)]
    pub own_file: bool,
    /// One sentence for people.
    #[serde(default)]
    pub about: String,
    /// The processor of the kernel.
    #[serde(default = "x86_64", deserialize_with = "processor")]
    pub arch: Processor,
    /// The program and its arguments, with placeholders. Its output is the console, unless
    /// `console` names another: then it puts the suite where the board loads it from.
    #[serde(default)]
    pub command: Vec<String>,
    /// A command that is run once, before the first boot.
    #[serde(default)]
    pub prepare: Vec<String>,
    /// The shape of the suite's ELF.
    #[serde(default)]
    pub elf: ElfShape,
    /// A serial device or a socket where the console is read.
    #[serde(default)]
    pub console: Option<String>,
    /// The commands that switch a board with such a console.
    #[serde(default)]
    pub power: Power,
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Paths of the kernel, the first that exists is taken. The last part of each may hold one `*`;
    /// `{here}` is the only placeholder.
    #[serde(default)]
    pub kernel: Vec<String>,
    /// The package of this repository that builds the kernel.
    #[serde(default)]
    pub kernel_package: Option<String>,
    /// The values of `{fault}`, where the kernel has faults of its own.
    #[serde(default)]
    pub faults: Vec<String>,
    /// The kernel's name in the sidecar that `bless` writes; without it the target's name.
    #[serde(default)]
    pub kernel_name: Option<String>,
    /// A command whose first line of output is the kernel's version, for `bless`.
    #[serde(default)]
    pub version: Vec<String>,
    /// The values of `{accel}`, the best first; all but the last may be unusable.
    #[serde(default)]
    pub accel: Vec<String>,
    /// The command that installs a kernel.
    #[serde(default)]
    pub kernel_install: Option<String>,
    /// True where the command ends with the exit status of the suite.
    #[serde(default)]
    pub status: bool,
    /// True where the command prints a recorded log, so that booting again gives nothing new.
    #[serde(default)]
    pub recorded: bool,
    /// The name of the reference output that a run is compared with; without it that of Linux on
    /// the processor.
    #[serde(default)]
    pub oracle: Option<String>,
    /// The name of the reference output that `bless` writes; without it the target's own.
    #[serde(default)]
    pub reference: Option<String>,
    #[serde(default)]
    pub limits: TargetLimits,
    /// The most boots after the first; without it only `limits.total` bounds them.
    #[serde(default)]
    pub reboots: Option<u32>,
    /// The most boots at once of a kernel that dies; without it one.
    #[serde(default)]
    pub jobs: Option<u32>,
    /// Patterns of console lines by which the kernel reports its death.
    #[serde(default)]
    pub panic: Vec<String>,
    /// Patterns of console lines by which it reports that it is done.
    #[serde(default)]
    pub end: Vec<String>,
    /// Patterns of stderr lines by which an emulator reports that the machine stopped.
    #[serde(default)]
    pub stopped: Vec<String>,
    /// The programs that must be installed.
    #[serde(default)]
    pub package: Vec<Package>,
}

/// The processor of a target whose file names none.
const fn x86_64() -> Processor {
    Processor::X86_64
}

fn processor<'de, D: Deserializer<'de>>(from: D) -> Result<Processor, D::Error> {
    let name = String::deserialize(from)?;
    Processor::from_name(&name).ok_or_else(|| {
        let known = Processor::ALL.map(Processor::name).join(", ");
        serde::de::Error::custom(format!("arch is one of {known}, not {name}"))
    })
}

/// The name of the reference output of Linux on a processor, of the core suite.
pub(crate) const fn oracle_of(processor: Processor) -> &'static str {
    match processor {
        Processor::X86_64 => "linux",
        Processor::Aarch64 => "linux-aarch64",
        Processor::Riscv64 => "linux-riscv64",
    }
}

/// The placeholders that give a kernel the suite.
const SUITE_PLACES: [&str; 3] = ["elf", "initramfs", "initramfs:elf"];

/// The shapes of the suite's ELF that a target can have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ElfShape {
    #[default]
    Plain,
    Pie,
    Freestanding,
}

impl Target {
    /// Reads the text of a target's file; `file` is its name for messages.
    ///
    /// # Errors
    /// The text is malformed, or a value cannot be meant: exit code 2.
    pub fn parse(name: &str, file: &str, text: &str) -> error::Result<Target> {
        let mut target: Target = toml_file::parse(file, text)?;
        target.name = name.to_string();
        target.file = file.to_string();
        match target.problem() {
            Some(problem) => Err(Error::usage(format!("{file}: {problem}"))),
            None => Ok(target),
        }
    }

    /// The name of the reference output that a run of a suite is compared with.
    pub(crate) fn oracle(&self, suite: &Suite) -> String {
        let own = self.oracle.as_deref();
        name_of(own.unwrap_or(oracle_of(self.arch)), suite)
    }

    /// The name of the reference output that `bless` writes for a suite.
    pub(crate) fn reference(&self, suite: &Suite) -> String {
        name_of(self.reference.as_ref().unwrap_or(&self.name), suite)
    }

    /// True where its reference output is what it is compared with.
    pub(crate) fn is_oracle(&self) -> bool {
        let suite = &suites::CORE;
        !self.own_file && self.reference(suite) == self.oracle(suite)
    }

    /// The first problem of the values, which TOML itself does not see.
    fn problem(&self) -> Option<String> {
        if self.command.is_empty() && self.console.is_none() {
            return Some("command is missing or empty".to_string());
        }
        let mut patterns = self.panic.iter().chain(&self.end).chain(&self.stopped);
        if patterns.any(|pattern| pattern.trim().is_empty()) {
            return Some("panic, end and stopped take no empty pattern".to_string());
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
            .problem()
            .or_else(|| self.console_problem())
            .or_else(|| self.placeholder_problem())
            .or_else(|| self.choice_problem("accel", &self.accel))
            .or_else(|| self.choice_problem("fault", &self.faults))
            .or_else(|| self.suite_problem())
    }

    /// The problem of a list that holds the values of a placeholder.
    fn choice_problem(&self, place: &str, choices: &[String]) -> Option<String> {
        let key = match place {
            "fault" => "faults",
            _ => place,
        };
        let used = self.runs_with(place);
        if !used && !choices.is_empty() {
            return Some(format!(
                "{key} is set, but {{{place}}} is in neither command nor env"
            ));
        }
        // The faults of `faulty-linux` are the tool's own.
        if used && choices.is_empty() && place != "fault" {
            return Some(format!(
                "{{{place}}} is in command or env, but {key} = [...] is missing"
            ));
        }
        if choices.iter().any(|choice| blank(choice)) {
            return Some(format!("{key} contains an empty name"));
        }
        let mut seen = BTreeSet::new();
        let twice = choices.iter().find(|choice| !seen.insert(*choice));
        twice.map(|choice| format!("{key} contains {choice} twice"))
    }

    /// The problem of a console, or of commands that only a console has use for.
    fn console_problem(&self) -> Option<String> {
        let Some(console) = &self.console else {
            let power = !self.power.on.is_empty() || !self.power.off.is_empty();
            return power.then(|| "power is set, but console is missing".to_string());
        };
        if Console::parse(console).is_none() {
            return Some(format!(
                "console must be /dev/NAME:SPEED, unix:PATH or tcp:HOST:PORT, not {console}"
            ));
        }
        self.status
            .then(|| "status = true, but a console shows no exit status".to_string())
    }

    /// The problem of a command that gives the kernel no suite.
    fn suite_problem(&self) -> Option<String> {
        let suite = SUITE_PLACES.map(|place| self.runs_with(place));
        let prepared = self.runs_with("prepared") && self.prepare.is_empty();
        if prepared {
            return Some("{prepared} is in command or env, but prepare is missing".to_string());
        }
        (suite == [false; 3] && !self.recorded).then(|| {
            "neither {elf} nor {initramfs} is in command or env; if the command prints a \
             recorded log, set recorded = true"
                .to_string()
        })
    }
}

fn blank(text: &str) -> bool {
    text.trim().is_empty()
}
