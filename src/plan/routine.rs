//! Pseudo-calls that are functions in `checks`: what rows cannot say.

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
    /// How many of 100 chunks leave a non-blocking pipe as they entered it.
    IN_ORDER (reader, writer);
    /// Fills a non-blocking pipe to the last byte; returns how many went in.
    FILL_UP (writer);
    /// What `poll` reports at once for one descriptor: its `revents`, which its count must match.
    POLL_ONE (descriptor, events);
    /// What survives a signal that comes at any instruction: bit 0 the integer registers, bit 1
    /// the red zone, bit 2 an SSE register; 0 also where no signal comes.
    WHAT_SURVIVES ();
    /// The byte at an address of the arena plus the base of FS, plus 256 times that of GS.
    SEGMENT_BYTES (address);
}
