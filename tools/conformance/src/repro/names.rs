//! The names that a C program may use: places of the arena, and constants of the C headers.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

use packer::abi::errno::ALL;
use packer::abi::files::FILES;
use packer::abi::flags::FLAGS;
use packer::abi::processes::PROCESSES;
use packer::abi::{Constant, Processor, aarch64, riscv64, x86_64};
use packer::plan::arena as place;
use packer::plan::{Place, Value};

use crate::plan::{Plan, script};

/// The places that the same part of every program uses.
const OWN_PLACES: [(&str, Place); 13] = [
    ("BUF", place::BUF),
    ("BUF2", place::BUF2),
    ("CAUGHT", place::CAUGHT),
    ("CAUGHT_INFO", place::CAUGHT_INFO),
    ("CAUGHT_MASK", place::CAUGHT_MASK),
    ("CAUGHT_ORDER", place::CAUGHT_ORDER),
    ("CAUGHT_RESULT", place::CAUGHT_RESULT),
    ("CAUGHT_SIGNO", place::CAUGHT_SIGNO),
    ("CAUGHT_STACK", place::CAUGHT_STACK),
    ("SELF", place::SELF),
    ("TID", place::TID),
    ("WORD", place::WORD),
    ("WORD2", place::WORD2),
];
/// Headers whose types are also in other headers of a C library, and what to include instead.
const REPLACED: [(&str, &str); 4] = [
    ("asm/signal.h", "signal.h"),
    ("asm/siginfo.h", "signal.h"),
    ("asm/resource.h", "sys/resource.h"),
    ("linux/in.h", "netinet/in.h"),
];
/// Headers that are not included: their constants are written as numbers.
const NOT_INCLUDED: [&str; 8] = [
    "sys/user.h",
    "asm/fcntl.h",
    "asm/stat.h",
    "linux/resource.h",
    "linux/sched.h",
    "linux/signal.h",
    "linux/stat.h",
    "linux/wait.h",
];
/// Constants that the replacing header does not have.
const UNKNOWN: [&str; 1] = ["SA_RESTORER"];

/// The constants of a processor alone.
fn facts(processor: Processor) -> &'static [Constant] {
    match processor {
        Processor::X86_64 => x86_64::FACTS,
        Processor::Aarch64 => aarch64::FACTS,
        Processor::Riscv64 => riscv64::FACTS,
    }
}

/// The names used so far.
pub(super) struct Names {
    /// Every place that a row names alone, with its offset.
    known: HashMap<String, i16>,
    used: BTreeMap<String, i16>,
    /// The constants of C headers: name to header and value.
    constants: HashMap<&'static str, (&'static str, i64)>,
    headers: BTreeSet<&'static str>,
}

impl Names {
    pub(super) fn new(plan: &Plan) -> Names {
        let mut known = HashMap::new();
        for row in plan.suite.groups().flat_map(|group| group.rows()) {
            for (value, written) in row.args.iter().zip(script::split(row.written.args)) {
                let (Value::Address(place) | Value::Held(place)) = *value else {
                    continue;
                };
                let name = written.trim_start_matches(['&', '*', ' ']);
                if name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                {
                    known.insert(name.to_string(), place.offset);
                }
            }
        }
        let is_name =
            |text: &str| !text.contains(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let own = facts(plan.suite.processor);
        let further = FILES.iter().chain(PROCESSES);
        let constants = FLAGS.iter().chain(further).chain(own).filter(|constant| {
            is_name(constant.expression)
                && !NOT_INCLUDED.contains(&constant.header)
                && !UNKNOWN.contains(&constant.expression)
        });
        let header = |name: &'static str| {
            let replaced = REPLACED.iter().find(|(from, _)| *from == name);
            replaced.map_or(name, |(_, to)| *to)
        };
        Names {
            known,
            used: BTreeMap::new(),
            constants: constants
                .map(|constant| {
                    (
                        constant.expression,
                        (header(constant.header), constant.value),
                    )
                })
                .collect(),
            headers: ["asm/errno.h", "asm/unistd.h"].into(),
        }
    }

    /// The name of a place whose name is known, or its offset.
    pub(super) fn place(&mut self, name: &str, place: Place) -> String {
        if self.known.get(name) == Some(&place.offset) {
            self.used.insert(name.to_string(), place.offset);
            return name.to_string();
        }
        format!("0x{:x}", place.offset)
    }

    /// The address of a place, which is so many bytes after one of that name.
    pub(super) fn address(&mut self, name: &str, place: Place) -> String {
        let Some(&base) = self.known.get(name) else {
            return format!("AT(0x{:x})", place.offset);
        };
        self.used.insert(name.to_string(), base);
        match place.offset - base {
            0 => format!("AT({name})"),
            more if more > 0 => format!("AT({name}) + {more}"),
            less => format!("AT({name}) - {}", -less),
        }
    }

    /// A number: as it is written where C has all its names, with the same value.
    pub(super) fn number(&mut self, number: i64, written: &str) -> String {
        let words: Vec<&str> = written
            .split([' ', '|'])
            .filter(|word| !word.is_empty())
            .collect();
        let known: Option<Vec<_>> = words.iter().map(|word| self.constants.get(word)).collect();
        if let Some(known) = known
            && !known.is_empty()
            && known.iter().fold(0, |all, (_, value)| all | value) == number
        {
            self.headers.extend(known.iter().map(|(header, _)| *header));
            return format!("(long)({written})");
        }
        let text = match number {
            i64::MIN => "(-9223372036854775807L - 1)".to_string(),
            _ if i32::try_from(number).is_ok() => number.to_string(),
            _ => format!("{number}L"),
        };
        let plain = written
            .trim_start_matches('-')
            .bytes()
            .all(|byte| byte.is_ascii_digit());
        if plain || written.is_empty() {
            text
        } else {
            format!("{text} /* {written} */")
        }
    }

    /// The headers of the constants used.
    pub(super) fn headers(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().copied()
    }

    /// The offsets of the places used, here and in the text that is the same everywhere.
    pub(super) fn places(&self, prelude: &str) -> String {
        let mut used = self.used.clone();
        for (name, place) in OWN_PLACES {
            if prelude.contains(&format!("AT({name})")) {
                used.insert(name.to_string(), place.offset);
            }
        }
        let mut text = "/* The places in the arena. */\nenum {\n".to_string();
        for (name, offset) in &used {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "\t{name} = 0x{offset:x},");
        }
        text + "};\n\n"
    }
}

/// The function that names errors.
pub(super) fn error_names() -> String {
    let mut text = "static const char *error_name(long error)\n{\n\tswitch (error) {\n".to_string();
    for (errno, name) in ALL {
        let _ = writeln!(text, "\tcase {}: return \"{name}\";", errno.0);
    }
    text + "\t}\n\treturn 0;\n}\n\n"
}
