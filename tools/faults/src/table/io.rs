//! Input and output: `read`, `write`, `readv`, `writev`, `close`.

use super::prelude::*;

/// The descriptor is not a standard one. The log is written to a standard one.
const fn own(arg: u8) -> EntryCond {
    above(arg, 2)
}

faults! {
    SYS_read "read" {
        "negative-descriptor-panics" Panic entry [below(0, 0)] [Panic]
            "EBADF: the descriptor is not open";
        "negative-descriptor-is-empty" MissingCheck entry [below(0, 0)] [skip(0)]
            "EBADF: the descriptor is not open";
        "closed-descriptor-is-empty" MissingCheck exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "closed-descriptor-is-invalid" WrongErrno exit [err(EBADF)] [wrong(EINVAL)]
            "EBADF: the descriptor is not open";
        "huge-descriptor-panics" Panic entry [above(0, 1023)] [Panic]
            "EBADF: the descriptor is not open";
        "write-end-is-empty" MissingCheck entry [On(0, Pipe)] exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open for reading";
        "unmapped-buffer-succeeds" MissingCheck exit [err(EFAULT)] [Ret(Set(A(2)))]
            "EFAULT: the buffer is not mapped";
        "unmapped-buffer-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the buffer is not mapped";
        "unmapped-buffer-is-invalid" WrongErrno exit [err(EFAULT)] [wrong(EINVAL)]
            "EFAULT: the buffer is not mapped";
        "unmapped-buffer-is-eof" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the buffer is not mapped";
        "one-byte-at-a-time" ShortCount entry [Reg(2, Gt(1))] [arg(2, 1)]
            "read (pipe): returns what is there, up to nbyte";
        "half-at-most" ShortCount entry [Reg(2, Gt(8))] [Arg(2, Div(2))]
            "read: up to nbyte bytes";
        "page-at-most" ShortCount entry [Reg(2, Gt(4096))] [arg(2, 4096)]
            "read (pipe): returns what is there, up to nbyte";
        "count-one-too-many" ResultAltered exit [SOME] [Ret(Add(1))]
            "read: returns how many bytes were read";
        "count-is-asked" ResultAltered exit [SOME] [Ret(Set(A(2)))]
            "read: returns how many bytes were read";
        "first-byte-altered" ResultAltered exit [SOME] [Out(byte(1, 0), Xor(1))]
            "read: the bytes are those that were written";
        "high-bit-lost" ResultAltered exit [SOME] [Out(byte(1, 0), And(0x7f))]
            "read: all byte values are transferred unchanged";
        "second-page-unwritten" ResultAltered exit [Got(Gt(4096))] [keep(1, 4096, 64)]
            "read: all bytes are stored";
        "zero-byte-behind" ResultAltered exit [SOME] [Overrun(1, 0)]
            "read: nothing is stored after the bytes";
        "nothing-stored" ResultAltered exit [SOME] [keep(1, 0, 4096)]
            "read: the bytes are stored in the buffer";
        "eof-is-an-error" FalseError entry [Reg(2, Gt(0))] exit [Got(Eq(0))] [wrong(EPIPE)]
            "read (pipe): 0 where no writer has it open";
        "eof-is-again" FalseError entry [Reg(2, Gt(0))] exit [Got(Eq(0))] [wrong(EAGAIN)]
            "read (pipe): 0 where no writer has it open";
        "eof-blocks" Hang entry [Reg(2, Gt(0)), Reg(0, Gt(2))] exit [Got(Eq(0))] [HangAll]
            "read (pipe): 0 where no writer has it open";
        "zero-bytes-block" Hang entry [Reg(2, Eq(0)), Unready(0, POLLIN | POLLHUP)] [Block]
            "read: nbyte 0 returns 0 or finds errors";
        "zero-bytes-fail" FalseError entry [Reg(2, Eq(0))] [fail(EINVAL)]
            "read: nbyte 0 returns 0 or finds errors";
        "nonblocking-is-eof" FalseSuccess exit [err(EAGAIN)] [ret(0)]
            "EAGAIN: O_NONBLOCK and the pipe is empty";
        "nonblocking-blocks" Hang exit [err(EAGAIN)] [HangAll]
            "EAGAIN: O_NONBLOCK and the pipe is empty";
        "nonblocking-is-interrupted" WrongErrno exit [err(EAGAIN)] [wrong(EINTR)]
            "EAGAIN: O_NONBLOCK and the pipe is empty";
        "empty-pipe-is-eof" FalseSuccess
            entry [On(0, Pipe), Reg(2, Gt(0)), Unready(0, POLLIN | POLLHUP | POLLNVAL)] [skip(0)]
            "read (pipe): blocks while a writer has it open";
        "empty-pipe-never-blocks" FalseError
            entry [On(0, Pipe), Reg(2, Gt(0)), Unready(0, POLLIN | POLLHUP | POLLNVAL)]
            [fail(EAGAIN)]
            "read (pipe): blocks while a writer has it open";
        "interrupted-is-eof" FalseSuccess exit [Interrupted] [ret(0)]
            "EINTR: a signal interrupted the read";
        "restart-ignored" FlagDropped exit [Interrupted] [wrong(EINTR)]
            "SA_RESTART: the read is restarted";
        "always-restarts" StateKept exit [Interrupted] [ret(-513)]
            "EINTR: a signal without SA_RESTART interrupted the read";
        "huge-count-panics" Panic entry [Reg(2, Lt(0))] [Panic]
            "EFAULT (Linux): the buffer cannot be that long";
    }
    SYS_write "write" {
        "negative-descriptor-panics" Panic entry [below(0, 0)] [Panic]
            "EBADF: the descriptor is not open";
        "closed-descriptor-takes-all" MissingCheck exit [err(EBADF)] [Ret(Set(A(2)))]
            "EBADF: the descriptor is not open";
        "closed-descriptor-takes-nothing" MissingCheck exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "closed-descriptor-is-invalid" WrongErrno exit [err(EBADF)] [wrong(EINVAL)]
            "EBADF: the descriptor is not open";
        "read-end-takes-all" MissingCheck entry [On(0, Pipe)] exit [err(EBADF)] [Ret(Set(A(2)))]
            "EBADF: the descriptor is not open for writing";
        "unmapped-buffer-succeeds" MissingCheck exit [err(EFAULT)] [Ret(Set(A(2)))]
            "EFAULT: the buffer is not mapped";
        "unmapped-buffer-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the buffer is not mapped";
        "unmapped-buffer-is-invalid" WrongErrno exit [err(EFAULT)] [wrong(EINVAL)]
            "EFAULT: the buffer is not mapped";
        "one-byte-at-a-time" ShortCount entry [own(0), Reg(2, Gt(1))] [arg(2, 1)]
            "write (pipe): up to PIPE_BUF bytes are written whole";
        "page-at-most" ShortCount entry [own(0), Reg(2, Gt(4096))] [arg(2, 4096)]
            "write (pipe): without O_NONBLOCK all bytes are written";
        "count-one-too-many" ResultAltered entry [own(0)] exit [SOME] [Ret(Add(1))]
            "write: returns how many bytes were written";
        "count-is-zero" ResultAltered entry [own(0)] exit [SOME] [ret(0)]
            "write: returns how many bytes were written";
        "count-but-no-bytes" StateKept entry [own(0), Reg(2, Gt(0)), Ready(0, POLLOUT)] [Skip(A(2))]
            "write (pipe): the bytes can be read";
        "first-byte-lost" ResultAltered entry [own(0), On(0, Pipe), Reg(2, Gt(1))]
            [Arg(1, Add(1)), Arg(2, Add(-1))] exit [Ret(Add(1))]
            "write: the bytes begin at buf";
        "last-byte-lost" ResultAltered entry [own(0), On(0, Pipe), Reg(2, Gt(1))] [Arg(2, Add(-1))]
            exit [Ret(Add(1))]
            "write: all bytes counted are written";
        "first-byte-altered" ResultAltered entry [own(0), Reg(2, Gt(0))]
            [Put(byte(1, 0), Xor(0x20))]
            "write: the bytes are those in the buffer";
        "broken-pipe-takes-all" FalseSuccess exit [err(EPIPE)] [Ret(Set(A(2)))]
            "EPIPE: no reader has the pipe open";
        "broken-pipe-is-bad-descriptor" WrongErrno exit [err(EPIPE)] [wrong(EBADF)]
            "EPIPE: no reader has the pipe open";
        "broken-pipe-without-signal" StateKept signal [Signo(Eq(SIGPIPE as i64))] [Drop]
            "EPIPE: SIGPIPE is sent to the thread as well";
        "broken-pipe-blocks" Hang exit [err(EPIPE)] [HangAll]
            "EPIPE: no reader has the pipe open";
        "full-pipe-takes-nothing" FalseSuccess exit [err(EAGAIN)] [ret(0)]
            "EAGAIN: O_NONBLOCK and the pipe is full";
        "full-pipe-blocks" Hang exit [err(EAGAIN)] [HangAll]
            "EAGAIN: O_NONBLOCK and the pipe is full";
        "full-pipe-is-no-space" WrongErrno exit [err(EAGAIN)] [wrong(ENOSPC)]
            "EAGAIN: O_NONBLOCK and the pipe is full";
        "full-pipe-never-blocks" FalseError
            entry [own(0), On(0, Pipe), Unready(0, POLLOUT | POLLERR)] [fail(EAGAIN)]
            "write (pipe): blocks until there is room";
        "full-pipe-loses-bytes" StateKept entry [own(0), On(0, Pipe), Unready(0, POLLOUT | POLLERR)]
            [Skip(A(2))]
            "write (pipe): all bytes are written";
        "zero-bytes-fail" FalseError entry [own(0), Reg(2, Eq(0))] [fail(EINVAL)]
            "write (Linux): nbyte 0 on a pipe returns 0";
        "interrupted-is-done" FalseSuccess entry [own(0)] exit [Interrupted] [Ret(Set(A(2)))]
            "EINTR: a signal interrupted the write before a byte was written";
        "huge-count-panics" Panic entry [Reg(2, Lt(0))] [Panic]
            "EFAULT (Linux): the buffer cannot be that long";
    }
    SYS_readv "readv" {
        "negative-count-panics" Panic entry [below(2, 0)] [Panic]
            "EINVAL: iovcnt is less than 0";
        "negative-count-is-empty" MissingCheck entry [below(2, 0)] [skip(0)]
            "EINVAL: iovcnt is less than 0";
        "count-above-max-accepted" MissingCheck entry [above(2, 1024)] [arg(2, 1)]
            "EINVAL: iovcnt is more than IOV_MAX";
        "count-above-max-panics" Panic entry [above(2, 1024)] [Panic]
            "EINVAL: iovcnt is more than IOV_MAX";
        "most-vectors-refused" FalseError entry [is(2, 1024)] [fail(EINVAL)]
            "readv: up to IOV_MAX vectors";
        "only-first-vector" ShortCount entry [above(2, 1)] [arg(2, 1)]
            "readv: fills one vector before the next";
        "last-vector-missing" ShortCount entry [above(2, 1)] [Arg(2, Add(-1))]
            "readv: fills one vector before the next";
        "empty-vector-ends" ShortCount entry [above(2, 1), Mem(long(1, 8), Eq(0))] [skip(0)]
            "readv: an empty vector is skipped";
        "negative-length-accepted" MissingCheck entry [above(2, 0), below(2, 1025)]
            exit [err(EINVAL)] [ret(0)]
            "EINVAL: the sum of the lengths overflows";
        "negative-length-panics" Panic entry [Mem(long(1, 8), Lt(0))] [Panic]
            "EINVAL: the sum of the lengths overflows";
        "invalid-is-bad-address" WrongErrno exit [err(EINVAL)] [wrong(EFAULT)]
            "EINVAL: iovcnt is out of range";
        "unmapped-vector-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the vectors are not mapped";
        "unmapped-vector-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the vectors are not mapped";
        "closed-descriptor-is-empty" MissingCheck exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "negative-descriptor-panics" Panic entry [below(0, 0)] [Panic]
            "EBADF: the descriptor is not open";
        "count-one-too-many" ResultAltered exit [SOME] [Ret(Add(1))]
            "readv: returns how many bytes were read";
        "count-of-vectors" ResultAltered exit [SOME] [Ret(Set(A(2)))]
            "readv: returns how many bytes were read";
        "eof-is-an-error" FalseError entry [above(2, 0)] exit [Got(Eq(0))] [wrong(EIO)]
            "readv: as read, 0 at the end";
        "zero-vectors-fail" FalseError entry [is(2, 0)] [fail(EINVAL)]
            "readv (Linux): iovcnt 0 reads nothing"
            unobservable "POSIX allows iovcnt 0 to fail";
    }
    SYS_writev "writev" {
        "negative-count-panics" Panic entry [below(2, 0)] [Panic]
            "EINVAL: iovcnt is less than 0";
        "negative-count-is-empty" MissingCheck entry [below(2, 0)] [skip(0)]
            "EINVAL: iovcnt is less than 0";
        "count-above-max-accepted" MissingCheck entry [above(2, 1024)] [arg(2, 1)]
            "EINVAL: iovcnt is more than IOV_MAX";
        "only-first-vector" ShortCount entry [above(2, 1)] [arg(2, 1)]
            "writev: writes each vector in turn";
        "last-vector-missing" ShortCount entry [above(2, 1)] [Arg(2, Add(-1))]
            "writev: writes each vector in turn";
        "empty-vector-ends" ShortCount entry [above(2, 1), Mem(long(1, 8), Eq(0))] [skip(0)]
            "writev: an empty vector is skipped";
        "second-vector-twice" ArgumentChanged entry [above(2, 1), Mem(long(1, 8), Gt(0))]
            [Put(long(1, 0), Set(M(long(1, 16)))), Put(long(1, 8), Set(M(long(1, 24))))]
            "writev: writes each vector in turn";
        "negative-length-accepted" MissingCheck entry [above(2, 0), below(2, 1025)]
            exit [err(EINVAL)] [ret(0)]
            "EINVAL: the sum of the lengths overflows";
        "invalid-is-bad-address" WrongErrno exit [err(EINVAL)] [wrong(EFAULT)]
            "EINVAL: iovcnt is out of range";
        "unmapped-vector-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the vectors are not mapped";
        "unmapped-vector-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the vectors are not mapped";
        "closed-descriptor-succeeds" MissingCheck exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "negative-descriptor-panics" Panic entry [below(0, 0)] [Panic]
            "EBADF: the descriptor is not open";
        "count-one-too-few" ResultAltered entry [own(0)] exit [SOME] [Ret(Add(-1))]
            "writev: returns how many bytes were written";
        "count-of-vectors" ResultAltered entry [own(0)] exit [SOME] [Ret(Set(A(2)))]
            "writev: returns how many bytes were written";
        "broken-pipe-succeeds" FalseSuccess exit [err(EPIPE)] [ret(0)]
            "EPIPE: no reader has the pipe open";
    }
    SYS_close "close" {
        "negative-descriptor-succeeds" MissingCheck entry [below(0, 0)] [skip(0)]
            "EBADF: the descriptor is not open";
        "negative-descriptor-panics" Panic entry [below(0, 0)] [Panic]
            "EBADF: the descriptor is not open";
        "closed-descriptor-succeeds" MissingCheck exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "closed-descriptor-panics" Panic exit [err(EBADF)] [Panic]
            "EBADF: the descriptor is not open";
        "closed-descriptor-is-invalid" WrongErrno exit [err(EBADF)] [wrong(EINVAL)]
            "EBADF: the descriptor is not open";
        "huge-descriptor-panics" Panic entry [above(0, 1023)] [Panic]
            "EBADF: the descriptor is not open";
        "does-nothing" StateKept entry [own(0)] [skip(0)]
            "close: the descriptor is free again";
        "pipe-end-stays" StateKept entry [own(0), On(0, Pipe)] [skip(0)]
            "close: the last descriptor of a pipe end closes that end";
        "socket-stays" StateKept entry [own(0), On(0, Socket)] [skip(0)]
            "close: the last descriptor of a socket closes the connection";
        "epoll-stays" StateKept entry [own(0), On(0, Epoll)] [skip(0)]
            "close: the descriptor is free again";
        "returns-one" ResultAltered entry [own(0)] exit [OK] [ret(1)]
            "close: returns 0";
        "fails-after-all" FalseError entry [own(0)] exit [OK] [wrong(EIO)]
            "close: returns 0";
        "takes-the-next-one-along" StateKept entry [own(0)] exit [OK]
            [Then(SYS_close as u16, &[P(0, 1)])]
            "close: other descriptors stay open";
        "blocks" Hang entry [own(0), On(0, Pipe), Met(3)] [Block]
            "close: does not wait for the other end";
    }
}
