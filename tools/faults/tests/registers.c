/* Prints, a line each, which parts of a thread's state survive a system call and a signal. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { RDX, RSI, RDI, R8, R9, R10, COUNT };
static const char *const NAMES[COUNT] = {"rdx", "rsi", "rdi", "r8", "r9", "r10"};
static const uint64_t MARK = 0x5ac396e10f3ca578;

/* The integer registers and the carry flag after getppid. */
static void integers(void)
{
    uint64_t after[COUNT];
    uint8_t carry;
    register uint64_t r8 __asm__("r8") = MARK + R8;
    register uint64_t r9 __asm__("r9") = MARK + R9;
    register uint64_t r10 __asm__("r10") = MARK + R10;
    uint64_t rdx = MARK + RDX, rsi = MARK + RSI, rdi = MARK + RDI, rax = SYS_getppid;

    __asm__ volatile("stc\n\tsyscall\n\tsetc %b[carry]"
                     : "+a"(rax), "+d"(rdx), "+S"(rsi), "+D"(rdi), "+r"(r8), "+r"(r9), "+r"(r10),
                       [carry] "=b"(carry)
                     :
                     : "rcx", "r11", "memory", "cc");
    after[RDX] = rdx;
    after[RSI] = rsi;
    after[RDI] = rdi;
    after[R8] = r8;
    after[R9] = r9;
    after[R10] = r10;
    for (int i = 0; i < COUNT; i++)
        printf("%s %d\n", NAMES[i], after[i] == MARK + i);
    printf("carry %d\n", carry);
}

/* A word of the red zone, xmm 7, the upper half of ymm 7, MXCSR and the x87 control word. */
static void others(void)
{
    uint64_t zone, low, high = MARK, rax = SYS_getppid;
    uint32_t mxcsr = 0x3f80, mxcsr_after;
    uint16_t control = 0x027f, control_after;
    int has_avx = __builtin_cpu_supports("avx");

    __asm__ volatile("mov %[mark], -64(%%rsp)\n\t"
                     "ldmxcsr %[mxcsr]\n\t"
                     "fldcw %[control]\n\t"
                     "movq %[mark], %%xmm7\n\t"
                     "test %[avx], %[avx]\n\t"
                     "jz 1f\n\t"
                     "vinsertf128 $1, %%xmm7, %%ymm7, %%ymm7\n\t"
                     "1: syscall\n\t"
                     "stmxcsr %[mxcsr_after]\n\t"
                     "fnstcw %[control_after]\n\t"
                     "mov -64(%%rsp), %[zone]\n\t"
                     "movq %%xmm7, %[low]\n\t"
                     "test %[avx], %[avx]\n\t"
                     "jz 2f\n\t"
                     "vextractf128 $1, %%ymm7, %%xmm7\n\t"
                     "movq %%xmm7, %[high]\n\t"
                     "2:"
                     : "+a"(rax), [zone] "=&r"(zone), [low] "=&r"(low), [high] "+&r"(high),
                       [mxcsr_after] "=m"(mxcsr_after), [control_after] "=m"(control_after)
                     : [mark] "r"(MARK), [mxcsr] "m"(mxcsr), [control] "m"(control),
                       [avx] "r"(has_avx)
                     : "rcx", "r11", "memory", "cc", "xmm7");
    printf("red-zone %d\nxmm %d\nymm %d\nmxcsr %d\ncontrol-word %d\n", zone == MARK, low == MARK,
           high == MARK, mxcsr_after == mxcsr, control_after == control);
}

static volatile int aligned, direction;

/* The handler clears xmm 7 and MXCSR, and records its stack and the direction flag. */
__attribute__((naked)) static void handler(int signo)
{
    (void)signo;
    __asm__("pushfq\n\t"
            "pop %rax\n\t"
            "cld\n\t"
            "shr $10, %eax\n\t"
            "and $1, %eax\n\t"
            "mov %eax, direction(%rip)\n\t"
            "lea 8(%rsp), %rax\n\t"
            "and $15, %eax\n\t"
            "mov %eax, aligned(%rip)\n\t"
            "pxor %xmm7, %xmm7\n\t"
            "movl $0x1f80, -4(%rsp)\n\t"
            "ldmxcsr -4(%rsp)\n\t"
            "ret");
}

/* A signal at the return of a call. */
static void interrupted(void)
{
    uint64_t low, rax = SYS_kill;
    uint32_t mxcsr = 0x3f80, after;

    __asm__ volatile("ldmxcsr %[mxcsr]\n\tmovq %[mark], %%xmm7\n\tstd\n\tsyscall\n\tcld\n\t"
                     "stmxcsr %[after]\n\tmovq %%xmm7, %[low]"
                     : "+a"(rax), [low] "=r"(low), [after] "=m"(after)
                     : "D"((uint64_t)getpid()), "S"((uint64_t)SIGUSR1), [mark] "r"(MARK),
                       [mxcsr] "m"(mxcsr)
                     : "rcx", "r11", "memory", "cc", "xmm7");
    printf("handler-aligned %d\nhandler-direction %d\nhandler-xmm %d\nhandler-mxcsr %d\n",
           aligned == 0, direction, low == MARK, after == mxcsr);
}

int main(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    sigaction(SIGUSR1, &action, NULL);
    integers();
    others();
    interrupted();
    return 0;
}
