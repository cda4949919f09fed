//! x86-64.

use core::arch::{asm, naked_asm};
use core::sync::atomic::{AtomicU8, Ordering};

use posix_conformance::abi::numbers;
use posix_conformance::abi::x86_64::SA_RESTORER;

pub use super::zeros::{syscall1, syscall2, syscall3};
use super::{Handler, Thread, WAIT_FOR_SIGNAL};

/// An SSE instruction; nothing in the freestanding build, which must not use SSE.
#[cfg(target_feature = "sse2")]
macro_rules! sse {
    ($instruction:literal) => {
        $instruction
    };
}
#[cfg(not(target_feature = "sse2"))]
macro_rules! sse {
    ($instruction:literal) => {
        ""
    };
}

/// Defines `_start`, which calls an `extern "C" fn() -> !`.
macro_rules! start {
    ($main:path) => {
        core::arch::global_asm!(
            ".section .text._start, \"ax\", @progbits",
            ".globl _start",
            "_start:",
            // The psABI ends the chain of frames with 0 and aligns the stack to 16 bytes. A kernel
            // may have done neither.
            "xor ebp, ebp",
            "and rsp, -16",
            // AVX can be used where the processor has it and the kernel saves its registers (Intel
            // SDM volume 1, 14.3): bits 27 and 28 of leaf 1, and bit 2 of XCR0.
            $crate::arch::processor::sse!(
                "push 1
                pop rax
                cpuid
                xor eax, eax
                not ecx
                test ecx, 0x18000000
                jnz 2f
                xor ecx, ecx
                xgetbv
                and al, 4
                2:"
            ),
            "mov [rip + {avx}], al",
            "call {main}",
            "ud2",
            ".previous",
            main = sym $main,
            avx = sym $crate::arch::processor::AVX,
        );
    };
}
pub(crate) use {sse, start};

/// Not 0 where AVX can be used. `_start` sets it.
pub static AVX: AtomicU8 = AtomicU8::new(0);

/// A bit for each part of the registers that [`syscall`] has found changed; see [`take_lost`].
static LOST: AtomicU8 = AtomicU8::new(0);

/// Returns a bit for each part of the registers that a kernel has lost since the last call of this
/// function: 1 for integer registers, 2 for the red zone, 4 for the SSE registers, 8 for the upper
/// halves of the AVX registers, 16 for the control words of x87 and SSE, 32 for the carry flag. All
/// bits are set where no signal came.
pub fn take_lost() -> u8 {
    LOST.swap(0, Ordering::Relaxed)
}

