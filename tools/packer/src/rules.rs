//! The rules for rows: what the bytecode can express, and what the ELF can run.

use crate::abi::Errno;
use crate::plan::arena::ARENA_SIZE;
use crate::plan::bytecode::want;
use crate::plan::call::{Callee, THREADS, op};
use crate::plan::{Place, Row, Value, Want};

/// The fault of a row, if it has one; `next` is the row after it in the group.
pub fn fault(row: &Row, next: Option<&Row>) -> Option<String> {
    let (given, arity) = (row.args.len(), usize::from(row.call.arity));
    let arguments =
        (given != arity).then(|| format!("it has {given} arguments; its call takes {arity}"));
    let values = row.args.iter().copied().chain(wanted(row.want));
    arguments
        .or_else(|| values.filter_map(value_fault).next())
        .or_else(|| want_fault(row.want))
        .or_else(|| text_fault(row.name?))
        .or_else(|| op_fault(row, next))
}

/// The rows of child processes in a group: the depth of `CHILD()` .. `PARENT()`.
#[derive(Default)]
pub struct Children {
    depth: usize,
}

impl Children {
    /// The fault of the next row, which may be the last one of its group, if it has one.
    ///
    /// A child prints nothing and ends at the first row that fails: it has no check. It shares the
    /// script with its parent.
    pub fn fault(&mut self, row: &Row, last: bool) -> Option<String> {
        let op = match row.call.callee {
            Callee::Op => u8::try_from(row.call.number).ok(),
            _ => None,
        };
        let inside = self.depth > 0;
        match op {
            Some(op::CHILD) => self.depth += 1,
            Some(op::PARENT) if !inside => return Some("no CHILD() is before it".to_string()),
            Some(op::PARENT) => self.depth -= 1,
            Some(op::FRESH | op::AGAIN | op::FOLDER) if inside => {
                return Some("a child process cannot run it".to_string());
            }
            _ => {}
        }
        if inside && row.name.is_some() {
            return Some("a child process has no checks".to_string());
        }
        (last && self.depth > 0).then(|| "no PARENT() follows its CHILD()".to_string())
    }
}

/// The fault of a text, if it has one.
pub fn text_fault(text: &str) -> Option<String> {
    let letter = text.chars().find(|letter| !matches!(letter, ' '..='~'))?;
    Some(format!("{letter:?} is no printable ASCII character"))
}

/// The value that a want contains.
fn wanted(want: Want) -> Option<Value> {
    match want {
        Want::Is(value) | Want::AtLeast(value) | Want::AtMost(value) => Some(value),
        Want::Keep(place) => Some(Value::Held(place)),
        Want::Done() | Want::Err(_) | Want::Either(..) => None,
    }
}

fn value_fault(value: Value) -> Option<String> {
    let (place, size) = match value {
        Value::Address(place) => (place, 0),
        Value::Held(place) => (place, usize::from(place.width)),
        Value::Int(_) | Value::Data(_) | Value::Entry(_) => return None,
    };
    let Place { offset, width } = place;
    if !matches!(width, 4 | 8) {
        return Some(format!("a place has 4 or 8 bytes, not {width}"));
    }
    let inside = usize::try_from(offset).is_ok_and(|offset| offset + size <= ARENA_SIZE);
    (!inside).then(|| format!("the place at {offset} is outside the arena"))
}

fn want_fault(want: Want) -> Option<String> {
    let errnos = match want {
        Want::Err(errno) => [errno, errno],
        Want::Either(one, other) => [one, other],
        _ => return None,
    };
    let known = want::DONE + 1..want::EITHER;
    let strange = |errno: &Errno| !known.contains(&errno.0);
    let errno = errnos.into_iter().find(strange)?.0;
    Some(format!(
        "errno {errno} is not from 1 to {}",
        want::EITHER - 1
    ))
}

fn op_fault(row: &Row, next: Option<&Row>) -> Option<String> {
    if row.call.callee != Callee::Op {
        return None;
    }
    let thread = match row.args.first() {
        Some(Value::Int(thread)) => (0..THREADS).contains(thread),
        _ => false,
    };
    let syscall_next = next.is_some_and(|row| row.call.is_syscall());
    let fault = match u8::try_from(row.call.number).ok()? {
        op::END | op::GROUP | op::ABOUT => "only the packer writes this call".to_string(),
        // The ELF takes the second byte after it for the start of the script.
        op::FRESH if row.want != Want::Done() => "its want is not one byte".to_string(),
        op::LATER | op::JOIN if !thread => format!("its thread is not from 0 to {}", THREADS - 1),
        op::LATER | op::IN_HANDLER if !syscall_next => {
            "no system call follows that it could defer".to_string()
        }
        _ => return None,
    };
    Some(fault)
}
