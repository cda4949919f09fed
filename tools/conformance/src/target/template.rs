//! Placeholders: the names in braces in a target's texts, and their values.

use std::ffi::OsString;
use std::path::PathBuf;

use super::Target;
use crate::error::{Error, Result};

/// The placeholders of a command and an environment.
const PLACES: [&str; 10] = [
    "elf",
    "kernel",
    "initramfs",
    "initramfs:elf",
    "scratch",
    "prepared",
    "here",
    "tool",
    "fault",
    "accel",
];

/// Those of the command `version`, which runs before anything is booted.
const VERSION_PLACES: [&str; 4] = ["elf", "kernel", "here", "tool"];
/// Those of the command `prepare`, which runs before the first boot.
const PREPARE_PLACES: [&str; 5] = ["elf", "kernel", "here", "tool", "prepared"];
/// Those of the paths of kernels.
const KERNEL_PLACES: [&str; 1] = ["here"];

/// A command and its environment, ready to run.
#[derive(Clone, Debug)]
pub struct Invocation {
    pub argv: Vec<OsString>,
    pub env: Vec<(String, String)>,
    /// The current directory of the command; without it the tool's own.
    pub folder: Option<PathBuf>,
}

/// Placeholder values.
#[derive(Clone, Debug, Default)]
pub struct Places {
    pub elf: PathBuf,
    pub kernel: Option<PathBuf>,
    pub initramfs: Option<PathBuf>,
    /// The image with the suite itself as its first program.
    pub initramfs_of_elf: Option<PathBuf>,
    /// The folder of one boot.
    pub scratch: Option<PathBuf>,
    /// The folder that `prepare` fills.
    pub prepared: Option<PathBuf>,
    pub fault: Option<String>,
    pub accel: Option<String>,
}

/// A word as a shell takes it.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_string(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

impl std::fmt::Display for Invocation {
    /// The command as a shell would take it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words = self.argv.iter().map(|word| quoted(&word.to_string_lossy()));
        f.write_str(&words.collect::<Vec<_>>().join(" "))
    }
}

impl Target {
    /// The problem of the first placeholder that is unknown where it is.
    pub(super) fn placeholder_problem(&self) -> Option<String> {
        let texts = self.run_texts();
        let within = |key: &str, texts: &[String], known: &[&str]| {
            Some(format!("{key}: {}", unknown_placeholder(texts, known)?))
        };
        unknown_placeholder(texts, &PLACES)
            .or_else(|| within("version", &self.version, &VERSION_PLACES))
            .or_else(|| within("prepare", &self.prepare, &PREPARE_PLACES))
            .or_else(|| within("kernel", &self.kernel, &KERNEL_PLACES))
    }

    /// True where a command or `env` has this placeholder.
    pub fn wants(&self, place: &str) -> bool {
        let mut others = self.version.iter().chain(&self.prepare);
        self.runs_with(place) || others.any(|text| has(text, place))
    }

    /// True where the command `prepare` has this placeholder.
    pub(crate) fn prepares_with(&self, place: &str) -> bool {
        self.prepare.iter().any(|text| has(text, place))
    }

    /// True where what a boot runs has this placeholder: `command`, `power` or `env`.
    pub(crate) fn runs_with(&self, place: &str) -> bool {
        self.run_texts().any(|text| has(text, place))
    }

    /// The texts of what a boot runs.
    fn run_texts(&self) -> impl Iterator<Item = &String> {
        let commands = [&self.command, &self.power.off, &self.power.on];
        commands.into_iter().flatten().chain(self.env.values())
    }

    /// True where the command is the suite itself, as a program of this Linux.
    pub(crate) fn is_this_linux(&self) -> bool {
        self.command == ["{elf}"] && self.console.is_none()
    }

    /// True where a command or `env` may name a file relative to the folder of the target's file.
    pub(crate) fn has_relative_path(&self) -> bool {
        let base = self.base().unwrap_or_default();
        let is_relative = |part: &str| {
            let is_absolute = part.starts_with(['/', '{']) || part.is_empty();
            !is_absolute && (part.contains('/') || base.join(part).exists())
        };
        self.run_texts()
            .any(|text| text.split(['=', ',', ':', ' ']).any(is_relative))
    }

    /// The current directory of the target's commands, to which the paths in them are relative: the
    /// folder of its file. A target of the tool itself has no relative path.
    pub(crate) fn base(&self) -> Option<PathBuf> {
        self.absolute_folder().filter(|_| self.own_file)
    }

    /// The folder of the file as the command sees it, which runs in another directory.
    fn absolute_folder(&self) -> Option<PathBuf> {
        let folder = self.folder.as_ref()?;
        Some(std::path::absolute(folder).unwrap_or_else(|_| folder.clone()))
    }

