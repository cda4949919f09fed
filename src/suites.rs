//! The suites: each is one ELF, one plan and one suite id.
//!
//! A suite is a value, for one processor. Nothing else in the tree knows how many suites there are,
//! or holds the plan of one of them as a global.

use crate::abi::Processor;
use crate::families;
use crate::log::Word;
use crate::plan::{self, Check, Family, Group, Profile};

/// One suite: the families of one ELF in the order in which they run.
#[derive(Clone, Copy, Debug)]
pub struct Suite {
    /// The word for `--suite`.
    pub name: &'static str,
    /// The name of the ELF.
    pub program: &'static str,
    /// The processor that the ELF is for.
    pub processor: Processor,
    pub families: &'static [Family],
    pub limits: Limits,
}

/// The budget of a suite's ELF, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The file as built.
    pub file: usize,
    /// Memory without contents in the file.
    pub bss: usize,
    /// The stack that the kernel provides.
    pub stack: usize,
}

impl Limits {
    /// The budget of every suite.
    pub const DEFAULT: Limits = Limits {
        file: 22 * 1024,
        bss: 64 * 1024,
        stack: 16 * 1024,
    };
}

/// The 52 system calls of `tests-spec`, on x86-64.
pub const CORE: Suite = Suite {
    name: "core",
    program: "posix-conformance",
    processor: Processor::X86_64,
    families: families::CORE,
    limits: Limits::DEFAULT,
};

/// Files, directories and locks, on x86-64.
pub const FILES: Suite = Suite {
    name: "files",
    program: "posix-conformance-files",
    families: families::FILES,
    ..CORE
};

/// Processes, their signals, clocks and messages, on x86-64.
pub const PROCESSES: Suite = Suite {
    name: "processes",
    program: "posix-conformance-processes",
    families: families::PROCESSES,
    ..CORE
};

/// Every suite on every processor.
pub const ALL: &[Suite] = &[
    CORE,
    CORE.on(Processor::Aarch64),
    CORE.on(Processor::Riscv64),
    FILES,
    FILES.on(Processor::Aarch64),
    FILES.on(Processor::Riscv64),
    PROCESSES,
    PROCESSES.on(Processor::Aarch64),
    PROCESSES.on(Processor::Riscv64),
];

impl Suite {
    /// The suite on a processor.
    pub const fn on(self, processor: Processor) -> Suite {
        Suite { processor, ..self }
    }

    /// The profiles of its families, in order.
    pub fn profiles(&self) -> impl Iterator<Item = Profile> + use<> {
        let families = self.families;
        let has = move |profile: &Profile| families.iter().any(|own| own.profile == *profile);
        Profile::ALL.into_iter().filter(has)
    }

    /// The words that its log may have.
    pub fn words(&self) -> &'static [&'static str] {
        match self.name {
            // Its ELF has no byte for what it does not write.
            "core" => Word::CORE,
            _ => Word::TEXTS,
        }
    }

    /// The groups in the order in which they run.
    pub fn groups(&self) -> impl Iterator<Item = Group> + use<> {
        plan::groups(self.families, self.processor)
    }

    /// The checks in the order in which they run.
    pub fn checks(&self) -> impl Iterator<Item = Check> + use<> {
        plan::checks(self.families, self.processor)
    }

    /// The hash over all titles, which binds a log to this plan.
    pub fn id(&self) -> u32 {
        plan::suite_id(self.families, self.processor)
    }
}

/// The suite of a log whose header has this suite id.
pub fn by_id(id: u32) -> Option<&'static Suite> {
    ALL.iter().find(|suite| suite.id() == id)
}

/// The suite of that name on a processor.
pub fn by_name(name: &str, processor: Processor) -> Option<&'static Suite> {
    ALL.iter()
        .find(|suite| suite.name == name && suite.processor == processor)
}
