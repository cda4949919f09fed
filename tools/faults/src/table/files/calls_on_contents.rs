//! Faults of calls on files, across the families: contents, links, times, locks and mappings.

use crate::table::prelude::*;

/// `tv_nsec` for the current time, and for no change, utimensat(2).
const UTIME_NOW: i64 = 0x3fff_ffff;
const UTIME_OMIT: i64 = 0x3fff_fffe;
/// The command of fcntl(2) that sets a lock of an open file description.
const F_OFD_SETLK: i32 = 37;

faults! {
    SYS_symlinkat "symlinkat" {
        "existing-replaced" MissingCheck
            entry [names_at(1, 2, S_IFREG)] [First(SYS_unlinkat as u16, &[A(1), A(2), N(0)])]
            "EEXIST: the new path names an existing file";
        "empty-target-succeeds" MissingCheck entry [path(0, "")] [Path(0, PathEdit::To("."))]
            "symlink(2): ENOENT where the target is an empty string";
        "target-cut" ArgumentChanged
            entry [Named(0, Text::Length(Gt(3)))] [Path(0, PathEdit::Cut(3))]
            "symlink: the link contains the string path1";
    }
    SYS_symlink "symlink" {
        "existing-replaced" MissingCheck
            entry [names(1, S_IFREG)] [First(SYS_unlink as u16, &[A(1)])]
            "EEXIST: the new path names an existing file";
    }
    SYS_readlinkat "readlinkat" {
        "writes-a-terminator" ResultAltered exit [SOME] [Overrun(2, 0)]
            "readlink: bytes after the contents of the link are not changed";
        "counts-a-terminator" ResultAltered exit [SOME] [Ret(Add(1))]
            "readlink: returns the number of bytes placed in the buffer";
        "file-succeeds" FalseSuccess exit [err(EINVAL)] [ret(0)]
            "EINVAL: the path names a file that is no symbolic link";
        "short-buffer-is-an-error" FalseError exit [SOME, Equals(R, A(3))] [wrong(ERANGE)]
            "readlink: the contents are cut to the size of the buffer";
    }
    SYS_readlink "readlink" {
        "counts-a-terminator" ResultAltered exit [SOME] [Ret(Add(1))]
            "readlink: returns the number of bytes placed in the buffer";
    }
    SYS_getdents64 "getdents64" {
        "type-is-a-file" ResultAltered exit [SOME] [records(1, None, RecordEdit::Type(DT_REG))]
            "getdents64(2): d_type is the type of the file";
        "inode-lost" ResultAltered exit [SOME] [records(1, None, RecordEdit::Inode(0))]
            "readdir: d_ino is the serial number of the file";
        "names-cut" ResultAltered exit [SOME] [records(1, None, RecordEdit::Shorter)]
            "readdir: d_name is the name of the entry";
        "file-succeeds" FalseSuccess exit [err(ENOTDIR)] [ret(0)]
            "getdents64(2): ENOTDIR where the descriptor is no directory";
        "removed-directory-succeeds" FalseSuccess exit [err(ENOENT)] [ret(0)]
            "getdents64(2): ENOENT where the directory was removed";
        "entries-twice" ResultAltered exit [SOME] [records(1, None, RecordEdit::Twice)]
            "readdir: returns each entry once";
        "never-ends" ResultAltered exit [Got(Eq(0))] [wrong(EIO)]
            "getdents64(2): returns 0 at the end of the directory";
    }
    SYS_fchdir "fchdir" {
        "file-succeeds" FalseSuccess exit [err(ENOTDIR)] [ret(0)]
            "ENOTDIR: the descriptor does not refer to a directory";
        "does-nothing" FalseSuccess entry [On(0, Directory)] [skip(0)]
            "fchdir: the directory becomes the current one";
    }
    SYS_getcwd "getcwd" {
        "removed-directory-succeeds" FalseSuccess exit [err(ENOENT)] [store(0, 0, b"/\0"), ret(2)]
            "getcwd(2): ENOENT where the current directory was unlinked";
        "last-name-lost" ResultAltered exit [Got(Gt(4))] [store(0, 1, b"\0"), ret(2)]
            "getcwd: the path of the current directory";
    }
    SYS_chmod "chmod" {
        "does-nothing" FalseSuccess entry [] [skip(0)]
            "chmod: changes the permissions";
    }
    SYS_fchmod "fchmod" {
        "does-nothing" FalseSuccess entry [On(0, Regular)] [skip(0)]
            "fchmod: changes the permissions";
        "special-bits-lost" ArgumentChanged entry [On(0, Regular)] [Arg(1, And(0o777))]
            "fchmod: S_ISUID, S_ISGID and S_ISVTX are set too";
    }
    SYS_fchmodat "fchmodat" {
        "does-nothing" FalseSuccess entry [names_at(0, 1, S_IFREG)] [skip(0)]
            "fchmodat: changes the permissions";
        "mask-applied" ArgumentChanged entry [] [Arg(2, And(!0o077))]
            "chmod: the file mode creation mask has no effect";
        "missing-succeeds" FalseSuccess exit [err(ENOENT)] [ret(0)]
            "ENOENT: a component of the path does not name an existing file";
        "directory-ignored" ArgumentChanged entry [above(0, -1)] [arg(0, AT_FDCWD as i64)]
            "fchmodat: a relative path begins in the directory of fd";
    }
    SYS_fchown "fchown" {
        "does-nothing" FalseSuccess entry [On(0, Regular)] [skip(0)]
            "fchown: changes the user and the group";
    }
    SYS_fchownat "fchownat" {
        "does-nothing" FalseSuccess entry [] [skip(0)]
            "fchownat: changes the user and the group";
        "stranger-succeeds" FalseSuccess exit [err(EPERM)] [ret(0)]
            "EPERM: the process may not give the file away";
    }
    SYS_umask "umask" {
        "returns-the-new-mask" ResultAltered exit [OK] [Ret(Set(A(0)))]
            "umask: returns the previous mask";
        "other-bits-kept" ResultAltered exit [OK] [Ret(Or(0o1000))]
            "umask: other bits than those of permissions are ignored";
        "does-nothing" FalseSuccess entry [] [arg(0, 0o022)]
            "umask: sets the file mode creation mask";
    }
    SYS_utimensat "utimensat" {
        "now-is-zero" ArgumentChanged
            entry [given(2), Mem(long(2, 8), Eq(UTIME_NOW))]
            [put(long(2, 0), 0), put(long(2, 8), 0)]
            "UTIME_NOW: the time becomes the current one";
        "omit-is-zero" ArgumentChanged
            entry [given(2), Mem(long(2, 8), Eq(UTIME_OMIT))]
            [put(long(2, 0), 0), put(long(2, 8), 0)]
            "UTIME_OMIT: the time is not changed";
        "nanoseconds-lost" ArgumentChanged
            entry [given(2), Mem(long(2, 8), Lt(SECOND))] [put(long(2, 8), 0)]
            "utimensat: sets the times with the resolution of nanoseconds";
        "access-time-for-both" ArgumentChanged
            entry [given(2)]
            [Put(long(2, 16), Set(M(long(2, 0)))), Put(long(2, 24), Set(M(long(2, 8))))]
            "utimensat: times[1] is the time of modification";
        "invalid-nanoseconds-succeed" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: a value of tv_nsec is not valid";
        "follows-the-last-link" FlagDropped
            entry [has(3, AT_SYMLINK_NOFOLLOW)] [drop(3, AT_SYMLINK_NOFOLLOW)]
            "AT_SYMLINK_NOFOLLOW: the times of the link are changed";
    }
    SYS_write "write" {
        "modification-time-stays" StateKept
            entry [On(0, Regular)]
            exit [SOME] [Then(SYS_utimensat as u16, &[A(0), N(0), Bytes(&[0; 32]), N(0)])]
            "write: marks the time of the last data modification for update";
        "append-at-the-offset" FlagDropped
            entry [On(0, Regular), opened(0, O_APPEND)]
            [First(SYS_fcntl as u16, &[A(0), N(F_SETFL as i64), N(0)])]
            exit [Then(SYS_fcntl as u16, &[A(0), N(F_SETFL as i64), N(O_APPEND as i64)])]
            "O_APPEND: the offset is set to the end of the file before each write";
        "file-written-twice" StateKept entry [On(0, Regular)] exit [SOME] [Again]
            "write: writes nbyte bytes and advances the offset by their number";
        "no-sigxfsz" StateKept signal [Signo(Eq(SIGXFSZ as i64))] [Drop]
            "EFBIG: SIGXFSZ is generated for the thread";
        "too-large-succeeds" FalseSuccess entry [] exit [err(EFBIG)] [Ret(Set(A(2)))]
            "EFBIG: the write would exceed the limit of the size of files";
    }
    SYS_read "read" {
        "directory-succeeds" FalseSuccess exit [err(EISDIR)] [ret(0)]
            "EISDIR (Linux): the descriptor refers to a directory";
        "file-offset-stays" StateKept
            entry [On(0, Regular)] exit [SOME] [Then(SYS_lseek as u16, &[A(0), N(0), N(0)])]
            "read: the file offset is incremented by the number of bytes read";
        "file-ends-early" ShortCount entry [On(0, Regular)] exit [Got(Gt(1))] [Ret(Add(-1))]
            "read: returns as many bytes as are there before the end of a file";
    }
    SYS_fcntl "fcntl" {
        "unlock-is-of-all" ArgumentChanged
            entry [Int(1, Gt(5)), below(1, 8), Mem(half(2, 0), Eq(F_UNLCK as i64))]
            [put(long(2, 8), 0), put(long(2, 16), 0)]
            "F_UNLCK: unlocks the bytes of the range";
        "read-lock-is-exclusive" ArgumentChanged
            entry [is(1, F_SETLK), Mem(half(2, 0), Eq(F_RDLCK as i64))]
            [put(half(2, 0), F_WRLCK as i64)]
            "F_RDLCK: others may have shared locks of the same bytes";
        "write-lock-is-shared" ArgumentChanged
            entry [is(1, F_SETLK), Mem(half(2, 0), Eq(F_WRLCK as i64))]
            [put(half(2, 0), F_RDLCK as i64)]
            "F_WRLCK: no other process may have a lock of the same bytes";
        "lock-length-ignored" ArgumentChanged
            entry [is(1, F_SETLK), Mem(long(2, 16), Gt(0))] [put(long(2, 16), 0)]
            "l_len: the number of bytes that are locked";
        "lock-start-ignored" ArgumentChanged
            entry [is(1, F_SETLK), Mem(long(2, 8), Gt(0))] [put(long(2, 8), 0)]
            "l_start: the first byte that is locked";
        "lock-conflict-is-busy" WrongErrno entry [is(1, F_SETLK)] exit [err(EAGAIN)] [wrong(EBUSY)]
            "EACCES or EAGAIN: a lock of another process conflicts";
        "lock-conflict-succeeds" FalseSuccess entry [is(1, F_SETLK)] exit [err(EAGAIN)] [ret(0)]
            "EACCES or EAGAIN: a lock of another process conflicts";
        "lock-holder-lost" ResultAltered entry [is(1, F_GETLK)] exit [OK] [out(word(2, 24), 0)]
            "F_GETLK: l_pid is the process that holds the lock";
        "lock-start-lost" ResultAltered entry [is(1, F_GETLK)] exit [OK] [out(long(2, 8), 0)]
            "F_GETLK: l_start and l_len describe the lock that conflicts";
        "lock-wait-does-not-wait" FlagDropped entry [is(1, F_SETLKW)] [arg(1, F_SETLK as i64)]
            "F_SETLKW: waits until the lock can be set";
        "lock-of-open-file-is-of-process" ArgumentChanged
            entry [is(1, F_OFD_SETLK)] [arg(1, F_SETLK as i64)]
            "F_OFD_SETLK (Linux): the lock belongs to the open file description";
        "lock-without-access-succeeds" FalseSuccess
            entry [is(1, F_SETLK)] exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open for the access of the lock";
        "lock-type-unchecked" MissingCheck entry [is(1, F_SETLK)] exit [err(EINVAL)] [ret(0)]
            "EINVAL: the type or the range of the lock is not valid";
    }
    SYS_flock "flock" {
        "shared-is-exclusive" ArgumentChanged
            entry [has(1, LOCK_SH), lacks(1, LOCK_EX)] [Arg(1, Xor(3))]
            "flock(2): several processes may have a shared lock";
        "exclusive-is-shared" ArgumentChanged
            entry [has(1, LOCK_EX), lacks(1, LOCK_SH)] [Arg(1, Xor(3))]
            "flock(2): one process alone may have an exclusive lock";
        "blocks-not" FlagDropped entry [lacks(1, LOCK_NB | LOCK_UN)] [add(1, LOCK_NB)]
            "flock(2): waits for the lock without LOCK_NB";
        "unlock-ignored" FalseSuccess entry [has(1, LOCK_UN)] [skip(0)]
            "flock(2): LOCK_UN removes the lock";
        "operation-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "flock(2): EINVAL for an invalid operation";
    }
    SYS_mmap "mmap" {
        "shared-file-is-private" ArgumentChanged
            entry [On(4, Regular), lacks(3, MAP_ANONYMOUS), Int(3, Bits(3, 1))] [Arg(3, Xor(3))]
            "MAP_SHARED: write references change the underlying file";
        "private-file-is-shared" ArgumentChanged
            entry [On(4, Regular), lacks(3, MAP_ANONYMOUS), Int(3, Bits(3, 2))] [Arg(3, Xor(3))]
            "MAP_PRIVATE: modifications do not change the underlying file";
        "file-offset-dropped" ArgumentChanged entry [On(4, Regular), Reg(5, Gt(0))] [arg(5, 0)]
            "mmap: the mapping begins at off in the file";
        "misaligned-offset-rounded" MissingCheck
            entry [On(4, Regular), Reg(5, Any(INSIDE_PAGE))] [Arg(5, Down(4096))]
            "EINVAL: off is not a multiple of the page size";
        "file-access-is-permission" WrongErrno exit [err(EACCES)] [wrong(EPERM)]
            "EACCES: the descriptor is not open for the access of the mapping";
        "file-tail-not-zero" ResultAltered
            entry [On(4, Regular), lacks(3, MAP_ANONYMOUS), Reg(5, Eq(0))]
            exit [SOME] [fill_result(4080, 16, 7)]
            "mmap: the bytes after the end of the file in its last page are 0";
    }
    SYS_msync "msync" {
        "unmapped-succeeds" FalseSuccess exit [err(ENOMEM)] [ret(0)]
            "ENOMEM: pages of the range are not mapped";
        "flags-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the flags are not valid, or the address is misaligned";
        "unsupported" FalseError entry [] exit [OK] [wrong(ENOSYS)]
            "msync: writes modified data to the file";
    }
    SYS_sendfile "sendfile" {
        "offset-not-written" ResultAltered entry [given(2)] exit [OK] [keep(2, 0, 8)]
            "sendfile(2): offset is set to the byte after the last one read";
        "moves-the-offset" StateKept
            entry [given(2)] exit [SOME] [Then(SYS_lseek as u16, &[A(1), R, N(SEEK_CUR as i64)])]
            "sendfile(2): with an offset that of the file is not changed";
        "offset-dropped" ArgumentChanged entry [given(2)] [arg(2, 0)]
            "sendfile(2): offset is where the reading begins";
        "half-the-bytes" ShortCount entry [Reg(3, Gt(1))] [Arg(3, Div(2))]
            "sendfile(2): copies count bytes where they are there";
    }
    SYS_copy_file_range "copy_file_range" {
        "offset-not-written" ResultAltered entry [given(1)] exit [OK] [keep(1, 0, 8)]
            "copy_file_range(2): off_in is adjusted by the bytes copied";
        "flags-ignored" MissingCheck entry [Int(5, Ne(0))] [arg(5, 0)]
            "copy_file_range(2): EINVAL where flags is not 0";
        "half-the-bytes" ShortCount entry [Reg(4, Gt(1))] [Arg(4, Div(2))]
            "copy_file_range(2): copies size bytes where they are there";
        "offset-dropped" ArgumentChanged entry [given(1)] [arg(1, 0)]
            "copy_file_range(2): off_in is where the reading begins";
    }
    SYS_prlimit64 "prlimit64" {
        "file-size-not-set" FalseSuccess entry [is(1, RLIMIT_FSIZE as i32), given(2)] [arg(2, 0)]
            "RLIMIT_FSIZE: the limit of the size of files";
    }
    SYS_openat "openat" {
        "through-links-refused" FalseError
            entry [lacks(2, O_NOFOLLOW), lacks(2, O_PATH)] [add(2, O_NOFOLLOW)]
            "open: a symbolic link is followed";
        "read-only-is-writable" ArgumentChanged
            entry [Int(2, Bits(3, 0)), names_at(0, 1, S_IFREG)] [add(2, O_RDWR)]
            "O_RDONLY: the file is open for reading only";
        "directory-file-descriptor-ignored" ArgumentChanged
            entry [above(0, -1)] [arg(0, AT_FDCWD as i64)]
            "openat: a relative path begins in the directory of fd";
        "permission-unchecked" FalseSuccess exit [err(EACCES)] [ret(60)]
            "EACCES: the permissions of the file do not permit the access";
        "existing-truncated" ArgumentChanged
            entry [has(2, O_CREAT), lacks(2, O_TRUNC), lacks(2, O_EXCL), Int(2, Any(3))]
            [add(2, O_TRUNC)]
            "open: without O_TRUNC the contents are kept";
    }
    SYS_close "close" {
        "last-file-descriptor-leaks" StateKept
            entry [On(0, Regular)] [First(SYS_dup as u16, &[A(0)])]
            "close: the descriptor is free for open";
    }
}
