//! Memory: `mmap`, `munmap`, `brk`.

use super::prelude::*;

const ANONYMOUS: i32 = MAP_ANONYMOUS;

faults! {
    SYS_mmap "mmap" {
        "zero-length-maps-a-page" MissingCheck entry [Reg(1, Eq(0))] [arg(1, 4096)]
            "EINVAL: the length is 0";
        "zero-length-is-out-of-memory" WrongErrno entry [Reg(1, Eq(0))] [fail(ENOMEM)]
            "EINVAL: the length is 0";
        "fixed-is-a-hint" FlagDropped entry [has(3, MAP_FIXED)] [arg(0, 0), drop(3, MAP_FIXED)]
            "MAP_FIXED: the mapping begins at the address";
        "fixed-keeps-old-pages" StateKept
            entry [has(3, MAP_FIXED), Reg(0, Bits(INSIDE_PAGE, 0)), Reg(1, Gt(0)), Mem(byte(0, 0),
            Gt(-129))] [Skip(A(0))]
            "MAP_FIXED: earlier mappings in the range are replaced";
        "fixed-refuses-used-range" FalseError entry [has(3, MAP_FIXED), Reg(0, Gt(0))]
            [fail(EEXIST)]
            "MAP_FIXED: earlier mappings in the range are replaced";
        "noreplace-replaces" FlagDropped entry [has(3, MAP_FIXED_NOREPLACE)]
            [Arg(3, Xor((MAP_FIXED_NOREPLACE | MAP_FIXED) as i64))]
            "EEXIST (Linux): MAP_FIXED_NOREPLACE and the range is in use";
        "fixed-misaligned-rounds-down" MissingCheck
            entry [has(3, MAP_FIXED), Reg(0, Any(INSIDE_PAGE))] [Arg(0, And(!INSIDE_PAGE))]
            "EINVAL: MAP_FIXED and the address is no multiple of the page size";
        "fixed-kernel-half-panics" Panic entry [has(3, MAP_FIXED), Reg(0, Lt(0))] [Panic]
            "ENOMEM: MAP_FIXED and the range exceeds the address space";
        "anonymous-not-zeroed" ResultAltered entry [has(3, ANONYMOUS), has(2, PROT_WRITE)] exit [OK]
            [fill_result(0, 4096, 0xa5)]
            "MAP_ANONYMOUS (Linux): contents are initialized to zero";
        "anonymous-last-bytes-not-zeroed" ResultAltered
            entry [has(3, ANONYMOUS), has(2, PROT_WRITE)] exit [OK] [fill_result(4088, 8, 0xa5)]
            "MAP_ANONYMOUS (Linux): contents are initialized to zero";
        "second-page-not-zeroed" ResultAltered
            entry [has(3, ANONYMOUS), has(2, PROT_WRITE), Reg(1, Gt(4096))] exit [OK]
            [fill_result(4096, 16, 1)]
            "MAP_ANONYMOUS (Linux): contents are initialized to zero";
        "read-only-is-writable" FlagDropped entry [is(2, PROT_READ)] [arg(2, RW)]
            "PROT_WRITE: without it no write succeeds";
        "none-is-readable" FlagDropped entry [is(2, PROT_NONE)] [arg(2, PROT_READ as i64)]
            "PROT_NONE: the data cannot be accessed";
        "writable-is-read-only" FlagDropped entry [has(2, PROT_WRITE)] [arg(2, PROT_READ as i64)]
            "PROT_WRITE: the data can be written";
        "neither-shared-nor-private" MissingCheck entry [lacks(3, MAP_SHARED | MAP_PRIVATE)]
            [add(3, MAP_PRIVATE)]
            "EINVAL: neither MAP_PRIVATE nor MAP_SHARED";
        "shared-is-private" FlagDropped entry [has(3, MAP_SHARED), lacks(3, MAP_PRIVATE)]
            [Arg(3, Xor((MAP_SHARED | MAP_PRIVATE) as i64))]
            "MAP_SHARED: writes change the underlying object"
            unobservable "only a program with another process or a writable file can observe it";
        "anonymous-wants-descriptor" FalseError entry [has(3, ANONYMOUS), below(4, 0)] [fail(EBADF)]
            "MAP_ANONYMOUS (Linux): the descriptor is ignored";
        "bad-descriptor-is-anonymous" MissingCheck entry [lacks(3, ANONYMOUS), below(4, 0)]
            [add(3, ANONYMOUS)]
            "EBADF: the descriptor is not open";
        "bad-descriptor-panics" Panic entry [lacks(3, ANONYMOUS), below(4, 0)] [Panic]
            "EBADF: the descriptor is not open";
        "bad-descriptor-is-invalid" WrongErrno exit [err(EBADF)] [wrong(EINVAL)]
            "EBADF: the descriptor is not open";
        "pipe-is-mappable" FalseSuccess exit [err(ENODEV)] [ret(0x10000)]
            "ENODEV: the descriptor's type cannot be mapped";
        "pipe-is-no-access" WrongErrno exit [err(ENODEV)] [wrong(EACCES)]
            "ENODEV: the descriptor's type cannot be mapped";
        "offset-rounded-down" MissingCheck entry [Reg(5, Any(INSIDE_PAGE))]
            [Arg(5, And(!INSIDE_PAGE))]
            "EINVAL: the offset is no multiple of the page size";
        "huge-length-succeeds" MissingCheck entry [Reg(1, Gt(1 << 46))] [arg(1, 4096)]
            "ENOMEM: the range exceeds the address space";
        "negative-length-succeeds" MissingCheck entry [Reg(1, Lt(0))] [arg(1, 4096)]
            "ENOMEM: the range exceeds the address space";
        "length-wraps-to-zero" MissingCheck entry [Reg(1, Gt(-4096)), Reg(1, Lt(0))] [arg(1, 4096)]
            "ENOMEM: the length rounded up to pages overflows";
        "length-panics" Panic entry [Reg(1, Lt(0))] [Panic]
            "ENOMEM: the range exceeds the address space";
        "out-of-memory-is-invalid" WrongErrno exit [err(ENOMEM)] [wrong(EINVAL)]
            "ENOMEM: the range exceeds the address space";
        "length-rounded-down" ArgumentChanged entry [Reg(1, Gt(4096)), Reg(1, Any(INSIDE_PAGE))]
            [Arg(1, And(!INSIDE_PAGE))]
            "mmap: whole pages that hold any part of the range are mapped";
        "last-page-missing" ArgumentChanged entry [Reg(1, Gt(4096))] [Arg(1, Add(-4096))]
            "mmap: the whole range is mapped";
        "failure-is-minus-one" WrongErrno exit [Got(Lt(0))] [ret(-1)]
            "mmap: each failure has its error number";
        "pages-leak" StateKept entry [Past(200)] [fail(ENOMEM)]
            "munmap: the pages are freed";
        "result-misaligned" ResultAltered exit [OK] [Ret(Add(16))]
            "mmap: without MAP_FIXED the address is a multiple of the page size";
        "unknown-type-is-private" MissingCheck entry [Int(3, Bits(0xf, 0xf))] [Arg(3, Xor(0xd))]
            "EINVAL: the value of flags is invalid";
    }
    SYS_munmap "munmap" {
        "misaligned-rounds-down" MissingCheck entry [Reg(0, Any(INSIDE_PAGE))]
            [Arg(0, And(!INSIDE_PAGE))]
            "EINVAL: the address is no multiple of the page size";
        "zero-length-succeeds" MissingCheck entry [Reg(1, Eq(0))] [skip(0)]
            "EINVAL: the length is 0";
        "does-nothing" StateKept entry [Reg(0, Bits(INSIDE_PAGE, 0)), Reg(0, Gt(0)), Reg(1, Gt(0))]
            [skip(0)]
            "munmap: further references to these pages raise SIGSEGV";
        "only-first-page" ShortCount entry [Reg(1, Gt(4096))] [arg(1, 4096)]
            "munmap: all pages of the range are unmapped";
        "part-of-a-page-stays" ArgumentChanged entry [Reg(1, Gt(0)), Reg(1, Lt(4096))] [skip(0)]
            "munmap: pages that hold any part of the range are unmapped";
        "goes-a-page-too-far" ArgumentChanged entry [Reg(1, Gt(0)), Reg(1, Lt(0x10000))]
            [Arg(1, Add(4096))]
            "munmap: pages outside the range stay mapped";
        "hole-is-an-error" FalseError
            entry [Unmapped(0), Reg(0, Gt(0)), Reg(1, Gt(0)), Reg(0, Bits(INSIDE_PAGE, 0))]
            [fail(ENOMEM)]
            "munmap: a range without mappings is no error";
        "kernel-half-succeeds" MissingCheck entry [Reg(0, Lt(0))] [skip(0)]
            "EINVAL: the range is outside the address space";
        "kernel-half-panics" Panic entry [Reg(0, Lt(0))] [Panic]
            "EINVAL: the range is outside the address space";
        "wrapping-length-panics" Panic entry [Reg(1, Lt(0))] [Panic]
            "EINVAL: the range is outside the address space";
        "wrapping-length-succeeds" MissingCheck entry [Reg(1, Lt(0))] [skip(0)]
            "EINVAL: the range is outside the address space";
        "invalid-is-out-of-memory" WrongErrno exit [err(EINVAL)] [wrong(ENOMEM)]
            "EINVAL: the address is no multiple of the page size";
        "middle-takes-everything" ArgumentChanged entry [Reg(1, Eq(4096))]
            [Arg(0, Add(-4096)), arg(1, 3 * 4096)]
            "munmap: pages outside the range stay mapped";
    }
    SYS_brk "brk" {
        "success-is-zero" ResultAltered entry [given(0)] exit [] [ret(0)]
            "brk(2): the system call returns the new program break";
        "query-fails" FalseError entry [null(0)] [fail(ENOMEM)]
            "brk(2): returns the current break where it cannot be set";
        "never-grows" ShortCount entry [given(0)] [arg(0, 0)]
            "brk(2): sets the end of the data segment";
        "claims-any-success" FalseSuccess entry [given(0)] exit [] [Ret(Set(A(0)))]
            "brk(2): returns the current break where it cannot be set";
        "failure-is-an-errno" WrongErrno entry [Reg(0, Lt(0))] [fail(ENOMEM)]
            "brk(2): returns the current break where it cannot be set";
        "kernel-half-panics" Panic entry [Reg(0, Lt(0))] [Panic]
            "brk(2): returns the current break where it cannot be set";
        "low-address-panics" Panic entry [Reg(0, Gt(0)), Reg(0, Lt(0x10000))] [Panic]
            "brk(2): returns the current break where it cannot be set";
        "low-address-taken" FalseSuccess entry [Reg(0, Gt(0)), Reg(0, Lt(0x10000))] [Skip(A(0))]
            "brk(2): returns the current break where it cannot be set";
        "break-rounded-down" ResultAltered entry [Reg(0, Any(INSIDE_PAGE)), Reg(0, Gt(0))] exit []
            [Ret(And(!INSIDE_PAGE))]
            "brk(2): returns the new program break";
        "break-moves-by-itself" ResultAltered entry [null(0)] exit [] [Ret(Plus(Count))]
            "brk(2): a query changes nothing";
        "new-page-not-zeroed" ResultAltered entry [given(0)] exit [OK] [fill(0, -16, 16, 0x5a)]
            "brk(2): newly allocated memory is zeroed";
        "returns-old-break" ResultAltered entry [given(0)] exit [OK] [Ret(Add(-4096))]
            "brk(2): returns the new program break";
    }
}
