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
use crate::linux::Call;
use crate::machine::Machine;
use crate::tasks::thread::Syscall;

/// The dispatch table: runs a system call of the current thread.
///
/// Each function has the name of its call; the comment above a group names its file.
// One long match, because a reader looks for every call in one place.
pub(crate) fn serve<M: Machine>(kernel: &mut Kernel<M>, call: &mut Syscall) -> Reply {
    let [a, b, c, d, e, f] = call.args;
    match call.name {
        // process.rs
        Call::Getpid => kernel.getpid(),
        Call::Getppid => kernel.getppid(),
        Call::Gettid => kernel.gettid(),
        Call::Clone => kernel.clone_thread(call),
        Call::SetTidAddress => kernel.set_tid_address(a),
        Call::Exit => kernel.exit(a as i32),
        Call::ExitGroup => kernel.exit_group(a as i32),
        Call::Wait4 => kernel.wait4(a as i32, b, c as u32, d),
        Call::SchedYield => kernel.sched_yield(),
        Call::SchedGetaffinity => kernel.sched_getaffinity(a as i32, b as u32, c),
        Call::Prlimit64 => kernel.prlimit64(a as i32, b as u32, c, d),
        Call::Getcwd => kernel.getcwd(a, b),
        Call::Chdir => kernel.chdir(a),
        Call::Uname => kernel.uname(a),

        // memory.rs
        Call::Mmap => kernel.mmap(a, b, c, d, e as i32, f),
        Call::Munmap => kernel.munmap(a, b),
        Call::Mprotect => kernel.mprotect(a, b, c),
        Call::Brk => kernel.brk(a),
        Call::ArchPrctl => kernel.arch_prctl(a as i32, b),
        Call::Getrandom => kernel.getrandom(a, b, c as u32),

        // descriptors.rs
        Call::Close => kernel.close(a as i32),
        Call::Dup => kernel.dup(a as i32),
        Call::Dup2 => kernel.dup2(a as i32, b as i32),
        Call::Dup3 => kernel.dup3(a as i32, b as i32, c as i32),
        Call::Fcntl => kernel.fcntl(a as i32, b as i32, c),
        Call::Fstat => kernel.fstat(a as i32, b),
        Call::Pipe => kernel.pipe2(a, 0),
        Call::Pipe2 => kernel.pipe2(a, b as i32),

        // io.rs
        Call::Read => kernel.read(call, a as i32, b, c),
        Call::Write => kernel.write(call, a as i32, b, c),
        Call::Readv => kernel.readv(call, a as i32, b, c),
        Call::Writev => kernel.writev(call, a as i32, b, c),

        // polling.rs
        Call::Poll => kernel.poll(call, a, b, c as i32),
        Call::Ppoll => kernel.ppoll(call, [a, b, c, d, e]),
        Call::Select => kernel.select(call, a as i32, [b, c, d], e),
        Call::Pselect6 => kernel.pselect6(call, a as i32, [b, c, d], e, f),

        // epoll.rs
        Call::EpollCreate1 => kernel.epoll_create1(a as i32),
        Call::EpollCtl => kernel.epoll_ctl(a as i32, b, c as i32, d),
        Call::EpollWait => kernel.epoll_wait(call, a as i32, b, c as i32, d as i32),
        Call::EpollPwait => kernel.epoll_pwait(call, a as i32, b, [c as i32, d as i32], [e, f]),

        // futex.rs
        Call::Futex => kernel.futex(call),

        // signals.rs
        Call::RtSigaction => kernel.rt_sigaction(a as i32, b, c, d),
        Call::RtSigprocmask => kernel.rt_sigprocmask(a as i32, b, c, d),
        Call::RtSigreturn => kernel.rt_sigreturn(),
        Call::RtSigpending => kernel.rt_sigpending(a, b),
        Call::RtSigsuspend => kernel.rt_sigsuspend(call, a, b),
        Call::Sigaltstack => kernel.sigaltstack(a, b),
        Call::Kill => kernel.kill(a as i32, b as i32),
        Call::Tkill => kernel.tkill(a as i32, b as i32),
        Call::Tgkill => kernel.tgkill(a as i32, b as i32, c as i32),

        // time.rs
        Call::Nanosleep => kernel.nanosleep(call, a),
        Call::ClockNanosleep => kernel.clock_nanosleep(call, a as i32, b, c),
        Call::ClockGettime => kernel.clock_gettime(a as i32, b),
        Call::ClockGetres => kernel.clock_getres(a as i32, b),
        Call::Setitimer => kernel.setitimer(a as i32, b, c),
        Call::Getitimer => kernel.getitimer(a as i32, b),
        Call::TimerCreate => kernel.timer_create(a as i32, b, c),
        Call::TimerSettime => kernel.timer_settime(a as i32, b, c, d),
        Call::TimerGettime => kernel.timer_gettime(a as i32, b),
        Call::TimerGetoverrun => kernel.timer_getoverrun(a as i32),
        Call::TimerDelete => kernel.timer_delete(a as i32),

        // sockets.rs
        Call::Socket => kernel.socket(a as i32, b as i32, c as i32),
        Call::Bind => kernel.bind(a as i32, b, c),
        Call::Listen => kernel.listen(a as i32, b as i32),
        Call::Accept => kernel.accept(call, a as i32, b, c),
        Call::Accept4 => kernel.accept4(call, a as i32, b, c, d as i32),
        Call::Connect => kernel.connect(call, a as i32, b, c),
        Call::Getsockname => kernel.getsockname(a as i32, b, c),
        Call::Getpeername => kernel.getpeername(a as i32, b, c),
        Call::Setsockopt => kernel.setsockopt(a as i32, b as i32, c as i32, d, e as i32),
        Call::Getsockopt => kernel.getsockopt(a as i32, b as i32, c as i32, d, e),
    }
}
