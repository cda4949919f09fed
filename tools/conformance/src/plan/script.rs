//! The script of a check as steps that a reader can follow: calls with symbolic arguments, and what
//! each must return.

use packer::abi::Errno;
use packer::plan::call::{Callee, FRESH, LATER, op};
use packer::plan::routine::Routine;
use packer::plan::{Row, Want};

use super::Plan;

/// One step of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// The call with its arguments, or a pseudo-call in words.
    pub call: String,
    /// The result that it must have; empty for a pseudo-call that has none.
    pub returns: String,
    /// The check that the step is, by its index in the plan.
    pub check: Option<usize>,
}

/// The steps of a check's script up to the check itself, in order.
pub(crate) fn of(plan: &Plan, check: usize) -> Vec<Step> {
    let mut checks = plan.first_of_script(check)..;
    let rows = plan.rows(check).iter().filter(|row| row.call != FRESH);
    let step = |row: &&'static Row| Step {
        call: call(row),
        returns: returns(row),
        check: row.name.and_then(|_| checks.next()),
    };
    rows.map(step).collect()
}

/// A row's call, and the result that it must have.
pub(crate) fn of_row(row: &Row) -> (String, String) {
    (call(row), returns(row))
}

/// A row's call.
fn call(row: &Row) -> String {
    let arguments = arguments(row.written.args);
    match row.call.callee {
        Callee::Tested(_) | Callee::Plumbing => {
            format!("{}({})", row.call.name, arguments.join(", "))
        }
        Callee::Op => {
            let text = filled(operation(row.call.number as u8, &arguments), &arguments);
            let quarters = arguments.get(1).and_then(|delay| delay.parse().ok());
            match quarters.filter(|&quarters: &u32| row.call == LATER && quarters > 0) {
                Some(quarters) => {
                    format!("{} ms later {text}", f64::from(quarters) / 4.0)
                }
                None => text,
            }
        }
        Callee::Routine => {
            let routine = Routine::ALL.get(usize::from(row.call.number));
            filled(routine.map_or("", |&routine| in_words(routine)), &arguments)
        }
    }
}

/// A pseudo-call in words, with `{N}` for its arguments.
fn operation(number: u8, arguments: &[String]) -> &'static str {
    match number {
        op::SAME => "the bytes of {0} that differ from {1}, of {2}",
        op::COUNT => "the bytes that are {1}, of {2} from {0} on",
        op::GET8 => "the 8-bit number at {0}",
        op::GET16 => "the 16-bit number at {0}",
        op::GET32 => "the 32-bit number at {0}",
        op::GET64 => "the 64-bit number at {0}",
        op::PUT8 => "store {1} at {0}, 8 bits",
        op::PUT16 => "store {1} at {0}, 16 bits",
        op::PUT32 => "store {1} at {0}, 32 bits",
        op::PUT64 => "store {1} at {0}, 64 bits",
        op::PAIR => "store {1} and {2} at {0}, 64 bits each",
        op::FILL => "fill {2} bytes from {0} on with {1}",
        op::MINUS => "{0} less {1}",
        op::AND => "the bits of {0} that are in {1}",
        op::AGAIN => "the steps above, {0} times; the rounds in which each succeeds",
        op::LATER if arguments.get(1).is_some_and(|delay| delay == "PROCESS") => {
            "a child process makes the next call:"
        }
        op::LATER => "second thread {0} makes the next call:",
        op::JOIN => "the result of second thread {0}, once it has ended",
        op::IN_HANDLER => "the signal handler makes the next call:",
        op::CATCH => "install a handler of {0} with flags {1} and mask {2}; 1 where it is reported",
        op::WATCH => "from here on a call that lasts is ended after about a second, and fails",
        op::CLOCK => "the microseconds since the last look at the clock",
        op::RETRY => "the next call, until it returns what it must, for a second at most:",
        op::CHILD if arguments.first().is_some_and(|flags| flags == "BY_FORK") => {
            "start a child process by fork, which runs the steps up to its end:"
        }
        op::CHILD if arguments.first().is_some_and(|flags| flags != "0") => {
            "start a child process with {0}, which runs the steps up to its end:"
        }
        op::CHILD => "start a child process, which runs the steps up to its end:",
        op::PARENT => "the end of the child process",
        op::REAP => {
            "the first step of child {0} that failed, or 0; 256 and more: a signal ended it"
        }
        op::FOLDER => "go to an empty folder",
        op::BIT => "the word in which only bit {0} is set",
        _ => "",
    }
}

