/* Prints thirty known results, one a line: the name, a space, the number. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile int caught;
/* Set when the next call of the first thread is its read. */
static volatile int reading;
static int ends[2];

static void handler(int signo) { caught += signo > 0; }

/* The result of a call as the kernel gives it. */
static long raw(long result) { return result < 0 ? -errno : result; }

static void say(const char *name, long number) {
    printf("%s %ld\n", name, number);
    fflush(stdout);
}

static long long now(void) {
    struct timespec time = {0, 0};
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void pause_ms(long ms) {
    poll(NULL, 0, ms);
}

static void catch(int signo, int flags) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigaction(signo, &action, NULL);
}

static void *set(void *place) {
    *(volatile int *)place = 1;
    return NULL;
}

/* The state of the first thread, as proc_pid_stat(5) has it; 0 where it cannot be read. */
static char first_thread_state(void) {
    char state = 0;
    FILE *stat = fopen("/proc/self/stat", "r");
    if (stat == NULL)
        return 0;
    if (fscanf(stat, "%*d (%*[^)]) %c", &state) != 1)
        state = 0;
    fclose(stat);
    return state;
}

/* Sends SIGALRM to the first thread when it sleeps in its read, and writes a byte when the handler
 * has returned to the kernel. No time decides, so that a busy machine changes nothing. */
static void *interrupt_then_write(void *unused) {
    (void)unused;
    int before = caught;
    while (!reading || first_thread_state() != 'S')
        pause_ms(1);
    syscall(SYS_tgkill, getpid(), getpid(), SIGALRM);
    while (caught == before)
        pause_ms(1);
    return write(ends[1], "x", 1) == 1 ? NULL : ends;
}

/* A read that SIGALRM interrupts before the byte arrives. */
static long interrupted_read(int flags) {
    sigset_t alarm;
    pthread_t thread;
    char byte = 0;
    catch(SIGALRM, flags);
    reading = 0;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &alarm, NULL);
    pthread_create(&thread, NULL, interrupt_then_write, NULL);
    pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
    reading = 1;
    long result = raw(syscall(SYS_read, ends[0], &byte, 1));
    pthread_join(thread, NULL);
    if (result != 1)
        syscall(SYS_read, ends[0], &byte, 1);
    return result;
}

static long mask_word(void) {
    unsigned long mask = 0;
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &mask, 8);
    return (long)mask;
}

static void descriptors(void) {
    char bytes[8] = {0};
    say("dup2-negative", raw(syscall(SYS_dup2, 1, -1)));
    say("close-negative", raw(syscall(SYS_close, -1)));
    say("pipe2", raw(syscall(SYS_pipe2, ends, 0)));
    say("pipe2-lowest", ends[0]);
    say("write", raw(syscall(SYS_write, ends[1], "hello", 5)));
    say("read", raw(syscall(SYS_read, ends[0], bytes, 8)));
    say("same-bytes", memcmp(bytes, "hello", 5) == 0);
    say("write-unmapped", raw(syscall(SYS_write, ends[1], (void *)8, 1)));
    say("dup3", raw(syscall(SYS_dup3, 1, 20, O_CLOEXEC)));
    say("close-on-exec", raw(syscall(SYS_fcntl, 20, F_GETFD, 0)));
    say("dupfd", raw(syscall(SYS_fcntl, 1, F_DUPFD, 40)));
}

static void times(void) {
    struct timespec negative = {-1, 0}, time = {0, 2000000};
    say("sleep-negative", raw(syscall(SYS_nanosleep, &negative, NULL)));
    long long start = now();
    say("sleep", raw(syscall(SYS_nanosleep, &time, NULL)));
    say("slept", now() - start >= 2000000);
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &time);
    say("nanoseconds", time.tv_nsec < 1000000000);
}

static void memory(void) {
    char random[16];
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    say("zeroed", page[0] == 0);
    say("mmap-empty", raw(syscall(SYS_mmap, 0, 0, 3, 0x22, -1, 0)));
    say("getrandom", raw(syscall(SYS_getrandom, random, 16, 0)));
}

static void signals(void) {
    unsigned long blocked = 1UL << (SIGUSR2 - 1);
    struct timespec soon = {0, 1000000};
    catch(SIGUSR1, 0);
    syscall(SYS_kill, getpid(), SIGUSR1);
    say("caught", caught);
    say("mask-after-handler", mask_word());
    catch(40, 0);
    syscall(SYS_kill, getpid(), 40);
    say("real-time", caught);
    say("ppoll", raw(syscall(SYS_ppoll, NULL, 0, &soon, &blocked, 8)));
    say("mask-after-ppoll", mask_word());
    say("interrupted", interrupted_read(0));
    say("restarted", interrupted_read(SA_RESTART));
    say("stranger", raw(syscall(SYS_kill, getppid(), SIGWINCH)));
}

static void processes(void) {
    volatile int place = 0;
    int status = 0;
    pthread_t thread;
    pthread_create(&thread, NULL, set, (void *)&place);
    pthread_join(thread, NULL);
    say("thread", place);
    pid_t child = fork();
    if (child == 0)
        _exit(7);
    waitpid(child, &status, 0);
    say("child", WEXITSTATUS(status));
    child = fork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", "exit 9", NULL);
        _exit(1);
    }
    waitpid(child, &status, 0);
    say("program", WEXITSTATUS(status));
    child = fork();
    if (child == 0) {
        raise(SIGSTOP);
        _exit(5);
    }
    waitpid(child, &status, WUNTRACED);
    say("stopped", WIFSTOPPED(status));
    kill(child, SIGCONT);
    waitpid(child, &status, 0);
    say("continued", WEXITSTATUS(status));
}

static void events(void) {
    struct epoll_event event = {.events = EPOLLOUT, .data = {.u64 = 42}};
    int instance = epoll_create1(0);
    epoll_ctl(instance, EPOLL_CTL_ADD, ends[1], &event);
    event.data.u64 = 1;
    syscall(SYS_epoll_wait, instance, &event, 1, 0);
    say("epoll-data", (long)event.data.u64);
}

static void leaks(void) {
    int pair[2], made = 0;
    for (int i = 0; i < 12; i++) {
        if (syscall(SYS_pipe2, pair, 0) != 0)
            break;
        close(pair[0]);
        close(pair[1]);
        made++;
    }
    say("pipes", made);
}

int main(void) {
    descriptors();
    times();
    memory();
    signals();
    processes();
    events();
    leaks();
    return 3;
}
