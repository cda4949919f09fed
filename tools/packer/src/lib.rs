//! Packs the plan of a suite into the tables of its ELF.
//!
//! The plan's modules are compiled into this crate, not imported: the build script of the package
//! that owns them calls this crate, so a dependency on that package would be a cycle. A package of
//! their own would end the cycle too, but give the ELF a dependency, and it has none.

#[path = "../../../src/abi/mod.rs"]
pub mod abi;
#[path = "../../../src/families/mod.rs"]
pub mod families;
#[path = "../../../src/plan/mod.rs"]
pub mod plan;
#[path = "../../../src/suites.rs"]
pub mod suites;

mod compress;
mod encode;

pub use compress::compress;
pub use encode::{Bytecode, encode};
