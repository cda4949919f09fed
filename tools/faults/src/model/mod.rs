//! The data of a fault.

mod class;
mod history;
mod parts;

use std::convert::Infallible;

pub use class::Class;
pub use history::{Historic, Product, Source};
pub use parts::{HandlerStart, Part, Register, VectorPart};

/// One bug that a kernel may have.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// The name of the charged system call, a hyphen, and the wrong behaviour.
    pub id: &'static str,
    /// The charged system call, as Linux spells it; `any` where every call is wrong.
    pub call: &'static str,
    pub class: Class,
    pub injection: Injection,
    /// The requirement of POSIX.1-2017 or of the manual page that the fault breaks.
    pub clause: &'static str,
    /// The reason why a program cannot reliably observe the fault, if there is one.
    pub unobservable: Option<&'static str>,
}

impl Fault {
    /// The number of the watched system call, or [`EVERY_CALL`]; `None` for a fault of signals.
    pub(crate) fn watched_call(&self) -> Option<u16> {
        match self.injection {
            Injection::Entry { number, .. } | Injection::Exit { number, .. } => Some(number),
            Injection::Signal { .. } => None,
        }
    }
}

/// The number for every system call but `execve` and `rt_sigreturn`, which replace the registers of
/// the thread.
pub const EVERY_CALL: u16 = u16::MAX;

/// The point at which a fault takes effect, with the conditions and the acts of that point.
///
/// An act at a point where it has no meaning does not compile:
///
/// ```
/// use faults::{EntryAct, ExitAct, Injection, Op};
/// const CHANGED: Injection = Injection::Exit {
///     number: 39,
///     entry: &[],
///     exit: &[],
///     acts: &[ExitAct::Ret(Op::Add(1))],
/// };
/// ```
///
/// ```compile_fail
/// use faults::{EntryAct, ExitAct, Injection, Op};
/// const CHANGED: Injection = Injection::Entry {
///     number: 39,
///     when: &[],
///     acts: &[ExitAct::Ret(Op::Add(1))],
///     exit_acts: &[],
/// };
/// ```
///
/// ```compile_fail
/// use faults::{EntryAct, ExitValue, Operand};
/// const RESULT: EntryAct = EntryAct::Skip(Operand::Late(ExitValue::Result));
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Injection {
    /// The entry of a system call. All conditions are known before the call is made.
    Entry {
        /// The number of the watched system call, in most faults that of `Fault::call`, or
        /// [`EVERY_CALL`].
        number: u16,
        /// All must hold.
        when: &'static [EntryCond],
        /// Carried out in order.
        acts: &'static [EntryAct],
        /// Carried out at the exit of the same call, in order.
        exit_acts: &'static [ExitAct],
    },
    /// The exit of a system call. The call itself is made as the program asked.
    Exit {
        /// As in `Entry`.
        number: u16,
        /// All must hold before the call.
        entry: &'static [EntryCond],
        /// All must hold after the call.
        exit: &'static [ExitCond],
        /// Carried out in order.
        acts: &'static [ExitAct],
    },
    /// The delivery of a signal.
    Signal {
        /// All must hold.
        when: &'static [SignalCond],
        act: SignalAct,
    },
}

/// A condition that is known at the entry of a system call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryCond {
    /// The whole register of an argument.
    Reg(u8, Cmp),
    /// Its low 32 bits, signed: a descriptor, a flag word, a signal number.
    Int(u8, Cmp),
    /// The number in memory that an argument points to.
    Mem(At, Cmp),
    /// The program cannot read where an argument points.
    Unmapped(u8),
    /// The page that an argument points to is mapped, but no access has touched it yet.
    Untouched(u8),
    /// The descriptor of an argument is of this kind.
    On(u8, DescriptorKind),
    /// The descriptor below the number in an argument is of this kind: the last one of `select`.
    OnBelow(u8, DescriptorKind),
    /// The process of an argument has ended, and nobody has waited for it.
    Ended(u8),
    /// `poll` reports one of these events for the descriptor of an argument.
    Ready(u8, i16),
    /// `poll` reports none of these events for the descriptor of an argument.
    Unready(u8, i16),
    /// The signal of this argument is blocked in the calling thread.
    Blocked(u8),
    /// The calling thread is the first one of its process.
    Main(bool),
    /// Two arguments are the same number.
    Same(u8, u8),
    /// At least this many earlier calls met the other conditions and succeeded.
    Past(u64),
    /// At least this many earlier calls met the other conditions.
    Met(u64),
}

/// A condition that is known only at the exit of a system call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitCond {
    /// The result of the call, unless a signal interrupted it.
    Got(Cmp),
    /// The number in memory that an argument points to, after the call.
    After(At, Cmp),
    /// A signal interrupted the call. The kernel restarts it or returns EINTR.
    Interrupted,
}

