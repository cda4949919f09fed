//! x86-64.

use core::arch::{asm, naked_asm};

use posix_conformance::abi::flags::SA_RESTORER;
use posix_conformance::abi::numbers;

use super::{Handler, Thread};

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
            "call {main}",
            "ud2",
            ".previous",
            main = sym $main,
        );
    };
}
pub(crate) use start;

/// Makes a system call of up to six arguments; returns `rax` unchanged.
///
/// Arguments that the call does not take may have any value: a kernel must ignore them.
///
/// # Safety
///
/// The call may change memory, mappings and signal handlers only as the rest of the program
/// expects.
#[inline(never)]
pub unsafe fn syscall(number: u16, args: &[usize; 6]) -> isize {
    let result;
    // SAFETY: the instruction clobbers what is declared; the caller guarantees the rest.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") usize::from(number) => result,
            in("rdi") args[0],
            in("rsi") args[1],
            in("rdx") args[2],
            in("r10") args[3],
            in("r8") args[4],
            in("r9") args[5],
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    result
}

/// Makes a system call of up to four arguments on the suite's own account.
///
/// The arguments are passed in registers: an array would cost 20 bytes a call.
///
/// # Safety
///
/// As for [`syscall`].
#[inline(never)]
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
/// function has at its entry. It is passed on as the fourth argument.
#[unsafe(naked)]
extern "C" fn handler<H: Handler>() {
    naked_asm!(
        "mov rcx, rsp",
        // The kernel must restore it; see `register_probe`.
        sse!("pxor xmm15, xmm15"),
        "jmp {handle}",
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

/// The value in every register and every word of the red zone: no two of its bytes are equal.
const MARK: u64 = 0x5ac3_96e1_0f3c_a578;
/// The number of looks at the handler's count: less than a second on a slow processor.
const LOOKS_MAX: u64 = 1 << 28;

/// Waits in user mode until a signal handler has run; returns a bit for each part that survived.
///
/// Bit 0 is the integer registers, bit 1 the red zone, bit 2 an SSE register. The signal comes
/// between two instructions of the loop, where the kernel may change no register: a kernel that
/// returns by `sysret` loses `rcx` and `r11`.
///
/// # Safety
///
/// `count` must be the address of the 32-bit word in which the handler counts.
pub unsafe fn register_probe(count: usize) -> isize {
    let (sum, zone, vector, left): (u64, u64, u64, u64);
    // SAFETY: the asm writes the red zone, which the compiler does not use around an asm without
    // `nostack`. It reads the count, whose address the caller guarantees.
    unsafe {
        asm!(
            "lea rdi, [rsp - 128]",
            "mov ecx, 16",
            "rep stosq",
            "mov rcx, rax",
            "mov rdx, rax",
            "mov rsi, rax",
            "mov rdi, rax",
            "mov r8, rax",
            "mov r9, rax",
            "mov r10, rax",
            "mov r11, rax",
            sse!("movq xmm15, rax"),
            "mov r15d, [r12]",
            "2:",
            "dec r13",
            "jz 3f",
            "cmp r15d, [r12]",
            "je 2b",
            "3:",
            "add rax, rcx",
            "add rax, rdx",
            "add rax, rsi",
            "add rax, rdi",
            "add rax, r8",
            "add rax, r9",
            "add rax, r10",
            "add rax, r11",
            sse!("movq rdi, xmm15"),
            "xor edx, edx",
            "mov ecx, 16",
            "4:",
            "add rdx, [rsp + 8*rcx - 136]",
            "loop 4b",
            inout("rax") MARK => sum,
            inout("r12") count => _,
            inout("r13") LOOKS_MAX => left,
            out("rdx") zone,
            out("rdi") vector,
            out("r15") _,
            clobber_abi("sysv64"),
        );
    }
    let integers = isize::from(sum == MARK.wrapping_mul(9));
    let zone = isize::from(zone == MARK.wrapping_mul(16));
    let vector = isize::from(vector == MARK);
    if left == 0 {
        return 0;
    }
    integers | zone << 1 | vector << 2
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
