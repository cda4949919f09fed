//! RISC-V with 64 bits.

use core::arch::{asm, naked_asm};
use core::sync::atomic::{AtomicU32, Ordering};

use posix_conformance::abi::flags::SIGURG;
use posix_conformance::abi::numbers;

pub use super::zeros::{syscall1, syscall2, syscall3};
use super::{Handler, Thread};

/// Floating-point instructions; nothing in a build that must not use them.
///
/// Zicsr is part of F and D, which a stable compiler does not name here.
#[cfg(target_feature = "zicsr")]
macro_rules! fp {
    ($($instructions:literal),+) => {
        concat!($($instructions, "\n"),+)
    };
}
#[cfg(not(target_feature = "zicsr"))]
macro_rules! fp {
    ($($instructions:literal),+) => {
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
            // The psABI aligns the stack to 16 bytes. A kernel may not have done so. The function
            // does not return.
            "andi sp, sp, -16",
            "call {main}",
            ".previous",
            main = sym $main,
        );
    };
}
pub(crate) use start;

/// A bit for each part of the registers that [`syscall`] has found changed; see [`take_lost`].
static LOST: AtomicU32 = AtomicU32::new(0);

/// Returns a bit for each part of the registers that a kernel has lost since the last call of this
/// function: 1 for integer registers, 4 for floating-point registers, 16 for fcsr, 64 for the
/// thread pointer. All bits are set where no signal came.
pub fn take_lost() -> u8 {
    LOST.swap(0, Ordering::Relaxed) as u8
}

