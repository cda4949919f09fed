//! From the types of the command line to those of the tool.

use std::path::PathBuf;

use packer::abi::Processor;
use packer::suites::{self, Suite};

use crate::cli;
use crate::error::Result;
use crate::plan::{is_core, suites_on};
use crate::prepare::{ALL, Inputs, LimitOverrides, RunOptions};
use crate::report::{Format, Outputs};
use crate::spec::By;
use crate::target::quoted;
use crate::verdict::earlier::Earlier;

impl From<&cli::RunArgs> for RunOptions {
    fn from(args: &cli::RunArgs) -> RunOptions {
        RunOptions {
            inputs: Inputs::from(&args.inputs),
            log: args.log.clone(),
            skip: args.skip.clone(),
            only: Vec::new(),
            repeat: args.repeat,
            reboots: args.reboots,
            jobs: args.jobs,
            limits: LimitOverrides::from(args.limits),
            verbose: args.verbose,
        }
    }
}

/// The options of a run of a part of the plan.
pub(super) fn options(args: &cli::RunArgs, only: &cli::OnlyArgs) -> RunOptions {
    RunOptions {
        only: only.only.clone(),
        ..RunOptions::from(args)
    }
}

/// The command that runs a suite on a target again, as a shell takes it.
pub(super) fn again(command: &str, target: &str, args: &cli::RunArgs, suite: &Suite) -> String {
    let mut words = vec!["cargo".to_string(), "conformance".to_string()];
    words.extend([command.to_string(), quoted(target)]);
    let cli::InputArgs {
        arch,
        suite: _,
        elf,
        kernel,
        fault,
        accel,
    } = &args.inputs;
    let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
    for (option, value) in [
        (
            "--arch",
            arch.map(|arch| Processor::from(arch).name().to_string()),
        ),
        ("--suite", (!is_core(suite)).then(|| suite.name.to_string())),
        ("--elf", path(elf)),
        ("--kernel", path(kernel)),
        ("--fault", fault.clone()),
        ("--accel", accel.clone()),
    ] {
        words.extend(value.map(|value| format!("{option} {}", quoted(&value))));
    }
    words.join(" ")
}

impl From<cli::Arch> for Processor {
    fn from(arch: cli::Arch) -> Processor {
        match arch {
            cli::Arch::X86_64 => Processor::X86_64,
            cli::Arch::Aarch64 => Processor::Aarch64,
            cli::Arch::Riscv64 => Processor::Riscv64,
        }
    }
}

/// The name of a suite, or [`ALL`].
fn suite_name(suite: cli::Suite) -> &'static str {
    match suite {
        cli::Suite::Core => suites::CORE.name,
        cli::Suite::Files => suites::FILES.name,
        cli::Suite::Processes => suites::PROCESSES.name,
        cli::Suite::All => ALL,
    }
}

/// The suites on a processor that the arguments ask for; without any the core suite.
pub(super) fn suites(args: cli::SuiteArgs, arch: cli::ArchArgs) -> Vec<Suite> {
    let name = args.suite.map_or(suites::CORE.name, suite_name);
    let all = suites_on(arch.arch.into());
    all.filter(|suite| name == ALL || suite.name == name)
        .collect()
}

/// The processor that the arguments of a run ask for, if they ask for one.
pub(super) fn arch(args: &cli::InputArgs) -> Option<Processor> {
    args.arch.map(Processor::from)
}

impl From<&cli::InputArgs> for Inputs {
    fn from(args: &cli::InputArgs) -> Inputs {
        Inputs {
            suite: args.suite.map(suite_name),
            elf: args.elf.clone(),
            kernel: args.kernel.clone(),
            fault: args.fault.clone(),
            accel: args.accel.clone(),
        }
    }
}

impl From<cli::LimitArgs> for LimitOverrides {
    fn from(args: cli::LimitArgs) -> LimitOverrides {
        LimitOverrides {
            boot: args.boot,
            silence: args.silence,
            check: args.check,
            total: args.total,
        }
    }
}

impl From<cli::ReportFormat> for Format {
    fn from(format: cli::ReportFormat) -> Format {
        match format {
            cli::ReportFormat::Human => Format::Human,
            cli::ReportFormat::Json => Format::Json,
            cli::ReportFormat::Junit => Format::Junit,
            cli::ReportFormat::Ktap => Format::Ktap,
            cli::ReportFormat::Tap => Format::Tap,
            cli::ReportFormat::Markdown => Format::Markdown,
            cli::ReportFormat::Brief => Format::Brief,
            cli::ReportFormat::Html => Format::Html,
            cli::ReportFormat::Lava => Format::Lava,
            cli::ReportFormat::CodeQuality => Format::CodeQuality,
        }
    }
}

impl From<cli::By> for By {
    fn from(by: cli::By) -> By {
        match by {
            cli::By::Profile => By::Profile,
            cli::By::Category => By::Category,
            cli::By::Syscall => By::Syscall,
            cli::By::Clause => By::Clause,
        }
    }
}

/// The formats of the files, and the files.
fn files(args: &cli::ReportArgs) -> Vec<(Format, PathBuf)> {
    let files = args.report.iter();
    files
        .map(|(format, path)| (Format::from(*format), path.clone()))
        .collect()
}

/// Opens the outputs of a report.
pub(super) fn outputs(args: &cli::ReportArgs, extent: &cli::ExtentArgs) -> Result<Outputs> {
    Ok(Outputs::new(args.format.into(), &files(args))?.with_all(extent.all))
}

/// Reads the earlier report of a suite to compare with, if there is one.
pub(super) fn earlier(extent: &cli::ExtentArgs, suite: &Suite) -> Result<Option<Earlier>> {
    match extent.compare.as_deref() {
        Some(path) => Earlier::read(path, suite),
        None => Ok(None),
    }
}

/// Opens the outputs of a matrix.
pub(super) fn matrix_outputs(args: &cli::ReportArgs, families: bool) -> Result<Outputs> {
    Outputs::of_matrix(args.format.into(), &files(args), families)
}
