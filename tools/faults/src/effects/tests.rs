//! Tests of the effects on a simulated process, without ptrace.

use super::calls::{CLOSE, F_DUPFD, FCNTL};
use super::exit::RESTARTS;
use super::fake::{BASE, FakeProcess, process};
use super::{EntryEffect, ExitEffect, FaultState, SignalEffect, Syscall, exit};
use crate::model::{
    At, Class, Cmp, DescriptorKind, EVERY_CALL, EntryAct, EntryCond, ExitAct, ExitCond, ExitValue,
    Fault, HandlerStart, Id, Injection, MaskAfter, Op, Operand, Part, PathEdit, Property, Register,
    SignalAct, SignalCond, Text, VectorPart,
};

fn fault(injection: Injection) -> Fault {
    Fault {
        id: "test",
        call: "read",
        class: Class::ResultAltered,
        injection,
        clause: "",
        unobservable: None,
    }
}

fn at_entry(when: &'static [EntryCond], acts: &'static [EntryAct]) -> Fault {
    fault(Injection::Entry {
        number: 0,
        when,
        acts,
        exit_acts: &[],
    })
}

fn at_exit(exit: &'static [ExitCond], acts: &'static [ExitAct]) -> Fault {
    fault(Injection::Exit {
        number: 0,
        entry: &[],
        exit,
        acts,
    })
}

fn at_delivery(when: &'static [SignalCond], act: SignalAct) -> Fault {
    fault(Injection::Signal { when, act })
}

/// Four bytes where an argument points.
const fn word(arg: u8, offset: i64) -> At {
    At {
        arg,
        through: None,
        offset,
        width: 4,
    }
}

const CALL: Syscall = Syscall {
    number: 0,
    args: [3, BASE, 8, 0, 0, 0],
};

/// Passes one call through entry and exit. Returns the call that is made, and the effect.
fn pass(state: &mut FaultState, process: &mut FakeProcess, result: i64) -> (Syscall, ExitEffect) {
    match state.enter(CALL, process) {
        EntryEffect::Ignore => (CALL, ExitEffect::Result(result)),
        EntryEffect::Panic => (CALL, ExitEffect::Panic),
        EntryEffect::HangAll => (CALL, ExitEffect::HangAll),
        EntryEffect::Follow(pending) => {
            let result = pending.skipped.unwrap_or(result);
            (pending.made, state.leave(&pending, result, process))
        }
    }
}

#[test]
fn conditions_hold_or_not() {
    let none = at_entry(&[], &[]);
    let state = FaultState::new(&none);
    let holding = [
        EntryCond::Int(0, Cmp::Eq(3)),
        EntryCond::Reg(2, Cmp::Bits(0xf, 8)),
        EntryCond::Mem(word(1, 0), Cmp::Eq(0x0403_0201)),
        EntryCond::Unmapped(3),
        EntryCond::On(0, DescriptorKind::Pipe),
        EntryCond::Ready(0, 1),
        EntryCond::Main(true),
        EntryCond::Same(3, 4),
        EntryCond::Fd(0, Property::Size, Cmp::Eq(9)),
        EntryCond::Equal(Operand::Own(Id::Process), Operand::N(77)),
        EntryCond::Less(Operand::A(0), Operand::Of(0, Property::Size)),
        EntryCond::Masked(1, false),
    ];
    for cond in holding {
        assert!(state.holds(cond, CALL, &mut process()), "{cond:?}");
    }
    let failing = [
        EntryCond::Int(0, Cmp::Lt(3)),
        EntryCond::Mem(word(3, 0), Cmp::Ne(0)),
        EntryCond::Unmapped(1),
        EntryCond::Unready(0, 1),
        EntryCond::Blocked(0),
        EntryCond::Same(0, 1),
        EntryCond::Named(1, Text::Ends("/")),
        EntryCond::Fd(3, Property::Size, Cmp::Eq(9)),
    ];
    for cond in failing {
        assert!(!state.holds(cond, CALL, &mut process()), "{cond:?}");
    }
}

