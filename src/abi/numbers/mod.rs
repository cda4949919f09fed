//! System call numbers, a table for each processor.
//!
//! Every table is compiled everywhere: a program that runs on one processor and serves another, as
//! the build script and the host tool may, names the table (`numbers::x86_64::READ`). The names
//! without one are those of the processor that the code is compiled for.

/// Declares the numbers and the table of them together.
macro_rules! numbers {
    ($($name:ident = $number:literal;)*) => {
        $(pub const $name: u16 = $number;)*

        /// Every number with its name in capitals.
        pub const ALL: &[(&str, u16)] = &[$((stringify!($name), $number),)*];
    };
}

pub mod generic;
pub mod x86_64;

#[cfg(not(target_arch = "x86_64"))]
pub use generic::*;
#[cfg(target_arch = "x86_64")]
pub use x86_64::*;

/// The number of a call that the processor does not have. No kernel has a call of this number.
pub const ABSENT: u16 = 0xfeff;
