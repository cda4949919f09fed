//! Descriptors and where they lead: `dup`, `dup2`, `dup3`, `fcntl`, `pipe2`, `fstat`, `getcwd`,
//! `chdir`.

use super::words::*;

const CLOSE_ON_EXEC: i64 = FD_CLOEXEC as i64;

faults! {
    SYS_dup "dup" {
        "closed-descriptor-succeeds" MissingCheck [err(EBADF)] [ret(3)]
            "EBADF: the descriptor is not open";
        "negative-descriptor-panics" Panic [below(0, 0)] [Panic]
            "EBADF: the descriptor is not open";
        "huge-descriptor-panics" Panic [above(0, 1023)] [Panic]
            "EBADF: the descriptor is not open";
        "closed-descriptor-is-invalid" WrongErrno [err(EBADF)] [wrong(EINVAL)]
            "EBADF: the descriptor is not open";
        "closed-descriptor-is-too-many" WrongErrno [err(EBADF)] [wrong(EMFILE)]
            "EBADF: the descriptor is not open";
        "not-the-lowest" StateKept [above(0, -1)]
            [Become(SYS_fcntl as u16, &[A(0), N(F_DUPFD as i64), N(20)])]
            "dup: the lowest descriptor that is free";
        "numbers-climb" StateKept [above(0, -1)]
            [Become(SYS_fcntl as u16, &[A(0), N(F_DUPFD as i64), Count])]
            "dup: the lowest descriptor that is free";
        "skips-standard-numbers" StateKept [is(0, 0)]
            [Become(SYS_fcntl as u16, &[A(0), N(F_DUPFD as i64), N(3)])]
            "dup: the lowest descriptor that is free, 0 too"
            hidden "only a program that closes its standard descriptors shows it";
        "closes-on-exec" FlagDropped [above(0, -1)]
            [Become(SYS_fcntl as u16, &[A(0), N(F_DUPFD_CLOEXEC as i64), N(0)])]
            "dup: FD_CLOEXEC is clear in the copy";
        "copy-is-the-original" ResultAltered [OK, above(0, 2)]
            [Then(SYS_close as u16, &[R]), Ret(Set(A(0)))]
            "dup: a new descriptor";
        "original-is-closed" StateKept [OK, above(0, 2)] [Then(SYS_close as u16, &[A(0)])]
            "dup: the original stays open";
        "copies-leak" StateKept [Past(250)] [fail(EMFILE)]
            "close: the descriptor is free again";
        "returns-zero" ResultAltered [SOME] [ret(0)]
            "dup: returns the new descriptor";
    }
    SYS_dup2 "dup2" {
        "same-is-invalid" FalseError [Same(0, 1), above(0, -1)] [fail(EINVAL)]
            "dup2: equal descriptors are returned without an error";
        "same-closed-succeeds" MissingCheck [Same(0, 1), err(EBADF)] [Ret(Set(A(1)))]
            "EBADF: fildes is not open, even where both are equal";
        "same-is-closed" StateKept [Same(0, 1), OK, above(0, 2)] [Then(SYS_close as u16, &[A(0)])]
            "dup2: equal descriptors are returned without closing";
        "negative-takes-the-lowest" MissingCheck [below(1, 0)] [Become(SYS_dup as u16, &[A(0)])]
            "EBADF: fildes2 is negative";
        "negative-is-invalid" WrongErrno [below(1, 0)] [fail(EINVAL)]
            "EBADF: fildes2 is negative";
        "limit-unchecked" MissingCheck [above(1, 1023), err(EBADF)] [Ret(Set(A(1)))]
            "EBADF: fildes2 is at least OPEN_MAX";
        "huge-panics" Panic [above(1, 1 << 20)] [Panic]
            "EBADF: fildes2 is at least OPEN_MAX";
        "limit-is-too-many" WrongErrno [above(1, 63), err(EBADF)] [wrong(EMFILE)]
            "EBADF: fildes2 is at least OPEN_MAX";
        "closed-source-panics" Panic [above(1, -1), err(EBADF)] [Panic]
            "EBADF: fildes is not open";
        "closed-source-succeeds" MissingCheck [above(1, -1), err(EBADF)] [Ret(Set(A(1)))]
            "EBADF: fildes is not open";
        "closed-source-closes-target" StateKept [err(EBADF), above(1, 2)]
            [Then(SYS_close as u16, &[A(1)])]
            "dup2: where fildes is not open, fildes2 stays as it is";
        "open-target-is-busy" FalseError [above(0, -1), above(1, 2), Ready(1, -1)] [fail(EBUSY)]
            "dup2: an open fildes2 is closed first";
        "open-target-is-kept" StateKept [above(0, -1), above(1, 2), Ready(1, -1)] [Act::Skip(A(1))]
            "dup2: an open fildes2 is closed first";
        "target-ignored" ArgumentChanged [above(0, -1), above(1, 2)]
            [Become(SYS_dup as u16, &[A(0)])]
            "dup2: the copy is fildes2";
        "returns-zero" ResultAltered [SOME] [ret(0)]
            "dup2: returns fildes2";
        "closes-on-exec" FlagDropped [OK, above(1, 2)]
            [Then(SYS_fcntl as u16, &[A(1), N(F_SETFD as i64), N(CLOSE_ON_EXEC)])]
            "dup2: FD_CLOEXEC is clear in fildes2";
        "source-is-closed" StateKept [OK, above(0, 2)] [Then(SYS_close as u16, &[A(0)])]
            "dup2: fildes stays open";
    }
    SYS_dup3 "dup3" {
        "same-succeeds" MissingCheck [Same(0, 1)] [Act::Skip(A(1))]
            "EINVAL (Linux): both descriptors are equal";
        "same-is-bad-descriptor" WrongErrno [Same(0, 1), err(EINVAL)] [wrong(EBADF)]
            "EINVAL (Linux): both descriptors are equal";
        "unknown-flag-accepted" MissingCheck [Int(2, Any(!(O_CLOEXEC as i64)))]
            [Arg(2, And(O_CLOEXEC as i64))]
            "EINVAL (Linux): an invalid flag";
        "unknown-flag-panics" Panic [Int(2, Any(!(O_CLOEXEC as i64)))] [Panic]
            "EINVAL (Linux): an invalid flag";
        "close-on-exec-dropped" FlagDropped [has(2, O_CLOEXEC)] [drop(2, O_CLOEXEC)]
            "O_CLOEXEC: FD_CLOEXEC is set in the copy";
        "close-on-exec-always" FlagDropped [is(2, 0)] [add(2, O_CLOEXEC)]
            "dup3: without O_CLOEXEC FD_CLOEXEC is clear";
        "closed-source-succeeds" MissingCheck [err(EBADF), above(1, -1)] [Ret(Set(A(1)))]
            "EBADF: the descriptor is not open";
        "negative-target-panics" Panic [below(1, 0)] [Panic]
            "EBADF: the new descriptor is out of range";
        "negative-target-succeeds" MissingCheck [below(1, 0)] [Become(SYS_dup as u16, &[A(0)])]
            "EBADF: the new descriptor is out of range";
        "limit-unchecked" MissingCheck [above(1, 1023), err(EBADF)] [Ret(Set(A(1)))]
            "EBADF: the new descriptor is out of range";
        "open-target-is-kept" StateKept [above(0, -1), above(1, 2), Ready(1, -1)] [Act::Skip(A(1))]
            "dup3: an open target is closed first";
        "returns-zero" ResultAltered [SOME] [ret(0)]
            "dup3: returns the new descriptor";
        "unsupported" FalseError [] [fail(ENOSYS)]
            "dup3: duplicates a descriptor";
    }
    SYS_fcntl "fcntl" {
        "minimum-ignored" ArgumentChanged [is(1, F_DUPFD)] [arg(2, 0)]
            "F_DUPFD: the lowest free descriptor that is at least arg";
        "minimum-is-exact" StateKept [is(1, F_DUPFD), above(2, 2), above(0, -1)]
            [Become(SYS_dup2 as u16, &[A(0), A(2)])]
            "F_DUPFD: the lowest free descriptor that is at least arg";
        "minimum-is-exceeded" ArgumentChanged [is(1, F_DUPFD), above(2, -1), below(2, 60)]
            [Arg(2, Add(1))]
            "F_DUPFD: the lowest free descriptor that is at least arg";
        "negative-minimum-accepted" MissingCheck [is(1, F_DUPFD), below(2, 0)] [arg(2, 0)]
            "EINVAL: arg is negative";
        "negative-minimum-panics" Panic [is(1, F_DUPFD), below(2, 0)] [Panic]
            "EINVAL: arg is negative";
        "huge-minimum-accepted" MissingCheck [is(1, F_DUPFD), above(2, 1023)] [arg(2, 0)]
            "EINVAL: arg is at least OPEN_MAX";
        "minimum-is-too-many" WrongErrno [is(1, F_DUPFD), err(EINVAL)] [wrong(EMFILE)]
            "EINVAL: arg is negative or at least OPEN_MAX";
        "copy-closes-on-exec" FlagDropped [is(1, F_DUPFD)] [arg(1, F_DUPFD_CLOEXEC as i64)]
            "F_DUPFD: FD_CLOEXEC is clear in the copy";
        "copy-stays-on-exec" FlagDropped [is(1, F_DUPFD_CLOEXEC)] [arg(1, F_DUPFD as i64)]
            "F_DUPFD_CLOEXEC: FD_CLOEXEC is set in the copy";
        "copy-on-exec-unsupported" FalseError [is(1, F_DUPFD_CLOEXEC)] [fail(EINVAL)]
            "F_DUPFD_CLOEXEC: FD_CLOEXEC is set in the copy";
        "flags-read-as-none" ResultAltered [is(1, F_GETFD), SOME] [ret(0)]
            "F_GETFD: the descriptor's flags";
        "flags-read-as-set" ResultAltered [is(1, F_GETFD), Got(Eq(0))] [ret(CLOSE_ON_EXEC)]
            "F_GETFD: the descriptor's flags";
        "flags-not-set" StateKept [is(1, F_SETFD), has(2, FD_CLOEXEC)] [skip(0)]
            "F_SETFD: sets the descriptor's flags";
        "flags-not-cleared" StateKept [is(1, F_SETFD), lacks(2, FD_CLOEXEC)] [skip(0)]
            "F_SETFD: sets the descriptor's flags";
        "flags-shared-with-copies" StateKept [is(1, F_SETFD), OK]
            [Then(SYS_fcntl as u16, &[P(0, 1), N(F_SETFD as i64), A(2)])]
            "F_SETFD: flags of one descriptor, not of its copies";
        "status-is-zero" ResultAltered [is(1, F_GETFL), SOME] [ret(0)]
            "F_GETFL: status flags and access mode";
        "status-without-access-mode" ResultAltered [is(1, F_GETFL), OK]
            [Ret(And(!(O_ACCMODE as i64)))]
            "F_GETFL: status flags and access mode";
        "status-without-nonblock" ResultAltered [is(1, F_GETFL), Got(Has(O_NONBLOCK as i64))]
            [Ret(Xor(O_NONBLOCK as i64))]
            "F_GETFL: status flags and access mode";
        "status-shows-close-on-exec" ResultAltered [is(1, F_GETFL), OK]
            [Ret(Or(O_CLOEXEC as i64))]
            "F_GETFL: FD_CLOEXEC is no status flag";
        "nonblock-not-set" StateKept [is(1, F_SETFL), has(2, O_NONBLOCK)] [skip(0)]
            "F_SETFL: sets the status flags";
        "nonblock-not-cleared" StateKept [is(1, F_SETFL), lacks(2, O_NONBLOCK)] [skip(0)]
            "F_SETFL: sets the status flags";
        "append-not-set" FlagDropped [is(1, F_SETFL), has(2, O_APPEND)] [drop(2, O_APPEND)]
            "F_SETFL: sets the status flags";
        "access-mode-refused" FalseError [is(1, F_SETFL), Int(2, Any(O_ACCMODE as i64))]
            [fail(EINVAL)]
            "F_SETFL: bits of the access mode are ignored";
        "unknown-command-succeeds" MissingCheck [err(EINVAL), above(1, 16)] [ret(0)]
            "EINVAL: the command is invalid";
        "unknown-command-panics" Panic [err(EINVAL), isnt(1, F_DUPFD), isnt(1, F_DUPFD_CLOEXEC)]
            [Panic]
            "EINVAL: the command is invalid";
        "unknown-command-unsupported" WrongErrno [err(EINVAL), isnt(1, F_DUPFD),
            isnt(1, F_DUPFD_CLOEXEC)] [wrong(ENOSYS)]
            "EINVAL: the command is invalid";
        "closed-descriptor-succeeds" MissingCheck [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "closed-descriptor-is-invalid" WrongErrno [err(EBADF)] [wrong(EINVAL)]
            "EBADF: the descriptor is not open";
        "negative-descriptor-panics" Panic [below(0, 0)] [Panic]
            "EBADF: the descriptor is not open";
        "huge-descriptor-panics" Panic [above(0, 1023)] [Panic]
            "EBADF: the descriptor is not open";
        "closed-descriptor-in-dupfd" MissingCheck [is(1, F_DUPFD), err(EBADF)] [ret(3)]
            "EBADF: the descriptor is not open";
    }
    SYS_pipe2 "pipe2" {
        "unknown-flag-accepted" MissingCheck [err(EINVAL)]
            [Then(SYS_pipe2 as u16, &[A(0), N(0)]), ret(0)]
            "EINVAL: an invalid flag";
        "unknown-flag-panics" Panic [err(EINVAL)] [Panic]
            "EINVAL: an invalid flag";
        "unknown-flag-unsupported" WrongErrno [err(EINVAL)] [wrong(ENOSYS)]
            "EINVAL: an invalid flag";
        "close-on-exec-dropped" FlagDropped [has(1, O_CLOEXEC)] [drop(1, O_CLOEXEC)]
            "O_CLOEXEC: FD_CLOEXEC is set in both";
        "close-on-exec-always" FlagDropped [lacks(1, O_CLOEXEC)] [add(1, O_CLOEXEC)]
            "pipe: FD_CLOEXEC is clear in both";
        "close-on-exec-on-read-end-only" FlagDropped [has(1, O_CLOEXEC), OK]
            [Then(SYS_fcntl as u16, &[M(word(0, 4)), N(F_SETFD as i64), N(0)])]
            "O_CLOEXEC: FD_CLOEXEC is set in both";
        "nonblock-dropped" FlagDropped [has(1, O_NONBLOCK)] [drop(1, O_NONBLOCK)]
            "O_NONBLOCK: set in both";
        "nonblock-always" FlagDropped [lacks(1, O_NONBLOCK)] [add(1, O_NONBLOCK)]
            "pipe: O_NONBLOCK is clear in both";
        "nonblock-on-read-end-only" FlagDropped [has(1, O_NONBLOCK), OK]
            [Then(SYS_fcntl as u16, &[M(word(0, 4)), N(F_SETFL as i64), N(0)])]
            "O_NONBLOCK: set in both";
        "nonblock-on-write-end-only" FlagDropped [has(1, O_NONBLOCK), OK]
            [Then(SYS_fcntl as u16, &[M(word(0, 0)), N(F_SETFL as i64), N(0)])]
            "O_NONBLOCK: set in both";
        "ends-swapped" ResultAltered [OK]
            [Note(M(word(0, 0))), Out(word(0, 0), Set(M(word(0, 4)))), Out(word(0, 4), Set(Noted))]
            "pipe: fildes[0] is the read end";
        "one-end-twice" ResultAltered [OK] [Out(word(0, 4), Set(M(word(0, 0))))]
            "pipe: fildes[1] is the write end";
        "results-unwritten" ResultAltered [OK] [keep(0, 0, 8)]
            "pipe: both descriptors are stored";
        "results-are-longs" ResultAltered [OK] [out(word(0, 8), 0)]
            "pipe: two ints are stored, nothing behind them";
        "not-the-lowest" StateKept [OK] [Renumber(Some(word(0, 0)), N(30))]
            "pipe: the two lowest descriptors that are free";
        "numbers-climb" StateKept [OK] [Renumber(Some(word(0, 0)), Count)]
            "pipe: the two lowest descriptors that are free";
        "unmapped-result-succeeds" MissingCheck [err(EFAULT)] [ret(0)]
            "EFAULT: the array is not mapped";
        "unmapped-result-panics" Panic [err(EFAULT)] [Panic]
            "EFAULT: the array is not mapped";
        "unmapped-result-leaks" StateKept [err(EFAULT)] [Then(SYS_dup as u16, &[N(1)])]
            "pipe: a failure allocates no descriptors";
        "unknown-flag-leaks" StateKept [err(EINVAL)] [Then(SYS_dup as u16, &[N(1)])]
            "pipe: a failure allocates no descriptors";
        "limit-is-the-system's" WrongErrno [err(EMFILE)] [wrong(ENFILE)]
            "EMFILE: no two descriptors are free";
        "limit-writes-result" ResultAltered [err(EMFILE)] [out(word(0, 0), 3)]
            "pipe: fildes stays as it was on failure";
        "returns-read-end" ResultAltered [OK] [Ret(Set(M(word(0, 0))))]
            "pipe: returns 0";
        "holds-one-page" ShortCount [OK]
            [Then(SYS_fcntl as u16, &[M(word(0, 4)), N(F_SETPIPE_SZ as i64), N(4096)])]
            "pipe(7): a pipe holds 65,536 bytes";
        "many-leak" StateKept [Past(128)] [fail(ENFILE)]
            "close: all resources of a pipe are freed with its last descriptor";
        "descriptors-leak" StateKept [Past(100)] [fail(EMFILE)]
            "close: descriptors are free again";
    }
    SYS_fstat "fstat" {
        "closed-descriptor-succeeds" MissingCheck [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "closed-descriptor-is-missing" WrongErrno [err(EBADF)] [wrong(ENOENT)]
            "EBADF: the descriptor is not open";
        "negative-descriptor-panics" Panic [below(0, 0)] [Panic]
            "EBADF: the descriptor is not open";
        "unmapped-place-succeeds" MissingCheck [err(EFAULT)] [ret(0)]
            "EFAULT: the structure is not mapped";
        "unmapped-place-panics" Panic [err(EFAULT)] [Panic]
            "EFAULT: the structure is not mapped";
        "nothing-written" ResultAltered [OK] [keep(1, 0, 144)]
            "fstat: the structure is filled";
        "all-zero" ResultAltered [OK] [fill(1, 0, 144, 0)]
            "fstat: st_mode tells the file type";
        "everything-is-a-file" ResultAltered [OK] [Out(word(1, 24), And(!0o170_000)),
            set(word(1, 24), S_IFREG as i64)]
            "fstat: st_mode tells the file type";
        "pipe-is-a-device" ResultAltered [On(0, Pipe), OK] [Out(word(1, 24), Xor(0o030_000))]
            "fstat: st_mode of a pipe is S_IFIFO";
        "socket-is-a-pipe" ResultAltered [On(0, Socket), OK] [Out(word(1, 24), Xor(0o150_000))]
            "fstat: st_mode of a socket is S_IFSOCK";
        "mode-without-type" ResultAltered [OK] [Out(word(1, 24), And(0o7777))]
            "fstat: st_mode tells the file type";
        "mode-unwritten" ResultAltered [OK] [keep(1, 24, 4)]
            "fstat: st_mode is stored";
        "writes-behind" ResultAltered [OK] [fill(1, 144, 8, 0)]
            "fstat: struct stat is written, nothing behind it";
        "all-the-same-file" ResultAltered [OK] [out(long(1, 8), 1)]
            "fstat: st_ino tells files apart";
        "inode-changes" ResultAltered [OK] [Out(long(1, 8), Plus(Count))]
            "fstat: st_ino and st_dev identify a file";
        "no-links" ResultAltered [OK] [out(long(1, 16), 0)]
            "fstat (Linux): st_nlink of a pipe is 1";
        "block-size-zero" ResultAltered [OK] [out(long(1, 56), 0)]
            "fstat: st_blksize is a preferred size";
    }
    SYS_getcwd "getcwd" {
        "returns-the-buffer" ResultAltered [SOME] [Ret(Set(A(0)))]
            "getcwd(2): the system call returns the length with its zero byte";
        "returns-length-without-zero" ResultAltered [SOME] [Ret(Add(-1))]
            "getcwd(2): the system call returns the length with its zero byte";
        "returns-zero" ResultAltered [SOME] [ret(0)]
            "getcwd(2): the system call returns the length with its zero byte";
        "size-unchecked" MissingCheck [err(ERANGE)] [ret(2)]
            "ERANGE: the buffer is too small";
        "size-off-by-one" MissingCheck [Reg(1, Eq(1))] [skip(2)]
            "ERANGE: the buffer is too small by the zero byte";
        "size-zero-is-bad-address" WrongErrno [Reg(1, Eq(0))] [fail(EFAULT)]
            "ERANGE (Linux): the buffer is too small";
        "small-is-invalid" WrongErrno [err(ERANGE)] [wrong(EINVAL)]
            "ERANGE: the buffer is too small";
        "small-is-written" StateKept [err(ERANGE), Reg(1, Gt(0))] [out(byte(0, 0), b'/' as i64)]
            "getcwd: on failure the array is undefined"
            hidden "the array's contents on failure are undefined";
        "exact-size-refused" FalseError [Reg(1, Lt(3)), OK] [wrong(ERANGE)]
            "getcwd: a buffer that just holds the path will do";
        "unmapped-buffer-succeeds" MissingCheck [err(EFAULT)] [ret(2)]
            "EFAULT: the buffer is not mapped";
        "unmapped-buffer-panics" Panic [err(EFAULT)] [Panic]
            "EFAULT: the buffer is not mapped";
        "nothing-written" ResultAltered [SOME] [keep(0, 0, 64)]
            "getcwd: the path is stored";
        "not-terminated" ResultAltered [SOME] [Ret(Add(-1)), Behind(0, b'x'), Ret(Add(1))]
            "getcwd: the path ends in a zero byte";
        "relative" ResultAltered [SOME] [out(byte(0, 0), b'.' as i64)]
            "getcwd: an absolute path";
        "always-root" ResultAltered [Got(Gt(2))] [out(half(0, 0), b'/' as i64), ret(2)]
            "getcwd: the current directory"
            hidden "shows only where the run begins in a directory other than the root";
    }
    SYS_chdir "chdir" {
        "missing-succeeds" MissingCheck [err(ENOENT)] [ret(0)]
            "ENOENT: the directory does not exist";
        "missing-is-no-directory" WrongErrno [err(ENOENT)] [wrong(ENOTDIR)]
            "ENOENT: the directory does not exist";
        "missing-panics" Panic [err(ENOENT)] [Panic]
            "ENOENT: the directory does not exist";
        "empty-succeeds" MissingCheck [Mem(byte(0, 0), Eq(0))] [skip(0)]
            "ENOENT: the path is empty";
        "file-succeeds" MissingCheck [err(ENOTDIR)] [ret(0)]
            "ENOTDIR: a component is no directory";
        "file-is-missing" WrongErrno [err(ENOTDIR)] [wrong(ENOENT)]
            "ENOTDIR: a component is no directory";
        "long-name-is-missing" WrongErrno [err(ENAMETOOLONG)] [wrong(ENOENT)]
            "ENAMETOOLONG: a component is longer than NAME_MAX";
        "long-name-panics" Panic [err(ENAMETOOLONG)] [Panic]
            "ENAMETOOLONG: a component is longer than NAME_MAX";
        "long-name-succeeds" MissingCheck [err(ENAMETOOLONG)] [ret(0)]
            "ENAMETOOLONG: a component is longer than NAME_MAX";
        "unmapped-path-succeeds" MissingCheck [err(EFAULT)] [ret(0)]
            "EFAULT: the path is not mapped";
        "unmapped-path-panics" Panic [err(EFAULT)] [Panic]
            "EFAULT: the path is not mapped";
        "unmapped-path-is-missing" WrongErrno [err(EFAULT)] [wrong(ENOENT)]
            "EFAULT: the path is not mapped";
        "goes-nowhere" StateKept [Mem(byte(0, 0), Eq(b'/' as i64)), Mem(byte(0, 1), Eq(0))]
            [skip(0)]
            "chdir: the directory becomes the current one";
        "root-is-missing" FalseError [Mem(byte(0, 0), Eq(b'/' as i64)), Mem(byte(0, 1), Eq(0))]
            [fail(ENOENT)]
            "chdir: the root is a directory";
        "dot-is-missing" FalseError [Mem(byte(0, 0), Eq(b'.' as i64)), Mem(byte(0, 1), Eq(0))]
            [fail(ENOENT)]
            "4.13: dot is the directory itself";
        "dot-dot-is-missing" FalseError [Mem(half(0, 0), Eq(0x2e2e))] [fail(ENOENT)]
            "4.13: dot-dot is the parent, at the root the root";
        "returns-one" ResultAltered [OK] [ret(1)]
            "chdir: returns 0";
    }
}
