//! Faults of kernels in which one system call always returns a constant.

use faults::{Class, EntryAct, Fault, Injection, Operand};
use packer::plan::call::Call;

/// The fault of a call that always returns a value: a number, or a negated error. It lasts as long
/// as the tool, like those of the table.
pub(super) fn always_returns(call: &'static Call, value: i64) -> Fault {
    let acts: &'static [EntryAct] = Box::leak(Box::new([EntryAct::Skip(Operand::N(value))]));
    Fault {
        id: "constant",
        call: call.name,
        class: Class::WrongErrno,
        injection: Injection::Entry {
            number: call.number,
            when: &[],
            acts,
            exit_acts: &[],
        },
        clause: "",
        unobservable: None,
    }
}
