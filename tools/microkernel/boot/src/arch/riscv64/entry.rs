//! The switch to the program and back: the code that the processor runs at each trap.

use core::arch::global_asm;
use core::mem::offset_of;

use microkernel_core::arch::riscv64::Context;

// `sscratch` holds the address of the thread's `Context` while the program runs, and 0 while the
// kernel runs. `kernel_enter` returns when the program has trapped.
global_asm!(
    r#"
    .option push
    .option norelax
    .option arch, +d
    .globl kernel_enter, kernel_trap
kernel_enter:
    addi sp, sp, -208
    sd ra, 0(sp)
    sd s0, 8(sp)
    sd s1, 16(sp)
    .irp n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    sd s\n, 8 * \n + 8(sp)
    .endr
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    fsd fs\n, 8 * \n + 104(sp)
    .endr
    la t0, kernel_stack
    sd sp, 0(t0)
    csrw sscratch, a0
    li t0, {user_clear}
    csrc sstatus, t0
    li t0, {user_set}
    csrs sstatus, t0
    ld t0, {fcsr}(a0)
    fscsr t0
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    fld f\n, {floats} + 8 * \n(a0)
    .endr
    .irp n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    fld f\n, {floats} + 8 * \n(a0)
    .endr
    ld t0, 0(a0)
    csrw sepc, t0
    .irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24
    ld x\n, 8 * \n(a0)
    .endr
    .irp n, 25, 26, 27, 28, 29, 30, 31, 10
    ld x\n, 8 * \n(a0)
    .endr
    sret

    .balign 4
kernel_trap:
    csrrw a0, sscratch, a0
    beqz a0, trap_in_kernel
    .irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24
    sd x\n, 8 * \n(a0)
    .endr
    .irp n, 25, 26, 27, 28, 29, 30, 31
    sd x\n, 8 * \n(a0)
    .endr
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    fsd f\n, {floats} + 8 * \n(a0)
    .endr
    .irp n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    fsd f\n, {floats} + 8 * \n(a0)
    .endr
    frcsr t0
    sd t0, {fcsr}(a0)
    csrrw t0, sscratch, zero
    sd t0, 80(a0)
    csrr t0, sepc
    sd t0, 0(a0)
    csrr t0, scause
    sd t0, {cause}(a0)
    csrr t0, stval
    sd t0, {value}(a0)
    la t0, kernel_stack
    ld sp, 0(t0)
    ld ra, 0(sp)
    ld s0, 8(sp)
    ld s1, 16(sp)
    .irp n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    ld s\n, 8 * \n + 8(sp)
    .endr
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    fld fs\n, 8 * \n + 104(sp)
    .endr
    addi sp, sp, 208
    ret

    /* Interrupts are disabled in the kernel; an exception is an error of the kernel. */
trap_in_kernel:
    csrr a0, scause
    csrr a1, sepc
    csrr a2, stval
    call {exception}
    .option pop

    .section .bss.trap, "aw", @nobits
    .balign 8
kernel_stack: .skip 8
    .text
    "#,
    floats = const offset_of!(Context, floats),
    fcsr = const offset_of!(Context, fcsr),
    cause = const offset_of!(Context, cause),
    value = const offset_of!(Context, value),
    user_clear = const SUPERVISOR,
    user_set = const INTERRUPTS | FLOATS,
    exception = sym kernel_exception,
);

// Bits of `sstatus` (RISC-V privileged architecture, section 4.1.1): `sret` enters supervisor mode;
// it enables interrupts; the floating-point registers are in use.
const SUPERVISOR: u64 = 1 << 8;
const INTERRUPTS: u64 = 1 << 5;
const FLOATS: u64 = 3 << 13;

const _: () = assert!(offset_of!(Context, registers) == 0);

/// Panics because of an exception in the kernel.
extern "C" fn kernel_exception(cause: u64, at: u64, value: u64) -> ! {
    panic!("exception {cause}, at {at:#x}, value {value:#x}")
}

unsafe extern "C" {
    /// Runs the program until it traps.
    pub(super) fn kernel_enter(context: *mut Context);
    /// The entry of traps.
    pub(super) fn kernel_trap();
}
