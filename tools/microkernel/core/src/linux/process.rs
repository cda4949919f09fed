//! Constants for processes and signals.

typed! {
    flags;
    u32:
        WNOHANG WUNTRACED;
}

typed! {
    processes;
    i32:
        SIGXFSZ SIGVTALRM SIGPROF CLD_STOPPED CLD_CONTINUED ILL_ILLOPC ILL_ILLOPN FPE_INTDIV
        TRAP_BRKPT BUS_ADRALN BUS_ADRERR RUSAGE_SELF RUSAGE_CHILDREN RUSAGE_THREAD
        PR_SET_PDEATHSIG PR_GET_PDEATHSIG PR_GET_DUMPABLE PR_SET_DUMPABLE PR_SET_NAME
        PR_GET_NAME PR_SET_CHILD_SUBREAPER PR_GET_CHILD_SUBREAPER PR_SET_NO_NEW_PRIVS
        PR_GET_NO_NEW_PRIVS;
    u32:
        FUTEX_OWNER_DIED FUTEX_WAITERS FUTEX_TID_MASK WSTOPPED WEXITED WCONTINUED
        WNOWAIT P_ALL P_PID P_PGID;
    u64:
        SA_NOCLDSTOP SA_NOCLDWAIT CLONE_PARENT RLIMIT_NPROC FUTEX_LOCK_PI
        FUTEX_UNLOCK_PI FUTEX_TRYLOCK_PI AT_PHDR AT_PHENT AT_PHNUM AT_PAGESZ AT_ENTRY
        AT_UID AT_EUID AT_GID AT_EGID AT_SECURE AT_RANDOM AT_EXECFN;
}

// <asm-generic/siginfo.h>.
pub(crate) const FPE_FLTINV: i32 = 7;
pub(crate) const TRAP_TRACE: i32 = 2;
// <linux/sched.h> and <linux/wait.h>.
pub(crate) const WNOTHREAD: u32 = 0x2000_0000;
pub(crate) const WALL: u32 = 0x4000_0000;
pub(crate) const WCLONE: u32 = 0x8000_0000;
/// The status of a process that was continued (`wait(2)`).
pub(crate) const CONTINUED: i32 = 0xffff;
// <linux/auxvec.h>.
pub(crate) const AT_BASE: u64 = 7;
pub(crate) const AT_FLAGS: u64 = 8;
pub(crate) const AT_CLKTCK: u64 = 17;
/// FUTEX_LOCK_PI with the monotonic clock (`futex(2)`).
pub(crate) const FUTEX_LOCK_PI2: u64 = 13;
