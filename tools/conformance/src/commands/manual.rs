//! `completions` and `man`: what an installed tool gives to shells and to `man`.

use std::fs;
use std::path::Path;

use crate::cli;
use crate::error::{EXIT_GOOD, Error, Result};
use crate::report::print;

/// Prints the completions for a shell; the exit code.
pub(super) fn completions(args: &cli::Completions) -> Result<u8> {
    let mut text = Vec::new();
    let mut line = cli::command_line();
    clap_complete::generate(args.shell, &mut line, "conformance", &mut text);
    print(&text)?;
    Ok(EXIT_GOOD)
}

/// Writes a man page for the tool and for each command; the exit code.
pub(super) fn man(args: &cli::Man) -> Result<u8> {
    fs::create_dir_all(&args.out).map_err(|error| Error::file(&args.out, &error))?;
    let mut line = cli::command_line().disable_help_subcommand(true);
    line.build();
    pages(&args.out, &line, "conformance")?;
    Ok(EXIT_GOOD)
}

/// Writes the page of a command and those of the commands below it.
fn pages(folder: &Path, command: &clap::Command, name: &str) -> Result<()> {
    let page = clap_mangen::Man::new(command.clone()).title(name.to_uppercase());
    let mut text = Vec::new();
    let path = folder.join(format!("{name}.1"));
    let written = page
        .render(&mut text)
        .and_then(|()| fs::write(&path, &text));
    written.map_err(|error| Error::file(&path, &error))?;
    for below in command.get_subcommands() {
        pages(folder, below, &format!("{name}-{}", below.get_name()))?;
    }
    Ok(())
}
