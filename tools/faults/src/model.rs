//! What a fault is: plain data, and the words in which the table is written.

/// The way in which a kernel goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// An error is reported, by the wrong number.
    WrongErrno,
    /// The call succeeds where an error is due.
    FalseSuccess,
    /// The call fails where success is due.
    FalseError,
    /// An argument is used without the check that it needs.
    MissingCheck,
    /// A flag or mode is accepted and ignored.
    FlagDropped,
    /// The kernel works with another argument than it was given.
    ArgumentChanged,
    /// What the call returns or writes is not what it found.
    ResultAltered,
    /// Less is transferred than could be.
    ShortCount,
    /// A time or an offset is wrong.
    TimeOff,
    /// Something outlives the call that should have ended it, or is lost.
    StateKept,
    /// The call does not return.
    Hang,
    /// The kernel dies.
    Panic,
}

impl Class {
    pub const ALL: [Class; 12] = [
        Class::WrongErrno,
        Class::FalseSuccess,
        Class::FalseError,
        Class::MissingCheck,
        Class::FlagDropped,
        Class::ArgumentChanged,
        Class::ResultAltered,
        Class::ShortCount,
        Class::TimeOff,
        Class::StateKept,
        Class::Hang,
        Class::Panic,
    ];

    /// The class in words, as reports print it.
    pub const fn name(self) -> &'static str {
        match self {
            Class::WrongErrno => "wrong errno",
            Class::FalseSuccess => "false success",
            Class::FalseError => "false error",
            Class::MissingCheck => "missing check",
            Class::FlagDropped => "flag dropped",
            Class::ArgumentChanged => "argument changed",
            Class::ResultAltered => "result altered",
            Class::ShortCount => "short count",
            Class::TimeOff => "time off",
            Class::StateKept => "state kept",
            Class::Hang => "hang",
            Class::Panic => "panic",
        }
    }
}

/// One bug that a kernel may have.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// The name of the system call that it is charged to, a hyphen, and what goes wrong.
    pub id: &'static str,
    /// The system call that the fault is charged to, as Linux spells it.
    pub call: &'static str,
    pub class: Class,
    /// The number of the system call that is watched; mostly that of `call`.
    pub number: u16,
    /// All must hold.
    pub when: &'static [Cond],
    /// What happens then, in order.
    pub acts: &'static [Act],
    /// What POSIX.1-2017 or the manual page asks for and this kernel does not do.
    pub clause: &'static str,
    /// Why no program can see it for certain, where that is so.
    pub unobservable: Option<&'static str>,
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
    /// Of the first bits exactly the second are set.
    Bits(i64, i64),
}

impl Cmp {
    pub const fn holds(self, number: i64) -> bool {
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

/// The number of a result among the arguments, for a call that returns an address.
pub const RESULT: u8 = 6;

/// A place in the program's memory: where argument `arg` points, `offset` bytes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    pub arg: u8,
    pub offset: i64,
    /// 1, 2, 4 or 8 bytes, read as a signed number.
    pub width: u8,
}

/// What must be so for the fault to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cond {
    /// The whole register of an argument.
    Reg(u8, Cmp),
    /// Its low 32 bits, signed: a descriptor, a flag word, a signal number.
    Int(u8, Cmp),
    /// What an argument points to, before the call.
    Mem(At, Cmp),
    /// What an argument points to, after the call.
    After(At, Cmp),
    /// The result of the call, unless a signal interrupted it.
    Got(Cmp),
    /// A signal interrupted the call: it is about to be made again, or to fail with EINTR.
    Interrupted,
    /// The program cannot read where an argument points.
    Unmapped(u8),
    /// Before the call, the descriptor of an argument is of this kind.
    On(u8, DescriptorKind),
    /// Before the call, `poll` would find one of these events on the descriptor of an argument.
    Ready(u8, i16),
    /// Before the call, `poll` would find none of these events there.
    Unready(u8, i16),
    /// The signal of this argument is blocked in the calling thread.
    Blocked(u8),
    /// The calling thread is the first one of its process.
    Main(bool),
    /// Two arguments are the same number.
    Same(u8, u8),
    /// So many calls have already met the other conditions and succeeded.
    Past(u64),
    /// So many calls have already met the other conditions.
    Met(u64),
    /// A signal is about to be delivered, of this number. A fault with this condition watches
    /// deliveries instead of calls.
    Signal(Cmp),
    /// The `si_code` of that signal.
    Code(Cmp),
}

