//! Constants for processes and signals.

// <asm/signal.h>.
pub(crate) const SIGXFSZ: i32 = 25;
pub(crate) const SIGVTALRM: i32 = 26;
pub(crate) const SIGPROF: i32 = 27;
pub(crate) const SA_NOCLDSTOP: u64 = 1;
pub(crate) const SA_NOCLDWAIT: u64 = 2;
// <asm-generic/siginfo.h>.
pub(crate) const CLD_STOPPED: i32 = 5;
pub(crate) const CLD_CONTINUED: i32 = 6;
pub(crate) const ILL_ILLOPC: i32 = 1;
pub(crate) const ILL_ILLOPN: i32 = 2;
pub(crate) const FPE_INTDIV: i32 = 1;
pub(crate) const FPE_FLTINV: i32 = 7;
pub(crate) const TRAP_BRKPT: i32 = 1;
pub(crate) const TRAP_TRACE: i32 = 2;
pub(crate) const BUS_ADRALN: i32 = 1;
pub(crate) const BUS_ADRERR: i32 = 2;
// <linux/sched.h> and <linux/wait.h>.
pub(crate) const CLONE_PARENT: u64 = 0x8000;
pub(crate) const WNOHANG: u32 = 1;
pub(crate) const WUNTRACED: u32 = 2;
pub(crate) const WSTOPPED: u32 = 2;
pub(crate) const WEXITED: u32 = 4;
pub(crate) const WCONTINUED: u32 = 8;
pub(crate) const WNOWAIT: u32 = 0x0100_0000;
pub(crate) const WNOTHREAD: u32 = 0x2000_0000;
pub(crate) const WALL: u32 = 0x4000_0000;
pub(crate) const WCLONE: u32 = 0x8000_0000;
pub(crate) const P_ALL: u32 = 0;
pub(crate) const P_PID: u32 = 1;
pub(crate) const P_PGID: u32 = 2;
/// The status of a process that was continued (`wait(2)`).
pub(crate) const CONTINUED: i32 = 0xffff;
// getrusage(2).
pub(crate) const RUSAGE_SELF: i32 = 0;
pub(crate) const RUSAGE_CHILDREN: i32 = -1;
pub(crate) const RUSAGE_THREAD: i32 = 1;
// prctl(2).
pub(crate) const PR_SET_PDEATHSIG: i32 = 1;
pub(crate) const PR_GET_PDEATHSIG: i32 = 2;
pub(crate) const PR_GET_DUMPABLE: i32 = 3;
pub(crate) const PR_SET_DUMPABLE: i32 = 4;
pub(crate) const PR_SET_NAME: i32 = 15;
pub(crate) const PR_GET_NAME: i32 = 16;
pub(crate) const PR_SET_NO_NEW_PRIVS: i32 = 38;
pub(crate) const PR_GET_NO_NEW_PRIVS: i32 = 39;
// <linux/auxvec.h>.
pub(crate) const AT_PHDR: u64 = 3;
pub(crate) const AT_PHENT: u64 = 4;
pub(crate) const AT_PHNUM: u64 = 5;
pub(crate) const AT_PAGESZ: u64 = 6;
pub(crate) const AT_BASE: u64 = 7;
pub(crate) const AT_FLAGS: u64 = 8;
pub(crate) const AT_ENTRY: u64 = 9;
pub(crate) const AT_UID: u64 = 11;
pub(crate) const AT_EUID: u64 = 12;
pub(crate) const AT_GID: u64 = 13;
pub(crate) const AT_EGID: u64 = 14;
pub(crate) const AT_CLKTCK: u64 = 17;
pub(crate) const AT_SECURE: u64 = 23;
pub(crate) const AT_RANDOM: u64 = 25;
pub(crate) const AT_EXECFN: u64 = 31;
