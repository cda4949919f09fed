//! Targets: how to run an ELF on a kernel, read from `tools/targets/NAME.toml`.
//!
//! A target is a command that prints a console. Nothing else is asked of it, so that an emulator,
//! a sandbox, a board at the end of `ssh` and a recorded log are all the same.

mod console;
mod file;
mod kernel;
mod limits;
mod packages;
mod template;

pub(crate) use console::Console;
pub use file::Target;
pub(crate) use file::{ElfShape, oracle_of};
pub(crate) use kernel::require_file;
pub use limits::TargetLimits;
pub(crate) use packages::{is_program, require_packages};
pub(crate) use template::{Invocation, Places, quoted};
