//! Faults of mapped files.

use crate::table::prelude::*;

/// An address that no program has.
const NOWHERE: i64 = 1 << 20;
const SHARED_OR_PRIVATE: i64 = (MAP_SHARED | MAP_PRIVATE) as i64;

faults! {
    SYS_mmap "mmap" {
        "shared-file-is-private" FlagDropped entry [On(4, Regular), has(3, MAP_SHARED)]
            [Arg(3, Xor(SHARED_OR_PRIVATE))]
            "MAP_SHARED: stores change the file";
        "private-file-is-shared" FlagDropped
            entry [opened(4, O_RDWR), On(4, Regular), has(3, MAP_PRIVATE)]
            [Arg(3, Xor(SHARED_OR_PRIVATE))]
            "MAP_PRIVATE: stores do not change the file";
        "file-is-anonymous" ArgumentChanged entry [On(4, Regular)] [add(3, MAP_ANONYMOUS)]
            "mmap: the mapping shows the bytes of the file";
        "file-offset-ignored" ArgumentChanged entry [On(4, Regular), Reg(5, Gt(1))] [arg(5, 0)]
            "mmap: the mapping begins at the offset in the file";
        "read-only-file-is-writable" MissingCheck entry [opened(4, O_RDONLY)] exit [err(EACCES)]
            [ret(NOWHERE)]
            "EACCES: PROT_WRITE and MAP_SHARED, and the file is not open for writing";
        "write-only-file-is-readable" MissingCheck entry [opened(4, O_WRONLY)] exit [err(EACCES)]
            [ret(NOWHERE)]
            "EACCES: the file is not open for reading";
        "private-read-only-file-refused" FalseError
            entry [has(3, MAP_PRIVATE), has(2, PROT_WRITE), On(4, Regular)] exit [OK]
            [wrong(EACCES)]
            "EACCES: only for a shared mapping";
        "directory-is-no-permission" WrongErrno exit [err(ENODEV)] [wrong(EACCES)]
            "ENODEV: the type of the file is not supported";
        "last-offset-is-invalid" WrongErrno exit [err(EOVERFLOW)] [wrong(EINVAL)]
            "EOVERFLOW: the sum of off and len exceeds the offset maximum";
        "closed-file-is-anonymous" FalseSuccess entry [above(4, -1)] exit [err(EBADF)]
            [ret(NOWHERE)]
            "EBADF: the descriptor is not open";
        "file-of-no-length" FalseSuccess entry [On(4, Regular), Reg(1, Eq(0))] [skip(NOWHERE)]
            "EINVAL: the length is 0";
        "file-of-no-type" MissingCheck entry [On(4, Regular), Int(3, Lacks(SHARED_OR_PRIVATE))]
            [add(3, MAP_PRIVATE)]
            "EINVAL: neither MAP_SHARED nor MAP_PRIVATE is set";
        "rest-of-the-page-not-zero" ResultAltered
            entry [On(4, Regular), Fd(4, Property::Size, Eq(5))] exit [OK]
            [fill_result(5, 16, 0x55)]
            "mmap: the rest of the last page is zero";
        "end-of-file-ignored" MissingCheck
            entry [On(4, Regular), Fd(4, Property::Size, Eq(0))] [add(3, MAP_ANONYMOUS)]
            "mmap: a page after the end of the file gives SIGBUS";
        "size-rounded-up" StateKept entry [On(4, Regular), has(2, PROT_WRITE)]
            exit [OK] [Then(SYS_ftruncate as u16, &[A(4), N(8192)])]
            "mmap: the size of the file stays";
        "bus-error-is-segmentation" ResultAltered signal [Signo(Eq(SIGBUS as i64))]
            [Deliver(SIGSEGV)]
            "mmap: a page after the end of the file gives SIGBUS";
    }
    SYS_munmap "munmap" {
        "file-pages-go-with-it" StateKept entry [Reg(1, Eq(8192))] exit [OK]
            [ThenEach(SYS_ftruncate as u16, &[N(0)])]
            "munmap: the contents of a file stay";
    }
    SYS_msync "msync" {
        "always-invalid" FalseError exit [OK] [wrong(EINVAL)]
            "msync: returns 0 for mapped pages";
        "returns-pages" ResultAltered exit [OK] [ret(1)]
            "msync: returns 0";
        "unmapped-succeeds" FalseSuccess exit [err(ENOMEM)] [ret(0)]
            "ENOMEM: pages of the range are not mapped";
        "unmapped-is-bad-address" WrongErrno exit [err(ENOMEM)] [wrong(EFAULT)]
            "ENOMEM: pages of the range are not mapped";
        "both-flags-accepted" MissingCheck entry [is(2, MS_SYNC | MS_ASYNC)]
            [arg(2, MS_SYNC as i64)]
            "EINVAL: MS_SYNC and MS_ASYNC together";
        "unknown-flag-ignored" MissingCheck entry [is(2, 8)] [arg(2, MS_SYNC as i64)]
            "EINVAL: the flags are invalid";
        "address-rounded-down" MissingCheck entry [Reg(0, Any(INSIDE_PAGE))]
            [Arg(0, And(!INSIDE_PAGE))]
            "EINVAL: the address is no multiple of the page size";
        "invalidate-refused" FalseError entry [has(2, MS_INVALIDATE)] [fail(EINVAL)]
            "MS_INVALIDATE: cached data are invalidated";
        "asynchronous-refused" FalseError entry [is(2, MS_ASYNC)] [fail(EINVAL)]
            "MS_ASYNC: returns when the writes are queued";
    }
}
