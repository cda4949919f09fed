//! The calls that a red check accuses, from the suspects and the state of all checks.

use std::collections::{HashMap, HashSet};

use packer::plan::call::{CLOSE, TIMER_CREATE, WAIT4};

use super::suspects::{Fact, IN_PASSING, Part, Role, Suspect};

/// The least share of red ones among a call's own checks with which it is wrong as a whole.
const BROKEN_SHARE: f64 = 0.5;
/// The least share of red ones among the own checks of a call that rest on a fact, with which the
/// fact is wrong.
const FACT_SHARE: f64 = 0.5;
/// The least share of red ones among the checks that rest on a call without own checks.
const HELPER_SHARE: f64 = 0.8;
/// The least number of red checks with which any of these shares counts.
const RED_LEAST: usize = 2;
/// The least part of the first accused call's support with which another call is named after it.
const ALSO_NAMED: f64 = 0.5;

/// A check that has an answer.
pub(super) struct Answer {
    /// The call that the check is about.
    pub own: &'static str,
    pub suspects: Vec<Suspect>,
    /// The facts of the check's own call that its script rests on; none for a canary.
    pub own_facts: Vec<Fact>,
    pub red: bool,
    /// Set where the check looks at what its own call returned.
    pub is_direct: bool,
    /// Set where the check is no canary.
    pub counts: bool,
    /// The result of the check's own call, where the check is the call itself.
    pub result: Option<CallResult>,
    /// The results of other calls, as far as the check shows them.
    pub shown: Vec<(Source, CallResult)>,
}

/// The source of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Source {
    /// A check of the call.
    Own(&'static str),
    /// A step of a script.
    Step(&'static str),
    /// The status of a child, which `wait4` stores.
    Status,
}

impl Source {
    fn call(self) -> &'static str {
        match self {
            Source::Own(call) | Source::Step(call) => call,
            Source::Status => WAIT4.name,
        }
    }
}

/// The result of the call in a check, as far as it is known.
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

/// A number of checks, and of the red ones among them.
#[derive(Clone, Copy, Default)]
struct Count {
    red: usize,
    all: usize,
}

impl Count {
    fn add(&mut self, red: bool) {
        self.red += usize::from(red);
        self.all += 1;
    }

    /// The share of the red ones.
    fn share(self) -> f64 {
        self.red as f64 / self.all.max(1) as f64
    }

    /// True where so many are red that it is no chance, and they are that part of all.
    fn is_mostly_red(self, share: f64) -> bool {
        self.red >= RED_LEAST && self.red as f64 >= share * self.all as f64
    }
}

/// The state of each call.
pub(super) struct Suspicions {
    /// The own checks of each call.
    own: HashMap<&'static str, Count>,
    /// The calls of which something that they returned is wrong.
    direct: HashSet<&'static str>,
    /// The same without the red ones that what another call gives explains.
    unexplained: HashMap<&'static str, Count>,
    /// The checks in which one call reads what another has written, by writer and reader.
    transfers: HashMap<(&'static str, &'static str), Count>,
    /// The own checks of each call that rest on each fact of it.
    facts: HashMap<(&'static str, Fact), Count>,
    /// The calls that checks are about.
    tested: HashSet<&'static str>,
    /// The checks that rest on each call without own checks.
    helpers: HashMap<&'static str, Count>,
    /// The calls that seem to return the same value always.
    constant: HashSet<&'static str>,
    /// Set where a descriptor that was to be closed is open.
    left_open: bool,
    /// The red checks that each call may explain.
    explained: HashMap<&'static str, u32>,
}

impl Suspicions {
    /// The state after answers; `tested` are the calls that checks of the plan are about.
    pub(super) fn of(
        tested: HashSet<&'static str>,
        left_open: bool,
        answers: &[Answer],
    ) -> Suspicions {
        let mut all = Suspicions {
            own: HashMap::new(),
            direct: HashSet::new(),
            unexplained: HashMap::new(),
            transfers: HashMap::new(),
            facts: HashMap::new(),
            constant: constant(answers),
            tested,
            left_open,
            helpers: HashMap::new(),
            explained: HashMap::new(),
        };
        for answer in answers {
            all.count(answer);
        }
        for answer in answers {
            if answer.red && all.is_explained(answer) {
                continue;
            }
            for &fact in &answer.own_facts {
                all.facts
                    .entry((answer.own, fact))
                    .or_default()
                    .add(answer.red);
            }
            if answer.counts && answer.is_of_own() {
                all.unexplained
                    .entry(answer.own)
                    .or_default()
                    .add(answer.red);
            }
        }
        for answer in answers.iter().filter(|answer| answer.red) {
            let suspects = answer.suspects.iter();
            let calls: HashSet<&'static str> = suspects
                .filter(|suspect| all.may_be_blamed(answer, suspect))
                .map(|suspect| suspect.call)
                .collect();
            for call in calls {
                *all.explained.entry(call).or_default() += 1;
            }
        }
        all
    }

