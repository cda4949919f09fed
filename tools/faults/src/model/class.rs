//! The classes of faults.

/// The way in which a kernel is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The call fails as it should, but with the wrong error number.
    WrongErrno,
    /// The call succeeds where it should fail.
    FalseSuccess,
    /// The call fails where it should succeed.
    FalseError,
    /// An argument is used without the check that it needs.
    MissingCheck,
    /// A flag or mode is accepted and ignored.
    FlagDropped,
    /// The kernel uses another argument than the program gave.
    ArgumentChanged,
    /// The call returns or writes a wrong value.
    ResultAltered,
    /// The call processes fewer bytes or elements than it could.
    ShortCount,
    /// A time is wrong.
    TimeOff,
    /// A resource or a setting is kept that should end, or is lost.
    StateKept,
    /// The call does not return.
    Hang,
    /// The kernel panics.
    Panic,
}

impl Class {
    pub const ALL: [Class; 12] = [
        Class::WrongErrno,
        Class::FalseSuccess,
        Class::FalseError,
        Class::MissingCheck,
        Class::FlagDropped,
        Class::ArgumentChanged,
        Class::ResultAltered,
        Class::ShortCount,
        Class::TimeOff,
        Class::StateKept,
        Class::Hang,
        Class::Panic,
    ];

    /// The name that reports print.
    pub const fn name(self) -> &'static str {
        match self {
            Class::WrongErrno => "wrong errno",
            Class::FalseSuccess => "false success",
            Class::FalseError => "false error",
            Class::MissingCheck => "missing check",
            Class::FlagDropped => "flag dropped",
            Class::ArgumentChanged => "argument changed",
            Class::ResultAltered => "result altered",
            Class::ShortCount => "short count",
            Class::TimeOff => "time off",
            Class::StateKept => "state kept",
            Class::Hang => "hang",
            Class::Panic => "panic",
        }
    }
}
