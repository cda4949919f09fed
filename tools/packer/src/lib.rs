//! Packs the plan of a suite into the tables of its ELF, and unpacks them again.
//!
//! The crate compiles the plan's modules itself. A dependency on the package that owns them would
//! be a cycle: the build script of that package depends on this crate. A third package for the plan
//! would end the cycle, but the ELF would depend on it, and the ELF has no dependency.

#[path = "../../../src/abi/mod.rs"]
pub mod abi;
#[path = "../../../src/families/mod.rs"]
pub mod families;
#[path = "../../../src/log/mod.rs"]
pub mod log;
#[path = "../../../src/plan/mod.rs"]
pub mod plan;
#[path = "../../../src/suites.rs"]
pub mod suites;

mod calls;
mod compress;
pub mod decode;
mod decompress;
mod encode;
mod room;
mod rules;
mod stream;
mod tables;
mod values;
mod vocabulary;

pub use compress::compress;
pub use decompress::{Reader, decompress};
pub use encode::{Bytecode, Error, Layout, encode};
pub use room::{Room, Rooms};
pub use stream::{Stream, memory};
pub use tables::{Tables, write_tables};
pub use values::{index_bytes, small};
