//! Faults of links, renames and removals.

use crate::table::prelude::*;

const HERE: i64 = AT_FDCWD as i64;
const NO_REPLACE: i32 = 1;
const EXCHANGE: i32 = 2;

faults! {
    SYS_linkat "linkat" {
        "existing-succeeds" FalseSuccess exit [err(EEXIST)] [ret(0)]
            "EEXIST: the new path names an existing file";
        "directory-succeeds" FalseSuccess exit [err(EPERM)] [ret(0)]
            "EPERM: the old path names a directory";
        "directory-is-a-directory" WrongErrno exit [err(EPERM)] [wrong(EISDIR)]
            "EPERM: the old path names a directory";
        "missing-succeeds" FalseSuccess exit [err(ENOENT)] [ret(0)]
            "ENOENT: the old path names no file";
        "symbolic" ArgumentChanged entry [is(4, 0), names_at(0, 1, S_IFREG), is(0, AT_FDCWD)]
            [Become(SYS_symlinkat as u16, &[A(1), A(2), A(3)])]
            "link: both names are names of the existing file";
        "follow-ignored" FlagDropped entry [has(4, AT_SYMLINK_FOLLOW)] [drop(4, AT_SYMLINK_FOLLOW)]
            "AT_SYMLINK_FOLLOW: the file that the link names gets a new name";
        "always-follows" ArgumentChanged entry [is(4, 0)] [add(4, AT_SYMLINK_FOLLOW)]
            "linkat: without AT_SYMLINK_FOLLOW the link itself gets a new name";
        "old-descriptor-ignored" ArgumentChanged entry [Int(0, Gt(-1))] [arg(0, HERE)]
            "linkat: a relative path begins in the directory of the descriptor";
        "new-descriptor-ignored" ArgumentChanged entry [Int(2, Gt(-1))] [arg(2, HERE)]
            "linkat: a relative path begins in the directory of the descriptor";
        "new-minus-one-is-here" MissingCheck entry [is(2, -1)] [arg(2, HERE)]
            "EBADF: a descriptor is neither AT_FDCWD nor open";
        "unknown-flag-ignored" MissingCheck entry [has(4, 1)] [drop(4, 1)]
            "EINVAL: the flag is invalid";
        "empty-path-is-here" WrongErrno entry [path(1, "")] [fail(EPERM)]
            "ENOENT: a path is an empty string";
        "slash-ignored" MissingCheck entry [ends(1, "/")] [Path(1, PathEdit::NoSlashes)]
            "ENOTDIR: the path ends in a slash and names no directory";
        "unmapped-new-path-panics" Panic entry [Unmapped(3)] [Panic]
            "EFAULT: the path is not mapped";
        "long-name-cut" MissingCheck entry [Named(3, Text::Longest(Gt(255)))]
            [Path(3, PathEdit::Cut(255))]
            "ENAMETOOLONG: a component is longer than NAME_MAX";
        "longest-name-cut" MissingCheck entry [Named(3, Text::Longest(Gt(200)))]
            [Path(3, PathEdit::Cut(200))]
            "ENAMETOOLONG: only a component longer than NAME_MAX";
        "nothing-linked" StateKept entry [is(4, 0), names_at(0, 1, S_IFREG), missing_at(2, 3)]
            [skip(0)]
            "link: makes a new link";
    }
    SYS_link "link" {
        "existing-succeeds" FalseSuccess exit [err(EEXIST)] [ret(0)]
            "EEXIST: the new path names an existing file";
        "directory-succeeds" FalseSuccess exit [err(EPERM)] [ret(0)]
            "EPERM: the old path names a directory";
        "symbolic" ArgumentChanged entry [names(0, S_IFREG)]
            [Become(SYS_symlink as u16, &[A(0), A(1)])]
            "link: both names are names of the existing file";
        "missing-succeeds" FalseSuccess exit [err(ENOENT)] [ret(0)]
            "ENOENT: the old path names no file";
    }
    SYS_unlink "unlink" {
        "directory-removed" MissingCheck exit [err(EISDIR)] [ret(0)]
            "EPERM: the path names a directory";
        "nothing-removed" StateKept entry [names(0, S_IFREG)] [skip(0)]
            "unlink: the link is removed";
        "missing-succeeds" FalseSuccess exit [err(ENOENT)] [ret(0)]
            "ENOENT: the path names no file";
        "unmapped-path-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the path is not mapped";
    }
    SYS_renameat2 "renameat2" {
        "file-lost" StateKept entry [is(4, 0)] exit [Got(Eq(0))]
            [Then(SYS_unlinkat as u16, &[A(2), A(3), N(0)])]
            "rename: the file has the new name";
        "file-over-directory" MissingCheck exit [err(EISDIR)] [ret(0)]
            "EISDIR: the new path names a directory, the old one does not";
        "directory-over-file" MissingCheck exit [err(ENOTDIR)] [ret(0)]
            "ENOTDIR: the old path names a directory, the new one another file";
        "over-directory-in-use" MissingCheck exit [err(ENOTEMPTY)] [ret(0)]
            "ENOTEMPTY: the new path names a directory with entries";
        "into-itself" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the old path names an ancestor of the new one";
        "old-name-stays" StateKept
            entry [is(4, 0), names_at(0, 1, S_IFREG), missing_at(2, 3)]
            [Become(SYS_linkat as u16, &[A(0), A(1), A(2), A(3), N(0)])]
            "rename: the old name is removed";
        "existing-refused" FalseError
            entry [is(4, 0), names_at(0, 1, S_IFREG), names_at(2, 3, S_IFREG)] [fail(EEXIST)]
            "rename: an existing new file is replaced";
        "empty-directory-refused" FalseError
            entry [is(4, 0), names_at(0, 1, S_IFDIR), names_at(2, 3, S_IFDIR)] exit [OK]
            [wrong(ENOTEMPTY)]
            "rename: an empty directory is replaced";
        "new-name-removed-first" StateKept entry [is(4, 0), names_at(2, 3, S_IFREG)]
            [First(SYS_unlinkat as u16, &[A(2), A(3), N(0)])]
            "rename: after an error the new file is as it was";
        "one-file-one-name" StateKept
            entry [is(4, 0), names_at(2, 3, S_IFREG), file(None, 1, Property::Links, Eq(2))]
            exit [OK] [Then(SYS_unlinkat as u16, &[A(0), A(1), N(0)])]
            "rename: two names of one file stay as they are";
        "no-replace-ignored" FlagDropped entry [has(4, NO_REPLACE)] [drop(4, NO_REPLACE)]
            "RENAME_NOREPLACE: EEXIST where the new path exists";
        "exchange-ignored" FlagDropped entry [has(4, EXCHANGE)] [drop(4, EXCHANGE)]
            "RENAME_EXCHANGE: the two files are exchanged";
        "unknown-flag-ignored" MissingCheck entry [has(4, 8)] [drop(4, 8)]
            "EINVAL: an invalid flag";
        "flags-together-accepted" MissingCheck entry [is(4, NO_REPLACE | EXCHANGE)]
            [arg(4, NO_REPLACE as i64)]
            "EINVAL: RENAME_NOREPLACE and RENAME_EXCHANGE together";
        "dot-is-missing" WrongErrno exit [err(EBUSY)] [wrong(ENOENT)]
            "EINVAL: the last component is dot or dot-dot (Linux: EBUSY)";
        "missing-succeeds" FalseSuccess exit [err(ENOENT)] [ret(0)]
            "ENOENT: the old path names no file";
        "old-descriptor-ignored" ArgumentChanged entry [Int(0, Gt(-1))] [arg(0, HERE)]
            "renameat: a relative path begins in the directory of the descriptor";
        "new-takes-old-descriptor" ArgumentChanged entry [Int(0, Gt(-1))] [Arg(2, Set(A(0)))]
            "renameat: a relative path begins in the directory of the descriptor";
        "new-minus-one-is-here" MissingCheck entry [is(2, -1)] [arg(2, HERE)]
            "EBADF: a descriptor is neither AT_FDCWD nor open";
        "slash-ignored" MissingCheck entry [path(1, "a/")] [Path(1, PathEdit::NoSlashes)]
            "ENOTDIR: the path ends in a slash and names no directory";
        "new-slash-ignored" MissingCheck entry [path(3, "b/")] [Path(3, PathEdit::NoSlashes)]
            "ENOTDIR: the new path ends in a slash, and the old one names no directory";
        "directory-slash-refused" FalseError entry [path(1, "d/")] [fail(ENOTDIR)]
            "4.13: slashes at the end resolve as a dot after them";
        "link-followed" ArgumentChanged entry [path(1, "b"), names_at(0, 1, S_IFLNK)]
            [Path(1, PathEdit::To("a"))]
            "rename: a symbolic link is renamed, not what it names";
        "new-link-followed" ArgumentChanged entry [path(3, "f"), names_at(2, 3, S_IFLNK)]
            [Path(3, PathEdit::To("a"))]
            "rename: a new path that names a symbolic link replaces the link";
        "long-path-refused" FalseError entry [Named(3, Text::Length(Gt(4000)))]
            [fail(ENAMETOOLONG)]
            "ENAMETOOLONG: only a path longer than PATH_MAX";
        "looping-link-hangs" Hang exit [err(ELOOP)] [HangAll]
            "ELOOP: a loop of symbolic links";
        "unmapped-path-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the path is not mapped";
        "between-directories-refused" FalseError entry [path(3, "f/e")] [fail(EXDEV)]
            "EXDEV: only between file systems";
    }
    SYS_rename "rename" {
        "old-name-stays" StateKept entry [names(0, S_IFREG), missing(1)]
            [Become(SYS_link as u16, &[A(0), A(1)])]
            "rename: the old name is removed";
        "file-over-directory" MissingCheck exit [err(EISDIR)] [ret(0)]
            "EISDIR: the new path names a directory, the old one does not";
        "directory-over-file" MissingCheck exit [err(ENOTDIR)] [ret(0)]
            "ENOTDIR: the old path names a directory, the new one another file";
        "into-itself" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the old path names an ancestor of the new one";
        "over-directory-in-use" MissingCheck exit [err(ENOTEMPTY)] [ret(0)]
            "ENOTEMPTY: the new path names a directory with entries";
        "missing-succeeds" FalseSuccess exit [err(ENOENT)] [ret(0)]
            "ENOENT: the old path names no file";
    }
    SYS_newfstatat "newfstatat" {
        "moved-directory-has-old-parent" StateKept for "renameat2" entry [path(1, "f/e/..")]
            [Path(1, PathEdit::To("d"))]
            "rename: dot-dot of a moved directory is its new parent";
        "both-names-differ" ResultAltered for "linkat" entry [path(1, "b")] exit [OK]
            [Out(long(2, 8), Add(1))]
            "link: both names refer to one file";
        "links-not-counted" ResultAltered for "linkat" entry [path(1, "b")] exit [OK]
            [Out(long(2, 16), Set(N(1)))]
            "link: the link count is one more";
    }
    SYS_fstat "fstat" {
        "unlinked-has-a-link" StateKept for "unlinkat" entry [Fd(0, Property::Links, Eq(0))]
            exit [OK] [Out(long(1, 16), Set(N(1)))]
            "unlink: the link count is one less";
    }
    SYS_pread64 "pread64" {
        "unlinked-is-empty" StateKept for "unlinkat"
            entry [On(0, Regular), Fd(0, Property::Links, Eq(0))] [skip(0)]
            "unlink: an open file keeps its contents until it is closed";
    }
    SYS_write "write" {
        "unlinked-refused" FalseError entry [On(0, Regular), Fd(0, Property::Links, Eq(0))]
            [fail(EIO)]
            "unlink: an open file can be accessed until it is closed";
    }
}
