//! Every directory, its entries and its changes.

use crate::table::prelude::*;

history! { Directories;
    SYS_mkdir "mkdir" "existing-is-invalid" WrongErrno exit [err(EEXIST)] [wrong(EINVAL)]
        "EEXIST: the named file exists"
        from "Nanvix" "nanvix/nanvix" 3068 "2026-08-10"
        saw "mkdir of a name that exists returns EINVAL.";
    SYS_mkdirat "mkdirat" "root-is-invalid" WrongErrno entry [path(1, "/")] [fail(EINVAL)]
        "EEXIST: the named file exists"
        from "StarryOS" "rcore-os/tgoskits" 375 "2026-04-27"
        saw "mkdir of a path without a last name, such as the root, returns EINVAL.";
    SYS_rmdir "rmdir" "removes-a-file" FalseSuccess entry [names(0, S_IFREG)]
        [Become(SYS_unlink as u16, &[A(0)])]
        "ENOTDIR: a component of the path is no directory"
        from "Genode" "genodelabs/genode" 2685 "2018-02-20"
        saw "rmdir of a regular file removes it.";
    SYS_rmdir "rmdir" "not-empty-is-io" WrongErrno exit [err(ENOTEMPTY)] [wrong(EIO)]
        "ENOTEMPTY: the directory is not empty"
        from "FSCQ" "mit-pdos/fscq" 3 "2015-10-03"
        saw "rmdir of a directory with a file returns EIO.";
    SYS_rmdir "rmdir" "dot-removes" FalseSuccess entry [Named(0, Text::Last("."))]
        [Path(0, PathEdit::Parent)]
        "EINVAL: the last component of the path is dot"
        from "SerenityOS" "SerenityOS/serenity" 16594 "2022-12-19"
        saw "rmdir of a path that ends in a dot removes the directory.";
    SYS_getdents64 "getdents64" "no-room-is-the-end" FalseSuccess exit [err(EINVAL)] [ret(0)]
        "getdents64(2): EINVAL where the buffer is too small"
        from "iSH" "ish-app/ish" 2774 "2026-07-27"
        saw "A buffer without room for one entry gives 0, as at the end of the directory.";
    SYS_getdents64 "getdents64" "rest-lost" ShortCount
        entry [Fd(0, Property::Position, Gt(0))] exit [SOME] [ret(0)]
        "readdir: returns each entry of the directory"
        from "WSL" "microsoft/WSL" 2077 "2017-05-08"
        saw "A directory whose files are removed while it is read ends too early.";
    SYS_getdents64 "getdents64" "writes-after-the-result" ResultAltered exit [SOME]
        [Overrun(1, 0)]
        "getdents64(2): returns the number of bytes read"
        from "StarryOS" "rcore-os/tgoskits" 2030 "2026-08-14"
        saw "The whole buffer is written, with zeros after the last entry.";
    SYS_getdents64 "getdents64" "parent-twice" ResultAltered exit [SOME]
        [records(1, Some(".."), RecordEdit::Twice)]
        "readdir: no two entries of a directory have the same name"
        from "MentOS" "mentos-team/MentOS" 81 "2024-06-29"
        saw "A new directory has the entry .. twice.";
}