/// Makes a system call of six arguments; returns `a0` unchanged. Notes what the kernel changes of
/// the registers: all but `a0` are the program's.
///
/// Every call of a row is such a probe: calls that block, that fail, and that another thread or a
/// signal handler interrupts. The value in the registers without an argument is that of the stack
/// pointer, so that two threads have two values. The caller's gp, tp and fs0 to fs11 are not put
/// back: no function of the program uses them.
///
/// With [`WAIT_FOR_SIGNAL`](super::WAIT_FOR_SIGNAL) for the number it waits until a handler has
/// changed the 32-bit word at the first argument. The signal comes between two instructions of the
/// loop, where the kernel may change no register.
///
/// # Safety
///
/// The call may change memory, mappings and signal handlers only as the rest of the program
/// expects. The word must be one in which the handler counts.
#[unsafe(naked)]
pub unsafe extern "C" fn syscall(number: isize, args: &[usize; 6]) -> isize {
    naked_asm!(
        "addi sp, sp, -128; sd ra, 0(sp); sd s0, 8(sp); sd s1, 16(sp); sd s2, 24(sp)",
        "sd s3, 32(sp); sd s4, 40(sp); sd s5, 48(sp); sd s6, 56(sp); sd s7, 64(sp)",
        "sd s8, 72(sp); sd s9, 80(sp); sd s10, 88(sp); sd s11, 96(sp); sd a0, 104(sp)",
        "sd a1, 112(sp)",
        "addi sp, sp, -{area}; addi t0, sp, {area} - 256; addi t1, sp, {area}",
        "2: sd sp, 0(t0); addi t0, t0, 8; bne t0, t1, 2b",
        fp!(
            "fld f0, 176(sp); fld f1, 184(sp); fld f2, 192(sp); fld f3, 200(sp)",
            "fld f4, 208(sp); fld f5, 216(sp); fld f6, 224(sp); fld f7, 232(sp)",
            "fld f8, 240(sp); fld f9, 248(sp); fld f10, 256(sp); fld f11, 264(sp)",
            "fld f12, 272(sp); fld f13, 280(sp); fld f14, 288(sp); fld f15, 296(sp)",
            "fld f16, 304(sp); fld f17, 312(sp); fld f18, 320(sp); fld f19, 328(sp)",
            "fld f20, 336(sp); fld f21, 344(sp); fld f22, 352(sp); fld f23, 360(sp)",
            "fld f24, 368(sp); fld f25, 376(sp); fld f26, 384(sp); fld f27, 392(sp)",
            "fld f28, 400(sp); fld f29, 408(sp); fld f30, 416(sp); fld f31, 424(sp)",
            "li t0, {fcsr}; fscsr t0"
        ),
        "mv ra, sp; mv gp, sp; mv t0, sp; mv t1, sp; mv t2, sp; mv t3, sp; mv t4, sp; mv t5, sp",
        "mv t6, sp; mv s0, sp; mv s1, sp; mv s2, sp; mv s3, sp; mv s4, sp; mv s5, sp; mv s6, sp",
        "mv s7, sp; mv s8, sp; mv s9, sp; mv s10, sp; mv s11, sp; mv a6, sp; mv tp, sp",
        "mv a7, a0; ld a5, 40(a1); ld a4, 32(a1); ld a3, 24(a1); ld a2, 16(a1); ld a0, 0(a1)",
        "ld a1, 8(a1)",
        "bltz a7, 2f; ecall; j 4f",
        // Afterwards t1 has its value again where a0 has kept that of a7.
        "2: mv t1, a0; mv a0, a7; lw t2, 0(t1); li t3, {looks}",
        "3: lw t4, 0(t1); bne t4, t2, 3f; addi t3, t3, -1; bnez t3, 3b",
        "lla t1, {lost}; li t2, 255; sw t2, 0(t1)",
        "3: mv t2, sp; mv t3, sp; mv t4, sp; sub t1, a0, a7; add t1, t1, sp",
        "4: sd ra, 0(sp); sd gp, 8(sp); sd t0, 16(sp); sd t1, 24(sp); sd t2, 32(sp)",
        "sd t3, 40(sp); sd t4, 48(sp); sd t5, 56(sp); sd t6, 64(sp); sd s0, 72(sp)",
        "sd s1, 80(sp); sd s2, 88(sp); sd s3, 96(sp); sd s4, 104(sp); sd s5, 112(sp)",
        "sd s6, 120(sp); sd s7, 128(sp); sd s8, 136(sp); sd s9, 144(sp); sd s10, 152(sp)",
        "sd s11, 160(sp); sd a6, 168(sp)",
        // s0 has a bit for each part that was lost.
        "ld s0, {area} + 104(sp); sub a7, a7, s0; ld s1, {area} + 112(sp); ld s0, 8(s1)",
        "sub a1, a1, s0; ld s0, 16(s1); sub a2, a2, s0; ld s0, 24(s1); sub a3, a3, s0",
        "ld s0, 32(s1); sub a4, a4, s0; ld s0, 40(s1); sub a5, a5, s0; or a1, a1, a2",
        "or a3, a3, a4; or a1, a1, a5; or a1, a1, a3; or a1, a1, a7; snez s0, a1",
        "beq tp, sp, 2f; ori s0, s0, 64; 2:",
        fp!(
            "frcsr a1; addi a1, a1, -{fcsr}; beqz a1, 2f; ori s0, s0, 16; 2: fscsr zero",
            "fsd f0, 176(sp); fsd f1, 184(sp); fsd f2, 192(sp); fsd f3, 200(sp)",
            "fsd f4, 208(sp); fsd f5, 216(sp); fsd f6, 224(sp); fsd f7, 232(sp)",
            "fsd f8, 240(sp); fsd f9, 248(sp); fsd f10, 256(sp); fsd f11, 264(sp)",
            "fsd f12, 272(sp); fsd f13, 280(sp); fsd f14, 288(sp); fsd f15, 296(sp)",
            "fsd f16, 304(sp); fsd f17, 312(sp); fsd f18, 320(sp); fsd f19, 328(sp)",
            "fsd f20, 336(sp); fsd f21, 344(sp); fsd f22, 352(sp); fsd f23, 360(sp)",
            "fsd f24, 368(sp); fsd f25, 376(sp); fsd f26, 384(sp); fsd f27, 392(sp)",
            "fsd f28, 400(sp); fsd f29, 408(sp); fsd f30, 416(sp); fsd f31, 424(sp)"
        ),
        "mv a1, sp; addi a2, sp, {area} - 256; li a3, 1",
        "2: ld a4, 0(a1); beq a4, sp, 3f; or s0, s0, a3; 3: addi a1, a1, 8; bne a1, a2, 2b",
        "addi a2, sp, {area}; slli a3, a3, 2; bne a1, a2, 2b",
        "lla a1, {lost}; amoor.w zero, s0, (a1); addi sp, sp, {area}",
        "ld ra, 0(sp); ld s0, 8(sp); ld s1, 16(sp); ld s2, 24(sp); ld s3, 32(sp); ld s4, 40(sp)",
        "ld s5, 48(sp); ld s6, 56(sp); ld s7, 64(sp); ld s8, 72(sp); ld s9, 80(sp)",
        "ld s10, 88(sp); ld s11, 96(sp); addi sp, sp, 128; ret",
        // A build without floating point names it nowhere else.
        "/* {fcsr} */",
        area = const AREA,
        fcsr = const FCSR,
        looks = const LOOKS_MAX,
        lost = sym LOST,
    )
}

