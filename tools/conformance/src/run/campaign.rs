//! Runs the suite to its end on a kernel that dies on the way: boot, charge, skip, boot again.
//!
//! Each boot that dies costs one check its outcome: the first planned one without a line. The next
//! boot is of a copy of the ELF whose operator's block skips it and begins with its group.
//!
//! The lines of a boot that dies are under no checksum, because its END line never came. They are
//! believed only where each came strictly as the plan has it, one after the other; anything else
//! remains as a flaw, and with it there is no verdict.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use posix_conformance::plan::control::{
    ASSUME_HANDLERS, Block, KEEP_ENVIRONMENT, SKIP_SETUP, WHOLE_SCRIPTS,
};

use super::initramfs;
use crate::control_block as operator;
use crate::log::capture as console;
use crate::log::reader::Boot;
use crate::plan::{Plan, Planned, Step};
use crate::resources::{Elf, LINUX_INIT, passing_elf};
use crate::run::accel::Accelerator;
use crate::run::assume_handlers::{self as trust, Trust};
use crate::run::boot::{self as run, Booted, End, Interrupt, Watch};
use crate::run::no_room_left::{Exhausted, may_be_hidden};
use crate::run::progress::Progress;
use crate::target::{Invocation, Places, Target};
use crate::verdict::compare::{Judged, Story};
use crate::verdict::outcome::{Flaw, Outcome, Result};

/// How often a kernel that dies is booted again, if nobody says otherwise.
pub const REBOOTS: u32 = 32;

/// What is run, and how.
pub struct Subject<'a> {
    pub plan: &'a Plan,
    pub target: &'a Target,
    pub elf: &'a [u8],
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
struct Course<'a> {
    subject: &'a Subject<'a>,
    outcomes: Vec<Option<Outcome>>,
    /// The checks in which a boot died.
    guilty: BTreeMap<usize, Outcome>,
    untidy: bool,
    /// Whether the steps before a skipped check are left out: a boot died in one.
    bare: bool,
    exhausted: Exhausted,
    trust: Trust,
    first_group: u16,
    boots: usize,
    flaws: Vec<Flaw>,
    story: Story,
}

