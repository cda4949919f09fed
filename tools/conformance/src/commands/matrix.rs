//! `matrix`: several targets or logs side by side.

use std::path::Path;

use packer::suites::Suite;

use super::convert;
use crate::cli;
use crate::error::Result;
use crate::prepare::{PerTarget, RunOptions, Runner, judge_file, suite_of_logs};
use crate::report::matrix::{Column, Matrix};
use crate::target::{self, Target};
use crate::verdict::run_outcome::RunOutcome;

/// Runs the targets, reads the logs and reports; the exit code.
pub(super) fn main(args: &cli::Matrix) -> Result<u8> {
    let outputs = convert::matrix_outputs(&args.reports, args.families)?;
    let runner = Runner::new()?;
    // Every argument is checked, and every target prepared, before anything is run.
    let arch = convert::arch(&args.options.inputs);
    let target = |column: &String| {
        let is_log = Path::new(column).is_file() && !column.ends_with(".toml");
        (!is_log)
            .then(|| runner.resources.target_on(column, arch))
            .transpose()
    };
    let targets = args.columns.iter().map(target);
    let targets = targets.collect::<Result<Vec<Option<Target>>>>()?;
    let options = RunOptions::from(&args.options);
    let per_target = PerTarget::new(targets.iter().flatten(), &options)?;
    target::require_packages(targets.iter().flatten())?;
    let mut prepared = Vec::new();
    for target in targets {
        prepared.push(match target {
            Some(target) => {
                let runs = runner.suite_runs(&target, &per_target.of(&target))?;
                Some((runner.prepare_all(&target, &runs)?, runs))
            }
            None => None,
        });
    }
    let mut columns = Vec::new();
    for (column, prepared) in args.columns.iter().zip(prepared) {
        let parts: Vec<(Suite, RunOutcome)> = match prepared {
            Some((mut prepared, runs)) => {
                let logs = runner.run_all(&mut prepared, &runs)?;
                let suites = runs.iter().map(|run| run.suite);
                let logs = logs.into_iter().map(|(log, _)| log);
                suites.zip(logs).collect()
            }
            None => {
                let path = Path::new(column);
                let suite = suite_of_logs(&[path])?;
                vec![(suite, judge_file(runner.plans.of(&suite), path)?)]
            }
        };
        let parts = parts.into_iter();
        columns.push(Column {
            name: column.clone(),
            parts: parts
                .map(|(suite, log)| (runner.plans.of(&suite), log))
                .collect(),
        });
    }
    let matrix = Matrix::new(columns, args.all, args.families);
    outputs.write_matrix(&matrix)?;
    Ok(matrix.exit())
}
