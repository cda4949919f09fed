//! The layouts and flags of riscv64 that differ from those of other processors.

use super::Processor;
pub use super::generic::*;
pub use super::numbers::generic as numbers;
pub use super::program::riscv64::*;

pub const PROCESSOR: Processor = Processor::Riscv64;

constants! { FACTS;
    "fcntl.h" {
        O_DIRECT = 0o40000;
        O_DIRECTORY = 0o200000;
        O_NOFOLLOW = 0o400000;
    }
    // sigaction(2): handler, flags, mask. There is no restorer.
    "asm/signal.h" {
        SIGACTION_SIZE: "sizeof(struct sigaction)" = 24;
        SA_MASK: "offsetof(struct sigaction, sa_mask)" = 16;
    }
}

/// No flag: a handler returns to code of the kernel's.
pub const SA_RESTORER: i64 = 0;
