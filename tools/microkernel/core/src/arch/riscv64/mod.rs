//! riscv64 with the extensions F and D.

mod calls;
mod context;
mod frame;

use alloc::vec::Vec;

pub use self::context::Context;
use self::context::{A0, A7, PC, SP, TP};
use crate::arch::{Architecture, Handler, Read, Stat, Write, find, put, put_stat};
use crate::linux::process::*;
use crate::linux::*;

/// The end of the lower half of Sv39.
const USER_END: u64 = 1 << 38;
/// The length of `ecall` in bytes.
const SYSCALL_SIZE: u64 = 4;
/// The size of `struct stat` in bytes.
const STAT_SIZE: usize = 128;

impl Architecture for Context {
    const NAME: &'static str = "riscv64";
    const ELF_MACHINE: u16 = 243;
    const USER_END: u64 = USER_END;
    // The thread pointer is a general register.
    const THREAD_POINTER_MAX: u64 = u64::MAX;
    const EXECUTE_GIVES_READ: bool = false;
    const SA_RESTORER: u64 = 0;
    // `li a7, 139; ecall`: rt_sigreturn.
    const SIGNAL_RETURN: &'static [u8] = &[0x93, 0x08, 0xb0, 0x08, 0x73, 0x00, 0x00, 0x00];
    const CLONE_TLS: usize = 3;
    const CLONE_CHILD_TID: usize = 4;
    const EPOLL_DATA: usize = 8;

    fn new(entry: u64, stack: u64) -> Context {
        Context::at_start(entry, stack)
    }

    fn sanitize(&mut self) {
        // No value of a register harms the kernel: `boot` sets the status register itself, and an
        // address outside the program's half faults in the program.
    }

    fn instruction(&self) -> u64 {
        self.registers[PC]
    }

    fn stack(&self) -> u64 {
        self.registers[SP]
    }

    fn set_stack(&mut self, stack: u64) {
        self.registers[SP] = stack;
    }

    fn set_thread_pointer(&mut self, pointer: u64) {
        self.registers[TP] = pointer;
    }

    fn segment_base(&mut self, _: i32) -> Option<(&mut u64, bool)> {
        None
    }

    fn call(number: u64) -> Option<Call> {
        find(calls::CALLS, number)
    }

    fn number(&self) -> u64 {
        self.registers[A7]
    }

    fn arguments(&self) -> [u64; 6] {
        let mut arguments = [0; 6];
        arguments.copy_from_slice(&self.registers[A0..A0 + 6]);
        arguments
    }

    fn result(&self) -> u64 {
        self.registers[A0]
    }

    fn set_result(&mut self, result: u64) {
        self.registers[A0] = result;
    }

    fn restart(&mut self, number: u64, first: u64) {
        self.registers[A7] = number;
        self.registers[A0] = first;
        self.registers[PC] = self.registers[PC].wrapping_sub(SYSCALL_SIZE);
    }

    /// The exception codes of `scause` (privileged architecture, section "Supervisor Cause").
    fn exception_signal(vector: u64) -> (i32, i32) {
        match vector {
            0 | 4 | 6 => (SIGBUS, BUS_ADRALN),
            2 => (SIGILL, ILL_ILLOPC),
            3 => (SIGTRAP, TRAP_BRKPT),
            _ => (SIGSEGV, SEGV_ACCERR),
        }
    }

    fn begin_handler(&mut self, handler: &Handler, write: Write<'_>) -> bool {
        frame::begin(self, handler, write)
    }

    fn end_handler(&mut self, read: Read<'_>) -> Option<u64> {
        frame::end(self, read)
    }

    fn stat(stat: &Stat) -> Vec<u8> {
        // `struct stat` of <asm-generic/stat.h>: device, inode, mode and links, user and group,
        // device.
        let mut bytes = alloc::vec![0; STAT_SIZE];
        put_stat(&mut bytes, stat);
        put(
            &mut bytes,
            16,
            u64::from(stat.mode) | u64::from(stat.links) << 32,
        );
        put(
            &mut bytes,
            24,
            u64::from(stat.user) | u64::from(stat.group) << 32,
        );
        put(&mut bytes, 32, stat.special);
        bytes
    }

    #[cfg(test)]
    fn prepare_call(&mut self, number: u64, args: &[u64]) {
        self.registers[A7] = number;
        self.registers[A0..A0 + args.len()].copy_from_slice(args);
    }

    #[cfg(test)]
    fn first_argument(&self) -> u64 {
        self.registers[A0]
    }

    #[cfg(test)]
    fn return_from_handler(&mut self) {
        self.registers[PC] = self.registers[context::RA];
    }

    #[cfg(test)]
    fn assert_loadable(&self) {
        assert!(self.registers[PC] < USER_END);
    }
}
