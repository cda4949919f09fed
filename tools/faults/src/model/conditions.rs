//! The conditions of a fault.

use super::files::{DescriptorKind, Property, Text};
use super::numbers::{At, EntryOperand, ExitOperand};

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
    /// The calling process is the first one of the program, not a child of it.
    FirstProcess(bool),
    /// Two arguments are the same number.
    Same(u8, u8),
    /// Two numbers are equal.
    Equal(EntryOperand, EntryOperand),
    /// The first number is below the second.
    Less(EntryOperand, EntryOperand),
    /// The path that an argument points to.
    Named(u8, Text),
    /// A property of what the descriptor of an argument refers to. It fails for a closed one.
    Fd(u8, Property, Cmp),
    /// A property of the file that a path names. A symbolic link is not followed.
    File {
        /// The argument with the directory that a relative path begins in; without one the working
        /// directory.
        dir: Option<u8>,
        /// The argument with the path.
        path: u8,
        property: Property,
        cmp: Cmp,
    },
    /// The process has a handler for this signal, or none.
    Handled(i32, bool),
    /// The process ignores this signal, or does not.
    Ignored(i32, bool),
    /// This signal is pending for the thread or for its process, or is not.
    Pending(i32, bool),
    /// This signal is blocked in the calling thread, or is not.
    Masked(i32, bool),
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
    /// Two numbers are equal after the call.
    Equals(ExitOperand, ExitOperand),
    /// The first number is below the second after the call.
    Below(ExitOperand, ExitOperand),
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
    /// The signalled process is the first one of the program, not a child of it.
    ToFirst(bool),
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
