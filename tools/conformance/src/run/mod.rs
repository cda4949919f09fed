//! Runs the suite once on a kernel that may die during it, over as many boots as that needs.
//!
//! `campaign.rs` decides which boot comes next, and `monitor.rs` when a boot is over: both are
//! pure. The other files are the I/O around them.

pub(crate) mod accel;
pub(crate) mod board;
pub(crate) mod boot;
pub(crate) mod boot_end;
pub(crate) mod campaign;
mod clock;
pub(crate) mod image;
pub(crate) mod initramfs;
pub(crate) mod interrupt;
pub(crate) mod monitor;
mod pace;
mod panic;
pub(crate) mod prepare_command;
#[cfg(test)]
mod printer;
pub(crate) mod progress;
pub(crate) mod recording;
pub(crate) mod replay;
pub(crate) mod scratch;
#[cfg(test)]
mod simulated;
pub(crate) mod supervisor;
pub(crate) mod trace;
mod verbose;
pub(crate) mod version;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Seek, Write};
use std::num::NonZeroU32;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use packer::plan::control::TRACE;

use self::accel::Accelerator;
use self::boot_end::BootEnd;
use self::campaign::lanes::{Lane, Lanes};
use self::campaign::{BootOrder, Campaign, Rules};
use self::image::Image;
use self::interrupt::Interrupt;
use self::monitor::{BootResult, BootSpec};
use self::progress::Progress;
use self::recording::{Record, Recorder};
use self::scratch::RunFolder;
use self::supervisor::CaptureLimits;
use crate::control_block;
use crate::error::{Error, Result};
use crate::log::capture::Patterns;
use crate::plan::Plan;
use crate::target::{Places, Target, TargetLimits};
use crate::verdict::run_outcome::RunOutcome;

/// The ELF, the kernel and the conditions of a run.
#[derive(Debug)]
pub(crate) struct Subject<'a> {
    pub plan: &'a Plan,
    pub target: &'a Target,
    pub elf: &'a [u8],
    /// The first program of an initramfs image, which starts the ELF.
    pub linux_init: &'a [u8],
    pub places: Places,
    /// The folder of the run, where the target uses one.
    pub folder: Option<&'a RunFolder>,
    /// The checks that the user wants skipped, by their index in the plan.
    pub skip: &'a [usize],
    /// The only checks that are judged; `skip` has the rest but for what they need.
    pub only: Option<&'a BTreeSet<usize>>,
    /// The most boots after the first.
    pub reboots: u32,
    /// The most boots at once.
    pub jobs: u32,
    /// True where each boot is announced on stderr.
    pub verbose: bool,
    /// True where no progress is shown.
    pub hidden: bool,
}

impl Subject<'_> {
    fn rules(&self) -> Rules<'_> {
        Rules {
            skip: self.skip,
            only: self.only.is_some(),
            reboots: self.reboots,
            can_order: control_block::place(self.elf).is_ok() && !self.target.recorded,
            status: self.target.status,
            limits: self.target.limits,
        }
    }
}

/// The patterns of a target.
fn patterns(target: &Target) -> Patterns<'_> {
    Patterns {
        panic: &target.panic,
        end: &target.end,
        stopped: &target.stopped,
    }
}

/// A run id: 32 random bits, not 0.
fn run_id() -> u32 {
    loop {
        // Each state has keys of its own, from the random numbers of the system.
        let random = RandomState::new().build_hasher().finish();
        if let Some(id) = NonZeroU32::new(random as u32) {
            return id.get();
        }
    }
}

