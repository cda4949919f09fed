//! The policies `Confirm` and `Bisect`: which check a death is charged to.
//!
//! A check in which a boot died is asked again alone: its script, up to the check, after a new
//! boot. If the boot dies again, the death is charged to the check. If not, an earlier check
//! poisons it. The checks that the boot had run before it are run again, first all of them, then a
//! part from the first one on, by halving; the last check of the shortest part after which the boot
//! still dies is charged, if the boot then dies twice more with that part and once more not with
//! the part before it. Otherwise, or if the death does not come again with all of them, it is
//! flaky: a kernel that dies by chance must not accuse a check.

use std::collections::BTreeSet;

use packer::plan::control::WHOLE_SCRIPTS;

use super::order::{BootOrder, Policy};
use crate::plan::Plan;
use crate::verdict::outcome::Outcome;

/// A death that is not charged yet.
#[derive(Clone, Debug)]
pub(super) struct Inquiry {
    /// The check without a line in which the boot died.
    pub check: usize,
    /// The outcome that it gets if it dies alone.
    pub death: Outcome,
    /// The reason why the boot was over.
    pub why: String,
    /// The checks that the boot ran before it, but for those of its script.
    suspects: Vec<usize>,
    /// The checks in which another boot of the inquiry died.
    avoided: BTreeSet<usize>,
    stage: Stage,
}

#[derive(Clone, Debug)]
enum Stage {
    Alone,
    /// All suspects run before it; alone it gave this answer.
    All(Outcome),
    /// The first `passes` suspects do not make it die, the first `dies` do.
    Halving {
        answer: Outcome,
        passes: usize,
        dies: usize,
    },
    /// The first `dies` suspects make it die, one less do not: `boots` of [`PROOF`] have shown it
    /// again.
    Proof {
        answer: Outcome,
        dies: usize,
        boots: usize,
    },
}

/// The boots that prove a poison: true where the boot runs it and must die.
const PROOF: [bool; 3] = [true, true, false];

/// The result of an inquiry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Conclusion {
    /// It died alone, with this outcome.
    Charged(Outcome),
    /// It gives this answer alone, and dies after that check.
    Poisoned { by: usize, answer: Outcome },
    /// It gave this answer, and the death did not come again.
    Flaky(Outcome),
}

impl Inquiry {
    /// The inquiry into a death in `check` of a boot.
    pub(super) fn new(
        plan: &Plan,
        order: &BootOrder,
        check: usize,
        death: (Outcome, String),
    ) -> Inquiry {
        let script = plan.checks[check].script;
        let before = (0..check)
            .filter(|&other| plan.checks[other].script != script && order.runs(plan, other));
        Inquiry {
            check,
            death: death.0,
            why: death.1,
            suspects: before.collect(),
            avoided: BTreeSet::new(),
            stage: Stage::Alone,
        }
    }

    pub(super) fn policy(&self) -> Policy {
        match self.stage {
            Stage::Alone => Policy::Confirm,
            _ => Policy::Bisect,
        }
    }

    /// The next boot; `may_run` is true of checks that are neither charged nor skipped by the user.
    pub(super) fn order(&self, plan: &Plan, may_run: impl Fn(usize) -> bool) -> BootOrder {
        let suspects = &self.suspects[..self.part()];
        let script = plan.checks[self.check].script;
        let runs = |check: usize| {
            let own = plan.checks[check].script == script && check <= self.check;
            let asked = own || suspects.binary_search(&check).is_ok();
            asked && may_run(check) && !self.avoided.contains(&check)
        };
        let (run, skip): (Vec<usize>, BTreeSet<usize>) =
            (0..plan.checks.len()).fold(Default::default(), |(mut run, mut skip), check| {
                if runs(check) {
                    run.push(check);
                } else {
                    skip.insert(check);
                }
                (run, skip)
            });
        let first = run.first().copied().unwrap_or(self.check);
        // A script whose first check cannot be asked runs only where no script is left out.
        let whole = runs(plan.first_of_script(self.check));
        BootOrder {
            policy: self.policy(),
            first_group: plan.checks[first].group,
            skip,
            flags: if whole { WHOLE_SCRIPTS } else { 0 },
        }
    }

    /// Leaves a check before it out of the next boots, which died there for another reason.
    pub(super) fn avoid(&mut self, check: usize) {
        self.avoided.insert(check);
    }

