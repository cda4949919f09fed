//! Layouts of `<asm-generic>`, which aarch64 and riscv64 have alike.

use super::layout::pair;

constants! { LAYOUT;
    "asm/stat.h" {
        STAT_SIZE: "sizeof(struct stat)" = 128;
        ST_INO: "offsetof(struct stat, st_ino)" = 8;
        ST_MODE: "offsetof(struct stat, st_mode)" = 16;
        ST_NLINK: "offsetof(struct stat, st_nlink)" = 20;
        ST_UID: "offsetof(struct stat, st_uid)" = 24;
        ST_GID: "offsetof(struct stat, st_gid)" = 28;
        ST_BLKSIZE: "offsetof(struct stat, st_blksize)" = 56;
        ST_MTIM_NSEC: "offsetof(struct stat, st_mtime_nsec)" = 96;
        /// The reserved bytes at the end.
        ST_UNUSED: "offsetof(struct stat, __unused4)" = 120;
    }
    "sys/epoll.h" {
        EPOLL_EVENT_SIZE: "sizeof(struct epoll_event)" = 16;
        EPOLL_DATA: "offsetof(struct epoll_event, data)" = 8;
    }
}

/// `struct epoll_event`: events, four bytes of padding, and data (`epoll_ctl(2)`).
pub const fn epoll_event(events: i64, data: i64) -> [u8; 16] {
    pair(events, data)
}
