//! Runs any x86-64 program on Linux as if the kernel had exactly one bug, or a few.
//!
//! [`run`] starts a program under ptrace(2). A seccomp filter stops only the system call that the
//! [`Fault`] is about, so all other calls run at full speed. At a stop, the conditions of the fault
//! are compared with the arguments, the memory they point to and the result. Its acts change
//! registers and memory. Threads, child processes, signals and interrupted calls are traced too.
//!
//! A fault is one row of [`TABLE`]; the rows are bugs that young kernels have. A row of
//! [`HISTORY`] is a bug that a kernel had, with its public report. The state of a fault (a leak, a
//! frozen clock) lasts for one run, which is one boot of the faulty kernel.
//!
//! | room | holds | imports |
//! |---|---|---|
//! | `model` | the data of a fault, without behaviour | |
//! | `table` | the faults, one file a family | `model` |
//! | `effects` | the effects of a fault on one call or signal, testable without ptrace | `model` |
//! | `trace` | a program under ptrace: its start, its stops, its time limits | `effects`, `model` |

mod effects;
mod model;
mod table;
mod trace;

pub use model::{
    At, Base, Class, Cmp, DescriptorKind, EVERY_CALL, EntryAct, EntryCond, EntryOperand, ExitAct,
    ExitCond, ExitOperand, ExitValue, Fault, HandlerStart, Historic, Id, Injection, MaskAfter, Op,
    Operand, Part, PathEdit, Product, Property, RecordEdit, Register, SignalAct, SignalCond,
    Source, Text, VectorPart,
};
pub use table::{HISTORY, TABLE, find, suite_of, table};
pub use trace::{TimeLimits, TraceEnd, TraceResult, run, run_with_all};
