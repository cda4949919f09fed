//! `spec`: what the plan covers, and whether plan, tests-spec and README.md agree.

use packer::abi::Processor;
use packer::suites::CORE;

use super::convert;
use crate::cli;
use crate::error::{EXIT_GAPS, EXIT_GOOD, Result};
use crate::plan::{Plan, suites_on};
use crate::report::{print, print_error};
use crate::resources::Resources;
use crate::spec::readme;
use crate::spec::{self, By, Spec};

/// Prints, checks or writes the coverage; the exit code.
pub(super) fn main(args: &cli::Spec) -> Result<u8> {
    let resources = Resources::find();
    let spec = resources.spec()?;
    if args.write || args.check {
        let suites = everything();
        let tables = readme::tables(&suites, &spec);
        return match args.write {
            true => readme::write(resources.required()?, &tables).map(|()| EXIT_GOOD),
            false => check(&resources, &spec, suites, &tables),
        };
    }
    if args.products {
        print(resources.products()?.text().as_bytes())?;
        return Ok(EXIT_GOOD);
    }
    let all = || vec![By::Profile, By::Category, By::Syscall, By::Clause];
    let given: Vec<By> = args.by.iter().copied().map(By::from).collect();
    let by = if given.is_empty() { all() } else { given };
    let suites = convert::suites(args.suite, args.arch);
    let mut tables = Vec::new();
    for suite in &suites {
        let plan = Plan::of(suite);
        if suites.len() > 1 {
            tables.push(format!("the suite {}\n", suite.name));
        }
        tables.extend(by.iter().map(|&by| spec::coverage(&plan, &spec, by)));
        tables.push(spec::needs(&plan));
        tables.push(spec::errors(&spec, suite));
    }
    print(tables.join("\n").as_bytes())?;
    Ok(EXIT_GOOD)
}

/// The plans of each suite on each processor.
fn everything() -> Vec<Vec<Plan>> {
    let suites = suites_on(CORE.processor);
    suites
        .map(|suite| Vec::from(Processor::ALL.map(|processor| Plan::of(&suite.on(processor)))))
        .collect()
}

/// Proves that plans, tests-spec and README.md agree; the exit code.
fn check(resources: &Resources, spec: &Spec, suites: Vec<Vec<Plan>>, tables: &str) -> Result<u8> {
    let products = resources.products()?;
    let counts = suites.iter().map(|plans| counts(plans)).collect::<String>();
    let plans: Vec<Plan> = suites.into_iter().flatten().collect();
    let mut wrong = spec.disagreements(&plans);
    wrong.extend(products.disagreements(&plans[0]));
    if let Some(root) = &resources.repository {
        wrong.extend(readme::disagreement(root, tables)?);
    }
    for line in &wrong {
        print_error(&format!("error: {line}"));
    }
    if !wrong.is_empty() {
        return Ok(EXIT_GAPS);
    }
    print(counts.as_bytes())?;
    Ok(EXIT_GOOD)
}

/// The line with the numbers of checks of a suite.
fn counts(plans: &[Plan]) -> String {
    let name = plans.first().map_or("", |plan| plan.suite.name);
    let counts = plans.iter().map(|plan| {
        let (checks, name) = (plan.checks.len(), plan.suite.processor.name());
        format!("{checks} checks of {name}")
    });
    let counts = counts.collect::<Vec<_>>().join(", ");
    format!("{name}: {counts} and tests-spec agree\n")
}