/// A condition of a signal that is about to be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalCond {
    /// Its number, `si_signo`.
    Signo(Cmp),
    /// Its `si_code`.
    Code(Cmp),
    /// At least this many earlier deliveries met the other conditions.
    Earlier(u64),
    /// The process has a handler for it.
    Caught(bool),
    /// The thread is interrupted in user mode, not in a system call.
    InUserMode,
    /// The thread has set the direction flag.
    GoesDown,
}

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
    /// Another call is made in its place.
    Become(u16, &'static [EntryOperand]),
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
    /// Another call is made after it. The result of the other call is ignored.
    Then(u16, &'static [ExitOperand]),
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

/// A comparison of a signed 64-bit number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cmp {
    Eq(i64),
    Ne(i64),
    Lt(i64),
    Gt(i64),
    /// All of these bits are set.
    Has(i64),
    /// None of these bits is set.
    Lacks(i64),
    /// Some of these bits are set.
    Any(i64),
    /// Of the first bits, exactly the second are set.
    Bits(i64, i64),
}

impl Cmp {
    pub(crate) const fn holds(self, number: i64) -> bool {
        match self {
            Cmp::Eq(other) => number == other,
            Cmp::Ne(other) => number != other,
            Cmp::Lt(other) => number < other,
            Cmp::Gt(other) => number > other,
            Cmp::Has(bits) => number & bits == bits,
            Cmp::Lacks(bits) => number & bits == 0,
            Cmp::Any(bits) => number & bits != 0,
            Cmp::Bits(bits, set) => number & bits == set,
        }
    }
}

/// A place in the program's memory: `offset` bytes after the address in argument `arg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    pub arg: u8,
    pub offset: i64,
    /// 1, 2, 4 or 8 bytes, read as a signed number.
    pub width: u8,
}

/// The address from which memory is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// The address in an argument.
    Arg(u8),
    /// The address that the call returned.
    Result,
}

/// The kind of object that a descriptor refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DescriptorKind {
    Pipe,
    Socket,
    Epoll,
}

/// A number that an act uses. `L` holds those that are known only at the exit of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand<L> {
    N(i64),
    /// An argument as the program gave it.
    A(u8),
    /// The number in memory that an argument points to.
    M(At),
    /// The address in an argument, plus a number of bytes.
    P(u8, i64),
    /// The number of times the fault has triggered before.
    Count,
    Late(L),
}

/// A number that is known at the entry of a call.
pub type EntryOperand = Operand<Infallible>;
/// A number that is known at the exit of a call.
pub type ExitOperand = Operand<ExitValue>;

/// A number that is known only at the exit of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitValue {
    /// The result of the call.
    Result,
    /// The number that `ExitAct::Note` stored last.
    Noted,
}

/// A change of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op<N> {
    Set(N),
    Add(i64),
    /// Adds a number that is known when the call is made.
    Plus(N),
    /// Subtracts a number that is known when the call is made.
    Minus(N),
    /// Rounds down to a multiple.
    Down(i64),
    Or(i64),
    And(i64),
    Xor(i64),
    Neg,
    Mul(i64),
    Div(i64),
}

impl<N> Op<N> {
    /// The same change with its number resolved.
    pub(crate) fn map(self, number: impl FnOnce(N) -> i64) -> Op<i64> {
        match self {
            Op::Set(other) => Op::Set(number(other)),
            Op::Plus(other) => Op::Plus(number(other)),
            Op::Minus(other) => Op::Minus(number(other)),
            Op::Add(other) => Op::Add(other),
            Op::Down(step) => Op::Down(step),
            Op::Or(bits) => Op::Or(bits),
            Op::And(bits) => Op::And(bits),
            Op::Xor(bits) => Op::Xor(bits),
            Op::Neg => Op::Neg,
            Op::Mul(by) => Op::Mul(by),
            Op::Div(by) => Op::Div(by),
        }
    }
}

impl Op<i64> {
    /// The changed number.
    pub(crate) fn apply(self, number: i64) -> i64 {
        match self {
            Op::Set(other) => other,
            Op::Add(other) | Op::Plus(other) => number.wrapping_add(other),
            Op::Minus(other) => number.wrapping_sub(other),
            Op::Down(step) => number - number.checked_rem(step).unwrap_or(0),
            Op::Or(bits) => number | bits,
            Op::And(bits) => number & bits,
            Op::Xor(bits) => number ^ bits,
            Op::Neg => number.wrapping_neg(),
            Op::Mul(by) => number.wrapping_mul(by),
            Op::Div(by) => number.checked_div(by).unwrap_or(number),
        }
    }
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
