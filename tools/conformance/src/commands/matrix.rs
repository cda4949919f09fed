//! `matrix`: several targets or logs side by side.

use std::path::Path;

use super::convert;
use crate::cli;
use crate::error::Result;
use crate::prepare::{PerTarget, RunOptions, Runner, judge_file};
use crate::report::matrix::Matrix;
use crate::target::{self, Target};

/// Runs the targets, reads the logs and reports; the exit code.
pub fn main(args: &cli::Matrix) -> Result<u8> {
    let outputs = convert::matrix_outputs(&args.reports, args.families)?;
    let runner = Runner::new()?;
    // All words are understood before anything is run.
    let target = |word: &String| {
        let log = Path::new(word).is_file() && !word.ends_with(".toml");
        (!log).then(|| runner.home.target(word)).transpose()
    };
    let targets = args
        .columns
        .iter()
        .map(target)
        .collect::<Result<Vec<_>>>()?;
    let options = RunOptions::from(&args.options);
    let how = PerTarget::new(targets.iter().flatten(), &options)?;
    target::require_packages(targets.iter().flatten())?;
    let ready = |target: Option<Target>| {
        let target = target.map(|target| (how.of(&target), target));
        let ready = target.map(|(how, target)| Ok((runner.ready(target, &how)?, how)));
        ready.transpose()
    };
    let targets = targets.into_iter().map(ready).collect::<Result<Vec<_>>>()?;
    let mut columns = Vec::new();
    for (word, target) in args.columns.iter().zip(targets) {
        let log = match target {
            Some((mut ready, how)) => runner.runs(&mut ready, &how, None)?,
            None => judge_file(&runner.plan, Path::new(word))?,
        };
        columns.push((word.clone(), log));
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