#[test]
fn interrupted_calls_have_no_result() {
    for restart in RESTARTS {
        let late = |cond| exit::holds(cond, CALL, restart, &mut process());
        assert!(late(ExitCond::Interrupted));
        assert!(!late(ExitCond::Got(Cmp::Lt(0))));
    }
    assert!(exit::holds(ExitCond::Interrupted, CALL, -4, &mut process()));
}

#[test]
fn memory_for_the_kernel_alone_is_put_back() {
    const ACTS: &[EntryAct] = &[EntryAct::Put(word(1, 4), Op::Set(Operand::N(-1)))];
    let fault = at_entry(&[], ACTS);
    let (mut state, mut process) = (FaultState::new(&fault), process());
    let EntryEffect::Follow(pending) = state.enter(CALL, &mut process) else {
        panic!("the exit of the call is not watched");
    };
    assert_eq!(process.memory[3..9], [4, 0xff, 0xff, 0xff, 0xff, 9]);
    state.leave(&pending, 0, &mut process);
    assert_eq!(process.memory[3..9], [4, 5, 6, 7, 8, 9]);
}

#[test]
fn a_leak_counts_successes_alone() {
    let fault = at_entry(&[EntryCond::Past(2)], &[EntryAct::Skip(Operand::N(-24))]);
    let (mut state, mut process) = (FaultState::new(&fault), process());
    let results = [5, -9, 6, 7, 8].map(|result| pass(&mut state, &mut process, result).1);
    assert_eq!(results, [5, -9, 6, -24, -24].map(ExitEffect::Result));
    assert_eq!(state.triggered(), 2);
}

#[test]
fn what_is_kept_is_not_written() {
    const ACTS: &[ExitAct] = &[ExitAct::Keep {
        arg: 1,
        offset: 2,
        bytes: 4,
    }];
    let fault = at_exit(&[ExitCond::Got(Cmp::Gt(0))], ACTS);
    let (mut state, mut process) = (FaultState::new(&fault), process());
    let EntryEffect::Follow(pending) = state.enter(CALL, &mut process) else {
        panic!("the exit of the call is not watched");
    };
    process.memory[..8].fill(0);
    assert_eq!(
        state.leave(&pending, 8, &mut process),
        ExitEffect::Result(8)
    );
    assert_eq!(process.memory[..8], [0, 0, 3, 4, 5, 6, 0, 0]);
}

#[test]
fn results_and_masks_change_at_the_exit() {
    const ACTS: &[ExitAct] = &[
        ExitAct::Ret(Op::Add(1)),
        ExitAct::Mask(MaskAfter::With(2)),
        ExitAct::Then(3, &[Operand::Late(ExitValue::Result), Operand::P(1, 4)]),
    ];
    let fault = at_exit(&[], ACTS);
    let (mut state, mut process) = (FaultState::new(&fault), process());
    process.mask = 1;
    let (made, exit) = pass(&mut state, &mut process, 8);
    assert_eq!((made, exit), (CALL, ExitEffect::Result(9)));
    assert_eq!(process.mask, 3);
    assert_eq!(process.calls, [(3, [9, BASE + 4, 0, 0, 0, 0])]);
}

#[test]
fn one_fault_acts_at_the_entry_and_at_the_exit() {
    let fault = fault(Injection::Entry {
        number: 0,
        when: &[],
        acts: &[EntryAct::Arg(2, Op::Add(-1))],
        exit_acts: &[ExitAct::Ret(Op::Add(1))],
    });
    let (made, exit) = pass(&mut FaultState::new(&fault), &mut process(), 7);
    assert_eq!((made.args[2], exit), (7, ExitEffect::Result(8)));
}

#[test]
fn the_mask_of_the_entry_comes_back() {
    let fault = at_exit(&[], &[ExitAct::Mask(MaskAfter::Before)]);
    let (mut state, mut process) = (FaultState::new(&fault), process());
    process.mask = 5;
    let EntryEffect::Follow(pending) = state.enter(CALL, &mut process) else {
        panic!("the exit of the call is not watched");
    };
    process.mask = 0;
    state.leave(&pending, 0, &mut process);
    assert_eq!(process.mask, 5);
}

