//! The items that the tests outside of this library need; nothing else of it is public.

pub mod control_block {
    pub use crate::control_block::{Block, patched, place};
}

pub use crate::build::inspect::{ElfKind, Inspected, SIZE_MAX, inspect, inspect_for};
pub use crate::build::{Shape, build_elf, build_suite, freestanding_is_possible};
pub use crate::error::EXIT_GOOD;
pub use crate::log::reader::{Event, Reader};
pub use crate::plan::{Plan, Planned, Step, end_line, totals_line};
pub use crate::report::{Format, Style};
pub use crate::repro::program as repro_program;
pub use crate::resources::Resources;
pub use crate::run::image::temp_elf;
pub use crate::spec::Spec;
pub use crate::target::{Target, TargetLimits};
pub use crate::verdict::compare::{Comparison, Report};
pub use crate::verdict::defect::Defect;
pub use crate::verdict::known_gaps::{Gaps, today};
pub use crate::verdict::outcome::{Got, Outcome};
pub use crate::verdict::run_outcome::{RunContext, RunOutcome};
