//! `init`: writes the file of a target to begin with.

use std::fs::OpenOptions;
use std::io::Write;

use crate::cli::{self, Template};
use crate::error::{EXIT_GOOD, Error, Result};
use crate::report::print;

/// Writes the file from a template; the exit code.
pub(super) fn main(args: &cli::Init) -> Result<u8> {
    let out = &args.out;
    let file = OpenOptions::new().write(true).create_new(true).open(out);
    let mut file = file.map_err(|error| Error::file(out, &error))?;
    file.write_all(template(args.template).as_bytes())
        .map_err(|error| Error::file(out, &error))?;
    let (tool, path) = (cli::tool_name(), out.display());
    // A word without a `/` or this ending would be the name of a target.
    let text = format!(
        "{path}: written; its comments say what to change. Then:\n  \
         {tool} run {path}\n  {tool} bless {path}\n  {tool} gate {path}\n"
    );
    print(text.as_bytes())?;
    Ok(EXIT_GOOD)
}

fn template(template: Template) -> &'static str {
    match template {
        Template::Qemu => include_str!("../../templates/qemu.toml"),
        Template::Image => include_str!("../../templates/image.toml"),
        Template::Unikernel => include_str!("../../templates/unikernel.toml"),
        Template::Board => include_str!("../../templates/board.toml"),
        Template::Sandbox => include_str!("../../templates/sandbox.toml"),
    }
}
