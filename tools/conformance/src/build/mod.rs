//! Building: the ELF in its shapes, kernels of this repository, and the inspection of an ELF.

mod cargo;
pub(crate) mod cargo_env;
mod foreign;
pub(crate) mod inspect;
mod toolchain;

pub use cargo::{Shape, build_elf, build_suite};
pub(crate) use cargo::{build_kernel, build_suites};
pub(crate) use foreign::{build_program, require_compiler};
pub use toolchain::freestanding_is_possible;
