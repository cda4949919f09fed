//! Starts a program: maps its segments and the stack, opens the three standard descriptors.

use core::fmt;

use crate::kernel::{Kernel, PROGRAM};
use crate::linux::flags::O_RDWR;
use crate::machine::{Machine, PAGE_SIZE, Protection};
use crate::memory::elf;
use crate::memory::space::round_up;
use crate::objects::Object;
use crate::objects::descriptors::Descriptor;
use crate::tasks::context::Context;
use crate::tasks::process::Process;
use crate::tasks::thread::Thread;

const STACK_END: u64 = 0x7fff_ffff_e000;
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
            LoadError::NotExecutable => "the boot module is not a static x86-64 executable",
            LoadError::OutOfMemory => "not enough memory for the boot module",
        })
    }
}

impl<M: Machine> Kernel<M> {
    /// Creates a process from an executable file.
    pub fn start(&mut self, file: &[u8]) -> Result<(), LoadError> {
        let executable = elf::parse(file).ok_or(LoadError::NotExecutable)?;
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
        let stack = Protection::READ_WRITE;
        self.space.insert(STACK_END - STACK_SIZE, STACK_END, stack);
        // argc is 0; argv, envp and auxv are empty: the stack is zero already.
        let context = Context::new(executable.entry, STACK_END - 64);
        self.threads.insert(PROGRAM, Thread::new(PROGRAM, context));
        self.ready.push_back(PROGRAM);
        self.add_process();
        Ok(())
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
