//! The memory of programs: the map of pages, the owners of frames, and the executable file.

pub(crate) mod elf;
pub(crate) mod frames;
pub(crate) mod space;
