typedef unsigned char byte;
typedef unsigned int word;
typedef unsigned long big;
#define UNUSED __attribute__((unused))
#define USED __attribute__((used))

/* The memory of the script: four pages of poison, and a page that is not mapped. */
#define POISON 0x7e
#define SIZE 0x4000
static byte arena[SIZE + 4096] __attribute__((aligned(4096)));
#define AT(place) ((long)(arena + (place)))
#define GET(type, address) ((long)*(volatile type *)(address))
#define UNWRITTEN(type) ((long)(type)0x7e7e7e7e7e7e7e7eL)
#define PUT(type, address, value) (*(volatile type *)(address) = (type)(value))

UNUSED static long sc(long number, long a, long b, long c, long d, long e, long f)
{
#if defined(__x86_64__)
	long result;
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	__asm__ volatile("syscall"
		: "=a"(result)
		: "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
		: "rcx", "r11", "memory");
	return result;
#elif defined(__aarch64__)
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;
	__asm__ volatile("svc #0"
		: "+r"(x0)
		: "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
		: "cc", "memory");
	return x0;
#elif defined(__riscv)
	register long a7 __asm__("a7") = number;
	register long a0 __asm__("a0") = a;
	register long a1 __asm__("a1") = b;
	register long a2 __asm__("a2") = c;
	register long a3 __asm__("a3") = d;
	register long a4 __asm__("a4") = e;
	register long a5 __asm__("a5") = f;
	__asm__ volatile("ecall"
		: "+r"(a0)
		: "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5)
		: "memory");
	return a0;
#endif
}

/* Removes what the program made, at its end. */
static void (*at_end)(void);
/* Ends the child processes that are left, which may be stopped. */
static void (*end_children)(void);
/* Set in a child process, which prints nothing. */
static int in_child;
UNUSED static int watched;

static void quit(int status)
{
	if (end_children && !in_child)
		end_children();
	if (at_end && !in_child)
		at_end();
	for (;;) {
		sc(__NR_exit_group, status, 0, 0, 0, 0, 0);
		sc(__NR_exit, status, 0, 0, 0, 0, 0);
	}
}

static int is_error(long result)
{
	return result < 0 && result >= -4095;
}

/* Output. */
static void say(const char *text)
{
	long size = 0;
	while (text[size])
		size++;
	sc(__NR_write, 1, (long)text, size, 0, 0, 0);
}

static void say_number(long number)
{
	char digits[24];
	int at = 23;
	big rest = number < 0 ? -(big)number : (big)number;
	digits[at] = 0;
	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (number < 0)
		digits[--at] = '-';
	say(digits + at);
}

static void say_result(long result)
{
	const char *name = is_error(result) ? error_name(-result) : 0;
	if (name)
		say(name);
	else
		say_number(result);
}

/* A step that fails ends the program: the check is not asked. */
static int failed;
UNUSED static int fired, judged;
static void show(const char *call, long got, int met, const char *wanted, int is_check)
{
	int wrong = !met || fired != judged;
	say(is_check ? "check  " : "step   ");
	say(call);
	say("  = ");
	say_result(got);
	if (wrong && fired != judged)
		say("  WRONG: it did not end in time");
	else if (wrong) {
		say("  WRONG: it must be ");
		say(wanted);
	}
	say("\n");
	judged = fired;
	if (wrong && is_check)
		failed = 1;
	if (wrong && !is_check) {
		say("not asked: a step failed\n");
		quit(1);
	}
}

static void begin(void)
{
	volatile byte *at = arena;
	long none = 0;
	long descriptor;
	sc(__NR_munmap, AT(SIZE), 4096, 0, 0, 0, 0);
	for (descriptor = 0; descriptor < SIZE; descriptor++)
		at[descriptor] = POISON;
	for (descriptor = 3; descriptor < 64; descriptor++)
		sc(__NR_close, descriptor, 0, 0, 0, 0, 0);
	sc(__NR_rt_sigprocmask, 2, (long)&none, 0, 8, 0, 0);
	PUT(int, AT(SELF), sc(__NR_getpid, 0, 0, 0, 0, 0, 0));
	PUT(int, AT(CAUGHT), 0);
}

/*@ differing */
UNUSED static long differing(long left, long right, long size)
{
	long at, count = 0;
	for (at = 0; at < size; at++)
		count += GET(byte, left + at) != GET(byte, right + at);
	return count;
}

