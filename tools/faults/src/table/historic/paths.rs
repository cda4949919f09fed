//! Every way to write a path, and every kind of file on it.

use crate::table::prelude::*;

history! { Paths;
    SYS_openat "openat" "missing-is-invalid" WrongErrno exit [err(ENOENT)] [wrong(EINVAL)]
        "ENOENT: a component of the path does not name an existing file"
        from "Hermit" "hermit-os/kernel" 1596 "2025-02-11"
        saw "open of a file that does not exist returns EINVAL.";
    SYS_openat "openat" "slash-makes-a-file" MissingCheck entry [has(2, O_CREAT), ends(1, "/")]
        [Path(1, PathEdit::NoSlashes)]
        "open(2): a path that ends in a slash names no regular file"
        from "WSL" "microsoft/WSL" 535 "2016-06-15"
        saw "open with O_CREAT and a slash at the end makes a file.";
    SYS_openat "openat" "long-name-passes" MissingCheck
        entry [has(2, O_CREAT), Named(1, Text::Longest(Gt(255)))] [Path(1, PathEdit::Cut(255))]
        "ENAMETOOLONG: a component of the path is longer than NAME_MAX"
        from "Phoenix-RTOS" "phoenix-rtos/phoenix-rtos-project" 1258 "2025-01-20"
        saw "open does not compare the length of a name with NAME_MAX.";
    SYS_openat "openat" "below-a-file-is-invalid" WrongErrno exit [err(ENOTDIR)] [wrong(EINVAL)]
        "ENOTDIR: a component of the path prefix is no directory"
        from "Nanvix" "nanvix/nanvix" 3069 "2026-08-10"
        saw "open of a name below a regular file returns EINVAL.";
    SYS_newfstatat "newfstatat" "slash-after-file-ignored" MissingCheck entry [ends(1, "/")]
        [Path(1, PathEdit::NoSlashes)]
        "ENOTDIR: the path ends in a slash and names a file that is no directory"
        from "Phoenix-RTOS" "phoenix-rtos/phoenix-rtos-project" 1723 "2026-07-28"
        saw "The resolution of a path drops the slashes at its end, even after a file.";
    SYS_creat "creat" "error-is-a-descriptor" ResultAltered exit [Got(Lt(0))] [Ret(Neg)]
        "creat: returns -1 on an error"
        from "MentOS" "mentos-team/MentOS" 298 "2026-09-03"
        saw "An error number is negated twice, and creat returns it as a descriptor.";
    SYS_truncate "truncate" "directory-is-invalid" WrongErrno exit [err(EISDIR)] [wrong(EINVAL)]
        "EISDIR: the named file is a directory"
        from "Phoenix-RTOS" "phoenix-rtos/phoenix-rtos-project" 362 "2022-03-21"
        saw "truncate of a directory returns EINVAL.";
    SYS_symlink "symlink" "below-a-file-is-missing" WrongErrno exit [err(ENOTDIR)] [wrong(ENOENT)]
        "ENOTDIR: a component of the path prefix is no directory"
        from "Unikraft" "unikraft/unikraft" 849 "2023-04-19"
        saw "symlink replaces every error of the lookup by ENOENT.";
    SYS_symlinkat "symlinkat" "absolute-target-moves-the-link" ArgumentChanged
        entry [Named(0, Text::Begins("/"))] [Path(2, PathEdit::Absolute)]
        "symlink: the link is made at path2, below the directory of fd"
        from "SerenityOS" "SerenityOS/serenity" 26894 "2026-07-24"
        saw "An absolute target makes the kernel look for the new link from the root.";
}
