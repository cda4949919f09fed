//! The data of a fault: the vocabulary of the tables.
//!
//! A fault has a point (the entry or the exit of one system call, or the delivery of a signal),
//! conditions and acts. `table/prelude.rs` has short forms of what follows.
//!
//! | to say | words |
//! |---|---|
//! | an argument is this number | [`EntryCond::Int`], [`EntryCond::Reg`], [`EntryCond::Same`] |
//! | memory has this number | [`EntryCond::Mem`], [`ExitCond::After`] at an [`At`] |
//! | the path is, ends in, is long | [`EntryCond::Named`] with a [`Text`] |
//! | the path names such a file | [`EntryCond::File`] with a [`Property`] |
//! | the descriptor is of a kind | [`EntryCond::On`] with a [`DescriptorKind`] |
//! | its flags, offset, size | [`EntryCond::Fd`], [`Operand::Of`] with a [`Property`] |
//! | in a child, in another thread | [`EntryCond::FirstProcess`], [`EntryCond::Main`] |
//! | a signal's disposition and mask | [`EntryCond::Handled`], `Ignored`, `Pending`, `Masked` |
//! | from the nth call on | [`EntryCond::Past`], [`EntryCond::Met`] |
//! | the call returned this | [`ExitCond::Got`], [`ExitCond::Equals`], [`ExitCond::Below`] |
//! | the call is not made | [`EntryAct::Skip`] |
//! | it is made otherwise | [`EntryAct::Arg`], `Put` (memory), `Path`, `Become` (another call) |
//! | it is made twice | [`ExitAct::Again`] |
//! | another call is made too | [`EntryAct::First`], [`ExitAct::Then`]; `FirstEach`, `ThenEach` |
//! | the result is changed | [`ExitAct::Ret`], [`ExitAct::Renumber`] (a descriptor) |
//! | memory is written wrongly | [`ExitAct::Out`], `Each`, `Fill`, `Store`, `Overrun`, `Keep` |
//! | directory entries are wrong | [`ExitAct::Records`] with a [`RecordEdit`] |
//! | the child gets a wrong state | [`ExitAct::InChild`] with any acts of the exit |
//! | an open file is not shared | [`ExitAct::Reopen`] |
//! | a signal is lost, or another | [`SignalAct`] |
//!
//! A number of an act is an [`Operand`]: a constant, an argument, memory, the result, an id of the
//! calling process, or the address of bytes that are put into the program's memory for the call.
//! Conditions and acts hold in every process of the program. The counts of a fault are those of the
//! kernel, so all processes share them; what is noted is noted for one process.

mod acts;
mod class;
mod conditions;
mod files;
mod history;
mod numbers;
mod parts;

pub use acts::{EntryAct, ExitAct, MaskAfter, SignalAct};
pub use class::Class;
pub use conditions::{Cmp, EntryCond, ExitCond, SignalCond};
pub use files::{DescriptorKind, PathEdit, Property, RecordEdit, Text};
pub use history::{Historic, Product, Source};
pub use numbers::{At, Base, EntryOperand, ExitOperand, ExitValue, Id, Op, Operand};
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
