//! `init`: writes the file of a target to begin with.

use std::fs::OpenOptions;
use std::io::Write;

use packer::abi::Processor;

use crate::cli::{self, Template};
use crate::error::{EXIT_GOOD, Error, Result};
use crate::report::print;

/// The emulator in the templates.
const EMULATOR: &str = "qemu-system-x86_64";

/// Writes the file from a template; the exit code.
pub(super) fn main(args: &cli::Init) -> Result<u8> {
    let out = &args.out;
    let file = OpenOptions::new().write(true).create_new(true).open(out);
    let mut file = file.map_err(|error| Error::file(out, &error))?;
    file.write_all(text_of(args.template, args.arch.arch.into()).as_bytes())
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

/// The text of a template for a processor.
fn text_of(kind: Template, processor: Processor) -> String {
    let text = template(kind);
    let (emulator, machine, package) = match processor {
        Processor::X86_64 => return text.to_string(),
        // The machine's default processor has 32 bits.
        Processor::Aarch64 => (
            "qemu-system-aarch64",
            "-machine virt -cpu cortex-a72",
            "qemu-system-arm",
        ),
        Processor::Riscv64 => (
            "qemu-system-riscv64",
            "-machine virt",
            "qemu-system-misc opensbi",
        ),
    };
    let words = [emulator, machine].join(" ").replace(' ', "\", \"");
    let arch = format!("arch = \"{}\"\n", processor.name());
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let line = match line.trim_start().starts_with("program =") {
            true => line.replace(EMULATOR, emulator),
            false => line
                .replace(&format!("\"{EMULATOR}\""), &format!("\"{words}\""))
                .replace(&format!("{EMULATOR} "), &format!("{emulator} {machine} ")),
        };
        let line = line
            .replace(
                "apt-get install qemu-system-x86",
                &format!("apt-get install {package}"),
            )
            .replace("[\"kvm\", \"tcg\"]", "[\"tcg\"]");
        let is_about = line.starts_with("about =");
        lines.push(line);
        if is_about {
            lines.push(arch.clone());
        }
    }
    lines.concat()
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
