//! The parts of a thread's state that a faulty kernel loses.

/// A part of the state of a thread that a system call, a signal or a context switch preserves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Register(Register),
    /// The 128 bytes below the stack pointer (System V ABI for x86-64, 3.2.2).
    RedZone,
    /// The carry, parity, adjust, zero, sign and overflow flags.
    Flags,
    Vector(VectorPart),
}

/// An integer register that a system call preserves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Register {
    Rdx,
    Rsi,
    Rdi,
    R8,
    R9,
    R10,
}

/// A part of the state of the floating-point and vector units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VectorPart {
    /// `xmm0` to `xmm15`.
    Xmm,
    /// The upper halves of `ymm0` to `ymm15`.
    YmmHigh,
    Mxcsr,
    /// The control word of the x87 unit.
    ControlWord,
}

/// A wrong state at the first instruction of a signal handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandlerStart {
    /// The direction flag is set.
    DirectionSet,
    /// The stack pointer is 8 bytes off the alignment that a function has at its entry.
    Misaligned,
}