#[test]
fn a_descriptor_moves_with_its_flag() {
    let fault = at_exit(&[], &[ExitAct::Renumber(None, Operand::N(30))]);
    let (mut state, mut process) = (FaultState::new(&fault), process());
    // The process returns 40 from every call: the flag is not 1, the new number is 40.
    assert_eq!(pass(&mut state, &mut process, 5).1, ExitEffect::Result(40));
    let numbers: Vec<u16> = process.calls.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [FCNTL, FCNTL, CLOSE]);
    assert_eq!(process.calls[1].1[..3], [5, F_DUPFD, 30]);
}

#[test]
fn death_comes_early_or_late() {
    let early = at_entry(&[EntryCond::Int(0, Cmp::Eq(3))], &[EntryAct::Panic]);
    assert_eq!(
        pass(&mut FaultState::new(&early), &mut process(), 0).1,
        ExitEffect::Panic
    );
    let late = at_exit(&[ExitCond::Got(Cmp::Eq(-14))], &[ExitAct::HangAll]);
    assert_eq!(
        pass(&mut FaultState::new(&late), &mut process(), -14).1,
        ExitEffect::HangAll
    );
    assert_eq!(
        pass(&mut FaultState::new(&late), &mut process(), 0).1,
        ExitEffect::Result(0)
    );
}

#[test]
fn signals_are_lost_or_changed() {
    const USR1: i64 = 10;
    let lost = at_delivery(&[SignalCond::Signo(Cmp::Eq(USR1))], SignalAct::Drop);
    let mut info = [0; 128];
    info[0] = 10;
    assert_eq!(
        FaultState::new(&lost).deliver(&mut info, &mut process()),
        SignalEffect::Drop
    );
    info[0] = 12;
    assert_eq!(
        FaultState::new(&lost).deliver(&mut info, &mut process()),
        SignalEffect::Unchanged
    );
    let changed = at_delivery(
        &[SignalCond::Signo(Cmp::Gt(0))],
        SignalAct::Info(16, Op::Set(7)),
    );
    assert_eq!(
        FaultState::new(&changed).deliver(&mut info, &mut process()),
        SignalEffect::Changed
    );
    assert_eq!(info[16..20], [7, 0, 0, 0]);
}

#[test]
fn a_signal_is_lost_from_the_second_on() {
    const WHEN: &[SignalCond] = &[SignalCond::Signo(Cmp::Eq(10)), SignalCond::Earlier(1)];
    let fault = at_delivery(WHEN, SignalAct::Drop);
    let mut state = FaultState::new(&fault);
    let signals = [10, 12, 10, 10].map(|signo| {
        let mut info = [0; 128];
        info[0] = signo;
        state.deliver(&mut info, &mut process())
    });
    let (passes, lost) = (SignalEffect::Unchanged, SignalEffect::Drop);
    assert_eq!(signals, [passes, passes, lost, lost]);
    assert_eq!(state.triggered(), 2);
}

#[test]
fn a_call_loses_registers() {
    const ACTS: &[ExitAct] = &[
        ExitAct::Lose(Part::Register(Register::Rdx)),
        ExitAct::Lose(Part::Flags),
        ExitAct::Lose(Part::Vector(VectorPart::Mxcsr)),
    ];
    let (lossy, mut process) = (at_exit(&[], ACTS), process());
    process.vectors = vec![0; 1024];
    pass(&mut FaultState::new(&lossy), &mut process, 0);
    assert_eq!(process.lost.len(), 1);
    assert_eq!(process.lost[0].0, Register::Rdx);
    assert_eq!(process.flags, 0x8d5);
    assert_eq!(process.vectors[24..28], [0x80, 0x1f, 0, 0]);
}

#[test]
fn the_red_zone_is_overwritten() {
    let lossy = at_delivery(&[], SignalAct::Lose(Part::RedZone));
    let mut process = FakeProcess {
        memory: vec![1; 129],
        stack_pointer: BASE + 128,
        ..FakeProcess::default()
    };
    FaultState::new(&lossy).deliver(&mut [0; 128], &mut process);
    assert!(process.memory[..128].iter().all(|byte| *byte == 0x6b));
    assert_eq!(process.memory[128], 1);
}

