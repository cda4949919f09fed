//! Thread-local storage: `arch_prctl`.

use super::prelude::*;

const SET_GS: i32 = 0x1001;
const SET_FS: i32 = 0x1002;
const GET_FS: i32 = 0x1003;
const GET_GS: i32 = 0x1004;

faults! {
    SYS_arch_prctl "arch_prctl" {
        "set-fs-ignored" StateKept entry [is(0, SET_FS)] [skip(0)]
            "ARCH_SET_FS: sets the base of FS";
        "set-fs-zero-ignored" StateKept entry [is(0, SET_FS), Reg(1, Eq(0))] [skip(0)]
            "ARCH_SET_FS: sets the base of FS, to 0 too";
        "set-gs-ignored" StateKept entry [is(0, SET_GS)] [skip(0)]
            "ARCH_SET_GS: sets the base of GS";
        "set-gs-sets-fs" ArgumentChanged entry [is(0, SET_GS)] [arg(0, SET_FS as i64)]
            "ARCH_SET_GS: sets the base of GS";
        "get-fs-unwritten" ResultAltered entry [is(0, GET_FS)] exit [] [keep(1, 0, 8)]
            "ARCH_GET_FS: writes the base of FS";
        "get-fs-zero" ResultAltered entry [is(0, GET_FS)] exit [OK] [out(long(1, 0), 0)]
            "ARCH_GET_FS: writes the base of FS";
        "get-fs-truncated" ResultAltered entry [is(0, GET_FS)] exit [OK] [keep(1, 4, 4)]
            "ARCH_GET_FS: writes 64 bits";
        "get-fs-returned" ResultAltered entry [is(0, GET_FS)] exit [OK]
            [keep(1, 0, 8), Ret(Set(M(long(1, 0))))]
            "ARCH_GET_FS: returns 0 and writes to the address";
        "get-gs-gives-fs" ArgumentChanged entry [is(0, GET_GS)] [arg(0, GET_FS as i64)]
            "ARCH_GET_GS: writes the base of GS";
        "unknown-code-accepted" FalseSuccess exit [err(EINVAL)] [ret(0)]
            "EINVAL: the code is not valid";
        "unknown-code-unsupported" WrongErrno exit [err(EINVAL)] [wrong(ENOSYS)]
            "EINVAL: the code is not valid";
        "unknown-code-panics" Panic exit [err(EINVAL)] [Panic]
            "EINVAL: the code is not valid";
        "unmapped-place-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the address is not mapped";
        "unmapped-place-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the address is not mapped";
        "kernel-half-base-accepted" MissingCheck exit [err(EPERM)] [ret(0)]
            "EPERM: the base is outside the address space";
        "kernel-half-base-panics" Panic exit [err(EPERM)] [Panic]
            "EPERM: the base is outside the address space";
        "kernel-half-base-invalid" WrongErrno exit [err(EPERM)] [wrong(EINVAL)]
            "EPERM: the base is outside the address space";
        "set-fs-refused" FalseError entry [is(0, SET_FS)] [fail(EINVAL)]
            "ARCH_SET_FS: sets the base of FS";
        "kernel-half-base-clears" StateKept exit [err(EPERM)]
            [Then(SYS_arch_prctl as u16, &[A(0), N(0)])]
            "arch_prctl(2): a failure leaves the base as it was";
    }
}
