//! The examples of each command's help. A test reads each of them as arguments.

/// The effect of an example, and its arguments.
type Example = (&'static str, &'static str);
/// The examples of a command by its name.
type Examples = (&'static str, &'static [Example]);

/// In the order in which the help lists the commands.
const EXAMPLES: &[Examples] = &[
    (
        "run",
        &[
            ("the main job, on this Linux", "run"),
            (
                "your own kernel, with a page to look at",
                "run kernel.toml --report html=page.html",
            ),
            ("all suites on this Linux, in one report", "run --suite all"),
        ],
    ),
    (
        "gate",
        &[
            (
                "your kernel's merge requests",
                "gate kernel.toml --log console.log",
            ),
            (
                "another build of the kernel, two boots at once",
                "gate kernel.toml --kernel build/kernel.elf --jobs 2",
            ),
        ],
    ),
    (
        "init",
        &[
            ("a kernel in QEMU", "init"),
            ("one for riscv64", "init --arch riscv64"),
            (
                "a board with a serial console",
                "init board --out board.toml",
            ),
        ],
    ),
    ("targets", &[("the built-in targets", "targets")]),
    (
        "elf",
        &[
            ("the suite as a file", "elf --out posix-conformance"),
            (
                "for another processor",
                "elf --out suite.elf --arch riscv64",
            ),
            (
                "for loaders that take only a PIE",
                "elf --out suite.elf --pie",
            ),
        ],
    ),
    (
        "build",
        &[
            ("the ELF, its size, segments and suite id", "build"),
            (
                "for a kernel that saves no floating-point state",
                "build --freestanding",
            ),
        ],
    ),
    (
        "diff",
        &[(
            "a recorded console",
            "diff reference-outputs/linux.txt console.log",
        )],
    ),
    (
        "replay",
        &[(
            "what `gate kernel.toml --log console.log` recorded",
            "replay kernel.toml console.log",
        )],
    ),
    (
        "matrix",
        &[
            ("your kernel beside this Linux", "matrix kernel.toml linux"),
            (
                "Linux on several processors",
                "matrix linux linux-qemu-aarch64 linux-qemu-riscv64",
            ),
            (
                "passed checks by family",
                "matrix --families kernel.toml linux",
            ),
        ],
    ),
    (
        "bless",
        &[
            ("what would be written", "bless kernel.toml --dry-run"),
            ("the gaps of an older suite", "bless kernel.toml --migrate"),
            (
                "the first known gaps",
                "bless kernel.toml --reason \"no sockets yet\"",
            ),
        ],
    ),
    (
        "list",
        &[(
            "checks of dup2 that POSIX requires",
            "list dup2 --level shall",
        )],
    ),
    ("explain", &[("one check", "explain \"dup2: target -1\"")]),
    (
        "repro",
        &[(
            "a C program that fails where the check fails",
            "repro \"dup2: target -1\"",
        )],
    ),
    (
        "spec",
        &[
            ("the coverage by family", "spec"),
            ("plan and tests-spec agree", "spec --check"),
        ],
    ),
    (
        "bench",
        &[
            ("the bare ELF on this Linux", "bench"),
            ("the phases of a target", "bench microkernel --runs 5"),
        ],
    ),
    (
        "faults",
        &[
            ("the bugs of one system call", "faults list --syscalls dup2"),
            (
                "the suite on a Linux with one bug",
                "faults run pipe-close-leaks",
            ),
            ("the share of bugs that the suite finds", "faults score"),
            ("the calls that its red checks accuse", "faults justice"),
        ],
    ),
    #[cfg(feature = "manual")]
    (
        "completions",
        &[("for the bash that runs", "completions bash")],
    ),
    #[cfg(feature = "manual")]
    ("man", &[("a folder in MANPATH", "man --out man1")]),
];

/// The command line with the examples of each command before its other notes.
pub(super) fn added(mut line: clap::Command, tool: &str) -> clap::Command {
    for (name, examples) in EXAMPLES {
        line = line.mut_subcommand(name, |command| {
            // A command below it has those of the examples that are its own.
            let command = command.mut_subcommands(|below| {
                let own = format!("{name} {}", below.get_name());
                with(below, tool, examples, &own)
            });
            with(command, tool, examples, name)
        });
    }
    line
}

/// The command with the examples that begin with a text.
fn with(command: clap::Command, tool: &str, examples: &[Example], begin: &str) -> clap::Command {
    let own = examples.iter().filter(|(_, text)| text.starts_with(begin));
    let mut text = "Examples:\n".to_string();
    for (does, arguments) in own {
        text += &format!("  {tool} {arguments:<40}  {does}\n");
    }
    if let Some(notes) = command.get_after_help() {
        text += &format!("\n{notes}");
    }
    command.after_help(text)
}

#[cfg(test)]
mod tests {
    use super::EXAMPLES;
    use clap::CommandFactory;

    #[test]
    fn every_command_has_examples_and_takes_them() {
        for command in crate::cli::Cli::command().get_subcommands() {
            let name = command.get_name();
            let found = EXAMPLES.iter().find(|(of, _)| *of == name);
            let (_, examples) = found.unwrap_or_else(|| panic!("{name} has no example"));
            for below in command.get_subcommands() {
                let own = format!("{name} {}", below.get_name());
                let has = examples.iter().any(|(_, text)| text.starts_with(&own));
                assert!(has, "{own} has no example");
            }
            for (_, arguments) in *examples {
                let quoted = arguments.split('"').enumerate();
                let words = quoted.flat_map(|(number, part)| match number % 2 {
                    0 => part.split_whitespace().map(str::to_string).collect(),
                    _ => vec![part.to_string()],
                });
                let line: Vec<_> = ["conformance".to_string()]
                    .into_iter()
                    .chain(words)
                    .map(Into::into)
                    .collect();
                let parsed = crate::cli::parse(&line);
                assert!(parsed.is_ok(), "{arguments}: {parsed:?}");
                assert!(arguments.starts_with(name), "{arguments}");
            }
        }
    }
}
