//! A C program of one check's script: it needs no library, and builds with `cc` alone.
//!
//! The program has the arena of the ELF, so that a row's arguments stay what they are; names that a
//! C header defines are kept, and other values are numbers with their name in a comment.

mod children;
mod names;
mod operations;

use std::fmt::Write;

use packer::abi::Errno;
use packer::abi::numbers::x86_64 as numbers;
use packer::plan::call::{AGAIN, CHILD, Callee, FRESH, IN_HANDLER, LATER, RETRY};
use packer::plan::routine::Routine;
use packer::plan::{Entry, Row, Value, Want};

use self::names::Names;
use self::operations::{operation, routine, type_read};
use crate::error::{Error, Result};
use crate::plan::{Plan, Planned, script};
use crate::spec::Spec;

/// The part of every program that is the same.
const PRELUDE: &str = include_str!("prelude.c");

/// The end of every program.
const ENTRY: &str = include_str!("entry.c");

/// The number of times that a call is made again, a twentieth of a millisecond apart at least.
const TRIES: u32 = 20_000;
/// The end of the comment at the beginning, after the processor.
const HOW: &str = "; for a kernel without a C library with
 * -static -nostdlib as well. It prints each call with its result, and ends with 0 if the check
 * passes, with 1 if it does not.
 */
";

/// The program of a check, as C.
///
/// # Errors
/// C cannot say the script: exit code 2.
pub fn program(plan: &Plan, spec: &Spec, check: usize) -> Result<String> {
    let planned = &plan.checks[check];
    let rows: Vec<&Row> = (plan.rows(check).iter().copied())
        .filter(|row| row.call != FRESH)
        .collect();
    let refused = |why: &str| {
        Error::usage(format!(
            "{}: {why}; `explain` prints its script",
            planned.title
        ))
    };
    let (last, steps) = rows.split_last().expect("a check is a row");
    if steps.iter().any(|row| row.call == AGAIN) {
        return Err(refused("its script repeats steps before the check"));
    }
    let is_survival = |row: &&Row| {
        row.call.callee == Callee::Routine
            && matches!(
                Routine::ALL.get(usize::from(row.call.number)),
                Some(Routine::LOST | Routine::LOST_TO_SIGNAL)
            )
    };
    if rows.iter().any(is_survival) {
        return Err(refused(
            "C cannot look at every register at any instruction",
        ));
    }
    let mut names = Names::new(plan);
    let mut body = Body {
        text: String::new(),
        data: String::new(),
        names: &mut names,
        indent: "\t",
    };
    let script = script::of(plan, check);
    let is_again = last.call == AGAIN;
    let counted = if is_again { steps } else { &rows[..] };
    body.rows(counted, &script, planned);
    let mut main;
    if is_again {
        let rounds = &last.written.args;
        let Body { text, data, .. } = &mut body;
        let silent = text.clone();
        let quiet = silent_rounds(counted, &script, data, &mut Names::new(plan));
        let locals = "\tlong got UNUSED;\n\tint met UNUSED;\n";
        main = format!(
            "static int round_succeeds(void)\n{{\n{locals}{quiet}\treturn 1;\n}}\n\n\
             int main(void)\n{{\n{locals}\tlong rounds = 0;\n\n\tbegin();\n{silent}\
             \twhile (rounds < {rounds} && round_succeeds())\n\t\trounds++;\n\
             \tshow(\"the steps above again\", rounds, rounds == {rounds}, \"{rounds}\", 1);\n"
        );
    } else {
        main = format!(
            "int main(void)\n{{\n\tlong got UNUSED;\n\tint met UNUSED;\n\n\tbegin();\n{}",
            body.text
        );
    }
    main += "\tsay(failed ? \"WRONG\\n\" : \"right\\n\");\n";
    main += "\tquit(failed);\n\treturn failed;\n}\n";
    let data = std::mem::take(&mut body.data);
    Ok(assembled(&about(plan, spec, check), &names, &data, &main))
}

/// The comment at the beginning.
fn about(plan: &Plan, spec: &Spec, check: usize) -> String {
    let check = &plan.checks[check];
    let mut text = format!("/* {}\n *\n", check.title);
    if let Some(clause) = spec.clause(&check.title) {
        let _ = write!(
            text,
            " * {} ({})\n * {}\n *\n",
            clause.clause, clause.level, clause.why
        );
    }
    let processor = plan.suite.processor.name();
    let how = format!(" * Build it with cc -O1, for {processor}{HOW}");
    text.replace("*/", "* /") + &how
}

