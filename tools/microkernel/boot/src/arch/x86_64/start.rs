//! The first instructions: from the loader to Rust.

use core::arch::global_asm;

// PVH starts the kernel in 32-bit mode without paging (Xen, docs/misc/pvh.pandoc). The tables map
// the first 4 GiB twice: at their physical addresses and in the upper half; the kernel is also
// mapped in the last 2 GiB.
global_asm!(
    r#"
    .section .note.Xen, "a", @note
    .balign 4
    .long 4, 8, 18          /* XEN_ELFNOTE_PHYS32_ENTRY */
    .asciz "Xen"
    .quad pvh_start

    .section .boot.text, "ax", @progbits
    .code32
    .globl pvh_start
pvh_start:
    cli
    cld
    movl %ebx, boot_info
    movl $boot_pml4, %eax
    movl %eax, %cr3
    movl %cr4, %eax
    orl $0x620, %eax        /* PAE, FXSAVE, SSE exceptions */
    movl %eax, %cr4
    movl $0xc0000080, %ecx  /* EFER: system calls, long mode, no-execute */
    rdmsr
    orl $0x901, %eax
    wrmsr
    movl %cr0, %eax
    andl $~0x4, %eax
    orl $0x80010023, %eax   /* paging, write protection in the kernel, FPU exceptions */
    movl %eax, %cr0
    lgdt boot_gdt_pointer
    ljmpl $0x08, $boot_long
    .code64
boot_long:
    movl $0x10, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    xorl %eax, %eax
    movl %eax, %fs
    movl %eax, %gs
    movabsq $kernel_stack_top, %rsp
    movl boot_info, %edi
    xorl %ebp, %ebp
    movabsq $kernel_main, %rax
    call *%rax
    ud2

    .section .boot.data, "aw", @progbits
    .balign 4096
boot_pml4:
    .quad boot_pdpt_low + 3
    .fill 255, 8, 0
    .quad boot_pdpt_direct + 3 + (1 << 63)
    .fill 254, 8, 0
    .quad boot_pdpt_high + 3
boot_pdpt_low:
    .quad boot_pd + 3
    .fill 511, 8, 0
boot_pdpt_direct:
    .quad boot_pd + 3, boot_pd + 0x1003, boot_pd + 0x2003, boot_pd + 0x3003
    .fill 508, 8, 0
boot_pdpt_high:
    .fill 510, 8, 0
    .quad boot_pd + 3, 0
boot_pd:
    .set frame, 0
    .rept 2048
    .quad frame + 0x83
    .set frame, frame + 0x200000
    .endr
boot_gdt:
    .quad 0, 0x00af9a000000ffff, 0x00cf92000000ffff
boot_gdt_pointer:
    .word 23
    .long boot_gdt
    .balign 4
boot_info:
    .long 0

    .section .bss.stack, "aw", @nobits
    .balign 4096
    .skip 0x10000
kernel_stack_top:
    .text
    "#,
    options(att_syntax)
);
