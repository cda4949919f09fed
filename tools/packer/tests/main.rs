//! The tests of the crate, as one program.

mod alignment;
mod common;
mod compress;
mod plan;
mod refusals;
mod room;
mod walls;
