//! `matrix`: several targets or logs side by side.

use std::path::Path;

use super::convert;
use crate::cli;
use crate::error::Result;
use crate::prepare::{PerTarget, RunOptions, Runner, judge_file};
use crate::report::matrix::Matrix;
use crate::target::{self, Target};

/// Runs the targets, reads the logs and reports; the exit code.
pub(super) fn main(args: &cli::Matrix) -> Result<u8> {
    let outputs = convert::matrix_outputs(&args.reports, args.families)?;
    let runner = Runner::new()?;
    // Every argument is checked, and every target prepared, before anything is run.
    let target = |column: &String| {
        let is_log = Path::new(column).is_file() && !column.ends_with(".toml");
        (!is_log)
            .then(|| runner.resources.target(column))
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
                let options = per_target.of(&target);
                Some((runner.prepare(target, &options)?, options))
            }
            None => None,
        });
    }
    let mut columns = Vec::new();
    for (column, prepared) in args.columns.iter().zip(prepared) {
        let outcome = match prepared {
            Some((mut prepared, options)) => runner.run(&mut prepared, &options, None)?,
            None => judge_file(&runner.plan, Path::new(column))?,
        };
        columns.push((column.clone(), outcome));
    }
    let matrix = Matrix {
        plan: &runner.plan,
        columns,
        all: args.all,
        families: args.families,
    };
    outputs.write_matrix(&matrix)?;
    Ok(matrix.exit())
}
