//! Structures as bytes: constructors for what the kernel reads, offsets for what it writes. They
//! are the same on every processor.

use super::flags::AF_INET;

/// Two native-endian 64-bit words, as in `timespec`, `iovec` and `rlimit`.
pub const fn pair(first: i64, second: i64) -> [u8; 16] {
    let (first, second) = (first.to_ne_bytes(), second.to_ne_bytes());
    let mut bytes = [0; 16];
    let mut i = 0;
    while i < 8 {
        bytes[i] = first[i];
        bytes[i + 8] = second[i];
        i += 1;
    }
    bytes
}

/// `struct timespec`: seconds and nanoseconds (POSIX `<time.h>`).
pub const fn timespec(seconds: i64, nanoseconds: i64) -> [u8; 16] {
    pair(seconds, nanoseconds)
}

/// The kernel's signal set that holds these signals (`<asm/signal.h>`).
pub const fn sigset(signals: &[i64]) -> [u8; 8] {
    let (mut set, mut i) = (0u64, 0);
    while i < signals.len() {
        set |= 1 << (signals[i] - 1);
        i += 1;
    }
    set.to_ne_bytes()
}

/// The start of a `struct sigevent`: value, signal, notification. The rest is not read for a
/// signal.
pub const fn sigevent(value: i64, signo: i64, notify: i64) -> [u8; 16] {
    pair(value, signo | notify << 32)
}

/// `struct itimerspec` of less than a second: interval and value in nanoseconds.
pub const fn itimerspec(interval: i64, value: i64) -> [u8; 32] {
    four(0, interval, 0, value)
}

/// Four 64-bit words, as in the kernel's `struct sigaction`.
pub const fn four(first: i64, second: i64, third: i64, fourth: i64) -> [u8; 32] {
    let (front, back) = (pair(first, second), pair(third, fourth));
    let mut bytes = [0; 32];
    let mut i = 0;
    while i < 16 {
        bytes[i] = front[i];
        bytes[i + 16] = back[i];
        i += 1;
    }
    bytes
}

constants! { LAYOUT;
    "linux/time_types.h" {
        TIMESPEC_SIZE: "sizeof(struct __kernel_timespec)" = 16;
        TV_NSEC: "offsetof(struct __kernel_timespec, tv_nsec)" = 8;
    }
    "linux/uio.h" {
        IOVEC_SIZE: "sizeof(struct iovec)" = 16;
        IOV_LEN: "offsetof(struct iovec, iov_len)" = 8;
    }
    "linux/resource.h" {
        RLIMIT_SIZE: "sizeof(struct rlimit64)" = 16;
        RLIM_MAX: "offsetof(struct rlimit64, rlim_max)" = 8;
    }
    "poll.h" {
        POLLFD_SIZE: "sizeof(struct pollfd)" = 8;
        POLLFD_EVENTS: "offsetof(struct pollfd, events)" = 4;
        POLLFD_REVENTS: "offsetof(struct pollfd, revents)" = 6;
    }
    "linux/in.h" {
        SOCKADDR_IN_SIZE: "sizeof(struct sockaddr_in)" = 16;
        SIN_PORT: "offsetof(struct sockaddr_in, sin_port)" = 2;
        SIN_ADDR: "offsetof(struct sockaddr_in, sin_addr)" = 4;
    }
    "linux/time.h" {
        TIMEVAL_SIZE: "sizeof(struct timeval)" = 16;
        TV_USEC: "offsetof(struct timeval, tv_usec)" = 8;
        ITIMERSPEC_SIZE: "sizeof(struct itimerspec)" = 32;
        IT_VALUE: "offsetof(struct itimerspec, it_value)" = 16;
    }
}

/// `struct sockaddr_in` (POSIX `<netinet/in.h>`): port and address are big-endian in memory.
pub const fn sockaddr_in(address: [u8; 4], port: u16) -> [u8; 16] {
    let [low, high] = (AF_INET as u16).to_ne_bytes();
    let [port_high, port_low] = port.to_be_bytes();
    let [a, b, c, d] = address;
    [
        low, high, port_high, port_low, a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0,
    ]
}
