//! The tables of an ELF: the compressed bytecode of a suite, and what the ELF must know of it.

use std::path::Path;
use std::{fmt, fs, io, thread};

use crate::compress::compress;
use crate::encode::{Error, Layout, encode};
use crate::log::Crc32;
use crate::plan::call::{CHILD, Call, FOLDER, RENAMEAT2};
use crate::plan::{Group, Profile, routine};
use crate::suites::{self, Suite};

/// The packed plan of a suite.
#[derive(Clone, Debug)]
pub struct Tables {
    /// The compressed bytecode.
    pub packed: Vec<u8>,
    /// The constants, which are the first table.
    pub data: Vec<u8>,
    pub layout: Layout,
    /// The number of checks.
    pub checks: usize,
    pub suite_id: u32,
    /// The profiles of the suite, in order.
    pub profiles: Vec<Profile>,
    /// A row starts a child process that runs rows.
    pub has_children: bool,
    /// A row works in a folder of its own.
    pub has_folder: bool,
    /// The suite is about calls on paths.
    pub has_paths: bool,
    /// For each routine: a row calls it.
    pub routines: Vec<bool>,
}

impl Tables {
    /// Packs a suite.
    ///
    /// # Errors
    /// A row breaks a rule of the bytecode.
    pub fn of(suite: &Suite) -> Result<Tables, Error> {
        let bytecode = encode(suite)?;
        let calls = |call: &Call| {
            suite
                .groups()
                .flat_map(Group::rows)
                .any(|row| row.call == *call)
        };
        Ok(Tables {
            packed: compress(&bytecode.stream),
            data: bytecode.data,
            layout: bytecode.layout,
            checks: suite.checks().count(),
            suite_id: suite.id(),
            profiles: suite.profiles().collect(),
            has_children: calls(&CHILD),
            has_folder: calls(&FOLDER),
            has_paths: calls(&RENAMEAT2),
            routines: routine::CALLS.iter().map(calls).collect(),
        })
    }

    /// The checksum of the packed plan.
    fn crc(&self) -> u32 {
        let mut crc = Crc32::new();
        self.packed.iter().for_each(|&byte| crc.byte(byte));
        crc.value()
    }
}

impl fmt::Display for Tables {
    /// Writes the tables as Rust source.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layout = &self.layout;
        let (packed, length) = (&self.packed, self.packed.len());
        writeln!(f, "pub static PACKED: [u8; {length}] = {packed:?};")?;
        for (name, number) in [
            ("ARITIES", layout.shapes),
            ("NUMBERS", layout.numbers),
            ("VALUES", layout.values),
            ("VALUE_COUNT", layout.value_count),
            ("WIDE", layout.wide),
            ("ROWS", layout.rows),
            ("ERRNOS", layout.errnos),
            ("NAMES", layout.names),
            ("VOCABULARY", layout.vocabulary),
            ("CALLS", layout.call_count),
            ("FIRST_SYSCALL", layout.first_syscall),
            ("SYSCALLS", layout.syscall_count),
            ("FIRST_WORD", layout.first_word()),
            ("FIRST_FAMILY", layout.first_family()),
        ] {
            writeln!(f, "pub const {name}: usize = {number};")?;
        }
        for (name, number) in [("PACKED_CRC", self.crc()), ("SUITE_ID", self.suite_id)] {
            writeln!(f, "pub const {name}: u32 = {number:#010x};")?;
        }
        for (name, is) in [
            ("HAS_CHILDREN", self.has_children),
            ("HAS_FOLDER", self.has_folder),
            ("HAS_PATHS", self.has_paths),
        ] {
            writeln!(f, "pub const {name}: bool = {is};")?;
        }
        let (routines, count) = (&self.routines, self.routines.len());
        writeln!(f, "pub const ROUTINES: [bool; {count}] = {routines:?};")?;
        let (profiles, count) = (&self.profiles, self.profiles.len());
        writeln!(f, "use posix_conformance::plan::Profile::*;")?;
        writeln!(
            f,
            "pub const PROFILES: [posix_conformance::plan::Profile; {count}] = {profiles:?};"
        )?;
        writeln!(f, "pub const CHECKS: u32 = {};", self.checks)
    }
}

/// Writes the tables of a processor's suites into a folder, which is made, as `SUITE.rs`.
///
/// A file that has them stays as it is.
///
/// # Errors
/// A row breaks a rule of the bytecode, or a file cannot be written.
pub fn write_tables(processor: &str, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let suites = suites::ALL.iter();
    let suites = suites.filter(|suite| suite.processor.name() == processor);
    thread::scope(|scope| {
        let writers: Vec<_> = suites
            .map(|suite| scope.spawn(move || write_suite(suite, folder)))
            .collect();
        let mut written = writers.into_iter().map(|writer| writer.join());
        written.try_for_each(|done| done.expect("a thread that packs"))
    })
}

fn write_suite(suite: &Suite, folder: &Path) -> io::Result<()> {
    let tables = Tables::of(suite).map_err(io::Error::other)?.to_string();
    let file = folder.join(format!("{}.rs", suite.name));
    match fs::read(&file) {
        Ok(old) if old == tables.as_bytes() => Ok(()),
        _ => fs::write(file, tables),
    }
}
