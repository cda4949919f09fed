//! Error numbers: POSIX.1-2017 `<errno.h>`, values of Linux x86-64 (`errno(3)`).

/// One error number. The kernel returns it negated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Errno(pub u8);

/// Declares the constants and the table of their names together.
macro_rules! errnos {
    ($($name:ident = $number:literal;)*) => {
        $(pub const $name: Errno = Errno($number);)*

        /// Every error number with its name, ascending.
        pub const ALL: &[(Errno, &str)] = &[$(($name, stringify!($name)),)*];
    };
}

errnos! {
    EPERM = 1;
    ENOENT = 2;
    ESRCH = 3;
    EINTR = 4;
    EIO = 5;
    ENXIO = 6;
    E2BIG = 7;
    ENOEXEC = 8;
    EBADF = 9;
    ECHILD = 10;
    EAGAIN = 11;
    ENOMEM = 12;
    EACCES = 13;
    EFAULT = 14;
    EBUSY = 16;
    EEXIST = 17;
    EXDEV = 18;
    ENODEV = 19;
    ENOTDIR = 20;
    EISDIR = 21;
    EINVAL = 22;
    ENFILE = 23;
    EMFILE = 24;
    ENOTTY = 25;
    ETXTBSY = 26;
    EFBIG = 27;
    ENOSPC = 28;
    ESPIPE = 29;
    EROFS = 30;
    EMLINK = 31;
    EPIPE = 32;
    EDOM = 33;
    ERANGE = 34;
    EDEADLK = 35;
    ENAMETOOLONG = 36;
    ENOLCK = 37;
    ENOSYS = 38;
    ENOTEMPTY = 39;
    ELOOP = 40;
    EPROTO = 71;
    EOVERFLOW = 75;
    EILSEQ = 84;
    ENOTSOCK = 88;
    EDESTADDRREQ = 89;
    EMSGSIZE = 90;
    EPROTOTYPE = 91;
    ENOPROTOOPT = 92;
    EPROTONOSUPPORT = 93;
    ESOCKTNOSUPPORT = 94;
    EOPNOTSUPP = 95;
    EPFNOSUPPORT = 96;
    EAFNOSUPPORT = 97;
    EADDRINUSE = 98;
    EADDRNOTAVAIL = 99;
    ENETDOWN = 100;
    ENETUNREACH = 101;
    ECONNABORTED = 103;
    ECONNRESET = 104;
    ENOBUFS = 105;
    EISCONN = 106;
    ENOTCONN = 107;
    ETIMEDOUT = 110;
    ECONNREFUSED = 111;
    EHOSTUNREACH = 113;
    EALREADY = 114;
    EINPROGRESS = 115;
    ECANCELED = 125;
    EOWNERDEAD = 130;
    ENOTRECOVERABLE = 131;
}

impl Errno {
    /// The name in `<errno.h>`, or `None` for a number that is not in the table.
    pub fn name(self) -> Option<&'static str> {
        ALL.iter()
            .find(|(errno, _)| *errno == self)
            .map(|(_, name)| *name)
    }

    /// The number with that name, or `None`.
    pub fn from_name(name: &str) -> Option<Errno> {
        ALL.iter()
            .find(|(_, known)| *known == name)
            .map(|(errno, _)| *errno)
    }
}
