//! The signal frame on the program's stack.

use crate::linux::*;
use crate::tasks::context::{Context, MXCSR};
use crate::tasks::signal::{Action, AltStack, INFO_SIZE, Set, SigInfo, unblockable};

/// The offsets in `struct rt_sigframe` (`arch/x86/include/asm/sigframe.h`): return address,
/// `ucontext` with its `sigcontext`, information.
const UCONTEXT: usize = 8;
const STACK: usize = UCONTEXT + 16;
const REGISTERS: usize = UCONTEXT + 40;
const FPU_POINTER: usize = REGISTERS + 184;
const MASK: usize = REGISTERS + 256;
const INFO: usize = MASK + 8;
pub(crate) const FRAME_SIZE: usize = INFO + INFO_SIZE;
/// The bytes below the stack pointer that a function may use.
const RED_ZONE: u64 = 128;
/// `uc_flags`: the stack segment is saved and is restored.
const SAVES_SS: u64 = 6;

/// A frame and its address.
pub(crate) struct Frame {
    pub address: u64,
    pub bytes: [u8; FRAME_SIZE],
    pub fpu_address: u64,
}

/// The general registers in the order of `struct sigcontext`.
fn registers(context: &mut Context) -> [&mut u64; 18] {
    let Context {
        r8,
        r9,
        r10,
        r11,
        r12,
        r13,
        r14,
        r15,
        rdi,
        rsi,
        rbp,
        rbx,
        rdx,
        rax,
        rcx,
        rsp,
        rip,
        rflags,
        ..
    } = context;
    [
        r8, r9, r10, r11, r12, r13, r14, r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, rflags,
    ]
}

/// Builds the frame for a handler, and sets the registers to the start of the handler.
pub(crate) fn build(
    context: &mut Context,
    info: &SigInfo,
    action: &Action,
    mask: Set,
    alternate: AltStack,
) -> Frame {
    let mut stack = context.rsp.wrapping_sub(RED_ZONE);
    let switches = action.flags & SA_ONSTACK != 0 && alternate.size > 0;
    if switches && !alternate.holds(context.rsp) {
        stack = alternate.start.wrapping_add(alternate.size);
    }
    let fpu_address = stack.wrapping_sub(context.fpu.len() as u64) & !63;
    // As after a call: 8 bytes below a multiple of 16.
    let address = (fpu_address.wrapping_sub(FRAME_SIZE as u64) & !15).wrapping_sub(8);
    let mut bytes = [0; FRAME_SIZE];
    let mut put = |at: usize, value: u64| bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
    put(0, action.restorer);
    put(UCONTEXT, SAVES_SS);
    put(STACK, alternate.start);
    let disabled = alternate.size == 0;
    put(STACK + 8, if disabled { SS_DISABLE as u64 } else { 0 });
    put(STACK + 16, alternate.size);
    let (code, data) = (context.cs, context.ss);
    for (index, register) in registers(context).into_iter().enumerate() {
        put(REGISTERS + 8 * index, *register);
    }
    put(REGISTERS + 144, code | data << 48);
    put(FPU_POINTER, fpu_address);
    put(MASK, mask);
    bytes[INFO..].copy_from_slice(&info.bytes());
    context.rdi = info.signal as u64;
    context.rsi = address + INFO as u64;
    context.rdx = address + UCONTEXT as u64;
    context.rax = 0;
    context.rip = action.handler;
    context.rsp = address;
    // Clears the direction flag, as the ABI requires at a function's entry, and the trap flag.
    context.rflags &= !0x500;
    Frame {
        address,
        bytes,
        fpu_address,
    }
}

/// Restores the registers from a frame; returns the mask and the address of the FPU image, or 0.
pub(crate) fn restore(context: &mut Context, bytes: &[u8; FRAME_SIZE]) -> (Set, u64) {
    let get = |at: usize| {
        let mut word = [0; 8];
        word.copy_from_slice(&bytes[at..at + 8]);
        u64::from_le_bytes(word)
    };
    for (index, register) in registers(context).into_iter().enumerate() {
        *register = get(REGISTERS + 8 * index);
    }
    (get(MASK) & !unblockable(), get(FPU_POINTER))
}

/// Resets the FPU control words, as at the start of a program.
pub(crate) fn reset_fpu(context: &mut Context) {
    let fresh = Context::new(0, 0);
    context.fpu[..MXCSR + 4].copy_from_slice(&fresh.fpu[..MXCSR + 4]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_restores_what_it_saved() {
        let mut context = Context::new(0x1234, 0x7000_0ff8);
        context.rbx = 99;
        context.rax = u64::MAX;
        let before = context.clone();
        let action = Action {
            handler: 0x5000,
            restorer: 0x6000,
            ..Action::default()
        };
        let info = SigInfo::sent(10, SI_USER, 2);
        let frame = build(&mut context, &info, &action, 5, AltStack::default());
        assert_eq!((context.rip, context.rdi), (0x5000, 10));
        assert_eq!(context.rsp % 16, 8, "aligned as behind a call");
        assert!(context.rsp + (FRAME_SIZE as u64) < before.rsp - RED_ZONE);
        let (mask, fpu) = restore(&mut context, &frame.bytes);
        assert_eq!((mask, fpu), (5, frame.fpu_address));
        assert_eq!(
            (context.rip, context.rsp, context.rbx, context.rax),
            (before.rip, before.rsp, before.rbx, before.rax)
        );
    }
}
