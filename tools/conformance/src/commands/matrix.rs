//! `matrix`: several targets or logs side by side.

use std::path::Path;

use super::convert;
use crate::cli;
use crate::error::Result;
use crate::prepare::{PerTarget, RunOptions, Runner, judge_file, processor_of_logs};
use crate::report::matrix::{Column, Matrix};
use crate::target::{self, Target};

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
                let options = per_target.of(&target);
                Some((runner.prepare(target, &options)?, options))
            }
            None => None,
        });
    }
    let mut columns = Vec::new();
    for (column, prepared) in args.columns.iter().zip(prepared) {
        let (processor, log) = match prepared {
            Some((mut prepared, options)) => {
                let log = runner.run(&mut prepared, &options, None)?;
                (prepared.processor(), log)
            }
            None => {
                let path = Path::new(column);
                let processor = processor_of_logs(&[path])?;
                (processor, judge_file(runner.plans.of(processor), path)?)
            }
        };
        columns.push(Column {
            name: column.clone(),
            plan: runner.plans.of(processor),
            log,
        });
    }
    let matrix = Matrix::new(columns, args.all, args.families);
    outputs.write_matrix(&matrix)?;
    Ok(matrix.exit())
}
