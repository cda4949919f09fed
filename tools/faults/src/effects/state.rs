//! What a faulty kernel makes of one call: pure, over a [`Process`] that the tests replace.

use crate::model::{Act, At, Cmp, Cond, DescriptorKind, Fault, MaskAfter, Op, RESULT, Src};

/// The results by which a kernel tells itself that a signal interrupted a call: `ERESTARTSYS`,
/// `ERESTARTNOINTR`, `ERESTARTNOHAND` and `ERESTART_RESTARTBLOCK`. No program sees them.
const RESTARTS: [i64; 4] = [-512, -513, -514, -516];
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
const CLOSE: u16 = 3;
const FCNTL: u16 = 72;
const F_DUPFD: u64 = 0;
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
fn holds(cond: Cond, call: Syscall, process: &mut impl Process) -> bool {
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
fn holds_late(cond: Cond, call: Syscall, result: i64, process: &mut impl Process) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Class, MaskAfter, word};

    /// Memory from address 0x1000 on, one mask, and the calls that were made.
    #[derive(Default)]
    struct Bench {
        memory: Vec<u8>,
        mask: u64,
        calls: Vec<(u16, [u64; 6])>,
    }

    const BASE: u64 = 0x1000;

    impl Bench {
        fn range(&self, address: u64, size: usize) -> Option<std::ops::Range<usize>> {
            let from = usize::try_from(address.checked_sub(BASE)?).ok()?;
            let range = from..from.checked_add(size)?;
            (range.end <= self.memory.len()).then_some(range)
        }
    }

    impl Process for Bench {
        fn read(&mut self, address: u64, into: &mut [u8]) -> bool {
            let range = self.range(address, into.len());
            range.is_some_and(|range| {
                into.copy_from_slice(&self.memory[range]);
                true
            })
        }

        fn write(&mut self, address: u64, bytes: &[u8]) -> bool {
            let range = self.range(address, bytes.len());
            range.is_some_and(|range| {
                self.memory[range].copy_from_slice(bytes);
                true
            })
        }

        fn descriptor_kind(&mut self, descriptor: i32) -> Option<DescriptorKind> {
            (descriptor == 3).then_some(DescriptorKind::Pipe)
        }

        fn ready(&mut self, descriptor: i32, _: i16) -> Option<bool> {
            (descriptor < 5).then_some(descriptor == 3)
        }

        fn mask(&mut self) -> u64 {
            self.mask
        }

        fn set_mask(&mut self, mask: u64) {
            self.mask = mask;
        }

        fn is_main(&mut self) -> bool {
            true
        }

        fn syscall(&mut self, number: u16, args: [u64; 6]) -> i64 {
            self.calls.push((number, args));
            40
        }
    }

    fn bench() -> Bench {
        Bench {
            memory: (1..=32).collect(),
            ..Bench::default()
        }
    }

    fn fault(when: &'static [Cond], acts: &'static [Act]) -> Fault {
        Fault {
            id: "test",
            call: "read",
            class: Class::ResultAltered,
            number: 0,
            when,
            acts,
            clause: "",
            unobservable: None,
        }
    }

    const CALL: Syscall = Syscall {
        number: 0,
        args: [3, BASE, 8, 0, 0, 0],
    };

    /// Takes one call through entry and exit; the call that is made, and the result.
    fn pass(state: &mut FaultState, bench: &mut Bench, result: i64) -> (Syscall, ExitEffect) {
        match state.enter(CALL, bench) {
            EntryEffect::Ignore => (CALL, ExitEffect::Result(result)),
            EntryEffect::Panic => (CALL, ExitEffect::Panic),
            EntryEffect::HangAll => (CALL, ExitEffect::HangAll),
            EntryEffect::Follow(pending) => {
                let result = pending.skipped.unwrap_or(result);
                (pending.made, state.leave(&pending, result, bench))
            }
        }
    }

    #[test]
    fn conditions_hold_or_not() {
        let holding = [
            Cond::Int(0, Cmp::Eq(3)),
            Cond::Reg(2, Cmp::Bits(0xf, 8)),
            Cond::Mem(word(1, 0), Cmp::Eq(0x0403_0201)),
            Cond::Unmapped(3),
            Cond::On(0, DescriptorKind::Pipe),
            Cond::Ready(0, 1),
            Cond::Main(true),
            Cond::Same(3, 4),
        ];
        for cond in holding {
            assert!(holds(cond, CALL, &mut bench()), "{cond:?}");
        }
        let failing = [
            Cond::Int(0, Cmp::Lt(3)),
            Cond::Mem(word(3, 0), Cmp::Ne(0)),
            Cond::Unmapped(1),
            Cond::Unready(0, 1),
            Cond::Blocked(0),
            Cond::Same(0, 1),
        ];
        for cond in failing {
            assert!(!holds(cond, CALL, &mut bench()), "{cond:?}");
        }
    }

    #[test]
    fn interrupted_calls_have_no_result() {
        for restart in RESTARTS {
            let late = |cond| holds_late(cond, CALL, restart, &mut bench());
            assert!(late(Cond::Interrupted));
            assert!(!late(Cond::Got(Cmp::Lt(0))));
        }
        assert!(holds_late(Cond::Interrupted, CALL, -4, &mut bench()));
    }

    #[test]
    fn memory_for_the_kernel_alone_is_put_back() {
        const ACTS: &[Act] = &[Act::Put(word(1, 4), Op::Set(Src::N(-1)))];
        let fault = fault(&[], ACTS);
        let (mut state, mut bench) = (FaultState::new(&fault), bench());
        let EntryEffect::Follow(pending) = state.enter(CALL, &mut bench) else {
            panic!("the call is followed");
        };
        assert_eq!(bench.memory[3..9], [4, 0xff, 0xff, 0xff, 0xff, 9]);
        state.leave(&pending, 0, &mut bench);
        assert_eq!(bench.memory[3..9], [4, 5, 6, 7, 8, 9]);
    }

    #[test]
    fn a_leak_counts_successes_alone() {
        let fault = fault(&[Cond::Past(2)], &[Act::Skip(Src::N(-24))]);
        let (mut state, mut bench) = (FaultState::new(&fault), bench());
        let results = [5, -9, 6, 7, 8].map(|result| pass(&mut state, &mut bench, result).1);
        assert_eq!(results, [5, -9, 6, -24, -24].map(ExitEffect::Result));
        assert_eq!(state.triggered(), 2);
    }

    #[test]
    fn what_is_kept_is_not_written() {
        const ACTS: &[Act] = &[Act::Keep {
            arg: 1,
            offset: 2,
            bytes: Src::N(4),
        }];
        let fault = fault(&[Cond::Got(Cmp::Gt(0))], ACTS);
        let (mut state, mut bench) = (FaultState::new(&fault), bench());
        let EntryEffect::Follow(pending) = state.enter(CALL, &mut bench) else {
            panic!("the call is followed");
        };
        bench.memory[..8].fill(0);
        assert_eq!(state.leave(&pending, 8, &mut bench), ExitEffect::Result(8));
        assert_eq!(bench.memory[..8], [0, 0, 3, 4, 5, 6, 0, 0]);
    }

    #[test]
    fn results_and_masks_change_at_the_exit() {
        const ACTS: &[Act] = &[
            Act::Ret(Op::Add(1)),
            Act::Mask(MaskAfter::With(2)),
            Act::Then(3, &[Src::R, Src::P(1, 4)]),
        ];
        let fault = fault(&[], ACTS);
        let (mut state, mut bench) = (FaultState::new(&fault), bench());
        bench.mask = 1;
        let (made, exit) = pass(&mut state, &mut bench, 8);
        assert_eq!((made, exit), (CALL, ExitEffect::Result(9)));
        assert_eq!(bench.mask, 3);
        assert_eq!(bench.calls, [(3, [9, BASE + 4, 0, 0, 0, 0])]);
    }

    #[test]
    fn a_descriptor_moves_with_its_flag() {
        let fault = fault(&[], &[Act::Renumber(None, Src::N(30))]);
        let (mut state, mut bench) = (FaultState::new(&fault), bench());
        // The bench answers every call with 40: the flag is no 1, the new number is 40.
        assert_eq!(pass(&mut state, &mut bench, 5).1, ExitEffect::Result(40));
        let numbers: Vec<u16> = bench.calls.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [FCNTL, FCNTL, CLOSE]);
        assert_eq!(bench.calls[1].1[..3], [5, F_DUPFD, 30]);
    }

    #[test]
    fn death_comes_early_or_late() {
        let early = fault(&[Cond::Int(0, Cmp::Eq(3))], &[Act::Panic]);
        assert_eq!(
            pass(&mut FaultState::new(&early), &mut bench(), 0).1,
            ExitEffect::Panic
        );
        let late = fault(&[Cond::Got(Cmp::Eq(-14))], &[Act::HangAll]);
        assert_eq!(
            pass(&mut FaultState::new(&late), &mut bench(), -14).1,
            ExitEffect::HangAll
        );
        assert_eq!(
            pass(&mut FaultState::new(&late), &mut bench(), 0).1,
            ExitEffect::Result(0)
        );
    }

    #[test]
    fn signals_are_lost_or_changed() {
        const USR1: i64 = 10;
        let lost = fault(&[Cond::Signal(Cmp::Eq(USR1))], &[Act::Drop]);
        let mut info = [0; 128];
        info[0] = 10;
        assert_eq!(
            FaultState::new(&lost).deliver(&mut info),
            SignalEffect::Drop
        );
        info[0] = 12;
        assert_eq!(
            FaultState::new(&lost).deliver(&mut info),
            SignalEffect::Unchanged
        );
        let changed = fault(
            &[Cond::Signal(Cmp::Gt(0))],
            &[Act::Info(16, Op::Set(Src::N(7)))],
        );
        assert_eq!(
            FaultState::new(&changed).deliver(&mut info),
            SignalEffect::Changed
        );
        assert_eq!(info[16..20], [7, 0, 0, 0]);
    }
}
