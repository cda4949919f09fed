//! The wrong kernels of `faults justice`, and the logs of the suite on them.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use ::faults::{Class, Fault, TimeLimits, table};
use packer::abi::errno::{EINVAL, ENOSYS};
use packer::plan::Group;
use packer::plan::call::{
    CHDIR, CLONE, Call, FORK, GETSOCKNAME, MKDIRAT, PSE51, PSE52, PSE53, SETITIMER, WAIT4,
};
use packer::suites::Suite;

use crate::atomic_file;
use crate::commands::constant::always_returns;
use crate::commands::faults::run_folder;
use crate::commands::progress::progress;
use crate::error::{Error, Result};
use crate::plan::is_core;

/// The limit of silence: longer than the suite's wait for a thread, and its own watchdog, which
/// believes a call that lasts only at the fifth time.
const SILENCE: Duration = Duration::from_secs(12);
/// The limit of a run.
const TOTAL: Duration = Duration::from_secs(90);
/// The helpers outside of the plan whose answers are constants too.
const HELPERS: [&Call; 4] = [&CLONE, &GETSOCKNAME, &WAIT4, &SETITIMER];
/// The calls that the suite makes for pseudo-calls of rows.
const INNER: [&Call; 5] = [&CLONE, &FORK, &WAIT4, &MKDIRAT, &CHDIR];
/// The call whose lies would be those of the log itself.
const EXCLUDED: &str = "write";
/// Number of faults of a kernel with several.
const FAULTS: usize = 6;

/// A kernel that is wrong in a known way.
#[derive(Debug)]
pub(super) struct Kernel {
    /// The name for tables, and of its log.
    pub name: String,
    pub faults: Vec<Fault>,
}

impl Kernel {
    /// True where a fault of the kernel is one of this call.
    pub(super) fn is_wrong(&self, call: &str) -> bool {
        self.faults.iter().any(|fault| fault.call == call)
    }
}

/// The kernels in which one call of a suite always returns ENOSYS, EINVAL or 0; one of each
/// `every`.
pub(super) fn constants(suite: &Suite, every: usize) -> Vec<Kernel> {
    let values = [
        ("ENOSYS", -i64::from(ENOSYS.0)),
        ("EINVAL", -i64::from(EINVAL.0)),
        ("0", 0),
    ];
    let of_call = |call: &'static Call| {
        values.map(|(name, value)| Kernel {
            name: format!("{}-{name}", call.name),
            faults: vec![always_returns(call, value)],
        })
    };
    let all = calls(suite).into_iter().flat_map(of_call);
    all.step_by(every).collect()
}

/// The calls of a suite whose answers are constants.
fn calls(suite: &Suite) -> Vec<&'static Call> {
    let mut calls: Vec<&'static Call> = Vec::new();
    if is_core(suite) {
        calls.extend([PSE51, PSE52, PSE53].into_iter().flatten());
        calls.extend(HELPERS);
    } else {
        let rows = suite.groups().flat_map(Group::rows);
        let made = rows.map(|row| &row.call).filter(|call| call.is_syscall());
        for call in made.chain(INNER) {
            if !calls.contains(&call) {
                calls.push(call);
            }
        }
    }
    calls.retain(|call| call.name != EXCLUDED);
    calls
}

/// The kernels with six faults of different calls each, one for each seed below `count`.
///
/// Faults that end the run are left out: `run` charges a death by more boots than this command
/// makes.
pub(super) fn several(suite: &Suite, count: u32) -> Vec<Kernel> {
    let ends = |fault: &&Fault| matches!(fault.class, Class::Panic | Class::Hang);
    let usable: Vec<&Fault> = (table(suite.name).iter())
        .filter(|fault| fault.unobservable.is_none() && !ends(fault))
        .collect();
    let kernel = |seed: u32| {
        let mut random = SplitMix(seed.into());
        let mut faults: Vec<Fault> = Vec::new();
        while faults.len() < FAULTS {
            let fault = usable[random.below(usable.len())];
            if faults.iter().all(|other| other.call != fault.call) {
                faults.push(*fault);
            }
        }
        Kernel {
            name: format!("seed-{seed}"),
            faults,
        }
    };
    (0..count).map(kernel).collect()
}

/// Sebastiano Vigna's SplitMix64.
struct SplitMix(u64);

impl SplitMix {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) % bound as u64) as usize
    }
}

/// The console of the suite on each kernel, in their order. With a folder, logs that are in it are
/// read, and the others are written to it.
///
/// # Errors
/// The ELF cannot be started or traced, or a log cannot be read or written.
pub(super) fn consoles(
    kernels: &[Kernel],
    elf: &Path,
    folder: Option<&Path>,
    jobs: usize,
) -> Result<Vec<Vec<u8>>> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let worker = || -> Result<()> {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(kernel) = kernels.get(index) else {
                return Ok(());
            };
            let console = console(kernel, elf, folder)?;
            if let Ok(mut done) = done.lock() {
                done.push((index, console));
                progress(done.len(), kernels.len(), "kernels");
            }
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(worker)).collect();
        let lost = |_| Error::no_verdict("a thread that runs the suite panicked");
        let mut joined = workers.into_iter().map(|worker| worker.join());
        joined.try_for_each(|result| result.map_err(lost)?)
    })?;
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(index, _)| *index);
    Ok(done.into_iter().map(|(_, console)| console).collect())
}

fn console(kernel: &Kernel, elf: &Path, folder: Option<&Path>) -> Result<Vec<u8>> {
    let file: Option<PathBuf> = folder.map(|folder| folder.join(format!("{}.log", kernel.name)));
    if let Some(file) = file.as_ref().filter(|file| file.exists()) {
        return fs::read(file).map_err(|error| Error::file(file, &error));
    }
    let folder = run_folder()?;
    let mut command = Command::new(elf);
    command.current_dir(folder.path());
    command.stdin(Stdio::null()).stderr(Stdio::null());
    let limits = TimeLimits {
        total: TOTAL,
        silence: SILENCE,
    };
    let faults: Vec<&Fault> = kernel.faults.iter().collect();
    let mut console = Vec::new();
    let run = ::faults::run_with_all(&faults, command, limits, |bytes| {
        console.extend_from_slice(bytes);
        ControlFlow::Continue(())
    });
    run.map_err(|error| Error::no_verdict(format!("{}: {error}", elf.display())))?;
    if let Some(file) = file {
        atomic_file::replace(&file, &console).map_err(|error| Error::file(&file, &error))?;
    }
    Ok(console)
}
