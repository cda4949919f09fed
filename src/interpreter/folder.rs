//! The folder of a script: `FOLDER()`.
//!
//! The suite makes a folder of its own below the current one. A suite about paths makes one in it
//! for each script, so that a file that a kernel cannot remove is in no other script's way. The
//! name has the process id: a kernel that boots again after a crash gives the same one, and two
//! runs at a time do not meet.

use posix_conformance::abi::errno::{EEXIST, ENOTEMPTY};
use posix_conformance::log::Word;

use crate::runtime::files as kernel_files;
use crate::runtime::kernel::{self, Source};
use crate::tables::HAS_PATHS;

/// The first and the last name, of one letter, that a script's end removes, in the folder and in
/// folders there.
const NAMES: [u8; 2] = *b"aj";
/// The deepest path that a script's end removes, in bytes.
const DEPTH_MAX: usize = 8;
/// The descriptor of the suite's own folder. No other one of a script is so high.
pub const DESCRIPTOR: usize = 63;

/// The suite's own folder, and the state of the script's.
pub struct Folder {
    /// The result of the call that failed to make it.
    failed: isize,
    source: Source,
    state: State,
    /// The number of scripts that had one.
    scripts: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Unmade,
    /// The current folder is the suite's own.
    Outside,
    /// The current folder is the script's.
    Inside,
    Failed,
}

/// A path of up to 15 bytes.
type Path = [u8; 16];

impl Folder {
    pub const fn new() -> Folder {
        Folder {
            failed: 0,
            source: Source::call(0),
            state: State::Unmade,
            scripts: 0,
        }
    }

    /// Makes the suite's own folder and goes there, once; returns 0 or the error, whose source is
    /// noted.
    pub fn make(&mut self) -> isize {
        if self.state == State::Unmade {
            self.state = State::Failed;
            self.failed = enter(&name(b"pxc-", kernel::getpid() as u32));
            self.source = kernel::last_source();
            if self.failed == 0 {
                self.state = State::Outside;
                if HAS_PATHS {
                    kernel_files::keep_current(DESCRIPTOR);
                }
            }
        }
        kernel::note(self.source);
        self.failed
    }

    /// Goes to a new folder for the script.
    pub fn enter(&mut self) -> isize {
        self.leave();
        if self.make() != 0 {
            return self.failed;
        }
        let mut result = 0;
        if HAS_PATHS {
            self.scripts += 1;
            result = enter(&name(b"s", self.scripts));
        }
        if result == 0 {
            if HAS_PATHS {
                self.state = State::Inside;
            }
            // A boot that did not end may have left it.
            clean(&mut [0; 16], 0);
            kernel::note(Source::FOUND);
        }
        result
    }

    /// Removes the script's folder.
    #[inline(never)]
    pub fn leave(&mut self) {
        if HAS_PATHS && self.state == State::Inside {
            self.state = State::Outside;
            let script = name(b"s", self.scripts);
            // A script may have changed the current folder.
            if kernel_files::fchdir(DESCRIPTOR) == 0 {
                kernel_files::chdir(&script);
            }
            clean(&mut [0; 16], 0);
            kernel_files::chdir(b"..\0");
            kernel_files::rmdir(&script);
        }
    }

    /// Removes the suite's own folder.
    pub fn remove(&mut self) {
        self.leave();
        if self.state == State::Outside {
            if !HAS_PATHS {
                clean(&mut [0; 16], 0);
            }
            kernel_files::chdir(b"..\0");
            kernel_files::rmdir(&name(b"pxc-", kernel::getpid() as u32));
        }
    }
}

/// A name that ends in a number, in hexadecimal.
fn name(begin: &[u8], number: u32) -> Path {
    let mut path = [0; 16];
    let bytes = begin.iter().copied();
    let digits = (0..8)
        .rev()
        .map(|nibble| b'a' + (number >> (4 * nibble) & 15) as u8);
    for (place, byte) in path.iter_mut().zip(bytes.chain(digits)) {
        *place = byte;
    }
    path
}

/// Makes a folder, unless there is one, and goes there; returns 0 or the error, whose source is
/// noted.
fn enter(path: &[u8]) -> isize {
    let made = kernel_files::mkdir(path);
    if made != 0 && made != -isize::from(EEXIST.0) {
        // A wrong result above 0 is an error too.
        return if made > 0 {
            kernel::no_result(Word::StepLeftOut)
        } else {
            made
        };
    }
    kernel_files::chdir(path)
}

/// Removes the files and folders of one-letter names; `path` has so many bytes of a folder's path.
fn clean(path: &mut Path, length: usize) {
    let mut letter = NAMES[0];
    // An iterator takes 16 bytes more.
    while letter <= NAMES[1] {
        path[length] = letter;
        path[length + 1] = 0;
        letter += 1;
        kernel_files::unlink(path);
        // Where all calls fail no folder is searched: there are ten thousand paths.
        let full = kernel_files::rmdir(path) == -isize::from(ENOTEMPTY.0);
        if HAS_PATHS && full && length + 2 < DEPTH_MAX {
            kernel_files::open_up(path);
            path[length + 1] = b'/';
            clean(path, length + 2);
            path[length + 1] = 0;
            kernel_files::rmdir(path);
        }
    }
}
