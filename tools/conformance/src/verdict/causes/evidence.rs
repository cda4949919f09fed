//! The objects that the result of a red check refers to.
//!
//! Some errors speak of an argument that another call gave: EBADF of a descriptor, ESRCH of an id.
//! Some numbers do, too: a descriptor's number of those that are open, a count of bytes that were
//! read of those that were written.

use packer::abi::errno::EFAULT;
use packer::log::Word;
use packer::plan::arena::SELF;
use packer::plan::call::{
    ACCEPT, BRK, CLOCK, CLOCK_GETTIME, CLONE, CLOSE, CONNECT, COUNT, Call, EXIT, FORK, GET8, GET32,
    GETPID, GETTID, LATER, MINUS, MMAP, MPROTECT, MUNMAP, PRLIMIT64, READ, READV, REAP, SAME,
    SHUTDOWN, SOCKET, TGKILL, TIMER_CREATE, TIMER_SETTIME, WAIT4, WAITID, WRITE, WRITEV,
};
use packer::plan::routine::IN_ORDER;
use packer::plan::{Place, Row, Value, Want};

use super::suspects::{Part, Suspect, counts_descriptors, is_full, is_one_of, uses, wants_closed};
use crate::verdict::outcome::Got;

/// The share at which a suspect counts that the result speaks against.
const FAINT: f64 = 0.3;
/// The same where the result is one that hardly another call can have given.
const IMPLAUSIBLE: f64 = 0.03;
/// The first number of a descriptor that is higher than those that one script opens.
const FAR: u32 = 9;
/// The least status of a child that a signal ended.
const SIGNALLED: i64 = 256;
/// The result of a wait that the watchdog ended, and of memory that the kernel did not write.
const NOTHING: &str = Word::Nothing.text();
/// The calls that read bytes, and their results where nothing was written.
const READERS: [Call; 2] = [READ, READV];
const SHORT: [&str; 2] = [NOTHING, "EAGAIN"];

