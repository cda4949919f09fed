//! A kernel with exactly one bug, for any x86-64 program on Linux.
//!
//! [`run`] starts a program under ptrace(2). A seccomp filter stops only the one system call that
//! the [`Fault`] is about, so that everything else runs at full speed; the fault's conditions are
//! compared with the arguments, the memory they point to and the result, and its effects applied
//! to registers and memory. Threads, children, signals and interrupted calls are followed.
//!
//! A fault is one line of [`TABLE`], drawn from the ways in which young kernels fail. What it
//! remembers (a leak, a frozen clock) lives for one run, which stands for one boot.
//!
//! | room | holds | imports |
//! |---|---|---|
//! | `model` | what a fault is: plain data | |
//! | `table` | the faults, family by family | `model` |
//! | `effects` | what a fault makes of one call: pure, tested without ptrace | `model` |
//! | `trace` | a program under ptrace: its start, its stops, its time limits | `effects`, `model` |

mod effects;
mod model;
mod table;
mod trace;

pub use model::{
    At, Base, Class, Cmp, DescriptorKind, EntryAct, EntryCond, EntryOperand, ExitAct, ExitCond,
    ExitOperand, ExitValue, Fault, Injection, MaskAfter, Op, Operand, SignalAct, SignalCond,
};
pub use table::{TABLE, find};
pub use trace::{TimeLimits, TraceEnd, TraceResult, run};
