//! Structures as bytes: constructors for what the kernel reads, offsets for what it writes.

/// Joins two native-endian 64-bit words, the shape of `timespec`, `iovec` and `rlimit`.
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
