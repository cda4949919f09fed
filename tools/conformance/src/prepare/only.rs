//! The part of the plan that `--only` asks for.

use std::collections::BTreeSet;
use std::path::Path;

use packer::plan::control::{TRACE, WHOLE_SCRIPTS};
use packer::suites::Suite;

use super::{elf_to_run, read, suite_elf};
use crate::build::Shape;
use crate::control_block::{self, Block};
use crate::error::Result;
use crate::plan::Plan;
use crate::resources::Resources;
use crate::run::image::Elf;
use crate::spec::{Spec, selection};

/// The checks that a run is asked for, and those that it leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Only {
    /// The checks that are judged.
    pub asked: BTreeSet<usize>,
    /// The checks that neither are asked for nor come before one of these in its script.
    pub skip: BTreeSet<usize>,
}

impl Only {
    /// The part that these texts select; none where there is no text.
    ///
    /// # Errors
    /// A text selects no check: exit code 2.
    pub(super) fn of(plan: &Plan, spec: &Spec, texts: &[String]) -> Result<Option<Only>> {
        match texts.is_empty() {
            true => Ok(None),
            false => selection::only(plan, spec, texts).map(|asked| Some(Only::new(plan, asked))),
        }
    }

    /// The part with these checks: a check needs those before it in its script.
    fn new(plan: &Plan, asked: BTreeSet<usize>) -> Only {
        let needed = |&check: &usize| plan.first_of_script(check)..=check;
        let needed: BTreeSet<usize> = asked.iter().flat_map(needed).collect();
        let skip = (0..plan.checks.len()).filter(|check| !needed.contains(check));
        Only {
            skip: skip.collect(),
            asked,
        }
    }

    /// The control block that leaves out the rest.
    fn block(&self) -> Block {
        Block {
            flags: WHOLE_SCRIPTS,
            skip: self.skip.clone(),
            ..Block::default()
        }
    }
}

/// The ELF to run without a target: the one given or the core suite's own, with only the checks
/// that these texts select.
pub(crate) fn elf_with_only(
    resources: &Resources,
    given: Option<&Path>,
    suite: &Suite,
    texts: &[String],
) -> Result<Elf> {
    let elf = elf_to_run(resources, given, suite)?;
    match Only::of(&Plan::of(suite), &resources.spec()?, texts)? {
        None => Ok(elf),
        Some(only) => Elf::temp(&control_block::patched(&read(elf.path())?, &only.block())?),
    }
}

/// The suite's ELF with one check, which prints the result of each of its steps.
pub(crate) fn elf_of_check(resources: &Resources, plan: &Plan, check: usize) -> Result<Vec<u8>> {
    let elf = suite_elf(resources, Shape::Plain, &plan.suite)?;
    let mut block = Only::new(plan, [check].into()).block();
    block.flags |= TRACE;
    control_block::patched(&read(elf.path())?, &block)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_needs_those_before_it_in_its_script() {
        let plan = Plan::default();
        let later = |check: &usize| plan.first_of_script(*check) + 2 == *check;
        let check = (0..plan.checks.len()).find(later).expect("a third check");
        let only = Only::new(&plan, [check].into());
        let runs: Vec<usize> = (0..plan.checks.len())
            .filter(|other| !only.skip.contains(other))
            .collect();
        assert_eq!(runs, [check - 2, check - 1, check]);
        assert_eq!(only.asked, [check].into());
    }
}
