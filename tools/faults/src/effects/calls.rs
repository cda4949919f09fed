//! The acts that make other system calls.

use super::entry::STDERR;
use super::process::{Process, Scratch};
use super::state::{FaultState, Pending, arguments, arguments_from};
use crate::model::{DescriptorKind, ExitAct, Property};

const OPEN: u16 = 2;
pub(super) const CLOSE: u16 = 3;
const LSEEK: u16 = 8;
pub(super) const FCNTL: u16 = 72;
const DUP3: u16 = 292;
pub(super) const F_DUPFD: u64 = 0;
const F_GETFD: u64 = 1;
const F_DUPFD_CLOEXEC: u64 = 1030;
const O_CLOEXEC: u64 = 0o2_000_000;

impl FaultState<'_> {
    /// Performs an act that makes other calls, and returns the new result of the call.
    pub(super) fn act_by_calls(
        &self,
        act: ExitAct,
        pending: &Pending,
        result: i64,
        scratch: &mut Scratch,
        process: &mut impl Process,
    ) -> i64 {
        let call = pending.given;
        let mut value =
            |operand, process: &mut _| self.exit_value(operand, call, result, scratch, process);
        match act {
            ExitAct::Again => return process.syscall(pending.made.number, pending.made.args),
            ExitAct::Then(number, operands) => {
                let value = |arg| self.exit_value(arg, call, result, scratch, process);
                let args = arguments(operands, value);
                process.syscall(number, args);
            }
            ExitAct::ThenEach(number, operands) => {
                for descriptor in process.descriptors() {
                    let value = |arg| self.exit_value(arg, call, result, scratch, process);
                    let args = arguments_from(Some(descriptor), operands, value);
                    if descriptor > STDERR {
                        process.syscall(number, args);
                    }
                }
            }
            ExitAct::Reopen(descriptor) => {
                let descriptor = descriptor.map(|operand| value(operand, process));
                reopen(descriptor, scratch, process);
            }
            ExitAct::Renumber(at, least) => {
                let least = value(least, process);
                let Some(at) = at else {
                    return renumber(result, least, process);
                };
                if let Some(given) = call.load(at, process) {
                    call.store(at, renumber(given, least, process), process);
                }
            }
            _ => {}
        }
        result
    }
}

/// Gives a descriptor, or every one of a regular file, an open file description of its own.
fn reopen(descriptor: Option<i64>, scratch: &mut Scratch, process: &mut impl Process) {
    let descriptors = match descriptor {
        Some(descriptor) => vec![descriptor as i32],
        None => process.descriptors(),
    };
    for descriptor in descriptors {
        if descriptor <= STDERR
            || process.descriptor_kind(descriptor) != Some(DescriptorKind::Regular)
        {
            continue;
        }
        let path = format!("/proc/self/fd/{descriptor}\0");
        let path = scratch.place(path.as_bytes(), process);
        let mut property = |property| process.descriptor_property(descriptor, property);
        let (flags, position) = (property(Property::Flags), property(Property::Position));
        let fd = descriptor as u64;
        let closes = process.syscall(FCNTL, [fd, F_GETFD, 0, 0, 0, 0]) as u64 & 1;
        let copy = process.syscall(OPEN, [path, flags.unwrap_or(0) as u64, 0, 0, 0, 0]);
        if copy < 0 {
            continue;
        }
        let copy = copy as u64;
        process.syscall(LSEEK, [copy, position.unwrap_or(0) as u64, 0, 0, 0, 0]);
        process.syscall(DUP3, [copy, fd, closes * O_CLOEXEC, 0, 0, 0]);
        process.syscall(CLOSE, [copy, 0, 0, 0, 0, 0]);
    }
}

/// Moves a descriptor to another number, and keeps its close-on-exec flag.
fn renumber(descriptor: i64, least: i64, process: &mut impl Process) -> i64 {
    if descriptor < 0 {
        return descriptor;
    }
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
