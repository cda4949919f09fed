//! Faults of directories and of the working directory in trees.

use crate::table::prelude::*;

const HERE: i64 = AT_FDCWD as i64;

faults! {
    SYS_mkdirat "mkdirat" {
        "always-read-only" FalseError entry [] [fail(EROFS)]
            "EROFS: the parent directory resides on a read-only file system";
        "panics" Panic entry [] [Panic] "mkdir: makes a new directory";
        "made-twice" FalseError exit [OK] [Again] "mkdir: returns 0 for a new directory";
        "returns-descriptor" ResultAltered exit [OK] [ret(3)] "mkdir: returns 0";
        "existing-succeeds" FalseSuccess exit [err(EEXIST)] [ret(0)]
            "EEXIST: the named file exists";
        "existing-file-is-no-directory" WrongErrno entry [names_at(0, 1, S_IFREG)]
            exit [err(EEXIST)] [wrong(ENOTDIR)]
            "EEXIST: the named file exists, of whatever type";
        "missing-parent-succeeds" FalseSuccess exit [err(ENOENT)] [ret(0)]
            "ENOENT: a component of the path does not exist";
        "file-in-path-is-missing" WrongErrno exit [err(ENOTDIR)] [wrong(ENOENT)]
            "ENOTDIR: a component of the path is no directory";
        "descriptor-ignored" ArgumentChanged entry [Int(0, Gt(-1))] [arg(0, HERE)]
            "mkdirat: a relative path begins in the directory of the descriptor";
        "minus-one-is-here" MissingCheck entry [is(0, -1)] [arg(0, HERE)]
            "EBADF: the descriptor is neither AT_FDCWD nor open";
        "absolute-needs-descriptor" FalseError entry [is(0, -1), Named(1, Text::Begins("/"))]
            [fail(EBADF)]
            "mkdirat: an absolute path ignores the descriptor";
        "mode-ignored" FlagDropped entry [is(2, 0o700)] [arg(2, 0o777)]
            "mkdir: the permissions are those of mode";
        "mask-ignored" FlagDropped entry [is(2, 0o777)] [First(SYS_umask as u16, &[N(0)])]
            exit [Then(SYS_umask as u16, &[Noted])]
            "mkdir: the permissions are changed by the file mode creation mask";
        "slash-is-a-name" FalseError entry [ends(1, "//")] [fail(ENOENT)]
            "4.13: slashes at the end resolve as a dot after them";
        "empty-path-exists" WrongErrno entry [path(1, "")] [fail(EEXIST)]
            "ENOENT: the path is an empty string";
        "long-path-panics" Panic exit [err(ENAMETOOLONG)] [Panic]
            "ENAMETOOLONG: the path is longer than PATH_MAX";
        "longest-path-refused" FalseError entry [Named(1, Text::Length(Gt(4000)))]
            [fail(ENAMETOOLONG)]
            "ENAMETOOLONG: only a path longer than PATH_MAX";
        "long-name-cut" MissingCheck entry [Named(1, Text::Longest(Gt(255)))]
            [Path(1, PathEdit::Cut(255))]
            "ENAMETOOLONG: a component is longer than NAME_MAX";
        "unmapped-path-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the path is not mapped";
        "unmapped-path-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the path is not mapped";
        "looping-link-hangs" Hang exit [err(ELOOP)] [HangAll]
            "ELOOP: a loop of symbolic links";
        "link-followed" MissingCheck entry [names_at(0, 1, S_IFLNK)] exit [err(EEXIST)] [ret(0)]
            "EEXIST: the path names a symbolic link";
        "removed-parent-succeeds" FalseSuccess entry [path(1, "a")] exit [err(ENOENT)] [ret(0)]
            "rmdir: no new entries may be created in a removed directory";
    }
    SYS_mkdir "mkdir" {
        "existing-succeeds" FalseSuccess exit [err(EEXIST)] [ret(0)]
            "EEXIST: the named file exists";
        "missing-parent-succeeds" FalseSuccess exit [err(ENOENT)] [ret(0)]
            "ENOENT: a component of the path does not exist";
        "file-in-path-is-missing" WrongErrno exit [err(ENOTDIR)] [wrong(ENOENT)]
            "ENOTDIR: a component of the path is no directory";
        "unmapped-path-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the path is not mapped";
    }
    SYS_rmdir "rmdir" {
        "file-removed" MissingCheck entry [names(0, S_IFREG)] [Become(SYS_unlink as u16, &[A(0)])]
            "ENOTDIR: the path names no directory";
        "in-use-succeeds" FalseSuccess exit [err(ENOTEMPTY)] [ret(0)]
            "ENOTEMPTY: the directory has entries";
        "dot-not-empty" WrongErrno exit [err(EINVAL)] [wrong(ENOTEMPTY)]
            "EINVAL: the last component is dot";
        "missing-succeeds" FalseSuccess exit [err(ENOENT)] [ret(0)]
            "ENOENT: the path names no directory";
        "nothing-removed" StateKept
            entry [names(0, S_IFDIR), file(None, 0, Property::Entries, Eq(0))] [skip(0)]
            "rmdir: an empty directory is removed";
    }
    SYS_unlinkat "unlinkat" {
        "directory-flag-ignored" FlagDropped entry [has(2, AT_REMOVEDIR)] [drop(2, AT_REMOVEDIR)]
            "unlinkat: with AT_REMOVEDIR a directory is removed";
        "file-removed-as-directory" MissingCheck
            entry [has(2, AT_REMOVEDIR), names_at(0, 1, S_IFREG)] [drop(2, AT_REMOVEDIR)]
            "ENOTDIR: AT_REMOVEDIR is set, and the path names no directory";
        "directory-removed-as-file" MissingCheck entry [is(2, 0), names_at(0, 1, S_IFDIR)]
            exit [err(EISDIR)] [ret(0)]
            "EPERM: the path names a directory";
        "in-use-succeeds" FalseSuccess exit [err(ENOTEMPTY)] [ret(0)]
            "ENOTEMPTY: the directory has entries";
        "in-use-is-busy" WrongErrno exit [err(ENOTEMPTY)] [wrong(EBUSY)]
            "ENOTEMPTY: the directory has entries";
        "dot-not-empty" WrongErrno entry [ends(1, "/.")] exit [err(EINVAL)] [wrong(ENOTEMPTY)]
            "EINVAL: the last component is dot";
        "root-panics" Panic exit [err(EBUSY)] [Panic]
            "EBUSY: the directory is in use by the system";
        "missing-succeeds" FalseSuccess exit [err(ENOENT)] [ret(0)]
            "ENOENT: the path names no file";
        "unknown-flag-ignored" MissingCheck entry [has(2, 1)] [drop(2, 1)]
            "EINVAL: the flags are invalid";
        "nothing-removed" StateKept entry [is(2, 0), names_at(0, 1, S_IFREG)] [skip(0)]
            "unlink: the link is removed";
        "file-is-busy" FalseError entry [is(2, 0), names_at(0, 1, S_IFREG)] [fail(EBUSY)]
            "unlink: a file that a process has open can be unlinked";
        "descriptor-ignored" ArgumentChanged entry [Int(0, Gt(-1))] [arg(0, HERE)]
            "unlinkat: a relative path begins in the directory of the descriptor";
        "minus-one-is-here" MissingCheck entry [is(0, -1)] [arg(0, HERE)]
            "EBADF: the descriptor is neither AT_FDCWD nor open";
        "slash-ignored" MissingCheck entry [is(2, 0), ends(1, "/")] [Path(1, PathEdit::NoSlashes)]
            "ENOTDIR: the path ends in a slash and names no directory";
        "dot-ignored" MissingCheck entry [path(1, "a/.")] [Path(1, PathEdit::To("a"))]
            "ENOTDIR: a component of the path is no directory";
        "missing-parent-cut" MissingCheck entry [path(1, "b/../a")] [Path(1, PathEdit::To("a"))]
            "ENOENT: a component of the path does not exist";
        "link-followed" ArgumentChanged entry [path(1, "c"), names_at(0, 1, S_IFLNK)]
            [Path(1, PathEdit::To("a"))]
            "unlink: a symbolic link is removed, not what it names";
        "link-to-directory-followed" MissingCheck
            entry [has(2, AT_REMOVEDIR), names_at(0, 1, S_IFLNK)] exit [err(ENOTDIR)] [ret(0)]
            "ENOTDIR: the path names a symbolic link";
        "long-name-cut" MissingCheck entry [Named(1, Text::Longest(Gt(255)))]
            [Path(1, PathEdit::Cut(255))]
            "ENAMETOOLONG: a component is longer than NAME_MAX";
        "unmapped-path-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the path is not mapped";
        "working-directory-is-busy" FalseError entry [has(2, AT_REMOVEDIR), path(1, "../e")]
            [fail(EBUSY)]
            "rmdir(2): the working directory of a process can be removed";
    }
    SYS_getdents64 "getdents64" {
        "dot-lost" ResultAltered exit [SOME] [records(1, Some("."), RecordEdit::Drop)]
            "getdents(2): dot is an entry";
        "name-twice" ResultAltered exit [SOME] [records(1, Some("b"), RecordEdit::Twice)]
            "readdir: returns each entry once";
        "names-cut" ResultAltered exit [SOME] [records(1, Some("a"), RecordEdit::Shorter)]
            "readdir: d_name is the name of the entry";
        "names-changed" ResultAltered exit [SOME] [records(1, Some("d"), RecordEdit::Initial(b'D'))]
            "readdir: d_name is the name of the entry";
        "short-buffer-is-the-end" FalseSuccess exit [err(EINVAL)] [ret(0)]
            "EINVAL: the buffer is too small for an entry";
        "end-begins-again" StateKept exit [Got(Eq(0))]
            [Then(SYS_lseek as u16, &[A(0), N(0), N(0)]), Again]
            "getdents(2): returns 0 at the end of the directory";
        "offset-not-kept" StateKept exit [SOME] [Then(SYS_lseek as u16, &[A(0), N(0), N(0)])]
            "readdir: the position goes on to the next entry";
        "entry-lost-between-calls" ShortCount
            entry [Reg(2, Lt(100)), Fd(0, Property::Position, Gt(0))] exit [SOME] [Again]
            "readdir: returns each entry of the directory";
        "file-is-empty" FalseSuccess exit [err(ENOTDIR)] [ret(0)]
            "ENOTDIR: the descriptor does not refer to a directory";
        "removed-is-empty" FalseSuccess exit [err(ENOENT)] [ret(0)]
            "ENOENT (Linux): the directory has been removed";
        "overruns" ResultAltered exit [SOME] [Overrun(1, 0)]
            "getdents(2): the bytes returned are in the buffer";
        "offsets-zero" ResultAltered exit [SOME] [records(1, None, RecordEdit::Offset(0))]
            "seekdir: the position of an entry leads to the one after it";
        "unmapped-buffer-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the buffer is not mapped";
        "error-moves-on" StateKept exit [err(EINVAL)]
            [Then(SYS_getdents64 as u16, &[A(0), A(1), N(4096)])]
            "getdents(2): a call that fails reads no entry";
    }
    SYS_getcwd "getcwd" {
        "first-answer-kept" StateKept exit [SOME] [Freeze { arg: 0, bytes: 64 }]
            "getcwd: the current directory";
        "removed-is-root" FalseSuccess exit [err(ENOENT)] [store(0, 0, b"/\0"), ret(2)]
            "ENOENT (Linux): the current directory has been removed";
    }
    SYS_chdir "chdir" {
        "regular-file-succeeds" FalseSuccess exit [err(ENOTDIR)] [ret(0)]
            "ENOTDIR: a component is no directory";
        "looping-link-hangs" Hang exit [err(ELOOP)] [HangAll]
            "ELOOP: a loop of symbolic links";
        "missing-by-link-succeeds" FalseSuccess
            entry [names(0, S_IFLNK)] exit [err(ENOENT)] [ret(0)]
            "ENOENT: the link names a missing file";
        "link-refused" FalseError entry [names(0, S_IFLNK)] exit [OK] [wrong(ENOTDIR)]
            "chdir: a symbolic link is followed";
        "name-goes-nowhere" StateKept entry [path(0, "d/e")] [skip(0)]
            "chdir: the directory becomes the current one";
    }
    SYS_openat "openat" {
        "descriptor-ignored" ArgumentChanged entry [Int(0, Gt(-1))] [arg(0, HERE)]
            "openat: a relative path begins in the directory of the descriptor";
        "removed-directory-succeeds" FalseSuccess entry [has(2, O_CREAT), path(1, "a")]
            exit [err(ENOENT)] [ret(60)]
            "rmdir: no new entries may be created in a removed directory";
        "directory-refused" FalseError entry [path(1, "."), is(2, O_RDONLY)] [fail(EISDIR)]
            "EISDIR: only where the access is for writing";
    }
    SYS_read "read" {
        "directory-is-empty" FalseSuccess exit [err(EISDIR)] [ret(0)]
            "EISDIR: the descriptor refers to a directory";
    }
    SYS_lseek "lseek" {
        "directory-offset-refused" FalseError entry [On(0, Directory), Reg(1, Gt(0))] [fail(EINVAL)]
            "getdents(2): d_off is an offset for lseek";
        "directory-rewind-ignored" StateKept entry [On(0, Directory), Reg(1, Eq(0))] [skip(0)]
            "rewinddir: the next entry is the first one";
    }
}
