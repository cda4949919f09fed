//! Runs the suite once on a kernel that may die during it, over as many boots as that needs.
//!
//! `campaign.rs` decides which boot comes next, and `monitor.rs` when a boot is over: both are
//! pure. The other files are the I/O around them.

pub(crate) mod accel;
pub(crate) mod boot;
pub(crate) mod boot_end;
pub(crate) mod campaign;
mod clock;
pub(crate) mod image;
pub(crate) mod initramfs;
pub(crate) mod interrupt;
pub(crate) mod monitor;
mod pace;
pub(crate) mod progress;
#[cfg(test)]
mod simulated;
pub(crate) mod supervisor;
pub(crate) mod version;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::Write;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use self::accel::Accelerator;
use self::boot_end::BootEnd;
use self::campaign::{Campaign, Rules};
use self::image::Image;
use self::interrupt::Interrupt;
use self::monitor::BootSpec;
use self::progress::Progress;
use crate::control_block;
use crate::error::Result;
use crate::log::capture::Patterns;
use crate::plan::Plan;
use crate::target::{Places, Target};
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
    /// The checks that the user wants skipped, by their index in the plan.
    pub skip: &'a [usize],
    /// The most boots after the first.
    pub reboots: u32,
}

impl Subject<'_> {
    fn rules(&self) -> Rules<'_> {
        Rules {
            skip: self.skip,
            reboots: self.reboots,
            can_order: control_block::place(self.elf).is_ok() && !self.target.recorded,
            status: self.target.status,
            limits: self.target.limits,
        }
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

/// Runs the suite and gives exactly one outcome for each check. The console of all boots is copied
/// to `log`.
///
/// # Errors
/// The command does not start, or a file cannot be written.
pub(crate) fn run(
    subject: &Subject,
    accelerator: &mut Accelerator,
    interrupt: &Interrupt,
    mut log: Option<&mut (dyn Write + '_)>,
) -> Result<RunOutcome> {
    let target = subject.target;
    let deadline = Instant::now() + Duration::from_secs_f64(target.limits.total);
    let mut progress = Progress::new();
    let rules = subject.rules();
    let can_order = rules.can_order;
    let mut campaign = Campaign::new(subject.plan, rules);
    let mut command = None;
    while let Some(order) = campaign.next_boot() {
        let mut limits = target.limits;
        if accelerator.is_on_trial() {
            limits.boot = limits.boot.min(limits.accel);
        }
        let mut boot = || {
            let run = can_order.then(run_id);
            let image = Image::new(subject, accelerator.name(), &order, run)?;
            command = Some(image.shown.to_string());
            let spec = BootSpec {
                command: &image.command,
                limits,
                patterns: Patterns {
                    panic: &target.panic,
                    end: &target.end,
                    stopped: &target.stopped,
                },
                recorded: target.recorded,
                status: target.status,
                run,
                deadline,
            };
            let log = log.as_deref_mut().map(|log| log as &mut dyn Write);
            let result = boot::boot(subject.plan, &spec, interrupt, &mut progress, log);
            progress.clear();
            result
        };
        let mut result = boot()?;
        if matches!(result.end, BootEnd::LostOutput(_)) {
            // Lost output says nothing of the kernel: the same boot is tried once more.
            result = boot()?;
        }
        // The campaign takes no result of a trial that failed, so the order stays the same.
        if accelerator.is_on_trial()
            && let Some(why) = result.unusable(&limits)
        {
            accelerator.give_up(&why);
            continue;
        }
        accelerator.prove();
        campaign.finished(result);
    }
    let mut outcome = campaign.outcome();
    outcome.context.command = command;
    outcome.context.accelerator = accelerator.name().map(str::to_string);
    outcome.context.accelerators_left = accelerator.refused().to_vec();
    Ok(outcome)
}