/// What a descriptor refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DescriptorKind {
    Pipe,
    Socket,
    Epoll,
}

/// A number that an effect works with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Src {
    N(i64),
    /// An argument as the program gave it.
    A(u8),
    /// What an argument points to.
    M(At),
    /// The result of the call.
    R,
    /// The address of `offset` bytes behind where an argument points.
    P(u8, i64),
    /// How often the fault has triggered before.
    Count,
    /// What `Act::Note` wrote down last.
    Noted,
}

/// A change of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Set(Src),
    Add(i64),
    /// Adds a number known only when the call is made.
    Plus(Src),
    /// Takes a number away that is known only when the call is made.
    Minus(Src),
    /// Rounds down to a multiple.
    Down(i64),
    Or(i64),
    And(i64),
    Xor(i64),
    Max(i64),
    Min(i64),
    Neg,
    Mul(i64),
    Div(i64),
}

/// What the faulty kernel does instead of, before or after the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// The kernel dies: everything ends.
    Panic,
    /// The kernel is stuck: nothing runs any more.
    HangAll,
    /// The call never returns, but a caught signal ends it with EINTR.
    Block,
    /// The call is not made; this is its result.
    Skip(Src),
    /// The call is made; the result changes.
    Ret(Op),
    /// The call is made with another argument.
    Arg(u8, Op),
    /// The call is made with other memory; the program sees its own again afterwards.
    Put(At, Op),
    /// The call writes something else.
    Out(At, Op),
    /// The same for each element of an array: the argument of the count, the size of an element.
    Each {
        at: At,
        count: Src,
        size: i64,
        op: Op,
    },
    /// The call writes nothing to this memory.
    Keep { arg: u8, offset: i64, bytes: Src },
    /// The call writes this byte behind as many bytes as its result says.
    Behind(u8, u8),
    /// The call writes this byte all over this memory.
    Fill {
        arg: u8,
        offset: i64,
        bytes: Src,
        byte: u8,
    },
    /// The call gives again what it gave the first time.
    Freeze { arg: u8, bytes: u16 },
    /// Another call is made in its place.
    Become(u16, &'static [Src]),
    /// Another call is made after it; its result is lost.
    Then(u16, &'static [Src]),
    /// The descriptor that the call returned, or wrote to a place, gets a number of at least this.
    Renumber(Option<At>, Src),
    /// Writes a number down for `Src::Noted`.
    Note(Src),
    /// The signal mask of the calling thread after the call.
    Mask(MaskAfter),
    /// The signal is lost.
    Drop,
    /// Another signal is delivered in its place.
    Deliver(i32),
    /// Changes the 32-bit word of the `siginfo_t` at this offset.
    Info(u8, Op),
}

/// A wrong signal mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaskAfter {
    /// Whatever it was before the call.
    Before,
    /// What an argument points to.
    From(u8),
    /// These signals blocked as well, a bit each, the lowest for signal 1.
    With(u64),
    /// These no longer blocked.
    Without(u64),
}

// The short words of the table.

pub const fn is(arg: u8, number: i32) -> Cond {
    Cond::Int(arg, Cmp::Eq(number as i64))
}
pub const fn isnt(arg: u8, number: i32) -> Cond {
    Cond::Int(arg, Cmp::Ne(number as i64))
}
pub const fn below(arg: u8, number: i64) -> Cond {
    Cond::Int(arg, Cmp::Lt(number))
}
pub const fn above(arg: u8, number: i64) -> Cond {
    Cond::Int(arg, Cmp::Gt(number))
}
pub const fn has(arg: u8, bits: i32) -> Cond {
    Cond::Int(arg, Cmp::Has(bits as i64))
}
pub const fn lacks(arg: u8, bits: i32) -> Cond {
    Cond::Int(arg, Cmp::Lacks(bits as i64))
}
/// The pointer is null.
pub const fn null(arg: u8) -> Cond {
    Cond::Reg(arg, Cmp::Eq(0))
}
/// The pointer is not null.
pub const fn given(arg: u8) -> Cond {
    Cond::Reg(arg, Cmp::Ne(0))
}
/// The call failed with this error.
pub const fn err(errno: i32) -> Cond {
    Cond::Got(Cmp::Eq(-(errno as i64)))
}
/// The call succeeded.
pub const OK: Cond = Cond::Got(Cmp::Gt(-1));
/// The call succeeded with more than 0.
pub const SOME: Cond = Cond::Got(Cmp::Gt(0));