/*@ equal_to */
UNUSED static long equal_to(long address, long value, long size)
{
	long at, count = 0;
	for (at = 0; at < size; at++)
		count += GET(byte, address + at) == (value & 255);
	return count;
}

/*@ fill */
UNUSED static void fill(long address, long value, long size)
{
	long at;
	for (at = 0; at < size; at++)
		PUT(byte, address + at, value);
}

/*@ rest */
UNUSED static void rest(long nanoseconds)
{
	long time[2] = { 0, nanoseconds };
	sc(__NR_nanosleep, (long)time, 0, 0, 0, 0, 0);
}

/*@ microseconds */
static long clock_begun;
UNUSED static long microseconds(void)
{
	long time[2] = { 0, 0 };
	long result = sc(__NR_clock_gettime, 1, (long)time, 0, 0, 0, 0);
	long now = time[0] * 1000000 + time[1] / 1000;
	long since = now - clock_begun;
	if (is_error(result))
		return result;
	clock_begun = now;
	return since;
}

/*@ read_only */
UNUSED static const byte read_only[32] __attribute__((aligned(16))) = "read-only";

/*@ deferred put_off make */
/* Calls that a thread, a child process or the handler makes later. */
static struct deferred {
	long number, argument[6], result, quarters;
	volatile int ready;
} deferred[3];

