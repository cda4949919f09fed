//! Message queues: `mq_open`, `mq_unlink`, `mq_timedsend`, `mq_timedreceive`,
//! `mq_getsetattr`.
//!
//! The name of a queue has the bits of the process id, so that two runs at a time do not meet. It
//! is removed before a queue is made, as an earlier run may have left it.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Message queues",
    profile: Profile::Pse52,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: Table::same(&[]),
};

/// A `struct mq_attr`: flags, messages, bytes of a message, messages now; and 32 reserved bytes.
const fn attributes(flags: i64, messages: i64, size: i64) -> [u8; 64] {
    let (front, mut bytes, mut i) = (four(flags, messages, size, 0), [0; 64], 0);
    while i < 32 {
        bytes[i] = front[i];
        i += 1;
    }
    bytes
}

const ATTR: [u8; 64] = attributes(0, 2, 16);
const NONBLOCK: [u8; 64] = attributes(O_NONBLOCK, 0, 0);
const MAKE: i64 = O_RDWR | O_CREAT | O_EXCL;
const SEC: i64 = 1_000_000_000;
const PAST: [u8; 16] = timespec(1, 0);
const EVENT: [u8; 16] = sigevent(0x5ac3, SIGUSR1, SIGEV_SIGNAL);
const TICKS: [u8; 32] = itimerspec(8_000_000, 500_000);
/// The low and the high half of each byte of the process id, and what makes characters of them.
const LOW: i64 = 0x0f0f_0f0f;
const HIGH: i64 = 0xf0f0_f0f0;
const LETTERS: i64 = -0x6161_6161;
const NO_ZERO: i64 = -0x0101_0101;
/// The messages now in `struct mq_attr`.
const MESSAGES: i64 = 24;

