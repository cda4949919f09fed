//! The expected results of calls.

use super::{Place, Value};
use crate::abi::Errno;

/// The expectation of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// Any result that is no error.
    Done(),
    /// Exactly this result.
    Is(Value),
    /// Exactly this error.
    Err(Errno),
    /// Either of two errors, where POSIX allows both.
    Either(Errno, Errno),
    /// Any result that is no error; it is stored in the place.
    Keep(Place),
    /// A signed result of at least this much.
    AtLeast(Value),
    /// A signed result of at most this much, and no error.
    AtMost(Value),
}
