//! The room that is left is counted as the packer packs.

use packer::plan::control::CHECKS_MAX;
use packer::suites::CORE;
use packer::{Room, Rooms, Tables};

#[test]
fn rooms_are_those_of_the_tables() {
    let tables = Tables::of(&CORE).unwrap_or_else(|error| panic!("{error}"));
    let rooms = Rooms::of(&CORE, 22_000, 70_000);
    assert_eq!(rooms.file.left(), CORE.limits.file - 22_000);
    assert_eq!(rooms.bss.left(), 0, "more than the limit");
    assert_eq!(rooms.calls.used, tables.layout.call_count);
    assert_eq!(rooms.values.used, tables.layout.value_count);
    let checks = Room {
        used: tables.checks,
        limit: CHECKS_MAX,
    };
    assert_eq!(rooms.checks, checks);
}

#[test]
fn rooms_are_printed_in_two_lines() {
    let room = |used, limit| Room { used, limit };
    let rooms = Rooms {
        file: room(22_000, 22_528),
        bss: room(40_000, 65_536),
        calls: room(88, 127),
        values: room(300, 255),
        checks: room(956, 1000),
    };
    assert_eq!(
        rooms.to_string(),
        "room left: 528 of 22528 bytes in the file, 25536 of 65536 of .bss, 44 of 1000 checks\n\
         room left: 39 of 127 calls of one byte, 0 of 255 values of one byte\n"
    );
}
