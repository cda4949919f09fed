//! `spec`: what the plan covers, and whether plan, tests-spec and README.md agree.

use posix_conformance::abi::Processor;
use posix_conformance::suites::CORE;

use crate::cli;
use crate::error::{EXIT_GAPS, EXIT_GOOD, Result};
use crate::plan::Plan;
use crate::report::{print, print_error};
use crate::resources::Resources;
use crate::spec::readme;
use crate::spec::{self, By};

/// Prints, checks or writes the coverage; the exit code.
pub(super) fn main(args: &cli::Spec) -> Result<u8> {
    let resources = Resources::find();
    let plans = Processor::ALL.map(|processor| Plan::of(&CORE.on(processor)));
    let spec = resources.spec()?;
    let table = readme::table(&plans, &spec);
    let plan = &plans[Processor::from(args.arch.arch) as usize];
    if args.write {
        readme::write(resources.required()?, &table)?;
        return Ok(EXIT_GOOD);
    }
    let products = resources.products()?;
    if args.products {
        print(products.text().as_bytes())?;
        return Ok(EXIT_GOOD);
    }
    if args.check {
        let mut wrong = spec.disagreements(&plans);
        wrong.extend(products.disagreements(&plans[0]));
        if let Some(root) = &resources.repository {
            wrong.extend(readme::disagreement(root, &table)?);
        }
        for line in &wrong {
            print_error(&format!("error: {line}"));
        }
        if !wrong.is_empty() {
            return Ok(EXIT_GAPS);
        }
        let counts = plans.iter().map(|plan| {
            let (checks, name) = (plan.checks.len(), plan.suite.processor.name());
            format!("{checks} checks of {name}")
        });
        let counts = counts.collect::<Vec<_>>().join(", ");
        print(format!("{counts} and tests-spec agree\n").as_bytes())?;
        return Ok(EXIT_GOOD);
    }
    let all = || vec![By::Profile, By::Category, By::Syscall, By::Clause];
    let given: Vec<By> = args.by.iter().copied().map(By::from).collect();
    let by = if given.is_empty() { all() } else { given };
    let mut tables: Vec<String> = by
        .iter()
        .map(|&by| spec::coverage(plan, &spec, by))
        .collect();
    tables.push(spec::needs(plan));
    tables.push(spec::errors(&spec));
    print(tables.join("\n").as_bytes())?;
    Ok(EXIT_GOOD)
}
