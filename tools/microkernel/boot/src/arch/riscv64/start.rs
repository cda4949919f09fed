//! The first instructions: from the firmware to Rust.

use core::arch::global_asm;

// OpenSBI starts the kernel in supervisor mode without paging, with the number of the processor in
// a0 and the address of the device tree in a1. The table maps the first 4 GiB in the upper half,
// and the gigabyte of the memory also at its physical addresses and at the kernel's.
global_asm!(
    r#"
    .section .boot.text, "ax", @progbits
    .option push
    .option norelax
    .globl kernel_start
kernel_start:
    csrw sie, zero
    csrw sscratch, zero
    li t0, 0x6000           /* the floating-point registers are in use */
    csrs sstatus, t0
    la t0, boot_table
    srli t0, t0, 12
    li t1, 8
    slli t1, t1, 60
    or t0, t0, t1
    sfence.vma
    csrw satp, t0
    sfence.vma
    la t0, boot_words
    ld sp, 0(t0)
    ld t1, 8(t0)
    mv a0, a1
    li ra, 0
    jr t1
    .option pop

    /* Valid, readable, writable, executable, accessed, dirty; 0x10000000 is the number of a
       gigabyte in an entry. */
    .section .boot.data, "aw", @progbits
    .balign 4096
boot_table:
    .fill 2, 8, 0
    .quad 0x200000cf
    .fill 253, 8, 0
    .quad 0xcf, 0x100000cf, 0x200000cf, 0x300000cf
    .fill 250, 8, 0
    .quad 0x200000cf
    .fill 1, 8, 0
boot_words:
    .quad kernel_stack_top, kernel_main

    .section .bss.stack, "aw", @nobits
    .balign 4096
    .skip 0x10000
kernel_stack_top:
    .text
    "#
);