/// Runs the suite and gives exactly one outcome for each check. The consoles of all boots are
/// recorded in `log`.
///
/// # Errors
/// The command does not start, or a file cannot be written.
pub(crate) fn run(
    subject: &Subject,
    accelerator: &mut Accelerator,
    interrupt: &Interrupt,
    log: Option<&mut (dyn Write + '_)>,
) -> Result<RunOutcome> {
    let outcome = run_boots(subject, accelerator, interrupt, log);
    let off = subject.target.board_commands(&subject.places);
    if let (Some(_), Ok([off, _, _])) = (&subject.target.console, off)
        && !off.is_empty()
    {
        // The outcome is known: a board that stays on alters nothing.
        let folder = subject.target.base();
        let _ = supervisor::capture(&off, folder.as_deref(), OFF_LIMITS, interrupt);
    }
    outcome
}

/// The limits of the command that switches a board off after its last boot.
const OFF_LIMITS: CaptureLimits = CaptureLimits {
    time: Duration::from_secs(60),
    bytes: 0,
};

fn run_boots(
    subject: &Subject,
    accelerator: &mut Accelerator,
    interrupt: &Interrupt,
    log: Option<&mut (dyn Write + '_)>,
) -> Result<RunOutcome> {
    let target = subject.target;
    if subject.only.is_some() && !subject.rules().can_order {
        return Err(Error::usage(format!(
            "{} takes no --only: it prints a recorded log, or its ELF has no control block",
            target.name
        )));
    }
    #[expect(
        clippy::redundant_closure,
        reason = "the function itself does not shorten the lifetime of the writer"
    )]
    let recorder = log.map(|log| Recorder::new(log));
    let mut run = Run {
        subject,
        interrupt,
        rules: subject.rules(),
        deadline: Instant::now() + Duration::from_secs_f64(target.limits.total),
        recorder,
        boots: 0,
        command: None,
    };
    let mut lanes = Lanes::new(Campaign::new(subject.plan, run.rules));
    let mut progress = match subject.hidden {
        true => Progress::hidden(),
        false => Progress::new("boot"),
    };
    loop {
        let boots = lanes.next_boots();
        match &boots[..] {
            [] => break,
            [(0, order)] => {
                if let Some(result) = run.boot_alone(order, accelerator, &mut progress)? {
                    lanes.finished(0, result);
                }
            }
            _ => run.side_by_side(&mut lanes, accelerator, &mut progress)?,
        }
    }
    let mut outcome = lanes.outcome();
    outcome.context.only = subject.only.cloned();
    outcome.context.one_user = subject.target.is_this_linux() && has_one_user();
    outcome.context.command = run.command;
    outcome.context.accelerator = accelerator.name().map(str::to_string);
    outcome.context.accelerators_left = accelerator.refused().to_vec();
    Ok(outcome)
}

/// True where the user namespace of this process has one user alone (user_namespaces(7)).
fn has_one_user() -> bool {
    let map = fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    let counts = map.split_whitespace().skip(2).step_by(3);
    counts.eq(["1"])
}

/// The I/O of a run.
struct Run<'a, 'w> {
    subject: &'a Subject<'a>,
    interrupt: &'a Interrupt,
    rules: Rules<'a>,
    deadline: Instant,
    recorder: Option<Recorder<'w>>,
    boots: usize,
    command: Option<String>,
}

/// A boot that has ended, with what it was given.
struct Booted {
    result: BootResult,
    run: Option<u32>,
    command: String,
}

