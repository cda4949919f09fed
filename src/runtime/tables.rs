//! Where the tables of the packed plan lie; the format stands in `plan::bytecode`.

// Written by the build script.
include!(concat!(env!("OUT_DIR"), "/packed.rs"));
