//! The signal frame on the program's stack.

use super::context::{A0, A1, A2, Context, PC, RA, SP};
use crate::arch::{Handler, INFO_SIZE, Read, Write, get, put};

/// The offsets in `struct rt_sigframe` (`arch/riscv/kernel/signal.c`): information, `ucontext` with
/// its `sigcontext`, which is aligned to 16 bytes.
const UCONTEXT: usize = INFO_SIZE;
const STACK: usize = UCONTEXT + 16;
const MASK: usize = UCONTEXT + 40;
const REGISTERS: usize = UCONTEXT + 176;
const FLOATS: usize = REGISTERS + 256;
const FCSR: usize = FLOATS + 256;
/// The header of a list of further registers, at the end of the largest floating-point state; it is
/// empty here.
const EXTENSIONS: usize = FLOATS + 516;
const FRAME_SIZE: usize = FLOATS + 528;

/// Stores the frame for a handler, and sets the registers to the start of the handler.
pub(super) fn begin(context: &mut Context, handler: &Handler, write: Write<'_>) -> bool {
    let stack = handler.top.unwrap_or(context.registers[SP]);
    let address = stack.wrapping_sub(FRAME_SIZE as u64) & !15;
    let mut bytes = [0; FRAME_SIZE];
    bytes[..INFO_SIZE].copy_from_slice(&handler.info);
    for (index, word) in handler.alternate.into_iter().enumerate() {
        put(&mut bytes, STACK + 8 * index, word);
    }
    put(&mut bytes, MASK, handler.mask);
    for index in 0..32 {
        put(&mut bytes, REGISTERS + 8 * index, context.registers[index]);
        put(&mut bytes, FLOATS + 8 * index, context.floats[index]);
    }
    bytes[FCSR..FCSR + 4].copy_from_slice(&(context.fcsr as u32).to_le_bytes());
    let registers = &mut context.registers;
    registers[RA] = handler.back;
    registers[PC] = handler.address;
    registers[SP] = address;
    registers[A0] = handler.signal as u64;
    registers[A1] = address;
    registers[A2] = address.wrapping_add(UCONTEXT as u64);
    write(address, &bytes)
}

/// Restores the registers from the frame; returns the mask.
pub(super) fn end(context: &mut Context, read: Read<'_>) -> Option<u64> {
    let mut bytes = [0; FRAME_SIZE];
    if !read(context.registers[SP], &mut bytes) || bytes[EXTENSIONS..].iter().any(|&b| b != 0) {
        return None;
    }
    for index in 0..32 {
        context.registers[index] = get(&bytes, REGISTERS + 8 * index);
        context.floats[index] = get(&bytes, FLOATS + 8 * index);
    }
    let mut fcsr = [0; 4];
    fcsr.copy_from_slice(&bytes[FCSR..FCSR + 4]);
    context.fcsr = u32::from_le_bytes(fcsr).into();
    Some(get(&bytes, MASK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_restores_what_it_saved() {
        let mut context = Context::at_start(0x1234, 0x7000_0ff8);
        context.registers[9] = 99;
        context.floats[8] = 88;
        context.fcsr = 0x21;
        let before = context.clone();
        let handler = Handler::example();
        let mut memory = alloc::vec::Vec::new();
        assert!(begin(&mut context, &handler, &mut |at, bytes| {
            memory.push((at, bytes.to_vec()));
            true
        }));
        assert_eq!((context.registers[PC], context.registers[A0]), (0x5000, 10));
        assert_eq!(context.registers[RA], 0x6000);
        let (at, bytes) = memory.remove(0);
        assert_eq!((at % 16, bytes.len()), (0, 1_088));
        assert!(at + bytes.len() as u64 <= before.registers[SP]);
        assert_eq!(
            (context.registers[A1], context.registers[A2]),
            (at, at + 128)
        );
        context.floats[8] = 0;
        let mask = end(&mut context, &mut |from, into| {
            assert_eq!(from, at);
            into.copy_from_slice(&bytes);
            true
        });
        assert_eq!(mask, Some(5));
        assert_eq!(context.registers, before.registers);
        assert_eq!((context.floats, context.fcsr), (before.floats, before.fcsr));
    }
}
