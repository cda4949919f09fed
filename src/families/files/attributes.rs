//! File attributes: `newfstatat`, `fstat`, `stat`, `access`, `faccessat`, `utimensat`.

use super::opening::NEW;
use crate::families::status::FILE_TYPE;
use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "File attributes",
    profile: Profile::Pse52,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

/// Two times long ago: of the last access and of the last change of the bytes.
pub(super) const OLD: [u8; 32] = four(1000, 123_456_789, 2000, 987_654_321);
/// The seconds of those times.
const OLD_ATIME: i64 = 1000;
pub(super) const OLD_MTIME: i64 = 2000;
/// Times beyond 32 bits, and before 1970.
const FAR_TIMES: [u8; 32] = four(5_000_000_000, 1, -1, 999_999_999);

const POSITIVE: Table = rows! {
    {
        const MODE: Place = STAT.plus(ST_MODE as i16).half();
    }
    FRESH();
    FOLDER();
    CLOCK_GETTIME(CLOCK_REALTIME, &TIME) => Is(0);
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    FSTAT(*FD_A, &STAT)                => Is(0), "file";
    AND(*MODE, FILE_TYPE)              => Is(S_IFREG), "fstat: S_IFREG";
    GET64(&STAT + ST_SIZE)             => Is(5), "fstat: size of a file";
    NEWFSTATAT(AT_FDCWD, [*b"a\0"], &STAT2, 0) => Is(0), "file";
    SAME(&STAT, &STAT2, STAT_SIZE)     => Is(0), "newfstatat: result as by a descriptor";
    COUNT(&STAT2 + STAT_SIZE, POISON, 91) => Is(91),
        "newfstatat: nothing is written behind the result";
    AND(*MODE, 0o777)                  => Is(0o600), "openat: mode";
    #[only(x86_64)]
    GET64(&STAT + ST_NLINK)            => Is(1), "fstat: one link";
    #[only(aarch64, riscv64)]
    GET32(&STAT + ST_NLINK)            => Is(1), "fstat: one link";
    GET64(&STAT2 + ST_MTIM)            => Keep(A);
    MINUS(*A, *TIME)                   => AtLeast(-2),
        "newfstatat: time of a new file";
    LINKAT(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"b\0"], 0);
    NEWFSTATAT(AT_FDCWD, [*b"b\0"], &STAT2, 0) => Is(0);
    SAME(&STAT, &STAT2, 16)            => Is(0), "newfstatat: two names are one file";
    #[only(x86_64)]
    GET64(&STAT2 + ST_NLINK)           => Is(2), "newfstatat: two links";
    #[only(aarch64, riscv64)]
    GET32(&STAT2 + ST_NLINK)           => Is(2), "newfstatat: two links";
    UNLINKAT(AT_FDCWD, [*b"b\0"], 0);
    UNLINKAT(AT_FDCWD, [*b"a\0"], 0);
    FSTAT(*FD_A, &STAT)                => Is(0), "file without a name";
    #[only(x86_64)]
    GET64(&STAT + ST_NLINK)            => Is(0), "fstat: no link";
    #[only(aarch64, riscv64)]
    GET32(&STAT + ST_NLINK)            => Is(0), "fstat: no link";
    GET64(&STAT + ST_SIZE)             => Is(5), "fstat: size of a file without a name";
    OPENAT(AT_FDCWD, [*b"c\0"], NEW, 0o600) => Keep(FD_B);
    FSTAT(*FD_B, &STAT2)               => Is(0);
    SAME(&STAT, &STAT2, 16)            => AtLeast(1), "fstat: another file";

    FRESH();
    FOLDER();
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0o700);
    NEWFSTATAT(AT_FDCWD, [*b"d\0"], &STAT, 0) => Is(0), "directory";
    AND(*MODE, FILE_TYPE)              => Is(S_IFDIR), "newfstatat: S_IFDIR";
    OPENAT(AT_FDCWD, [*b"d\0"], 0, 0)  => Keep(FD_A);
    FSTAT(*FD_A, &STAT2)               => Is(0), "directory";
    SAME(&STAT, &STAT2, 16)            => Is(0), "fstat: directory as by its name";
    OPENAT(AT_FDCWD, [*b"d/a\0"], NEW, 0o600) => Keep(FD_B);
    FSTAT(*FD_B, &STAT)                => Is(0);
    NEWFSTATAT(*FD_A, [*b"a\0"], &STAT2, 0) => Is(0), "path below a descriptor";
    SAME(&STAT, &STAT2, 16)            => Is(0), "newfstatat: path below a descriptor, file";
    NEWFSTATAT(AT_FDCWD, [*b"d/..\0"], &STAT, 0) => Is(0);
    NEWFSTATAT(AT_FDCWD, [*b".\0"], &STAT2, 0) => Is(0);
    SAME(&STAT, &STAT2, 16)            => Is(0), "newfstatat: dot dot is the parent";
    FACCESSAT(*FD_A, [*b"a\0"], F_OK)  => Is(0), "F_OK";
    FACCESSAT(AT_FDCWD, [*b"d/a\0"], R_OK | W_OK) => Is(0), "R_OK and W_OK";
    FACCESSAT(AT_FDCWD, [*b"d\0"], X_OK) => Is(0), "X_OK of a directory";
    #[only(x86_64)]
    NEWSTAT([*b"d/a\0"], &STAT2)       => Is(0), "file";
    #[only(x86_64)]
    FSTAT(*FD_B, &STAT)                => Is(0);
    #[only(x86_64)]
    SAME(&STAT, &STAT2, STAT_SIZE)     => Is(0), "stat: result as by a descriptor";
    #[only(x86_64)]
    ACCESS([*b"d/a\0"], R_OK | W_OK)   => Is(0), "R_OK and W_OK";

    // Times that are set.
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    UTIMENSAT(AT_FDCWD, [*b"a\0"], [OLD], 0) => Is(0), "both times";
    FSTAT(*FD_A, &STAT)                => Is(0);
    GET64(&STAT + ST_ATIM)             => Is(OLD_ATIME), "utimensat: st_atim";
    GET64(&STAT + ST_MTIM)             => Is(OLD_MTIME), "utimensat: st_mtim";
    SAME(&STAT + ST_ATIM, [OLD], 32)   => Is(0), "utimensat: tv_nsec of both times";
    PAIR(&TIME, 5, UTIME_OMIT);
    PAIR(&TIME2, 7, 0);
    UTIMENSAT(AT_FDCWD, [*b"a\0"], &TIME, 0) => Is(0), "UTIME_OMIT";
    FSTAT(*FD_A, &STAT)                => Is(0);
    GET64(&STAT + ST_ATIM)             => Is(OLD_ATIME), "utimensat: UTIME_OMIT keeps st_atim";
    GET64(&STAT + ST_MTIM)             => Is(7), "utimensat: st_mtim beside UTIME_OMIT";
    PAIR(&TIME, 5, UTIME_NOW);
    PAIR(&TIME2, 5, UTIME_OMIT);
    UTIMENSAT(*FD_A, 0, &TIME, 0)      => Is(0), "descriptor of a file";
    FSTAT(*FD_A, &STAT)                => Is(0);
    GET64(&STAT + ST_ATIM)             => AtLeast(OLD_MTIME + 1), "utimensat: UTIME_NOW";
    GET64(&STAT + ST_MTIM)             => Is(7), "utimensat: UTIME_OMIT keeps st_mtim";
    UTIMENSAT(AT_FDCWD, [*b"a\0"], 0, 0) => Is(0), "no times";
    FSTAT(*FD_A, &STAT)                => Is(0);
    GET64(&STAT + ST_MTIM)             => AtLeast(OLD_MTIME + 1), "utimensat: no times, st_mtim";

    // Times that move, each from long ago.
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    UTIMENSAT(*FD_A, 0, [OLD], 0)      => Is(0);
    LSEEK(*FD_A, 0, SEEK_SET)          => Is(0);
    READ(*FD_A, &BUF, 4096)            => Is(5);
    LINKAT(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"b\0"], 0);
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_B);
    FSYNC(*FD_A);
    WRITE(*FD_A, &BUF, 0)              => Is(0);
    FSTAT(*FD_A, &STAT)                => Is(0);
    GET64(&STAT + ST_MTIM)             => Is(OLD_MTIME), "read: st_mtim is kept";
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    FSTAT(*FD_A, &STAT)                => Is(0);
    GET64(&STAT + ST_MTIM)             => AtLeast(OLD_MTIME + 1), "write: st_mtim moves";
    UTIMENSAT(*FD_A, 0, [OLD], 0)      => Is(0);
    FTRUNCATE(*FD_A, 2)                => Is(0);
    FSTAT(*FD_A, &STAT)                => Is(0);
    GET64(&STAT + ST_MTIM)             => AtLeast(OLD_MTIME + 1), "ftruncate: st_mtim moves";
    UTIMENSAT(*FD_A, 0, [OLD], 0)      => Is(0);
    TRUNCATE([*b"a\0"], 1)             => Is(0);
    FSTAT(*FD_A, &STAT)                => Is(0);
    GET64(&STAT + ST_MTIM)             => AtLeast(OLD_MTIME + 1), "truncate: st_mtim moves";
    UTIMENSAT(*FD_A, 0, [OLD], 0)      => Is(0);
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_TRUNC, 0) => AtLeast(3);
    FSTAT(*FD_A, &STAT)                => Is(0);
    GET64(&STAT + ST_MTIM)             => AtLeast(OLD_MTIME + 1),
        "openat: st_mtim moves by O_TRUNC";

    // A directory's times move by its names.
    FRESH();
    FOLDER();
    UTIMENSAT(AT_FDCWD, [*b".\0"], [OLD], 0) => Is(0), "directory";
    NEWFSTATAT(AT_FDCWD, [*b".\0"], &STAT, 0) => Is(0);
    GET64(&STAT + ST_MTIM)             => Is(OLD_MTIME), "utimensat: st_mtim of a directory";
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => AtLeast(3);
    NEWFSTATAT(AT_FDCWD, [*b".\0"], &STAT, 0) => Is(0);
    GET64(&STAT + ST_MTIM)             => AtLeast(OLD_MTIME + 1),
        "openat: st_mtim of the directory";
    UTIMENSAT(AT_FDCWD, [*b".\0"], [OLD], 0) => Is(0);
    UNLINKAT(AT_FDCWD, [*b"a\0"], 0);
    NEWFSTATAT(AT_FDCWD, [*b".\0"], &STAT, 0) => Is(0);
    GET64(&STAT + ST_MTIM)             => AtLeast(OLD_MTIME + 1),
        "unlinkat: st_mtim of the directory";

    // st_ctim cannot be set: it is compared with one that is older than a tick.
    FRESH();
    FOLDER();
    WATCH();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    FSTAT(*FD_A, &STAT)                => Is(0);
    PAIR(&TIME, 0, 25_000_000);
    NANOSLEEP(&TIME, 0)                => Is(0);
    READ(*FD_A, &BUF, 4096)            => Is(0);
    FSTAT(*FD_A, &STAT2)               => Is(0);
    SAME(&STAT + ST_CTIM, &STAT2 + ST_CTIM, 16) => Is(0), "read: st_ctim is kept";
    LINKAT(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"b\0"], 0);
    FSTAT(*FD_A, &STAT2)               => Is(0);
    SAME(&STAT + ST_CTIM, &STAT2 + ST_CTIM, 16) => AtLeast(1), "linkat: st_ctim moves";
    SAME(&STAT + ST_MTIM, &STAT2 + ST_MTIM, 16) => Is(0), "linkat: st_mtim is kept";
    NANOSLEEP(&TIME, 0)                => Is(0);
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    FSTAT(*FD_A, &STAT)                => Is(0);
    SAME(&STAT + ST_CTIM, &STAT2 + ST_CTIM, 16) => AtLeast(1), "write: st_ctim moves";
    SAME(&STAT + ST_CTIM, &STAT + ST_MTIM, 16) => Is(0), "write: st_ctim is st_mtim";
};

