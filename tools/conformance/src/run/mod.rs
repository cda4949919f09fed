//! Runs the suite once on a kernel that may die during it, over as many boots as that needs.
//!
//! `campaign.rs` decides which boot comes next, and `monitor.rs` when a boot is over: both are
//! pure. The other files are the I/O around them.

pub mod accel;
pub mod boot;
pub mod boot_end;
pub mod campaign;
pub mod image;
pub mod initramfs;
pub mod interrupt;
pub mod monitor;
pub mod progress;
#[cfg(test)]
mod simulated;
pub mod supervisor;
pub mod version;

use std::io::Write;
use std::time::{Duration, Instant};

use self::accel::Accelerator;
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
pub struct Subject<'a> {
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

/// Runs the suite and gives exactly one outcome for each check. The console of all boots is copied
/// to `log`.
///
/// # Errors
/// The command does not start, or a file cannot be written.
pub fn run(
    subject: &Subject,
    accelerator: &mut Accelerator,
    interrupt: &Interrupt,
    mut log: Option<&mut (dyn Write + '_)>,
) -> Result<RunOutcome> {
    let target = subject.target;
    let deadline = Instant::now() + Duration::from_secs_f64(target.limits.total);
    let mut progress = Progress::new();
    let mut campaign = Campaign::new(subject.plan, subject.rules());
    let mut command = None;
    while let Some(order) = campaign.next_boot() {
        let image = Image::new(subject, accelerator.name(), &order)?;
        let mut limits = target.limits;
        if accelerator.is_on_trial() {
            limits.boot = limits.boot.min(limits.accel);
        }
        let spec = BootSpec {
            command: &image.command,
            limits,
            patterns: Patterns {
                panic: &target.panic,
                end: &target.end,
                stopped: &target.stopped,
            },
            recorded: target.recorded,
            deadline,
        };
        let log = log.as_deref_mut().map(|log| log as &mut dyn Write);
        let result = boot::boot(subject.plan, &spec, interrupt, &mut progress, log);
        progress.clear();
        let result = result?;
        // The campaign takes no result of a trial that failed, so the order stays the same.
        if accelerator.is_on_trial()
            && let Some(why) = result.unusable(&limits)
        {
            accelerator.give_up(&why);
            continue;
        }
        accelerator.prove();
        command = Some(image.command.to_string());
        campaign.finished(result);
    }
    let mut outcome = campaign.outcome();
    outcome.context.command = command;
    outcome.context.accelerator = accelerator.name().map(str::to_string);
    outcome.context.accelerators_left = accelerator.refused().to_vec();
    Ok(outcome)
}
