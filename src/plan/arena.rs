//! The arena: the memory that rows work on, as offsets.
//!
//! Page 0 holds named places, pages 1 and 2 a buffer each, and page 3 ends at [`EDGE`]. The page
//! after it is not mapped. `FRESH()` fills the arena with [`POISON`], so that a place that the
//! kernel did not write is recognized. No kernel may accept a poisoned descriptor, pointer or
//! length.

/// A place in the arena: its offset in bytes, and the number of bytes that `*PLACE` reads (4 or 8,
/// signed).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub offset: i16,
    pub width: u8,
}

impl Place {
    const fn word(offset: i16) -> Place {
        Place { offset, width: 4 }
    }

    const fn long(offset: i16) -> Place {
        Place { offset, width: 8 }
    }

    /// The first four bytes of this place.
    pub const fn half(self) -> Place {
        Place { width: 4, ..self }
    }

    /// The place `bytes` after this one.
    pub const fn plus(self, bytes: i16) -> Place {
        Place {
            offset: self.offset + bytes,
            ..self
        }
    }
}

/// The value of every byte in a fresh arena.
pub const POISON: u8 = 0x7e;
/// The size of the arena in bytes: four pages.
pub const ARENA_SIZE: usize = 0x4000;

/// Two descriptors, as `pipe2` writes them: [`RD`] and [`WR`].
pub const FDS: Place = Place::word(0x000);
pub const RD: Place = Place::word(0x000);
pub const WR: Place = Place::word(0x004);
/// A second pair: [`RD2`] and [`WR2`].
pub const FDS2: Place = Place::word(0x008);
pub const RD2: Place = Place::word(0x008);
pub const WR2: Place = Place::word(0x00c);
/// Single descriptors and other 32-bit words.
pub const FD_A: Place = Place::word(0x010);
pub const FD_B: Place = Place::word(0x014);
pub const FD_C: Place = Place::word(0x018);
/// 64-bit words.
pub const A: Place = Place::long(0x020);
pub const B: Place = Place::long(0x028);
pub const C: Place = Place::long(0x030);
pub const E: Place = Place::long(0x040);
/// 32-bit words, aligned as futexes must be.
pub const WORD: Place = Place::word(0x050);
pub const WORD2: Place = Place::word(0x054);
/// Eight `iovec`s.
pub const IOV: Place = Place::long(0x080);
/// Two `timespec`s.
pub const TIME: Place = Place::long(0x100);
pub const TIME2: Place = Place::long(0x110);
/// Two `itimerspec`s.
pub const ITIMER: Place = Place::long(0x120);
pub const ITIMER2: Place = Place::long(0x140);
/// Two of the kernel's `struct sigaction`: handler, flags, restorer (not on riscv64), mask.
pub const ACT: Place = Place::long(0x160);
pub const OLD_ACT: Place = Place::long(0x180);
/// Two of the kernel's signal masks.
pub const MASK: Place = Place::long(0x1a0);
pub const OLD_MASK: Place = Place::long(0x1a8);
/// A `sigevent`, 64 bytes.
pub const SIGEVENT: Place = Place::long(0x1b0);
/// The number of times that the signal handler has run; `FRESH()` sets it to 0. The places below
/// are what the handler recorded.
pub const CAUGHT: Place = Place::word(0x200);
/// The handler's first argument.
pub const CAUGHT_SIGNO: Place = Place::word(0x204);
/// The signal mask in the handler.
pub const CAUGHT_MASK: Place = Place::long(0x208);
/// The first 32 bytes of the handler's `siginfo_t`: signo, errno, code, then pid and uid or timer
/// id and overrun, then the value.
pub const CAUGHT_INFO: Place = Place::word(0x210);
/// The result of the call after `IN_HANDLER()`.
pub const CAUGHT_RESULT: Place = Place::long(0x230);
/// Up to 16 signal numbers in the order of delivery, a byte each.
pub const CAUGHT_ORDER: Place = Place::word(0x240);
/// The stack pointer at the handler's entry modulo 16, less 8 where calls push no return address:
/// the psABIs want 8.
pub const CAUGHT_STACK: Place = Place::long(0x250);
/// The ids of the two threads, a word each: 0 once the thread has ended.
pub const TID: Place = Place::word(0x280);
/// The time of the last `CLOCK()` in microseconds.
pub const CLOCK_START: Place = Place::long(0x288);
/// The id of the program and of its main thread, as far as the kernel reports it. The program asks
/// for it when a row names this place. A row that sends a signal to the program names this place
/// and no other.
pub const SELF: Place = Place::word(0x290);
/// The id of a POSIX timer; `FRESH()` disarms and deletes it.
pub const TIMER: Place = Place::word(0x294);
/// The timeout of ppoll(2) where it is made in place of poll(2).
pub const TIMEOUT: Place = Place::long(0x2a0);
/// Three of `fd_set`, 128 bytes each.
pub const SET: Place = Place::long(0x300);
pub const SET2: Place = Place::long(0x380);
pub const SET3: Place = Place::long(0x400);
/// Sixteen of `struct pollfd`: fd, events (16 bits), revents (16 bits).
pub const POLLFDS: Place = Place::word(0x480);
/// Sixteen of `struct epoll_event`, up to 16 bytes each: events, data.
pub const EVENTS: Place = Place::word(0x500);
/// Two socket addresses of up to 128 bytes, and the word for the length of each.
pub const ADDR: Place = Place::word(0x600);
pub const ADDR2: Place = Place::word(0x680);
pub const LEN: Place = Place::word(0x700);
pub const LEN2: Place = Place::word(0x704);
/// A `struct stat` of up to 144 bytes.
pub const STAT: Place = Place::long(0x800);
pub const STAT2: Place = Place::long(0x900);
/// Two of `struct flock`, 32 bytes each.
pub const LOCK: Place = Place::long(0xa00);
pub const LOCK2: Place = Place::long(0xa20);
/// Two of `struct msghdr`, 56 bytes each, and 64 bytes of control data for each.
pub const MSG: Place = Place::long(0xa40);
pub const MSG2: Place = Place::long(0xa80);
pub const CONTROL: Place = Place::long(0xac0);
pub const CONTROL2: Place = Place::long(0xb00);
/// Two of `stack_t`, 24 bytes each.
pub const STACK: Place = Place::long(0xb40);
pub const OLD_STACK: Place = Place::long(0xb60);
/// Eight pointers each: the arguments and the environment of execve(2).
pub const ARGV: Place = Place::long(0xb80);
pub const ENVP: Place = Place::long(0xbc0);
/// A `siginfo_t` of 128 bytes, as the kernel writes it for a call.
pub const INFO: Place = Place::word(0xc00);
/// A `struct rusage` of 144 bytes.
pub const USAGE: Place = Place::long(0xc80);
/// Process ids and wait statuses, 32 bits each.
pub const PID: Place = Place::word(0xd20);
pub const PID2: Place = Place::word(0xd24);
pub const STATUS: Place = Place::word(0xd28);
pub const STATUS2: Place = Place::word(0xd2c);
/// 704 bytes for a path, up to the end of the page.
pub const PATH: Place = Place::word(0xd40);
/// Two buffers of a page each.
pub const BUF: Place = Place::long(0x1000);
pub const BUF2: Place = Place::long(0x2000);
/// The end of the arena: the byte at `&EDGE - 1` is mapped, the byte at `&EDGE` is not.
pub const EDGE: Place = Place::long(0x4000);