/// Makes a system call of six arguments; returns `rax` unchanged. Notes what the kernel changes of
/// the registers, the flags and the red zone; `rcx` and `r11` alone are the kernel's.
///
/// Every call of a row is such a probe: calls that block, that fail, and that another thread or a
/// signal handler interrupts. The value in the vector registers and in the red zone is that of the
/// stack pointer, so that two threads have two values.
///
/// With [`WAIT_FOR_SIGNAL`] for the number it waits until a handler has changed the 32-bit word at
/// the first argument. The signal comes between two instructions of the loop, where the kernel may
/// change no register: a kernel that returns by `sysret` loses `rcx` and `r11`. The direction flag
/// is set there: a handler begins with it clear.
///
/// # Safety
///
/// The call may change memory, mappings and signal handlers only as the rest of the program
/// expects. The word must be one in which the handler counts.
#[unsafe(naked)]
pub unsafe extern "C" fn syscall(number: isize, args: &[usize; 6]) -> isize {
    naked_asm!(
        "push rbx; push r12; push r13; push r14; push rbp; mov rbp, rsp",
        "mov rbx, rsi; mov r12, rdi; and rsp, -16; sub rsp, 512",
        // The red zone and, above it, the area of FXRSTOR: the control words, then the registers
        // from byte 160 on (Intel SDM volume 1, 10.5.1).
        "lea rdi, [rsp - 128]; mov eax, ebp; mov ecx, 160; rep stosd",
        "mov qword ptr [rsp], {x87}; mov dword ptr [rsp + 24], {mxcsr}",
        sse!(
            "fxrstor [rsp]; cmp byte ptr [rip + {avx}], 0; je 2f
            vinsertf128 ymm15, ymm15, xmm15, 1; 2:"
        ),
        "mov rdi, [rbx]; mov rsi, [rbx + 8]; mov rdx, [rbx + 16]",
        "mov r10, [rbx + 24]; mov r8, [rbx + 32]; mov r9, [rbx + 40]",
        "mov rax, r12; test rax, rax; js 2f",
        "stc; syscall; sbb r14d, r14d; xor ecx, ecx; jmp 5f",
        // The loop does not change the carry flag. r14 is 0 while the count is as it was.
        "2: or rcx, -1; or r11, -1; mov r12d, 1; sub r12d, [rdi]; mov r13d, {looks}; std; stc",
        "3: dec r13d; jz 4f; mov r14d, [rdi]; lea r14d, [r14 + r12]; dec r14d; jz 3b",
        "4: cld; sbb r14d, r14d; and rcx, r11; inc rcx; lea r11, [rax + {wait}]; or rcx, r11",
        "test r13d, r13d; jnz 5f; or byte ptr [rip + {lost}], 255",
        "5:",
        sse!("fxsave [rsp]"),
        // r14 has a bit for each part that was lost. rcx is 0 where the wait lost no register.
        "mov r12, rax; inc r14d; shl r14d, 5",
        "cmp rdi, [rbx]; jne 3f; cmp rsi, [rbx + 8]; jne 3f; cmp rdx, [rbx + 16]; jne 3f",
        "cmp r10, [rbx + 24]; jne 3f; cmp r8, [rbx + 32]; jne 3f; cmp r9, [rbx + 40]; jne 3f",
        "jrcxz 2f; 3: or r14b, 1; 2:",
        "mov eax, ebp; lea rdi, [rsp - 128]; mov ecx, 32; repe scasd; je 2f; or r14b, 2; 2:",
        "lea rdi, [rsp + 160]; mov cl, 64; repe scasd; je 2f; or r14b, 4; 2:",
        sse!(
            "cmp byte ptr [rip + {avx}], 0; je 2f
            vextractf128 xmm0, ymm15, 1; movd ecx, xmm0; cmp ecx, eax; je 2f; or r14b, 8; 2:"
        ),
        "cmp word ptr [rsp], {x87}; jne 3f; cmp dword ptr [rsp + 24], {mxcsr}; je 2f",
        "3: or r14b, 16; 2: or [rip + {lost}], r14b",
        // The psABI wants the control words of the caller.
        sse!("fninit; push 0x1f80; ldmxcsr [rsp]"),
        // The freestanding build names it nowhere else.
        "/* {avx} */",
        "mov rax, r12; leave; pop r14; pop r13; pop r12; pop rbx; ret",
        x87 = const CONTROL_WORD,
        mxcsr = const MXCSR,
        looks = const LOOKS_MAX,
        wait = const -WAIT_FOR_SIGNAL,
        avx = sym AVX,
        lost = sym LOST,
    )
}

/// The x87 control word during a call: all exceptions masked, 53 bits, rounded towards 0.
const CONTROL_WORD: u16 = 0x0e7f;
/// MXCSR during a call: all exceptions masked, rounded down.
const MXCSR: u32 = 0x3f80;
/// The number of looks at the handler's count: less than a second on a slow processor.
const LOOKS_MAX: u32 = 1 << 28;

/// Makes a system call of up to four arguments on the suite's own account.
///
/// The arguments are passed in registers: an array would cost 20 bytes a call.
///
/// # Safety
///
/// As for [`syscall`].
pub unsafe fn syscall4(
    number: u16,
    first: usize,
    second: usize,
    third: usize,
    fourth: usize,
) -> isize {
    let result;
    // SAFETY: as for `syscall`.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") usize::from(number) => result,
            in("rdi") first,
            in("rsi") second,
            in("rdx") third,
            in("r10") fourth,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    result
}

