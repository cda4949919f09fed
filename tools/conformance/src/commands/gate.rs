//! `gate`: a target against the oracle and its known gaps.

use std::fs;

use super::convert;
use crate::cli;
use crate::error::{Error, Result};
use crate::prepare::Runner;
use crate::verdict::known_gaps::{self as gaps, Gaps};

/// Runs a target and judges it by its known gaps; the exit code.
pub(super) fn main(args: &cli::Gate) -> Result<u8> {
    let outputs = convert::outputs(&args.reports)?;
    let runner = Runner::new()?;
    let target = runner.resources.target(&args.target)?;
    let (name, gaps) = match &args.gaps {
        Some(path) => {
            let name = path.display().to_string();
            let text = fs::read_to_string(path).map_err(|error| Error::file(path, &error))?;
            (name.clone(), Gaps::parse(&name, &text)?)
        }
        None => runner.resources.gaps(&target)?,
    };
    let options = convert::options(&args.options, &args.only);
    let (mut report, prepared) = runner.report(target, &options, args.oracle.as_deref())?;
    report.gate = Some(gaps.judge(&name, &report, gaps::today()));
    report.again = Some(convert::again("gate", &args.target, &args.options));
    if !args.trace.no_trace {
        runner.trace(&prepared, &mut report);
    }
    outputs.write(&report)?;
    Ok(report.exit())
}
