//! Mappings, locks and advice on memory: `mremap`, `mincore`, `madvise`, `mlock`, `sysinfo`.

use crate::table::prelude::*;

faults! {
    SYS_mremap "mremap" {
        "may-move-dropped" FlagDropped entry [has(3, MREMAP_MAYMOVE)] [drop(3, MREMAP_MAYMOVE)]
            "MREMAP_MAYMOVE: the mapping may move";
        "new-memory-is-not-zero" ResultAltered entry [above(2, 8192)] exit [OK]
            [fill_result(4096, 16, 1)]
            "mremap(2): the new pages of private memory are zero";
        "zero-length-succeeds" MissingCheck entry [Reg(2, Eq(0))] [skip(4096)]
            "EINVAL: the new length is 0";
        "misaligned-is-unmapped" WrongErrno entry [Reg(0, Any(INSIDE_PAGE))] [fail(EFAULT)]
            "EINVAL: the old address is inside a page";
        "unmapped-is-invalid" WrongErrno exit [err(EFAULT)] [wrong(EINVAL)]
            "EFAULT: the old range is not mapped";
        "no-room-is-invalid" WrongErrno exit [err(ENOMEM)] [wrong(EINVAL)]
            "ENOMEM: there is no room for the mapping";
        "does-not-shrink" StateKept entry [Less(A(2), A(1))] [Skip(A(0))]
            "mremap(2): the rest of a shrunk mapping is unmapped";
        "missing" FalseError entry [] [fail(ENOSYS)]
            "mremap(2): changes the size of a mapping";
    }
    SYS_mincore "mincore" {
        "all-resident" ResultAltered exit [OK] [fill(2, 0, 2, 1)]
            "mincore(2): the bit is clear for a page that is not resident"
            unobservable "a kernel may give a page its memory before it is used";
        "none-resident" ResultAltered exit [OK] [fill(2, 0, 2, 0)]
            "mincore(2): the bit is set for a resident page";
        "hole-succeeds" MissingCheck exit [err(ENOMEM)] [ret(0)]
            "ENOMEM: the range is not mapped";
        "misaligned-succeeds" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the address is inside a page";
    }
    SYS_madvise "madvise" {
        "dropped-page-stays" FlagDropped entry [is(2, MADV_DONTNEED)] [arg(2, MADV_NORMAL as i64)]
            "MADV_DONTNEED: private memory is zero at the next access";
        "drops-two-pages" ArgumentChanged
            entry [is(2, MADV_DONTNEED), Reg(1, Eq(4096))] [arg(1, 8192)]
            "madvise(2): the advice is for the range alone";
        "advice-unchecked" MissingCheck entry [above(2, 90)] [skip(0)]
            "EINVAL: the advice is not known";
        "misaligned-succeeds" MissingCheck entry [Reg(0, Any(INSIDE_PAGE))] [skip(0)]
            "EINVAL: the address is inside a page";
        "hole-succeeds" MissingCheck exit [err(ENOMEM)] [ret(0)]
            "ENOMEM: the range is not mapped";
    }
    SYS_mlock "mlock" {
        "does-not-bring-in" FalseSuccess entry [Reg(1, Eq(4096))] [skip(0)]
            "mlock: the pages are resident";
        "page-is-forbidden" FalseError exit [OK] [wrong(EPERM)]
            "mlock: locks the pages";
    }
    SYS_munlock "munlock" {
        "unlocked-is-invalid" FalseError exit [OK] [wrong(EINVAL)]
            "munlock: pages that are not locked are no error";
    }
    SYS_munlockall "munlockall" {
        "returns-one" ResultAltered exit [OK] [ret(1)]
            "munlockall: returns 0";
    }
    SYS_sysinfo "sysinfo" {
        "uptime-in-ticks" ResultAltered exit [OK] [Out(long(0, 0), Mul(100))]
            "sysinfo(2): uptime is in seconds"
            unobservable "a machine may have run for a hundred times as long as its clock says";
        "uptime-zero" ResultAltered exit [OK] [out(long(0, 0), 0)]
            "sysinfo(2): uptime is the time since the boot";
        "more-free-than-all" ResultAltered exit [OK] [out(long(0, 40), i64::MAX)]
            "sysinfo(2): freeram is a part of totalram";
        "unit-zero" ResultAltered exit [OK] [out(word(0, 104), 0)]
            "sysinfo(2): mem_unit is the unit in bytes";
        "writes-after-the-structure" ResultAltered exit [OK] [fill(0, 112, 8, 0)]
            "sysinfo(2): the structure has 112 bytes";
        "unmapped-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the result is not mapped";
    }
}
