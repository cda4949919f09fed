//! The saved registers of a thread.

/// The state of the processor for a thread, in the order in which `boot` saves it.
#[derive(Clone, Debug)]
#[repr(C, align(16))]
pub struct Context {
    /// The image of FXSAVE.
    pub fpu: [u8; 512],
    pub r15: u64,
    pub r14: u64,
    pub r13: u64,
    pub r12: u64,
    pub rbp: u64,
    pub rbx: u64,
    pub r11: u64,
    pub r10: u64,
    pub r9: u64,
    pub r8: u64,
    pub rax: u64,
    pub rcx: u64,
    pub rdx: u64,
    pub rsi: u64,
    pub rdi: u64,
    /// The reason for the trap: the vector, and the processor's error code.
    pub vector: u64,
    pub error: u64,
    pub rip: u64,
    pub cs: u64,
    pub rflags: u64,
    pub rsp: u64,
    pub ss: u64,
    /// The thread pointers, loaded before the thread runs.
    pub fs_base: u64,
    pub gs_base: u64,
}

/// The selectors of the program's segments, with privilege level 3.
pub const USER_CODE: u64 = 0x23;
pub const USER_DATA: u64 = 0x1b;
/// The flags that a program may change: arithmetic, direction, alignment, identification.
pub(super) const USER_FLAGS: u64 = 0x0024_0cd5;
/// Interrupts enabled, and the bit that is always set.
pub(super) const FIXED_FLAGS: u64 = 0x202;
/// The defined bits of MXCSR; the processor faults when others are loaded.
pub(super) const MXCSR_MASK: u32 = 0xffff;
const FCW: usize = 0;
pub(super) const MXCSR: usize = 24;

impl Context {
    /// A thread that starts at `entry`, with all other registers as the ABI requires.
    pub(super) fn at_start(entry: u64, stack: u64) -> Context {
        let mut fpu = [0; 512];
        fpu[FCW..FCW + 2].copy_from_slice(&0x037f_u16.to_le_bytes());
        fpu[MXCSR..MXCSR + 4].copy_from_slice(&0x1f80_u32.to_le_bytes());
        Context {
            fpu,
            r15: 0,
            r14: 0,
            r13: 0,
            r12: 0,
            rbp: 0,
            rbx: 0,
            r11: 0,
            r10: 0,
            r9: 0,
            r8: 0,
            rax: 0,
            rcx: 0,
            rdx: 0,
            rsi: 0,
            rdi: 0,
            vector: 0,
            error: 0,
            rip: entry,
            cs: USER_CODE,
            rflags: FIXED_FLAGS,
            rsp: stack,
            ss: USER_DATA,
            fs_base: 0,
            gs_base: 0,
        }
    }

    /// Resets the registers with which a program could harm the kernel.
    pub(super) fn make_loadable(&mut self) {
        self.cs = USER_CODE;
        self.ss = USER_DATA;
        self.rflags = self.rflags & USER_FLAGS | FIXED_FLAGS;
        let mut mxcsr = [0; 4];
        mxcsr.copy_from_slice(&self.fpu[MXCSR..MXCSR + 4]);
        let mxcsr = u32::from_le_bytes(mxcsr) & MXCSR_MASK;
        self.fpu[MXCSR..MXCSR + 4].copy_from_slice(&mxcsr.to_le_bytes());
    }
}
