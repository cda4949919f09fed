//! The descriptors and files of the program, as /proc shows them.

use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use nix::libc::{self, c_int, c_long};
use nix::unistd::Pid;

use crate::model::{DescriptorKind, Property};

/// The kinds of objects without a file, by the beginning of their link in `/proc/PID/fd`.
const ANONYMOUS: [(&str, DescriptorKind); 6] = [
    ("pipe:", DescriptorKind::Pipe),
    ("socket:", DescriptorKind::Socket),
    ("anon_inode:[eventpoll]", DescriptorKind::Epoll),
    ("anon_inode:[eventfd]", DescriptorKind::Event),
    ("anon_inode:[timerfd]", DescriptorKind::Timer),
    ("anon_inode:[signalfd]", DescriptorKind::Signals),
];
/// `MQUEUE_MAGIC`, the type of the file system of message queues (`ipc/mqueue.c` of Linux).
const QUEUES: u64 = 0x1980_0202;

pub(super) fn kind(thread: Pid, descriptor: i32) -> Option<DescriptorKind> {
    let place = place(thread, descriptor);
    let link = fs::read_link(&place).ok()?;
    let text = link.to_string_lossy();
    let known = ANONYMOUS
        .iter()
        .find(|(prefix, _)| text.starts_with(prefix));
    if let Some((_, kind)) = known {
        return Some(*kind);
    }
    let kind = fs::metadata(&place).ok()?.file_type();
    if kind.is_dir() {
        Some(DescriptorKind::Directory)
    } else if kind.is_fifo() {
        Some(DescriptorKind::Fifo)
    } else if kind.is_char_device() || kind.is_block_device() {
        Some(DescriptorKind::Device)
    } else if is_queue(&place) {
        Some(DescriptorKind::Queue)
    } else {
        kind.is_file().then_some(DescriptorKind::Regular)
    }
}

fn is_queue(place: &Path) -> bool {
    nix::sys::statfs::statfs(place).is_ok_and(|found| found.filesystem_type().0 as u64 == QUEUES)
}

/// The link of a descriptor.
fn place(thread: Pid, descriptor: i32) -> PathBuf {
    PathBuf::from(format!("/proc/{thread}/fd/{descriptor}"))
}

/// The descriptors that are open, in ascending order.
pub(super) fn descriptors(thread: Pid) -> Vec<i32> {
    let entries = fs::read_dir(format!("/proc/{thread}/fd"));
    let names = entries.into_iter().flatten().flatten();
    let mut numbers: Vec<i32> = names
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    numbers.sort_unstable();
    numbers
}

pub(super) fn descriptor_property(thread: Pid, descriptor: i32, property: Property) -> Option<i64> {
    let place = place(thread, descriptor);
    let info = |name: &str, radix| {
        let info = fs::read_to_string(format!("/proc/{thread}/fdinfo/{descriptor}")).ok()?;
        let value = info.lines().find_map(|line| line.strip_prefix(name))?;
        i64::from_str_radix(value.trim(), radix).ok()
    };
    match property {
        Property::Flags => info("flags:", 8),
        Property::Position => info("pos:", 10),
        Property::Left => {
            let size = fs::metadata(&place).ok()?.size() as i64;
            Some(size.saturating_sub(info("pos:", 10)?))
        }
        property => of_file(property, &fs::metadata(&place).ok()?, &place),
    }
}

pub(super) fn file_property(
    thread: Pid,
    directory: Option<i32>,
    path: &[u8],
    property: Property,
) -> Option<i64> {
    let path = Path::new(OsStr::from_bytes(path));
    let full = match (path.strip_prefix("/"), directory) {
        (Ok(path), _) => PathBuf::from(format!("/proc/{thread}/root")).join(path),
        (Err(_), Some(descriptor)) if descriptor != libc::AT_FDCWD => {
            place(thread, descriptor).join(path)
        }
        (Err(_), _) => PathBuf::from(format!("/proc/{thread}/cwd")).join(path),
    };
    match fs::symlink_metadata(&full) {
        Ok(found) => of_file(property, &found, &full),
        Err(_) if property == Property::Type => Some(0),
        Err(_) => None,
    }
}

fn of_file(property: Property, found: &Metadata, path: &Path) -> Option<i64> {
    let number = match property {
        Property::Type => u64::from(found.mode() & libc::S_IFMT),
        Property::Permissions => u64::from(found.mode() & !libc::S_IFMT),
        Property::Size => found.size(),
        Property::Links => found.nlink(),
        Property::Entries => fs::read_dir(path).map_or(0, Iterator::count) as u64,
        Property::Flags | Property::Position | Property::Left => return None,
    };
    i64::try_from(number).ok()
}

/// A copy of one of the descriptors of a process.
pub(super) fn copy(process: i32, number: i32) -> Option<OwnedFd> {
    // SAFETY: pidfd_open(2) takes only numbers.
    let pidfd = unsafe { libc::syscall(libc::SYS_pidfd_open, process, 0) };
    let pidfd = own(pidfd)?;
    // SAFETY: pidfd_getfd(2) takes only numbers.
    let copy = unsafe { libc::syscall(libc::SYS_pidfd_getfd, pidfd.as_raw_fd(), number, 0) };
    own(copy)
}

fn own(descriptor: c_long) -> Option<OwnedFd> {
    let descriptor = c_int::try_from(descriptor).ok().filter(|fd| *fd >= 0)?;
    // SAFETY: the kernel has just created the descriptor, and no other owner exists.
    Some(unsafe { OwnedFd::from_raw_fd(descriptor) })
}
