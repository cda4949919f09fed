//! The numbers of the processors that have no table of their own (`<asm-generic/unistd.h>`).

pub(crate) struct Numbers;

impl Numbers {
    pub(crate) const WRITE: usize = 64;
    pub(crate) const IOCTL: usize = 29;
    pub(crate) const SOCKET: usize = 198;
    pub(crate) const CLOSE: usize = 57;
    pub(crate) const EXECVE: usize = 221;
    pub(crate) const EXIT: usize = 93;
}