static long make(struct deferred *call)
{
	const long *a = call->argument;
	return call->result = sc(call->number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

UNUSED static void put_off(int who, long number, long a, long b, long c, long d, long e, long f)
{
	struct deferred *call = &deferred[who];
	call->number = number;
	call->argument[0] = a;
	call->argument[1] = b;
	call->argument[2] = c;
	call->argument[3] = d;
	call->argument[4] = e;
	call->argument[5] = f;
	call->ready = 1;
}

/*@ start join */
static byte stacks[2][65536] __attribute__((aligned(16)));
USED static void run_thread(long who)
{
	if (deferred[who].quarters > 0)
		rest(deferred[who].quarters * 250000);
	make(&deferred[who]);
	for (;;)
		sc(__NR_exit, 0, 0, 0, 0, 0, 0);
}

/* Makes a thread or a process, which begins on that stack in run_thread(). */
static long make_thread(long flags, long stack, long tid, long who)
{
#if defined(__x86_64__)
	long result;
	register long r10 __asm__("r10") = tid;
	register long r8 __asm__("r8") = 0;
	register long r12 __asm__("r12") = who;
	__asm__ volatile("syscall\n\ttest %%rax, %%rax\n\tjnz 1f\n\tmov %%r12, %%rdi\n\tcall run_thread\n1:"
		: "=a"(result)
		: "a"(__NR_clone), "D"(flags), "S"(stack), "d"(tid), "r"(r10), "r"(r8), "r"(r12)
		: "rcx", "r11", "memory");
	return result;
#elif defined(__aarch64__)
	register long x8 __asm__("x8") = __NR_clone;
	register long x0 __asm__("x0") = flags;
	register long x1 __asm__("x1") = stack;
	register long x2 __asm__("x2") = tid;
	register long x3 __asm__("x3") = 0;
	register long x4 __asm__("x4") = tid;
	register long x20 __asm__("x20") = who;
	__asm__ volatile("svc #0\n\tcbnz x0, 1f\n\tmov x0, x20\n\tbl run_thread\n1:"
		: "+r"(x0)
		: "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x20)
		: "x30", "cc", "memory");
	return x0;
#elif defined(__riscv)
	register long a7 __asm__("a7") = __NR_clone;
	register long a0 __asm__("a0") = flags;
	register long a1 __asm__("a1") = stack;
	register long a2 __asm__("a2") = tid;
	register long a3 __asm__("a3") = 0;
	register long a4 __asm__("a4") = tid;
	register long s2 __asm__("s2") = who;
	__asm__ volatile("ecall\n\tbnez a0, 1f\n\tmv a0, s2\n\tcall run_thread\n1:"
		: "+r"(a0)
		: "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(s2)
		: "ra", "memory");
	return a0;
#endif
}

/* CLONE_VM, PARENT_SETTID and CHILD_CLEARTID, and SIGCHLD for a child process, or FS, FILES,
 * SIGHAND, THREAD and SYSVSEM for a thread. */
UNUSED static long start(int who)
{
	long flags = 0x100 | 0x100000 | 0x200000 | (deferred[who].quarters == -1 ? 17 : 0x50e00);
	long stack = (long)(stacks[who] + sizeof(stacks[who]));
	long tid = AT(TID) + 4 * who;
	long result, all = -1, mask = 0;
	PUT(int, tid, -1);
	sc(__NR_rt_sigprocmask, 2, (long)&all, (long)&mask, 8, 0, 0);
	result = make_thread(flags, stack, tid, who);
	/* Some kernels take no other child process than that of posix_spawn(): VM and VFORK. */
	if (is_error(result) && deferred[who].quarters == -1)
		result = make_thread(0x100 | 0x4000 | 0x100000 | 0x200000 | 17, stack, tid, who);
	sc(__NR_rt_sigprocmask, 2, (long)&mask, 0, 8, 0, 0);
	return result;
}

UNUSED static long join(int who)
{
	int looks;
	for (looks = 0; looks < 20000 && GET(int, AT(TID) + 4 * who); looks++)
		rest(50000);
	return GET(int, AT(TID) + 4 * who) ? -4095 : deferred[who].result;
}

/*@ catch_signal handler restorer */
/* Signals: one handler, which records what it is told. The stack is recorded as on x86-64, where a
 * return address is on it. */
void handler(void);
void restorer(void);
#if defined(__x86_64__)
__asm__(".text\nhandler:\n\tmov %rsp, %rcx\n\tjmp record\nrestorer:\n\tmov $15, %eax\n\tsyscall\n");
#elif defined(__aarch64__)
__asm__(".text\nhandler:\n\tadd x3, sp, #8\n\tbl record\nrestorer:\n\tmov x8, #139\n\tsvc #0\n");
#elif defined(__riscv)
/* The kernel knows no restorer: the handler makes rt_sigreturn itself. */
__asm__(".text\nhandler:\n\taddi a3, sp, 8\n\tcall record\nrestorer:\n\tli a7, 139\n\tecall\n");
#endif

USED void record(int signo, long info, long context, long stack)
{
	long count = GET(int, AT(CAUGHT));
	long mask = -1;
	(void)context;
	if (signo == 14) {
		fired++;
		return;
	}
	PUT(int, AT(CAUGHT), count + 1);
	PUT(int, AT(CAUGHT_SIGNO), signo);
	PUT(long, AT(CAUGHT_STACK), stack % 16);
	PUT(byte, AT(CAUGHT_ORDER) + count % 16, signo);
	sc(__NR_rt_sigprocmask, 0, 0, (long)&mask, 8, 0, 0);
	PUT(long, AT(CAUGHT_MASK), mask);
	if ((big)(info - stack + 8) < 4096) {
		int at;
		for (at = 0; at < 32; at += 8)
			PUT(long, AT(CAUGHT_INFO) + at, GET(long, info + at));
	}
	if (deferred[2].ready) {
		deferred[2].ready = 0;
		PUT(long, AT(CAUGHT_RESULT), make(&deferred[2]));
	}
}

UNUSED static long catch_signal(long signo, long flags, long mask)
{
#if defined(__riscv)
	long action[3] = { (long)handler, flags, mask };
#else
	long action[4] = { (long)handler, flags | 0x4000000, (long)restorer, mask };
#endif
	long old[20] = { 0 };
	long result = sc(__NR_rt_sigaction, signo, (long)action, 0, 8, 0, 0);
	if (result)
		return result;
	sc(__NR_rt_sigaction, signo, 0, (long)old, 8, 0, 0);
	return old[0] == (long)handler;
}

/*@ watch */
/* A call that lasts 0.8 s is interrupted, and the step fails. */
UNUSED static void watch(void)
{
	long timer[4] = { 0, 800000, 0, 800000 };
	watched = catch_signal(14, 0, 0) == 1;
	if (watched)
		sc(__NR_setitimer, 0, (long)timer, 0, 0, 0, 0);
}

/*@ start_child child_step reap */
/* A child process: it ends with the number of the first of its steps that fails, or with 0. */
UNUSED static int child_steps;
static long started[16];
static int started_count;

static void kill_started(void)
{
	int i;
	for (i = 0; i < started_count; i++) {
		/* It lives if there is no status of it; -38 is ENOSYS. */
		long ended = sc(__NR_wait4, started[i], 0, 1, 0, 0, 0);
		if (ended == 0 || ended == -38)
			sc(__NR_kill, started[i], 9, 0, 0, 0, 0);
	}
}

UNUSED static long start_child(long flags)
{
	long timer[4] = { 0, 800000, 0, 800000 };
	long pid;
#if defined(__NR_fork)
	if (flags == -1)
		pid = sc(__NR_fork, 0, 0, 0, 0, 0, 0);
	else
#endif
		pid = sc(__NR_clone, (flags < 0 ? 0 : flags) | 17, 0, AT(WORD), AT(WORD2), AT(WORD2), 0);
	if (pid == 0) {
		in_child = 1;
		child_steps = 0;
		fired = judged = 0;
		PUT(int, AT(SELF), sc(__NR_getpid, 0, 0, 0, 0, 0, 0));
		/* A child does not have the timers of its parent. */
		if (watched)
			sc(__NR_setitimer, 0, (long)timer, 0, 0, 0, 0);
	} else if (pid > 1 && !in_child && started_count < 16) {
		started[started_count++] = pid;
		end_children = kill_started;
	}
	return pid;
}

UNUSED static void child_step(long got, int met)
{
	child_steps++;
	/* A step whose call the kernel does not have is marked. */
	if (!met || fired)
		quit(child_steps | (got == -38 ? 128 : 0));
}

UNUSED static long reap(long pid)
{
	int status = 0, looks;
	long ended = 0;
	for (looks = 0; looks < 20000 && !ended; looks++) {
		ended = sc(__NR_wait4, pid, (long)&status, 1, 0, 0, 0);
		if (!ended)
			rest(50000);
	}
	if (ended <= 0)
		return ended ? ended : -4095;
	if (status & 127)
		return 256 + (status & 127);
	status = status >> 8 & 255;
	return status & 128 ? -38 : status;
}

/*@ enter_folder */
/* An empty folder below the current one, which the end of the program removes. */
static char folder[16] = "pxc-repro";
static void clean(char *path, long size)
{
	char letter;
	for (letter = 'a'; letter <= 'j'; letter++) {
		long result;
		path[size] = letter;
		path[size + 1] = 0;
		result = sc(__NR_unlinkat, -100, (long)path, 0, 0, 0, 0);
		if (result && result != -2) {
			sc(__NR_fchmodat, -100, (long)path, 0700, 0, 0, 0);
			if (size + 2 < 8) {
				path[size + 1] = '/';
				clean(path, size + 2);
				path[size] = letter;
				path[size + 1] = 0;
			}
			sc(__NR_unlinkat, -100, (long)path, 0x200, 0, 0, 0);
		}
	}
}

static void leave_folder(void)
{
	char path[16];
	at_end = 0;
	if (sc(__NR_fchdir, 63, 0, 0, 0, 0, 0) == 0)
		sc(__NR_chdir, (long)folder, 0, 0, 0, 0, 0);
	clean(path, 0);
	sc(__NR_chdir, (long)"..", 0, 0, 0, 0, 0);
	sc(__NR_unlinkat, -100, (long)folder, 0x200, 0, 0, 0);
}

UNUSED static long enter_folder(void)
{
	long number = sc(__NR_getpid, 0, 0, 0, 0, 0, 0);
	long at = 4, result, here;
	do {
		folder[at++] = (char)('a' + number % 16);
		number /= 16;
	} while (number && at < 12);
	folder[at] = 0;
	result = sc(__NR_mkdirat, -100, (long)folder, 0700, 0, 0, 0);
	if (result)
		return result;
	here = sc(__NR_openat, -100, (long)".", 0, 0, 0, 0);
	if (here >= 0 && here != 63) {
		sc(__NR_dup3, here, 63, 02000000, 0, 0, 0);
		sc(__NR_close, here, 0, 0, 0, 0, 0);
	}
	at_end = leave_folder;
	return sc(__NR_chdir, (long)folder, 0, 0, 0, 0, 0);
}

/*@ entries */
/* For each name of one letter a hexadecimal digit, the number of times that it came. */
UNUSED static long entries(long descriptor, long size, long removes)
{
	long seen = 0;
	int calls;
	for (calls = 0; calls < 64; calls++) {
		long at = 0, end = sc(__NR_getdents64, descriptor, AT(BUF), size, 0, 0, 0);
		if (end <= 0)
			return end < 0 ? end : seen;
		while (at + 21 <= end) {
			long name = AT(BUF) + at + 19;
			long letter = GET(byte, name) - 'a';
			long record = GET(unsigned short, AT(BUF) + at + 16);
			if (!GET(byte, name + 1) && letter >= 0 && letter < 26) {
				seen += 1L << (4 * letter % 64);
				if (removes)
					sc(__NR_unlinkat, descriptor, name, 0, 0, 0, 0);
			}
			at += record > 19 ? record : 19;
		}
	}
	return seen;
}

/*@ spin */
UNUSED static long spin(long address)
{
	while (!GET(int, address))
		;
	return GET(int, address);
}

/*@ raise_exception */
#if defined(__x86_64__)
UNUSED static long raise_exception(long kind, long address)
{
	if (kind == 0)
		__asm__ volatile("jmp *%0" : : "r"(address) : "memory");
	else if (kind == 1)
		__asm__ volatile("ud2");
	else if (kind == 2)
		__asm__ volatile("int3");
	else if (kind == 3)
		__asm__ volatile("mov %0, %%rsp\n\tpush %%rax\n\tud2" : : "r"(address) : "memory");
	else
		__asm__ volatile("xor %%ecx, %%ecx\n\txor %%eax, %%eax\n\tcltd\n\tdiv %%ecx"
			: : : "rax", "rcx", "rdx", "cc");
	return 0;
}
#elif defined(__aarch64__)
UNUSED static long raise_exception(long kind, long address)
{
	if (kind == 0)
		__asm__ volatile("br %0" : : "r"(address) : "memory");
	else if (kind == 2)
		__asm__ volatile("brk #0");
	else if (kind == 3)
		__asm__ volatile("mov sp, %0\n\tstr x0, [sp, #-16]!\n\tudf #0" : : "r"(address) : "memory");
	else
		__asm__ volatile("udf #0");
	return 0;
}
#elif defined(__riscv)
UNUSED static long raise_exception(long kind, long address)
{
	if (kind == 0)
		__asm__ volatile("jr %0" : : "r"(address) : "memory");
	else if (kind == 2)
		__asm__ volatile("ebreak");
	else if (kind == 3)
		__asm__ volatile("mv sp, %0\n\tsd a0, -16(sp)\n\tunimp" : : "r"(address) : "memory");
	else
		__asm__ volatile("unimp");
	return 0;
}
#endif

/*@ in_order */
UNUSED static long in_order(long reader, long writer)
{
	long chunk, at, intact = 0;
	for (chunk = 0; chunk < 103; chunk++) {
		long sent, count, right = 1;
		for (at = 0; at < 1021; at++) {
			long position = chunk * 1021 + at;
			PUT(byte, AT(BUF) + at, position ^ position >> 8);
		}
		sent = sc(__NR_write, writer, AT(BUF), 1021, 0, 0, 0);
		if (sent < 0 && chunk == 0)
			return sent;
		if (chunk < 3)
			continue;
		count = sc(__NR_read, reader, AT(BUF2), 1021, 0, 0, 0);
		if (count < 0 && chunk == 3)
			return count;
		for (at = 0; at < 1021; at++) {
			long position = (chunk - 3) * 1021 + at;
			right &= GET(byte, AT(BUF2) + at) == ((position ^ position >> 8) & 255);
		}
		intact += right && count == 1021;
	}
	return intact;
}

/*@ fill_up */
UNUSED static long fill_up(long writer)
{
	long total = 0, size, times, taken;
	for (size = 4096; size; size = size == 1 ? 0 : 1)
		for (times = 0; times < 1024; times++) {
			taken = sc(__NR_write, writer, AT(BUF), size, 0, 0, 0);
			if (taken < 0 && total == 0)
				return taken;
			total += taken > 0 ? taken : 0;
			if (taken != size)
				break;
		}
	return total;
}

/*@ poll_one */
UNUSED static long poll_one(long descriptor, long events)
{
	word entry[2] = { (word)descriptor, (word)(events & 65535) | 0x7e7e0000u };
#if defined(__x86_64__)
	long count = sc(__NR_poll, (long)entry, 1, 0, 0, 0, 0);
#else
	long none[2] = { 0, 0 };
	long count = sc(__NR_ppoll, (long)entry, 1, (long)none, 0, 8, 0);
#endif
	long revents = entry[1] >> 16;
	if (is_error(count))
		return count;
	return count == (revents != 0) ? revents : -65536 - count;
}

/*@ status_flags */
UNUSED static long status_flags(long descriptor)
{
	long flags = sc(__NR_fcntl, descriptor, 3, 0, 0, 0, 0);
	return is_error(flags) ? flags : flags & 02006003;
}

/*@ segment_bytes */
#if defined(__x86_64__)
UNUSED static long segment_bytes(long address)
{
	byte fs, gs;
	__asm__ volatile("movb %%fs:(%2), %0\n\tmovb %%gs:(%2), %1" : "=&r"(fs), "=&r"(gs) : "r"(address));
	return fs + 256L * gs;
}
#endif
