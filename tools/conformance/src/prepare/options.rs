//! The options of a run, as one target or several take them.

use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::run::accel::Accelerator;
use crate::target::{Target, TargetLimits};

/// The options of a target's run.
#[derive(Clone, Debug)]
pub(crate) struct RunOptions {
    pub inputs: Inputs,
    /// The file that the console of all boots is copied to.
    pub log: Option<PathBuf>,
    /// The titles of the checks to skip.
    pub skip: Vec<String>,
    /// The texts that select the checks to run and judge; without one all.
    pub only: Vec<String>,
    /// The number of runs.
    pub repeat: u32,
    /// The most boots of a run after its first; without a value the target's own.
    pub reboots: Option<u32>,
    /// The most boots at once; without a value the target's own.
    pub jobs: Option<u32>,
    pub limits: LimitOverrides,
    /// True where each boot is announced on stderr, with its reason.
    pub verbose: bool,
}

/// The name of all suites together.
pub(crate) const ALL: &str = "all";

/// The files and names that a target's run takes; without a value the target's own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    /// The name of a suite, or [`ALL`]; without it core, or the suite of `elf`.
    pub suite: Option<&'static str>,
    pub elf: Option<PathBuf>,
    pub kernel: Option<PathBuf>,
    /// The id of a fault.
    pub fault: Option<String>,
    /// The name of an accelerator.
    pub accel: Option<String>,
}

/// Time limits in seconds; without a value the target's own.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LimitOverrides {
    pub boot: Option<u32>,
    pub silence: Option<u32>,
    pub check: Option<u32>,
    pub total: Option<u32>,
}

impl LimitOverrides {
    /// Puts the values in the place of the target's.
    pub(crate) fn apply(&self, limits: &mut TargetLimits) {
        for (limit, seconds) in [
            (&mut limits.boot, self.boot),
            (&mut limits.silence, self.silence),
            (&mut limits.check, self.check),
            (&mut limits.total, self.total),
        ] {
            if let Some(seconds) = seconds {
                *limit = seconds.into();
            }
        }
        // Whoever grants a boot its time grants it to an accelerator on trial, too.
        if let Some(seconds) = self.boot {
            limits.accel = seconds.into();
        }
    }
}

/// The options of a run of several targets, not all of which take each option.
pub(crate) struct PerTarget<'a>(&'a RunOptions);

impl<'a> PerTarget<'a> {
    /// Checks the options against all targets.
    ///
    /// # Errors
    /// No target takes an option, or one does not know its value.
    pub(crate) fn new<'t>(
        targets: impl Iterator<Item = &'t Target> + Clone,
        options: &'a RunOptions,
    ) -> Result<PerTarget<'a>> {
        let per_target = PerTarget(options);
        for (given, place) in [
            (options.inputs.kernel.is_some(), "kernel"),
            (options.inputs.fault.is_some(), "fault"),
            (options.inputs.accel.is_some(), "accel"),
        ] {
            if given && !targets.clone().any(|target| target.wants(place)) {
                return Err(Error::usage(format!(
                    "none of these targets takes --{place}"
                )));
            }
        }
        for target in targets {
            let options = per_target.of(target);
            fault(target, options.inputs.fault.as_deref())?;
            Accelerator::new(target, options.inputs.accel.as_deref())?;
        }
        Ok(per_target)
    }

    /// The options without those that a target does not take.
    pub(crate) fn of(&self, target: &Target) -> RunOptions {
        let mut options = self.0.clone();
        options.inputs.kernel = options.inputs.kernel.filter(|_| target.wants("kernel"));
        options.inputs.fault = options.inputs.fault.filter(|_| target.wants("fault"));
        options.inputs.accel = options.inputs.accel.filter(|_| target.wants("accel"));
        options
    }
}

/// The fault for a target's placeholder `{fault}`.
pub(super) fn fault(target: &Target, given: Option<&str>) -> Result<Option<String>> {
    if !target.faults.is_empty() {
        let id = given.unwrap_or("none");
        let known = target.faults.iter().any(|fault| fault == id);
        if given.is_some() && !known {
            return Err(Error::usage(format!(
                "target {} has no fault {id}; it has {}",
                target.name,
                target.faults.join(", ")
            )));
        }
        return Ok(Some(id.to_string()));
    }
    match (target.wants("fault"), given) {
        (false, None) => Ok(None),
        (true, Some(id)) => match faults::find(id) {
            Some(fault) => Ok(Some(fault.id.to_string())),
            None => Err(Error::usage(format!(
                "no fault is called {id}; `faults list` prints them"
            ))),
        },
        (true, None) => Err(Error::usage(format!(
            "target {} needs --fault ID",
            target.name
        ))),
        (false, Some(_)) => Err(Error::usage(format!(
            "target {} takes no --fault; faulty-linux does",
            target.name
        ))),
    }
}
