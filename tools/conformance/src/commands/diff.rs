//! `diff`: a log against another.

use std::path::Path;

use super::convert;
use crate::cli;
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::prepare::{judge_file, oracle_trace, suite_of_logs};
use crate::resources::Resources;
use crate::verdict::compare::Report;
use crate::verdict::reports::Reports;

/// Compares two logs and reports; the exit code.
pub(super) fn main(args: &cli::Diff) -> Result<u8> {
    let outputs = convert::outputs(&args.reports, &args.extent)?;
    let stdin = Path::new("-");
    if args.oracle == stdin && args.log == stdin {
        return Err(Error::usage("only one of the two logs can be stdin"));
    }
    let suite = suite_of_logs(&[&args.oracle, &args.log])?;
    let earlier = convert::earlier(&args.extent, &suite)?;
    let (resources, plan) = (Resources::find(), Plan::of(&suite));
    let spec = resources.spec()?;
    let name = |path: &Path, role: &str| match path {
        path if path == stdin => "stdin".to_string(),
        path if args.oracle == args.log => format!("{} as {role}", path.display()),
        path => path.display().to_string(),
    };
    let report = Report {
        plan: &plan,
        spec: &spec,
        subject: name(&args.log, "log"),
        file: args.log.display().to_string(),
        oracle_name: name(&args.oracle, "oracle"),
        oracle_log: judge_file(&plan, &args.oracle)?,
        subject_log: judge_file(&plan, &args.log)?,
        elapsed: None,
        gate: None,
        oracle_trace: oracle_trace(&resources, &plan),
        again: None,
        facts: Vec::new(),
        earlier,
    };
    let reports = Reports::new(vec![report]);
    outputs.write(&reports)?;
    Ok(reports.exit())
}
