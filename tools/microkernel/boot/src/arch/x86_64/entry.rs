//! The switch to the program and back: the code that the processor runs at each trap.

use core::arch::global_asm;

use microkernel_core::arch::x86_64::{Context, USER_CODE, USER_DATA};

// The trap stack is the part of the thread's `Context` that holds the registers: the processor and
// the code below push them there. `kernel_enter` returns when the program has trapped.
global_asm!(
    r#"
    .globl kernel_enter, kernel_syscall, kernel_stubs, kernel_tss, kernel_idle
kernel_enter:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, kernel_stack(%rip)
    leaq {top}(%rdi), %rax
    movq %rax, trap_stack(%rip)
    movq %rax, kernel_tss + 4(%rip)
    fxrstor64 (%rdi)
    leaq 512(%rdi), %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rax
    popq %rcx
    popq %rdx
    popq %rsi
    popq %rdi
    addq $16, %rsp
    iretq

kernel_syscall:
    movq %rsp, user_stack(%rip)
    movq trap_stack(%rip), %rsp
    pushq ${user_data}
    pushq user_stack(%rip)
    pushq %r11
    pushq ${user_code}
    pushq %rcx
    pushq $0
    pushq ${syscall}
    jmp leave_user

trap:
    testb $3, 24(%rsp)
    jz trap_in_kernel
leave_user:
    pushq %rdi
    pushq %rsi
    pushq %rdx
    pushq %rcx
    pushq %rax
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    fxsave64 -512(%rsp)
    cld
    movq kernel_stack(%rip), %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret

    /* Interrupts are enabled in `kernel_idle` only; an exception is an error of the kernel. */
trap_in_kernel:
    cmpq $32, (%rsp)
    jb 1f
    pushq %rax
    movb $0x20, %al
    outb %al, $0x20
    popq %rax
    addq $16, %rsp
    iretq
1:  movq %rsp, %rdi
    movq %cr2, %rsi
    andq $-16, %rsp
    call {exception}
    ud2

    /* The interrupt pushes below the caller's red zone. */
kernel_idle:
    subq $128, %rsp
    sti
    hlt
    cli
    addq $128, %rsp
    ret

    .balign 16
kernel_stubs:
    .set vector, 0
    .rept 48
    .balign 16
    .if (vector < 8) || (vector == 9) || (vector == 15) || (vector == 16) || (vector > 17)
    pushq $0
    .endif
    .byte 0x6a, vector
    jmp trap
    .set vector, vector + 1
    .endr

    .section .bss.trap, "aw", @nobits
    .balign 16
kernel_stack: .skip 8
trap_stack: .skip 8
user_stack: .skip 8
    .balign 16
    .skip 8
kernel_tss: .skip 104
    .text
    "#,
    top = const core::mem::offset_of!(Context, fs_base),
    user_data = const USER_DATA,
    user_code = const USER_CODE,
    syscall = const SYSTEM_CALL,
    exception = sym kernel_exception,
    options(att_syntax)
);

/// The vector number that `kernel_syscall` stores.
pub(crate) const SYSTEM_CALL: u64 = 0x80;

/// Panics because of an exception in the kernel.
extern "C" fn kernel_exception(frame: *const [u64; 7], address: u64) -> ! {
    // SAFETY: the stub passes the seven words that it and the processor have pushed.
    let [vector, error, rip, ..] = unsafe { *frame };
    panic!("exception {vector}, error {error:#x}, at {rip:#x}, address {address:#x}")
}

const _: () = assert!(core::mem::offset_of!(Context, r15) == 512);
const _: () = assert!(core::mem::offset_of!(Context, fs_base).is_multiple_of(16));

unsafe extern "C" {
    /// Runs the program until it traps.
    pub(crate) fn kernel_enter(context: *mut Context);
    /// Waits for an interrupt.
    pub(crate) fn kernel_idle();
    /// The entry of the `syscall` instruction.
    pub(crate) fn kernel_syscall();
    /// The entries of the vectors, 16 bytes each.
    pub(crate) static kernel_stubs: [[u8; 16]; 48];
    /// The task state segment, which holds the address of the trap stack.
    pub(crate) static mut kernel_tss: [u8; 104];
}
