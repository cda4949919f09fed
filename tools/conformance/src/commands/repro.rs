//! `repro`: a check's script as a C program, or as the suite's ELF with that check alone.

use std::io::IsTerminal;

use super::list::selected;
use crate::cli;
use crate::error::{EXIT_GOOD, Error, Result};
use crate::prepare::elf_of_check;
use crate::report::{print, print_bytes};
use crate::repro;
use crate::resources::Resources;

/// The most titles in the message about words that several checks have.
const TITLES_MAX: usize = 5;

/// Prints the program of the only check selected; the exit code.
pub(super) fn main(args: &cli::Repro) -> Result<u8> {
    let spec = Resources::find().spec()?;
    let found = selected(&args.select, &spec)?;
    let all = found
        .iter()
        .flat_map(|(plan, checks)| checks.iter().map(move |&check| (plan, check)));
    let selected: Vec<_> = all.collect();
    let [(plan, check)] = selected[..] else {
        let titles = selected.iter().take(TITLES_MAX);
        let titles: Vec<String> = titles
            .map(|(plan, check)| format!("{:?}", plan.checks[*check].title))
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
        print_bytes(&elf_of_check(&Resources::find(), plan, check)?)?;
        return Ok(EXIT_GOOD);
    }
    print(repro::program(plan, &spec, check)?.as_bytes())?;
    Ok(EXIT_GOOD)
}
