//! The arguments of rows, and the memory that they name.

use super::arena::Address;

/// What a value of the plan stands for: an argument of a row, or the bound of its want.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Argument(usize);

impl Argument {
    /// An argument that the row does not have.
    pub const NONE: Argument = Argument(usize::MAX);

    pub const ZERO: Argument = Argument(0);

    /// The argument that a value of a row stands for.
    ///
    /// # Safety
    ///
    /// The value must be one of a row of the plan, and the argument must be used as the row's call
    /// uses it. The rows keep invariants 4 and 5 of CONTRIBUTING.md: they send no signal before its
    /// handler is proven to be there, and the memory that they read and write without the kernel
    /// is the arena, constant bytes, or memory that the kernel gave and has proven to be there.
    /// `Row::new` proves the first two at compile time.
    pub const unsafe fn of_row(value: usize) -> Argument {
        Argument(value)
    }

    /// The argument as the number that goes into a register.
    pub const fn number(self) -> usize {
        self.0
    }

    /// The memory that the argument names.
    pub const fn address(self) -> Address {
        // SAFETY: `of_row` requires that the row's call may use the memory.
        unsafe { Address::new(self.0) }
    }
}

/// The arguments of a row as they go into registers.
pub(super) fn registers(args: &[Argument; 6]) -> &[usize; 6] {
    // SAFETY: an `Argument` is represented as its number.
    unsafe { &*(&raw const *args).cast() }
}