/// Makes a system call without a look at the registers; see [`syscall`].
///
/// # Safety
///
/// As for [`syscall`].
#[unsafe(naked)]
pub unsafe extern "C" fn plain_syscall(number: isize, args: &[usize; 6]) -> isize {
    naked_asm!(
        "mov rax, rdi; mov rcx, rsi; mov rdi, [rcx]; mov rsi, [rcx + 8]; mov rdx, [rcx + 16]",
        "mov r10, [rcx + 24]; mov r8, [rcx + 32]; mov r9, [rcx + 40]; syscall; ret",
    )
}

/// Makes a system call of five arguments; see [`syscall4`].
///
/// # Safety
///
/// As for [`syscall`].
#[inline(always)]
pub unsafe fn syscall5(number: u16, arguments: [usize; 5]) -> isize {
    let [first, second, third, fourth, fifth] = arguments;
    let result;
    // SAFETY: as for `syscall`.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") usize::from(number) => result,
            in("rdi") first,
            in("rsi") second,
            in("rdx") third,
            in("r10") fourth,
            in("r8") fifth,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    result
}

/// Starts a thread that runs `T` on the stack that ends at `stack`; returns the result of clone(2).
///
/// The kernel stores the thread's id in the 32-bit word at `tid`, and clears the word when the
/// thread ends.
///
/// # Safety
///
/// The flags must include `CLONE_VM`. Nothing else may use the stack until the thread has ended, or
/// rely on the word.
pub unsafe fn clone_thread<T: Thread>(
    flags: i64,
    stack: usize,
    tid: usize,
    argument: usize,
) -> isize {
    let result;
    // SAFETY: clone(2) gives the child the stack in rsi, and the child never leaves the asm. Where
    // a faulty kernel returns 0 without a new stack, the parent goes on.
    unsafe {
        asm!(
            "syscall",
            "test rax, rax",
            "jnz 2f",
            "cmp rsp, rsi",
            "jne 2f",
            "mov rdi, r12",
            "call {run}",
            "2:",
            run = sym T::run,
            inlateout("rax") usize::from(numbers::CLONE) => result,
            in("rdi") flags,
            in("rsi") stack,
            in("rdx") tid,
            in("r10") tid,
            in("r8") 0,
            in("r12") argument,
            lateout("rcx") _,
            lateout("r11") _,
        );
    }
    result
}

/// Ends the calling thread by exit(2), without use of its stack.
pub fn exit_thread() -> ! {
    // SAFETY: the thread ends.
    unsafe {
        asm!(
            "2:",
            "mov eax, {number}",
            "xor edi, edi",
            "syscall",
            "jmp 2b",
            number = const numbers::EXIT,
            options(noreturn, nostack),
        )
    }
}

/// The stack in bytes that a thread needs to receive signals.
///
/// The thread's own frames take less than 512 bytes. A signal frame with the whole state of AVX-512
/// and AMX takes 12 KiB, as gVisor writes it.
pub const SIGNAL_STACK_SIZE: usize = 12_288;

/// The greatest distance of `siginfo_t` from the stack pointer at the handler's entry, in bytes.
pub const SIGNAL_INFO_REACH: usize = 4096;

/// The kernel's `struct sigaction`: handler, flags, restorer, mask.
#[repr(transparent)]
pub struct Action([usize; 4]);

/// An action that installs the handler `H`.
pub fn action<H: Handler>(flags: usize, mask: usize) -> Action {
    let flags = flags | SA_RESTORER as usize;
    Action([handler_address::<H>(), flags, restorer_address(), mask])
}

/// The address of the signal handler's entry, which calls `H`.
pub fn handler_address<H: Handler>() -> usize {
    handler::<H> as *const () as usize
}

/// The address of the code that a handler returns to.
pub fn restorer_address() -> usize {
    restorer as *const () as usize
}

