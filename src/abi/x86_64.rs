//! The layouts and flags of x86-64 that differ from those of other processors.

use super::Processor;
use super::layout::pair;

pub use super::numbers::x86_64 as numbers;
pub use super::program::x86_64::*;

pub const PROCESSOR: Processor = Processor::X86_64;

constants! { FACTS;
    "fcntl.h" {
        O_DIRECT = 0o40000;
        O_DIRECTORY = 0o200000;
        O_NOFOLLOW = 0o400000;
    }
    // sigaction(2): handler, flags, restorer, mask.
    "asm/signal.h" {
        SA_RESTORER = 0x0400_0000;
        SIGACTION_SIZE: "sizeof(struct sigaction)" = 32;
        SA_MASK: "offsetof(struct sigaction, sa_mask)" = 24;
    }
    // arch_prctl(2).
    "asm/prctl.h" {
        ARCH_SET_GS = 0x1001;
        ARCH_SET_FS = 0x1002;
        ARCH_GET_FS = 0x1003;
        ARCH_GET_GS = 0x1004;
    }
    "asm/stat.h" {
        STAT_SIZE: "sizeof(struct stat)" = 144;
        ST_INO: "offsetof(struct stat, st_ino)" = 8;
        ST_NLINK: "offsetof(struct stat, st_nlink)" = 16;
        ST_MODE: "offsetof(struct stat, st_mode)" = 24;
        ST_UID: "offsetof(struct stat, st_uid)" = 28;
        ST_GID: "offsetof(struct stat, st_gid)" = 32;
        ST_BLKSIZE: "offsetof(struct stat, st_blksize)" = 56;
        ST_MTIM_NSEC: "offsetof(struct stat, st_mtime_nsec)" = 96;
        /// The reserved bytes at the end.
        ST_UNUSED: "offsetof(struct stat, __unused)" = 120;
    }
    "sys/epoll.h" {
        EPOLL_EVENT_SIZE: "sizeof(struct epoll_event)" = 12;
        EPOLL_DATA: "offsetof(struct epoll_event, data)" = 4;
    }
}

/// `struct epoll_event`, packed: events and data (`epoll_ctl(2)`).
pub const fn epoll_event(events: i64, data: i64) -> [u8; 12] {
    let whole = pair(events, data);
    let mut bytes = [0; 12];
    let mut i = 0;
    while i < 12 {
        bytes[i] = whole[if i < 4 { i } else { i + 4 }];
        i += 1;
    }
    bytes
}
