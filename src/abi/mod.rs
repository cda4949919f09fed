//! The Linux binary interface: numbers, flags, error numbers, structure layouts.
//!
//! No behaviour. `tools/abi-check` compares every line with the C headers. What differs by
//! processor is in a file for each, with the same names in each.

/// One fact that a C header states too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Constant {
    /// The header, without angle brackets.
    pub header: &'static str,
    /// The C expression that must have this value.
    pub expression: &'static str,
    pub value: i64,
}

/// Declares constants and the table of them together.
///
/// A constant has the name of the macro in the C header. One that is only an expression in C has
/// the expression beside it: `STAT_SIZE: "sizeof(struct stat)" = 144;`.
macro_rules! constants {
    ($table:ident; $($header:literal {
        $($(#[$doc:meta])* $name:ident $(: $expression:literal)? = $value:expr;)*
    })*) => {
        $($($(#[$doc])* pub const $name: i64 = $value;)*)*

        /// Every constant of this file with its C expression.
        pub const $table: &[$crate::abi::Constant] = &[$($($crate::abi::Constant {
            header: $header,
            expression: [$($expression,)? stringify!($name)][0],
            value: $name,
        },)*)*];
    };
}

pub mod aarch64;
pub mod errno;
pub mod files;
pub mod flags;
mod generic;
pub mod layout;
pub mod numbers;
pub mod processes;
mod processor;
pub mod program;
pub mod riscv64;
pub mod x86_64;

pub use errno::Errno;
pub use processor::Processor;
