//! The vocabulary of the tables: the names of the model, short forms of them, and the constants of
//! the C library.

pub(super) use nix::libc::*;

pub(super) use crate::model::Cmp::*;
pub(super) use crate::model::DescriptorKind::*;
pub(super) use crate::model::EntryAct::{Arg, Become, Block, First, FirstEach, Path, Put, Skip};
pub(super) use crate::model::EntryCond::*;
pub(super) use crate::model::ExitAct::{
    Again, Fill, Freeze, InChild, Mask, Note, Out, Overrun, Renumber, Reopen, Ret, Stay, Then,
    ThenEach,
};
pub(super) use crate::model::ExitCond::*;
pub(super) use crate::model::MaskAfter::*;
pub(super) use crate::model::Op::*;
pub(super) use crate::model::Operand::{A, Bytes, Count, FdPath, M, N, Noted, Of, Own, P};
pub(super) use crate::model::SignalAct::{Begin, Deliver, Drop, Info};
pub(super) use crate::model::SignalCond::*;
pub(super) use crate::model::*;

/// The bits of an address below the size of a page.
pub(super) const INSIDE_PAGE: i64 = 0xfff;
pub(super) const RW: i64 = (PROT_READ | PROT_WRITE) as i64;
/// One second in nanoseconds.
pub(super) const SECOND: i64 = 1_000_000_000;

/// The result of the call.
pub(super) const R: ExitOperand = Operand::Late(ExitValue::Result);

// Conditions at the entry.

pub(super) const fn is(arg: u8, number: i32) -> EntryCond {
    Int(arg, Eq(number as i64))
}
pub(super) const fn isnt(arg: u8, number: i32) -> EntryCond {
    Int(arg, Ne(number as i64))
}
pub(super) const fn below(arg: u8, number: i64) -> EntryCond {
    Int(arg, Lt(number))
}
pub(super) const fn above(arg: u8, number: i64) -> EntryCond {
    Int(arg, Gt(number))
}
pub(super) const fn has(arg: u8, bits: i32) -> EntryCond {
    Int(arg, Has(bits as i64))
}
pub(super) const fn lacks(arg: u8, bits: i32) -> EntryCond {
    Int(arg, Lacks(bits as i64))
}
/// The pointer is null.
pub(super) const fn null(arg: u8) -> EntryCond {
    Reg(arg, Eq(0))
}
/// The pointer is not null.
pub(super) const fn given(arg: u8) -> EntryCond {
    Reg(arg, Ne(0))
}

/// The path is this.
pub(super) const fn path(arg: u8, text: &'static str) -> EntryCond {
    Named(arg, Text::Is(text))
}
/// The path ends in these bytes.
pub(super) const fn ends(arg: u8, text: &'static str) -> EntryCond {
    Named(arg, Text::Ends(text))
}
/// The path, from the working directory, names a file of this type, such as `S_IFDIR`.
pub(super) const fn names(path: u8, kind: u32) -> EntryCond {
    file(None, path, Property::Type, Eq(kind as i64))
}
/// As `names`, from the directory of a descriptor.
pub(super) const fn names_at(dir: u8, path: u8, kind: u32) -> EntryCond {
    file(Some(dir), path, Property::Type, Eq(kind as i64))
}
/// Nothing has the name of the path.
pub(super) const fn missing(path: u8) -> EntryCond {
    names(path, 0)
}
/// As `missing`, from the directory of a descriptor.
pub(super) const fn missing_at(dir: u8, path: u8) -> EntryCond {
    names_at(dir, path, 0)
}
/// A property of the file that a path names.
pub(super) const fn file(dir: Option<u8>, path: u8, property: Property, cmp: Cmp) -> EntryCond {
    File {
        dir,
        path,
        property,
        cmp,
    }
}
/// The file of the descriptor was opened with these flags.
pub(super) const fn opened(arg: u8, flags: i32) -> EntryCond {
    Fd(arg, Property::Flags, Has(flags as i64))
}
/// The calling process is a child of the program's first one.
pub(super) const IN_CHILD: EntryCond = FirstProcess(false);

// Conditions at the exit.

/// The call failed with this error.
pub(super) const fn err(errno: i32) -> ExitCond {
    Got(Eq(-(errno as i64)))
}
/// The call succeeded.
pub(super) const OK: ExitCond = Got(Gt(-1));
/// The call succeeded with more than 0.
pub(super) const SOME: ExitCond = Got(Gt(0));

// Places.

