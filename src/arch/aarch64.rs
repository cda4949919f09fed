//! AArch64.

use core::arch::{asm, naked_asm};
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicU32, Ordering};

use posix_conformance::abi::aarch64::SA_RESTORER;
use posix_conformance::abi::numbers;

use super::{Handler, Thread};

/// Instructions of Advanced SIMD; nothing in a build that must not use it.
#[cfg(target_feature = "neon")]
macro_rules! simd {
    ($($instructions:literal),+) => {
        concat!($($instructions, "\n"),+)
    };
}
#[cfg(not(target_feature = "neon"))]
macro_rules! simd {
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
            // AAPCS64 aligns the stack to 16 bytes. A kernel may not have done so. The function
            // does not return.
            "mov x0, sp",
            "and sp, x0, -16",
            "bl {main}",
            ".previous",
            main = sym $main,
        );
    };
}
pub(crate) use start;

/// A bit for each part of the registers that [`syscall`] has found changed; see [`take_lost`].
static LOST: AtomicU32 = AtomicU32::new(0);

/// Returns a bit for each part of the registers that a kernel has lost since the last call of this
/// function: 1 for integer registers, 4 for the vector registers, 16 for FPCR and FPSR, 32 for the
/// condition flags, 64 for the thread pointer. All bits are set where no signal came.
pub fn take_lost() -> u8 {
    // A load and a store: an exchange of exclusive accesses would take a loop.
    let lost = LOST.load(Ordering::Relaxed);
    LOST.store(0, Ordering::Relaxed);
    lost as u8
}

/// Makes a system call of six arguments; returns `x0` unchanged. Notes what the kernel changes of
/// the registers: all but `x0` are the program's.
///
/// Every call of a row is such a probe: calls that block, that fail, and that another thread or a
/// signal handler interrupts. The value in the registers without an argument is that of the stack
/// pointer, so that two threads have two values. The caller's d8 to d15 are not put back: no
/// function of the program uses them.
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
        "stp x19, x20, [sp, -128]!; stp x21, x22, [sp, 16]; stp x23, x24, [sp, 32]",
        "stp x25, x26, [sp, 48]; stp x27, x28, [sp, 64]; stp x29, x30, [sp, 80]",
        "stp x0, x1, [sp, 96]; mrs x9, tpidr_el0; str x9, [sp, 112]",
        // The area has 24 integer registers and, above them, 32 vector registers.
        "sub x10, sp, {area}; 2: stp x10, x10, [sp, -16]!; cmp sp, x10; b.ne 2b",
        simd!(
            "add x9, sp, 192; ld1 {{v0.2d-v3.2d}}, [x9], 64; ld1 {{v4.2d-v7.2d}}, [x9], 64",
            "ld1 {{v8.2d-v11.2d}}, [x9], 64; ld1 {{v12.2d-v15.2d}}, [x9], 64",
            "ld1 {{v16.2d-v19.2d}}, [x9], 64; ld1 {{v20.2d-v23.2d}}, [x9], 64",
            "ld1 {{v24.2d-v27.2d}}, [x9], 64; ld1 {{v28.2d-v31.2d}}, [x9], 64",
            "mov w11, {fpcr}; msr fpcr, x11; mov w11, {fpsr}; msr fpsr, x11"
        ),
        "msr tpidr_el0, x10",
        "mov x8, x0; ldp x4, x5, [x1, 32]; ldp x2, x3, [x1, 16]; ldp x0, x1, [x1]",
        "ldp x6, x7, [sp]; ldp x9, x10, [sp, 16]; ldp x11, x12, [sp, 32]; ldp x13, x14, [sp, 48]",
        "ldp x15, x16, [sp, 64]; ldp x17, x18, [sp, 80]; ldp x19, x20, [sp, 96]",
        "ldp x21, x22, [sp, 112]; ldp x23, x24, [sp, 128]; ldp x25, x26, [sp, 144]",
        "ldp x27, x28, [sp, 160]; ldp x29, x30, [sp, 176]",
        "tbnz x8, 63, 2f; svc 0; b 4f",
        // The loop does not change the flags. Afterwards x9 has its value again where x0 has kept
        // that of x8.
        "2: mov x9, x0; mov x0, x8; ldr w6, [x9]; mov w7, {looks}",
        "3: ldr w10, [x9]; sub w10, w10, w6; cbnz w10, 3f; sub w7, w7, 1; cbnz w7, 3b",
        "adrp x6, {lost}; mov w7, 255; str w7, [x6, :lo12:{lost}]",
        "3: ldp x6, x7, [sp]; mov x10, x11; sub x9, x0, x8; add x9, x9, x11",
        "4: stp x6, x7, [sp]; stp x9, x10, [sp, 16]; stp x11, x12, [sp, 32]",
        "stp x13, x14, [sp, 48]; stp x15, x16, [sp, 64]; stp x17, x18, [sp, 80]",
        "stp x19, x20, [sp, 96]; stp x21, x22, [sp, 112]; stp x23, x24, [sp, 128]",
        "stp x25, x26, [sp, 144]; stp x27, x28, [sp, 160]; stp x29, x30, [sp, 176]",
        // w6 has a bit for each part that was lost.
        "mrs x6, nzcv; mov w7, {nzcv}; cmp w6, w7; cset w6, ne; lsl w6, w6, 5",
        "mrs x7, tpidr_el0; cmp sp, x7; b.eq 2f; orr w6, w6, 64",
        "2: add x9, sp, {area}; ldp x10, x11, [x9, 96]; ldr x12, [x9, 112]; msr tpidr_el0, x12",
        "ldp x12, x13, [x11, 8]; ldp x14, x15, [x11, 24]; ldr x16, [x11, 40]",
        "cmp x1, x12; ccmp x2, x13, 0, eq; ccmp x3, x14, 0, eq; ccmp x4, x15, 0, eq",
        "ccmp x5, x16, 0, eq; ccmp x8, x10, 0, eq; b.eq 2f; orr w6, w6, 1; 2:",
        simd!(
            "mrs x10, fpcr; mrs x11, fpsr; orr w10, w10, w11; mov w11, {fpcr} | {fpsr}",
            "cmp w10, w11; b.eq 2f; orr w6, w6, 16; 2: msr fpcr, xzr; add x10, sp, 192",
            "st1 {{v0.2d-v3.2d}}, [x10], 64; st1 {{v4.2d-v7.2d}}, [x10], 64",
            "st1 {{v8.2d-v11.2d}}, [x10], 64; st1 {{v12.2d-v15.2d}}, [x10], 64",
            "st1 {{v16.2d-v19.2d}}, [x10], 64; st1 {{v20.2d-v23.2d}}, [x10], 64",
            "st1 {{v24.2d-v27.2d}}, [x10], 64; st1 {{v28.2d-v31.2d}}, [x10], 64"
        ),
        "mov x10, sp; add x11, sp, 192; mov w12, 1",
        "2: ldr x13, [x10], 8; cmp sp, x13; b.eq 3f; orr w6, w6, w12",
        "3: cmp x10, x11; b.ne 3f; mov w12, 4; 3: cmp x10, x9; b.ne 2b; mov sp, x9",
        "adrp x10, {lost}; ldr w11, [x10, :lo12:{lost}]; orr w6, w6, w11",
        "str w6, [x10, :lo12:{lost}]; ldp x21, x22, [sp, 16]; ldp x23, x24, [sp, 32]",
        "ldp x25, x26, [sp, 48]; ldp x27, x28, [sp, 64]; ldp x29, x30, [sp, 80]",
        "ldp x19, x20, [sp], 128; ret",
        // The freestanding build names these nowhere else.
        "/* {fpcr} {fpsr} */",
        area = const AREA,
        fpcr = const FPCR,
        fpsr = const FPSR,
        nzcv = const NZCV,
        looks = const LOOKS_MAX,
        lost = sym LOST,
    )
}