#[test]
fn a_vector_state_stays() {
    let fault = at_exit(&[], &[ExitAct::Stay(VectorPart::Xmm)]);
    let (mut state, mut process) = (FaultState::new(&fault), process());
    process.vectors = vec![1; 1024];
    let EntryEffect::Follow(pending) = state.enter(CALL, &mut process) else {
        panic!("the exit of the call is not watched");
    };
    process.vectors = vec![2; 1024];
    state.leave(&pending, 0, &mut process);
    assert_eq!(
        [159, 160, 415, 416].map(|i| process.vectors[i]),
        [2, 1, 1, 2]
    );
}

#[test]
fn every_call_but_the_return_of_a_handler_is_watched() {
    let every = fault(Injection::Exit {
        number: EVERY_CALL,
        entry: &[],
        exit: &[],
        acts: &[],
    });
    let state = FaultState::new(&every);
    assert_eq!(
        [0, 15, 59, 202].map(|number| state.watches(number)),
        [true, false, false, true]
    );
}

#[test]
fn a_signal_is_judged_by_its_handler() {
    let begin = SignalAct::Begin(HandlerStart::Misaligned);
    let caught = at_delivery(&[SignalCond::Caught(true)], begin);
    let effects = [10, 12].map(|signo| {
        let mut info = [0; 128];
        info[0] = signo;
        FaultState::new(&caught).deliver(&mut info, &mut process())
    });
    let begins = SignalEffect::Begin(HandlerStart::Misaligned);
    assert_eq!(effects, [begins, SignalEffect::Unchanged]);
}

#[test]
fn another_call_is_made_before() {
    const ACTS: &[EntryAct] = &[
        EntryAct::First(9, &[Operand::A(0), Operand::Bytes(b"ab")]),
        EntryAct::Arg(2, Op::Set(Operand::Noted)),
    ];
    let fault = at_entry(&[], ACTS);
    let mut process = FakeProcess {
        stack_pointer: BASE + 160,
        ..process()
    };
    let (made, _) = pass(&mut FaultState::new(&fault), &mut process, 0);
    assert_eq!(process.calls, [(9, [3, BASE + 16, 0, 0, 0, 0])]);
    assert_eq!(process.memory[16..18], [17, 18]);
    assert_eq!(made.args[2], 41);
}

#[test]
fn a_path_is_changed_for_the_kernel_alone() {
    let fault = at_entry(&[], &[EntryAct::Path(1, PathEdit::NoSlashes)]);
    let mut process = FakeProcess {
        memory: (1..=64).collect(),
        stack_pointer: BASE + 160,
        ..process()
    };
    process.memory[..3].copy_from_slice(b"a/\0");
    let mut state = FaultState::new(&fault);
    let EntryEffect::Follow(pending) = state.enter(CALL, &mut process) else {
        panic!("the exit of the call is not watched");
    };
    assert_eq!(pending.made.args[1], BASE + 16);
    assert_eq!(process.memory[16..19], *b"a\0\x13");
    state.leave(&pending, 0, &mut process);
    assert_eq!(process.memory[16..19], [17, 18, 19]);
}

#[test]
fn a_child_has_acts_and_a_result_of_its_own() {
    const ACTS: &[ExitAct] = &[ExitAct::InChild(&[
        ExitAct::Ret(Op::Set(Operand::A(0))),
        ExitAct::Then(3, &[Operand::Late(ExitValue::Result)]),
    ])];
    let fault = at_exit(&[ExitCond::Got(Cmp::Gt(0))], ACTS);
    let (mut state, mut process) = (FaultState::new(&fault), process());
    let EntryEffect::Follow(pending) = state.enter(CALL, &mut process) else {
        panic!("the exit of the call is not watched");
    };
    assert!(state.acts_of_child(&pending, 0, &mut process).is_empty());
    let acts = state.acts_of_child(&pending, 8, &mut process);
    assert_eq!(state.begin_child(&acts, &pending, &mut process), 3);
    assert_eq!(process.calls, [(3, [3, 0, 0, 0, 0, 0])]);
}
