//! Pseudo-calls and routines as expressions of C.

use packer::plan::Row;
use packer::plan::call::{Callee, op};
use packer::plan::routine::Routine;

/// The type of the number that a pseudo-call reads from memory.
fn kind(number: u8) -> Option<&'static str> {
    match number {
        op::GET8 => Some("signed char"),
        op::GET16 => Some("short"),
        op::GET32 => Some("int"),
        op::GET64 => Some("long"),
        _ => None,
    }
}

/// The type of the number that a row reads from memory.
pub(super) fn type_read(row: &Row) -> Option<&'static str> {
    let is_op = row.call.callee == Callee::Op;
    kind(row.call.number as u8).filter(|_| is_op)
}

/// A pseudo-call as an expression.
pub(super) fn operation(number: u8, arguments: &[String]) -> String {
    let all = arguments.join(", ");
    let argument = |at: usize| arguments.get(at).map_or("0", String::as_str);
    let (first, second, third) = (argument(0), argument(1), argument(2));
    let get = |number| format!("GET({}, {first})", kind(number).unwrap_or("long"));
    let put = |kind: &str| format!("(PUT({kind}, {first}, {second}), 0)");
    match number {
        op::SAME => format!("differing({all})"),
        op::COUNT => format!("equal_to({all})"),
        op::GET8 | op::GET16 | op::GET32 | op::GET64 => get(number),
        op::PUT8 => put("byte"),
        op::PUT16 => put("short"),
        op::PUT32 => put("int"),
        op::PUT64 => put("long"),
        op::PAIR => {
            format!("(PUT(long, {first}, {second}), PUT(long, {first} + 8, {third}), 0)")
        }
        op::FILL => format!("(fill({all}), 0)"),
        op::MINUS => format!("(long)((big){first} - (big){second})"),
        op::AND => format!("({first} & {second})"),
        op::JOIN => format!("join((int){first})"),
        op::CATCH => format!("catch_signal({all})"),
        op::WATCH => "(watch(), 0)".to_string(),
        op::CLOCK => "microseconds()".to_string(),
        op::BIT => format!("(long)(1UL << ({first} & 63))"),
        op::CHILD => format!("start_child({first})"),
        op::REAP => format!("reap({first})"),
        op::FOLDER => "enter_folder()".to_string(),
        _ => "0".to_string(),
    }
}

/// A routine as an expression.
pub(super) fn routine(number: u16, arguments: &[String]) -> String {
    let all = arguments.join(", ");
    match Routine::ALL.get(usize::from(number)) {
        Some(Routine::IN_ORDER) => format!("in_order({all})"),
        Some(Routine::FILL_UP) => format!("fill_up({all})"),
        Some(Routine::POLL_ONE) => format!("poll_one({all})"),
        Some(Routine::STATUS_FLAGS) => format!("status_flags({all})"),
        Some(Routine::SEGMENT_BYTES) => format!("segment_bytes({all})"),
        Some(Routine::ENTRIES) => format!("entries({all})"),
        Some(Routine::SPIN) => format!("spin({all})"),
        Some(Routine::RAISE) => format!("raise_exception({all})"),
        _ => "0".to_string(),
    }
}
