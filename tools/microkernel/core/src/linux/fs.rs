//! Constants for files.

typed! {
    files;
    i32:
        AT_FDCWD LOCK_SH LOCK_EX LOCK_NB LOCK_UN;
    i64:
        O_CREAT O_EXCL O_TRUNC O_PATH F_GETLK F_SETLK F_SETLKW F_OFD_GETLK F_OFD_SETLK
        F_OFD_SETLKW;
    u16:
        F_RDLCK F_WRLCK F_UNLCK;
    u32:
        S_IFMT S_IFREG S_IFDIR S_IFLNK S_ISVTX AT_SYMLINK_NOFOLLOW AT_REMOVEDIR AT_EACCESS
        AT_SYMLINK_FOLLOW AT_EMPTY_PATH RENAME_NOREPLACE RENAME_EXCHANGE SEEK_SET SEEK_CUR
        SEEK_END SEEK_DATA SEEK_HOLE FALLOC_FL_KEEP_SIZE FALLOC_FL_PUNCH_HOLE MS_ASYNC
        MS_INVALIDATE MS_SYNC S_ISUID S_ISGID;
    u64:
        UTIME_NOW UTIME_OMIT;
}

// <linux/stat.h>.
/// The bits of a file's mode that `chmod` sets.
pub(crate) const FILE_MODE: u32 = 0o7_777;
// access(2).
pub(crate) const MAY_EXEC: u32 = 1;
pub(crate) const MAY_WRITE: u32 = 2;
pub(crate) const MAY_READ: u32 = 4;
// <asm-generic/fcntl.h>.
pub(crate) const O_DIRECTORY: i64 = 0o200_000;
pub(crate) const O_NOFOLLOW: i64 = 0o400_000;
pub(crate) const O_LARGEFILE: i64 = 0o100_000;
/// O_TMPFILE without O_DIRECTORY, which it contains.
pub(crate) const O_TMPFILE: i64 = 0o20_000_000;
/// The flags of `open` that F_GETFL does not return.
pub(crate) const O_CREATION: i64 = O_CREAT | O_EXCL | O_TRUNC | 0o2_000_000 | 0o400;
pub(crate) const AT_NO_AUTOMOUNT: u32 = 0x800;
/// AT_STATX_FORCE_SYNC and AT_STATX_DONT_SYNC.
pub(crate) const AT_STATX_SYNC_TYPE: u32 = 0x6000;
// <linux/falloc.h>.
pub(crate) const FALLOC_FL_ZERO_RANGE: u32 = 16;
/// `f_type` of a file system in memory (`statfs(2)`).
pub(crate) const TMPFS_MAGIC: u64 = 0x0102_1994;
