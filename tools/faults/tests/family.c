/* Prints what processes, threads, job control and signals do, one result a line. Each line is the
 * same on every run, with a tracer or without one. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile int caught;
static volatile int code;
static volatile pid_t sender;

static void handler(int signo, siginfo_t *info, void *context) {
    (void)context;
    caught += signo > 0;
    code = info->si_code;
    sender = info->si_pid;
}

static long raw(long result) { return result < 0 ? -errno : result; }

static void say(const char *name, long number) {
    char line[128];
    int length = snprintf(line, sizeof line, "%s %ld\n", name, number);
    if (write(1, line, (size_t)length) != length)
        _exit(99);
}

static void catch(int signo, int flags) {
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = flags | SA_SIGINFO};
    sigaction(signo, &action, NULL);
    caught = 0;
}

/* Waits until a handler has run so many times since `catch`. */
static void await_signals(int count) {
    for (int i = 0; caught < count && i < 2000; i++)
        usleep(1000);
}

static void reset(int signo, void (*to)(int)) {
    struct sigaction action = {.sa_handler = to};
    sigaction(signo, &action, NULL);
}

/* A child that waits until the parent writes a byte, or until its end. */
struct waiting {
    pid_t id;
    int go;
};

static struct waiting waiting_child(int status) {
    int ends[2];
    if (pipe(ends) != 0)
        _exit(99);
    pid_t id = fork();
    if (id == 0) {
        char byte;
        close(ends[1]);
        _exit(read(ends[0], &byte, 1) == 1 ? status : 77);
    }
    close(ends[0]);
    return (struct waiting){id, ends[1]};
}

static void let_go(struct waiting child) {
    if (write(child.go, "x", 1) != 1)
        _exit(99);
    close(child.go);
}

static void ends_of_children(void) {
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        _exit(300 & 0xff);
    say("wait4-child", waitpid(child, &status, 0) == child);
    say("exit-status", status);
    say("no-child", raw(waitpid(child, &status, 0)));
    int signals[] = {SIGKILL, SIGTERM, SIGSEGV, SIGABRT, SIGUSR1, SIGRTMIN};
    for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) {
        child = fork();
        if (child == 0) {
            struct rlimit none = {0, 0};
            setrlimit(RLIMIT_CORE, &none);
            kill(getpid(), signals[i]);
            pause();
        }
        waitpid(child, &status, 0);
        say("killed-by", status & 0x7f);
    }
    child = fork();
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        *(volatile int *)8 = 1;
    }
    waitpid(child, &status, 0);
    say("fault", status);
    struct waiting slow = waiting_child(5);
    say("nohang", waitpid(slow.id, &status, WNOHANG));
    let_go(slow);
    siginfo_t info = {0};
    say("waitid-nowait", raw(waitid(P_PID, slow.id, &info, WEXITED | WNOWAIT)));
    say("si_code", info.si_code);
    say("si_status", info.si_status);
    say("si_signo", info.si_signo);
    say("waitid", raw(waitid(P_ALL, 0, &info, WEXITED)));
    say("waitid-none", raw(waitid(P_ALL, 0, &info, WEXITED)));
}

static void job_control(void) {
    int status = 0;
    struct waiting child = waiting_child(6);
    siginfo_t info = {0};
    catch(SIGCHLD, 0);
    for (int signo = 0; signo < 2; signo++) {
        kill(child.id, signo == 0 ? SIGSTOP : SIGTSTP);
        say("stopped", waitpid(child.id, &status, WUNTRACED) == child.id);
        say("stop-status", status);
        await_signals(2 * signo + 1);
        say("again", waitpid(child.id, &status, WUNTRACED | WNOHANG));
        kill(child.id, SIGCONT);
        say("continued", waitpid(child.id, &status, WCONTINUED) == child.id);
        say("continue-status", WIFCONTINUED(status));
        await_signals(2 * signo + 2);
    }
    say("sigchld", caught);
    say("sigchld-code", code);
    say("sigchld-sender", sender == child.id);
    kill(child.id, SIGSTOP);
    waitid(P_PID, child.id, &info, WSTOPPED);
    say("waitid-stopped", info.si_code);
    kill(child.id, SIGCONT);
    waitid(P_PID, child.id, &info, WCONTINUED);
    say("waitid-continued", info.si_code);
    kill(child.id, SIGSTOP);
    waitpid(child.id, &status, WUNTRACED);
    kill(child.id, SIGKILL);
    waitpid(child.id, &status, 0);
    say("killed-while-stopped", status);
    close(child.go);
    catch(SIGCHLD, SA_NOCLDSTOP);
    child = waiting_child(6);
    kill(child.id, SIGSTOP);
    waitpid(child.id, &status, WUNTRACED);
    kill(child.id, SIGCONT);
    waitpid(child.id, &status, WCONTINUED);
    say("nocldstop", caught);
    let_go(child);
    waitpid(child.id, &status, 0);
    await_signals(1);
    say("nocldstop-exit", caught);
    reset(SIGCHLD, SIG_DFL);
}