/// The bytes of the area in which [`syscall`] has its values: for 22 integer registers, and for 32
/// floating-point registers.
const AREA: usize = 22 * 8 + 32 * 8;
/// fcsr during a call: rounded towards 0, all exceptions have occurred.
const FCSR: u32 = 0x3f;
/// The number of looks at the handler's count: less than a second on a slow processor.
const LOOKS_MAX: u32 = 1 << 27;

/// Makes a system call of up to four arguments on the suite's own account.
///
/// The compiler expects as little of the registers afterwards as after any function.
///
/// # Safety
///
/// As for [`syscall`].
#[inline(always)]
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
            "ecall",
            inlateout("a0") first => result,
            in("a1") second,
            in("a2") third,
            in("a3") fourth,
            in("a7") usize::from(number),
            clobber_abi("C"),
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
        "mv a7, a0; mv t0, a1; ld a0, 0(t0); ld a1, 8(t0); ld a2, 16(t0); ld a3, 24(t0)",
        "ld a4, 32(t0); ld a5, 40(t0); ecall; ret",
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
            "ecall",
            inlateout("a0") first => result,
            in("a1") second,
            in("a2") third,
            in("a3") fourth,
            in("a4") fifth,
            in("a7") usize::from(number),
            clobber_abi("C"),
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
    // SAFETY: clone(2) gives the child the stack in a1, and the child never leaves the asm. Where
    // a faulty kernel returns 0 without a new stack, the parent goes on.
    unsafe {
        asm!(
            "ecall",
            "bnez a0, 2f",
            "bne sp, a1, 2f",
            "mv a0, a5",
            "call {run}",
            "2:",
            run = sym T::run,
            inlateout("a0") flags => result,
            in("a1") stack,
            in("a2") tid,
            in("a3") 0,
            in("a4") tid,
            in("a5") argument,
            in("a7") usize::from(numbers::CLONE),
            clobber_abi("C"),
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
            "li a7, {number}",
            "li a0, 0",
            "ecall",
            "j 2b",
            number = const numbers::EXIT,
            options(noreturn, nostack),
        )
    }
}

/// The stack in bytes that a thread needs to receive signals.
///
/// The thread's own frames and those of the handler take less than 3 KiB. A signal frame takes
/// 1.1 KiB, and up to 8 KiB more where a kernel writes vector registers of 2048 bits, which the
/// program does not use.
pub const SIGNAL_STACK_SIZE: usize = 12_288;

/// The greatest distance of `siginfo_t` from the stack pointer at the handler's entry, in bytes.
pub const SIGNAL_INFO_REACH: usize = 4096;

/// The kernel's `struct sigaction`: handler, flags, mask; and the mask again, for kernels that read
/// it where other processors have it.
#[repr(transparent)]
pub struct Action([usize; 4]);

