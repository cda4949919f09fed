//! The arguments of rows, and the memory that they name.

use super::arena::Address;

/// A value of the plan, resolved: an argument of a row, or the bound of its want.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Argument(usize);

impl Argument {
    /// Stands for an argument that the row does not have.
    pub const NONE: Argument = Argument(usize::MAX);

    pub const ZERO: Argument = Argument(0);

    /// Makes an argument.
    ///
    /// # Safety
    ///
    /// The value must come from a row of the plan, and only that row's call may use the argument.
    /// The rows keep invariants 4 and 5 of CONTRIBUTING.md: they send no signal before its handler
    /// is proven to be installed, and the memory that they read and write without the kernel is the
    /// arena, constant bytes, or memory that the kernel mapped and proved to be mapped. `Row::new`
    /// proves the first two at compile time.
    pub const unsafe fn of_row(value: usize) -> Argument {
        Argument(value)
    }

    /// The number that goes into a register.
    pub const fn number(self) -> usize {
        self.0
    }

    /// The memory that the argument names.
    pub const fn address(self) -> Address {
        // SAFETY: `of_row` requires a row whose call may use the memory.
        unsafe { Address::new(self.0) }
    }
}

/// The numbers of a row's arguments.
pub(super) fn registers(args: &[Argument; 6]) -> &[usize; 6] {
    // SAFETY: `Argument` is transparent.
    unsafe { &*(&raw const *args).cast() }
}
