//! Resources: the files of the repository around us, or the copies that are embedded in the tool.

use std::fs;
use std::path::{Path, PathBuf};

use packer::abi::Processor;
use packer::suites::{self, Suite};

use crate::error::{Error, Result};
use crate::plan::{is_core, name_of, suites_on};
use crate::spec::{Products, Spec};
use crate::target::{Target, oracle_of};
use crate::verdict::known_gaps::Gaps;

/// The embedded copies; the build script writes this module.
mod embedded {
    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}

/// The shapes in which ELFs are embedded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EmbeddedShape {
    Plain,
    Pie,
    Freestanding,
}

/// The embedded ELF of a suite in a shape; empty where the tool was built without. The shapes but
/// the plain one are those of the tool's own processor.
pub(crate) fn elf(suite: &Suite, shape: EmbeddedShape) -> &'static [u8] {
    let all = match shape {
        EmbeddedShape::Plain => embedded::ELF,
        EmbeddedShape::Pie => embedded::ELF_PIE,
        EmbeddedShape::Freestanding => embedded::ELF_FREESTANDING,
    };
    let is_it = |(program, processor): (&str, &str)| {
        program == suite.program && processor == suite.processor.name()
    };
    let mut all = all.iter().filter(|(key, _)| is_it(*key));
    all.next().map_or(&[], |(_, bytes)| bytes)
}

/// The first program of a Linux that boots for one run, `tools/linux-init`; empty where the tool
/// was built without.
pub(crate) fn linux_init(processor: Processor) -> &'static [u8] {
    let mut all = embedded::LINUX_INIT.iter();
    all.find(|((_, name), _)| *name == processor.name())
        .map_or(&[], |(_, bytes)| bytes)
}

/// The folders of `tests-spec`: that of the core suite is the whole, those of others are in it.
fn spec_folders() -> impl Iterator<Item = &'static Suite> {
    let all = suites::ALL.iter();
    all.filter(|suite| suite.processor == suites::CORE.processor)
}

/// The source of all files.
#[derive(Clone, Debug)]
pub struct Resources {
    /// The root of the repository, where the tool is run inside it.
    pub repository: Option<PathBuf>,
}

/// The bytes of a file, and its name for messages.
#[derive(Clone, Debug)]
pub struct Named {
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Resources {
    /// Looks for the repository from the current directory upwards.
    pub fn find() -> Resources {
        let here = std::env::current_dir().unwrap_or_default();
        let is_root = |path: &&Path| {
            path.join("tools/conformance/Cargo.toml").is_file()
                && fs::read_to_string(path.join("Cargo.toml"))
                    .is_ok_and(|text| text.contains("name = \"posix-conformance\""))
        };
        Resources {
            repository: here.ancestors().find(is_root).map(Path::to_path_buf),
        }
    }

    /// The repository, for commands that need one.
    pub fn required(&self) -> Result<&Path> {
        self.repository.as_deref().ok_or_else(|| {
            Error::usage("not inside the repository: this command builds or writes its files")
        })
    }

    /// The specification: the repository's, or the embedded one.
    pub fn spec(&self) -> Result<Spec> {
        // Without the folder nothing is specified, and `spec --check` says so check by check.
        let mut files = Vec::new();
        for suite in spec_folders() {
            let folder = match is_core(suite) {
                true => String::new(),
                false => format!("{}/", suite.name),
            };
            let embedded = embedded::SPEC.iter().filter_map(|(name, text)| {
                let name = name.strip_prefix(&*folder)?;
                (!name.contains('/')).then_some((name, *text))
            });
            let place = format!("tests-spec/{folder}");
            let texts = self.texts(&place, &embedded.collect::<Vec<_>>())?;
            let named = |(name, text): (String, String)| (folder.clone() + &name, text);
            files.extend(texts.into_iter().map(named));
        }
        Spec::parse(
            files
                .iter()
                .map(|(name, text)| (name.as_str(), text.as_str())),
        )
    }

    /// The tables of situations: the repository's, or the embedded ones.
    pub(crate) fn products(&self) -> Result<Products> {
        let files = self.texts("tests-spec/products", embedded::PRODUCTS)?;
        Products::parse(
            files
                .iter()
                .map(|(name, text)| (name.as_str(), text.as_str())),
        )
    }

    /// A reference output: the repository's, or the embedded one.
    pub fn reference(&self, reference: &str) -> Result<Named> {
        let name = format!("reference-outputs/{reference}.txt");
        if let Some(root) = &self.repository {
            let path = root.join(&name);
            return match fs::read(&path) {
                Ok(bytes) => Ok(Named { name, bytes }),
                Err(_) => Err(Error::usage(format!(
                    "{name} cannot be read; the command `bless {}` writes it",
                    self.writer_of(reference)?
                ))),
            };
        }
        let embedded = embedded::REFERENCES
            .iter()
            .find(|(file, _)| *file == format!("{reference}.txt"));
        embedded
            .map(|(_, text)| Named {
                name: name.clone(),
                bytes: text.as_bytes().to_vec(),
            })
            .ok_or_else(|| Error::usage(format!("{name} is not embedded in this copy of the tool")))
    }

    /// The target and the suite whose reference output has this name, as arguments.
    fn writer_of(&self, reference: &str) -> Result<String> {
        for name in self.target_names()? {
            let target = self.target(&name)?;
            for suite in suites_on(target.arch) {
                if target.reference(&suite) == reference {
                    return Ok(match is_core(&suite) {
                        true => name,
                        false => format!("{name} --suite {}", suite.name),
                    });
                }
            }
        }
        Ok(reference.to_string())
    }

    /// The trace of the oracle of a suite: the results of all rows on Linux, if there is one.
    pub fn trace(&self, suite: &Suite) -> Option<Vec<u8>> {
        let name = format!("{}.trace", name_of(oracle_of(suite.processor), suite));
        if let Some(root) = &self.repository {
            return fs::read(root.join("reference-outputs").join(&name)).ok();
        }
        let mut traces = embedded::TRACES.iter();
        let embedded = traces.find(|(file, _)| *file == name);
        embedded.map(|(_, text)| text.as_bytes().to_vec())
    }

    /// The names of the targets that are known without a path.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(crate) fn target_names(&self) -> Result<Vec<String>> {
        let files = self.texts("tools/targets", embedded::TARGETS)?;
        let names = files.iter().map(|(name, _)| name.trim_end_matches(".toml"));
        let mut names: Vec<String> = names.map(str::to_string).collect();
        names.sort();
        Ok(names)
    }