const POSITIVE: Table = shared_rows! {
    FRESH();
    WATCH();
    AND(*SELF, LOW)                           => Keep(A);
    MINUS(*A, LETTERS)                        => Keep(A);
    AND(*SELF, HIGH)                          => Keep(B);
    MINUS(*B, NO_ZERO)                        => Keep(B);
    PAIR(&PATH, *A, 0);
    PUT32(&PATH + 4, *B);
    MQ_UNLINK(&PATH)                          => AtLeast(-4095);
    MQ_OPEN(&PATH, MAKE, 0o600, [ATTR])       => Keep(FD_A), "new queue";
    MQ_OPEN(&PATH, MAKE, 0o600, [ATTR])       => Err(EEXIST), "O_EXCL, queue that exists";
    MQ_OPEN(&PATH, O_WRONLY | O_NONBLOCK, 0, 0) => Keep(FD_B);
    MQ_TIMEDSEND(*FD_A, [*b"abc"], 3, 1, 0);
    MQ_TIMEDSEND(*FD_B, [*b"hello"], 5, 7, 0);
    MQ_TIMEDSEND(*FD_B, [*b"abc"], 3, 1, 0)   => Err(EAGAIN), "O_NONBLOCK, full queue";
    MQ_TIMEDSEND(*FD_A, [*b"abc"], 3, 1, [PAST]) => Err(ETIMEDOUT),
        "full queue, time that has passed";
    MQ_TIMEDRECEIVE(*FD_A, &BUF, 16, &WORD, 0) => Is(5), "highest priority first";
    GET32(&WORD)                              => Is(7), "mq_timedreceive: priority";
    SAME(&BUF, [*b"hello"], 5)                => Is(0), "mq_timedreceive: bytes are unchanged";
    MQ_TIMEDSEND(*FD_A, [*b"hello"], 5, 1, 0);
    MQ_TIMEDRECEIVE(*FD_A, &BUF, 16, 0, 0)    => Is(3), "first of one priority first";
    MQ_TIMEDRECEIVE(*FD_A, &BUF, 16, 0, 0);
    MQ_TIMEDRECEIVE(*FD_A, &BUF, 16, 0, [PAST]) => Err(ETIMEDOUT),
        "empty queue, time that has passed";
    LATER(0, 4);
    MQ_TIMEDSEND(*FD_B, [*b"abc"], 3, 1, 0);
    MQ_TIMEDRECEIVE(*FD_A, &BUF, 16, 0, 0)    => Is(3), "waits for a message";
    JOIN(0)                                   => Is(0);
    MQ_TIMEDSEND(*FD_B, [*b"abc"], 3, 1, 0);
    MQ_UNLINK(&PATH)                          => Is(0), "queue in use";
    MQ_TIMEDRECEIVE(*FD_A, &BUF, 16, 0, 0)    => Is(3), "queue that is unlinked";
    // Nothing but the attributes rests on this call, which few programs make.
    MQ_GETSETATTR(*FD_A, [NONBLOCK], &BUF);
    SAME(&BUF, [ATTR], 32)                    => Is(0), "mq_open: attributes of a new queue";
    MQ_TIMEDRECEIVE(*FD_A, &BUF, 16, 0, 0)    => Err(EAGAIN), "O_NONBLOCK, empty queue";
    MQ_TIMEDSEND(*FD_B, [*b"abc"], 3, 1, 0);
    MQ_GETSETATTR(*FD_A, 0, &BUF);
    GET64(&BUF + MESSAGES)                    => Is(1), "mq_getsetattr: messages in the queue";
    GET64(&BUF) => Is(O_NONBLOCK), "mq_getsetattr: O_NONBLOCK is kept";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    WATCH();
    AND(*SELF, LOW)                           => Keep(A);
    MINUS(*A, LETTERS)                        => Keep(A);
    AND(*SELF, HIGH)                          => Keep(B);
    MINUS(*B, NO_ZERO)                        => Keep(B);
    PAIR(&PATH, *A, 0);
    PUT32(&PATH + 4, *B);
    MQ_UNLINK(&PATH)                          => AtLeast(-4095);
    MQ_UNLINK(&PATH)                          => Err(ENOENT), "queue that does not exist";
    MQ_OPEN(&PATH, O_RDWR, 0, 0)              => Err(ENOENT), "queue that does not exist";
    MQ_OPEN(8, O_RDWR, 0, 0)                  => Err(EFAULT), "unmapped name";
    MQ_OPEN(&PATH, MAKE, 0o600, [attributes(0, 0, 16)]) => Err(EINVAL), "no messages";
    MQ_UNLINK(&PATH)                          => AtLeast(-4095);
    MQ_OPEN(&PATH, MAKE, 0o600, [ATTR])       => Keep(FD_A);
    MQ_UNLINK(&PATH);
    MQ_TIMEDSEND(*FD_A, &BUF, 17, 1, 0)       => Err(EMSGSIZE), "message of 17 bytes";
    MQ_TIMEDSEND(*FD_A, &BUF, 1, 32768, 0)    => Err(EINVAL), "priority 32768";
    MQ_TIMEDSEND(-1, &BUF, 1, 1, 0)           => Err(EBADF), "descriptor -1";
    MQ_TIMEDRECEIVE(*FD_A, &BUF, 15, 0, 0)    => Err(EMSGSIZE), "buffer of 15 bytes";
    MQ_TIMEDRECEIVE(*FD_A, &BUF, 16, 0, [timespec(0, SEC)]) => Err(EINVAL),
        "tv_nsec of a whole second";
    MQ_TIMEDRECEIVE(-1, &BUF, 16, 0, 0)       => Err(EBADF), "descriptor -1";
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    TIMER_CREATE(CLOCK_MONOTONIC, [EVENT], &TIMER);
    TIMER_SETTIME(*TIMER, 0, [TICKS], 0);
    MQ_TIMEDRECEIVE(*FD_A, &BUF, 16, 0, 0)    => Err(EINTR), "caught signal";
};
