//! Constants for files.

use crate::linux::Errno;

// <linux/stat.h>.
pub(crate) const S_IFMT: u32 = 0o170_000;
pub(crate) const S_IFREG: u32 = 0o100_000;
pub(crate) const S_IFDIR: u32 = 0o040_000;
pub(crate) const S_IFLNK: u32 = 0o120_000;
pub(crate) const S_ISVTX: u32 = 0o1_000;
/// The bits of a file's mode that `chmod` sets.
pub(crate) const FILE_MODE: u32 = 0o7_777;
// access(2).
pub(crate) const MAY_EXEC: u32 = 1;
pub(crate) const MAY_WRITE: u32 = 2;
pub(crate) const MAY_READ: u32 = 4;
// <asm-generic/fcntl.h>.
pub(crate) const O_CREAT: i64 = 0o100;
pub(crate) const O_EXCL: i64 = 0o200;
pub(crate) const O_TRUNC: i64 = 0o1_000;
pub(crate) const O_DIRECTORY: i64 = 0o200_000;
pub(crate) const O_NOFOLLOW: i64 = 0o400_000;
pub(crate) const O_PATH: i64 = 0o10_000_000;
/// O_TMPFILE without O_DIRECTORY, which it contains.
pub(crate) const O_TMPFILE: i64 = 0o20_000_000;
/// The flags of `open` that F_GETFL does not return.
pub(crate) const O_CREATION: i64 = O_CREAT | O_EXCL | O_TRUNC | 0o2_000_000 | 0o400;
pub(crate) const AT_FDCWD: i32 = -100;
pub(crate) const AT_SYMLINK_NOFOLLOW: u32 = 0x100;
pub(crate) const AT_REMOVEDIR: u32 = 0x200;
pub(crate) const AT_EACCESS: u32 = 0x200;
pub(crate) const AT_SYMLINK_FOLLOW: u32 = 0x400;
pub(crate) const AT_NO_AUTOMOUNT: u32 = 0x800;
pub(crate) const AT_EMPTY_PATH: u32 = 0x1000;
/// AT_STATX_FORCE_SYNC and AT_STATX_DONT_SYNC.
pub(crate) const AT_STATX_SYNC_TYPE: u32 = 0x6000;
pub(crate) const RENAME_NOREPLACE: u32 = 1;
pub(crate) const RENAME_EXCHANGE: u32 = 2;
// lseek(2).
pub(crate) const SEEK_SET: u32 = 0;
pub(crate) const SEEK_CUR: u32 = 1;
pub(crate) const SEEK_END: u32 = 2;
pub(crate) const SEEK_DATA: u32 = 3;
pub(crate) const SEEK_HOLE: u32 = 4;
// <linux/falloc.h>.
pub(crate) const FALLOC_FL_KEEP_SIZE: u32 = 1;
pub(crate) const FALLOC_FL_PUNCH_HOLE: u32 = 2;
pub(crate) const FALLOC_FL_ZERO_RANGE: u32 = 16;
// utimensat(2).
pub(crate) const UTIME_NOW: u64 = (1 << 30) - 1;
pub(crate) const UTIME_OMIT: u64 = (1 << 30) - 2;
// flock(2).
pub(crate) const LOCK_SH: i32 = 1;
pub(crate) const LOCK_EX: i32 = 2;
pub(crate) const LOCK_NB: i32 = 4;
pub(crate) const LOCK_UN: i32 = 8;
// fcntl(2).
pub(crate) const F_GETLK: i64 = 5;
pub(crate) const F_SETLK: i64 = 6;
pub(crate) const F_SETLKW: i64 = 7;
pub(crate) const F_OFD_GETLK: i64 = 36;
pub(crate) const F_OFD_SETLK: i64 = 37;
pub(crate) const F_OFD_SETLKW: i64 = 38;
pub(crate) const F_RDLCK: u16 = 0;
pub(crate) const F_WRLCK: u16 = 1;
pub(crate) const F_UNLCK: u16 = 2;
/// `f_type` of a file system in memory (`statfs(2)`).
pub(crate) const TMPFS_MAGIC: u64 = 0x0102_1994;
// msync(2).
pub(crate) const MS_ASYNC: u32 = 1;
pub(crate) const MS_INVALIDATE: u32 = 2;
pub(crate) const MS_SYNC: u32 = 4;
pub(crate) const S_ISUID: u32 = 0o4_000;
pub(crate) const S_ISGID: u32 = 0o2_000;
pub(crate) const O_LARGEFILE: i64 = 0o100_000;
/// A file that is executed is open for writing, or the other way round.
pub(crate) const ETXTBSY: Errno = Errno(26);
