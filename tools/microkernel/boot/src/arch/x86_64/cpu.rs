//! Segments, interrupt vectors, and privileged instructions.

use core::arch::asm;
use core::cell::UnsafeCell;

use microkernel_core::Trap;
use microkernel_core::arch::x86_64::Context;

use super::devices::end_interrupt;
use super::entry::{
    SYSTEM_CALL, kernel_enter, kernel_idle, kernel_stubs, kernel_syscall, kernel_tss,
};

const KERNEL_CODE: u64 = 0x08;
const TSS: u16 = 0x28;
const VECTORS: usize = 48;
const TIMER: u64 = 32;

// Model-specific registers (AMD64 manual, volume 2, appendix A).
const STAR: u32 = 0xc000_0081;
const LSTAR: u32 = 0xc000_0082;
const SYSCALL_MASK: u32 = 0xc000_0084;
const FS_BASE: u32 = 0xc000_0100;
const GS_BASE: u32 = 0xc000_0101;
/// Flags that `syscall` clears: trap, interrupt, direction, nested task, alignment.
const CLEARED: u64 = 0x4_4700;

/// A table that the processor reads.
#[repr(C, align(16))]
struct Shared<T>(UnsafeCell<T>);
// SAFETY: there is one processor, and the tables are written once, before they are loaded.
unsafe impl<T> Sync for Shared<T> {}

/// Kernel code and data, user data and code (the order that `USER_CODE` relies on), and two words
/// for the task state segment.
static GDT: Shared<[u64; 7]> = Shared(UnsafeCell::new([
    0,
    0x00af_9a00_0000_ffff,
    0x00cf_9200_0000_ffff,
    0x00cf_f200_0000_ffff,
    0x00af_fa00_0000_ffff,
    0,
    0,
]));
static IDT: Shared<[[u64; 2]; VECTORS]> = Shared(UnsafeCell::new([[0; 2]; VECTORS]));

#[repr(C, packed)]
struct TablePointer {
    limit: u16,
    base: u64,
}

/// Loads the tables and enables the `syscall` instruction.
pub(crate) fn init() {
    init_segments();
    init_vectors();
    let handler = kernel_syscall as *const () as u64;
    write_msr(STAR, KERNEL_CODE << 32);
    write_msr(LSTAR, handler);
    write_msr(SYSCALL_MASK, CLEARED);
}

fn init_segments() {
    let tss = &raw const kernel_tss as u64;
    let low = 103 | (tss & 0xff_ffff) << 16 | 0x89 << 40 | (tss >> 24 & 0xff) << 56;
    let gdt = GDT.0.get().cast::<u64>();
    // SAFETY: the sixth entry of seven; no other code uses the table.
    unsafe { gdt.wrapping_add(5).write(low) };
    // SAFETY: the seventh entry of seven.
    unsafe { gdt.wrapping_add(6).write(tss >> 32) };
    // The program has no access to ports: the bitmap of ports is after the segment's end.
    let ports = (&raw mut kernel_tss).cast::<u8>().wrapping_add(102);
    // SAFETY: the last two of the segment's 104 bytes.
    unsafe { ports.cast::<u16>().write_unaligned(104) };
    let pointer = TablePointer {
        limit: 7 * 8 - 1,
        base: gdt as u64,
    };
    // SAFETY: the table holds the same kernel segments as the one in use, and is static.
    unsafe { asm!("lgdt [{}]", in(reg) &raw const pointer, options(readonly, nostack)) };
    // SAFETY: the descriptor was written above.
    unsafe { asm!("ltr {:x}", in(reg) TSS, options(nostack)) };
}

fn init_vectors() {
    let idt = IDT.0.get().cast::<[u64; 2]>();
    for vector in 0..VECTORS {
        let stub = (&raw const kernel_stubs) as u64 + 16 * vector as u64;
        // A program may raise the breakpoint's vector with `int3`, and no other.
        let privilege: u64 = if vector == 3 { 3 } else { 0 };
        let low = stub & 0xffff
            | KERNEL_CODE << 16
            | (0x8e | privilege << 5) << 40
            | (stub >> 16 & 0xffff) << 48;
        // SAFETY: within the table, which no other code uses.
        unsafe { idt.wrapping_add(vector).write([low, stub >> 32]) };
    }
    let pointer = TablePointer {
        limit: (VECTORS * 16 - 1) as u16,
        base: idt as u64,
    };
    // SAFETY: every entry points to a stub, and the table is static.
    unsafe { asm!("lidt [{}]", in(reg) &raw const pointer, options(readonly, nostack)) };
}

/// Runs a thread until it traps; returns the reason.
pub(crate) fn run(context: &mut Context) -> Trap {
    write_msr(FS_BASE, context.fs_base);
    write_msr(GS_BASE, context.gs_base);
    // SAFETY: `sanitize` has made the registers loadable, the context has the layout that the code
    // relies on, and it stays in place until the program traps.
    unsafe { kernel_enter(context) };
    match context.vector {
        SYSTEM_CALL => Trap::SystemCall,
        14 => Trap::PageFault {
            address: fault_address(),
            write: context.error & 2 != 0,
            execute: context.error & 16 != 0,
        },
        TIMER.. => {
            end_interrupt();
            Trap::Interrupt
        }
        vector => Trap::Exception { vector },
    }
}

/// Waits for an interrupt.
pub(crate) fn idle() {
    // SAFETY: the only interrupt that is not masked is the timer's, and its vector is set.
    unsafe { kernel_idle() };
}

fn fault_address() -> u64 {
    let address;
    // SAFETY: reading the register changes nothing.
    unsafe { asm!("mov {}, cr2", out(reg) address, options(nomem, nostack, preserves_flags)) };
    address
}

fn write_msr(register: u32, value: u64) {
    // SAFETY: the callers pass values that these registers take: addresses below the canonical
    // hole, or of the kernel.
    unsafe {
        asm!("wrmsr", in("ecx") register, in("eax") value as u32, in("edx") (value >> 32) as u32,
             options(nostack, preserves_flags));
    }
}

/// The cycle counter.
pub(crate) fn cycles() -> u64 {
    let (low, high): (u32, u32);
    // SAFETY: the instruction only reads the counter.
    unsafe { asm!("rdtsc", out("eax") low, out("edx") high, options(nomem, nostack)) };
    u64::from(high) << 32 | u64::from(low)
}

/// A word that is hard to predict: a random number of the processor where it has such an
/// instruction, and its cycle counter.
pub(crate) fn noise() -> u64 {
    random_word().unwrap_or(0) ^ cycles()
}

fn random_word() -> Option<u64> {
    const HAS_RDRAND: u32 = 1 << 30;
    if core::arch::x86_64::__cpuid(1).ecx & HAS_RDRAND == 0 {
        return None;
    }
    let (number, valid): (u64, u8);
    // SAFETY: `cpuid` reports the instruction.
    unsafe {
        asm!("rdrand {}", "setc {}", out(reg) number, out(reg_byte) valid, options(nomem, nostack));
    }
    (valid != 0).then_some(number)
}
