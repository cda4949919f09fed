//! Faults in the opening of files.

use crate::table::prelude::*;

faults! {
    SYS_openat "openat" {
        "missing-file-is-no-permission" WrongErrno exit [err(ENOENT)] [wrong(EACCES)]
            "ENOENT: O_CREAT is not set and the named file does not exist";
        "missing-file-is-made" FalseSuccess entry [lacks(2, O_CREAT), missing_at(0, 1)]
            [add(2, O_CREAT), arg(3, 0o600)]
            "ENOENT: O_CREAT is not set and the named file does not exist";
        "create-dropped" FlagDropped entry [has(2, O_CREAT)] [drop(2, O_CREAT)]
            "open: with O_CREAT a file that does not exist is made";
        "exclusive-dropped" FlagDropped entry [has(2, O_EXCL)] [drop(2, O_EXCL)]
            "EEXIST: O_CREAT and O_EXCL are set, and the named file exists";
        "truncate-dropped" FlagDropped entry [has(2, O_TRUNC)] [drop(2, O_TRUNC)]
            "O_TRUNC: the length of a regular file becomes 0";
        "append-dropped" FlagDropped entry [has(2, O_APPEND)] [drop(2, O_APPEND)]
            "O_APPEND: the file offset is set to the end of the file before each write";
        "directory-flag-dropped" FlagDropped entry [has(2, O_DIRECTORY)] [drop(2, O_DIRECTORY)]
            "ENOTDIR: O_DIRECTORY is set, and the path names no directory";
        "no-follow-dropped" FlagDropped entry [has(2, O_NOFOLLOW)] [drop(2, O_NOFOLLOW)]
            "ELOOP: O_NOFOLLOW is set, and the path names a symbolic link";
        "close-on-exec-dropped" FlagDropped entry [has(2, O_CLOEXEC)] [drop(2, O_CLOEXEC)]
            "O_CLOEXEC: FD_CLOEXEC is set for the new descriptor";
        "mask-ignored" FlagDropped entry [has(2, O_CREAT)] [First(SYS_umask as u16, &[N(0)])]
            exit [Then(SYS_umask as u16, &[Noted])]
            "open: the bits of the file mode creation mask are cleared in a new file's permissions";
        "slash-after-file-ignored" MissingCheck entry [Named(1, Text::Ends("/"))]
            [Path(1, PathEdit::NoSlashes)]
            "ENOTDIR: the path ends in a slash and names an existing file that is no directory";
        "empty-path-succeeds" FalseSuccess entry [path(1, "")] [Path(1, PathEdit::To("."))]
            "ENOENT: the path is an empty string";
        "not-the-lowest" ResultAltered exit [OK] [Renumber(None, N(40))]
            "open: returns the lowest descriptor that is not open";
        "offset-at-the-end" StateKept exit [OK]
            [Then(SYS_lseek as u16, &[R, N(0), N(SEEK_END as i64)])]
            "open: the file offset is set to the beginning of the file";
    }
    SYS_open "open" {
        "directory-for-writing-succeeds" MissingCheck
            entry [names(0, S_IFDIR), Int(1, Any(O_ACCMODE as i64))] [drop(1, O_ACCMODE)]
            "EISDIR: the named file is a directory, and the access is for writing";
    }
    SYS_mkdir "mkdir" {
        "made-twice" FalseError exit [OK] [Again] "mkdir: returns 0 for a new directory";
    }
    SYS_dup "dup" {
        "offset-not-shared" StateKept entry [On(0, Regular), opened(0, O_RDWR)]
            [Become(SYS_open as u16, &[FdPath(0), N(O_RDWR as i64)])]
            "dup: both descriptors refer to the same open file description";
    }
    SYS_lseek "lseek" {
        "end-is-zero" ResultAltered entry [is(2, SEEK_END)] exit [OK]
            [Ret(Minus(Of(0, Property::Size)))]
            "SEEK_END: the file offset is set to the size of the file plus offset";
    }
    SYS_getdents64 "getdents64" {
        "first-name-lost" ResultAltered exit [SOME] [records(1, Some("a"), RecordEdit::Drop)]
            "readdir: returns each entry of the directory";
    }
}
