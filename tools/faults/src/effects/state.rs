//! The state of a faulty kernel, and what it makes of one call.

use crate::model::{Act, At, Cmp, Cond, DescriptorKind, Fault, MaskAfter, Op, RESULT, Src};

/// The results by which a kernel tells itself that a signal interrupted a call: `ERESTARTSYS`,
/// `ERESTARTNOINTR`, `ERESTARTNOHAND` and `ERESTART_RESTARTBLOCK`. No program sees them.
pub(super) const RESTARTS: [i64; 4] = [-512, -513, -514, -516];
/// The most bytes that one act touches.
const BYTES_MAX: u64 = 1 << 16;
/// The most elements of an array that one act touches.
const ELEMENTS_MAX: i64 = 4096;

/// What the effects can see and touch of the program.
pub trait Process {
    /// Fills `into` from the program's memory, or fails whole.
    fn read(&mut self, address: u64, into: &mut [u8]) -> bool;
    fn write(&mut self, address: u64, bytes: &[u8]) -> bool;
    fn descriptor_kind(&mut self, descriptor: i32) -> Option<DescriptorKind>;
    /// Whether `poll` would find one of the events; `None` for a closed descriptor.
    fn ready(&mut self, descriptor: i32, events: i16) -> Option<bool>;
    fn mask(&mut self) -> u64;
    fn set_mask(&mut self, mask: u64);
    fn is_main(&mut self) -> bool;
    /// Makes another system call on the program's behalf, after the watched one.
    fn syscall(&mut self, number: u16, args: [u64; 6]) -> i64;
}

/// The arguments of a call and, as the last, its result.
type Seen = [u64; RESULT as usize + 1];

/// A system call as the program made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Syscall {
    pub number: u16,
    pub args: [u64; 6],
}

impl Syscall {
    fn seen(self, result: i64) -> Seen {
        let mut seen = [result as u64; RESULT as usize + 1];
        seen[..6].copy_from_slice(&self.args);
        seen
    }
}

/// What is to be done at the entry of a call.
#[derive(Debug)]
pub enum EntryEffect {
    /// The call is none of the fault's business.
    Ignore,
    /// The call goes on and its exit matters.
    Follow(Pending),
    Panic,
    HangAll,
}

/// A call between entry and exit.
#[derive(Debug)]
pub struct Pending {
    pub given: Syscall,
    /// The call to make in its place.
    pub made: Syscall,
    /// The result, where no call is to be made.
    pub skipped: Option<i64>,
    /// Memory to restore at the exit.
    undo: Vec<(u64, Vec<u8>)>,
    /// Memory that the call is not to change.
    kept: Vec<(u64, Vec<u8>)>,
    mask: u64,
    /// The fault shows in this call, if its late conditions hold.
    armed: bool,
}

/// What is to be done at the exit of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitEffect {
    Result(i64),
    Panic,
    HangAll,
}

/// What is to be done with a signal on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalEffect {
    Unchanged,
    /// Its `siginfo_t` was changed.
    Changed,
    Drop,
    Other(i32),
    Panic,
    HangAll,
}

/// One boot of the faulty kernel: what it remembers from call to call.
#[derive(Debug)]
pub struct FaultState<'a> {
    fault: &'a Fault,
    /// How often the fault has triggered.
    triggered: u64,
    /// How many calls met the conditions other than `Past` and `Met`.
    met: u64,
    /// How many of those succeeded.
    past: u64,
    noted: i64,
    frozen: Option<Vec<u8>>,
}