/// The bytes of the area in which [`syscall`] has its values: for 24 integer registers, and for 32
/// vector registers.
const AREA: usize = 24 * 8 + 32 * 16;
/// FPCR during a call: rounded towards 0, subnormal numbers are 0, NaN is the default one.
const FPCR: u32 = 0x03c0_0000;
/// FPSR during a call: an instruction has saturated.
const FPSR: u32 = 0x0800_0000;
/// The condition flags during a call, Z and C: those of the comparison that ends the filling of the
/// area.
const NZCV: u32 = 0x6000_0000;
/// The number of looks at the handler's count: less than a second on a slow processor.
const LOOKS_MAX: u32 = 1 << 27;

/// Makes a system call of up to four arguments on the suite's own account.
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
    // SAFETY: as for `syscall`.
    unsafe { four(first, set(second), set(third), set(fourth), number.into()) }
}

/// Makes a system call of one argument; see [`syscall4`].
///
/// # Safety
///
/// As for [`syscall`].
#[inline(always)]
pub unsafe fn syscall1(number: u16, first: usize) -> isize {
    // SAFETY: as for `syscall`.
    unsafe { one(first, UNSET, UNSET, UNSET, number.into()) }
}

/// Makes a system call of two arguments; see [`syscall4`].
///
/// # Safety
///
/// As for [`syscall`].
#[inline(always)]
pub unsafe fn syscall2(number: u16, first: usize, second: usize) -> isize {
    // SAFETY: as for `syscall`.
    unsafe { two(first, set(second), UNSET, UNSET, number.into()) }
}

/// Makes a system call of three arguments; see [`syscall4`].
///
/// # Safety
///
/// As for [`syscall`].
#[inline(always)]
pub unsafe fn syscall3(number: u16, first: usize, second: usize, third: usize) -> isize {
    // SAFETY: as for `syscall`.
    unsafe { three(first, set(second), set(third), UNSET, number.into()) }
}