impl<'a> Run<'a, '_> {
    /// Boots once as ordered. None where the accelerator is not usable: then the same order is
    /// booted with the next one.
    fn boot_alone(
        &mut self,
        order: &BootOrder,
        accelerator: &mut Accelerator,
        progress: &mut Progress,
    ) -> Result<Option<BootResult>> {
        let mut limits = self.subject.target.limits;
        if accelerator.is_on_trial() {
            limits.boot = limits.boot.min(limits.accel);
        }
        let mut again = true;
        loop {
            let conditions = self.conditions(limits, accelerator.name());
            let recorder = self.recorder.as_mut().map(|log| log as &mut dyn Write);
            let booted = conditions.boot(order, progress, recorder)?;
            progress.ended(self.subject.plan, booted.result.next_step);
            // Lost output says nothing of the kernel: the same boot is tried once more.
            let lost = again && matches!(booted.result.end, BootEnd::LostOutput(_));
            // The campaign takes no result of a trial that failed, so the order stays the same.
            let unusable = booted.result.unusable(&limits);
            let unusable = unusable.filter(|_| !lost && accelerator.is_on_trial());
            self.record(&booted, 0, !lost && unusable.is_none())?;
            if lost {
                again = false;
                continue;
            }
            if let Some(why) = unusable {
                accelerator.give_up(&why);
                return Ok(None);
            }
            accelerator.prove();
            self.command = Some(booted.command);
            return Ok(Some(booted.result));
        }
    }

    /// Boots the lanes, so many at once as the subject allows, until they are united.
    fn side_by_side(
        &mut self,
        lanes: &mut Lanes,
        accelerator: &Accelerator,
        progress: &mut Progress,
    ) -> Result<()> {
        let limits = self.subject.target.limits;
        let conditions = &self.conditions(limits, accelerator.name());
        let record = self.recorder.is_some();
        let jobs = self.subject.jobs as usize;
        thread::scope(|scope| {
            let (sender, done) = mpsc::channel();
            let mut running = BTreeSet::new();
            loop {
                let mut next = lanes.next_boots().into_iter();
                let next = next.find(|(lane, _)| *lane != 0 && !running.contains(lane));
                if let Some((lane, order)) = next.filter(|_| running.len() < jobs) {
                    running.insert(lane);
                    let sender = sender.clone();
                    scope.spawn(move || {
                        let booted = conditions.boot_beside(&order, record);
                        // The receiver is gone only after an error, which ends the run.
                        let _ = sender.send((lane, booted));
                    });
                    continue;
                }
                if running.is_empty() {
                    return Ok(());
                }
                let lost = |_| Error::no_verdict("a boot ended without a result");
                let (lane, booted) = done.recv().map_err(lost)?;
                running.remove(&lane);
                for (booted, console, taken) in booted? {
                    self.copy(console)?;
                    self.record(&booted, lane, taken)?;
                    progress.took(&booted.result);
                    progress.ended(self.subject.plan, booted.result.next_step);
                    if taken {
                        lanes.finished(lane, booted.result);
                        self.command = Some(booted.command);
                    }
                }
                progress.draw(self.subject.plan);
            }
        })?;
        progress.clear();
        Ok(())
    }

    fn conditions(&self, limits: TargetLimits, accelerator: Option<&str>) -> Conditions<'a> {
        Conditions {
            subject: self.subject,
            interrupt: self.interrupt,
            can_order: self.rules.can_order,
            deadline: self.deadline,
            limits,
            accelerator: accelerator.map(str::to_string),
        }
    }

    /// Copies the console of a boot that ran beside others.
    fn copy(&mut self, console: Option<File>) -> Result<()> {
        if let (Some(log), Some(mut console)) = (&mut self.recorder, console) {
            console.rewind().map_err(unwritable)?;
            io::copy(&mut console, log).map_err(unwritable)?;
        }
        Ok(())
    }

    /// Ends the console of a boot in the recording.
    fn record(&mut self, booted: &Booted, lane: Lane, taken: bool) -> Result<()> {
        self.boots += 1;
        let Some(recorder) = &mut self.recorder else {
            return Ok(());
        };
        let plan = self.subject.plan;
        let title = |check: &usize| plan.checks[*check].title.clone();
        let record = Record {
            target: self.subject.target.name.clone(),
            boot: self.boots,
            several: self.boots > 1,
            lane,
            taken,
            run: booted.run,
            end: booted.result.end.clone(),
            stderr: booted.result.stderr.clone(),
            skip: self.rules.skip.iter().map(title).collect(),
            only: (self.subject.only).map(|only| only.iter().map(title).collect()),
            reboots: self.rules.reboots,
            limits: self.rules.limits,
            console: 0,
        };
        recorder.end(record).map_err(unwritable)
    }
}

fn unwritable(error: io::Error) -> Error {
    Error::usage(format!("writing the log: {error}"))
}

/// The conditions of a boot, whichever order it has.
struct Conditions<'a> {
    subject: &'a Subject<'a>,
    interrupt: &'a Interrupt,
    can_order: bool,
    deadline: Instant,
    limits: TargetLimits,
    accelerator: Option<String>,
}

impl Conditions<'_> {
    /// Boots once as ordered; the console is copied to `log` as it comes.
    fn boot(
        &self,
        order: &BootOrder,
        progress: &mut Progress,
        log: Option<&mut dyn Write>,
    ) -> Result<Booted> {
        let target = self.subject.target;
        if self.subject.verbose {
            progress.clear();
            verbose::announce(self.subject.plan, order);
        }
        let run = self.can_order.then(run_id);
        let image = Image::new(self.subject, self.accelerator.as_deref(), order, run)?;
        let spec = BootSpec {
            command: &image.command,
            limits: self.limits,
            patterns: patterns(target),
            recorded: target.recorded,
            status: target.status,
            run,
            traces: order.flags & TRACE != 0,
            deadline: self.deadline,
        };
        let plan = self.subject.plan;
        let result = boot::boot(plan, &spec, self.interrupt, progress, log)?;
        if self.subject.verbose {
            progress.clear();
            verbose::ended(&result.end, &self.limits);
        }
        Ok(Booted {
            result,
            run,
            command: image.shown.to_string(),
        })
    }

    /// Boots beside others: once more where output is lost. Each boot with its console, and true
    /// where it counts.
    fn boot_beside(
        &self,
        order: &BootOrder,
        record: bool,
    ) -> Result<Vec<(Booted, Option<File>, bool)>> {
        let mut boots = Vec::new();
        for again in [true, false] {
            let mut console = match record {
                true => Some(tempfile::tempfile().map_err(unwritable)?),
                false => None,
            };
            let log = console.as_mut().map(|file| file as &mut dyn Write);
            let booted = self.boot(order, &mut Progress::hidden(), log)?;
            let lost = again && matches!(booted.result.end, BootEnd::LostOutput(_));
            boots.push((booted, console, !lost));
            if !lost {
                break;
            }
        }
        Ok(boots)
    }
}
