//! The acts of a faulty kernel.

use super::files::{PathEdit, RecordEdit};
use super::numbers::{At, Base, EntryOperand, ExitOperand, Op};
use super::parts::{HandlerStart, Part, VectorPart};

/// An act of the faulty kernel at the entry of a system call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryAct {
    /// The kernel panics: every process ends.
    Panic,
    /// The kernel hangs: no thread runs any more.
    HangAll,
    /// The call blocks until a caught signal ends it with EINTR.
    Block,
    /// The call is not made. Its result is this number.
    Skip(EntryOperand),
    /// The call is made with another argument.
    Arg(u8, Op<EntryOperand>),
    /// The call is made with changed memory, which is restored at the exit.
    Put(At, Op<EntryOperand>),
    /// The call is made with another path, in place of the one that an argument points to.
    Path(u8, PathEdit),
    /// Another call is made in its place.
    Become(u16, &'static [EntryOperand]),
    /// Another call is made before it, and its result is noted for `Operand::Noted`. It must not
    /// create a process, and must not block.
    First(u16, &'static [EntryOperand]),
    /// Another call is made before it for each open descriptor above 2, which is the first argument
    /// of the other call; the operands are those after it.
    FirstEach(u16, &'static [EntryOperand]),
}

/// An act of the faulty kernel at the exit of a system call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitAct {
    /// The kernel panics: every process ends.
    Panic,
    /// The kernel hangs: no thread runs any more.
    HangAll,
    /// The result changes.
    Ret(Op<ExitOperand>),
    /// The call writes a changed number.
    Out(At, Op<ExitOperand>),
    /// The call writes a changed number to each of `count` elements of `size` bytes.
    Each {
        at: At,
        count: ExitOperand,
        size: i64,
        op: Op<ExitOperand>,
    },
    /// The call writes nothing to this memory.
    Keep { arg: u8, offset: i64, bytes: i64 },
    /// The call writes this byte directly after the bytes that its result counts.
    Overrun(u8, u8),
    /// The call writes this byte to all of this memory.
    Fill {
        base: Base,
        offset: i64,
        bytes: ExitOperand,
        byte: u8,
    },
    /// The call writes the same bytes as the first time.
    Freeze { arg: u8, bytes: u16 },
    /// The call writes these bytes.
    Store {
        arg: u8,
        offset: i64,
        bytes: &'static [u8],
    },
    /// The call writes changed directory entries: `getdents64`.
    Records {
        arg: u8,
        /// The entry that is changed, by its name; without a name every one.
        name: Option<&'static str>,
        edit: RecordEdit,
    },
    /// The call is made once more, as the program made it. Its result is the second one.
    Again,
    /// Another call is made after it. The result of the other call is ignored.
    Then(u16, &'static [ExitOperand]),
    /// Another call is made after it for each open descriptor above 2, which is the first argument
    /// of the other call; the operands are those after it.
    ThenEach(u16, &'static [ExitOperand]),
    /// The descriptor gets an open file description of its own, of the same file and with the same
    /// position; without one every descriptor above 2 of a regular file does.
    Reopen(Option<ExitOperand>),
    /// Carried out in the process or thread that the call created, before its first instruction:
    /// `fork`, `vfork`, `clone`. There the arguments are those of the call, and the result is what
    /// the new process gets.
    InChild(&'static [ExitAct]),
    /// The descriptor that the call returned, or wrote to a place, gets another number: the lowest
    /// free one that is at least this.
    Renumber(Option<At>, ExitOperand),
    /// Stores a number for `ExitValue::Noted`.
    Note(ExitOperand),
    /// The calling thread has this signal mask after the call.
    Mask(MaskAfter),
    /// The call destroys a part of the thread's state.
    Lose(Part),
    /// The call leaves a part of the thread's state as it was at its entry, although it should
    /// replace it: `rt_sigreturn`.
    Stay(VectorPart),
}

/// An act of the faulty kernel on a signal that is about to be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalAct {
    /// The signal is discarded.
    Drop,
    /// Another signal is delivered in its place.
    Deliver(i32),
    /// Changes the 32-bit word of the `siginfo_t` at this offset.
    Info(u8, Op<i64>),
    /// The kernel panics: every process ends.
    Panic,
    /// The delivery destroys a part of the interrupted thread's state.
    Lose(Part),
    /// The handler begins in a wrong state.
    Begin(HandlerStart),
}

/// A wrong signal mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaskAfter {
    /// The mask from before the call.
    Before,
    /// The mask that an argument points to.
    From(u8),
    /// The current mask and these signals, one bit each, the lowest for signal 1.
    With(u64),
    /// The current mask without these signals.
    Without(u64),
}
