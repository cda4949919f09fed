//! The runs of the suite in a log: the outcomes and the defects of each.

use crc32fast::Hasher;
use packer::log::{Tally, Verdict};
use packer::plan::Profile;

use crate::plan::Plan;
use crate::verdict::defect::Defect;
use crate::verdict::outcome::Outcome;
use crate::verdict::run_outcome::{RunContext, RunOutcome};

/// Number of defects kept of one boot.
pub(super) const DEFECTS_MAX: usize = 64;

/// Number of results of rows kept of one boot.
const RESULTS_MAX: usize = 1 << 16;

/// One run of the suite as its log shows it, up to the last line read.
#[derive(Clone, Debug)]
pub struct Boot {
    /// The outcome of each check of the plan; none where its line has not come.
    pub outcomes: Vec<Option<Outcome>>,
    /// The defects of its lines; a complete run has none.
    pub defects: Vec<Defect>,
    /// The results of rows, in a boot that traces: each with the step before whose line it came.
    pub(crate) results: Vec<(usize, String)>,
    /// The reason why the suite has no folder to work in, if it says so.
    pub no_folder: Option<String>,
    /// Set if the END line came.
    pub ended: bool,
    /// Set if its header names this suite, and the run id that the boot was given.
    pub ours: bool,
    /// Index of the next line in the plan's steps.
    step: usize,
    /// The checksum of its lines as they were understood.
    crc: Hasher,
    /// The first line since its last one that seems to be the suite's but cannot be read.
    pub(super) unread: Option<String>,
    /// Its last line.
    last: String,
    /// Some if each of its lines came twice up to now; set if the last one did.
    echoed: Option<bool>,
    /// The totals of its check lines by profile.
    tallies: [Tally; Profile::ALL.len()],
}

/// The runs of the suite in a log.
#[derive(Clone, Debug, Default)]
pub struct Log {
    pub boots: Vec<Boot>,
    /// Defects outside of any boot.
    pub defects: Vec<Defect>,
}

/// The values of a header line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header<'t> {
    pub version: &'t str,
    pub suite: u32,
    pub checks: u32,
    pub run: Option<u32>,
}

impl Log {
    /// The reason why the suite has no folder to work in, if a boot says so.
    pub(crate) fn no_folder(&self) -> Option<String> {
        self.boots.iter().find_map(|boot| boot.no_folder.clone())
    }

    /// All boots together: of each check the worst outcome.
    pub fn outcome(&self, plan: &Plan) -> RunOutcome {
        let worst = |check: usize| {
            let of_boot = |boot: &Boot| boot.outcomes[check].clone();
            let known = self.boots.iter().filter_map(of_boot);
            known.max_by_key(Outcome::severity).unwrap_or(Outcome::Lost)
        };
        let of_boots = self.boots.iter().flat_map(|boot| &boot.defects);
        RunOutcome {
            outcomes: (0..plan.checks.len()).map(worst).collect(),
            defects: self.defects.iter().chain(of_boots).cloned().collect(),
            boots: self.boots.len(),
            context: RunContext {
                no_folder: self.no_folder(),
                ..RunContext::default()
            },
        }
    }
}

impl Boot {
    /// A boot that has printed its header line; `given` is the run id that it must name.
    pub(super) fn new(plan: &Plan, text: &str, header: &Header, given: Option<u32>) -> Boot {
        let Header {
            version,
            suite,
            checks,
            run,
        } = *header;
        let other_run = given.filter(|_| run != given);
        let mut boot = Boot {
            outcomes: vec![None; plan.checks.len()],
            defects: Vec::new(),
            results: Vec::new(),
            no_folder: None,
            ended: false,
            ours: suite == plan.id && checks as usize == plan.checks.len() && other_run.is_none(),
            step: 1,
            crc: Hasher::new(),
            unread: None,
            last: text.to_string(),
            echoed: None,
            tallies: [Tally::default(); Profile::ALL.len()],
        };
        if let Some(given) = other_run {
            boot.add_defect(Defect::OtherRun { run, given });
        } else if !boot.ours {
            boot.add_defect(Defect::OtherSuite {
                suite,
                plan: checks,
            });
        } else if text != plan.header_of(run) {
            boot.add_defect(Defect::OtherVersion {
                version: version.to_string(),
            });
        }
        boot.add_to_checksum(text);
        boot
    }

    /// Returns whether its header line is that of another run.
    pub(crate) fn is_of_other_run(&self) -> bool {
        let mut defects = self.defects.iter();
        defects.any(|defect| matches!(defect, Defect::OtherRun { .. }))
    }

    /// Index of the next line in the plan's steps.
    pub fn next_step(&self) -> usize {
        self.step
    }

    pub(super) fn add_defect(&mut self, defect: Defect) {
        if self.defects.len() < DEFECTS_MAX {
            self.defects.push(defect);
        }
    }

    /// The totals of the check lines of a profile.
    pub(super) fn tally(&self, profile: Profile) -> Tally {
        self.tallies[profile as usize]
    }

    /// The totals of all check lines.
    pub(super) fn tally_of_all(&self) -> Tally {
        self.tallies
            .iter()
            .fold(Tally::default(), |sum, tally| Tally {
                passed: sum.passed + tally.passed,
                failed: sum.failed + tally.failed,
                skipped: sum.skipped + tally.skipped,
            })
    }

    /// Takes the line of a row's result.
    pub(super) fn result(&mut self, line: &str, value: &str) {
        self.add_to_checksum(line);
        if self.results.len() < RESULTS_MAX {
            self.results.push((self.step, value.to_string()));
        }
    }

