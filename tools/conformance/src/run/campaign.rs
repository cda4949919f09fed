//! Runs the suite to its end on a kernel that dies on the way: boot, charge, skip, boot again.
//!
//! Each boot that dies costs one check its outcome: the first planned one without a line. The next
//! boot is of a copy of the ELF whose operator's block skips it and begins with its group.
//!
//! The lines of a boot that dies are under no checksum, because its END line never came. They are
//! believed only where each came strictly as the plan has it, one after the other; anything else
//! remains as a flaw, and with it there is no verdict.

mod assume_handlers;
mod no_room_left;

use std::collections::BTreeMap;
use std::io::Write;
use std::time::{Duration, Instant};

use posix_conformance::plan::control::{
    ASSUME_HANDLERS, Block, KEEP_ENVIRONMENT, SKIP_SETUP, WHOLE_SCRIPTS,
};

use self::assume_handlers::{self as trust, Trust};
use self::no_room_left::{Exhausted, may_be_hidden};
use crate::control_block as operator;
use crate::error::Result;
use crate::log::boot::Boot;
use crate::log::capture as console;
use crate::plan::{Plan, Planned, Step};
use crate::run::accel::Accelerator;
use crate::run::boot;
use crate::run::boot_end::{BootEnd, status_mismatch};
use crate::run::image::Image;
use crate::run::interrupt::Interrupt;
use crate::run::monitor::{BootResult, BootSpec};
use crate::run::progress::Progress;
use crate::target::{Places, Target};
use crate::verdict::defect::Defect;
use crate::verdict::outcome::Outcome;
use crate::verdict::run_outcome::{RunContext, RunOutcome};

/// How often a kernel that dies is booted again, if nobody says otherwise.
pub const REBOOTS: u32 = 32;

/// What is run, and how.
pub struct Subject<'a> {
    pub plan: &'a Plan,
    pub target: &'a Target,
    pub elf: &'a [u8],
    /// The first program of an initramfs image, which starts the ELF.
    pub linux_init: &'a [u8],
    pub places: Places,
    /// The checks that the user wants skipped.
    pub skip: &'a [usize],
    /// How often to boot again at most.
    pub reboots: u32,
}

/// What one run goes on with after another.
pub struct Machine<'a> {
    pub accelerator: &'a mut Accelerator,
    pub interrupt: &'a Interrupt,
}

/// What is known over all boots.
struct Campaign<'a> {
    subject: &'a Subject<'a>,
    outcomes: Vec<Option<Outcome>>,
    /// The checks in which a boot died.
    charged: BTreeMap<usize, Outcome>,
    untidy: bool,
    /// Whether the steps before a skipped check are left out: a boot died in one.
    bare: bool,
    exhausted: Exhausted,
    trust: Trust,
    first_group: u16,
    boots: usize,
    defects: Vec<Defect>,
    context: RunContext,
}

