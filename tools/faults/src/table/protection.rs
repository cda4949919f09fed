//! Memory protection: `mprotect`.

use super::prelude::*;

faults! {
    SYS_mprotect "mprotect" {
        "does-nothing" StateKept entry [Reg(0, Bits(INSIDE_PAGE, 0)), Reg(1, Gt(0))] [skip(0)]
            "mprotect: changes the access protections";
        "read-only-stays-writable" FlagDropped entry [is(2, PROT_READ)] [arg(2, RW)]
            "PROT_WRITE: without it no write succeeds";
        "none-stays-readable" FlagDropped entry [is(2, PROT_NONE)] [arg(2, PROT_READ as i64)]
            "PROT_NONE: the data cannot be accessed";
        "writable-becomes-read-only" FlagDropped entry [has(2, PROT_WRITE)]
            [arg(2, PROT_READ as i64)]
            "PROT_WRITE: the data can be written";
        "misaligned-rounds-down" MissingCheck entry [Reg(0, Any(INSIDE_PAGE))]
            [Arg(0, And(!INSIDE_PAGE))]
            "EINVAL: the address is no multiple of the page size";
        "hole-succeeds" FalseSuccess exit [err(ENOMEM)] [ret(0)]
            "ENOMEM: pages of the range are not mapped";
        "hole-is-bad-address" WrongErrno exit [err(ENOMEM)] [wrong(EFAULT)]
            "ENOMEM: pages of the range are not mapped";
        "hole-panics" Panic exit [err(ENOMEM)] [Panic]
            "ENOMEM: pages of the range are not mapped";
        "invalid-is-out-of-memory" WrongErrno exit [err(EINVAL)] [wrong(ENOMEM)]
            "EINVAL: the address is no multiple of the page size";
        "zero-length-is-invalid" FalseError entry [Reg(1, Eq(0))] [fail(EINVAL)]
            "mprotect (Linux): a length of 0 succeeds";
        "only-first-page" ShortCount entry [Reg(1, Gt(4096))] [arg(1, 4096)]
            "mprotect: all pages of the range change";
        "goes-a-page-too-far" ArgumentChanged entry [Reg(1, Gt(0)), Reg(1, Lt(0x10000))]
            [Arg(1, Add(4096))]
            "mprotect: pages outside the range keep their protections";
        "part-of-a-page-stays" ArgumentChanged entry [Reg(1, Gt(0)), Reg(1, Lt(4096))] [skip(0)]
            "mprotect: whole pages that hold any part of the range change";
        "loses-contents" ResultAltered entry [has(2, PROT_WRITE)] exit [OK] [fill(0, 0, 64, 0)]
            "mprotect: changes protections alone";
        "unknown-bits-accepted" FalseSuccess entry [Int(2, Any(!0x0300_000f))] exit [err(EINVAL)]
            [ret(0)]
            "EINVAL (Linux): invalid flags in prot";
        "kernel-half-succeeds" MissingCheck entry [Reg(0, Lt(0))] [skip(0)]
            "ENOMEM: addresses are invalid for the address space";
    }
}