static void no_zombies(void) {
    int status = 0;
    reset(SIGCHLD, SIG_IGN);
    struct waiting child = waiting_child(0);
    let_go(child);
    say("ignored-sigchld", raw(waitpid(child.id, &status, 0)));
    catch(SIGCHLD, SA_NOCLDWAIT);
    child = waiting_child(0);
    let_go(child);
    say("nocldwait", raw(waitpid(child.id, &status, 0)));
    await_signals(1);
    say("nocldwait-signal", caught);
    reset(SIGCHLD, SIG_DFL);
}

static int lightly(void *unused) {
    (void)unused;
    return 8;
}

static void ways_to_create(void) {
    static char stack[65536] __attribute__((aligned(16)));
    int status = 0;
    volatile int shared = 0;
    pid_t child = vfork();
    if (child == 0) {
        shared = 1;
        _exit(4);
    }
    say("vfork-shares", shared);
    waitpid(child, &status, 0);
    say("vfork-status", WEXITSTATUS(status));
    child = clone(lightly, stack + sizeof stack, SIGCHLD, NULL);
    waitpid(child, &status, 0);
    say("clone-status", WEXITSTATUS(status));
    child = clone(lightly, stack + sizeof stack, 0, NULL);
    say("clone-no-signal", raw(waitpid(child, &status, 0)));
    say("clone-wclone", waitpid(child, &status, __WCLONE) == child);
    child = clone(lightly, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
    waitpid(child, &status, 0);
    say("clone-vfork", WEXITSTATUS(status));
    int ends[2];
    if (pipe(ends) != 0)
        _exit(99);
    child = fork();
    if (child == 0) {
        if (fork() == 0) {
            while (getppid() == child)
                usleep(1000);
            _exit(write(ends[1], "o", 1) == 1 ? 0 : 1);
        }
        _exit(0);
    }
    waitpid(child, &status, 0);
    char byte = 0;
    say("orphan", read(ends[0], &byte, 1));
    close(ends[0]);
    close(ends[1]);
}

static void *execute(void *path) {
    execl(path, "sh", "-c", "exit 12", NULL);
    return NULL;
}

static void programs(void) {
    int status = 0;
    char *const none[] = {NULL};
    say("exec-missing", raw(execve("/nonexistent", none, none)));
    say("exec-directory", raw(execve("/", none, none)));
    pid_t child = fork();
    if (child == 0) {
        reset(SIGUSR1, SIG_IGN);
        catch(SIGUSR2, 0);
        execl("/bin/sh", "sh", "-c", "kill -USR1 $$; kill -USR2 $$; exit 3", NULL);
    }
    waitpid(child, &status, 0);
    say("exec-signals", WTERMSIG(status));
    child = fork();
    if (child == 0) {
        pthread_t thread;
        pthread_create(&thread, NULL, execute, "/bin/sh");
        pthread_join(thread, NULL);
        _exit(1);
    }
    waitpid(child, &status, 0);
    say("exec-from-thread", WEXITSTATUS(status));
    child = vfork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", "exit 13", NULL);
        _exit(1);
    }
    waitpid(child, &status, 0);
    say("exec-after-vfork", WEXITSTATUS(status));
    child = fork();
    if (child == 0) {
        struct waiting stopped = waiting_child(1);
        kill(stopped.id, SIGSTOP);
        waitpid(stopped.id, &status, WUNTRACED);
        execl("/bin/sh", "sh", "-c", "exit 14", NULL);
    }
    waitpid(child, &status, 0);
    say("exec-with-child", WEXITSTATUS(status));
}