/// Weighs the suspects of a check that is about this call; `got` is the note of a red one.
pub(super) fn weigh(
    suspects: &mut Vec<Suspect>,
    own: &str,
    rows: &[&'static Row],
    got: Option<&Got>,
) {
    if let Some(reader) = reader(rows, got) {
        for suspect in suspects.iter_mut() {
            if is_one_of(suspect.call, &[WRITE, WRITEV]) {
                suspect.part = Part::Writer(reader);
            }
        }
    }
    let Some(got) = got else {
        return;
    };
    weigh_result(suspects, rows, got);
    // A check may compare the number that another call returns.
    let is_number = got.value.parse::<i64>().is_ok();
    if let Some(last) = rows.last().filter(|row| row.call.is_syscall())
        && last.call.name != own
        && is_number
        && got.from.is_none()
        && !got.not_asked
    {
        for suspect in suspects.iter_mut() {
            if suspect.call == last.call.name {
                suspect.part = Part::Giver;
            }
        }
    }
    if accepts_an_address(rows, got) {
        suspects.retain(|suspect| suspect.call == own || maps(suspect.call));
    }
}

/// Weighs the suspects by the result of the call that failed.
fn weigh_result(suspects: &mut [Suspect], rows: &[&'static Row], got: &Got) {
    let own = rows.last().filter(|row| row.call.is_syscall());
    let failed = match &got.from {
        Some(from) => Some(from.as_str()),
        None if got.not_asked => None,
        None => own.map(|row| row.call.name),
    };
    let named = [
        failed.filter(|_| got.from.is_some()),
        mapper(rows, got),
        waited(rows, got).then_some(WAIT4.name),
    ];
    for suspect in suspects.iter_mut() {
        suspect.named |= named.contains(&Some(suspect.call));
    }
    let is_number = got.value.parse::<i64>().is_ok();
    let last = |is: &dyn Fn(&Row) -> bool| is_number && rows.last().is_some_and(|row| is(row));
    // A call that is to refuse its arguments, and does not, or for another reason, is wrong itself.
    let refuses = |row: &&Row| matches!(row.want, Want::Err(_) | Want::Either(..));
    let is_wrong_itself =
        got.from.is_none() && own.is_some_and(refuses) && (is_number || is_full(&got.value));
    if got.is(Word::ThreadLasts) {
        of_thread(suspects, rows);
    } else if last(&|row| wants_closed(row) || is_far_number(row, &got.value)) {
        // A descriptor is still open.
        mark(suspects, IMPLAUSIBLE, &|call| giver(call == CLOSE.name));
    } else if let Some(maker) = maker(rows, got) {
        mark(suspects, IMPLAUSIBLE, &|call| giver(call == maker));
    } else if last(&|row| row.call == CLOCK) {
        mark(suspects, FAINT, &|call| giver(call == CLOCK_GETTIME.name));
    } else if reaped(rows, got) {
        mark(suspects, FAINT, &|call| giver(call == WAIT4.name));
    } else if let Some(keeper) = keeper(rows).filter(|_| last(&|row| !row.call.is_syscall())) {
        mark(suspects, FAINT, &|call| giver(call == keeper));
    } else if let Some(failed) = failed
        && !is_wrong_itself
    {
        let weight = match is_full(&got.value) {
            true => IMPLAUSIBLE,
            false => FAINT,
        };
        mark(suspects, weight, &|call| match call == failed {
            true => None,
            false => given(call, failed, &got.value, rows),
        });
    }
}

/// Sets the parts of the suspects; where one has a part the others count less.
fn mark(suspects: &mut [Suspect], weight: f64, part: &dyn Fn(&str) -> Option<Part>) {
    if suspects.iter().all(|suspect| part(suspect.call).is_none()) {
        return;
    }
    for suspect in suspects {
        match part(suspect.call) {
            Some(part) => suspect.part = part,
            None => suspect.weight = weight,
        }
    }
}

/// Marks the suspects of which a step explains the result.
pub(super) fn mark_sources(suspects: &mut [Suspect], sources: &[&'static str]) {
    mark(suspects, IMPLAUSIBLE, &|call| {
        giver(sources.contains(&call))
    });
}

fn giver(is_giver: bool) -> Option<Part> {
    is_giver.then_some(Part::Giver)
}

/// Weighs the suspects where a thread does not end: it hangs in the call that it was to make, exit
/// does not end it, or it is one of an earlier script that tgkill did not end.
fn of_thread(suspects: &mut [Suspect], rows: &[&'static Row]) {
    let deferred = |call: &str| {
        let mut pairs = rows.windows(2);
        pairs.any(|pair| pair[0].call == LATER && pair[1].call.name == call)
    };
    mark(suspects, FAINT, &|call| {
        giver(deferred(call) || is_one_of(call, &[TGKILL, GETPID, EXIT]))
    });
}

/// The part of a call that gave an argument of the call that failed, if its error speaks of that.
fn given(call: &str, failed: &str, error: &str, rows: &[&'static Row]) -> Option<Part> {
    let makes_descriptor = || {
        let mut made = rows.iter().filter(|row| row.call.makes_descriptor());
        call == CLOSE.name || made.any(|row| row.call.name == call)
    };
    match error {
        "EBADF" | "ENOTSOCK" => giver(takes_descriptor(failed, rows) && makes_descriptor()),
        "ENOTCONN" => giver(is_one_of(call, &[CONNECT, ACCEPT])),
        "EOPNOTSUPP" => giver(call == SOCKET.name),
        "EMFILE" | "ENFILE" => giver(is_one_of(call, &[CLOSE, PRLIMIT64])),
        "ENOMEM" => giver(call == PRLIMIT64.name),
        "EFAULT" => giver(maps(call)),
        "EPIPE" => giver(call == SHUTDOWN.name),
        // The signal that was to end the wait did not come.
        NOTHING if call == TIMER_CREATE.name => Some(Part::Maker),
        NOTHING => giver(call == TIMER_SETTIME.name),
        "ESRCH" => giver(is_one_of(call, &[GETPID, GETTID, CLONE])),
        "ECHILD" => giver(is_one_of(call, &[CLONE, FORK, WAIT4, WAITID])),
        "EINVAL" => giver(failed.starts_with("timer_") && call == TIMER_CREATE.name),
        _ if is_far_descriptor(failed, error, rows) => giver(call == CLOSE.name),
        // A signal went to another process or thread.
        _ if rows.iter().any(|row| uses(row, SELF)) => giver(is_one_of(call, &[GETPID, GETTID])),
        // The lowest free descriptor depends on those that the script has made before.
        _ if is_descriptor(failed, error, rows) && makes_descriptor() => match call == CLOSE.name {
            true => Some(Part::Giver),
            false => Some(Part::Maker),
        },
        _ => None,
    }
}

/// True for a call that changes what is mapped.
fn maps(call: &str) -> bool {
    is_one_of(call, &[MMAP, MUNMAP, MPROTECT, BRK])
}

/// True where the call was to refuse an address and did not: only a mapping explains that.
fn accepts_an_address(rows: &[&'static Row], got: &Got) -> bool {
    let refuses = rows.last().is_some_and(|row| row.want == Want::Err(EFAULT));
    refuses && got.from.is_none() && got.value.parse::<i64>().is_ok()
}

/// True where the call that failed takes a descriptor that another call made.
fn takes_descriptor(failed: &str, rows: &[&'static Row]) -> bool {
    let held = |value: &Value| matches!(value, Value::Held(place) if place.width == 4);
    let mut calls = rows.iter().filter(|row| row.call.name == failed);
    calls.any(|row| row.args.iter().any(held))
}

/// True where the call that failed made a descriptor with another number than it must have.
fn is_descriptor(failed: &str, number: &str, rows: &[&'static Row]) -> bool {
    let makes = |row: &Row| row.call.name == failed && row.call.makes_descriptor();
    number.parse::<u32>().is_ok_and(|number| number > 2) && rows.iter().any(|row| makes(row))
}

/// True for a number that no script reaches by itself: descriptors of earlier scripts are open.
fn is_far(number: &str) -> bool {
    number.parse::<u32>().is_ok_and(|number| number >= FAR)
}

fn is_far_descriptor(failed: &str, number: &str, rows: &[&'static Row]) -> bool {
    is_far(number) && is_descriptor(failed, number, rows)
}

/// True where a row that wants a descriptor by its number found such a number.
fn is_far_number(row: &Row, number: &str) -> bool {
    is_far(number) && counts_descriptors(row)
}

/// The call of which a check compares what it read, or its count; where the check is red, the call
/// that read less than it should, or something else.
fn reader(rows: &[&'static Row], got: Option<&Got>) -> Option<&'static str> {
    if let Some(got) = got {
        let is_short = got.value.parse::<i64>().is_ok() || SHORT.contains(&&*got.value);
        let named = |reader: &&Call| got.from.as_deref() == Some(reader.name);
        let read = READERS.iter().find(named);
        if !is_short || read.is_some() {
            return read.filter(|_| is_short).map(|read| read.name);
        }
    }
    let last = rows.last()?;
    let is_read = |row: &&&Row| READERS.contains(&row.call);
    let read = rows.iter().rev().find(is_read)?.call;
    let counts = matches!(last.want, Want::Is(Value::Int(number)) if number > 0);
    let compares = [SAME, COUNT, GET8, IN_ORDER].contains(&last.call);
    (compares || last.call == read && counts).then_some(read.name)
}

/// The call that made a descriptor whose number a step did not find as it must be.
fn maker(rows: &[&'static Row], got: &Got) -> Option<&'static str> {
    let made = kept_by(rows, got, &|row| match row.args {
        [Value::Address(place)] if row.call == GET32 => Some(*place),
        _ => None,
    })?;
    made.call.makes_descriptor().then_some(made.call.name)
}

/// The call that returned an address which a step did not find to be one.
fn mapper(rows: &[&'static Row], got: &Got) -> Option<&'static str> {
    let made = kept_by(rows, got, &|row| match row.args {
        [Value::Held(place), Value::Int(0)] if row.call == MINUS => Some(*place),
        _ => None,
    })?;
    made.call.is_syscall().then_some(made.call.name)
}

/// True where the wait for a child at the end of a script returned an error, which is no status.
fn waited(rows: &[&'static Row], got: &Got) -> bool {
    let is_error = got.value.starts_with('E') && got.from.is_none() && !got.not_asked;
    is_error && rows.last().is_some_and(|row| row.call == REAP)
}

/// True where a child ended in another way than it must, and no step of it went wrong: its status
/// is 0 or a signal.
fn reaped(rows: &[&'static Row], got: &Got) -> bool {
    let found = got.value.strip_prefix(Word::StepFound.text());
    let is_own = got.from.is_none() && !got.not_asked;
    let Some(status) = found.or(is_own.then_some(&*got.value)) else {
        return false;
    };
    let unmet = |row: &&&Row| {
        let is = |number: i64| status.parse() == Ok(number);
        row.call == REAP && matches!(row.want, Want::Is(Value::Int(wanted)) if !is(wanted))
    };
    let row = match is_own {
        true => rows.last().filter(unmet),
        false => rows.iter().find(unmet),
    };
    row.is_some()
        && status
            .parse::<i64>()
            .is_ok_and(|status| !(1..SIGNALLED).contains(&status))
}

/// The call that returned what a check compares its result with.
fn keeper(rows: &[&'static Row]) -> Option<&'static str> {
    let (last, before) = rows.split_last()?;
    let Want::Is(Value::Held(place)) = last.want else {
        return None;
    };
    let keeps = |row: &&&Row| matches!(row.want, Want::Keep(kept) if kept.offset == place.offset);
    let row = before.iter().rev().find(keeps)?;
    row.call.is_syscall().then_some(row.call.name)
}

/// The row that kept what a later step looked at and did not find as it must be.
fn kept_by(
    rows: &[&'static Row],
    got: &Got,
    looks_at: &dyn Fn(&Row) -> Option<Place>,
) -> Option<&'static Row> {
    let found = got.value.strip_prefix(Word::StepFound.text())?;
    let found = found.parse::<i64>().ok()?;
    let is_wrong = |row: &Row| match row.want {
        Want::Is(Value::Int(number)) => found != number,
        Want::AtLeast(Value::Int(number)) => found < number,
        _ => false,
    };
    let looked_at = |row: &Row| looks_at(row).filter(|_| is_wrong(row));
    let step = rows.iter().position(|row| looked_at(row).is_some())?;
    let place = looked_at(rows[step])?;
    let keeps = |row: &&&Row| matches!(row.want, Want::Keep(kept) if kept.offset == place.offset);
    rows[..step].iter().rev().find(keeps).copied()
}

/// True where a check looks at what its own call returned: a result, or the number of a
/// descriptor.
pub(super) fn is_direct(own: &str, rows: &[&'static Row]) -> bool {
    let direct = |row: &&Row| row.call.name == own || row.call == GET32 && counts_descriptors(row);
    rows.last().is_some_and(direct)
}
