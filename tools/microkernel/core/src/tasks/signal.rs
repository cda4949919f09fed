//! Signals: what is pending, what is to be done, and the frame on the program's stack.

use alloc::vec::Vec;

use crate::linux::*;
use crate::tasks::context::{Context, MXCSR};

/// The size of `siginfo_t` (`<asm-generic/siginfo.h>`).
const INFO_SIZE: usize = 128;
/// The parts of `struct rt_sigframe` (`arch/x86/include/asm/sigframe.h`): return address,
/// `ucontext` with its `sigcontext`, information.
const UCONTEXT: usize = 8;
const STACK: usize = UCONTEXT + 16;
const REGISTERS: usize = UCONTEXT + 40;
const FPU_POINTER: usize = REGISTERS + 184;
const MASK: usize = REGISTERS + 256;
const INFO: usize = MASK + 8;
pub const FRAME_SIZE: usize = INFO + INFO_SIZE;
/// What an interrupted function may keep below its stack pointer.
const RED_ZONE: u64 = 128;
/// `uc_flags`: the stack segment is saved, and to be restored.
const SAVES_SS: u64 = 6;

/// A set of signals: bit 0 is signal 1.
pub type Set = u64;

/// The set that holds one signal.
pub fn bit(signal: i32) -> Set {
    1 << (signal - 1)
}

/// The signals that nothing blocks.
pub fn unblockable() -> Set {
    bit(SIGKILL) | bit(SIGSTOP)
}

/// What a handler learns of one signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    pub signal: i32,
    pub code: i32,
    /// Sender and its user; timer and overrun; or the faulting address.
    pub first: u64,
    pub value: u64,
    /// The timer that waits for the delivery.
    pub timer: Option<usize>,
}

impl Info {
    /// A signal that a process sent.
    pub fn sent(signal: i32, code: i32, sender: i32) -> Info {
        Info {
            signal,
            code,
            first: u64::from(sender as u32),
            value: 0,
            timer: None,
        }
    }

    /// `siginfo_t` as bytes.
    pub fn bytes(&self) -> [u8; INFO_SIZE] {
        let mut bytes = [0; INFO_SIZE];
        bytes[..4].copy_from_slice(&self.signal.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.code.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.first.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.value.to_le_bytes());
        bytes
    }
}

/// Signals that were sent and not yet delivered.
#[derive(Clone, Debug, Default)]
pub struct Pending {
    queue: Vec<Info>,
}

impl Pending {
    /// Adds a signal; a standard one that is pending already is not added again.
    pub fn add(&mut self, info: Info) -> bool {
        let again = self.set() & bit(info.signal) != 0;
        if again && info.signal < SIGRTMIN {
            return false;
        }
        self.queue.push(info);
        true
    }

    /// Which signals there are.
    pub fn set(&self) -> Set {
        self.queue
            .iter()
            .fold(0, |set, info| set | bit(info.signal))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Takes the first one of the lowest signal that is in the set.
    pub fn take(&mut self, of: Set) -> Option<Info> {
        let wanted = self.queue.iter().filter(|info| bit(info.signal) & of != 0);
        let lowest = wanted.map(|info| info.signal).min()?;
        let at = self.queue.iter().position(|info| info.signal == lowest)?;
        Some(self.queue.remove(at))
    }

    /// Drops every one of a signal; the timers that waited for it.
    pub fn drop_all(&mut self, signal: i32) -> Vec<usize> {
        let dropped = self.queue.iter().filter(|info| info.signal == signal);
        let timers = dropped.filter_map(|info| info.timer).collect();
        self.queue.retain(|info| info.signal != signal);
        timers
    }

    /// A timer is gone; its signal, if it waits, stands for nothing.
    pub fn drop_timer(&mut self, timer: usize) {
        self.queue.retain(|info| info.timer != Some(timer));
    }
}

/// The kernel's `struct sigaction`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Action {
    pub handler: u64,
    pub flags: u64,
    pub restorer: u64,
    pub mask: Set,
}

impl Action {
    pub fn has(&self, flag: i64) -> bool {
        self.flags & flag as u64 != 0
    }

    /// Whether delivery calls a function of the program.
    pub fn is_caught(&self) -> bool {
        self.handler > flags::SIG_IGN as u64
    }

    /// Whether the signal comes to nothing.
    pub fn ignores(&self, signal: i32) -> bool {
        let harmless = [
            SIGCHLD, SIGCONT, SIGURG, SIGWINCH, SIGTSTP, SIGTTIN, SIGTTOU, SIGSTOP,
        ];
        // Stopping is not served: there is nobody who could continue the only program.
        match self.handler as i64 {
            flags::SIG_DFL => harmless.contains(&signal),
            flags::SIG_IGN => true,
            _ => false,
        }
    }
}

/// The alternate stack of a thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AltStack {
    pub start: u64,
    pub size: u64,
}

impl AltStack {
    pub fn holds(&self, stack: u64) -> bool {
        stack.wrapping_sub(self.start).wrapping_sub(1) < self.size
    }
}

/// A frame that is to be written, and where.
pub struct Frame {
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

/// Builds the frame for a handler and sets the registers to its beginning.
pub fn enter(
    context: &mut Context,
    info: &Info,
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
    // As behind a call: 8 bytes below a multiple of 16.
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
    // The ABI's direction at a function's entry; no single step into the handler.
    context.rflags &= !0x500;
    Frame {
        address,
        bytes,
        fpu_address,
    }
}

/// What `rt_sigreturn` finds in a frame: the mask, and where the FPU image lies (0: nowhere).
pub fn leave(context: &mut Context, bytes: &[u8; FRAME_SIZE]) -> (Set, u64) {
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

/// The FPU state that a handler begins with: the control words as at the start of a program.
pub fn clean_fpu(context: &mut Context) {
    let fresh = Context::new(0, 0);
    context.fpu[..MXCSR + 4].copy_from_slice(&fresh.fpu[..MXCSR + 4]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_signals_merge_and_realtime_ones_queue() {
        let mut pending = Pending::default();
        assert!(pending.add(Info::sent(10, SI_USER, 1)));
        assert!(!pending.add(Info::sent(10, SI_USER, 1)));
        assert!(pending.add(Info::sent(40, SI_USER, 1)));
        assert!(pending.add(Info::sent(40, SI_USER, 2)));
        assert_eq!(pending.take(!bit(10)).map(|info| info.first), Some(1));
        assert_eq!(pending.take(!0).map(|info| info.signal), Some(10));
        assert_eq!(pending.take(!0).map(|info| info.first), Some(2));
        assert_eq!(pending.take(!0), None);
    }

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
        let info = Info::sent(10, SI_USER, 2);
        let frame = enter(&mut context, &info, &action, 5, AltStack::default());
        assert_eq!((context.rip, context.rdi), (0x5000, 10));
        assert_eq!(context.rsp % 16, 8, "aligned as behind a call");
        assert!(context.rsp + (FRAME_SIZE as u64) < before.rsp - RED_ZONE);
        let (mask, fpu) = leave(&mut context, &frame.bytes);
        assert_eq!((mask, fpu), (5, frame.fpu_address));
        assert_eq!(
            (context.rip, context.rsp, context.rbx, context.rax),
            (before.rip, before.rsp, before.rbx, before.rax)
        );
    }
}
