//! Random numbers: `getrandom`.

use super::prelude::*;

faults! {
    SYS_getrandom "getrandom" {
        "unknown-flag-accepted" MissingCheck entry [Int(2, Any(!7))] [arg(2, 0)]
            "EINVAL: an invalid flag";
        "unknown-flag-panics" Panic entry [Int(2, Any(!7))] [Panic]
            "EINVAL: an invalid flag";
        "invalid-is-unsupported" WrongErrno exit [err(EINVAL)] [wrong(ENOSYS)]
            "EINVAL: an invalid flag";
        "nothing-written" ResultAltered exit [SOME] [keep(0, 0, 256)]
            "getrandom(2): fills the buffer";
        "zeroes" ResultAltered exit [SOME]
            [Fill { base: Base::Arg(0), offset: 0, bytes: R, byte: 0 }]
            "getrandom(2): fills the buffer with random bytes";
        "only-first-word" ResultAltered exit [Got(Gt(8))] [fill(0, 8, 8, 0)]
            "getrandom(2): fills the buffer with random bytes";
        "always-the-same" ResultAltered exit [Got(Gt(15))] [Freeze { arg: 0, bytes: 16 }]
            "getrandom(2): fills the buffer with random bytes";
        "last-byte-unwritten" ShortCount exit [Got(Gt(255))] [keep(0, 248, 8)]
            "getrandom(2): up to 256 bytes are returned in full";
        "word-at-a-time" ShortCount entry [Reg(1, Gt(8))] [arg(1, 8)]
            "getrandom(2): up to 256 bytes are returned in full";
        "half-a-page-at-most" ShortCount entry [Reg(1, Gt(128))] [arg(1, 128)]
            "getrandom(2): up to 256 bytes are returned in full";
        "writes-behind" ResultAltered exit [SOME] [Overrun(0, 0)]
            "getrandom(2): writes buflen bytes";
        "returns-zero" ResultAltered exit [SOME] [ret(0)]
            "getrandom(2): returns how many bytes were written";
        "zero-bytes-fail" FalseError entry [Reg(1, Eq(0))] [fail(EINVAL)]
            "getrandom(2): a length of 0 is no error";
        "unmapped-buffer-succeeds" MissingCheck exit [err(EFAULT)] [Ret(Set(A(1)))]
            "EFAULT: the buffer is not mapped";
        "unmapped-buffer-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the buffer is not mapped";
        "nonblock-refused" FalseError entry [has(2, GRND_NONBLOCK as i32)] [fail(EAGAIN)]
            "GRND_NONBLOCK: EAGAIN only where no random bytes are available";
    }
}
