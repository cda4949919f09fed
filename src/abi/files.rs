//! Flags and other constants of files and directories, named as in the C headers.

constants! { FILES;
    "fcntl.h" {
        O_CREAT = 0o100;
        O_EXCL = 0o200;
        O_TRUNC = 0o1000;
        O_SYNC = 0o4010000;
        O_PATH = 0o10000000;
    }
    "fcntl.h" {
        AT_FDCWD = -100;
        AT_SYMLINK_NOFOLLOW = 256;
        AT_REMOVEDIR = 512;
        AT_SYMLINK_FOLLOW = 1024;
        AT_EACCESS = 512;
        AT_EMPTY_PATH = 4096;
        F_GETLK = 5;
        F_SETLK = 6;
        F_SETLKW = 7;
        F_OFD_GETLK = 36;
        F_OFD_SETLK = 37;
        F_OFD_SETLKW = 38;
        F_RDLCK = 0;
        F_WRLCK = 1;
        F_UNLCK = 2;
        FALLOC_FL_KEEP_SIZE = 1;
        FALLOC_FL_PUNCH_HOLE = 2;
    }
    "unistd.h" {
        SEEK_SET = 0;
        SEEK_CUR = 1;
        SEEK_END = 2;
        SEEK_DATA = 3;
        SEEK_HOLE = 4;
        F_OK = 0;
        X_OK = 1;
        W_OK = 2;
        R_OK = 4;
    }
    "sys/file.h" {
        LOCK_SH = 1;
        LOCK_EX = 2;
        LOCK_NB = 4;
        LOCK_UN = 8;
    }
    "sys/mman.h" {
        MS_ASYNC = 1;
        MS_INVALIDATE = 2;
        MS_SYNC = 4;
        MAP_POPULATE = 32768;
        MFD_CLOEXEC = 1;
    }
    "sys/stat.h" {
        S_IFMT = 0o170000;
        S_IFREG = 0o100000;
        S_IFDIR = 0o40000;
        S_IFLNK = 0o120000;
        S_IFCHR = 0o20000;
        S_ISUID = 0o4000;
        S_ISGID = 0o2000;
        S_ISVTX = 0o1000;
        UTIME_NOW = 0x3fffffff;
        UTIME_OMIT = 0x3ffffffe;
    }
    // statx(2).
    "linux/stat.h" {
        STATX_BASIC_STATS = 0x7ff;
        STX_NLINK: "offsetof(struct statx, stx_nlink)" = 16;
        STX_MODE: "offsetof(struct statx, stx_mode)" = 28;
        STX_INO: "offsetof(struct statx, stx_ino)" = 32;
        STX_SIZE: "offsetof(struct statx, stx_size)" = 40;
        STX_MTIME: "offsetof(struct statx, stx_mtime)" = 112;
    }
    "linux/fs.h" {
        RENAME_NOREPLACE = 1;
        RENAME_EXCHANGE = 2;
    }
    "dirent.h" {
        DT_UNKNOWN = 0;
        DT_REG = 8;
        DT_DIR = 4;
        DT_LNK = 10;
    }
    "linux/limits.h" {
        NAME_MAX = 255;
        PATH_MAX = 4096;
    }
    "asm/stat.h" {
        ST_DEV: "offsetof(struct stat, st_dev)" = 0;
        ST_SIZE: "offsetof(struct stat, st_size)" = 48;
        ST_BLOCKS: "offsetof(struct stat, st_blocks)" = 64;
        ST_ATIM: "offsetof(struct stat, st_atime)" = 72;
        ST_MTIM: "offsetof(struct stat, st_mtime)" = 88;
        ST_CTIM: "offsetof(struct stat, st_ctime)" = 104;
    }
    "asm/fcntl.h" {
        FLOCK_SIZE: "sizeof(struct flock)" = 32;
        L_WHENCE: "offsetof(struct flock, l_whence)" = 2;
        L_START: "offsetof(struct flock, l_start)" = 8;
        L_LEN: "offsetof(struct flock, l_len)" = 16;
        L_PID: "offsetof(struct flock, l_pid)" = 24;
    }
    // getdents64(2); `struct linux_dirent64` is in no header for programs.
    "dirent.h" {
        D_OFF: "offsetof(struct dirent, d_off)" = 8;
        D_RECLEN: "offsetof(struct dirent, d_reclen)" = 16;
        D_TYPE: "offsetof(struct dirent, d_type)" = 18;
        D_NAME: "offsetof(struct dirent, d_name)" = 19;
    }
}

/// `struct flock`: type and whence, start, length; the last word, for the pid, is 0 (`fcntl(2)`).
pub const fn flock(kind: i64, whence: i64, start: i64, length: i64) -> [u8; 32] {
    super::layout::four(kind | whence << 16, start, length, 0)
}
