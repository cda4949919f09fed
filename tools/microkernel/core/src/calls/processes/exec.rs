//! `execve`.

use alloc::vec::Vec;

use crate::arch::Architecture;
use crate::files::path::NAME_MAX;
use crate::kernel::load::{ARGUMENTS_MAX, Arguments};
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::flags::{O_ACCMODE, O_RDONLY, SIG_IGN};
use crate::linux::fs::{AT_FDCWD, MAY_EXEC};
use crate::linux::*;
use crate::machine::{Machine, PAGE_SIZE};
use crate::memory::elf;
use crate::objects::Object;
use crate::tasks::process::NAME_SIZE;
use crate::tasks::signal::{Action, AltStack};

/// The largest size of one argument in bytes (`execve(2)`, MAX_ARG_STRLEN).
const STRING_MAX: usize = 32 * PAGE_SIZE as usize;
/// The largest file that is executed.
const FILE_MAX: u64 = 8 << 20;

/// The size of the first line of a script that is read, and the most interpreters that are scripts
/// (`execve(2)`, "Interpreter scripts").
const LINE_MAX: usize = 255;
const SCRIPTS_MAX: usize = 4;

/// The interpreter of a script, and the argument in its first line.
fn script_line(file: &[u8]) -> Option<(Vec<u8>, Option<Vec<u8>>)> {
    let line = file.strip_prefix(b"#!")?;
    let line = &line[..line.len().min(LINE_MAX - 2)];
    let line = line.split(|&byte| byte == b'\n').next()?.trim_ascii();
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
    let end = line.iter().position(is_space).unwrap_or(line.len());
    let (path, rest) = line.split_at(end);
    let rest = rest.trim_ascii();
    let argument = (!rest.is_empty()).then(|| rest.to_vec());
    (!path.is_empty()).then(|| (path.to_vec(), argument))
}

impl<M: Machine> Kernel<M> {
    pub(crate) fn execve(&mut self, path: u64, arguments: u64, environment: u64) -> Reply {
        let name = self.read_path(path)?;
        let mut inode = self.find(AT_FDCWD, &name, true)?;
        let mut file = self.executable(inode)?;
        let mut room = ARGUMENTS_MAX;
        let mut strings = Arguments {
            path: [&name[..], b"\0"].concat(),
            arguments: self.read_strings(arguments, &mut room)?,
            environment: self.read_strings(environment, &mut room)?,
        };
        // A program may rely on its name (`execve(2)`, "argv is NULL").
        if strings.arguments.is_empty() {
            strings.arguments.push(b"\0".to_vec());
        }
        let mut script = name.clone();
        let mut depth = 0;
        while let Some((interpreter, argument)) = script_line(&file) {
            depth += 1;
            if depth > SCRIPTS_MAX {
                return Err(ELOOP.into());
            }
            inode = self.find(AT_FDCWD, &interpreter, true)?;
            file = self.executable(inode)?;
            let list = &mut strings.arguments;
            let before = [Some(interpreter.clone()), argument, Some(script)];
            let before = before.into_iter().flatten();
            list.splice(0..1, before.map(|one| [&one[..], b"\0"].concat()));
            script = interpreter;
        }
        let executable = elf::parse(&file, M::Context::ELF_MACHINE, M::Context::USER_END);
        let executable = executable.ok_or(ENOEXEC)?;
        let space = self.new_space().ok_or(ENOMEM)?;
        // From here on the old program is gone.
        self.keep_one_thread();
        let old = core::mem::replace(&mut self.process().space, space);
        self.leave_space(old);
        self.reset_process(inode, &name);
        match self.load(&executable, &file, &strings) {
            Ok(context) => *self.thread().context = context,
            Err(_) => {
                let process = self.thread().process;
                self.log_fatal(process, format_args!("microkernel: no memory to execute\n"));
                self.end_process(process, SIGKILL);
            }
        }
        Err(Stop::NoReturn)
    }

