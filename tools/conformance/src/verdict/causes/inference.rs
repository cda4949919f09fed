//! The suspicion of each call, from the suspects of all checks.

use std::collections::{HashMap, HashSet};

use super::suspects::{FAINT, Fact, Role, Suspect, is_tested};

/// Number of rounds; the suspicions change no more after about ten.
const ROUNDS: usize = 20;
/// The suspicion of a call of which nothing is known.
const UNKNOWN: f64 = 0.3;
/// The red and the green checks that each call has in advance, so that a single one proves little.
const OWN_BEFORE: (f64, f64) = (0.1, 1.0);
/// The number of checks that the state of a call's own checks counts for, where other checks rest
/// on the call.
const OTHER_BEFORE: f64 = 10.0;
/// The number of checks that the state of all own checks counts for, where some of them rest on the
/// same fact.
const FACT_BEFORE: f64 = 5.0;
/// The state of the own checks of a call that has none.
const HELPER: f64 = 0.02;
/// The factor for the call that a check is about.
const OWN_FACTOR: f64 = 1.5;
/// The least share of the support of the first suspect with which another is named.
const ALSO_NAMED: f64 = 0.5;
/// The evidence of a check that wants an error: such a check rarely proves more than itself.
const NARROW: f64 = 0.3;

/// A check that has an answer.
pub(super) struct Answer {
    /// The call that the check is about.
    pub own: &'static str,
    pub suspects: Vec<Suspect>,
    /// The facts of the check's own call that its script rests on; none for a canary.
    pub own_facts: Vec<Fact>,
    pub red: bool,
    /// Set where the check wants an error.
    pub negative: bool,
    /// Set where the check is no canary.
    pub counts: bool,
}

