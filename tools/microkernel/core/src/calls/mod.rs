//! The system calls: the table of their numbers, and one file for each family of functions.

mod descriptors;
mod epoll;
mod events;
mod files;
mod futex;
mod futex_owner;
mod io;
mod mappings;
mod memory;
mod polling;
mod processes;
mod queues;
mod signals;
mod sockets;
mod time;

use crate::calls::processes::identity::Which;
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::Call;
use crate::linux::fs::{AT_FDCWD, AT_REMOVEDIR, AT_SYMLINK_NOFOLLOW};
use crate::machine::Machine;
use crate::tasks::thread::Syscall;

/// The dispatch table: runs a system call of the current thread.
///
/// Each function has the name of its call; the comment above a group names its file.
// One long match, because a reader looks for every call in one place.
pub(crate) fn serve<M: Machine>(kernel: &mut Kernel<M>, call: &mut Syscall) -> Reply {
    let [a, b, c, d, e, f] = call.args;
    match call.name {
        // processes/mod.rs
        Call::Getpid => kernel.getpid(),
        Call::Gettid => kernel.gettid(),
        Call::SetTidAddress => kernel.set_tid_address(a),
        Call::Exit => kernel.exit(a as i32),
        Call::ExitGroup => kernel.exit_group(a as i32),
        Call::Prlimit64 => kernel.prlimit64(a as i32, b as u32, c, d),
        Call::Getrlimit => kernel.prlimit64(0, a as u32, 0, b),
        Call::Setrlimit => kernel.setrlimit(a as u32, b),
        Call::Uname => kernel.uname(a),
        Call::Sysinfo => kernel.sysinfo(a),
        Call::Prctl => kernel.prctl(a as i32, [b, c, d, e]),
        Call::SetRobustList => kernel.set_robust_list(a, b),
        Call::GetRobustList => kernel.get_robust_list(a as i32, b, c),
        Call::Times => kernel.times(a),
        Call::Getrusage => kernel.getrusage(a as i32, b),

        // processes/clone.rs
        Call::Clone => kernel.clone_task(call),
        Call::Fork => kernel.fork(call),
        Call::Vfork => kernel.vfork(call),
        Call::Getppid => kernel.getppid(),

        // processes/exec.rs
        Call::Execve => kernel.execve(a, b, c),

        // processes/wait.rs
        Call::Wait4 => kernel.wait4(a as i32, b, c as u32, d),
        Call::Waitid => kernel.waitid(a as u32, b as i32, d as u32, [c, e]),

        // processes/identity.rs
        Call::Getuid => Ok(kernel.identity(Which::User).real.into()),
        Call::Geteuid => Ok(kernel.identity(Which::User).effective.into()),
        Call::Getgid => Ok(kernel.identity(Which::Group).real.into()),
        Call::Getegid => Ok(kernel.identity(Which::Group).effective.into()),
        Call::Setuid => kernel.set_id(Which::User, a as u32),
        Call::Setgid => kernel.set_id(Which::Group, a as u32),
        Call::Setreuid => kernel.set_two_ids(Which::User, a as u32, b as u32),
        Call::Setregid => kernel.set_two_ids(Which::Group, a as u32, b as u32),
        Call::Setresuid => kernel.set_three_ids(Which::User, [a, b, c].map(|id| id as u32)),
        Call::Setresgid => kernel.set_three_ids(Which::Group, [a, b, c].map(|id| id as u32)),
        Call::Getresuid => kernel.get_three_ids(Which::User, [a, b, c]),
        Call::Getresgid => kernel.get_three_ids(Which::Group, [a, b, c]),
        Call::Getgroups => kernel.getgroups(a as i32),
        Call::Setgroups => kernel.setgroups(a as i32),
        Call::Getpgrp => kernel.getpgid(0),
        Call::Getpgid => kernel.getpgid(a as i32),
        Call::Setpgid => kernel.setpgid(a as i32, b as i32),
        Call::Getsid => kernel.getsid(a as i32),
        Call::Setsid => kernel.setsid(),

        // processes/scheduling.rs
        Call::Getcpu => kernel.getcpu(a, b),
        Call::SchedYield => kernel.sched_yield(),
        Call::SchedGetaffinity => kernel.sched_getaffinity(a as i32, b as u32, c),
        Call::SchedSetaffinity => kernel.sched_setaffinity(a as i32, b as u32, c),
        Call::SchedSetscheduler => kernel.sched_setscheduler(a as i32, b as i32, c),
        Call::SchedGetscheduler => kernel.sched_getscheduler(a as i32),
        Call::SchedSetparam => kernel.sched_setparam(a as i32, b),
        Call::SchedGetparam => kernel.sched_getparam(a as i32, b),
        Call::SchedGetPriorityMax => kernel.sched_priority(a as i32, 99),
        Call::SchedGetPriorityMin => kernel.sched_priority(a as i32, 1),
        Call::SchedRrGetInterval => kernel.sched_rr_get_interval(a as i32, b),
        Call::Getpriority => kernel.getpriority(a as i32, b as i32),
        Call::Setpriority => kernel.setpriority(a as i32, b as i32, c as i32),

        // memory.rs
        Call::Mmap => kernel.mmap(a, b, c, d, e as i32, f),
        Call::Munmap => kernel.munmap(a, b),
        Call::Mprotect => kernel.mprotect(a, b, c),
        Call::Brk => kernel.brk(a),
        Call::ArchPrctl => kernel.arch_prctl(a as i32, b),
        Call::Getrandom => kernel.getrandom(a, b, c as u32),

        // mappings.rs
        Call::Msync => kernel.msync(a, b, c as u32),
        Call::Madvise => kernel.madvise(a, b, c as i32),
        Call::Mincore => kernel.mincore(a, b, c),
        Call::Mlock => kernel.mlock(a, b),
        Call::Munlock => kernel.munlock(a, b),
        Call::Mlockall => kernel.mlockall(a as u32),
        Call::Munlockall => Ok(0),
        Call::Mremap => kernel.mremap(a, b, c, d, e),

        // descriptors.rs
        Call::Close => kernel.close(a as i32),
        Call::Dup => kernel.dup(a as i32),
        Call::Dup2 => kernel.dup2(a as i32, b as i32),
        Call::Dup3 => kernel.dup3(a as i32, b as i32, c as i32),
        Call::Fcntl => kernel.fcntl(call),
        Call::CloseRange => kernel.close_range(a as u32, b as u32, c as u32),
        Call::Ioctl => kernel.ioctl(a as i32, b as u32, c),
        Call::Pipe => kernel.pipe2(a, 0),
        Call::Pipe2 => kernel.pipe2(a, b as i32),

        // io.rs
        Call::Read => kernel.read(call, a as i32, b, c),
        Call::Write => kernel.write(call, a as i32, b, c),
        Call::Readv => kernel.readv(call, a as i32, b, c),
        Call::Writev => kernel.writev(call, a as i32, b, c),
        Call::Pread64 => kernel.pread(a as i32, [b, c, d], false),
        Call::Pwrite64 => kernel.pwrite(a as i32, [b, c, d], false),
        Call::Preadv => kernel.pread(a as i32, [b, c, d], true),
        Call::Pwritev => kernel.pwrite(a as i32, [b, c, d], true),

        // files/open.rs
        Call::Open => kernel.openat(AT_FDCWD, a, b as u32, c as u32),
        Call::Openat => kernel.openat(a as i32, b, c as u32, d as u32),
        Call::MemfdCreate => kernel.memfd_create(a, b as u32),
        Call::Creat => kernel.creat(a, b as u32),

        // files/tree.rs
        Call::Mkdir => kernel.mkdirat(AT_FDCWD, a, b as u32),
        Call::Mkdirat => kernel.mkdirat(a as i32, b, c as u32),
        Call::Mknodat => kernel.mknodat(a as i32, b, c as u32),
        Call::Rmdir => kernel.unlinkat(AT_FDCWD, a, AT_REMOVEDIR),
        Call::Unlink => kernel.unlinkat(AT_FDCWD, a, 0),
        Call::Unlinkat => kernel.unlinkat(a as i32, b, c as u32),
        Call::Rename => kernel.renameat2((AT_FDCWD, a), (AT_FDCWD, b), 0),
        Call::Renameat => kernel.renameat2((a as i32, b), (c as i32, d), 0),
        Call::Renameat2 => kernel.renameat2((a as i32, b), (c as i32, d), e as u32),
        Call::Link => kernel.linkat((AT_FDCWD, a), (AT_FDCWD, b), 0),
        Call::Linkat => kernel.linkat((a as i32, b), (c as i32, d), e as u32),
        Call::Symlink => kernel.symlinkat(a, AT_FDCWD, b),
        Call::Symlinkat => kernel.symlinkat(a, b as i32, c),
        Call::Readlink => kernel.readlinkat(AT_FDCWD, a, b, c as i32),
        Call::Readlinkat => kernel.readlinkat(a as i32, b, c, d as i32),
        Call::Chdir => kernel.chdir(a),

        // files/directory.rs
        Call::Fchdir => kernel.fchdir(a as i32),
        Call::Getcwd => kernel.getcwd(a, b),
        Call::Getdents64 => kernel.getdents64(a as i32, b, c as u32),

        // files/status.rs
        Call::Stat => kernel.newfstatat(AT_FDCWD, a, b, 0),
        Call::Lstat => kernel.newfstatat(AT_FDCWD, a, b, AT_SYMLINK_NOFOLLOW),
        Call::Fstat => kernel.fstat(a as i32, b),
        Call::Newfstatat => kernel.newfstatat(a as i32, b, c, d as u32),
        Call::Statx => kernel.statx(a as i32, b, c as u32, d as u32, e),
        Call::Statfs => kernel.statfs(a, b),
        Call::Fstatfs => kernel.fstatfs(a as i32, b),

        // files/modes.rs
        Call::Access => kernel.faccessat2(AT_FDCWD, a, b as u32, 0),
        Call::Faccessat => kernel.faccessat2(a as i32, b, c as u32, 0),
        Call::Faccessat2 => kernel.faccessat2(a as i32, b, c as u32, d as u32),
        Call::Chmod => kernel.fchmodat(AT_FDCWD, a, b as u32),
        Call::Fchmod => kernel.fchmod(a as i32, b as u32),
        Call::Fchmodat => kernel.fchmodat(a as i32, b, c as u32),
        Call::Chown => kernel.fchownat(AT_FDCWD, a, [b as u32, c as u32], 0),
        Call::Lchown => kernel.fchownat(AT_FDCWD, a, [b as u32, c as u32], AT_SYMLINK_NOFOLLOW),
        Call::Fchown => kernel.fchown(a as i32, b as u32, c as u32),
        Call::Fchownat => kernel.fchownat(a as i32, b, [c as u32, d as u32], e as u32),
        Call::Umask => kernel.set_umask(a as u32),
        Call::Utimensat => kernel.utimensat(a as i32, b, c, d as u32),

        // files/data.rs
        Call::Lseek => kernel.lseek(a as i32, b as i64, c as u32),
        Call::Truncate => kernel.truncate(a, b as i64),
        Call::Ftruncate => kernel.ftruncate(a as i32, b as i64),
        Call::Fallocate => kernel.fallocate(a as i32, b as u32, c as i64, d as i64),
        Call::Fadvise64 => kernel.fadvise64(a as i32, c as i64, d as i32),
        Call::Fsync | Call::Fdatasync => kernel.fsync(a as i32, false),
        Call::Syncfs => kernel.fsync(a as i32, true),
        Call::Sync => Ok(0),

        // files/locks.rs
        Call::Flock => kernel.flock(a as i32, b as i32),

        // files/copy.rs
        Call::Sendfile => kernel.sendfile(call),
        Call::CopyFileRange => kernel.copy_file_range(call),

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
        Call::Pause => Err(Stop::Wait),
        Call::RtSigtimedwait => kernel.rt_sigtimedwait(call, a, b, c, d),
        Call::RtSigqueueinfo => kernel.rt_sigqueueinfo(a as i32, None, b as i32, c),
        Call::RtTgsigqueueinfo => kernel.rt_sigqueueinfo(a as i32, Some(b as i32), c as i32, d),
        Call::Kill => kernel.kill(a as i32, b as i32),
        Call::Tkill => kernel.tkill(a as i32, b as i32),
        Call::Tgkill => kernel.tgkill(a as i32, b as i32, c as i32),

        // time.rs
        Call::Nanosleep => kernel.nanosleep(call, a),
        Call::ClockNanosleep => kernel.clock_nanosleep(call, a as i32, b, c),
        Call::ClockGettime => kernel.clock_gettime(a as i32, b),
        Call::ClockSettime => kernel.clock_settime(a as i32, b),
        Call::ClockGetres => kernel.clock_getres(a as i32, b),
        Call::Gettimeofday => kernel.gettimeofday(a, b),
        Call::Time => kernel.time(a),
        Call::Alarm => kernel.alarm(a as u32),
        Call::Setitimer => kernel.setitimer(a as i32, b, c),
        Call::Getitimer => kernel.getitimer(a as i32, b),
        Call::TimerCreate => kernel.timer_create(a as i32, b, c),
        Call::TimerSettime => kernel.timer_settime(a as i32, b, c, d),
        Call::TimerGettime => kernel.timer_gettime(a as i32, b),
        Call::TimerGetoverrun => kernel.timer_getoverrun(a as i32),
        Call::TimerDelete => kernel.timer_delete(a as i32),

        // sockets/mod.rs
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

        // sockets/messages.rs
        Call::Socketpair => kernel.socketpair(a as i32, b as i32, c as i32, d),
        Call::Shutdown => kernel.shutdown(a as i32, b as i64),
        Call::Sendto => kernel.sendto(call),
        Call::Recvfrom => kernel.recvfrom(call),

        // sockets/control.rs
        Call::Sendmsg => kernel.sendmsg(call),
        Call::Recvmsg => kernel.recvmsg(call),

        // events.rs
        Call::Eventfd2 => kernel.eventfd2(a as u32, b as i32),
        Call::TimerfdCreate => kernel.timerfd_create(a as i32, b as i32),
        Call::TimerfdSettime => kernel.timerfd_settime(a as i32, b, c, d),
        Call::TimerfdGettime => kernel.timerfd_gettime(a as i32, b),
        Call::Signalfd4 => kernel.signalfd4(a as i32, b, c, d as i32),

        // queues.rs
        Call::MqOpen => kernel.mq_open(a, b as i32, c as u32, d),
        Call::MqUnlink => kernel.mq_unlink(a),
        Call::MqTimedsend => kernel.mq_timedsend(call),
        Call::MqTimedreceive => kernel.mq_timedreceive(call),
        Call::MqNotify => kernel.mq_notify(a as i32, b),
        Call::MqGetsetattr => kernel.mq_getsetattr(a as i32, b, c),
    }
}
