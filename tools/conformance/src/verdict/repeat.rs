//! Several runs of one target, merged.

use super::outcome::Outcome;
use super::run_outcome::RunOutcome;

/// Merges several runs of one target: the worst outcome of each check counts, and checks with
/// different outcomes are flaky. A check that is flaky in one run is flaky. None if there is no
/// run.
pub(crate) fn merged(mut runs: Vec<RunOutcome>) -> Option<RunOutcome> {
    let mut all = runs.pop()?;
    let mut each: Vec<Vec<Outcome>> = all.outcomes.iter().map(|_| Vec::new()).collect();
    for run in &runs {
        for (outcomes, outcome) in each.iter_mut().zip(&run.outcomes) {
            outcomes.push(outcome.clone());
        }
    }
    for (check, mut outcomes) in each.into_iter().enumerate() {
        outcomes.push(all.outcomes[check].clone());
        let mut distinct = outcomes.clone();
        distinct.dedup();
        if distinct.len() > 1 {
            all.context.flaky.insert(check, distinct);
        }
        if let Some(worst) = outcomes.into_iter().max_by_key(Outcome::severity) {
            all.outcomes[check] = worst;
        }
    }
    for run in runs {
        all.boots += run.boots;
        all.defects.extend(run.defects);
        for (check, outcomes) in run.context.flaky {
            let known = all.context.flaky.entry(check).or_default();
            known.extend(outcomes);
        }
        all.context.exhausted.extend(run.context.exhausted);
        for (check, call) in run.context.died_in {
            all.context.died_in.entry(check).or_insert(call);
        }
        for (check, lines) in run.context.excerpts {
            all.context.excerpts.entry(check).or_insert(lines);
        }
        all.context.notes.extend(run.context.notes);
    }
    Some(all)
}
