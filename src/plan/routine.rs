//! Routines: pseudo-calls that are functions in `routines`, for what rows cannot express.

use crate::plan::call::{Call, Callee};

macro_rules! routines {
    ($($(#[$doc:meta])* $name:ident ($($arg:ident),*);)*) => {
        /// The numbers of the routines.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(non_camel_case_types, reason = "a routine is spelled like the call in a row")]
        pub enum Routine { $($(#[$doc])* $name,)* }

        impl Routine {
            pub const ALL: &[Routine] = &[$(Routine::$name,)*];
        }

        /// Every routine as a call, in the order of the numbers.
        pub const CALLS: &[Call] = &[$($name),*];

        $($(#[$doc])* pub const $name: Call = Call {
            name: stringify!($name), number: Routine::$name as u16, generic: Routine::$name as u16,
            arity: { const ARGS: &[&str] = &[$(stringify!($arg)),*]; ARGS.len() as u8 },
            callee: Callee::Routine,
        };)*
    };
}

/// The number of routines that the table of every suite has, which are those of the core suite.
///
/// On aarch64, where core has no row of the last one, a table without it takes 72 bytes more code.
pub const OF_CORE: usize = 7;

routines! {
    /// The number of 100 chunks that pass a non-blocking pipe unchanged.
    IN_ORDER (reader, writer);
    /// Fills a non-blocking pipe to the last byte; returns the number of bytes written.
    FILL_UP (writer);
    /// The `revents` that `poll` reports for one descriptor at once; the count must match.
    POLL_ONE (descriptor, events);
    /// The access mode and the status flags of a descriptor that POSIX specifies; a kernel may
    /// report more.
    STATUS_FLAGS (descriptor);
    /// A bit for each part of the registers that calls of rows have lost since the last look, in
    /// any thread: 1 is the integer registers, 2 the red zone, 4 the SSE, vector or floating-point
    /// registers, 8 the upper halves of the AVX registers, 16 the control words of floating point,
    /// 32 the carry flag or the condition flags, 64 the thread pointer. No processor has all parts.
    LOST ();
    /// Waits in user mode for a signal whose handler changes the 32-bit word at the address; the
    /// bits of `LOST` for what a signal at any instruction loses. All bits where no signal comes.
    LOST_TO_SIGNAL (count);
    /// The byte at an address plus the base of FS, plus 256 times the byte by the base of GS.
    SEGMENT_BYTES (address);
    /// Reads a directory to its end by getdents64(2) with buffers of so many bytes, up to 4,096,
    /// and
    /// removes each file after it has read its name, if asked to. Returns a hexadecimal digit for
    /// each name of one letter, the last one for `a`: the number of times that it came.
    ENTRIES (descriptor, size, remove);
    /// Raises an exception of the processor, from which a child process does not return: kind 0
    /// executes the address, 1 is an undefined instruction, 2 a breakpoint, 3 stores below the
    /// address with the stack pointer there, 4 divides by 0, which faults on x86-64 alone.
    RAISE (kind, address);
    /// Waits in user mode until the 32-bit word at the address is not 0, for a second or more at
    /// most; returns the word.
    SPIN (word);
}
