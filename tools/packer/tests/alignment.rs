//! Every pointer that a row gives to the kernel is aligned for its type, as C requires.

use packer::Tables;
use packer::decode::{Callee, Row, Value, decode};
use packer::suites;

/// The alignment of each pointer argument of a call, by the argument's place.
///
/// Bytes have none: the buffers of read(2) and write(2), paths, socket addresses, and
/// `struct epoll_event`, which is packed on x86-64.
const POINTERS: &[(&str, &[(usize, usize)])] = &[
    ("rt_sigaction", &[(1, 8), (2, 8)]),
    ("rt_sigprocmask", &[(1, 8), (2, 8)]),
    ("clock_gettime", &[(1, 8)]),
    ("clock_getres", &[(1, 8)]),
    ("nanosleep", &[(0, 8), (1, 8)]),
    ("timer_create", &[(1, 8), (2, 4)]),
    ("timer_settime", &[(2, 8), (3, 8)]),
    ("readv", &[(1, 8)]),
    ("writev", &[(1, 8)]),
    ("futex", &[(0, 4), (3, 8), (4, 4)]),
    ("fstat", &[(1, 8)]),
    ("prlimit64", &[(2, 8), (3, 8)]),
    ("sched_getaffinity", &[(2, 8)]),
    ("pipe2", &[(0, 4)]),
    ("poll", &[(0, 4)]),
    ("ppoll", &[(0, 4), (2, 8), (3, 8)]),
    ("select", &[(1, 8), (2, 8), (3, 8), (4, 8)]),
    ("pselect6", &[(1, 8), (2, 8), (3, 8), (4, 8), (5, 8)]),
    ("accept", &[(2, 4)]),
    ("getsockname", &[(2, 4)]),
    ("setsockopt", &[(3, 4)]),
    ("getsockopt", &[(3, 4), (4, 4)]),
    ("setitimer", &[(1, 8), (2, 8)]),
    ("wait4", &[(1, 4), (3, 8)]),
];

/// The cases that are about an address which is not aligned, or that need one: an object of 8 bytes
/// lies across the end of a page only there.
const MISALIGNED: [&str; 3] = [
    "misaligned",
    "old mask half unmapped",
    "second half of the set is unmapped",
];

/// The arguments of a row that are not aligned.
fn misaligned(row: &Row) -> Vec<usize> {
    let Callee::Syscall { name, .. } = &row.call else {
        return Vec::new();
    };
    let known = POINTERS.iter().find(|(call, _)| call == name);
    let pointers = known.map_or(&[][..], |(_, pointers)| pointers);
    let wrong = pointers.iter().filter(|&&(place, alignment)| {
        let address = match row.args[place] {
            // The arena begins a page, and the constants begin at a multiple of 8.
            Value::Address(offset) => i64::from(offset),
            Value::Data(offset) => offset as i64,
            // A number in a pointer's place is an address that is not mapped, or a count.
            Value::Int(_) | Value::Held(_) | Value::Entry(_) => 0,
        };
        address % alignment as i64 != 0
    });
    wrong.map(|&(place, _)| place).collect()
}

#[test]
fn pointers_are_aligned() {
    let mut found = String::new();
    for suite in suites::ALL {
        let tables = Tables::of(suite).expect("a plan");
        for group in decode(&tables).expect("the plan") {
            for (place, row) in group.rows.iter().enumerate() {
                let case = row.check.as_ref().map_or("", |(_, case)| case.as_str());
                let wrong = misaligned(row);
                if !wrong.is_empty() && !MISALIGNED.iter().any(|about| case.contains(about)) {
                    let (title, kind, row) = (&group.title, group.kind, &row.call);
                    let place = place + 1;
                    found +=
                        &format!("{title} {kind:?}, row {place}, {case:?}: {wrong:?} of {row:?}\n");
                }
            }
        }
    }
    assert!(found.is_empty(), "{found}");
}
