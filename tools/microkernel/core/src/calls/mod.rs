//! System calls by their numbers: the POSIX personality.

mod descriptors;
mod epoll;
mod futex;
mod io;
mod memory;
mod polling;
mod process;
mod signals;
mod sockets;
mod time;

use crate::kernel::{Kernel, Reply};
use crate::linux::errno::ENOSYS;
use crate::linux::{more, numbers as n};
use crate::machine::Machine;
use crate::tasks::thread::Call;

impl<M: Machine> Kernel<M> {
    /// Answers a call of the current thread.
    pub(crate) fn serve(&mut self, call: &mut Call) -> Reply {
        let [a, b, c, d, e, f] = call.args;
        match call.number {
            n::READ => self.read(call, a as i32, b, c),
            n::WRITE => self.write(call, a as i32, b, c),
            n::READV => self.readv(call, a as i32, b, c),
            n::WRITEV => self.writev(call, a as i32, b, c),
            n::CLOSE => self.close(a as i32),
            n::FSTAT => self.fstat(a as i32, b),
            n::DUP => self.dup(a as i32),
            n::DUP2 => self.dup2(a as i32, b as i32),
            n::DUP3 => self.dup3(a as i32, b as i32, c as i32),
            n::FCNTL => self.fcntl(a as i32, b as i32, c),
            n::PIPE2 => self.pipe2(a, b as i32),
            n::POLL => self.poll(call, a, b, c as i32),
            n::PPOLL => self.ppoll(call, [a, b, c, d, e]),
            n::SELECT => self.select(call, a as i32, [b, c, d], e),
            n::PSELECT6 => self.pselect6(call, a as i32, [b, c, d], e, f),
            n::EPOLL_CREATE1 => self.epoll_create1(a as i32),
            n::EPOLL_CTL => self.epoll_ctl(a as i32, b, c as i32, d),
            n::EPOLL_WAIT => self.epoll_wait(call, a as i32, b, c as i32, d as i32),
            _ => self.serve_memory(call),
        }
    }

    fn serve_memory(&mut self, call: &mut Call) -> Reply {
        let [a, b, c, d, e, f] = call.args;
        match call.number {
            n::MMAP => self.mmap(a, b, c, d, e as i32, f),
            n::MUNMAP => self.munmap(a, b),
            n::MPROTECT => self.mprotect(a, b, c),
            n::BRK => self.brk(a),
            n::ARCH_PRCTL => self.arch_prctl(a as i32, b),
            n::FUTEX => self.futex(call),
            n::GETRANDOM => self.getrandom(a, b, c as u32),
            n::PRLIMIT64 => self.prlimit64(a as i32, b as u32, c, d),
            n::SCHED_GETAFFINITY => self.sched_getaffinity(a as i32, b as u32, c),
            n::SCHED_YIELD => self.sched_yield(),
            n::GETCWD => self.getcwd(a, b),
            n::CHDIR => self.chdir(a),
            n::GETPID => Ok(self.thread().process.into()),
            n::GETPPID => Ok(self.process().parent.into()),
            n::GETTID => Ok(self.current.into()),
            n::CLONE => self.clone_thread(call),
            n::WAIT4 => self.wait4(a as i32, b, c as u32, d),
            n::EXIT => self.exit(a as i32),
            n::EXIT_GROUP => self.exit_group(a as i32),
            more::SET_TID_ADDRESS => self.set_tid_address(a),
            more::UNAME => self.uname(a),
            _ => self.serve_signals(call),
        }
    }

    fn serve_signals(&mut self, call: &mut Call) -> Reply {
        let [a, b, c, d, ..] = call.args;
        match call.number {
            n::RT_SIGACTION => self.rt_sigaction(a as i32, b, c, d),
            n::RT_SIGPROCMASK => self.rt_sigprocmask(a as i32, b, c, d),
            more::RT_SIGRETURN => self.rt_sigreturn(),
            more::RT_SIGPENDING => self.rt_sigpending(a, b),
            more::RT_SIGSUSPEND => self.rt_sigsuspend(call, a, b),
            more::SIGALTSTACK => self.sigaltstack(a, b),
            n::KILL => self.kill(a as i32, b as i32),
            n::TKILL => self.tgkill(None, a as i32, b as i32),
            n::TGKILL => self.tgkill(Some(a as i32), b as i32, c as i32),
            n::NANOSLEEP => self.nanosleep(call, a),
            more::CLOCK_NANOSLEEP => self.clock_nanosleep(call, a as i32, b, c),
            n::CLOCK_GETTIME => self.clock_gettime(a as i32, b),
            n::CLOCK_GETRES => self.clock_getres(a as i32, b),
            n::SETITIMER => self.setitimer(a as i32, b, c),
            more::GETITIMER => self.getitimer(a as i32, b),
            n::TIMER_CREATE => self.timer_create(a as i32, b, c),
            n::TIMER_SETTIME => self.timer_settime(a as i32, b, c, d),
            more::TIMER_GETTIME => self.timer_gettime(a as i32, b),
            more::TIMER_GETOVERRUN => self.timer_getoverrun(a as i32),
            n::TIMER_DELETE => self.timer_delete(a as i32),
            _ => self.serve_sockets(call),
        }
    }

    fn serve_sockets(&mut self, call: &mut Call) -> Reply {
        let [a, b, c, d, e, _] = call.args;
        match call.number {
            n::SOCKET => self.socket(a as i32, b as i32, c as i32),
            n::BIND => self.bind(a as i32, b, c),
            n::LISTEN => self.listen(a as i32, b as i32),
            n::ACCEPT => self.accept(call, a as i32, b, c, 0),
            more::ACCEPT4 => self.accept(call, a as i32, b, c, d as i32),
            n::CONNECT => self.connect(call, a as i32, b, c),
            n::GETSOCKNAME => self.getsockname(a as i32, b, c),
            more::GETPEERNAME => self.getpeername(a as i32, b, c),
            n::SETSOCKOPT => self.setsockopt(a as i32, b as i32, c as i32, d, e as i32),
            n::GETSOCKOPT => self.getsockopt(a as i32, b as i32, c as i32, d, e),
            _ => Err(ENOSYS.into()),
        }
    }
}