    fn count(&mut self, answer: &Answer) {
        if !answer.counts {
            return;
        }
        if answer.is_of_own() {
            self.own.entry(answer.own).or_default().add(answer.red);
            if answer.red && answer.is_direct {
                self.direct.insert(answer.own);
            }
        }
        for pair in answer.transfers() {
            self.transfers.entry(pair).or_default().add(answer.red);
        }
        let helpers = answer.suspects.iter().map(|suspect| suspect.call);
        let helpers: HashSet<&'static str> = helpers.filter(|call| !self.is_tested(call)).collect();
        for helper in helpers {
            self.helpers.entry(helper).or_default().add(answer.red);
        }
    }

    /// True for a call that has checks of its own.
    fn is_tested(&self, call: &str) -> bool {
        self.tested.contains(call)
    }

    /// True where a call has a red check of its own.
    fn is_own_red(&self, call: &str) -> bool {
        self.own.get(call).is_some_and(|count| count.red > 0)
    }

    /// True where a call is wrong as a whole: it always returns the same value, or most of its own
    /// checks are red. A call without own checks is, where most checks that rest on it are red.
    fn is_broken(&self, call: &str) -> bool {
        let is = |counts: &HashMap<&'static str, Count>, share| {
            counts
                .get(call)
                .is_some_and(|count| count.is_mostly_red(share))
        };
        self.constant.contains(call)
            || is(&self.unexplained, BROKEN_SHARE)
            || is(&self.helpers, HELPER_SHARE)
    }

    /// The calls that explain a red check best, the best supported first; of equal ones the first
    /// in the script.
    pub(super) fn blames(&self, answer: &Answer) -> Vec<&'static str> {
        let mut givers = (answer.suspects.iter())
            .filter(|suspect| self.gives(suspect) && self.may_be_blamed(answer, suspect));
        let is_certain = givers.any(|suspect| self.is_certain(suspect.call));
        let mut supported: Vec<(&'static str, (bool, f64))> = (answer.suspects.iter())
            .filter(|suspect| self.may_be_blamed(answer, suspect))
            .filter(|suspect| !is_certain || !self.gives(suspect) || self.is_certain(suspect.call))
            .map(|suspect| (suspect.call, self.support(answer, suspect)))
            .collect();
        supported.sort_by(
            |(left, (is_left, of_left)), (right, (is_right, of_right))| {
                let shares = || self.own_share(right).total_cmp(&self.own_share(left));
                let order = is_right.cmp(is_left).then(of_right.total_cmp(of_left));
                order.then_with(shares)
            },
        );
        let Some(&(_, (is_constant, most))) = supported.first() else {
            return Vec::new();
        };
        let mut seen = HashSet::new();
        supported.retain(|(call, _)| seen.insert(*call));
        let also_named =
            |support: (bool, f64)| support.0 == is_constant && support.1 >= ALSO_NAMED * most;
        let named = supported
            .iter()
            .take_while(|(_, support)| also_named(*support));
        named.map(|(call, _)| *call).collect()
    }

    /// The support for a suspect: whether it always returns the same value, and the number of red
    /// checks that it may explain. Where the result speaks of another call, both count less.
    fn support(&self, answer: &Answer, suspect: &Suspect) -> (bool, f64) {
        let weight = if self.has_giver(answer) {
            suspect.weight
        } else {
            1.0
        };
        let explained = self
            .explained
            .get(suspect.call)
            .copied()
            .unwrap_or_default();
        let is_constant = weight == 1.0 && self.constant.contains(suspect.call);
        (is_constant, weight * f64::from(explained))
    }

    /// True where the result speaks of what another call gives, and that call is wrong.
    fn has_giver(&self, answer: &Answer) -> bool {
        answer.suspects.iter().any(|suspect| self.gives(suspect))
    }

    /// The same without the check's own call.
    fn is_explained(&self, answer: &Answer) -> bool {
        let mut others = (answer.suspects.iter()).filter(|suspect| suspect.call != answer.own);
        others.any(|suspect| self.gives(suspect))
    }

    /// True where the result speaks of what a suspect gives, and the suspect is wrong.
    fn gives(&self, suspect: &Suspect) -> bool {
        match suspect.part {
            Part::Bystander => false,
            Part::Giver if self.left_open && suspect.call == CLOSE.name => true,
            Part::Giver => self.is_own_red(suspect.call) || self.constant.contains(suspect.call),
            Part::Maker if self.left_open && suspect.call != TIMER_CREATE.name => false,
            Part::Maker => self.direct.contains(suspect.call),
            Part::Writer(reader) => self.is_wrong_writer(suspect.call, reader),
        }
    }

