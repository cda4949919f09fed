//! Faults in permissions, owners and FIFOs.

use crate::table::prelude::*;

faults! {
    SYS_openat "openat" {
        "fifo-without-reader-opens" MissingCheck exit [err(ENXIO)] [ret(60)]
            "ENXIO: O_NONBLOCK and O_WRONLY are set, and no process reads from the FIFO";
        "fifo-without-reader-waits-not" WrongErrno exit [err(ENXIO)] [wrong(EAGAIN)]
            "ENXIO: O_NONBLOCK and O_WRONLY are set, and no process reads from the FIFO";
        "forbidden-is-missing" WrongErrno exit [err(EACCES)] [wrong(ENOENT)]
            "EACCES: the permissions of the file do not permit the access";
        "forbidden-to-write-succeeds" MissingCheck entry [Int(2, Bits(3, 1))] exit [err(EACCES)]
            [ret(60)]
            "EACCES: the permissions of the file do not permit the access";
    }
    SYS_fchmod "fchmod" {
        "type-refused" FalseError entry [Int(1, Any(0o170_000))] exit [OK] [wrong(EINVAL)]
            "chmod(2): other bits of the mode than permissions are ignored";
        "closed-succeeds" MissingCheck exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "modification-time-moves" StateKept exit [OK]
            [Then(SYS_utimensat as u16, &[A(0), N(0), N(0), N(0)])]
            "fchmod: marks the time of the last status change alone";
        "removed-refused" FalseError entry [Fd(0, Property::Links, Eq(0))] exit [OK]
            [wrong(ENOENT)]
            "fchmod: the file of the descriptor needs no name";
    }
    SYS_fchmodat "fchmodat" {
        "below-a-file-is-missing" WrongErrno exit [err(ENOTDIR)] [wrong(ENOENT)]
            "ENOTDIR: a component of the path names a file that is no directory";
        "loop-succeeds" MissingCheck exit [err(ELOOP)] [ret(0)]
            "ELOOP: a loop exists in symbolic links";
        "adds-permissions-alone" ArgumentChanged entry [names_at(0, 1, S_IFREG)] [Arg(2, Or(0o600))]
            "chmod: the permissions become those of mode";
    }
    SYS_chmod "chmod" {
        "missing-succeeds" MissingCheck exit [err(ENOENT)] [ret(0)]
            "ENOENT: a component of the path does not name an existing file";
    }
    SYS_fchown "fchown" {
        "keeps-set-user-id" StateKept exit [OK]
            [Then(SYS_fchmod as u16, &[A(0), N(0o4755)])]
            "chown(2): the bits S_ISUID and S_ISGID are cleared";
        "swaps-the-ids" ArgumentChanged entry [isnt(2, -1)] [arg(1, 1), arg(2, 2)]
            "fchown: the user and the group become those given";
        "closed-succeeds" MissingCheck exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
    }
    SYS_fchownat "fchownat" {
        "missing-succeeds" MissingCheck exit [err(ENOENT)] [ret(0)]
            "ENOENT: a component of the path does not name an existing file";
        "flags-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the value of the flag argument is not valid";
        "owner-refused" FalseError exit [OK] [wrong(EPERM)]
            "fchownat: the owner may leave the owner as it is";
    }
}
