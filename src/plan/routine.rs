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
            name: stringify!($name), number: Routine::$name as u16,
            arity: { const ARGS: &[&str] = &[$(stringify!($arg)),*]; ARGS.len() as u8 },
            callee: Callee::Routine,
        };)*
    };
}

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
    /// A bit for each part that survives a signal at any instruction: bit 0 is the integer
    /// registers, bit 1 the red zone, bit 2 an SSE register. The result is 0 where no signal comes.
    WHAT_SURVIVES ();
    /// The byte at an address plus the base of FS, plus 256 times the byte by the base of GS.
    SEGMENT_BYTES (address);
}
