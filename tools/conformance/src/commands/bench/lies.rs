//! Runs of the ELF, each with one system call that always returns a constant.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use packer::abi::Errno;
use packer::abi::errno::{ENOSYS, EPERM};
use packer::plan::call::Call;

use super::{require_complete, time};
use crate::commands::constant::always_returns;
use crate::commands::progress::progress;
use crate::error::{Error, Result};
use crate::log::reader::Reader;
use crate::plan::Plan;

/// The time limit of a run with one bad system call.
const TIME_MAX: Duration = Duration::from_secs(3);
/// The calls that print and end the log; they are not replaced.
const EXCLUDED: [&str; 2] = ["write", "exit_group"];

/// The constant that a system call returns.
#[derive(Clone, Copy)]
enum Constant {
    Number(i64),
    Error(Errno),
}

impl Constant {
    /// The last one is -1 in `rax`.
    const ALL: [Constant; 4] = [
        Constant::Error(ENOSYS),
        Constant::Number(0),
        Constant::Number(1),
        Constant::Error(EPERM),
    ];

    /// The value in `rax`.
    fn value(self) -> i64 {
        match self {
            Constant::Number(number) => number,
            Constant::Error(errno) => -i64::from(errno.0),
        }
    }

    fn name(self) -> String {
        match self {
            Constant::Number(number) => number.to_string(),
            Constant::Error(errno) => errno.name().unwrap_or("?").to_string(),
        }
    }
}

/// The numbers of runs, and the names of those that went wrong.
#[derive(Default)]
struct Results {
    runs: u32,
    ended: u32,
    passed: Vec<String>,
    stuck: Vec<String>,
}

/// Makes each system call under test return a constant, and counts the runs that end by
/// themselves with a complete log.
///
/// # Errors
/// The ELF cannot be started or traced, or a run without a bad system call is not complete.
pub(super) fn lies(plan: &Plan, elf: &Path) -> Result<String> {
    require_complete(plan, elf, &time(elf)?.output)?;
    let mut results = Results::default();
    let calls = tested(plan)
        .into_iter()
        .filter(|call| !EXCLUDED.contains(&call.name));
    let lies: Vec<(&'static Call, Constant)> = calls
        .flat_map(|call| Constant::ALL.map(|constant| (call, constant)))
        .collect();
    for (done, (call, constant)) in lies.iter().enumerate() {
        run(plan, elf, call, *constant, &mut results)?;
        progress(done + 1, lies.len(), "runs");
    }
    let mut text = format!(
        "{} runs, each with one system call that always returns ENOSYS, 0, 1 or -1\n\
         {} ended by themselves within {} s with a complete log\n",
        results.runs,
        results.ended,
        TIME_MAX.as_secs()
    );
    for stuck in &results.stuck {
        let _ = writeln!(text, "  did not: {stuck}");
    }
    let _ = writeln!(text, "{} reported 0 failed", results.passed.len());
    for passed in &results.passed {
        let _ = writeln!(text, "  did: {passed}");
    }
    Ok(text)
}

/// The system calls that checks of a plan are about, in the order of the plan.
fn tested(plan: &Plan) -> Vec<&'static Call> {
    let about: BTreeSet<&str> = plan.checks.iter().map(|check| check.call).collect();
    let rows = plan.all_rows().iter().map(|row| &row.call);
    let mut calls: Vec<&'static Call> = Vec::new();
    for call in rows.filter(|call| call.is_syscall() && about.contains(call.name)) {
        if !calls.contains(&call) {
            calls.push(call);
        }
    }
    calls
}

/// Runs the ELF once with a system call that returns a constant.
fn run(
    plan: &Plan,
    elf: &Path,
    call: &'static Call,
    constant: Constant,
    results: &mut Results,
) -> Result<()> {
    let fault = always_returns(call, constant.value());
    let limits = faults::TimeLimits {
        total: 2 * TIME_MAX,
        silence: TIME_MAX,
    };
    let mut reader = Reader::new(plan);
    let mut command = Command::new(elf);
    command.stdin(Stdio::null());
    let ran = faults::run(Some(&fault), command, limits, |bytes| {
        reader.feed(bytes, &mut |_| {});
        ControlFlow::Continue(())
    });
    let ran = ran.map_err(|error| Error::no_verdict(format!("{}: {error}", elf.display())))?;
    let outcome = reader.finish().outcome(plan);
    let name = format!("{} always returns {}", call.name, constant.name());
    results.runs += 1;
    if outcome.is_complete() && ran.elapsed < TIME_MAX {
        results.ended += 1;
    } else {
        results.stuck.push(format!(
            "{name} ({:?}, {:.1} s)",
            ran.end,
            ran.elapsed.as_secs_f64()
        ));
    }
    if outcome.tally(plan, None).failed == 0 {
        results.passed.push(name);
    }
    Ok(())
}
