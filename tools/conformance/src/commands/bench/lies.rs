//! One bad system call: runs of the ELF with a system call that returns a constant always.

use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use faults::{Act, Class, Fault, Src};
use posix_conformance::abi::Errno;
use posix_conformance::abi::errno::{ENOSYS, EPERM};
use posix_conformance::plan::call::{Call, PSE51, PSE52, PSE53};

use super::{proven, time};
use crate::error::{Error, Result};
use crate::log::reader::Reader;
use crate::plan::Plan;

/// How long a run with one bad system call may take before it counts as stuck.
const LIE_LIMIT: Duration = Duration::from_secs(3);
/// The calls that the log itself rests on, and that are never made to lie.
const NEVER_LYING: [&str; 2] = ["write", "exit_group"];

/// What a system call returns always, whatever it is asked.
#[derive(Clone, Copy)]
enum Lie {
    Number(i64),
    Error(Errno),
}

impl Lie {
    /// EPERM is what -1 in `rax` says.
    const ALL: [Lie; 4] = [
        Lie::Error(ENOSYS),
        Lie::Number(0),
        Lie::Number(1),
        Lie::Error(EPERM),
    ];

    fn value(self) -> i64 {
        match self {
            Lie::Number(number) => number,
            Lie::Error(errno) => -i64::from(errno.0),
        }
    }

    fn name(self) -> String {
        match self {
            Lie::Number(number) => number.to_string(),
            Lie::Error(errno) => errno.name().unwrap_or("?").to_string(),
        }
    }
}

/// How the runs with one bad system call each came out.
#[derive(Default)]
struct Lies {
    runs: u32,
    ended: u32,
    passed: Vec<String>,
    stuck: Vec<String>,
}

/// Makes each system call under test return a constant, and counts the runs that end by
/// themselves with a complete log.
///
/// # Errors
/// The ELF cannot be started or traced, or its run is not complete without a lie either.
pub fn lies(elf: &Path) -> Result<String> {
    let plan = Plan::default();
    proven(&plan, elf, &time(elf)?.output)?;
    let mut lies = Lies::default();
    for call in [PSE51, PSE52, PSE53].into_iter().flatten() {
        if NEVER_LYING.contains(&call.name) {
            continue;
        }
        for lie in Lie::ALL {
            tell(&plan, elf, call, lie, &mut lies)?;
        }
    }
    let mut text = format!(
        "{} runs, each with one system call that returns ENOSYS, 0, 1 or -1 always\n\
         {} ended by themselves within {} s with a complete log\n",
        lies.runs,
        lies.ended,
        LIE_LIMIT.as_secs()
    );
    for stuck in &lies.stuck {
        let _ = writeln!(text, "  did not: {stuck}");
    }
    let _ = writeln!(text, "{} reported 0 failed", lies.passed.len());
    for passed in &lies.passed {
        let _ = writeln!(text, "  did: {passed}");
    }
    Ok(text)
}

fn tell(plan: &Plan, elf: &Path, call: &Call, lie: Lie, lies: &mut Lies) -> Result<()> {
    let acts: &'static [Act] = Box::leak(Box::new([Act::Skip(Src::N(lie.value()))]));
    let fault = Fault {
        id: "lie",
        call: call.name,
        class: Class::WrongErrno,
        number: call.number,
        when: &[],
        acts,
        clause: "",
        hidden: None,
    };
    let limits = faults::Limits {
        total: 2 * LIE_LIMIT,
        silence: LIE_LIMIT,
    };
    let mut reader = Reader::new(plan);
    let mut command = Command::new(elf);
    command.stdin(Stdio::null());
    let ran = faults::run(Some(&fault), command, limits, |bytes| {
        reader.feed(bytes, &mut |_| {});
        ControlFlow::Continue(())
    });
    let ran = ran.map_err(|error| Error::no_verdict(format!("{}: {error}", elf.display())))?;
    let judged = reader.finish().outcome(plan);
    let name = format!("{} always returns {}", call.name, lie.name());
    lies.runs += 1;
    if judged.is_complete() && ran.elapsed < LIE_LIMIT {
        lies.ended += 1;
    } else {
        lies.stuck.push(format!(
            "{name} ({:?}, {:.1} s)",
            ran.end,
            ran.elapsed.as_secs_f64()
        ));
    }
    if judged.tally(plan, None).failed == 0 {
        lies.passed.push(name);
    }
    Ok(())
}
