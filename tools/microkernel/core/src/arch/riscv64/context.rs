//! The saved registers of a thread.

/// The state of the processor for a thread, in the order in which `boot` saves it.
#[derive(Clone, Debug)]
#[repr(C, align(16))]
pub struct Context {
    /// The program counter, then x1 to x31: `struct user_regs_struct` of <asm/ptrace.h>.
    pub registers: [u64; 32],
    /// f0 to f31.
    pub floats: [u64; 32],
    pub fcsr: u64,
    /// The reason for the trap: `scause` and `stval`.
    pub cause: u64,
    pub value: u64,
}

// Indexes into `registers`.
pub(super) const PC: usize = 0;
pub(super) const RA: usize = 1;
pub(super) const SP: usize = 2;
pub(super) const TP: usize = 4;
pub(super) const A0: usize = 10;
pub(super) const A1: usize = 11;
pub(super) const A2: usize = 12;
pub(super) const A7: usize = 17;

impl Context {
    /// A thread that starts at `entry`, with all other registers as the ABI requires.
    pub(super) fn at_start(entry: u64, stack: u64) -> Context {
        let mut registers = [0; 32];
        registers[PC] = entry;
        registers[SP] = stack;
        Context {
            registers,
            floats: [0; 32],
            fcsr: 0,
            cause: 0,
            value: 0,
        }
    }
}