/// The signal handler's entry.
///
/// The signal frame begins with the return address, so the stack pointer here is the one that a
/// function has at its entry. It is passed on as the fourth argument, with 4 added to it where the
/// direction flag is set.
///
/// It changes what the kernel must restore; see [`syscall`].
#[unsafe(naked)]
extern "C" fn handler<H: Handler>() {
    naked_asm!(
        "pushfq",
        "pop rax",
        "cld",
        "shr eax, 8",
        "and eax, 4",
        "lea rcx, [rsp + rax]",
        sse!(
            "pxor xmm15, xmm15
            fninit
            push 0x1f80
            ldmxcsr [rsp]
            pop rax
            cmp byte ptr [rip + {avx}], 0
            je 2f
            vzeroupper
            2:"
        ),
        // The freestanding build names it nowhere else.
        "/* {avx} */",
        "jmp {handle}",
        avx = sym AVX,
        handle = sym H::handle,
    )
}

/// rt_sigreturn(2), with the stack pointer where the handler's return leaves it.
#[unsafe(naked)]
extern "C" fn restorer() {
    naked_asm!(
        "mov eax, {number}",
        "syscall",
        number = const numbers::RT_SIGRETURN,
    )
}

/// A load or a store may have any address.
pub const UNALIGNED_ACCESS: bool = true;

/// Fills memory with a byte.
///
/// The instruction is both short and fast: the arena is filled several hundred times a run.
///
/// # Safety
///
/// The memory must be mapped, and any bytes must be valid there.
pub unsafe fn fill(address: usize, byte: u8, size: usize) {
    // SAFETY: the caller guarantees the memory.
    unsafe {
        asm!("rep stosb", inout("rcx") size => _, inout("rdi") address => _, in("al") byte,
             options(nostack, preserves_flags));
    }
}

/// Copies bytes; the compiler calls this.
#[unsafe(no_mangle)]
extern "C" fn memcpy(to: *mut u8, from: *const u8, size: usize) -> *mut u8 {
    // SAFETY: the compiler passes two valid ranges that do not overlap.
    unsafe {
        asm!("rep movsb", inout("rcx") size => _, inout("rdi") to => _, inout("rsi") from => _,
             options(nostack, preserves_flags));
    }
    to
}

/// Fills bytes; the compiler calls this.
#[unsafe(no_mangle)]
extern "C" fn memset(to: *mut u8, byte: i32, size: usize) -> *mut u8 {
    // SAFETY: the compiler passes a valid range.
    unsafe {
        asm!("rep stosb", inout("rcx") size => _, inout("rdi") to => _, in("al") byte as u8,
             options(nostack, preserves_flags));
    }
    to
}

/// Returns the byte at an address plus the base of FS, plus 256 times the byte by the base of GS.
///
/// # Safety
///
/// The address plus either base must be readable memory.
pub unsafe fn thread_pointer_probe(address: usize) -> isize {
    let (fs, gs): (u32, u32);
    // SAFETY: nothing is written; the caller guarantees the memory.
    unsafe {
        asm!(
            "movzx {fs:e}, byte ptr fs:[{address}]",
            "movzx {gs:e}, byte ptr gs:[{address}]",
            address = in(reg) address,
            fs = out(reg) fs,
            gs = lateout(reg) gs,
            options(nostack, readonly, preserves_flags),
        );
    }
    (fs + (gs << 8)) as isize
}

/// Raises an exception of the processor: kind 0 executes the address, 1 is an undefined
/// instruction, 2 a breakpoint, and 3 stores below the address with the stack pointer there. Kind
/// 4 divides by 0.
///
/// # Safety
///
/// The process must end by the exception, or by the signal that it becomes.
#[unsafe(naked)]
pub unsafe extern "C" fn raise(kind: usize, address: usize) -> isize {
    naked_asm!(
        "dec edi; js 2f; jz 3f; dec edi; jz 4f; dec edi; jz 5f",
        "xor ecx, ecx; xor eax, eax; cdq; div ecx",
        "2: jmp rsi",
        "4: int3; ret",
        "5: mov rsp, rsi; push rax",
        "3: ud2",
    )
}