/// The whole text of a program.
fn assembled(about: &str, names: &Names, data: &str, main: &str) -> String {
    let headers: String = names
        .headers()
        .map(|header| format!("#include <{header}>\n"))
        .collect();
    let prelude = needed(&format!("{data}{main}"));
    let text = format!(
        "{about}#define _GNU_SOURCE\n{headers}\n{}{}{prelude}{data}{main}\n\
         {ENTRY}",
        names.places(&prelude),
        names::error_names(),
    );
    text.replace('\t', "    ")
}

/// The parts of the prelude that a text needs. A part begins with a line `/*@ NAMES */`; it is
/// needed where one of the names is in the text, or in a part after it that is needed.
fn needed(text: &str) -> String {
    let mut parts = PRELUDE.split("/*@ ");
    let first = parts.next().unwrap_or("");
    let mut needed = String::new();
    for part in parts.collect::<Vec<_>>().into_iter().rev() {
        let (names, code) = part.split_once(" */\n").unwrap_or(("", part));
        let is_used = |name: &str| {
            let calls = [
                name.to_string() + "(",
                format!("(long){name}"),
                name.to_string() + "[",
            ];
            calls
                .iter()
                .any(|call| text.contains(call) || needed.contains(call))
        };
        if names.split(' ').any(is_used) {
            needed.insert_str(0, code);
        }
    }
    first.to_string() + &needed
}

/// The statements of rows, and the constant bytes that they use.
struct Body<'n> {
    text: String,
    data: String,
    names: &'n mut Names,
    indent: &'static str,
}

/// The rows again as statements that print nothing.
fn silent_rounds(
    rows: &[&Row],
    script: &[script::Step],
    data: &mut String,
    names: &mut Names,
) -> String {
    let mut body = Body {
        text: String::new(),
        data: std::mem::take(data),
        names,
        indent: "\t",
    };
    let mut state = State::default();
    for (row, _) in rows.iter().zip(script) {
        if body.of_child(row, &mut state) {
            continue;
        }
        body.row(row, &mut state);
        if !state.pending() {
            body.text += "\tif (!met)\n\t\treturn 0;\n";
        }
        body.begin_child(row, &mut state);
    }
    *data = body.data;
    body.text
}

/// The changes that a pseudo-call makes to the row after it.
#[derive(Default)]
struct State {
    /// The maker of the next call: 0 and 1 are threads, 2 is the handler.
    deferred: Option<usize>,
    /// Set where the next call may be made again.
    retries: bool,
    /// The number of child processes around: 2 in a child of a child.
    depth: usize,
}

impl State {
    /// True directly after a pseudo-call about the next row.
    fn pending(&self) -> bool {
        self.deferred.is_some() || self.retries
    }
}