static void groups(void) {
    int status = 0;
    struct waiting child = waiting_child(0);
    say("setpgid", raw(setpgid(child.id, child.id)));
    say("getpgid", getpgid(child.id) == child.id);
    say("group-exists", raw(kill(-child.id, 0)));
    say("kill-group", raw(kill(-child.id, SIGTERM)));
    say("wait-group", waitpid(-child.id, &status, 0) == child.id);
    say("group-status", status);
    say("no-group", raw(kill(-child.id, 0)));
    close(child.go);
    pid_t session = fork();
    if (session == 0) {
        int good = setsid() == getpid() && getsid(0) == getpid() && getpgrp() == getpid();
        _exit(good ? 21 : 22);
    }
    waitpid(session, &status, 0);
    say("session", WEXITSTATUS(status));
}

/* A signal without an effect interrupts nothing. */
static void ignored_signals(void) {
    struct epoll_event event;
    struct timespec limit = {0, 300000000};
    sigset_t set;
    int status = 0, instance = epoll_create1(0);
    pid_t child = fork();
    if (child == 0) {
        usleep(50000);
        _exit(0);
    }
    say("epoll-during-sigchld", raw(epoll_wait(instance, &event, 1, 300)));
    waitpid(child, &status, 0);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    child = fork();
    if (child == 0) {
        usleep(50000);
        kill(getppid(), SIGWINCH);
        _exit(0);
    }
    say("sigtimedwait", raw(sigtimedwait(&set, NULL, &limit)));
    waitpid(child, &status, 0);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    child = fork();
    if (child == 0) {
        usleep(20000);
        kill(getppid(), SIGCHLD);
        usleep(20000);
        _exit(0);
    }
    struct timeval before, after;
    gettimeofday(&before, NULL);
    say("nanosleep", raw(nanosleep(&(struct timespec){0, 100000000}, NULL)));
    gettimeofday(&after, NULL);
    long past = (after.tv_sec - before.tv_sec) * 1000000 + after.tv_usec - before.tv_usec;
    say("slept", past >= 100000);
    waitpid(child, &status, 0);
    close(instance);
}

static void signals(void) {
    sigset_t set, old;
    siginfo_t info;
    int status = 0;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, &old);
    struct waiting child = waiting_child(9);
    let_go(child);
    say("sigwaitinfo", sigwaitinfo(&set, &info));
    say("sigwaitinfo-pid", info.si_pid == child.id);
    say("sigwaitinfo-status", info.si_status);
    waitpid(child.id, &status, 0);
    sigprocmask(SIG_SETMASK, &old, NULL);
    catch(SIGTRAP, 0);
    __asm__ volatile("int3");
    say("breakpoint", caught);
    say("breakpoint-code", code);
    reset(SIGTRAP, SIG_DFL);
    catch(SIGALRM, 0);
    struct itimerval soon = {{0, 0}, {0, 10000}};
    setitimer(ITIMER_REAL, &soon, NULL);
    say("pause", raw(pause()));
    say("alarm", caught);
    catch(SIGUSR1, 0);
    union sigval value = {.sival_int = 7};
    say("sigqueue", raw(sigqueue(getpid(), SIGUSR1, value)));
    say("sigqueue-code", code);
    say("rest", raw(sigqueue(getppid(), SIGWINCH, value)) <= 0);
}

static void memory(void) {
    int status = 0;
    volatile int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    volatile int private = 1;
    pid_t child = fork();
    if (child == 0) {
        *shared = 5;
        private = 2;
        _exit(private);
    }
    waitpid(child, &status, 0);
    say("shared", *shared);
    say("private", private);
    say("child-private", WEXITSTATUS(status));
}

int main(void) {
    setpgid(0, 0);
    ends_of_children();
    job_control();
    no_zombies();
    ways_to_create();
    programs();
    groups();
    ignored_signals();
    signals();
    memory();
    say("no-new-privileges-readable", raw(syscall(SYS_prctl, 39, 0, 0, 0, 0)) >= 0);
    return 3;
}