impl<'a> FaultState<'a> {
    pub fn new(fault: &'a Fault) -> FaultState<'a> {
        FaultState {
            fault,
            triggered: 0,
            met: 0,
            past: 0,
            noted: 0,
            frozen: None,
        }
    }

    /// Whether the fault is about calls of this number.
    pub fn watches(&self, number: u16) -> bool {
        self.fault.number == number && !self.fault.watches_signals()
    }

    /// How often the fault has triggered.
    pub fn triggered(&self) -> u64 {
        self.triggered
    }

    /// Decides on a call that is about to be made.
    pub fn enter(&mut self, call: Syscall, process: &mut impl Process) -> EntryEffect {
        let early = self.fault.when.iter().filter(|cond| !cond.is_late());
        for cond in early {
            if !matches!(cond, Cond::Past(_) | Cond::Met(_)) && !holds(*cond, call, process) {
                return EntryEffect::Ignore;
            }
        }
        let seen = call.seen(0);
        let mut pending = Pending {
            given: call,
            made: call,
            skipped: None,
            undo: Vec::new(),
            kept: Vec::new(),
            mask: 0,
            armed: self.armed(),
        };
        if !self.fault.is_late() {
            self.met += 1;
        }
        if !pending.armed {
            return EntryEffect::Follow(pending);
        }
        if self
            .fault
            .acts
            .iter()
            .any(|act| matches!(act, Act::Mask(_)))
        {
            pending.mask = process.mask();
        }
        if !self.fault.is_late() {
            self.triggered += 1;
        }
        for act in self.fault.acts {
            match act {
                Act::Keep { arg, offset, bytes } => {
                    let bytes = self.number(*bytes, seen, process);
                    let address = seen[usize::from(*arg)].wrapping_add_signed(*offset);
                    save(address, bytes as u64, &mut pending.kept, process);
                }
                Act::Panic if !self.fault.is_late() => return EntryEffect::Panic,
                Act::HangAll if !self.fault.is_late() => return EntryEffect::HangAll,
                act if act.is_early() => self.act_early(act, &mut pending, process),
                _ => {}
            }
        }
        EntryEffect::Follow(pending)
    }

    /// Whether enough calls have gone before.
    fn armed(&self) -> bool {
        self.fault.when.iter().all(|cond| match cond {
            Cond::Past(count) => self.past >= *count,
            Cond::Met(count) => self.met >= *count,
            _ => true,
        })
    }

    fn act_early(&mut self, act: &Act, pending: &mut Pending, process: &mut impl Process) {
        let seen = pending.given.seen(0);
        match *act {
            Act::Block => pending.made.number = PAUSE,
            Act::Skip(result) => pending.skipped = Some(self.number(result, seen, process)),
            Act::Arg(arg, op) => {
                let given = pending.made.args[usize::from(arg)] as i64;
                let changed = self.apply(op, given, seen, process);
                pending.made.args[usize::from(arg)] = changed as u64;
            }
            Act::Put(at, op) => {
                if let Some(given) = load(at, seen, process) {
                    save(
                        address(at, seen),
                        at.width.into(),
                        &mut pending.undo,
                        process,
                    );
                    let changed = self.apply(op, given, seen, process);
                    store(at, seen, changed, process);
                }
            }
            Act::Become(number, args) => {
                pending.made = Syscall {
                    number,
                    args: self.arguments(args, seen, process),
                };
            }
            _ => {}
        }
    }

    /// Decides on the result of a call that was followed.
    pub fn leave(
        &mut self,
        pending: &Pending,
        result: i64,
        process: &mut impl Process,
    ) -> ExitEffect {
        for (address, bytes) in pending.undo.iter().rev() {
            process.write(*address, bytes);
        }
        let late = self.fault.when.iter().filter(|cond| cond.is_late());
        for cond in late {
            if !holds_late(*cond, pending.given, result, process) {
                return ExitEffect::Result(result);
            }
        }
        if self.fault.is_late() {
            self.met += 1;
        }
        if result >= 0 {
            self.past += 1;
        }
        let wants_restart = self.fault.when.contains(&Cond::Interrupted);
        if !pending.armed || (RESTARTS.contains(&result) && !wants_restart) {
            return ExitEffect::Result(result);
        }
        if self.fault.is_late() {
            self.triggered += 1;
        }
        let mut result = result;
        for act in self.fault.acts {
            match act {
                Act::Panic => return ExitEffect::Panic,
                Act::HangAll => return ExitEffect::HangAll,
                act => result = self.act_late(act, pending, result, process),
            }
        }
        ExitEffect::Result(result)
    }

    fn act_late(
        &mut self,
        act: &Act,
        pending: &Pending,
        result: i64,
        process: &mut impl Process,
    ) -> i64 {
        let seen = pending.given.seen(result);
        match *act {
            Act::Ret(op) => return self.apply(op, result, seen, process),
            Act::Out(at, op) => self.change(at, op, seen, process),
            Act::Each {
                at,
                count,
                size,
                op,
            } => {
                let count = self.number(count, seen, process);
                for i in 0..count.clamp(0, ELEMENTS_MAX) {
                    let at = At {
                        offset: at.offset + i * size,
                        ..at
                    };
                    self.change(at, op, seen, process);
                }
            }
            Act::Keep { .. } => {
                for (address, bytes) in &pending.kept {
                    process.write(*address, bytes);
                }
            }
            Act::Fill {
                arg,
                offset,
                bytes,
                byte,
            } => {
                let bytes = self.number(bytes, seen, process);
                let bytes = vec![byte; bytes.clamp(0, BYTES_MAX as i64) as usize];
                let address = seen[usize::from(arg)].wrapping_add_signed(offset);
                process.write(address, &bytes);
            }
            Act::Behind(arg, byte) => {
                let address = seen[usize::from(arg)].wrapping_add_signed(result);
                process.write(address, &[byte]);
            }
            Act::Freeze { arg, bytes } => self.freeze(seen[usize::from(arg)], bytes, process),
            Act::Then(number, args) => {
                let args = self.arguments(args, seen, process);
                process.syscall(number, args);
            }
            Act::Renumber(None, least) => return self.renumber(result, least, seen, process),
            Act::Renumber(Some(at), least) => {
                if let Some(given) = load(at, seen, process) {
                    let number = self.renumber(given, least, seen, process);
                    store(at, seen, number, process);
                }
            }
            Act::Note(src) => self.noted = self.number(src, seen, process),
            Act::Mask(after) => {
                if let Some(mask) = mask_after(after, pending, process) {
                    process.set_mask(mask);
                }
            }
            _ => {}
        }
        result
    }

    /// Decides on a signal on its way; `info` is its `siginfo_t`.
    pub fn deliver(&mut self, info: &mut [u8]) -> SignalEffect {
        let (signo, code) = (info_word(info, 0), info_word(info, 8));
        let met = self.fault.when.iter().all(|cond| match cond {
            Cond::Signal(cmp) => cmp.holds(signo.into()),
            Cond::Code(cmp) => cmp.holds(code.into()),
            _ => true,
        });
        if !met || !self.fault.watches_signals() {
            return SignalEffect::Unchanged;
        }
        let armed = self.armed();
        self.met += 1;
        self.past += 1;
        if !armed {
            return SignalEffect::Unchanged;
        }
        self.triggered += 1;
        let mut delivery = SignalEffect::Unchanged;
        for act in self.fault.acts {
            delivery = match *act {
                Act::Panic => SignalEffect::Panic,
                Act::HangAll => SignalEffect::HangAll,
                Act::Drop => SignalEffect::Drop,
                Act::Deliver(signo) => SignalEffect::Other(signo),
                Act::Info(offset, op) => {
                    let given = info_word(info, usize::from(offset));
                    let changed = plain(op, given.into());
                    set_info_word(info, usize::from(offset), changed as i32);
                    SignalEffect::Changed
                }
                _ => delivery,
            };
        }
        delivery
    }

    /// Gives a descriptor another number, its close-on-exec flag as it was.
    fn renumber(
        &mut self,
        descriptor: i64,
        least: Src,
        seen: Seen,
        process: &mut impl Process,
    ) -> i64 {
        if descriptor < 0 {
            return descriptor;
        }
        let least = self.number(least, seen, process);
        let fcntl = |command, argument: i64| [descriptor as u64, command, argument as u64, 0, 0, 0];
        let closes = process.syscall(FCNTL, fcntl(F_GETFD, 0)) == 1;
        let command = if closes { F_DUPFD_CLOEXEC } else { F_DUPFD };
        let number = process.syscall(FCNTL, fcntl(command, least));
        if number < 0 {
            return descriptor;
        }
        process.syscall(CLOSE, [descriptor as u64, 0, 0, 0, 0, 0]);
        number
    }

    fn freeze(&mut self, address: u64, bytes: u16, process: &mut impl Process) {
        match &self.frozen {
            Some(frozen) => {
                process.write(address, frozen);
            }
            None => {
                let mut first = vec![0; bytes.into()];
                if process.read(address, &mut first) {
                    self.frozen = Some(first);
                }
            }
        }
    }

    fn change(&self, at: At, op: Op, seen: Seen, process: &mut impl Process) {
        if let Some(found) = load(at, seen, process) {
            let changed = self.apply(op, found, seen, process);
            store(at, seen, changed, process);
        }
    }

    fn arguments(&self, args: &[Src], seen: Seen, process: &mut impl Process) -> [u64; 6] {
        let mut numbers = [0; 6];
        for (number, src) in numbers.iter_mut().zip(args) {
            *number = self.number(*src, seen, process) as u64;
        }
        numbers
    }

    fn apply(&self, op: Op, number: i64, seen: Seen, process: &mut impl Process) -> i64 {
        match op {
            Op::Set(src) => self.number(src, seen, process),
            Op::Plus(src) => number.wrapping_add(self.number(src, seen, process)),
            Op::Minus(src) => number.wrapping_sub(self.number(src, seen, process)),
            op => plain(op, number),
        }
    }

    fn number(&self, src: Src, seen: Seen, process: &mut impl Process) -> i64 {
        match src {
            Src::N(number) => number,
            Src::A(arg) => seen[usize::from(arg)] as i64,
            Src::M(at) => load(at, seen, process).unwrap_or(0),
            Src::R => seen[usize::from(RESULT)] as i64,
            Src::P(arg, offset) => (seen[usize::from(arg)] as i64).wrapping_add(offset),
            Src::Count => self.triggered.saturating_sub(1) as i64,
            Src::Noted => self.noted,
        }
    }
}

const PAUSE: u16 = 34;
pub(super) const CLOSE: u16 = 3;
pub(super) const FCNTL: u16 = 72;
pub(super) const F_DUPFD: u64 = 0;
const F_GETFD: u64 = 1;
const F_DUPFD_CLOEXEC: u64 = 1030;

/// An operation that needs to know nothing else.
fn plain(op: Op, number: i64) -> i64 {
    match op {
        Op::Set(Src::N(other)) => other,
        Op::Plus(Src::N(other)) => number.wrapping_add(other),
        Op::Minus(Src::N(other)) => number.wrapping_sub(other),
        Op::Set(_) | Op::Plus(_) | Op::Minus(_) => number,
        Op::Down(step) => number - number.checked_rem(step).unwrap_or(0),
        Op::Add(other) => number.wrapping_add(other),
        Op::Or(bits) => number | bits,
        Op::And(bits) => number & bits,
        Op::Xor(bits) => number ^ bits,
        Op::Max(other) => number.max(other),
        Op::Min(other) => number.min(other),
        Op::Neg => number.wrapping_neg(),
        Op::Mul(by) => number.wrapping_mul(by),
        Op::Div(by) => number.checked_div(by).unwrap_or(number),
    }
}

/// Whether a condition holds that is known at the entry of a call.
pub(super) fn holds(cond: Cond, call: Syscall, process: &mut impl Process) -> bool {
    let seen = call.seen(0);
    let register = |arg: u8| seen[usize::from(arg)] as i64;
    let descriptor = |arg: u8| register(arg) as i32;
    match cond {
        Cond::Reg(arg, cmp) => cmp.holds(register(arg)),
        Cond::Int(arg, cmp) => cmp.holds(i64::from(descriptor(arg))),
        Cond::Mem(at, cmp) => load(at, seen, process).is_some_and(|number| cmp.holds(number)),
        Cond::Unmapped(arg) => !process.read(register(arg) as u64, &mut [0]),
        Cond::On(arg, kind) => process.descriptor_kind(descriptor(arg)) == Some(kind),
        Cond::Ready(arg, events) => process.ready(descriptor(arg), events) == Some(true),
        Cond::Unready(arg, events) => process.ready(descriptor(arg), events) == Some(false),
        Cond::Blocked(arg) => {
            let bit = (register(arg) - 1) as u32;
            process
                .mask()
                .checked_shr(bit)
                .is_some_and(|mask| mask & 1 == 1)
        }
        Cond::Main(main) => process.is_main() == main,
        Cond::Same(one, other) => register(one) == register(other),
        _ => true,
    }
}

/// Whether a condition holds that is known at the exit of a call.
pub(super) fn holds_late(
    cond: Cond,
    call: Syscall,
    result: i64,
    process: &mut impl Process,
) -> bool {
    let restart = RESTARTS.contains(&result);
    let seen = call.seen(result);
    match cond {
        Cond::Got(cmp) => !restart && cmp.holds(result),
        Cond::Interrupted => restart || Cmp::Eq(-4).holds(result),
        Cond::After(at, cmp) => {
            !restart && load(at, seen, process).is_some_and(|number| cmp.holds(number))
        }
        _ => true,
    }
}

fn address(at: At, seen: Seen) -> u64 {
    seen[usize::from(at.arg)].wrapping_add_signed(at.offset)
}

/// The signed number at a place.
fn load(at: At, seen: Seen, process: &mut impl Process) -> Option<i64> {
    let mut bytes = [0; 8];
    let width = usize::from(at.width.min(8));
    if !process.read(address(at, seen), &mut bytes[..width]) {
        return None;
    }
    let unused = 64 - 8 * width as u32;
    let number = i64::from_le_bytes(bytes);
    Some(number.checked_shl(unused)? >> unused)
}

fn store(at: At, seen: Seen, number: i64, process: &mut impl Process) {
    let width = usize::from(at.width.min(8));
    process.write(address(at, seen), &number.to_le_bytes()[..width]);
}

/// Remembers memory as it is.
fn save(address: u64, bytes: u64, into: &mut Vec<(u64, Vec<u8>)>, process: &mut impl Process) {
    let mut found = vec![0; bytes.min(BYTES_MAX) as usize];
    if process.read(address, &mut found) {
        into.push((address, found));
    }
}

fn mask_after(after: MaskAfter, pending: &Pending, process: &mut impl Process) -> Option<u64> {
    match after {
        MaskAfter::Before => Some(pending.mask),
        MaskAfter::From(arg) => {
            let at = At {
                arg,
                offset: 0,
                width: 8,
            };
            load(at, pending.given.seen(0), process).map(|mask| mask as u64)
        }
        MaskAfter::With(bits) => Some(process.mask() | bits),
        MaskAfter::Without(bits) => Some(process.mask() & !bits),
    }
}

fn info_word(info: &[u8], offset: usize) -> i32 {
    let bytes = info
        .get(offset..offset + 4)
        .and_then(|bytes| bytes.try_into().ok());
    bytes.map_or(0, i32::from_le_bytes)
}

fn set_info_word(info: &mut [u8], offset: usize, number: i32) {
    if let Some(bytes) = info.get_mut(offset..offset + 4) {
        bytes.copy_from_slice(&number.to_le_bytes());
    }
}
