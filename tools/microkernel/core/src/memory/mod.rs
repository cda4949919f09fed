//! The memory of a program: the map of its pages, and the executable file that is loaded there.

pub(crate) mod elf;
pub(crate) mod space;
