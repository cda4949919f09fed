//! `targets`: the targets that the tool knows by name.

use crate::error::{EXIT_GOOD, Result};
use crate::report::print;
use crate::resources::Resources;
use crate::target::require_packages;

/// Prints each target with what it is, and what is missing for it; the exit code.
pub(super) fn main() -> Result<u8> {
    let resources = Resources::find();
    let mut text = String::new();
    for name in resources.target_names()? {
        let target = resources.target(&name)?;
        text += &format!("{name:<14}{}\n", target.about);
        if let Err(missing) = require_packages([&target]) {
            let why = missing.text.split_once(" needs ");
            let why = why.map_or(missing.text.as_str(), |(_, why)| why);
            text += &format!("{:<14}missing: {why}\n", "");
        }
    }
    text += "\nThe path of a TOML file is a target too; `init` writes one to begin with.\n";
    print(text.as_bytes())?;
    Ok(EXIT_GOOD)
}