    /// The target of that name; a word with a `/` or the ending `.toml` is the path of its file.
    pub fn target(&self, word: &str) -> Result<Target> {
        if word.contains('/') || word.ends_with(".toml") {
            let path = Path::new(word);
            let text = fs::read_to_string(path).map_err(|error| Error::file(path, &error))?;
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let mut target = Target::parse(&name, word, &text)?;
            let folder = path.parent().filter(|folder| *folder != Path::new(""));
            target.folder = Some(folder.unwrap_or(Path::new(".")).to_path_buf());
            target.own_file = true;
            return Ok(target);
        }
        let mut known = Vec::new();
        for (name, text) in self.texts("tools/targets", embedded::TARGETS)? {
            let name = name.trim_end_matches(".toml").to_string();
            if name == word {
                let file = format!("tools/targets/{name}.toml");
                let mut target = Target::parse(&name, &file, &text)?;
                let root = self.repository.as_ref();
                target.folder = root.map(|root| root.join("tools/targets"));
                return Ok(target);
            }
            known.push(name);
        }
        Err(Error::usage(format!(
            "no target is called {word}; there are {}; the path of a TOML file is a target too",
            known.join(", ")
        )))
    }

    /// The target of that name or path on a processor: `NAME-ARCH` where NAME is of another one.
    ///
    /// # Errors
    /// There is no such target: exit code 2.
    pub(crate) fn target_on(&self, word: &str, arch: Option<Processor>) -> Result<Target> {
        let target = self.target(word)?;
        let Some(arch) = arch.filter(|arch| *arch != target.arch) else {
            return Ok(target);
        };
        let (names, other) = (self.target_names()?, format!("{word}-{}", arch.name()));
        if !target.own_file && names.contains(&other) {
            return self.target(&other);
        }
        let ending = format!("-{}", arch.name());
        let of_arch = names.iter().filter(|name| name.ends_with(&ending));
        let of_arch: Vec<&str> = of_arch.map(String::as_str).collect();
        let hint = match (target.own_file, of_arch.is_empty()) {
            (true, _) => format!("; its file says arch = \"{}\"", target.arch.name()),
            (false, true) => String::new(),
            (false, false) => format!("; there are {}", of_arch.join(", ")),
        };
        Err(Error::usage(format!(
            "target {} runs {}, not {}{hint}",
            target.name,
            target.arch.name(),
            arch.name()
        )))
    }

    /// The file of a target's known gaps of a suite: its name for messages, and its path where
    /// there is one.
    pub fn gaps_file(&self, target: &Target, suite: &Suite) -> (String, Option<PathBuf>) {
        let base = name_of(&target.name, suite);
        match (&target.folder, &self.repository) {
            (Some(folder), _) if target.own_file => {
                let path = folder.join(format!("{base}.gaps.toml"));
                (path.display().to_string(), Some(path))
            }
            (_, root) => {
                let name = format!("reference-outputs/gaps/{base}.toml");
                let path = root.as_ref().map(|root| root.join(&name));
                (name, path)
            }
        }
    }

    /// A target's known gaps of a suite and the name of their file; there are none without the
    /// file.
    pub fn gaps(&self, target: &Target, suite: &Suite) -> Result<(String, Gaps)> {
        let (name, text) = self.gaps_text(target, suite)?;
        Ok((name.clone(), Gaps::parse(&name, &text)?))
    }

    /// The text of a target's known gaps of a suite, and the name of their file; empty without the
    /// file.
    pub fn gaps_text(&self, target: &Target, suite: &Suite) -> Result<(String, String)> {
        let (name, path) = self.gaps_file(target, suite);
        let text = match path {
            Some(path) => match fs::read_to_string(&path) {
                Ok(text) => Some(text),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
                Err(error) => return Err(Error::file(&path, &error)),
            },
            None => {
                let file = format!("{}.toml", name_of(&target.name, suite));
                let mut files = embedded::GAPS.iter();
                files
                    .find(|(name, _)| *name == file)
                    .map(|(_, text)| text.to_string())
            }
        };
        Ok((name, text.unwrap_or_default()))
    }

    /// The TOML files of a folder of the repository, or the embedded ones: name and text, by name.
    fn texts(&self, folder: &str, embedded: &[(&str, &str)]) -> Result<Vec<(String, String)>> {
        let Some(root) = &self.repository else {
            let owned = embedded
                .iter()
                .map(|(name, text)| (name.to_string(), text.to_string()));
            return Ok(owned.collect());
        };
        let mut files = Vec::new();
        for entry in fs::read_dir(root.join(folder))
            .into_iter()
            .flatten()
            .flatten()
        {
            let path = entry.path();
            if path.extension().is_some_and(|ending| ending == "toml") {
                let text = fs::read_to_string(&path).map_err(|error| Error::file(&path, &error))?;
                files.push((entry.file_name().to_string_lossy().into_owned(), text));
            }
        }
        files.sort();
        Ok(files)
    }
}
