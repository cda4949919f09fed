//! The memory of a program: the map of its pages, and the executable file that fills them.

pub(crate) mod elf;
pub(crate) mod space;