/// Makes a system call without a look at the registers; see [`syscall`].
///
/// # Safety
///
/// As for [`syscall`].
#[unsafe(naked)]
pub unsafe extern "C" fn plain_syscall(number: isize, args: &[usize; 6]) -> isize {
    naked_asm!(
        "mov x8, x0; mov x9, x1; ldp x0, x1, [x9]; ldp x2, x3, [x9, 16]",
        "ldp x4, x5, [x9, 32]; svc 0; ret",
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
    // SAFETY: as for `syscall`.
    unsafe { five(first, second, third, fourth, fifth, number.into()) }
}

/// A register that a function below sets, so that its callers do not.
type Register = MaybeUninit<usize>;
const UNSET: Register = MaybeUninit::uninit();

fn set(value: usize) -> Register {
    MaybeUninit::new(value)
}

/// Defines the entries of the system call instruction: each sets one argument more to 0.
///
/// They are functions, so that the compiler expects as little of the registers afterwards as after
/// any other. `asm!` blocks that say so would make their callers save d8 to d15.
macro_rules! entries {
    ($($name:ident: $instructions:literal $(, $next:ident)?;)*) => {$(
        #[unsafe(naked)]
        unsafe extern "C" fn $name(
            first: usize,
            second: Register,
            third: Register,
            fourth: Register,
            number: usize,
        ) -> isize {
            naked_asm!($instructions, $("b {next}", next = sym $next)?)
        }
    )*};
}

entries! {
    one: "mov x1, xzr", two;
    two: "mov x2, xzr", three;
    three: "mov x3, xzr", four;
    four: "mov x8, x4; svc 0; ret";
}

/// The same with five arguments.
#[unsafe(naked)]
unsafe extern "C" fn five(
    first: usize,
    second: usize,
    third: usize,
    fourth: usize,
    fifth: usize,
    number: usize,
) -> isize {
    naked_asm!("mov x8, x5; svc 0; ret")
}

/// Starts a thread that runs `T` on the stack that ends at `stack`; returns the result of clone(2).
///
/// The kernel stores the thread's id in the 32-bit word at `tid`, and clears the word when the
/// thread ends. Where a faulty kernel returns 0 without a new stack, the caller goes on.
///
/// # Safety
///
/// The flags must include `CLONE_VM`. Nothing else may use the stack until the thread has ended, or
/// rely on the word.
#[unsafe(naked)]
pub unsafe extern "C" fn clone_thread<T: Thread>(
    flags: i64,
    stack: usize,
    tid: usize,
    argument: usize,
) -> isize {
    naked_asm!(
        "mov x5, x3",
        "mov x4, x2",
        "mov x3, xzr",
        "mov x8, {number}",
        "svc 0",
        "cbnz x0, 2f",
        "cmp sp, x1",
        "b.ne 2f",
        "mov x0, x5",
        "bl {run}",
        "2: ret",
        number = const numbers::CLONE,
        run = sym T::run,
    )
}

/// Ends the calling thread by exit(2), without use of its stack.
pub fn exit_thread() -> ! {
    // SAFETY: the thread ends.
    unsafe {
        asm!(
            "2:",
            "mov w8, {number}",
            "mov x0, xzr",
            "svc 0",
            "b 2b",
            number = const numbers::EXIT,
            options(noreturn, nostack),
        )
    }
}

/// The stack in bytes that a thread needs to receive signals.
///
/// The thread's own frames and those of the handler take less than 3 KiB. A signal frame takes
/// 4.6 KiB, and more where a kernel writes the state of SVE that the program does not use.
pub const SIGNAL_STACK_SIZE: usize = 12_288;

/// The greatest distance of `siginfo_t` from the stack pointer at the handler's entry, in bytes.
pub const SIGNAL_INFO_REACH: usize = 8192;

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
/// It changes what the kernel must restore; see [`syscall`]. The thread pointer is not restored: it
/// is the program's, and the signal frame does not have it.
#[unsafe(naked)]
extern "C" fn handler<H: Handler>() {
    naked_asm!(
        // Where a call pushes the return address, an aligned stack pointer is 8 less at an entry.
        "sub x3, sp, 8",
        "mov x28, xzr",
        simd!("movi v15.2d, 0", "msr fpcr, xzr", "msr fpsr, xzr"),
        "b {handle}",
        handle = sym H::handle,
    )
}

/// rt_sigreturn(2), with the stack pointer where the handler's return leaves it.
#[unsafe(naked)]
extern "C" fn restorer() {
    naked_asm!(
        "mov w8, {number}",
        "svc 0",
        number = const numbers::RT_SIGRETURN,
    )
}

/// A load or a store has an address that its size divides: a kernel may trap others (SCTLR_EL1.A).
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
        "2: cbz x2, 3f; sub x2, x2, 1; ldrb w3, [x1, x2]; strb w3, [x0, x2]; b 2b",
        "3: ret"
    )
}

/// Fills bytes; the compiler calls this.
#[unsafe(naked)]
#[unsafe(no_mangle)]
extern "C" fn memset(to: *mut u8, byte: i32, size: usize) -> *mut u8 {
    naked_asm!(
        "2: cbz x2, 3f; sub x2, x2, 1; strb w1, [x0, x2]; b 2b",
        "3: ret"
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
        "cbz x0, 2f; subs x0, x0, 1; b.eq 3f; subs x0, x0, 1; b.eq 4f",
        "mov sp, x1; str x0, [sp, -16]!",
        "3: udf 0",
        "2: br x1",
        "4: brk 0; ret",
    )
}