    /// The number of suspects that the next boot runs.
    fn part(&self) -> usize {
        match self.stage {
            Stage::Alone => 0,
            Stage::All(_) => self.suspects.len(),
            Stage::Halving { passes, dies, .. } => passes.midpoint(dies),
            Stage::Proof { dies, boots, .. } => dies - usize::from(!PROOF[boots]),
        }
    }

    /// Takes the result of the boot: its death, or the answer of the check.
    pub(super) fn take(&mut self, result: Result<Outcome, Outcome>) -> Option<Conclusion> {
        let part = self.part();
        let (stage, died) = (self.stage.clone(), result.is_err());
        match (stage, result) {
            (Stage::Alone, Err(death)) => return Some(Conclusion::Charged(death)),
            (Stage::Alone, Ok(answer)) if self.suspects.is_empty() => {
                return Some(Conclusion::Flaky(answer));
            }
            (Stage::Alone, Ok(answer)) => self.stage = Stage::All(answer),
            (Stage::All(answer), Ok(_)) => return Some(Conclusion::Flaky(answer)),
            (Stage::All(answer), Err(_)) => {
                let (passes, dies) = (0, part);
                self.stage = Stage::Halving {
                    answer,
                    passes,
                    dies,
                };
            }
            (
                Stage::Halving {
                    answer,
                    passes,
                    dies,
                },
                _,
            ) => {
                let (passes, dies) = if died { (passes, part) } else { (part, dies) };
                self.stage = Stage::Halving {
                    answer,
                    passes,
                    dies,
                };
            }
            (Stage::Proof { answer, boots, .. }, _) if died != PROOF[boots] => {
                return Some(Conclusion::Flaky(answer));
            }
            (
                Stage::Proof {
                    answer,
                    dies,
                    boots,
                },
                _,
            ) if boots + 1 == PROOF.len() => {
                let by = self.suspects[dies - 1];
                return Some(Conclusion::Poisoned { by, answer });
            }
            (
                Stage::Proof {
                    answer,
                    dies,
                    boots,
                },
                _,
            ) => {
                let boots = boots + 1;
                self.stage = Stage::Proof {
                    answer,
                    dies,
                    boots,
                };
            }
        }
        self.prove();
        None
    }

    /// Goes on to the proof once halving has found the shortest part.
    fn prove(&mut self) {
        if let Stage::Halving {
            answer,
            passes,
            dies,
        } = &self.stage
            && passes + 1 >= *dies
        {
            let (answer, dies) = (answer.clone(), *dies);
            self.stage = Stage::Proof {
                answer,
                dies,
                boots: 0,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inquiry(suspects: usize) -> Inquiry {
        Inquiry {
            check: suspects,
            death: Outcome::Hang,
            why: String::new(),
            suspects: (0..suspects).collect(),
            avoided: BTreeSet::new(),
            stage: Stage::Alone,
        }
    }

    #[test]
    fn halving_finds_each_poison_in_few_boots() {
        for suspects in 1..70 {
            for poison in 0..suspects {
                let mut inquiry = inquiry(suspects);
                let mut boots = 0;
                let conclusion = loop {
                    boots += 1;
                    let dies = inquiry.part() > poison;
                    let result = if dies {
                        Err(Outcome::Hang)
                    } else {
                        Ok(Outcome::Pass)
                    };
                    if let Some(conclusion) = inquiry.take(result) {
                        break conclusion;
                    }
                };
                let answer = Outcome::Pass;
                assert_eq!(conclusion, Conclusion::Poisoned { by: poison, answer });
                assert!(boots <= 5 + suspects.ilog2() + 1, "{suspects}: {boots}");
            }
        }
    }

    #[test]
    fn death_that_does_not_come_again_is_flaky() {
        let mut alone = inquiry(0);
        let flaky = Some(Conclusion::Flaky(Outcome::Pass));
        assert_eq!(alone.take(Ok(Outcome::Pass)), flaky);
        let mut other = inquiry(4);
        assert_eq!(other.take(Ok(Outcome::Pass)), None);
        assert_eq!(other.take(Ok(Outcome::Pass)), flaky);
    }

    #[test]
    fn death_that_comes_again_alone_is_charged() {
        let charged = Some(Conclusion::Charged(Outcome::Crash));
        assert_eq!(inquiry(4).take(Err(Outcome::Crash)), charged);
    }
}