/// Runs the suite; exactly one outcome for each check, whatever the kernel does.
pub fn run(
    subject: &Subject,
    machine: &mut Machine,
    mut copy: Option<&mut (dyn Write + '_)>,
) -> Result<RunOutcome> {
    let target = subject.target;
    let begun = Instant::now();
    let deadline = begun + Duration::from_secs_f64(target.limits.total);
    let mut progress = Progress::new();
    let mut campaign = Campaign::new(subject);
    loop {
        let accelerator = &mut *machine.accelerator;
        let image = Image::new(subject, accelerator.name(), &campaign.block()?)?;
        let mut limits = target.limits;
        if accelerator.is_on_trial() {
            limits.boot = limits.boot.min(limits.accel);
        }
        let spec = BootSpec {
            command: &image.command,
            limits,
            patterns: console::Patterns {
                panic: &target.panic,
                end: &target.end,
                stopped: &target.stopped,
            },
            recorded: target.recorded,
            deadline,
        };
        let copy = copy.as_deref_mut().map(|copy| copy as &mut dyn Write);
        let result = boot::boot(subject.plan, &spec, machine.interrupt, &mut progress, copy);
        progress.clear();
        let result = result?;
        if accelerator.is_on_trial()
            && let Some(why) = result.unusable(&limits)
        {
            accelerator.give_up(&why);
            continue;
        }
        accelerator.prove();
        campaign.context.command = Some(image.command.to_string());
        let again = campaign.take(result);
        if !again && !campaign.ask_again() && !campaign.ask_in_trust() {
            return Ok(campaign.judged(accelerator));
        }
    }
}

impl<'a> Campaign<'a> {
    fn new(subject: &'a Subject) -> Campaign<'a> {
        Campaign {
            subject,
            outcomes: vec![None; subject.plan.checks.len()],
            charged: BTreeMap::new(),
            untidy: false,
            bare: false,
            exhausted: Exhausted::default(),
            trust: Trust::default(),
            first_group: 0,
            boots: 0,
            defects: Vec::new(),
            context: RunContext::default(),
        }
    }

    /// What the next boot is told.
    fn block(&self) -> Result<Block> {
        let checks = 0..self.subject.plan.checks.len();
        let mut block = operator::skipping(checks.filter(|&check| !self.wants(check)))?;
        block.first_group = self.first_group;
        for (wanted, flag) in [
            (self.bare, SKIP_SETUP),
            (self.untidy, KEEP_ENVIRONMENT),
            (self.exhausted.is_asking_again(), WHOLE_SCRIPTS),
            (self.trust.is_on(), WHOLE_SCRIPTS | ASSUME_HANDLERS),
        ] {
            block.flags |= if wanted { flag } else { 0 };
        }
        Ok(block)
    }

    /// Whether the next boot runs a check.
    fn runs(&self, check: usize) -> bool {
        let group = self.subject.plan.checks[check].group;
        group >= usize::from(self.first_group) && self.wants(check)
    }

    /// Whether the next boot is not told to skip a check.
    fn wants(&self, check: usize) -> bool {
        !self.charged.contains_key(&check)
            && !self.subject.skip.contains(&check)
            && self.exhausted.runs(self.subject.plan.checks[check].script)
            && self.trust.runs(self.subject.plan.checks[check].script)
    }

    /// Whether another boot can be told what to do.
    fn can_patch(&self) -> bool {
        operator::offset(self.subject.elf).is_ok() && !self.subject.target.recorded
    }

    /// Whether there is something to ask in another boot for: nothing is wrong so far.
    fn may_ask(&self) -> bool {
        let boots_left = self.boots <= self.subject.reboots as usize;
        self.can_patch() && boots_left && self.defects.is_empty()
    }

    /// Behind all other boots: whether one more asks in trust what the kernel could not prove.
    fn ask_in_trust(&mut self) -> bool {
        let plan = self.subject.plan;
        if !self.may_ask() {
            return false;
        }
        let Some(check) = self.trust.begin(plan, &self.outcomes) else {
            return false;
        };
        self.context.notes.push(format!(
            "boot {}: the kernel does not tell that a handler is installed; the checks that need \
             one are asked again, in trust that it is",
            self.boots
        ));
        self.first_group = plan.checks[check].group as u16;
        true
    }

    /// Takes what the boot in trust said, if it came to its end in order.
    fn take_in_trust(&mut self, result: &BootResult) {
        let in_order = result.log.defects.is_empty()
            && matches!(result.end, BootEnd::Exited(_) | BootEnd::Finished);
        match &result.log.boots[..] {
            [boot]
                if in_order
                    && boot.ended
                    && boot.defects.is_empty()
                    && self.wrong_status(&result.end, boot).is_none() =>
            {
                for (known, told) in self.outcomes.iter_mut().zip(&boot.outcomes) {
                    let untold = known.as_ref().is_some_and(trust::is_untold);
                    if let (true, Some(told)) = (untold, told)
                        && *told != Outcome::Skipped
                    {
                        *known = Some(told.clone());
                    }
                }
            }
            _ => {
                let limits = &self.subject.target.limits;
                let (_, why) = result.end.verdict(limits);
                let note = format!("boot {}: {why}: the trust was not deserved", self.boots);
                self.context.notes.push(note);
            }
        }
        self.trust.end();
    }

    /// After a boot that came to its end: whether another one has something to ask again.
    fn ask_again(&mut self) -> bool {
        if !self.may_ask() {
            return false;
        }
        let plan = self.subject.plan;
        let began = !self.exhausted.is_asking_again();
        let Some(script) = self.exhausted.next(plan, &self.outcomes) else {
            return false;
        };
        let first = plan.checks.iter().filter(|check| check.script == script);
        let hidden = |check: &&Planned| {
            self.outcomes[check.index]
                .as_ref()
                .is_some_and(may_be_hidden)
        };
        let Some(check) = first.clone().find(hidden) else {
            return false;
        };
        if began {
            self.context.notes.push(format!(
                "boot {}: the kernel had no room left from here on: {}; the checks that found none \
                 are asked again, each after a new boot",
                self.boots, check.title
            ));
        }
        self.first_group = check.group as u16;
        true
    }

    /// Takes what a boot said; whether there is anything to boot again for.
    fn take(&mut self, result: BootResult) -> bool {
        self.boots += 1;
        if self.trust.is_on() {
            self.take_in_trust(&result);
            return false;
        }
        self.context.last_words = result.last_lines;
        self.context.excerpts.extend(result.excerpts);
        self.context.times.extend(result.times);
        self.context.phases += result.phases;
        let limits = &self.subject.target.limits;
        if result.log.boots.is_empty() {
            return self.no_header(&result.end);
        }
        let died = result.next_step.is_some();
        let last = result.log.boots.len() - 1;
        for (number, boot) in result.log.boots.iter().enumerate() {
            self.merge(boot);
            if number == last {
                let wrong = self.wrong_status(&result.end, boot);
                self.defects.extend(wrong.map(Defect::Runner));
            }
            // What died is charged to a check; only what is left to charge is a flaw.
            let flaws = boot.defects.iter();
            let explained = |flaw: &&Defect| died && number == last && is_cut_off(flaw);
            self.defects
                .extend(flaws.filter(|flaw| !explained(flaw)).cloned());
        }
        self.defects.extend(result.log.defects);
        match (result.next_step, &result.end) {
            (Some(step), end) if result.log.boots[last].ours => self.charge(step, end),
            (_, BootEnd::Exited(_) | BootEnd::Finished) => false,
            (_, end) => {
                self.defects
                    .insert(0, Defect::Runner(end.verdict(limits).1));
                false
            }
        }
    }

    /// Why the command's exit status is not what the lines of a run that came to its end say.
    fn wrong_status(&self, end: &BootEnd, boot: &Boot) -> Option<String> {
        match end {
            BootEnd::Exited(status) if self.subject.target.status && boot.ended => {
                status_mismatch(&boot.outcomes, *status)
            }
            _ => None,
        }
    }

    fn no_header(&mut self, end: &BootEnd) -> bool {
        let (_, mut why) = end.verdict(&self.subject.target.limits);
        if self.boots > 1 {
            why = format!("boot {} gave no header line: {why}", self.boots);
        } else if !matches!(end, BootEnd::Exited(status) if status.success()) {
            self.defects.push(Defect::NoHeader);
        } else {
            why = "no header line: nothing of the suite is in this log".to_string();
        }
        self.defects.insert(0, Defect::Runner(why));
        false
    }

    /// Takes the lines of a boot: of each check the worst, but for what this boot was told to skip.
    fn merge(&mut self, boot: &Boot) {
        for (check, outcome) in boot.outcomes.iter().enumerate() {
            let Some(outcome) = outcome else { continue };
            let told = *outcome == Outcome::Skipped && !self.runs(check);
            if told && !self.subject.skip.contains(&check) {
                continue;
            }
            let script = self.subject.plan.checks[check].script;
            let known = &mut self.outcomes[check];
            if self.exhausted.is_asking_again() {
                let failed = matches!(known, Some(Outcome::Fail(_)));
                if failed && self.exhausted.believes(script, outcome) {
                    *known = Some(outcome.clone());
                }
            } else if known
                .as_ref()
                .is_none_or(|known| known.severity() < outcome.severity())
            {
                *known = Some(outcome.clone());
            }
        }
    }

    /// Charges a death; whether to boot again.
    fn charge(&mut self, step: usize, end: &BootEnd) -> bool {
        let plan = self.subject.plan;
        let (outcome, why) = end.verdict(&self.subject.target.limits);
        if outcome == Outcome::Lost {
            self.defects.insert(0, Defect::Runner(why));
            return false;
        }
        let can_patch = self.can_patch();
        if step == 1 && !self.untidy && can_patch && self.may_boot_again() {
            self.untidy = true;
            let boot = self.boots;
            self.context.notes.push(format!(
                "boot {boot}: {why} before the first group; from here on descriptors and signal \
                 mask are left as the kernel hands them over"
            ));
            return true;
        }
        let rest = plan.steps.get(step..).unwrap_or_default();
        let mut checks = rest.iter().filter_map(|step| match step {
            Step::Check(check) => Some(*check),
            _ => None,
        });
        if let Some(check) = checks.clone().next()
            && self.charged.contains_key(&check)
            && !self.bare
            && self.may_boot_again()
        {
            self.bare = true;
            self.context.notes.push(format!(
                "boot {}: {why}, in a step that sets up {}; from here on such steps are left out",
                self.boots, plan.checks[check].title
            ));
            return true;
        }
        let Some(check) = checks.find(|&check| self.runs(check)) else {
            self.defects
                .insert(0, Defect::Runner(format!("{why}, behind the last check")));
            return false;
        };
        self.outcomes[check] = None;
        self.charged.insert(check, outcome);
        self.context
            .excerpts
            .insert(check, self.context.last_words.clone());
        let title = &plan.checks[check].title;
        self.context
            .notes
            .push(format!("boot {}: {why}, in {title}", self.boots));
        if !can_patch {
            self.defects.insert(0, Defect::Runner(why));
            return false;
        }
        let left =
            |check: &usize| self.outcomes[*check].is_none() && !self.charged.contains_key(check);
        let Some(next) = (0..plan.checks.len()).find(left) else {
            return false;
        };
        self.first_group = plan.checks[next].group as u16;
        self.may_boot_again()
    }

    fn may_boot_again(&mut self) -> bool {
        let may = self.boots <= self.subject.reboots as usize;
        if !may {
            let flaw = format!(
                "given up after {} boots; --reboots {} allows no more",
                self.boots, self.subject.reboots
            );
            self.defects.insert(0, Defect::Runner(flaw));
        }
        may
    }

    fn judged(mut self, accelerator: &Accelerator) -> RunOutcome {
        self.context.accelerator = accelerator.name().map(str::to_string);
        self.context.accelerators_left = accelerator.refused().to_vec();
        let mut charged = self.charged;
        let outcomes = self.outcomes.into_iter().enumerate();
        RunOutcome {
            outcomes: outcomes
                .map(|(check, outcome)| {
                    let charged = charged.remove(&check).or(outcome);
                    charged.unwrap_or(Outcome::Lost)
                })
                .collect(),
            defects: self.defects,
            boots: self.boots,
            context: self.context,
        }
    }
}

fn is_cut_off(flaw: &Defect) -> bool {
    matches!(flaw, Defect::CutOff { .. })
}