    /// Takes the line that says why the suite has no folder: it is right after the header line.
    pub(super) fn no_folder(&mut self, line: &str, reason: &str) {
        if self.step == 1 && self.no_folder.is_none() {
            self.no_folder = Some(reason.to_string());
        } else {
            self.add_defect(Defect::Misplaced {
                line: line.to_string(),
            });
        }
        self.add_to_checksum(line);
    }

    /// Adds a line and its line feed to the checksum.
    pub(super) fn add_to_checksum(&mut self, line: &str) {
        self.crc.update(line.as_bytes());
        self.crc.update(b"\n");
    }

    /// The checksum of the lines so far.
    pub(super) fn checksum(&self) -> u32 {
        self.crc.clone().finalize()
    }

    /// Takes a line that came already, right before: true where each line of the boot comes twice,
    /// as local echo prints it.
    ///
    /// The header line says so: that it comes again with no other line between. A line that
    /// comes once after that means that the first header line was a boot of its own.
    pub(super) fn is_echo(&mut self, plan: &Plan, line: &str, is_header: bool) -> bool {
        let again = self.last == line;
        self.echoed = match self.echoed {
            None if again && is_header && self.step == 1 => Some(true),
            Some(false) if again => Some(true),
            Some(false) => {
                self.add_defect(Defect::CutOff {
                    before: plan.describe(plan.steps[1]),
                    unread: None,
                });
                None
            }
            Some(true) => Some(false),
            None => None,
        };
        self.last = line.to_string();
        self.echoed == Some(true)
    }

    /// Returns whether a line is the second copy of the END line.
    pub(super) fn is_echo_of_end(&mut self, line: &str) -> bool {
        let is_echo = self.ended && self.echoed == Some(false) && self.last == line;
        if is_echo {
            self.echoed = Some(true);
        }
        is_echo
    }

    /// Takes the line of a step. False if the plan has it before a line that has come already;
    /// lines that are left out on the way to it are a defect.
    pub(super) fn advance(&mut self, plan: &Plan, step: usize, line: &str) -> bool {
        if step < self.step {
            self.add_defect(Defect::Misplaced {
                line: line.to_string(),
            });
            return false;
        }
        if step > self.step {
            let unread = self.unread.take();
            self.add_defect(Defect::LostLines {
                count: step - self.step,
                first: plan.describe(plan.steps[self.step]),
                unread,
            });
        }
        self.step = step + 1;
        true
    }

    /// Takes the line of a check; of two lines the worse outcome counts.
    pub(super) fn check(
        &mut self,
        profile: Profile,
        check: usize,
        verdict: Verdict,
        outcome: Outcome,
    ) {
        self.tallies[profile as usize].add(verdict);
        let known = self.outcomes[check].as_ref();
        if known.is_none_or(|known| known.severity() <= outcome.severity()) {
            self.outcomes[check] = Some(outcome);
        }
    }

    /// Takes a totals line: what it says, and the totals of the check lines.
    pub(super) fn totals(&mut self, label: &str, says: Tally, lines: Tally) {
        if says != lines {
            self.add_defect(Defect::Totals {
                label: label.to_string(),
                says,
                lines,
            });
        }
    }

    /// Takes the END line.
    pub(super) fn end(&mut self, says: u32) {
        let lines = self.checksum();
        if says != lines {
            self.add_defect(Defect::Checksum { says, lines });
        }
        self.ended = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boot(plan: &Plan, outcome: Outcome) -> Boot {
        let header = Header {
            version: "",
            suite: plan.id,
            checks: plan.checks.len() as u32,
            run: None,
        };
        let mut boot = Boot::new(plan, &plan.header(), &header, None);
        boot.outcomes[1] = Some(outcome);
        boot
    }

    /// Whichever boot of a log has the worst outcome, or a defect, it counts.
    #[test]
    fn worst_outcome_and_defects_of_any_boot_count() {
        let plan = Plan::default();
        for worst in 0..3 {
            let mut boots = [Outcome::Pass, Outcome::Skipped, Outcome::Pass];
            boots[worst] = Outcome::Hang;
            let mut log = Log {
                boots: boots.map(|outcome| boot(&plan, outcome)).into(),
                defects: Vec::new(),
            };
            let outcome = log.outcome(&plan);
            assert_eq!(outcome.outcomes[1], Outcome::Hang, "boot {worst}");
            assert_eq!(outcome.outcomes[0], Outcome::Lost);
            assert_eq!((outcome.boots, outcome.defects.len()), (3, 0));
            log.boots[worst].add_defect(Defect::TooManyBoots);
            log.defects.push(Defect::NoHeader);
            let defects = log.outcome(&plan).defects;
            assert_eq!(defects, [Defect::NoHeader, Defect::TooManyBoots]);
        }
    }

    #[test]
    fn header_under_another_run_id_is_of_no_boot_of_ours() {
        let plan = Plan::default();
        let header = |run| Header {
            version: "",
            suite: plan.id,
            checks: plan.checks.len() as u32,
            run,
        };
        let new = |run, given| Boot::new(&plan, &plan.header_of(run), &header(run), given);
        for (run, given, ours) in [
            (Some(5), Some(5), true),
            (Some(5), None, true),
            (None, None, true),
            (Some(6), Some(5), false),
            (None, Some(5), false),
        ] {
            let boot = new(run, given);
            assert_eq!((boot.ours, boot.is_of_other_run()), (ours, !ours));
            assert_eq!(boot.defects.is_empty(), ours, "{:?}", boot.defects);
        }
    }
}
