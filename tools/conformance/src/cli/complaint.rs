//! The line that is printed for wrong arguments.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// The names of the commands that are known where the arguments went wrong.
pub(super) fn known_commands(tool: &clap::Command, args: &[OsString]) -> String {
    let within = args.get(1).and_then(|word| tool.find_subcommand(word));
    let within = within.filter(|command| command.has_subcommands());
    let commands = within.unwrap_or(tool).get_subcommands();
    let names: Vec<&str> = commands.map(clap::Command::get_name).collect();
    names.join(", ")
}

/// The line that says what is wrong with the arguments, without `error: ` in front, and what was
/// probably meant.
pub(super) fn complaint(error: &clap::Error, commands: &str) -> String {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return format!("a command is missing; there are {commands}; see --help");
    }
    let text = error.render().to_string();
    // The first paragraph is the message, in one line or a list under it.
    let lines = text
        .lines()
        .take_while(|line| !line.trim().is_empty())
        .map(str::trim);
    let mut line = lines.collect::<Vec<_>>().join(" ");
    for kind in [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ] {
        let known = match error.get(kind) {
            Some(ContextValue::String(known)) => known.clone(),
            Some(ContextValue::Strings(known)) if !known.is_empty() => known.join(" or "),
            _ => continue,
        };
        line += &format!("; did you mean {known}?");
    }
    match error.kind() {
        _ if line.contains("did you mean") => {}
        ErrorKind::InvalidSubcommand => line += &format!("; there are {commands}"),
        ErrorKind::UnknownArgument => line += "; --help lists them",
        _ => {}
    }
    match line.strip_prefix("error: ") {
        Some(reason) => reason.to_string(),
        None => line,
    }
}