const NEGATIVE: Table = rows! {
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    NEWFSTATAT(AT_FDCWD, [*b"b\0"], &STAT, 0) => Err(ENOENT), "missing file";
    NEWFSTATAT(AT_FDCWD, [*b"\0"], &STAT, 0) => Err(ENOENT), "empty path";
    NEWFSTATAT(AT_FDCWD, [*b"a/b\0"], &STAT, 0) => Err(ENOTDIR), "file in place of a directory";
    NEWFSTATAT(-1, [*b"a\0"], &STAT, 0) => Err(EBADF), "descriptor -1";
    NEWFSTATAT(AT_FDCWD, 8, &STAT, 0)  => Err(EFAULT), "unmapped path";
    NEWFSTATAT(AT_FDCWD, [*b"a\0"], &STAT, 1) => Err(EINVAL), "unknown flag";
    COUNT(&STAT, POISON, STAT_SIZE)    => Is(STAT_SIZE), "newfstatat: errors write nothing";
    NEWFSTATAT(AT_FDCWD, [*b"a\0"], &EDGE, 0) => Err(EFAULT), "unmapped result";
    #[only(x86_64)]
    NEWSTAT([*b"b\0"], &STAT)          => Err(ENOENT), "missing file";
    #[only(x86_64)]
    NEWSTAT([*b"a\0"], &EDGE)          => Err(EFAULT), "unmapped result";
    FACCESSAT(AT_FDCWD, [*b"b\0"], F_OK) => Err(ENOENT), "missing file";
    FACCESSAT(AT_FDCWD, [*b"a/b\0"], F_OK) => Err(ENOTDIR), "file in place of a directory";
    FACCESSAT(AT_FDCWD, [*b"a\0"], X_OK) => Err(EACCES), "X_OK of a file that cannot be executed";
    FACCESSAT(AT_FDCWD, [*b"a\0"], 8)  => Err(EINVAL), "unknown mode";
    FACCESSAT(-1, [*b"a\0"], F_OK)     => Err(EBADF), "descriptor -1";
    FACCESSAT(AT_FDCWD, 8, F_OK)       => Err(EFAULT), "unmapped path";
    #[only(x86_64)]
    ACCESS([*b"b\0"], F_OK)            => Err(ENOENT), "missing file";
    #[only(x86_64)]
    ACCESS([*b"a\0"], X_OK)            => Err(EACCES), "X_OK of a file that cannot be executed";

    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    UTIMENSAT(AT_FDCWD, [*b"a\0"], [OLD], 0) => Is(0);
    UTIMENSAT(AT_FDCWD, [*b"b\0"], 0, 0) => Err(ENOENT), "missing file";
    UTIMENSAT(AT_FDCWD, [*b"a/b\0"], 0, 0) => Err(ENOTDIR), "file in place of a directory";
    UTIMENSAT(-1, [*b"a\0"], 0, 0)     => Err(EBADF), "descriptor -1";
    UTIMENSAT(9, 0, 0, 0)              => Err(EBADF), "closed descriptor";
    UTIMENSAT(AT_FDCWD, 8, 0, 0)       => Err(EFAULT), "unmapped path";
    UTIMENSAT(AT_FDCWD, [*b"a\0"], 8, 0) => Err(EFAULT), "unmapped times";
    UTIMENSAT(AT_FDCWD, [*b"a\0"], 0, 1) => Err(EINVAL), "unknown flag";
    PAIR(&TIME2, 0, 1_000_000_000);
    PAIR(&TIME, 0, 0);
    UTIMENSAT(AT_FDCWD, [*b"a\0"], &TIME, 0) => Err(EINVAL), "tv_nsec 1000000000";
    PAIR(&TIME2, 0, -1);
    UTIMENSAT(AT_FDCWD, [*b"a\0"], &TIME, 0) => Err(EINVAL), "tv_nsec -1";
    FSTAT(*FD_A, &STAT)                => Is(0);
    GET64(&STAT + ST_ATIM)             => Is(OLD_ATIME), "utimensat: errors keep the times";
};

const BOUNDARY: Table = rows! {
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    NEWFSTATAT(AT_FDCWD, [*b"a\0"], &EDGE - STAT_SIZE, 0) => Is(0), "last bytes of a page";
    NEWFSTATAT(AT_FDCWD, [*b"a\0"], &EDGE - (STAT_SIZE - 8), 0)
        => Err(EFAULT), "half of the result unmapped";
    FILL(&BUF, b'a', 256);
    PUT8(&BUF + 256, 0);
    NEWFSTATAT(AT_FDCWD, &BUF, &STAT, 0) => Err(ENAMETOOLONG), "NAME_MAX + 1";
    UTIMENSAT(*FD_A, 0, [FAR_TIMES], 0) => Is(0);
    FSTAT(*FD_A, &STAT)                => Is(0);
    GET64(&STAT + ST_ATIM)             => Is(5_000_000_000), "utimensat: time after 2106";
    GET64(&STAT + ST_MTIM)             => Is(-1), "utimensat: time before 1970";
};
