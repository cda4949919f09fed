//! The layouts and flags of aarch64 that differ from those of other processors.

use super::Processor;
pub use super::generic::*;
pub use super::numbers::generic as numbers;
pub use super::program::aarch64::*;

pub const PROCESSOR: Processor = Processor::Aarch64;

constants! { FACTS;
    "fcntl.h" {
        O_DIRECT = 0o200000;
        O_DIRECTORY = 0o40000;
        O_NOFOLLOW = 0o100000;
    }
    // sigaction(2): handler, flags, restorer, mask.
    "asm/signal.h" {
        SA_RESTORER = 0x0400_0000;
        SIGACTION_SIZE: "sizeof(struct sigaction)" = 32;
        SA_MASK: "offsetof(struct sigaction, sa_mask)" = 24;
    }
}
