//! The tests of the whole: the tool from outside, the ELF in all surroundings, the house itself.

mod accel;
mod bless;
mod cli;
mod collateral;
mod common;
mod elf;
mod faults;
mod gate;
mod hostile;
mod house;
mod microkernel;
mod missing;
mod reader;
mod reports;
mod snapshots;
mod surroundings;
mod targets;
