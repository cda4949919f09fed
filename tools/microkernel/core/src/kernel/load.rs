//! Starts a program: maps its segments and the stack, opens the three standard descriptors.

use core::fmt;

use crate::arch::Architecture;
use crate::kernel::{Kernel, PROGRAM};
use crate::linux::flags::O_RDWR;
use crate::machine::{Machine, PAGE_SIZE, Protection};
use crate::memory::elf;
use crate::memory::space::{RESERVED, round_up};
use crate::objects::Object;
use crate::objects::descriptors::Descriptor;
use crate::tasks::process::Process;
use crate::tasks::thread::Thread;

/// The mapped size of the stack in bytes; a page is allocated when it is first touched.
const STACK_SIZE: u64 = 1 << 20;

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

impl<M: Machine> Kernel<M> {
    /// Creates a process from an executable file.
    pub fn start(&mut self, file: &[u8]) -> Result<(), LoadError> {
        let executable = elf::parse(file, M::Context::ELF_MACHINE, M::Context::USER_END);
        let executable = executable.ok_or(LoadError::NotExecutable)?;
        let mut highest = 0;
        for segment in &executable.segments {
            let end = segment.address + segment.memory_size;
            let from = segment.address & !(PAGE_SIZE - 1);
            let to = round_up(end).ok_or(LoadError::NotExecutable)?;
            // Written before it is protected, because code is not writable.
            self.space.insert(from, to, Protection::READ_WRITE);
            let bytes = &file[segment.offset..segment.offset + segment.file_size];
            self.write_user(segment.address, bytes)
                .map_err(|_| LoadError::OutOfMemory)?;
            self.space.insert(from, to, segment.protection);
            self.machine.protect(from, to, segment.protection);
            highest = highest.max(to);
        }
        self.space.break_start = highest;
        self.space.break_end = highest;
        let stack_end = M::Context::USER_END - PAGE_SIZE;
        let stack = Protection::READ_WRITE;
        self.space.insert(stack_end - STACK_SIZE, stack_end, stack);
        self.map_signal_return();
        // argc is 0; argv, envp and auxv are empty: the stack is zero already.
        let context = M::Context::new(executable.entry, stack_end - 64);
        self.threads.insert(PROGRAM, Thread::new(PROGRAM, context));
        self.ready.push_back(PROGRAM);
        self.add_process();
        Ok(())
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
        self.space.insert(start, end, Protection::READ_WRITE);
        // A page that cannot be written is one that a handler faults in.
        let _ = self.write_user(start, code);
        let protection = Protection {
            read: true,
            write: false,
            execute: true,
        };
        self.space.insert(start, end, protection);
        self.machine.protect(start, end, protection);
    }

    fn add_process(&mut self) {
        let mut process = Process::new(1);
        if let Some(description) = self.objects.describe(Object::Console, O_RDWR) {
            for fd in 0..3 {
                process.files.set(
                    fd,
                    Some(Descriptor {
                        description,
                        close_on_exec: false,
                    }),
                );
            }
            self.objects.share(description);
            self.objects.share(description);
        }
        self.processes.insert(PROGRAM, process);
    }
}
