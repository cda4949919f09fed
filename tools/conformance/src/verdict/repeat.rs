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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::defect::Defect;
    use crate::verdict::run_outcome::RunContext;

    fn run(outcomes: &[Outcome], defects: &[&str]) -> RunOutcome {
        RunOutcome {
            outcomes: outcomes.to_vec(),
            defects: defects
                .iter()
                .map(|text| Defect::Runner(text.to_string()))
                .collect(),
            boots: 2,
            context: RunContext::default(),
        }
    }

    #[test]
    fn nothing_is_merged_of_no_run() {
        assert!(merged(Vec::new()).is_none());
    }

    /// Whichever run has the worst outcome, it counts, and the change is listed.
    #[test]
    fn worst_outcome_of_any_run_counts() {
        use Outcome::{Crash, Hang, Lost, Pass};
        for order in [[0, 1, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let runs = [
                run(&[Pass, Pass, Crash, Pass], &[]),
                run(&[Pass, Hang, Pass, Pass], &[]),
                run(&[Pass, Crash, Pass, Lost], &[]),
            ];
            let all = merged(order.map(|at| runs[at].clone()).to_vec()).expect("runs");
            assert_eq!(all.outcomes, [Pass, Hang, Crash, Lost], "{order:?}");
            let flaky: Vec<usize> = all.context.flaky.into_keys().collect();
            assert_eq!(flaky, [1, 2, 3], "{order:?}");
            assert_eq!(all.boots, 6);
        }
    }

    /// A defect of any run costs the verdict, and what is known of any run is kept.
    #[test]
    fn defects_and_circumstances_of_every_run_are_kept() {
        let pass = [Outcome::Pass, Outcome::Pass];
        for bad in 0..3 {
            let mut runs = vec![run(&pass, &[]); 3];
            runs[bad]
                .defects
                .push(Defect::Runner("cut off".to_string()));
            let context = &mut runs[bad].context;
            context.exhausted.insert(1);
            context.died_in.insert(0, "dup2");
            context.notes.push("boot 1: a note".to_string());
            context.excerpts.insert(0, vec!["a line".to_string()]);
            context.flaky.insert(0, vec![Outcome::Pass, Outcome::Crash]);
            let all = merged(runs).expect("runs");
            assert_eq!(all.defects.len(), 1, "run {bad}");
            assert!(!all.is_complete());
            let context = all.context;
            assert!(context.exhausted.contains(&1) && context.died_in[&0] == "dup2");
            assert_eq!(context.notes.len(), 1);
            assert_eq!(context.excerpts[&0].len(), 1);
            assert_eq!(context.flaky[&0].len(), 2);
        }
    }
}
