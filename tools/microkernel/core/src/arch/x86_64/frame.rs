//! The signal frame on the program's stack.

use super::context::{Context, MXCSR};
use crate::arch::{Handler, INFO_SIZE, Read, Write, get, put};

/// The offsets in `struct rt_sigframe` (`arch/x86/include/asm/sigframe.h`): return address,
/// `ucontext` with its `sigcontext`, information.
const UCONTEXT: usize = 8;
const STACK: usize = UCONTEXT + 16;
const REGISTERS: usize = UCONTEXT + 40;
const FPU_POINTER: usize = REGISTERS + 184;
const MASK: usize = REGISTERS + 256;
const INFO: usize = MASK + 8;
pub(super) const FRAME_SIZE: usize = INFO + INFO_SIZE;
/// The bytes below the stack pointer that a function may use.
const RED_ZONE: u64 = 128;
/// `uc_flags`: the stack segment is saved and is restored.
const SAVES_SS: u64 = 6;

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

/// Stores the frame for a handler, and sets the registers to the start of the handler.
pub(super) fn begin(context: &mut Context, handler: &Handler, write: Write<'_>) -> bool {
    let below = context.rsp.wrapping_sub(RED_ZONE);
    let stack = handler.top.unwrap_or(below);
    let fpu_address = stack.wrapping_sub(context.fpu.len() as u64) & !63;
    // As after a call: 8 bytes below a multiple of 16.
    let address = (fpu_address.wrapping_sub(FRAME_SIZE as u64) & !15).wrapping_sub(8);
    let mut bytes = [0; FRAME_SIZE];
    put(&mut bytes, 0, handler.back);
    put(&mut bytes, UCONTEXT, SAVES_SS);
    for (index, word) in handler.alternate.into_iter().enumerate() {
        put(&mut bytes, STACK + 8 * index, word);
    }
    let (code, data) = (context.cs, context.ss);
    for (index, register) in registers(context).into_iter().enumerate() {
        put(&mut bytes, REGISTERS + 8 * index, *register);
    }
    put(&mut bytes, REGISTERS + 144, code | data << 48);
    put(&mut bytes, FPU_POINTER, fpu_address);
    put(&mut bytes, MASK, handler.mask);
    bytes[INFO..].copy_from_slice(&handler.info);
    let written = write(fpu_address, &context.fpu) && write(address, &bytes);
    context.rdi = handler.signal as u64;
    context.rsi = address.wrapping_add(INFO as u64);
    context.rdx = address.wrapping_add(UCONTEXT as u64);
    context.rax = 0;
    context.rip = handler.address;
    context.rsp = address;
    // Clears the direction flag, as the ABI requires at a function's entry, and the trap flag.
    context.rflags &= !0x500;
    // The FPU's control words are those of a program's start.
    let fresh = Context::at_start(0, 0);
    context.fpu[..MXCSR + 4].copy_from_slice(&fresh.fpu[..MXCSR + 4]);
    written
}

/// Restores the registers from the frame; returns the mask.
pub(super) fn end(context: &mut Context, read: Read<'_>) -> Option<u64> {
    // The handler's `ret` has popped the return address.
    let address = context.rsp.wrapping_sub(8);
    let mut bytes = [0; FRAME_SIZE];
    if !read(address, &mut bytes) {
        return None;
    }
    for (index, register) in registers(context).into_iter().enumerate() {
        *register = get(&bytes, REGISTERS + 8 * index);
    }
    let fpu_address = get(&bytes, FPU_POINTER);
    let mut fpu = context.fpu;
    if fpu_address != 0 && !read(fpu_address, &mut fpu) {
        return None;
    }
    context.fpu = fpu;
    Some(get(&bytes, MASK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_restores_what_it_saved() {
        let mut context = Context::at_start(0x1234, 0x7000_0ff8);
        context.rbx = 99;
        context.rax = u64::MAX;
        let before = context.clone();
        let handler = Handler::example();
        let mut memory = alloc::vec::Vec::new();
        assert!(begin(&mut context, &handler, &mut |at, bytes| {
            memory.push((at, bytes.to_vec()));
            true
        }));
        assert_eq!((context.rip, context.rdi), (0x5000, 10));
        assert_eq!(context.rsp % 16, 8, "aligned as behind a call");
        assert!(context.rsp + (FRAME_SIZE as u64) < before.rsp - RED_ZONE);
        context.rsp += 8;
        let mask = end(&mut context, &mut |from, into| {
            let piece = memory.iter().find(|piece| piece.0 == from);
            into.copy_from_slice(&piece.expect("an address of the frame").1);
            true
        });
        assert_eq!(mask, Some(5));
        assert_eq!(
            (context.rip, context.rsp, context.rbx, context.rax),
            (before.rip, before.rsp, before.rbx, before.rax)
        );
    }
}
