//! x86-64.

mod calls;
mod context;
mod frame;

use alloc::vec::Vec;

use posix_conformance::abi::x86_64 as abi;

pub use self::context::{Context, USER_CODE, USER_DATA};
use crate::arch::{Architecture, Handler, Read, Stat, Write, find, put, put_stat};
use crate::linux::process::*;
use crate::linux::*;

/// One page below the canonical hole.
const USER_END: u64 = 0x7fff_ffff_f000;
/// The length of the `syscall` instruction in bytes.
const SYSCALL_SIZE: u64 = 2;
/// The size of `struct stat` in bytes.
const STAT_SIZE: usize = 144;

impl Architecture for Context {
    const NAME: &'static str = "x86_64";
    const ELF_MACHINE: u16 = 62;
    const USER_END: u64 = USER_END;
    // The processor faults in the kernel when it loads an address in the canonical hole.
    const THREAD_POINTER_MAX: u64 = USER_END - 1;
    const EXECUTE_GIVES_READ: bool = true;
    const SA_RESTORER: u64 = abi::SA_RESTORER as u64;
    const SIGNAL_RETURN: &'static [u8] = &[];
    const CLONE_TLS: usize = 4;
    const CLONE_CHILD_TID: usize = 3;
    // The structure is packed.
    const EPOLL_DATA: usize = abi::EPOLL_DATA as usize;

    fn new(entry: u64, stack: u64) -> Context {
        Context::at_start(entry, stack)
    }

    fn sanitize(&mut self) {
        self.make_loadable();
    }

    fn instruction(&self) -> u64 {
        self.rip
    }

    fn stack(&self) -> u64 {
        self.rsp
    }

    fn set_stack(&mut self, stack: u64) {
        self.rsp = stack;
    }

    fn set_thread_pointer(&mut self, pointer: u64) {
        self.fs_base = pointer;
    }

    fn segment_base(&mut self, code: i32) -> Option<(&mut u64, bool)> {
        match i64::from(code) {
            abi::ARCH_SET_FS => Some((&mut self.fs_base, true)),
            abi::ARCH_SET_GS => Some((&mut self.gs_base, true)),
            abi::ARCH_GET_FS => Some((&mut self.fs_base, false)),
            abi::ARCH_GET_GS => Some((&mut self.gs_base, false)),
            _ => None,
        }
    }

    fn call(number: u64) -> Option<Call> {
        find(calls::CALLS, number)
    }

    fn number(&self) -> u64 {
        self.rax
    }

    fn arguments(&self) -> [u64; 6] {
        [self.rdi, self.rsi, self.rdx, self.r10, self.r8, self.r9]
    }

    fn result(&self) -> u64 {
        self.rax
    }

    fn set_result(&mut self, result: u64) {
        self.rax = result;
    }

    fn restart(&mut self, number: u64, _: u64) {
        self.rax = number;
        self.rip = self.rip.wrapping_sub(SYSCALL_SIZE);
    }

    /// The vectors of the AMD64 manual, volume 2, section 8.2.
    fn exception_signal(vector: u64) -> (i32, i32) {
        match vector {
            0 => (SIGFPE, FPE_INTDIV),
            16 | 19 => (SIGFPE, FPE_FLTINV),
            1 => (SIGTRAP, TRAP_TRACE),
            3 => (SIGTRAP, SI_KERNEL),
            6 => (SIGILL, ILL_ILLOPN),
            17 => (SIGBUS, BUS_ADRALN),
            _ => (SIGSEGV, SI_KERNEL),
        }
    }

    fn begin_handler(&mut self, handler: &Handler, write: Write<'_>) -> bool {
        frame::begin(self, handler, write)
    }

    fn end_handler(&mut self, read: Read<'_>) -> Option<u64> {
        frame::end(self, read)
    }

    fn stat(stat: &Stat) -> Vec<u8> {
        // `struct stat` of <asm/stat.h>: device, inode, links, mode and user, group, device.
        let mut bytes = alloc::vec![0; STAT_SIZE];
        put_stat(&mut bytes, stat);
        put(&mut bytes, 16, stat.links.into());
        put(
            &mut bytes,
            24,
            u64::from(stat.mode) | u64::from(stat.user) << 32,
        );
        put(&mut bytes, 32, stat.group.into());
        put(&mut bytes, 40, stat.special);
        bytes
    }

    #[cfg(test)]
    fn prepare_call(&mut self, number: u64, args: &[u64]) {
        self.rax = number;
        let registers = [
            &mut self.rdi,
            &mut self.rsi,
            &mut self.rdx,
            &mut self.r10,
            &mut self.r8,
            &mut self.r9,
        ];
        for (register, &arg) in registers.into_iter().zip(args) {
            *register = arg;
        }
    }

    #[cfg(test)]
    fn first_argument(&self) -> u64 {
        self.rdi
    }

    #[cfg(test)]
    fn return_from_handler(&mut self) {
        self.rsp += 8;
    }

    #[cfg(test)]
    fn assert_loadable(&self) {
        use self::context::{FIXED_FLAGS, MXCSR, MXCSR_MASK, USER_FLAGS};
        assert!(self.rip < USER_END);
        assert_eq!((self.cs, self.ss), (USER_CODE, USER_DATA));
        assert_eq!(self.rflags & !USER_FLAGS, FIXED_FLAGS);
        let mut mxcsr = [0; 4];
        mxcsr.copy_from_slice(&self.fpu[MXCSR..MXCSR + 4]);
        assert_eq!(u32::from_le_bytes(mxcsr) & !MXCSR_MASK, 0);
    }
}
