//! `repro`: a check's script as a C program, or as the suite's ELF with that check alone.

use std::io::IsTerminal;

use super::list::selection;
use crate::cli;
use crate::error::{EXIT_GOOD, Error, Result};
use crate::plan::Plan;
use crate::prepare::elf_of_check;
use crate::report::{print, print_bytes};
use crate::repro;
use crate::resources::Resources;

/// The most titles in the message about words that several checks have.
const TITLES_MAX: usize = 5;

/// Prints the program of the only check selected; the exit code.
pub(super) fn main(args: &cli::Repro) -> Result<u8> {
    let processor = args.select.arch.arch.into();
    let (plan, spec) = (Plan::of_processor(processor), Resources::find().spec()?);
    let selected = selection(&args.select).some_of(&plan, &spec)?;
    let [check] = selected[..] else {
        let titles = selected.iter().take(TITLES_MAX);
        let titles: Vec<String> = titles
            .map(|&check| format!("{:?}", plan.checks[check].title))
            .collect();
        return Err(Error::usage(format!(
            "{} checks are about that; give the title of one: {}{}",
            selected.len(),
            titles.join(", "),
            if selected.len() > TITLES_MAX {
                " .."
            } else {
                ""
            }
        )));
    };
    if args.elf {
        if std::io::stdout().is_terminal() {
            return Err(Error::usage(
                "an ELF is no text for a terminal; redirect it to a file",
            ));
        }
        print_bytes(&elf_of_check(&Resources::find(), &plan, processor, check)?)?;
        return Ok(EXIT_GOOD);
    }
    print(repro::program(&plan, &spec, check)?.as_bytes())?;
    Ok(EXIT_GOOD)
}
