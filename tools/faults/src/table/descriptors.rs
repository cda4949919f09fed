//! Descriptors: `dup`, `dup2`, `dup3`, `fcntl`.

use super::prelude::*;

const CLOSE_ON_EXEC: i64 = FD_CLOEXEC as i64;

faults! {
    SYS_dup "dup" {
        "closed-descriptor-succeeds" MissingCheck exit [err(EBADF)] [ret(3)]
            "EBADF: the descriptor is not open";
        "negative-descriptor-panics" Panic entry [below(0, 0)] [Panic]
            "EBADF: the descriptor is not open";
        "huge-descriptor-panics" Panic entry [above(0, 1023)] [Panic]
            "EBADF: the descriptor is not open";
        "closed-descriptor-is-invalid" WrongErrno exit [err(EBADF)] [wrong(EINVAL)]
            "EBADF: the descriptor is not open";
        "closed-descriptor-is-too-many" WrongErrno exit [err(EBADF)] [wrong(EMFILE)]
            "EBADF: the descriptor is not open";
        "not-the-lowest" StateKept entry [above(0, -1)]
            [Become(SYS_fcntl as u16, &[A(0), N(F_DUPFD as i64), N(20)])]
            "dup: the lowest descriptor that is free";
        "numbers-climb" StateKept entry [above(0, -1)]
            [Become(SYS_fcntl as u16, &[A(0), N(F_DUPFD as i64), Count])]
            "dup: the lowest descriptor that is free";
        "skips-standard-numbers" StateKept entry [is(0, 0)]
            [Become(SYS_fcntl as u16, &[A(0), N(F_DUPFD as i64), N(3)])]
            "dup: the lowest descriptor that is free, 0 too"
            unobservable "only a program that closes its standard descriptors can observe it";
        "closes-on-exec" FlagDropped entry [above(0, -1)]
            [Become(SYS_fcntl as u16, &[A(0), N(F_DUPFD_CLOEXEC as i64), N(0)])]
            "dup: FD_CLOEXEC is clear in the copy";
        "copy-is-the-original" ResultAltered entry [above(0, 2)] exit [OK]
            [Then(SYS_close as u16, &[R]), Ret(Set(A(0)))]
            "dup: a new descriptor";
        "original-is-closed" StateKept entry [above(0, 2)] exit [OK]
            [Then(SYS_close as u16, &[A(0)])]
            "dup: the original stays open";
        "copies-leak" StateKept entry [Past(250)] [fail(EMFILE)]
            "close: the descriptor is free again";
        "returns-zero" ResultAltered exit [SOME] [ret(0)]
            "dup: returns the new descriptor";
    }
    SYS_dup2 "dup2" {
        "same-is-invalid" FalseError entry [Same(0, 1), above(0, -1)] [fail(EINVAL)]
            "dup2: equal descriptors are returned without an error";
        "same-closed-succeeds" MissingCheck entry [Same(0, 1)] exit [err(EBADF)] [Ret(Set(A(1)))]
            "EBADF: fildes is not open, even where both are equal";
        "same-is-closed" StateKept entry [Same(0, 1), above(0, 2)] exit [OK]
            [Then(SYS_close as u16, &[A(0)])]
            "dup2: equal descriptors are returned without closing";
        "negative-takes-the-lowest" MissingCheck entry [below(1, 0)]
            [Become(SYS_dup as u16, &[A(0)])]
            "EBADF: fildes2 is negative";
        "negative-is-invalid" WrongErrno entry [below(1, 0)] [fail(EINVAL)]
            "EBADF: fildes2 is negative";
        "limit-unchecked" MissingCheck entry [above(1, 1023)] exit [err(EBADF)] [Ret(Set(A(1)))]
            "EBADF: fildes2 is at least OPEN_MAX";
        "huge-panics" Panic entry [above(1, 1 << 20)] [Panic]
            "EBADF: fildes2 is at least OPEN_MAX";
        "limit-is-too-many" WrongErrno entry [above(1, 63)] exit [err(EBADF)] [wrong(EMFILE)]
            "EBADF: fildes2 is at least OPEN_MAX";
        "closed-source-panics" Panic entry [above(1, -1)] exit [err(EBADF)] [Panic]
            "EBADF: fildes is not open";
        "closed-source-succeeds" MissingCheck entry [above(1, -1)] exit [err(EBADF)]
            [Ret(Set(A(1)))]
            "EBADF: fildes is not open";
        "closed-source-closes-target" StateKept entry [above(1, 2)] exit [err(EBADF)]
            [Then(SYS_close as u16, &[A(1)])]
            "dup2: where fildes is not open, fildes2 stays as it is";
        "open-target-is-busy" FalseError entry [above(0, -1), above(1, 2), Ready(1, -1)]
            [fail(EBUSY)]
            "dup2: an open fildes2 is closed first";
        "open-target-is-kept" StateKept entry [above(0, -1), above(1, 2), Ready(1, -1)] [Skip(A(1))]
            "dup2: an open fildes2 is closed first";
        "target-ignored" ArgumentChanged entry [above(0, -1), above(1, 2)]
            [Become(SYS_dup as u16, &[A(0)])]
            "dup2: the copy is fildes2";
        "returns-zero" ResultAltered exit [SOME] [ret(0)]
            "dup2: returns fildes2";
        "closes-on-exec" FlagDropped entry [above(1, 2)] exit [OK]
            [Then(SYS_fcntl as u16, &[A(1), N(F_SETFD as i64), N(CLOSE_ON_EXEC)])]
            "dup2: FD_CLOEXEC is clear in fildes2";
        "source-is-closed" StateKept entry [above(0, 2)] exit [OK] [Then(SYS_close as u16, &[A(0)])]
            "dup2: fildes stays open";
    }
    SYS_dup3 "dup3" {
        "same-succeeds" MissingCheck entry [Same(0, 1)] [Skip(A(1))]
            "EINVAL (Linux): both descriptors are equal";
        "same-is-bad-descriptor" WrongErrno entry [Same(0, 1)] exit [err(EINVAL)] [wrong(EBADF)]
            "EINVAL (Linux): both descriptors are equal";
        "unknown-flag-accepted" MissingCheck entry [Int(2, Any(!(O_CLOEXEC as i64)))]
            [Arg(2, And(O_CLOEXEC as i64))]
            "EINVAL (Linux): an invalid flag";
        "unknown-flag-panics" Panic entry [Int(2, Any(!(O_CLOEXEC as i64)))] [Panic]
            "EINVAL (Linux): an invalid flag";
        "close-on-exec-dropped" FlagDropped entry [has(2, O_CLOEXEC)] [drop(2, O_CLOEXEC)]
            "O_CLOEXEC: FD_CLOEXEC is set in the copy";
        "close-on-exec-always" FlagDropped entry [is(2, 0)] [add(2, O_CLOEXEC)]
            "dup3: without O_CLOEXEC FD_CLOEXEC is clear";
        "closed-source-succeeds" MissingCheck entry [above(1, -1)] exit [err(EBADF)]
            [Ret(Set(A(1)))]
            "EBADF: the descriptor is not open";
        "negative-target-panics" Panic entry [below(1, 0)] [Panic]
            "EBADF: the new descriptor is out of range";
        "negative-target-succeeds" MissingCheck entry [below(1, 0)]
            [Become(SYS_dup as u16, &[A(0)])]
            "EBADF: the new descriptor is out of range";
        "limit-unchecked" MissingCheck entry [above(1, 1023)] exit [err(EBADF)] [Ret(Set(A(1)))]
            "EBADF: the new descriptor is out of range";
        "open-target-is-kept" StateKept entry [above(0, -1), above(1, 2), Ready(1, -1)] [Skip(A(1))]
            "dup3: an open target is closed first";
        "returns-zero" ResultAltered exit [SOME] [ret(0)]
            "dup3: returns the new descriptor";
        "unsupported" FalseError entry [] [fail(ENOSYS)]
            "dup3: duplicates a descriptor";
    }
    SYS_fcntl "fcntl" {
        "minimum-ignored" ArgumentChanged entry [is(1, F_DUPFD)] [arg(2, 0)]
            "F_DUPFD: the lowest free descriptor that is at least arg";
        "minimum-is-exact" StateKept entry [is(1, F_DUPFD), above(2, 2), above(0, -1)]
            [Become(SYS_dup2 as u16, &[A(0), A(2)])]
            "F_DUPFD: the lowest free descriptor that is at least arg";
        "minimum-is-exceeded" ArgumentChanged entry [is(1, F_DUPFD), above(2, -1), below(2, 60)]
            [Arg(2, Add(1))]
            "F_DUPFD: the lowest free descriptor that is at least arg";
        "negative-minimum-accepted" MissingCheck entry [is(1, F_DUPFD), below(2, 0)] [arg(2, 0)]
            "EINVAL: arg is negative";
        "negative-minimum-panics" Panic entry [is(1, F_DUPFD), below(2, 0)] [Panic]
            "EINVAL: arg is negative";
        "huge-minimum-accepted" MissingCheck entry [is(1, F_DUPFD), above(2, 1023)] [arg(2, 0)]
            "EINVAL: arg is at least OPEN_MAX";
        "minimum-is-too-many" WrongErrno entry [is(1, F_DUPFD)] exit [err(EINVAL)] [wrong(EMFILE)]
            "EINVAL: arg is negative or at least OPEN_MAX";
        "copy-closes-on-exec" FlagDropped entry [is(1, F_DUPFD)] [arg(1, F_DUPFD_CLOEXEC as i64)]
            "F_DUPFD: FD_CLOEXEC is clear in the copy";
        "copy-stays-on-exec" FlagDropped entry [is(1, F_DUPFD_CLOEXEC)] [arg(1, F_DUPFD as i64)]
            "F_DUPFD_CLOEXEC: FD_CLOEXEC is set in the copy";
        "copy-on-exec-unsupported" FalseError entry [is(1, F_DUPFD_CLOEXEC)] [fail(EINVAL)]
            "F_DUPFD_CLOEXEC: FD_CLOEXEC is set in the copy";
        "flags-read-as-none" ResultAltered entry [is(1, F_GETFD)] exit [SOME] [ret(0)]
            "F_GETFD: the descriptor's flags";
        "flags-read-as-set" ResultAltered entry [is(1, F_GETFD)] exit [Got(Eq(0))]
            [ret(CLOSE_ON_EXEC)]
            "F_GETFD: the descriptor's flags";
        "flags-not-set" StateKept entry [is(1, F_SETFD), has(2, FD_CLOEXEC)] [skip(0)]
            "F_SETFD: sets the descriptor's flags";
        "flags-not-cleared" StateKept entry [is(1, F_SETFD), lacks(2, FD_CLOEXEC)] [skip(0)]
            "F_SETFD: sets the descriptor's flags";
        "flags-shared-with-copies" StateKept entry [is(1, F_SETFD)] exit [OK]
            [Then(SYS_fcntl as u16, &[P(0, 1), N(F_SETFD as i64), A(2)])]
            "F_SETFD: flags of one descriptor, not of its copies";
        "status-is-zero" ResultAltered entry [is(1, F_GETFL)] exit [SOME] [ret(0)]
            "F_GETFL: status flags and access mode";
        "status-without-access-mode" ResultAltered entry [is(1, F_GETFL)] exit [OK]
            [Ret(And(!(O_ACCMODE as i64)))]
            "F_GETFL: status flags and access mode";
        "status-without-nonblock" ResultAltered entry [is(1, F_GETFL)]
            exit [Got(Has(O_NONBLOCK as i64))] [Ret(Xor(O_NONBLOCK as i64))]
            "F_GETFL: status flags and access mode";
        "status-shows-close-on-exec" ResultAltered entry [is(1, F_GETFL)] exit [OK]
            [Ret(Or(O_CLOEXEC as i64))]
            "F_GETFL: FD_CLOEXEC is no status flag";
        "nonblock-not-set" StateKept entry [is(1, F_SETFL), has(2, O_NONBLOCK)] [skip(0)]
            "F_SETFL: sets the status flags";
        "nonblock-not-cleared" StateKept entry [is(1, F_SETFL), lacks(2, O_NONBLOCK)] [skip(0)]
            "F_SETFL: sets the status flags";
        "append-not-set" FlagDropped entry [is(1, F_SETFL), has(2, O_APPEND)] [drop(2, O_APPEND)]
            "F_SETFL: sets the status flags";
        "access-mode-refused" FalseError entry [is(1, F_SETFL), Int(2, Any(O_ACCMODE as i64))]
            [fail(EINVAL)]
            "F_SETFL: bits of the access mode are ignored";
        "unknown-command-succeeds" MissingCheck entry [above(1, 16)] exit [err(EINVAL)] [ret(0)]
            "EINVAL: the command is invalid";
        "unknown-command-panics" Panic entry [isnt(1, F_DUPFD), isnt(1, F_DUPFD_CLOEXEC)]
            exit [err(EINVAL)] [Panic]
            "EINVAL: the command is invalid";
        "unknown-command-unsupported" WrongErrno entry [isnt(1, F_DUPFD), isnt(1, F_DUPFD_CLOEXEC)]
            exit [err(EINVAL)] [wrong(ENOSYS)]
            "EINVAL: the command is invalid";
        "closed-descriptor-succeeds" MissingCheck exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "closed-descriptor-is-invalid" WrongErrno exit [err(EBADF)] [wrong(EINVAL)]
            "EBADF: the descriptor is not open";
        "negative-descriptor-panics" Panic entry [below(0, 0)] [Panic]
            "EBADF: the descriptor is not open";
        "huge-descriptor-panics" Panic entry [above(0, 1023)] [Panic]
            "EBADF: the descriptor is not open";
        "closed-descriptor-in-dupfd" MissingCheck entry [is(1, F_DUPFD)] exit [err(EBADF)] [ret(3)]
            "EBADF: the descriptor is not open";
    }
}