/// A call in its role, and the fact of it that a script rests on.
type Key = (&'static str, Role, Option<Fact>);

/// The own checks of a call that rest on one fact.
#[derive(Default)]
struct OwnChecks {
    checks: f64,
    /// The parts of the red ones that the call explains.
    explained: f64,
}

impl OwnChecks {
    /// The state of the fact, where `all` is that of all own checks.
    fn state(&self, all: f64) -> f64 {
        (self.explained + FACT_BEFORE * all) / (self.checks + FACT_BEFORE)
    }
}

/// The suspicion of each call, by its role.
pub(super) struct Suspicions {
    /// The index of each call in its role and with its fact, in the lists below.
    indices: HashMap<Key, usize>,
    shares: Vec<f64>,
    /// The own checks of each call that rest on each fact of it.
    facts: HashMap<(&'static str, Fact), OwnChecks>,
    /// 1 for a call that is certainly wrong, because a red check rests on it alone, and at least
    /// [`FAINT`].
    certainty: HashMap<&'static str, f64>,
    /// The calls that have a red check of their own.
    own_red: HashSet<&'static str>,
}

impl Suspicions {
    pub(super) fn of(answers: &[Answer]) -> Suspicions {
        let mut all = Suspicions {
            indices: HashMap::new(),
            shares: Vec::new(),
            facts: HashMap::new(),
            certainty: HashMap::new(),
            own_red: HashSet::new(),
        };
        let mut checks: Vec<f64> = Vec::new();
        for suspect in answers.iter().flat_map(|answer| &answer.suspects) {
            let next = checks.len();
            let index = *all.indices.entry(key(suspect)).or_insert(next);
            if index == next {
                checks.push(0.0);
            }
            checks[index] += 1.0;
        }
        all.shares = vec![UNKNOWN; checks.len()];
        for answer in answers {
            for &fact in &answer.own_facts {
                all.facts.entry((answer.own, fact)).or_default().checks += 1.0;
            }
        }
        for answer in answers.iter().filter(|answer| answer.red) {
            all.take_evidence(answer);
        }
        for evidence in all.certainty.values_mut() {
            *evidence = FAINT + (1.0 - FAINT) * evidence.min(1.0);
        }
        let red: Vec<(&Answer, Vec<(usize, f64)>)> = (answers.iter().filter(|answer| answer.red))
            .map(|answer| {
                let parts = answer.suspects.iter().map(|one| all.part(one));
                (answer, parts.collect())
            })
            .collect();
        for _ in 0..ROUNDS {
            let mut explained = vec![0.0; checks.len()];
            for fact in all.facts.values_mut() {
                fact.explained = 0.0;
            }
            for (answer, suspects) in &red {
                let share = |&(index, weight): &(usize, f64)| all.shares[index] * weight;
                let parts: Vec<f64> = suspects.iter().map(share).collect();
                let sum: f64 = parts.iter().sum();
                for (((index, _), part), suspect) in
                    suspects.iter().zip(parts).zip(&answer.suspects)
                {
                    explained[*index] += part / sum;
                    if suspect.role == Role::Own {
                        all.explain_facts(answer, part / sum);
                    }
                }
            }
            all.update(&checks, &explained);
        }
        all
    }

    /// Takes the evidence of a red check that needs no inference.
    fn take_evidence(&mut self, answer: &Answer) {
        if let [first, others @ ..] = &*answer.suspects
            && others.iter().all(|other| other.call == first.call)
        {
            let evidence = if answer.negative { NARROW } else { 1.0 };
            *self.certainty.entry(first.call).or_default() += evidence;
        }
        if answer.counts {
            self.own_red.insert(answer.own);
        }
    }

    /// Adds the part of a red check that its own call explains to the facts that it rests on.
    fn explain_facts(&mut self, answer: &Answer, part: f64) {
        for &fact in &answer.own_facts {
            if let Some(fact) = self.facts.get_mut(&(answer.own, fact)) {
                fact.explained += part;
            }
        }
    }

    /// Computes the shares from the number of checks that each call is a suspect of, and of those
    /// that it explains.
    fn update(&mut self, checks: &[f64], explained: &[f64]) {
        let (red, green) = OWN_BEFORE;
        let own = |call: &'static str| {
            let index = *self.indices.get(&(call, Role::Own, None))?;
            Some((explained[index] + red) / (checks[index] + red + green))
        };
        for (&(call, role, fact), &index) in &self.indices {
            let all = own(call).unwrap_or(HELPER);
            let of_fact = fact.and_then(|fact| self.facts.get(&(call, fact)));
            let state = of_fact.map_or(all, |fact| fact.state(all));
            self.shares[index] = match role {
                Role::Own => all,
                Role::Other | Role::Canary => {
                    (explained[index] + OTHER_BEFORE * state) / (checks[index] + OTHER_BEFORE)
                }
            };
        }
    }

    /// The index of a suspect, and the weight of its share.
    fn part(&self, suspect: &Suspect) -> (usize, f64) {
        let certainty = self.certainty.get(suspect.call).copied().unwrap_or(FAINT);
        (self.indices[&key(suspect)], certainty * suspect.weight)
    }

    fn share(&self, suspect: &Suspect) -> f64 {
        let (index, weight) = self.part(suspect);
        self.shares[index] * weight
    }

    /// The calls that explain a red check best, the best supported first; of equal ones the first
    /// in the script.
    pub(super) fn blames(&self, answer: &Answer) -> Vec<&'static str> {
        let mut supported: Vec<(&'static str, f64)> = (answer.suspects.iter())
            .filter(|suspect| self.may_be_blamed(suspect))
            .map(|suspect| match suspect.role {
                Role::Own => (suspect.call, OWN_FACTOR * self.share(suspect)),
                _ => (suspect.call, self.share(suspect)),
            })
            .collect();
        supported.sort_by(|left, right| right.1.total_cmp(&left.1));
        let best = supported.first().map_or(0.0, |best| best.1);
        let mut seen = HashSet::new();
        supported.retain(|(call, _)| seen.insert(*call));
        let named = supported
            .iter()
            .take_while(|(_, share)| *share >= ALSO_NAMED * best);
        named.map(|(call, _)| *call).collect()
    }

    /// A call whose own checks are all green is blamed for no check of another call, unless the
    /// line of that check names it.
    fn may_be_blamed(&self, suspect: &Suspect) -> bool {
        suspect.role == Role::Own
            || suspect.named
            || !is_tested(suspect.call)
            || self.own_red.contains(suspect.call)
    }
}

fn key(suspect: &Suspect) -> Key {
    (suspect.call, suspect.role, suspect.fact)
}
