//! The suspicion of each call, from the suspects of all checks.

use std::collections::{HashMap, HashSet};

use super::suspects::{FAINT, Fact, IN_PASSING, Role, Suspect, is_tested};

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
    /// The result of the check's own call, where the check is the call itself.
    pub result: Option<CallResult>,
}

/// The result of a call in a check, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CallResult {
    /// The name of an error, or a number.
    Value(String),
    /// Some number that is no error.
    Success,
}

impl CallResult {
    /// True where a call that always returns this value has this result.
    fn is(&self, value: &str) -> bool {
        match self {
            CallResult::Value(known) => known == value,
            CallResult::Success => value.bytes().all(|byte| byte.is_ascii_digit()),
        }
    }
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
    /// The calls that are wrong as a whole.
    broken: HashSet<&'static str>,
    /// The own checks of each call that rest on each fact of it: the red ones, and all.
    counts: HashMap<(&'static str, Fact), (usize, usize)>,
}

/// The least share of red ones among a call's own checks with which it is wrong as a whole.
const BROKEN_SHARE: f64 = 0.5;
/// The least number of those checks.
const BROKEN_LEAST: usize = 2;
/// The least share of red ones among the own checks of a call that rest on a fact, with which the
/// fact is wrong.
const FACT_SHARE: f64 = 0.5;
/// The least share of red ones among the checks that rest on a call without own checks.
const HELPER_SHARE: f64 = 0.8;

/// The calls that are wrong as a whole: they always return the same value, or most of their own
/// checks are red. A helper without own checks is, where most checks that rest on it are red.
fn broken(answers: &[Answer]) -> HashSet<&'static str> {
    let mut own: HashMap<&'static str, Vec<&Answer>> = HashMap::new();
    let mut resting: HashMap<&'static str, (usize, usize)> = HashMap::new();
    for answer in answers.iter().filter(|answer| answer.counts) {
        let named = answer.suspects.iter().find(|suspect| suspect.named);
        if named.is_none_or(|suspect| suspect.call == answer.own) {
            own.entry(answer.own).or_default().push(answer);
        }
        let mut helpers: Vec<&'static str> = answer.suspects.iter().map(|one| one.call).collect();
        helpers.retain(|call| !is_tested(call));
        helpers.sort_unstable();
        helpers.dedup();
        for helper in helpers {
            let (red, all) = resting.entry(helper).or_default();
            *red += usize::from(answer.red);
            *all += 1;
        }
    }
    let mostly_red = |red: usize, all: usize, share: f64| {
        red >= BROKEN_LEAST && red as f64 >= share * all as f64
    };
    let tested = own.into_iter().filter(|(_, checks)| {
        let red = checks.iter().filter(|check| check.red).count();
        mostly_red(red, checks.len(), BROKEN_SHARE) || is_constant(checks)
    });
    let helpers = resting.into_iter();
    let helpers = helpers.filter(|(_, (red, all))| mostly_red(*red, *all, HELPER_SHARE));
    tested
        .map(|(call, _)| call)
        .chain(helpers.map(|(call, _)| call))
        .collect()
}

/// True where a call seems to return the same value always: all results of its own checks agree
/// with that of the first red one.
fn is_constant(checks: &[&Answer]) -> bool {
    let mut red = checks
        .iter()
        .filter(|check| check.red)
        .filter_map(|check| check.result.as_ref());
    let Some(CallResult::Value(value)) = red.next() else {
        return false;
    };
    let agreeing = 1 + red.filter(|result| result.is(value)).count();
    let all = checks.iter().filter_map(|check| check.result.as_ref());
    agreeing >= BROKEN_LEAST && all.clone().all(|result| result.is(value))
}

impl Suspicions {
    pub(super) fn of(answers: &[Answer]) -> Suspicions {
        let mut all = Suspicions {
            indices: HashMap::new(),
            shares: Vec::new(),
            facts: HashMap::new(),
            certainty: HashMap::new(),
            own_red: HashSet::new(),
            broken: broken(answers),
            counts: HashMap::new(),
        };
        for answer in answers {
            for &fact in &answer.own_facts {
                let (red, checks) = all.counts.entry((answer.own, fact)).or_default();
                *red += usize::from(answer.red);
                *checks += 1;
            }
        }
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
        let mut named = answer.suspects.iter().filter(|suspect| suspect.named);
        if answer.counts && named.all(|suspect| suspect.call == answer.own) {
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
            .filter(|suspect| self.may_be_blamed(answer, suspect))
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

    /// True where the result speaks of what another call gives, and a check of that call is red.
    fn has_giver(&self, answer: &Answer) -> bool {
        let mut suspects = answer.suspects.iter();
        suspects.any(|suspect| suspect.gives && self.own_red.contains(suspect.call))
    }

    /// True where most own checks of a call that rest on a fact are red.
    fn is_wrong(&self, call: &'static str, fact: Fact) -> bool {
        let counts = self
            .counts
            .get(&(call, fact))
            .filter(|_| fact != IN_PASSING);
        counts.is_some_and(|(red, all)| *red > 0 && *red as f64 >= FACT_SHARE * *all as f64)
    }

    /// A red check accuses the call that its line names, or its own; of other calls only one that
    /// is wrong as a whole. Where a canary is red a call with a red check of its own will do.
    fn may_be_blamed(&self, answer: &Answer, suspect: &Suspect) -> bool {
        let another_named = || {
            let mut suspects = answer.suspects.iter();
            suspects.any(|other| other.named && other.call != suspect.call)
        };
        match suspect.role {
            _ if suspect.named => true,
            // An argument that is wrong explains the error that the line names.
            _ if another_named() && !suspect.gives && self.has_giver(answer) => false,
            _ if self.broken.contains(suspect.call) => is_tested(suspect.call) || !another_named(),
            Role::Own => !another_named(),
            Role::Canary => self.own_red.contains(suspect.call),
            Role::Other if suspect.gives => self.own_red.contains(suspect.call),
            Role::Other => suspect
                .fact
                .is_some_and(|fact| self.is_wrong(suspect.call, fact)),
        }
    }
}

fn key(suspect: &Suspect) -> Key {
    (suspect.call, suspect.role, suspect.fact)
}
