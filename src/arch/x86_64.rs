//! What a signal must leave as it was: registers and the memory below the stack pointer.

use core::arch::asm;

use posix_conformance::plan::arena::CAUGHT;

use crate::runtime::arena::address;

/// An instruction for builds that may use SSE; nothing for the freestanding one.
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
pub(crate) use sse;

/// What every register and every word of the red zone holds, 64 bits without a pattern of bytes.
const MARK: u64 = 0x5ac3_96e1_0f3c_a578;
/// How often to look for the handler's count to change: less than a second of a slow processor.
const LOOKS_MAX: u64 = 1 << 28;

/// Waits in user mode until a signal handler has run; a bit for each part that survived it.
///
/// The signal comes between two instructions of the loop, where no register is the kernel's to
/// change: a kernel that returns by `sysret` loses `rcx` and `r11`.
pub fn registers() -> isize {
    let (sum, zone, vector, left): (u64, u64, u64, u64);
    // SAFETY: the asm writes the red zone, which the compiler leaves to an asm without `nostack`,
    // and reads the handler's count on the arena.
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
            inout("r12") address(CAUGHT) => _,
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