/// An action that installs the handler `H`.
pub fn action<H: Handler>(flags: usize, mask: usize) -> Action {
    Action([handler_address::<H>(), flags, mask, mask])
}

/// The address of the signal handler's entry, which calls `H`.
pub fn handler_address<H: Handler>() -> usize {
    handler::<H> as *const () as usize
}

/// The address of the code that a handler returns to, but for that of SIGURG.
pub fn restorer_address() -> usize {
    restorer as *const () as usize
}

/// The signal handler's entry.
///
/// The kernel gives the return address, as Linux does that of its vDSO: `struct sigaction` has
/// none. The handler of SIGURG alone returns there. That of another signal makes the call by
/// itself, so that its checks do not depend on the address.
///
/// It changes what the kernel must restore; see [`syscall`].
#[unsafe(naked)]
extern "C" fn handler<H: Handler>() {
    naked_asm!(
        // Where a call pushes the return address, an aligned stack pointer is 8 less at an entry.
        "addi a3, sp, -8",
        "li s11, 0",
        "li tp, 0",
        fp!("fmv.d.x fs11, zero", "fscsr zero"),
        "li a4, {direct}",
        "beq a0, a4, 2f",
        "lla ra, {restorer}",
        "2:",
        "tail {handle}",
        direct = const SIGURG,
        restorer = sym restorer,
        handle = sym H::handle,
    )
}

/// rt_sigreturn(2), with the stack pointer where the handler's return leaves it.
#[unsafe(naked)]
extern "C" fn restorer() {
    naked_asm!(
        "li a7, {number}",
        "ecall",
        number = const numbers::RT_SIGRETURN,
    )
}

/// A load or a store has an address that its size divides: others may trap (RISC-V ISA, 2.6).
pub const UNALIGNED_ACCESS: bool = false;

/// Fills memory with a byte.
///
/// # Safety
///
/// The memory must be mapped, and any bytes must be valid there.
pub unsafe fn fill(address: usize, byte: u8, size: usize) {
    memset(address as *mut u8, byte.into(), size);
}

/// Copies bytes; the compiler calls this.
#[unsafe(naked)]
#[unsafe(no_mangle)]
extern "C" fn memcpy(to: *mut u8, from: *const u8, size: usize) -> *mut u8 {
    naked_asm!(
        "add a2, a2, a0; mv a3, a0; j 3f",
        "2: lbu a4, 0(a1); sb a4, 0(a3); addi a1, a1, 1; addi a3, a3, 1",
        "3: bne a3, a2, 2b; ret"
    )
}

/// Fills bytes; the compiler calls this.
#[unsafe(naked)]
#[unsafe(no_mangle)]
extern "C" fn memset(to: *mut u8, byte: i32, size: usize) -> *mut u8 {
    naked_asm!(
        "add a2, a2, a0; mv a3, a0; j 3f",
        "2: sb a1, 0(a3); addi a3, a3, 1",
        "3: bne a3, a2, 2b; ret"
    )
}

/// Returns 0: no row of this processor has the probe, since [`syscall`] is one of its thread
/// pointer too.
///
/// # Safety
///
/// None is needed.
pub unsafe fn thread_pointer_probe(_address: usize) -> isize {
    0
}

/// Raises an exception of the processor: kind 0 executes the address, 1 is an undefined
/// instruction, 2 a breakpoint, and 3 stores below the address with the stack pointer there.
///
/// # Safety
///
/// The process must end by the exception, or by the signal that it becomes.
#[unsafe(naked)]
pub unsafe extern "C" fn raise(kind: usize, address: usize) -> isize {
    naked_asm!(
        "beqz a0, 2f; addi a0, a0, -1; beqz a0, 3f; addi a0, a0, -1; beqz a0, 4f",
        "mv sp, a1; sd a0, -16(sp)",
        "3: unimp",
        "2: jr a1",
        "4: ebreak; ret",
    )
}
