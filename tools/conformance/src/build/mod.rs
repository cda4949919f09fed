//! Building: the ELF in its shapes, kernels of this repository, and the inspection of an ELF.

mod cargo;
pub(crate) mod cargo_env;
pub(crate) mod inspect;
mod toolchain;

pub(crate) use cargo::build_kernel;
pub use cargo::{Shape, build_elf};
pub use toolchain::freestanding_is_possible;
