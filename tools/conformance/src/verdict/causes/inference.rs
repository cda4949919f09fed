//! The suspicion of each call, from the suspects of all checks.

use std::collections::HashMap;

use super::suspects::{FAINT, Role, Suspect, is_tested};

/// Number of rounds; the suspicions change no more after about ten.
const ROUNDS: usize = 20;
/// The suspicion of a call of which nothing is known.
const UNKNOWN: f64 = 0.3;
/// The red and the green checks that each call has in advance, so that a single one proves little.
const OWN_BEFORE: (f64, f64) = (0.1, 1.0);
/// The number of checks that the state of a call's own checks counts for, where other checks rest
/// on the call.
const OTHER_BEFORE: f64 = 20.0;
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
    pub suspects: Vec<Suspect>,
    pub red: bool,
    /// Set where the check wants an error.
    pub negative: bool,
    /// Set where the check is no canary.
    pub counts: bool,
}

/// The suspicion of each call, by its role.
pub(super) struct Suspicions {
    shares: HashMap<(&'static str, u8), f64>,
    /// 1 for a call that is certainly wrong, because a red check rests on it alone, and at least
    /// [`FAINT`].
    certainty: HashMap<&'static str, f64>,
    /// The calls that have a red check of their own.
    own_red: Vec<&'static str>,
}

fn key(suspect: &Suspect) -> (&'static str, u8) {
    (suspect.call, suspect.role as u8)
}

impl Suspicions {
    pub(super) fn of(answers: &[Answer]) -> Suspicions {
        let mut all = Suspicions {
            shares: HashMap::new(),
            certainty: HashMap::new(),
            own_red: Vec::new(),
        };
        let mut counts: HashMap<(&'static str, u8), f64> = HashMap::new();
        for suspect in answers.iter().flat_map(|answer| &answer.suspects) {
            *counts.entry(key(suspect)).or_default() += 1.0;
            all.shares.insert(key(suspect), UNKNOWN);
        }
        let red = || answers.iter().filter(|answer| answer.red);
        for answer in red() {
            if let [only] = &*answer.suspects {
                let evidence = if answer.negative { NARROW } else { 1.0 };
                *all.certainty.entry(only.call).or_default() += evidence;
            }
            let own = answer.suspects.iter().filter(|suspect| {
                suspect.role == Role::Own && answer.counts && !all.own_red.contains(&suspect.call)
            });
            let own: Vec<&str> = own.map(|suspect| suspect.call).collect();
            all.own_red.extend(own);
        }
        for evidence in all.certainty.values_mut() {
            *evidence = FAINT + (1.0 - FAINT) * evidence.min(1.0);
        }
        for _ in 0..ROUNDS {
            let mut explained: HashMap<(&'static str, u8), f64> = HashMap::new();
            for answer in red() {
                let shares: Vec<f64> = (answer.suspects.iter())
                    .map(|suspect| all.share(suspect))
                    .collect();
                let sum: f64 = shares.iter().sum();
                for (suspect, share) in answer.suspects.iter().zip(shares) {
                    *explained.entry(key(suspect)).or_default() += share / sum;
                }
            }
            all.update(&counts, &explained);
        }
        all
    }

    /// Computes the shares from the number of checks that each call explains.
    fn update(
        &mut self,
        counts: &HashMap<(&'static str, u8), f64>,
        explained: &HashMap<(&'static str, u8), f64>,
    ) {
        let (red, green) = OWN_BEFORE;
        let own = |call: &'static str| {
            let key = (call, Role::Own as u8);
            let count = counts.get(&key)?;
            let explained = explained.get(&key).copied().unwrap_or_default();
            Some((explained + red) / (count + red + green))
        };
        for (&(call, role), share) in &mut self.shares {
            let explains = explained.get(&(call, role)).copied().unwrap_or_default();
            let count = counts[&(call, role)];
            let state = own(call).unwrap_or(HELPER);
            *share = match role == Role::Own as u8 {
                true => state,
                false => (explains + OTHER_BEFORE * state) / (count + OTHER_BEFORE),
            };
        }
    }

    fn share(&self, suspect: &Suspect) -> f64 {
        let certainty = self.certainty.get(suspect.call).copied().unwrap_or(FAINT);
        self.shares[&key(suspect)] * certainty * suspect.weight
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
            || self.own_red.contains(&suspect.call)
    }
}
