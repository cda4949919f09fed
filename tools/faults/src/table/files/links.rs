//! Faults of symbolic links.

use crate::table::prelude::*;

const HERE: i64 = AT_FDCWD as i64;

faults! {
    SYS_symlinkat "symlinkat" {
        "existing-succeeds" FalseSuccess exit [err(EEXIST)] [ret(0)]
            "EEXIST: the new path names an existing file";
        "target-looked-up" FalseError entry [path(0, "b"), missing(0)] [fail(ENOENT)]
            "symlink: the contents of the link are not checked";
        "hard" ArgumentChanged entry [names(0, S_IFREG), path(0, "a")]
            [Become(SYS_linkat as u16, &[N(HERE), A(0), A(1), A(2), N(0)])]
            "symlink: makes a symbolic link";
        "target-cut" ArgumentChanged entry [Named(0, Text::Length(Gt(60)))]
            [Path(0, PathEdit::Cut(60))]
            "symlink: the link contains the whole string";
        "long-target-accepted" MissingCheck exit [err(ENAMETOOLONG)] [ret(0)]
            "ENAMETOOLONG: the contents are longer than SYMLINK_MAX";
        "empty-target-accepted" FalseSuccess entry [path(0, "")] [skip(0)]
            "ENOENT (Linux): the contents are empty";
        "descriptor-ignored" ArgumentChanged entry [Int(1, Gt(-1))] [arg(1, HERE)]
            "symlinkat: a relative path begins in the directory of the descriptor";
        "target-made-absolute" ArgumentChanged entry [path(0, "../a")]
            [Path(0, PathEdit::Absolute)]
            "symlink: the link contains the string as it is";
        "absolute-target-made-relative" ArgumentChanged entry [path(0, "/")]
            [Path(0, PathEdit::To("."))]
            "4.13: contents that begin with a slash are resolved from the root";
        "file-in-path-is-missing" WrongErrno exit [err(ENOTDIR)] [wrong(ENOENT)]
            "ENOTDIR: a component of the path is no directory";
        "unmapped-target-panics" Panic entry [Unmapped(0)] [Panic]
            "EFAULT: the path is not mapped";
        "looping-link-hangs" Hang exit [err(ELOOP)] [HangAll]
            "ELOOP: a loop of symbolic links";
    }
    SYS_symlink "symlink" {
        "existing-succeeds" FalseSuccess exit [err(EEXIST)] [ret(0)]
            "EEXIST: the new path names an existing file";
        "target-looked-up" FalseError entry [missing(0)] [fail(ENOENT)]
            "symlink: the contents of the link are not checked";
        "missing-parent-succeeds" FalseSuccess exit [err(ENOENT)] [ret(0)]
            "ENOENT: a component of the path does not exist";
    }
    SYS_readlinkat "readlinkat" {
        "counts-the-zero" ResultAltered exit [SOME] [Ret(Add(1))]
            "readlink: returns the count of bytes placed in the buffer";
        "returns-zero" ResultAltered exit [SOME] [ret(0)]
            "readlink: returns the count of bytes placed in the buffer";
        "terminated" ResultAltered entry [Reg(3, Gt(8))] exit [Got(Eq(1))] [store(2, 1, b"\0")]
            "readlink: bytes after the contents of the link are not changed";
        "file-is-a-link" FalseSuccess exit [err(EINVAL)] [ret(0)]
            "EINVAL: the path names no symbolic link";
        "file-is-missing" WrongErrno entry [names_at(0, 1, S_IFREG)] exit [err(EINVAL)]
            [wrong(ENOENT)]
            "EINVAL: the path names no symbolic link";
        "truncation-refused" FalseError entry [is(3, 7)] exit [SOME] [wrong(ERANGE)]
            "readlink: contents that do not fit are truncated";
        "truncation-counts-all" ResultAltered entry [is(3, 7)] exit [SOME] [ret(1000)]
            "readlink: returns the count of bytes placed in the buffer";
        "truncation-overruns" ResultAltered entry [is(3, 7)] exit [SOME] [Overrun(2, b'a')]
            "readlink: at most bufsize bytes are placed in the buffer";
        "size-zero-succeeds" MissingCheck entry [is(3, 0)] [skip(0)]
            "EINVAL (Linux): bufsiz is not positive";
        "looping-link-refused" FalseError entry [path(1, "e"), names_at(0, 1, S_IFLNK)]
            [fail(ELOOP)]
            "readlink: the last link is read, not followed";
        "descriptor-ignored" ArgumentChanged entry [Int(0, Gt(-1))] [arg(0, HERE)]
            "readlinkat: a relative path begins in the directory of the descriptor";
        "exact-end-refused" FalseError entry [is(3, 2)] [fail(EFAULT)]
            "readlink: a buffer up to the end of mapped memory is whole";
        "unmapped-buffer-succeeds" MissingCheck exit [err(EFAULT)] [ret(1)]
            "EFAULT: the buffer is not mapped";
    }
    SYS_readlink "readlink" {
        "counts-the-zero" ResultAltered exit [SOME] [Ret(Add(1))]
            "readlink: returns the count of bytes placed in the buffer";
        "file-is-a-link" FalseSuccess exit [err(EINVAL)] [ret(0)]
            "EINVAL: the path names no symbolic link";
        "missing-is-no-link" WrongErrno exit [err(ENOENT)] [wrong(EINVAL)]
            "ENOENT: the path names no file";
        "overruns" ResultAltered exit [SOME] [Overrun(1, 0)]
            "readlink: bytes after the contents of the link are not changed";
        "nothing-written" ResultAltered exit [SOME] [keep(1, 0, 8)]
            "readlink: the contents are placed in the buffer";
    }
    SYS_newfstatat "newfstatat" {
        "last-link-not-followed" FlagDropped
            entry [lacks(3, AT_SYMLINK_NOFOLLOW), names_at(0, 1, S_IFLNK)]
            [add(3, AT_SYMLINK_NOFOLLOW)]
            "fstatat: without AT_SYMLINK_NOFOLLOW the last link is followed";
        "last-link-followed" FlagDropped
            entry [has(3, AT_SYMLINK_NOFOLLOW), path(1, "b"), names_at(0, 1, S_IFLNK)]
            [drop(3, AT_SYMLINK_NOFOLLOW)]
            "AT_SYMLINK_NOFOLLOW: the status of the link is returned";
        "size-of-link-is-zero" ResultAltered
            entry [has(3, AT_SYMLINK_NOFOLLOW), names_at(0, 1, S_IFLNK)] exit [OK]
            [Out(long(2, 48), Set(N(0)))]
            "lstat: st_size is the length of the contents of the link";
        "links-have-no-limit" MissingCheck exit [err(ELOOP)] [ret(0)]
            "ELOOP: too many symbolic links";
        "eight-links-refused" FalseError entry [Named(1, Text::Begins("b/b/b/b/b/b"))]
            [fail(ELOOP)]
            "4.13: at least SYMLOOP_MAX links are followed";
        "forty-links-refused" FalseError entry [Named(1, Text::Length(Gt(60)))] exit [OK]
            [wrong(ELOOP)]
            "path_resolution(7): 40 links are followed";
        "looping-link-hangs" Hang exit [err(ELOOP)] [HangAll]
            "ELOOP: a loop of symbolic links";
        "dot-dot-cut-from-the-path" MissingCheck entry [path(1, "g/..")]
            [Path(1, PathEdit::To("."))]
            "4.13: dot-dot is the parent of the directory that the link names";
        "link-from-working-directory" ResultAltered entry [path(1, "d/b")]
            [Path(1, PathEdit::To("a"))]
            "4.13: the contents of a link are resolved from its directory";
        "link-parent-dropped" ResultAltered entry [path(1, "d/c")]
            [Path(1, PathEdit::To("d/a"))]
            "4.13: dot-dot in the contents of a link is the parent";
        "link-in-the-path-refused" FalseError entry [path(1, "e/b")] [fail(ENOTDIR)]
            "4.13: a link in the path is followed";
        "dangling-link-found" FalseSuccess
            entry [lacks(3, AT_SYMLINK_NOFOLLOW), names_at(0, 1, S_IFLNK)] exit [err(ENOENT)]
            [ret(0)]
            "ENOENT: the link names a missing file";
        "slash-after-link-ignored" MissingCheck entry [path(1, "e/")]
            [Path(1, PathEdit::NoSlashes)]
            "4.13: a slash at the end resolves the last link";
    }
    SYS_lstat "lstat" {
        "link-followed" ArgumentChanged entry [names(0, S_IFLNK)]
            [Become(SYS_stat as u16, &[A(0), A(1)])]
            "lstat: the status of the link is returned";
        "size-of-link-is-zero" ResultAltered exit [OK] [Out(long(1, 48), Set(N(0)))]
            "lstat: st_size is the length of the contents of the link";
    }
    SYS_stat "stat" {
        "link-not-followed" ArgumentChanged entry [names(0, S_IFLNK)]
            [Become(SYS_lstat as u16, &[A(0), A(1)])]
            "stat: the status of the file that the link names is returned";
    }
    SYS_openat "openat" {
        "dangling-create-refused" FalseError
            entry [has(2, O_CREAT), lacks(2, O_EXCL), names_at(0, 1, S_IFLNK)] exit [OK]
            [wrong(ENOENT)]
            "open: O_CREAT follows a link to a missing file and makes it";
        "exclusive-follows-links" MissingCheck entry [has(2, O_EXCL), names_at(0, 1, S_IFLNK)]
            [drop(2, O_EXCL)]
            "EEXIST: O_CREAT and O_EXCL are set, and the path names a symbolic link";
        "looping-link-is-missing" WrongErrno entry [lacks(2, O_NOFOLLOW)] exit [err(ELOOP)]
            [wrong(ENOENT)]
            "ELOOP: a loop of symbolic links";
    }
    SYS_fchdir "fchdir" {
        "goes-nowhere" StateKept entry [below(0, 60), On(0, Directory)] [skip(0)]
            "fchdir: the directory becomes the current one";
        "file-succeeds" FalseSuccess exit [err(ENOTDIR)] [ret(0)]
            "ENOTDIR: the descriptor does not refer to a directory";
        "closed-succeeds" FalseSuccess exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "closed-is-no-directory" WrongErrno exit [err(EBADF)] [wrong(ENOTDIR)]
            "EBADF: the descriptor is not open";
    }
}
