//! The program's process id, which rows that send signals name.

use posix_conformance::abi::errno;
use posix_conformance::plan::arena::SELF;

use super::{arena, kernel};

/// Stores the process id in [`SELF`], unless it is there already.
///
/// This is done when a row names it, not at each script's start: a kernel that crashes in the call
/// must not crash in every script.
#[inline(never)]
pub fn cache_pid() {
    if arena::is_poisoned(SELF) {
        arena::put(SELF, own_id());
    }
}

/// The process id, or the main thread's id where getpid(2) returns 1 or less.
///
/// Either call may return a wrong number, and a signal to 0, 1 or -1 would hit other processes. The
/// id 1 is right for a program that is the first or only one. Where both ids are above 1 and
/// differ, and the kernel knows no such thread in such a process, the result is an id that no
/// process has: no signal at all is better than one to another process. Ids that agree need no
/// proof, for which a kernel without tgkill(2) might end the program.
fn own_id() -> i32 {
    let [process, thread] = kernel::own_ids();
    if process <= 1 || thread <= 1 {
        return process.max(thread).max(1);
    }
    let known = || kernel::tgkill(process as usize, thread as usize, 0);
    if process != thread && known() == -isize::from(errno::ESRCH.0) {
        i32::MAX
    } else {
        process
    }
}
