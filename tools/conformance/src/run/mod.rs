//! Running: one run of the suite on a kernel that may die on the way, over as many boots as needed.

pub mod accel;
pub mod boot;
pub mod boot_end;
pub mod campaign;
pub mod image;
pub mod initramfs;
pub mod interrupt;
pub mod monitor;
pub mod progress;
#[cfg(test)]
mod simulated;
pub mod supervisor;
pub mod version;
