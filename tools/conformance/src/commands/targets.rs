//! `targets`: the targets that the tool knows by name.

use crate::build;
use crate::error::{EXIT_GOOD, Result};
use crate::report::print;
use crate::resources::Resources;
use crate::target::{Target, require_packages};

/// The columns of a target's name.
const WIDTH: usize = 20;

/// Prints each target with what it is, and what is missing for it; the exit code.
pub(super) fn main() -> Result<u8> {
    let resources = Resources::find();
    let mut text = String::new();
    for name in resources.target_names()? {
        let target = resources.target(&name)?;
        text += &format!("{name:<WIDTH$}{}\n", target.about);
        for why in missing(&resources, &target) {
            text += &format!("{:<WIDTH$}missing: {why}\n", "");
        }
    }
    text += "\nThe path of a TOML file is a target too; `init` writes one to begin with.\n";
    print(text.as_bytes())?;
    Ok(EXIT_GOOD)
}

/// The requirements of a target that are missing: programs, a kernel, a compiler for its processor.
fn missing(resources: &Resources, target: &Target) -> Vec<String> {
    let programs = require_packages([target]);
    let kernel = match target.kernel_package {
        None => target.find_kernel(None).map(drop),
        Some(_) => Ok(()),
    };
    let compiler = match resources.repository {
        Some(_) => build::require_compiler(target.arch),
        None => Ok(()),
    };
    let begin = format!("target {}: ", target.name);
    let problems = [programs, kernel, compiler].into_iter();
    let problems = problems.filter_map(|problem| Some(problem.err()?.text));
    problems
        .map(|text| match text.split_once(" needs ") {
            Some((_, why)) => why.to_string(),
            None => text.strip_prefix(&begin).unwrap_or(&text).to_string(),
        })
        .collect()
}
