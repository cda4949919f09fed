//! The tests from outside: the tool, the ELF in all environments, and the tree itself.

mod accel;
mod arrows;
mod bless;
mod cli;
mod collateral;
mod common;
mod deaths;
mod elf;
mod faults;
mod fuzz;
mod gate;
mod hostile;
mod house;
mod leftovers;
mod list;
mod load;
mod mangled;
mod microkernel;
mod missing;
mod reader;
mod reports;
mod repro;
mod snapshots;
mod surroundings;
mod targets;
mod toy;
