//! Building: the ELF in its shapes, kernels of this repository, and the inspection of an ELF.

mod cargo;
pub mod cargo_env;
pub mod inspect;
mod toolchain;

pub use cargo::{Shape, build_elf, build_kernel};
pub use toolchain::freestanding_is_possible;