    /// The command and the environment with these values.
    ///
    /// # Errors
    /// A placeholder has no value: exit code 2.
    pub fn invocation(&self, values: &Places) -> Result<Invocation> {
        let env = self.env.iter().map(|(name, value)| {
            let value = &self.filled(std::slice::from_ref(value), values)?[0];
            Ok((name.clone(), value.to_string_lossy().into_owned()))
        });
        Ok(Invocation {
            argv: self.filled(&self.command, values)?,
            env: env.collect::<Result<_>>()?,
            folder: self.base(),
        })
    }

    /// The commands of a board's boot with these values: off, load, on.
    ///
    /// # Errors
    /// A placeholder has no value: exit code 2.
    pub(crate) fn board_commands(&self, values: &Places) -> Result<[Vec<OsString>; 3]> {
        Ok([
            self.filled(&self.power.off, values)?,
            self.filled(&self.command, values)?,
            self.filled(&self.power.on, values)?,
        ])
    }

    /// The command `prepare` with these values; empty where the target has none.
    ///
    /// # Errors
    /// A placeholder has no value: exit code 2.
    pub(crate) fn prepare_command(&self, values: &Places) -> Result<Vec<OsString>> {
        self.filled(&self.prepare, values)
    }

    /// Texts with these values.
    fn filled(&self, texts: &[String], values: &Places) -> Result<Vec<OsString>> {
        let tool = std::env::current_exe().map_err(|error| {
            Error::no_verdict(format!("cannot find the tool's own executable: {error}"))
        })?;
        let fill = |text: &String| {
            self.fill(text, &|place| match place {
                "elf" => Some(values.elf.clone().into_os_string()),
                "kernel" => values.kernel.clone().map(PathBuf::into_os_string),
                "initramfs" => values.initramfs.clone().map(PathBuf::into_os_string),
                "initramfs:elf" => {
                    let image = values.initramfs_of_elf.clone();
                    image.map(PathBuf::into_os_string)
                }
                "scratch" => values.scratch.clone().map(PathBuf::into_os_string),
                "prepared" => values.prepared.clone().map(PathBuf::into_os_string),
                "here" => self.absolute_folder().map(PathBuf::into_os_string),
                "fault" => values.fault.clone().map(OsString::from),
                "accel" => values.accel.clone().map(OsString::from),
                _ => Some(tool.clone().into_os_string()),
            })
        };
        texts.iter().map(fill).collect()
    }

    /// The command `version` with these values; empty where the target has none.
    pub fn version_command(&self, values: &Places) -> Result<Vec<OsString>> {
        self.filled(&self.version, values)
    }

    /// A text with the value that `value` gives for each placeholder.
    pub(super) fn fill(
        &self,
        text: &str,
        value: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<OsString> {
        let mut filled = OsString::new();
        let mut rest = text;
        for name in places(text) {
            let mark = format!("{{{name}}}");
            let (before, after) = rest.split_once(&mark).unwrap_or((rest, ""));
            filled.push(before);
            filled.push(value(&name).ok_or_else(|| {
                Error::usage(format!("target {}: {mark} has no value here", self.name))
            })?);
            rest = after;
        }
        filled.push(rest);
        Ok(filled)
    }
}

fn has(text: &str, place: &str) -> bool {
    places(text).iter().any(|known| known == place)
}

/// The placeholders in a text: names of lower-case letters in braces, and `{initramfs:elf}`.
fn places(text: &str) -> Vec<String> {
    let names = in_braces(text).map(|(_, name)| name);
    names
        .filter(|name| is_place(name))
        .map(str::to_string)
        .collect()
}

fn is_place(name: &str) -> bool {
    let simple = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase());
    simple || PLACES.contains(&name)
}

/// The contents of each pair of braces in a text, after the text before it.
fn in_braces(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.match_indices('{').filter_map(|(at, _)| {
        let (name, _) = text[at + 1..].split_once('}')?;
        Some((&text[..at], name))
    })
}

/// The problem of the first placeholder that is not among those known.
fn unknown_placeholder<'a>(
    texts: impl IntoIterator<Item = &'a String>,
    known: &[&str],
) -> Option<String> {
    // Other braces are the command's own, as in a shell's `${KERNEL}`, unless a placeholder was
    // meant.
    let meant = |&(before, name): &(&str, &str)| {
        let almost = name.trim().to_ascii_lowercase();
        is_place(name) || !before.ends_with('$') && PLACES.contains(&almost.as_str())
    };
    let names = texts.into_iter().flat_map(|text| in_braces(text));
    let mut names = names.filter(meant).map(|(_, name)| name);
    let unknown = names.find(|name| !known.contains(name))?;
    let known: Vec<String> = known.iter().map(|place| format!("{{{place}}}")).collect();
    Some(format!(
        "unknown placeholder {{{unknown}}}; known here: {}",
        known.join(" ")
    ))
}