    /// True where what a call wrote is read wrongly by the other reader too, and the reader reads
    /// what the other writer wrote.
    fn is_wrong_writer(&self, writer: &str, reader: &str) -> bool {
        let share = |is: &dyn Fn(&str, &str) -> bool| {
            let pairs = self.transfers.iter().filter(|((by, to), _)| is(by, to));
            let sum = pairs.fold(Count::default(), |sum, (_, count)| Count {
                red: sum.red + count.red,
                all: sum.all + count.all,
            });
            sum.share()
        };
        let of_writer = share(&|by, to| by == writer && to != reader);
        let of_reader = share(&|by, to| by != writer && to == reader);
        of_writer >= BROKEN_SHARE && of_writer > of_reader
    }

    /// True for a guard of descriptors.
    fn is_guard(&self, answer: &Answer) -> bool {
        let mut suspects = answer.suspects.iter();
        !answer.counts && suspects.any(|suspect| suspect.call == CLOSE.name)
    }

    /// True where a red check of a call is not explained by another call.
    fn is_certain(&self, call: &str) -> bool {
        self.unexplained
            .get(call)
            .is_some_and(|count| count.red > 0)
    }

    /// The share of red ones among a call's own checks.
    fn own_share(&self, call: &str) -> f64 {
        let count = self.unexplained.get(call).copied();
        count.unwrap_or_default().share()
    }

    /// True where most own checks of a call that rest on a fact are red.
    fn is_wrong(&self, call: &'static str, fact: Fact) -> bool {
        let count = self.facts.get(&(call, fact));
        fact != IN_PASSING && count.is_some_and(|count| count.is_mostly_red(FACT_SHARE))
    }

    /// A red check accuses the call that its line names, or its own; of other calls only one that
    /// is wrong as a whole. Where a canary is red a call with a red check of its own will do.
    fn may_be_blamed(&self, answer: &Answer, suspect: &Suspect) -> bool {
        let another_named = || {
            let mut suspects = answer.suspects.iter();
            suspects.any(|other| other.named && other.call != suspect.call)
        };
        let is_writer = |suspect: &Suspect| matches!(suspect.part, Part::Writer(_));
        let wrote = |other: &Suspect| is_writer(other) && self.gives(other);
        match suspect.role {
            // The bytes that arrived were written so.
            _ if !is_writer(suspect) && answer.suspects.iter().any(wrote) => false,
            _ if self.gives(suspect) => true,
            _ if self.left_open && self.is_guard(answer) => suspect.call == CLOSE.name,
            _ if suspect.named => true,
            // An argument that is wrong explains the error that the line names.
            _ if another_named() && self.has_giver(answer) => false,
            _ if self.is_broken(suspect.call) => self.is_tested(suspect.call) || !another_named(),
            Role::Own => !another_named(),
            Role::Canary => self.is_own_red(suspect.call),
            Role::Other => suspect
                .fact
                .is_some_and(|fact| self.is_wrong(suspect.call, fact)),
        }
    }
}

impl Answer {
    /// The writers of the check's script, and the call that read what they wrote.
    fn transfers(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.suspects
            .iter()
            .filter_map(|suspect| match suspect.part {
                Part::Writer(reader) => Some((suspect.call, reader)),
                _ => None,
            })
    }

    /// True where the line names no call but the check's own.
    fn is_of_own(&self) -> bool {
        let mut named = self.suspects.iter().filter(|suspect| suspect.named);
        named.all(|suspect| suspect.call == self.own)
    }
}

/// The calls that seem to return the same value always: all results that its own checks show agree
/// with the first red one, or, where none of these is red, all that steps show.
fn constant(answers: &[Answer]) -> HashSet<&'static str> {
    let mut results: HashMap<Source, Vec<(bool, &CallResult)>> = HashMap::new();
    for answer in answers.iter().filter(|answer| answer.counts) {
        let own = answer.result.as_ref().filter(|_| answer.is_of_own());
        let own = own.map(|result| (Source::Own(answer.own), result));
        let shown = answer
            .shown
            .iter()
            .map(|(source, result)| (*source, result));
        for (source, result) in own.into_iter().chain(shown) {
            results
                .entry(source)
                .or_default()
                .push((answer.red, result));
        }
    }
    let is_red = |results: &Vec<(bool, &CallResult)>| results.iter().any(|(red, _)| *red);
    let has_own = |call| results.get(&Source::Own(call)).is_some_and(is_red);
    let constant = results.iter().filter(|(source, results)| match source {
        Source::Step(call) => !has_own(*call) && is_constant(results),
        _ => is_constant(results),
    });
    constant.map(|(source, _)| source.call()).collect()
}

/// True for results, each with whether its check is red, that are one value.
fn is_constant(results: &[(bool, &CallResult)]) -> bool {
    let mut red = results.iter().filter(|(red, _)| *red);
    let Some((_, CallResult::Value(value))) = red.next() else {
        return false;
    };
    let agreeing = 1 + red.filter(|(_, result)| result.is(value)).count();
    // EBADF speaks of the descriptor that the call is given.
    value != "EBADF" && agreeing >= RED_LEAST && results.iter().all(|(_, result)| result.is(value))
}