impl Body<'_> {
    fn rows(&mut self, rows: &[&Row], script: &[script::Step], check: &Planned) {
        let mut state = State::default();
        let makes = |row: &Row| row.call.is_syscall() && row.call.name == check.call;
        // A check on what its call did proves nothing where the call itself failed before.
        let looks = rows.last().is_some_and(|row| !makes(row));
        for (row, step) in rows.iter().zip(script) {
            if self.of_child(row, &mut state) {
                continue;
            }
            self.row(row, &mut state);
            if state.pending() {
                continue;
            }
            let own = i32::from(step.check == Some(check.index));
            let (call, returns) = (quoted(&step.call), quoted(&step.returns));
            let wanted = if step.returns.is_empty() {
                quoted("no error")
            } else {
                returns
            };
            // Another check of the script is no step that must succeed.
            let needed = matches!(row.want, Want::Keep(_)) || looks && makes(row);
            let other = own == 0 && step.check.is_some();
            let met = if other && !needed { "1" } else { "met" };
            if row.call == CHILD {
                self.text += "\tif (!in_child)\n\t";
            }
            let _ = writeln!(
                self.text,
                "{}show({call}, got, {met}, {wanted}, {own});",
                self.indent
            );
            self.begin_child(row, &mut state);
        }
        // The check is whether the process begins.
        for _ in 0..state.depth {
            self.text += "\tquit(0);\n\t}\n";
        }
    }

    /// The statements of one row: `got` and `met`.
    fn row(&mut self, row: &Row, state: &mut State) {
        let arguments: Vec<String> = self.arguments(row);
        let argument = |at: usize| {
            arguments
                .get(at)
                .cloned()
                .unwrap_or_else(|| "0".to_string())
        };
        if row.call == LATER {
            let who = usize::from(argument(0) != "0");
            state.deferred = Some(who);
            let _ = writeln!(self.text, "\tdeferred[{who}].quarters = {};", argument(1));
            return;
        }
        if row.call == IN_HANDLER {
            state.deferred = Some(2);
            return;
        }
        if row.call == RETRY {
            state.retries = true;
            return;
        }
        let call = match row.call.callee {
            Callee::Tested(_) | Callee::Plumbing => self.syscall(row, &arguments, state),
            Callee::Op => operation(row.call.number as u8, &arguments),
            Callee::Routine => routine(row.call.number, &arguments),
        };
        let met = self.met(row);
        let made = format!("got = {call};\n\t{met}");
        if std::mem::take(&mut state.retries) {
            let made = made.replace("\n\t", "\n\t\t");
            let _ = writeln!(
                self.text,
                "\tfor (long tries = {TRIES}; ; tries--) {{\n\t\t{made}\n\
                 \t\tif (met || !tries)\n\t\t\tbreak;\n\t\trest(50000);\n\t}}"
            );
        } else {
            let _ = writeln!(self.text, "\t{made}");
        }
        if let Want::Keep(place) = row.want {
            let kind = ["byte", "int", "long"][usize::from(place.width / 4).min(2)];
            let place = self.names.place(row.written.want.trim(), place);
            let _ = writeln!(self.text, "\tif (met)\n\t\tPUT({kind}, AT({place}), got);");
        }
    }

    fn syscall(&mut self, row: &Row, arguments: &[String], state: &mut State) -> String {
        let mut all = arguments.to_vec();
        all.resize(6, "0".to_string());
        let list = format!("__NR_{}, {}", row.call.name, all.join(", "));
        match state.deferred.take() {
            Some(2) => format!("(put_off(2, {list}), 0)"),
            Some(who) => format!("(put_off({who}, {list}), start({who}))"),
            None if row.call.number == numbers::CLOSE => {
                // The console must stay open.
                format!(
                    "{} <= 2UL ? -4095 : sc({list})",
                    format_args!("(big)({})", all[0])
                )
            }
            None => format!("sc({list})"),
        }
    }

    /// The statement that sets `met`.
    fn met(&mut self, row: &Row) -> String {
        let name = |errno: Errno| errno.name().map_or(errno.0.to_string(), str::to_string);
        let wanted = |body: &mut Self, value| body.value(value, row.written.want);
        let condition = match row.want {
            Want::Done() | Want::Keep(_) => "!is_error(got)".to_string(),
            Want::Is(value) => format!("got == {}", wanted(self, value)),
            Want::Err(errno) => format!("got == -{}", name(errno)),
            Want::Either(one, other) => format!("got == -{} || got == -{}", name(one), name(other)),
            Want::AtLeast(value) => format!("got >= {}", wanted(self, value)),
            Want::AtMost(value) => {
                format!("!is_error(got) && got <= {}", wanted(self, value))
            }
        };
        // A number of memory that the kernel did not write is none.
        match type_read(row) {
            Some(kind) if matches!(row.want, Want::AtLeast(_) | Want::AtMost(_)) => {
                format!("met = {condition} && got != UNWRITTEN({kind});")
            }
            _ => format!("met = {condition};"),
        }
    }

    fn arguments(&mut self, row: &Row) -> Vec<String> {
        let written = script::split(row.written.args);
        let values = row.args.iter().enumerate();
        values
            .map(|(at, &value)| self.value(value, written.get(at).copied().unwrap_or("")))
            .collect()
    }

    /// A value as an expression of type `long`.
    fn value(&mut self, value: Value, written: &str) -> String {
        match value {
            Value::Int(number) => self.names.number(number, written),
            Value::Address(place) => {
                let base = written.trim_start_matches(['&', ' ']);
                let end = base.find([' ', '+', '-']).unwrap_or(base.len());
                self.names.address(&base[..end], place)
            }
            Value::Held(place) => {
                let name = self
                    .names
                    .place(written.trim_start_matches(['*', ' ']), place);
                let kind = if place.width == 8 { "long" } else { "int" };
                format!("GET({kind}, AT({name}))")
            }
            Value::Data(bytes) => {
                let name = format!("data{}", self.data.matches("static").count());
                let list: Vec<String> = bytes.iter().map(|byte| format!("0x{byte:02x}")).collect();
                let _ = writeln!(
                    self.data,
                    "/* {} */\nstatic const byte {name}[] __attribute__((aligned(16))) = \
                     {{ {} }};\n",
                    written.replace("*/", "* /"),
                    list.join(", ")
                );
                format!("(long){name}")
            }
            Value::Entry(Entry::Handler) => "(long)handler".to_string(),
            Value::Entry(Entry::Restorer) => "(long)restorer".to_string(),
            Value::Entry(Entry::ReadOnly) => "(long)read_only".to_string(),
        }
    }
}

/// A text as a C string literal.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
