use super::state::{CLOSE, F_DUPFD, FCNTL, RESTARTS, holds, holds_late};
use super::{EntryEffect, ExitEffect, FaultState, Process, SignalEffect, Syscall};
use crate::model::{Act, Class, Cmp, Cond, DescriptorKind, Fault, MaskAfter, Op, Src, word};

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
