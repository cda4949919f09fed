//! Starts programs: maps their segments and the stack, and writes their arguments there.

use alloc::vec::Vec;
use core::fmt;

use crate::arch::Architecture;
use crate::files::ROOT;
use crate::kernel::{Kernel, PROGRAM, Stop};
use crate::linux::flags::O_RDWR;
use crate::linux::process::*;
use crate::machine::{Machine, PAGE_SIZE, Protection};
use crate::memory::elf::{self, Executable};
use crate::memory::space::{RESERVED, Region, round_up};
use crate::objects::Object;
use crate::objects::descriptors::Descriptor;
use crate::tasks::process::Process;
use crate::tasks::thread::Thread;

/// The mapped size of the stack in bytes; a page is allocated when it is first touched.
const STACK_SIZE: u64 = 1 << 20;
/// The largest size of all arguments and their pointers in bytes: a quarter of the stack, as on
/// Linux.
pub(crate) const ARGUMENTS_MAX: u64 = STACK_SIZE / 4;
/// The unit of `times` in a second.
pub(crate) const TICKS: u64 = 100;

/// The reason that a program cannot be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadError {
    NotExecutable,
    OutOfMemory,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LoadError::NotExecutable => {
                "the boot module is not a static executable of this processor"
            }
            LoadError::OutOfMemory => "not enough memory for the boot module",
        })
    }
}

/// The strings that a program gets; each ends with a null byte.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub path: Vec<u8>,
    pub arguments: Vec<Vec<u8>>,
    pub environment: Vec<Vec<u8>>,
}

impl<M: Machine> Kernel<M> {
    /// Creates the first process from an executable file.
    pub fn start(&mut self, file: &[u8]) -> Result<(), LoadError> {
        let executable = elf::parse(file, M::Context::ELF_MACHINE, M::Context::USER_END);
        let executable = executable.ok_or(LoadError::NotExecutable)?;
        let space = self.new_space().ok_or(LoadError::OutOfMemory)?;
        let process = Process::new(PROGRAM, 1, space, ROOT);
        self.objects.files.open(ROOT);
        self.processes.insert(PROGRAM, process);
        let context = M::Context::new(executable.entry, 0);
        self.threads.insert(PROGRAM, Thread::new(PROGRAM, context));
        self.ready.push_back(PROGRAM);
        self.open_console();
        let arguments = Arguments {
            path: b"program\0".to_vec(),
            arguments: alloc::vec![b"program\0".to_vec()],
            environment: Vec::new(),
        };
        let context = self.load(&executable, file, &arguments);
        *self.thread().context = context.map_err(|_| LoadError::OutOfMemory)?;
        Ok(())
    }

    fn open_console(&mut self) {
        let Some(description) = self.objects.describe(Object::Console, O_RDWR) else {
            return;
        };
        for fd in 0..3 {
            let descriptor = Descriptor {
                description,
                close_on_exec: false,
            };
            let files = &self.process().files;
            files.borrow_mut().set(fd, Some(descriptor));
        }
        self.objects.share(description);
        self.objects.share(description);
    }

    /// Maps an executable into the empty space of the current process; returns the registers at
    /// its start.
    pub(crate) fn load(
        &mut self,
        executable: &Executable,
        file: &[u8],
        arguments: &Arguments,
    ) -> Result<M::Context, Stop> {
        let mut highest = 0;
        for segment in &executable.segments {
            let end = segment.address + segment.memory_size;
            let from = segment.address & !(PAGE_SIZE - 1);
            let to = round_up(end).unwrap_or(end);
            // Written before it is protected, because code is not writable.
            let region = Region::zeros(to, Protection::READ_WRITE);
            self.space().insert(from, region);
            let bytes = &file[segment.offset..segment.offset + segment.file_size];
            self.write_user(segment.address, bytes)?;
            self.space().protect(from, to, segment.protection);
            self.remap(from, to);
            highest = highest.max(to);
        }
        self.space().break_start = highest;
        self.space().break_end = highest;
        let stack_end = M::Context::USER_END - PAGE_SIZE;
        let stack = Region::zeros(stack_end, Protection::READ_WRITE);
        self.space().insert(stack_end - STACK_SIZE, stack);
        self.map_signal_return();
        let stack = self.write_arguments(executable, stack_end, arguments)?;
        Ok(M::Context::new(executable.entry, stack))
    }

    /// Writes the strings, and below them the words that the ABI defines: the count, the pointers,
    /// and the auxiliary vector (System V ABI, "Process Initialization").
    ///
    /// Returns the stack pointer.
    fn write_arguments(
        &mut self,
        executable: &Executable,
        end: u64,
        arguments: &Arguments,
    ) -> Result<u64, Stop> {
        let mut top = end;
        let mut random = [0; 16];
        self.random.fill(&mut random);
        let random = self.push_string(&mut top, &random)?;
        let path = self.push_string(&mut top, &arguments.path)?;
        let mut words = alloc::vec![arguments.arguments.len() as u64];
        for list in [&arguments.arguments, &arguments.environment] {
            for string in list {
                words.push(self.push_string(&mut top, string)?);
            }
            words.push(0);
        }
        let (user, group) = (self.process().user, self.process().group_id);
        let auxiliary = [
            (AT_PHDR, executable.headers),
            (AT_PHENT, elf::ENTRY_SIZE as u64),
            (AT_PHNUM, executable.header_count),
            (AT_PAGESZ, PAGE_SIZE),
            (AT_BASE, 0),
            (AT_FLAGS, 0),
            (AT_ENTRY, executable.entry),
            (AT_UID, user.real.into()),
            (AT_EUID, user.effective.into()),
            (AT_GID, group.real.into()),
            (AT_EGID, group.effective.into()),
            (AT_CLKTCK, TICKS),
            (AT_SECURE, 0),
            (AT_RANDOM, random),
            (AT_EXECFN, path),
            (0, 0),
        ];
        words.extend(auxiliary.iter().flat_map(|&(kind, value)| [kind, value]));
        let stack = (top - 8 * words.len() as u64) & !15;
        self.write_words(stack, &words)?;
        Ok(stack)
    }

    fn push_string(&mut self, top: &mut u64, bytes: &[u8]) -> Result<u64, Stop> {
        *top -= bytes.len() as u64;
        self.write_user(*top, bytes)?;
        Ok(*top)
    }

    /// The address of the instructions to which a handler returns; they replace Linux's vDSO.
    pub(crate) fn signal_return() -> u64 {
        M::Context::USER_END - RESERVED
    }

    fn map_signal_return(&mut self) {
        let code = M::Context::SIGNAL_RETURN;
        if code.is_empty() {
            return;
        }
        let start = Self::signal_return();
        let end = start + PAGE_SIZE;
        let region = Region::zeros(end, Protection::READ_WRITE);
        self.space().insert(start, region);
        // A page that cannot be written is one that a handler faults in.
        let _ = self.write_user(start, code);
        let protection = Protection {
            read: true,
            write: false,
            execute: true,
        };
        self.space().protect(start, end, protection);
        self.remap(start, end);
    }
}