pub const fn byte(arg: u8, offset: i64) -> At {
    At {
        arg,
        offset,
        width: 1,
    }
}
pub const fn half(arg: u8, offset: i64) -> At {
    At {
        arg,
        offset,
        width: 2,
    }
}
pub const fn word(arg: u8, offset: i64) -> At {
    At {
        arg,
        offset,
        width: 4,
    }
}
pub const fn long(arg: u8, offset: i64) -> At {
    At {
        arg,
        offset,
        width: 8,
    }
}

/// The call is not made and fails with this error.
pub const fn fail(errno: i32) -> Act {
    Act::Skip(Src::N(-(errno as i64)))
}
/// The call is not made and returns this.
pub const fn skip(result: i64) -> Act {
    Act::Skip(Src::N(result))
}
/// The result becomes this error.
pub const fn wrong(errno: i32) -> Act {
    Act::Ret(Op::Set(Src::N(-(errno as i64))))
}
/// The result becomes this number.
pub const fn ret(result: i64) -> Act {
    Act::Ret(Op::Set(Src::N(result)))
}
/// The argument becomes this number.
pub const fn arg(arg: u8, number: i64) -> Act {
    Act::Arg(arg, Op::Set(Src::N(number)))
}
/// The kernel does not see these flags of an argument.
pub const fn drop(arg: u8, bits: i32) -> Act {
    Act::Arg(arg, Op::And(!(bits as i64)))
}
/// The kernel sees these flags in an argument.
pub const fn add(arg: u8, bits: i32) -> Act {
    Act::Arg(arg, Op::Or(bits as i64))
}
/// The kernel sees this number in memory.
pub const fn put(at: At, number: i64) -> Act {
    Act::Put(at, Op::Set(Src::N(number)))
}
/// The kernel writes this number to memory.
pub const fn out(at: At, number: i64) -> Act {
    Act::Out(at, Op::Set(Src::N(number)))
}
/// The kernel writes nothing to these bytes.
pub const fn keep(arg: u8, offset: i64, bytes: i64) -> Act {
    let bytes = Src::N(bytes);
    Act::Keep { arg, offset, bytes }
}
/// The kernel writes this byte all over.
pub const fn fill(arg: u8, offset: i64, bytes: i64, byte: u8) -> Act {
    let bytes = Src::N(bytes);
    Act::Fill {
        arg,
        offset,
        bytes,
        byte,
    }
}
/// The kernel does not see these flags in memory.
pub const fn unput(at: At, bits: i64) -> Act {
    Act::Put(at, Op::And(!bits))
}
/// The kernel does not set these bits in memory.
pub const fn clear(at: At, bits: i64) -> Act {
    Act::Out(at, Op::And(!bits))
}
/// The kernel sets these bits in memory.
pub const fn set(at: At, bits: i64) -> Act {
    Act::Out(at, Op::Or(bits))
}
/// Each element of the array of `count` is changed.
pub const fn each(at: At, count: Src, size: i64, op: Op) -> Act {
    Act::Each {
        at,
        count,
        size,
        op,
    }
}

impl Cond {
    /// Whether only the exit of the call tells.
    pub const fn is_late(self) -> bool {
        matches!(self, Cond::Got(_) | Cond::After(..) | Cond::Interrupted)
    }
}

impl Act {
    /// Whether the act happens at the entry of the call, unless a condition says later.
    pub const fn is_early(self) -> bool {
        matches!(
            self,
            Act::Panic
                | Act::HangAll
                | Act::Block
                | Act::Skip(_)
                | Act::Arg(..)
                | Act::Put(..)
                | Act::Become(..)
        )
    }
}

impl Fault {
    /// Whether the fault watches signals on their way instead of calls.
    pub fn watches_signals(&self) -> bool {
        self.when.iter().any(|cond| matches!(cond, Cond::Signal(_)))
    }

    /// Whether a condition is known only once the call has been made.
    pub fn is_late(&self) -> bool {
        self.when.iter().any(|cond| cond.is_late())
    }
}