/// A routine in words, with `{N}` for its arguments.
fn in_words(routine: Routine) -> &'static str {
    match routine {
        Routine::IN_ORDER => "of 100 chunks written to {1}, those that {0} reads unchanged",
        Routine::FILL_UP => "write to {0} until it is full; the bytes",
        Routine::POLL_ONE => "the events of {0} that poll reports at once, asked for {1}",
        Routine::STATUS_FLAGS => "the access mode and the status flags of {0} that POSIX has",
        Routine::LOST => {
            "what calls have lost since the last look: registers (1), red zone (2), SSE or vector \
             registers (4), AVX (8), control words (16), carry flag (32), thread pointer (64)"
        }
        Routine::LOST_TO_SIGNAL => "the same for a signal that changes {0} at any instruction",
        Routine::ENTRIES => {
            "read the directory {0} with buffers of {1} bytes; a digit for the times of each name"
        }
        Routine::SPIN => "compute until the word at {0} is not 0; the word",
        Routine::SEGMENT_BYTES => "the byte at FS:{0}, plus 256 times the byte at GS:{0}",
        Routine::RAISE => {
            "raise exception {0}: execute {1} (0), undefined instruction (1), breakpoint (2), \
             store below {1} with the stack pointer there (3), divide by 0 (4)"
        }
    }
}

/// A text whose `{N}` are replaced by the arguments.
fn filled(text: &str, arguments: &[String]) -> String {
    let mut filled = text.to_string();
    for (place, argument) in arguments.iter().enumerate() {
        filled = filled.replace(&format!("{{{place}}}"), argument);
    }
    filled
}

/// The result that a row must have.
fn returns(row: &Row) -> String {
    let name = |errno: Errno| errno.name().unwrap_or("?");
    let wanted = || wanted(row);
    match row.want {
        Want::Done() if row.call.is_syscall() => "no error".to_string(),
        Want::Done() => String::new(),
        Want::Is(_) => wanted(),
        Want::Err(errno) => name(errno).to_string(),
        Want::Either(one, other) => format!("{} or {}", name(one), name(other)),
        Want::Keep(_) => format!("no error; it is kept as {}", wanted().to_lowercase()),
        Want::AtLeast(_) => format!("at least {}", wanted()),
        Want::AtMost(_) => format!("at most {}", wanted()),
    }
}

/// The value that a row's result is compared with, as it is written; or the place where it is kept.
pub(super) fn wanted(row: &Row) -> String {
    arguments(row.written.want).concat()
}

/// The arguments of a row as they are written, with the names of places in small letters: `&FDS` is
/// `&fds`, and `*RD` is `rd`. Constant bytes are without their brackets.
fn arguments(written: &str) -> Vec<String> {
    split(written).into_iter().map(argument).collect()
}

fn argument(written: &str) -> String {
    if let Some(bytes) = written
        .strip_prefix('[')
        .and_then(|end| end.strip_suffix(']'))
    {
        let bytes = bytes.trim_start_matches(['*', ' ']).trim_start_matches('b');
        let quoted = bytes.starts_with('"');
        return if quoted {
            bytes.to_string()
        } else {
            format!("&{bytes}")
        };
    }
    if let Some(function) = written.strip_prefix('@') {
        return function.trim().to_lowercase();
    }
    match written.strip_prefix('*') {
        Some(place) => place.trim().to_lowercase(),
        None => match written.strip_prefix('&') {
            Some(rest) => {
                let rest = rest.trim();
                let end = rest.find([' ', '+', '-']).unwrap_or(rest.len());
                format!("&{}{}", rest[..end].to_lowercase(), &rest[end..])
            }
            None => written.to_string(),
        },
    }
}

/// The arguments between commas that are in no brackets.
pub(crate) fn split(written: &str) -> Vec<&str> {
    let (mut depth, mut begin, mut quoted) = (0usize, 0, false);
    let mut parts = Vec::new();
    for (at, letter) in written.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(written[begin..at].trim());
                begin = at + 1;
            }
            _ => {}
        }
    }
    let last = written[begin..].trim();
    parts.extend((!last.is_empty()).then_some(last));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_as_a_reader_writes_them() {
        let written = "*RD, &BUF + 8, [*b\"a, b\"], [itimerspec(1, 2)], O_CLOEXEC | 4, @Handler";
        let read = [
            "rd",
            "&buf + 8",
            "\"a, b\"",
            "&itimerspec(1, 2)",
            "O_CLOEXEC | 4",
            "handler",
        ];
        assert_eq!(arguments(written), read);
        assert!(arguments("").is_empty());
    }

    #[test]
    fn script_ends_with_its_check_and_every_pseudo_call_has_words() {
        let plan = Plan::default();
        for check in &plan.checks {
            let steps = of(&plan, check.index);
            let last = steps.last().expect("a step");
            assert_eq!(last.check, Some(check.index), "{}", check.title);
            for step in &steps {
                assert!(!step.call.is_empty(), "{}", check.title);
                assert!(!step.call.contains('{'), "{}: {}", check.title, step.call);
            }
        }
        let steps = of(
            &plan,
            plan.find("pipe2: opens two descriptors").expect("it").index,
        );
        assert_eq!(steps[0].call, "pipe2(&fds, 0)");
        assert_eq!(steps[0].returns, "0");
    }
}
