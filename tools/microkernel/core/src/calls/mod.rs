//! The system calls: the table of their numbers, and one file for each family of functions.

mod descriptors;
mod epoll;
mod futex;
mod io;
mod memory;
mod polling;
mod process;
mod signals;
mod sockaddr;
mod sockets;
mod time;

use crate::kernel::{Kernel, Reply};
use crate::linux::errno::ENOSYS;
use crate::linux::{more, numbers as n};
use crate::machine::Machine;
use crate::tasks::thread::Syscall;

/// The dispatch table: runs a system call of the current thread.
///
/// Each function has the name of its call; the comment above a group names its file.
// One long match, because a reader looks for every call in one place.
pub(crate) fn serve<M: Machine>(kernel: &mut Kernel<M>, call: &mut Syscall) -> Reply {
    let [a, b, c, d, e, f] = call.args;
    match call.number {
        // process.rs
        n::GETPID => kernel.getpid(),
        n::GETPPID => kernel.getppid(),
        n::GETTID => kernel.gettid(),
        n::CLONE => kernel.clone_thread(call),
        more::SET_TID_ADDRESS => kernel.set_tid_address(a),
        n::EXIT => kernel.exit(a as i32),
        n::EXIT_GROUP => kernel.exit_group(a as i32),
        n::WAIT4 => kernel.wait4(a as i32, b, c as u32, d),
        n::SCHED_YIELD => kernel.sched_yield(),
        n::SCHED_GETAFFINITY => kernel.sched_getaffinity(a as i32, b as u32, c),
        n::PRLIMIT64 => kernel.prlimit64(a as i32, b as u32, c, d),
        n::GETCWD => kernel.getcwd(a, b),
        n::CHDIR => kernel.chdir(a),
        more::UNAME => kernel.uname(a),

        // memory.rs
        n::MMAP => kernel.mmap(a, b, c, d, e as i32, f),
        n::MUNMAP => kernel.munmap(a, b),
        n::MPROTECT => kernel.mprotect(a, b, c),
        n::BRK => kernel.brk(a),
        n::ARCH_PRCTL => kernel.arch_prctl(a as i32, b),
        n::GETRANDOM => kernel.getrandom(a, b, c as u32),

        // descriptors.rs
        n::CLOSE => kernel.close(a as i32),
        n::DUP => kernel.dup(a as i32),
        n::DUP2 => kernel.dup2(a as i32, b as i32),
        n::DUP3 => kernel.dup3(a as i32, b as i32, c as i32),
        n::FCNTL => kernel.fcntl(a as i32, b as i32, c),
        n::FSTAT => kernel.fstat(a as i32, b),
        n::PIPE => kernel.pipe2(a, 0),
        n::PIPE2 => kernel.pipe2(a, b as i32),

        // io.rs
        n::READ => kernel.read(call, a as i32, b, c),
        n::WRITE => kernel.write(call, a as i32, b, c),
        n::READV => kernel.readv(call, a as i32, b, c),
        n::WRITEV => kernel.writev(call, a as i32, b, c),

        // polling.rs
        n::POLL => kernel.poll(call, a, b, c as i32),
        n::PPOLL => kernel.ppoll(call, [a, b, c, d, e]),
        n::SELECT => kernel.select(call, a as i32, [b, c, d], e),
        n::PSELECT6 => kernel.pselect6(call, a as i32, [b, c, d], e, f),

        // epoll.rs
        n::EPOLL_CREATE1 => kernel.epoll_create1(a as i32),
        n::EPOLL_CTL => kernel.epoll_ctl(a as i32, b, c as i32, d),
        n::EPOLL_WAIT => kernel.epoll_wait(call, a as i32, b, c as i32, d as i32),

        // futex.rs
        n::FUTEX => kernel.futex(call),

        // signals.rs
        n::RT_SIGACTION => kernel.rt_sigaction(a as i32, b, c, d),
        n::RT_SIGPROCMASK => kernel.rt_sigprocmask(a as i32, b, c, d),
        n::RT_SIGRETURN => kernel.rt_sigreturn(),
        more::RT_SIGPENDING => kernel.rt_sigpending(a, b),
        more::RT_SIGSUSPEND => kernel.rt_sigsuspend(call, a, b),
        more::SIGALTSTACK => kernel.sigaltstack(a, b),
        n::KILL => kernel.kill(a as i32, b as i32),
        n::TKILL => kernel.tkill(a as i32, b as i32),
        n::TGKILL => kernel.tgkill(a as i32, b as i32, c as i32),

        // time.rs
        n::NANOSLEEP => kernel.nanosleep(call, a),
        more::CLOCK_NANOSLEEP => kernel.clock_nanosleep(call, a as i32, b, c),
        n::CLOCK_GETTIME => kernel.clock_gettime(a as i32, b),
        n::CLOCK_GETRES => kernel.clock_getres(a as i32, b),
        n::SETITIMER => kernel.setitimer(a as i32, b, c),
        more::GETITIMER => kernel.getitimer(a as i32, b),
        n::TIMER_CREATE => kernel.timer_create(a as i32, b, c),
        n::TIMER_SETTIME => kernel.timer_settime(a as i32, b, c, d),
        more::TIMER_GETTIME => kernel.timer_gettime(a as i32, b),
        n::TIMER_GETOVERRUN => kernel.timer_getoverrun(a as i32),
        n::TIMER_DELETE => kernel.timer_delete(a as i32),

        // sockets.rs
        n::SOCKET => kernel.socket(a as i32, b as i32, c as i32),
        n::BIND => kernel.bind(a as i32, b, c),
        n::LISTEN => kernel.listen(a as i32, b as i32),
        n::ACCEPT => kernel.accept(call, a as i32, b, c),
        more::ACCEPT4 => kernel.accept4(call, a as i32, b, c, d as i32),
        n::CONNECT => kernel.connect(call, a as i32, b, c),
        n::GETSOCKNAME => kernel.getsockname(a as i32, b, c),
        more::GETPEERNAME => kernel.getpeername(a as i32, b, c),
        n::SETSOCKOPT => kernel.setsockopt(a as i32, b as i32, c as i32, d, e as i32),
        n::GETSOCKOPT => kernel.getsockopt(a as i32, b as i32, c as i32, d, e),

        _ => Err(ENOSYS.into()),
    }
}
