//! Working directory: `getcwd`, `chdir`.

use super::prelude::*;

faults! {
    SYS_getcwd "getcwd" {
        "returns-the-buffer" ResultAltered exit [SOME] [Ret(Set(A(0)))]
            "getcwd(2): the system call returns the length with its zero byte";
        "returns-length-without-zero" ResultAltered exit [SOME] [Ret(Add(-1))]
            "getcwd(2): the system call returns the length with its zero byte";
        "returns-zero" ResultAltered exit [SOME] [ret(0)]
            "getcwd(2): the system call returns the length with its zero byte";
        "size-unchecked" MissingCheck exit [err(ERANGE)] [ret(2)]
            "ERANGE: the buffer is too small";
        "size-off-by-one" MissingCheck entry [Reg(1, Eq(1))] [skip(2)]
            "ERANGE: the buffer is too small by the zero byte";
        "size-zero-is-bad-address" WrongErrno entry [Reg(1, Eq(0))] [fail(EFAULT)]
            "ERANGE (Linux): the buffer is too small";
        "small-is-invalid" WrongErrno exit [err(ERANGE)] [wrong(EINVAL)]
            "ERANGE: the buffer is too small";
        "small-is-written" StateKept entry [Reg(1, Gt(0))] exit [err(ERANGE)]
            [out(byte(0, 0), b'/' as i64)]
            "getcwd: on failure the array is undefined"
            unobservable "the array's contents on failure are undefined";
        "exact-size-refused" FalseError entry [Reg(1, Lt(3))] exit [OK] [wrong(ERANGE)]
            "getcwd: a buffer of exactly the path's size is large enough";
        "unmapped-buffer-succeeds" MissingCheck exit [err(EFAULT)] [ret(2)]
            "EFAULT: the buffer is not mapped";
        "unmapped-buffer-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the buffer is not mapped";
        "nothing-written" ResultAltered exit [SOME] [keep(0, 0, 64)]
            "getcwd: the path is stored";
        "not-terminated" ResultAltered exit [SOME] [Ret(Add(-1)), Overrun(0, b'x'), Ret(Add(1))]
            "getcwd: the path ends in a zero byte";
        "relative" ResultAltered exit [SOME] [out(byte(0, 0), b'.' as i64)]
            "getcwd: an absolute path";
        "always-root" ResultAltered exit [Got(Gt(2))] [out(half(0, 0), b'/' as i64), ret(2)]
            "getcwd: the current directory"
            unobservable "only a run that begins outside the root directory can observe it";
    }
    SYS_chdir "chdir" {
        "missing-succeeds" MissingCheck exit [err(ENOENT)] [ret(0)]
            "ENOENT: the directory does not exist";
        "missing-is-no-directory" WrongErrno exit [err(ENOENT)] [wrong(ENOTDIR)]
            "ENOENT: the directory does not exist";
        "missing-panics" Panic exit [err(ENOENT)] [Panic]
            "ENOENT: the directory does not exist";
        "empty-succeeds" MissingCheck entry [Mem(byte(0, 0), Eq(0))] [skip(0)]
            "ENOENT: the path is empty";
        "file-succeeds" MissingCheck exit [err(ENOTDIR)] [ret(0)]
            "ENOTDIR: a component is no directory";
        "file-is-missing" WrongErrno exit [err(ENOTDIR)] [wrong(ENOENT)]
            "ENOTDIR: a component is no directory";
        "long-name-is-missing" WrongErrno exit [err(ENAMETOOLONG)] [wrong(ENOENT)]
            "ENAMETOOLONG: a component is longer than NAME_MAX";
        "long-name-panics" Panic exit [err(ENAMETOOLONG)] [Panic]
            "ENAMETOOLONG: a component is longer than NAME_MAX";
        "long-name-succeeds" MissingCheck exit [err(ENAMETOOLONG)] [ret(0)]
            "ENAMETOOLONG: a component is longer than NAME_MAX";
        "unmapped-path-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the path is not mapped";
        "unmapped-path-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the path is not mapped";
        "unmapped-path-is-missing" WrongErrno exit [err(EFAULT)] [wrong(ENOENT)]
            "EFAULT: the path is not mapped";
        "goes-nowhere" StateKept entry [Mem(byte(0, 0), Eq(b'/' as i64)), Mem(byte(0, 1), Eq(0))]
            [skip(0)]
            "chdir: the directory becomes the current one";
        "root-is-missing" FalseError
            entry [Mem(byte(0, 0), Eq(b'/' as i64)), Mem(byte(0, 1), Eq(0))] [fail(ENOENT)]
            "chdir: the root is a directory";
        "dot-is-missing" FalseError entry [Mem(byte(0, 0), Eq(b'.' as i64)), Mem(byte(0, 1), Eq(0))]
            [fail(ENOENT)]
            "4.13: dot is the directory itself";
        "dot-dot-is-missing" FalseError entry [Mem(half(0, 0), Eq(0x2e2e))] [fail(ENOENT)]
            "4.13: dot-dot is the parent directory; in the root it is the root";
        "returns-one" ResultAltered exit [OK] [ret(1)]
            "chdir: returns 0";
    }
}