const fn at(arg: u8, offset: i64, width: u8) -> At {
    At {
        arg,
        through: None,
        offset,
        width,
    }
}
pub(super) const fn byte(arg: u8, offset: i64) -> At {
    at(arg, offset, 1)
}
pub(super) const fn half(arg: u8, offset: i64) -> At {
    at(arg, offset, 2)
}
pub(super) const fn word(arg: u8, offset: i64) -> At {
    at(arg, offset, 4)
}
pub(super) const fn long(arg: u8, offset: i64) -> At {
    at(arg, offset, 8)
}

/// The place behind a pointer: `offset` bytes after the address that is `through` bytes after the
/// address in an argument.
pub(super) const fn behind(arg: u8, through: i64, offset: i64, width: u8) -> At {
    At {
        arg,
        through: Some(through),
        offset,
        width,
    }
}

// Acts at the entry.

/// The call is not made and fails with this error.
pub(super) const fn fail(errno: i32) -> EntryAct {
    skip(-(errno as i64))
}
/// The call is not made and returns this.
pub(super) const fn skip(result: i64) -> EntryAct {
    Skip(N(result))
}
/// The argument becomes this number.
pub(super) const fn arg(arg: u8, number: i64) -> EntryAct {
    Arg(arg, Set(N(number)))
}
/// The kernel does not see these flags of an argument.
pub(super) const fn drop(arg: u8, bits: i32) -> EntryAct {
    Arg(arg, And(!(bits as i64)))
}
/// The kernel sees these flags in an argument.
pub(super) const fn add(arg: u8, bits: i32) -> EntryAct {
    Arg(arg, Or(bits as i64))
}
/// The kernel sees this number in memory.
pub(super) const fn put(at: At, number: i64) -> EntryAct {
    Put(at, Set(N(number)))
}
/// The kernel does not see these flags in memory.
pub(super) const fn unput(at: At, bits: i64) -> EntryAct {
    Put(at, And(!bits))
}

/// The program can read the byte so many bytes after the address in an argument.
pub(super) const fn readable(arg: u8, offset: i64) -> EntryCond {
    Mem(byte(arg, offset), Gt(-129))
}

// Acts at the exit.

/// The result becomes this error.
pub(super) const fn wrong(errno: i32) -> ExitAct {
    ret(-(errno as i64))
}
/// The result becomes this number.
pub(super) const fn ret(result: i64) -> ExitAct {
    Ret(Set(N(result)))
}
/// The kernel writes this number to memory.
pub(super) const fn out(at: At, number: i64) -> ExitAct {
    Out(at, Set(N(number)))
}
/// The kernel writes nothing to these bytes.
pub(super) const fn keep(arg: u8, offset: i64, bytes: i64) -> ExitAct {
    ExitAct::Keep { arg, offset, bytes }
}
/// The kernel writes this byte to all of the memory that an argument points to.
pub(super) const fn fill(arg: u8, offset: i64, bytes: i64, byte: u8) -> ExitAct {
    fill_from(Base::Arg(arg), offset, bytes, byte)
}
/// The kernel writes this byte to all of the memory that the result points to.
pub(super) const fn fill_result(offset: i64, bytes: i64, byte: u8) -> ExitAct {
    fill_from(Base::Result, offset, bytes, byte)
}
const fn fill_from(base: Base, offset: i64, bytes: i64, byte: u8) -> ExitAct {
    let bytes = N(bytes);
    Fill {
        base,
        offset,
        bytes,
        byte,
    }
}
/// The kernel does not set these bits in memory.
pub(super) const fn clear(at: At, bits: i64) -> ExitAct {
    Out(at, And(!bits))
}
/// The kernel sets these bits in memory.
pub(super) const fn set(at: At, bits: i64) -> ExitAct {
    Out(at, Or(bits))
}
/// The kernel writes these bytes.
pub(super) const fn store(arg: u8, offset: i64, bytes: &'static [u8]) -> ExitAct {
    ExitAct::Store { arg, offset, bytes }
}
/// The directory entry of this name is changed, or without a name every one.
pub(super) const fn records(arg: u8, name: Option<&'static str>, edit: RecordEdit) -> ExitAct {
    ExitAct::Records { arg, name, edit }
}
/// The call destroys a register.
pub(super) const fn lose(register: Register) -> ExitAct {
    ExitAct::Lose(Part::Register(register))
}
/// The call destroys a part of the vector state.
pub(super) const fn lose_vectors(part: VectorPart) -> ExitAct {
    ExitAct::Lose(Part::Vector(part))
}
/// The kernel writes a changed number to each of `count` elements.
pub(super) const fn each(at: At, count: ExitOperand, size: i64, op: Op<ExitOperand>) -> ExitAct {
    ExitAct::Each {
        at,
        count,
        size,
        op,
    }
}
