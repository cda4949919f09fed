//! The loss of registers and of vector state, on a program that prints what survives.

mod common;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use faults::{
    Class, EVERY_CALL, ExitAct, Fault, HandlerStart, Injection, Part, Register, SignalAct,
    SignalCond, TimeLimits, VectorPart, run,
};

use common::compiled;

const RT_SIGRETURN: u16 = 15;
const GETPPID: u16 = 110;

/// The program, compiled once.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| compiled("registers"))
}

/// The lines of the program under a fault.
fn lines(fault: Option<&Fault>) -> BTreeMap<String, String> {
    let limits = TimeLimits {
        total: Duration::from_secs(20),
        silence: Duration::from_secs(5),
    };
    let mut output = Vec::new();
    let result = run(fault, Command::new(program()), limits, |bytes| {
        output.extend_from_slice(bytes);
        ControlFlow::Continue(())
    });
    let result = result.expect("the program runs");
    assert!(fault.is_none() || result.triggered > 0, "{:?}", result.end);
    let text = String::from_utf8(output).expect("text");
    let pairs = text.lines().filter_map(|line| line.split_once(' '));
    pairs
        .map(|(name, number)| (name.to_string(), number.to_string()))
        .collect()
}

fn fault(injection: Injection) -> Fault {
    Fault {
        id: "test",
        call: "any",
        class: Class::ResultAltered,
        injection,
        clause: "",
        unobservable: None,
    }
}

/// The names of the lines that differ from those without a fault.
fn changed(injection: Injection) -> Vec<String> {
    let (right, wrong) = (lines(None), lines(Some(&fault(injection))));
    assert_eq!(right.len(), wrong.len(), "{wrong:?}");
    let differs = |name: &&String| right[*name] != wrong[*name];
    right.keys().filter(differs).cloned().collect()
}

fn at_exit(number: u16, acts: &'static [ExitAct]) -> Injection {
    Injection::Exit {
        number,
        entry: &[],
        exit: &[],
        acts,
    }
}

fn at_delivery(when: &'static [SignalCond], act: SignalAct) -> Injection {
    Injection::Signal { when, act }
}

#[test]
fn without_a_fault_everything_survives() {
    for (name, number) in lines(None) {
        let expected = if name == "handler-direction" {
            "0"
        } else {
            "1"
        };
        assert_eq!(number, expected, "{name}");
    }
}

#[test]
fn integer_registers_are_lost() {
    const RDX: ExitAct = ExitAct::Lose(Part::Register(Register::Rdx));
    const RSI: ExitAct = ExitAct::Lose(Part::Register(Register::Rsi));
    const RDI: ExitAct = ExitAct::Lose(Part::Register(Register::Rdi));
    const R8: ExitAct = ExitAct::Lose(Part::Register(Register::R8));
    const R9: ExitAct = ExitAct::Lose(Part::Register(Register::R9));
    const R10: ExitAct = ExitAct::Lose(Part::Register(Register::R10));
    assert_eq!(changed(at_exit(GETPPID, &[RDX])), ["rdx"]);
    assert_eq!(changed(at_exit(GETPPID, &[RSI, R8])), ["r8", "rsi"]);
    assert_eq!(
        changed(at_exit(GETPPID, &[RDI, R9, R10])),
        ["r10", "r9", "rdi"]
    );
}

#[test]
fn the_red_zone_and_the_flags_are_lost() {
    const ZONE: ExitAct = ExitAct::Lose(Part::RedZone);
    const FLAGS: ExitAct = ExitAct::Lose(Part::Flags);
    assert_eq!(changed(at_exit(GETPPID, &[ZONE])), ["red-zone"]);
    assert_eq!(changed(at_exit(GETPPID, &[FLAGS])), ["carry"]);
}

#[test]
fn the_vector_state_is_lost() {
    const fn lose(part: VectorPart) -> ExitAct {
        ExitAct::Lose(Part::Vector(part))
    }
    const XMM: ExitAct = lose(VectorPart::Xmm);
    const MXCSR: ExitAct = lose(VectorPart::Mxcsr);
    const CONTROL: ExitAct = lose(VectorPart::ControlWord);
    assert_eq!(changed(at_exit(GETPPID, &[XMM])), ["xmm"]);
    assert_eq!(changed(at_exit(GETPPID, &[MXCSR])), ["mxcsr"]);
    assert_eq!(changed(at_exit(GETPPID, &[CONTROL])), ["control-word"]);
    if std::arch::is_x86_feature_detected!("avx") {
        const YMM: ExitAct = lose(VectorPart::YmmHigh);
        assert_eq!(changed(at_exit(GETPPID, &[YMM])), ["ymm"]);
    }
}

#[test]
fn every_call_loses_a_part() {
    const ZONE: ExitAct = ExitAct::Lose(Part::RedZone);
    assert_eq!(changed(at_exit(EVERY_CALL, &[ZONE])), ["red-zone"]);
}

#[test]
fn the_state_of_a_handler_stays() {
    const XMM: ExitAct = ExitAct::Stay(VectorPart::Xmm);
    const MXCSR: ExitAct = ExitAct::Stay(VectorPart::Mxcsr);
    assert_eq!(changed(at_exit(RT_SIGRETURN, &[XMM])), ["handler-xmm"]);
    assert_eq!(changed(at_exit(RT_SIGRETURN, &[MXCSR])), ["handler-mxcsr"]);
}

#[test]
fn a_handler_begins_in_a_wrong_state() {
    const DOWN: &[SignalCond] = &[SignalCond::Caught(true), SignalCond::GoesDown];
    let down = at_delivery(DOWN, SignalAct::Begin(HandlerStart::DirectionSet));
    assert_eq!(changed(down), ["handler-direction"]);
    let misaligned = SignalAct::Begin(HandlerStart::Misaligned);
    let misaligned = at_delivery(&[SignalCond::Caught(true)], misaligned);
    assert_eq!(changed(misaligned), ["handler-aligned"]);
}