/// Runs the suite; exactly one outcome for each check, whatever the kernel does.
pub fn run(
    subject: &Subject,
    machine: &mut Machine,
    mut copy: Option<&mut (dyn Write + '_)>,
) -> Result<Judged> {
    let target = subject.target;
    let begun = Instant::now();
    let deadline = begun + Duration::from_secs_f64(target.limits.total);
    let mut progress = Progress::new();
    let mut course = Course::new(subject);
    loop {
        let accelerator = &mut *machine.accelerator;
        let image = Image::new(subject, accelerator.name(), &course.block()?)?;
        let mut limits = target.limits;
        if accelerator.is_on_trial() {
            limits.boot = limits.boot.min(limits.accel);
        }
        let watch = Watch {
            command: &image.command,
            limits,
            patterns: console::Patterns {
                panic: &target.panic,
                end: &target.end,
                stopped: &target.stopped,
            },
            restart_is_death: !target.recorded,
            deadline,
        };
        let copy = copy.as_deref_mut().map(|copy| copy as &mut dyn Write);
        let booted = run::boot(subject.plan, &watch, machine.interrupt, &mut progress, copy);
        progress.clear();
        let booted = booted?;
        if accelerator.is_on_trial()
            && let Some(why) = booted.unusable(&limits)
        {
            accelerator.give_up(&why);
            continue;
        }
        accelerator.prove();
        course.story.command = Some(image.command.to_string());
        let again = course.take(booted);
        if !again && !course.ask_again() && !course.ask_in_trust() {
            return Ok(course.judged(accelerator));
        }
    }
}

/// The files of one boot, which go away after it.
struct Image {
    command: Invocation,
    _files: Vec<Elf>,
}

impl Image {
    fn new(subject: &Subject, accelerator: Option<&str>, block: &Block) -> Result<Image> {
        let mut places = subject.places.clone();
        places.accel = accelerator.map(str::to_string);
        let mut files = Vec::new();
        let mut bytes = subject.elf.to_vec();
        if *block != Block::new() {
            bytes = operator::patched(&bytes, block)?;
            let file = Elf::Passing(passing_elf(&bytes)?);
            places.elf = file.path().to_path_buf();
            files.push(file);
        }
        if subject.target.wants("initramfs") {
            let file = Elf::Passing(passing_elf(&initramfs::image(LINUX_INIT, &bytes))?);
            places.initramfs = Some(file.path().to_path_buf());
            files.push(file);
        }
        let command = subject.target.invocation(&places)?;
        command.require_program()?;
        Ok(Image {
            command,
            _files: files,
        })
    }
}

/// The place of an ELF as a command must name it.
pub fn places_of(elf: &Path) -> Places {
    Places {
        elf: elf.to_path_buf(),
        ..Places::default()
    }
}

impl<'a> Course<'a> {
    fn new(subject: &'a Subject) -> Course<'a> {
        Course {
            subject,
            outcomes: vec![None; subject.plan.checks.len()],
            guilty: BTreeMap::new(),
            untidy: false,
            bare: false,
            exhausted: Exhausted::default(),
            trust: Trust::default(),
            first_group: 0,
            boots: 0,
            flaws: Vec::new(),
            story: Story::default(),
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
        !self.guilty.contains_key(&check)
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
        self.can_patch() && boots_left && self.flaws.is_empty()
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
        self.story.notes.push(format!(
            "boot {}: the kernel does not tell that a handler is installed; the checks that need \
             one are asked again, in trust that it is",
            self.boots
        ));
        self.first_group = plan.checks[check].group as u16;
        true
    }

    /// Takes what the boot in trust said, if it came to its end in order.
    fn take_in_trust(&mut self, booted: &Booted) {
        let in_order =
            booted.log.flaws.is_empty() && matches!(booted.end, End::Exited(_) | End::Finished);
        match &booted.log.boots[..] {
            [boot]
                if in_order
                    && boot.ended
                    && boot.flaws.is_empty()
                    && self.wrong_status(&booted.end, boot).is_none() =>
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
                let (_, why) = run::verdict(&booted.end, limits);
                let note = format!("boot {}: {why}: the trust was not deserved", self.boots);
                self.story.notes.push(note);
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
            self.story.notes.push(format!(
                "boot {}: the kernel had no room left from here on: {}; the checks that found none \
                 are asked again, each after a new boot",
                self.boots, check.title
            ));
        }
        self.first_group = check.group as u16;
        true
    }

    /// Takes what a boot said; whether there is anything to boot again for.
    fn take(&mut self, booted: Booted) -> bool {
        self.boots += 1;
        if self.trust.is_on() {
            self.take_in_trust(&booted);
            return false;
        }
        self.story.last_words = booted.last_words;
        self.story.excerpts.extend(booted.excerpts);
        self.story.times.extend(booted.times);
        self.story.phases += booted.phases;
        let limits = &self.subject.target.limits;
        if booted.log.boots.is_empty() {
            return self.no_header(&booted.end);
        }
        let died = booted.next_step.is_some();
        let last = booted.log.boots.len() - 1;
        for (number, boot) in booted.log.boots.iter().enumerate() {
            self.learn(boot);
            if number == last {
                let wrong = self.wrong_status(&booted.end, boot);
                self.flaws.extend(wrong.map(Flaw::Runner));
            }
            // What died is charged to a check; only what is left to charge is a flaw.
            let flaws = boot.flaws.iter();
            let explained = |flaw: &&Flaw| died && number == last && is_cut_off(flaw);
            self.flaws
                .extend(flaws.filter(|flaw| !explained(flaw)).cloned());
        }
        self.flaws.extend(booted.log.flaws);
        match (booted.next_step, &booted.end) {
            (Some(step), end) if booted.log.boots[last].ours => self.died(step, end),
            (_, End::Exited(_) | End::Finished) => false,
            (_, end) => {
                self.flaws
                    .insert(0, Flaw::Runner(run::verdict(end, limits).1));
                false
            }
        }
    }

    /// Why the command's exit status is not what the lines of a run that came to its end say.
    fn wrong_status(&self, end: &End, boot: &Boot) -> Option<String> {
        match end {
            End::Exited(status) if self.subject.target.status && boot.ended => {
                run::disagreement(&boot.outcomes, *status)
            }
            _ => None,
        }
    }

    fn no_header(&mut self, end: &End) -> bool {
        let (_, mut why) = run::verdict(end, &self.subject.target.limits);
        if self.boots > 1 {
            why = format!("boot {} gave no header line: {why}", self.boots);
        } else if !matches!(end, End::Exited(status) if status.success()) {
            self.flaws.push(Flaw::NoHeader);
        } else {
            why = "no header line: nothing of the suite is in this log".to_string();
        }
        self.flaws.insert(0, Flaw::Runner(why));
        false
    }

    /// Takes the lines of a boot: of each check the worst, but for what this boot was told to skip.
    fn learn(&mut self, boot: &Boot) {
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
                .is_none_or(|known| known.badness() < outcome.badness())
            {
                *known = Some(outcome.clone());
            }
        }
    }

    /// Charges a death; whether to boot again.
    fn died(&mut self, step: usize, end: &End) -> bool {
        let plan = self.subject.plan;
        let (outcome, why) = run::verdict(end, &self.subject.target.limits);
        if outcome == Outcome::Lost {
            self.flaws.insert(0, Flaw::Runner(why));
            return false;
        }
        let can_patch = self.can_patch();
        if step == 1 && !self.untidy && can_patch && self.may_boot_again() {
            self.untidy = true;
            let boot = self.boots;
            self.story.notes.push(format!(
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
            && self.guilty.contains_key(&check)
            && !self.bare
            && self.may_boot_again()
        {
            self.bare = true;
            self.story.notes.push(format!(
                "boot {}: {why}, in a step that sets up {}; from here on such steps are left out",
                self.boots, plan.checks[check].title
            ));
            return true;
        }
        let Some(check) = checks.find(|&check| self.runs(check)) else {
            self.flaws
                .insert(0, Flaw::Runner(format!("{why}, behind the last check")));
            return false;
        };
        self.outcomes[check] = None;
        self.guilty.insert(check, outcome);
        self.story
            .excerpts
            .insert(check, self.story.last_words.clone());
        let title = &plan.checks[check].title;
        self.story
            .notes
            .push(format!("boot {}: {why}, in {title}", self.boots));
        if !can_patch {
            self.flaws.insert(0, Flaw::Runner(why));
            return false;
        }
        let left =
            |check: &usize| self.outcomes[*check].is_none() && !self.guilty.contains_key(check);
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
            self.flaws.insert(0, Flaw::Runner(flaw));
        }
        may
    }

    fn judged(mut self, accelerator: &Accelerator) -> Judged {
        self.story.accelerator = accelerator.name().map(str::to_string);
        self.story.accelerators_left = accelerator.refused().to_vec();
        let mut guilty = self.guilty;
        let outcomes = self.outcomes.into_iter().enumerate();
        Judged {
            outcomes: outcomes
                .map(|(check, outcome)| {
                    let charged = guilty.remove(&check).or(outcome);
                    charged.unwrap_or(Outcome::Lost)
                })
                .collect(),
            flaws: self.flaws,
            boots: self.boots,
            story: self.story,
        }
    }
}

fn is_cut_off(flaw: &Flaw) -> bool {
    matches!(flaw, Flaw::CutOff { .. })
}
