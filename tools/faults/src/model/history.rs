//! The data of a fault that a kernel really had.

use super::Fault;

/// A fault that is made after a bug of a kernel, or of another layer with system calls of Linux or
/// POSIX.
#[derive(Clone, Copy, Debug)]
pub struct Historic {
    pub fault: Fault,
    pub product: Product,
    pub source: Source,
    /// The wrong behaviour that a program saw.
    pub symptom: &'static str,
    /// The check that the suite lacks, if it does not find the fault.
    pub missing: Option<&'static str>,
}

/// The public report of a bug, or its fix.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    pub kernel: &'static str,
    /// The owner and the name of the repository on GitHub.
    pub repository: &'static str,
    /// The number of the issue or of the pull request.
    pub number: u32,
    /// The day of the report, or of the first statement of the bug in it: `YYYY-MM-DD`.
    pub date: &'static str,
}

/// A table of behaviour whose cells are situations: a kernel's bugs are spread over these tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Product {
    /// Every way to wait, and every way in which it ends.
    Waits,
    /// Every kind of object, and every event of `poll`, `select` and epoll.
    Events,
    /// Every option, limit and flag acts.
    Options,
    /// Every pointer argument, and every kind of address.
    Pointers,
    /// Every user of memory.
    Memory,
    /// All registers, across calls, handlers and context switches.
    Registers,
    /// Threads and children.
    Threads,
    /// Every signal: masks, default actions, sources.
    Signals,
    /// Every clock and timer.
    Clocks,
    /// Every way to write a path, and every kind of file on it.
    Paths,
    /// Every file offset and size.
    Offsets,
    /// Every directory, its entries and its changes.
    Directories,
    /// Every lock, its conflicts and its ends.
    Locks,
    /// Every part of a process, and the child's copy of it.
    Children,
    /// Every end and stop of a child, and every way to wait for it.
    Ends,
    /// Every part of a process across `execve`.
    Programs,
    /// Every disposition, pending signal and group.
    Dispositions,
}

impl Product {
    pub const ALL: [Product; 17] = [
        Product::Waits,
        Product::Events,
        Product::Options,
        Product::Pointers,
        Product::Memory,
        Product::Registers,
        Product::Threads,
        Product::Signals,
        Product::Clocks,
        Product::Paths,
        Product::Offsets,
        Product::Directories,
        Product::Locks,
        Product::Children,
        Product::Ends,
        Product::Programs,
        Product::Dispositions,
    ];

    /// The name of the suite whose checks fill the table.
    pub const fn suite(self) -> &'static str {
        match self {
            Product::Waits
            | Product::Events
            | Product::Options
            | Product::Pointers
            | Product::Memory
            | Product::Registers
            | Product::Threads
            | Product::Signals
            | Product::Clocks => "core",
            Product::Paths | Product::Offsets | Product::Directories | Product::Locks => "files",
            Product::Children | Product::Ends | Product::Programs | Product::Dispositions => {
                "processes"
            }
        }
    }

    /// The name that reports print.
    pub const fn name(self) -> &'static str {
        match self {
            Product::Waits => "waits x ends",
            Product::Events => "objects x events",
            Product::Options => "options act",
            Product::Pointers => "pointer arguments",
            Product::Memory => "memory",
            Product::Registers => "registers",
            Product::Threads => "threads and children",
            Product::Signals => "signals",
            Product::Clocks => "clocks",
            Product::Paths => "paths x files",
            Product::Offsets => "offsets and sizes",
            Product::Directories => "directories",
            Product::Locks => "locks",
            Product::Children => "children x inheritance",
            Product::Ends => "ends x waits",
            Product::Programs => "programs x inheritance",
            Product::Dispositions => "dispositions and groups",
        }
    }
}
