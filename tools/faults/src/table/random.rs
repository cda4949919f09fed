//! Random numbers: `getrandom`.

use super::words::*;

faults! {
    SYS_getrandom "getrandom" {
        "unknown-flag-accepted" MissingCheck [Int(2, Any(!7))] [arg(2, 0)]
            "EINVAL: an invalid flag";
        "unknown-flag-panics" Panic [Int(2, Any(!7))] [Panic]
            "EINVAL: an invalid flag";
        "invalid-is-unsupported" WrongErrno [err(EINVAL)] [wrong(ENOSYS)]
            "EINVAL: an invalid flag";
        "nothing-written" ResultAltered [SOME] [keep(0, 0, 256)]
            "getrandom(2): fills the buffer";
        "zeroes" ResultAltered [SOME] [Fill { arg: 0, offset: 0, bytes: R, byte: 0 }]
            "getrandom(2): fills the buffer with random bytes";
        "only-first-word" ResultAltered [Got(Gt(8))]
            [Fill { arg: 0, offset: 8, bytes: N(8), byte: 0 }]
            "getrandom(2): fills the buffer with random bytes";
        "always-the-same" ResultAltered [Got(Gt(15))] [Freeze { arg: 0, bytes: 16 }]
            "getrandom(2): fills the buffer with random bytes";
        "last-byte-unwritten" ShortCount [Got(Gt(255))] [keep(0, 248, 8)]
            "getrandom(2): up to 256 bytes come whole";
        "word-at-a-time" ShortCount [Reg(1, Gt(8))] [arg(1, 8)]
            "getrandom(2): up to 256 bytes come whole";
        "half-a-page-at-most" ShortCount [Reg(1, Gt(128))] [arg(1, 128)]
            "getrandom(2): up to 256 bytes come whole";
        "writes-behind" ResultAltered [SOME] [Behind(0, 0)]
            "getrandom(2): writes buflen bytes";
        "returns-zero" ResultAltered [SOME] [ret(0)]
            "getrandom(2): returns how many bytes were written";
        "zero-bytes-fail" FalseError [Reg(1, Eq(0))] [fail(EINVAL)]
            "getrandom(2): no bytes are no error";
        "unmapped-buffer-succeeds" MissingCheck [err(EFAULT)] [Ret(Set(A(1)))]
            "EFAULT: the buffer is not mapped";
        "unmapped-buffer-panics" Panic [err(EFAULT)] [Panic]
            "EFAULT: the buffer is not mapped";
        "nonblock-refused" FalseError [has(2, GRND_NONBLOCK as i32)] [fail(EAGAIN)]
            "GRND_NONBLOCK: EAGAIN only where no random bytes are there";
    }
}