    /// The bytes of a file that may be executed.
    fn executable(&mut self, inode: usize) -> Result<Vec<u8>, Stop> {
        let who = self.who();
        let size = match self.objects.files.get(inode)?.data() {
            Ok(data) => data.size,
            Err(_) => return Err(EACCES.into()),
        };
        self.objects.files.check(inode, MAY_EXEC, who)?;
        let writes =
            self.objects.descriptions.iter().any(|(_, one)| {
                one.object == Object::File(inode) && one.flags & O_ACCMODE != O_RDONLY
            });
        if writes {
            return Err(ETXTBSY.into());
        }
        if size > FILE_MAX {
            return Err(ENOMEM.into());
        }
        let mut bytes = alloc::vec![0; size as usize];
        self.read_file(inode, 0, &mut bytes)?;
        Ok(bytes)
    }

    /// Reads a list of strings; `room` is what is left for strings and pointers.
    fn read_strings(&mut self, list: u64, room: &mut u64) -> Result<Vec<Vec<u8>>, Stop> {
        let mut strings = Vec::new();
        if list == 0 {
            return Ok(strings);
        }
        loop {
            let at = list.checked_add(8 * strings.len() as u64).ok_or(EFAULT)?;
            let [string] = self.read_words(at)?;
            if string == 0 {
                return Ok(strings);
            }
            let mut bytes = self.read_string(string, STRING_MAX)?.ok_or(E2BIG)?;
            bytes.push(0);
            let size = bytes.len() as u64 + 8;
            *room = room.checked_sub(size).ok_or(E2BIG)?;
            strings.push(bytes);
        }
    }

    /// Ends the other threads; the one that is left has the id of the process.
    fn keep_one_thread(&mut self) {
        let current = self.current;
        let pid = self.thread().process;
        for tid in self.threads_of(pid) {
            if tid != current {
                self.current = tid;
                self.remove_thread();
            }
        }
        self.current = current;
        let clear = self.thread().clear_tid;
        if clear != 0 && self.write_u32(clear, 0).is_ok() {
            let key = self.futex_key(clear);
            self.futexes.wake(key, 1, u32::MAX);
        }
        self.ready.retain(|&one| one != current);
        if let Some(thread) = self.threads.remove(&current) {
            self.threads.insert(pid, thread);
        }
        self.current = pid;
        self.ready.push_front(pid);
    }

    /// Resets what a program does not hand on to the next one (`execve(2)`, "Effect on process
    /// attributes").
    fn reset_process(&mut self, inode: usize, path: &[u8]) {
        let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or(path);
        let name = &name[..name.len().min(NAME_SIZE - 1).min(NAME_MAX)];
        let process = self.process();
        process.executable = Some(inode);
        process.has_executed = true;
        process.holds_parent = false;
        process.name = [0; NAME_SIZE];
        process.name[..name.len()].copy_from_slice(name);
        let actions = process.actions.borrow().map(|action| match action.handler {
            handler if handler == SIG_IGN as u64 => Action {
                handler,
                ..Action::default()
            },
            _ => Action::default(),
        });
        process.actions = alloc::rc::Rc::new(core::cell::RefCell::new(actions));
        let timers: Vec<usize> = process.timers.iter().map(|(id, _)| id).collect();
        for id in timers {
            self.process().timers.remove(id);
            self.drop_timer_signal(id);
        }
        let thread = self.thread();
        thread.alternate = AltStack::default();
        thread.clear_tid = 0;
        self.own_files();
        let files = alloc::rc::Rc::clone(&self.process().files);
        let closed = files.borrow_mut().close_on_exec();
        for descriptor in closed {
            self.release(descriptor.description);
        }
    }

    /// Gives the process a descriptor table of its own, where it shares one.
    fn own_files(&mut self) {
        let process = self.process();
        if alloc::rc::Rc::strong_count(&process.files) == 1 {
            return;
        }
        let copy = process.files.borrow().clone();
        for descriptor in copy.open() {
            self.objects.share(descriptor.description);
        }
        self.process().files = alloc::rc::Rc::new(core::cell::RefCell::new(copy));
    }
}
