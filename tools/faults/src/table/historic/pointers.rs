//! Every pointer argument, and every kind of address.

use crate::table::prelude::*;

/// The lowest address that is not canonical with 48-bit addresses.
const CANONICAL_END: i64 = 1 << 47;

history! { Pointers;
    SYS_write "write" "kernel-memory-leaks" MissingCheck entry [Reg(1, Lt(0))] exit [err(EFAULT)]
        [Ret(Set(A(2)))]
        "EFAULT: the buffer is outside the program's memory"
        from "MentOS" "mentos-team/MentOS" 191 "2026-07-05"
        saw "A write from an address in the kernel puts the kernel's memory into a file.";
    SYS_read "read" "kernel-memory-overwritten" MissingCheck entry [Reg(1, Lt(0)), Reg(2, Gt(0))]
        exit [err(EFAULT)] [Ret(Set(A(2)))]
        "EFAULT: the buffer is outside the program's memory"
        from "MentOS" "mentos-team/MentOS" 384 "2026-09-17"
        saw "A read to an address in the kernel overwrites the kernel.";
    SYS_write "write" "wild-buffer-panics" Panic exit [err(EFAULT)] [Panic]
        "EFAULT: the buffer is not mapped"
        from "Mimiker" "cahirwpz/mimiker" 153 "2016-11-28"
        saw "A write from an unmapped address crashes the kernel.";
    SYS_pipe2 "pipe2" "wild-result-panics" Panic exit [err(EFAULT)] [Panic]
        "EFAULT: the array is not mapped"
        from "Maturin" "scPointer/maturin" 27 "2023-04-24"
        saw "An array that is not mapped makes the kernel itself fault.";
    SYS_getcwd "getcwd" "wild-buffer-panics" Panic exit [err(EFAULT)] [Panic]
        "EFAULT: the buffer is not mapped"
        from "Nanos" "nanovms/nanos" 1706 "2022-04-01"
        saw "A bad buffer of a call is a fault in the kernel, which stops.";
    SYS_select "select" "wild-set-hangs" Hang exit [err(EFAULT)] [HangAll]
        "EFAULT: the set is not mapped"
        from "Mystikos" "microsoft/mystikos" 405 "2021-05-27"
        saw "A bad pointer makes the kernel fault with a lock held: the next call waits for ever.";
    SYS_rt_sigaction "rt_sigaction" "kernel-act-panics" Panic entry [Reg(1, Lt(0))] [Panic]
        "EFAULT: act is outside the program's memory"
        from "qword" "qword-os/qword" 40 "2020-01-22"
        saw "Addresses are compared with the upper half alone, and sigaction does not even do \
            that."
        missing "rt_sigaction with an action in the kernel half returns EFAULT";
    SYS_nanosleep "nanosleep" "kernel-time-panics" Panic entry [Reg(0, Lt(0))] [Panic]
        "EFAULT: the time is outside the program's memory"
        from "SerenityOS" "SerenityOS/serenity" 5198 "2021-01-31"
        saw "An address in the kernel is asserted to be the user's before it is checked.";
    SYS_rt_sigaction "rt_sigaction" "handler-not-canonical-panics" Panic
        entry [given(1), Mem(long(1, 0), Gt(CANONICAL_END - 1))] [Panic]
        "sigaction: a handler at an invalid address ends the process with SIGSEGV"
        from "Resea" "nuta/resea" 15 "2020-06-22"
        saw "A return to an address that is not canonical is a fault in the kernel.";
    SYS_mmap "mmap" "hint-not-canonical-panics" Panic
        entry [Reg(0, Gt(CANONICAL_END - 1)), lacks(3, MAP_FIXED)] [Panic]
        "mmap: without MAP_FIXED the address is a hint"
        from "Fullerene" "p14c31355/fullerene" 220 "2026-07-04"
        saw "A hint that is not canonical panics in the type for addresses.";
    SYS_mprotect "mprotect" "wrapping-length-panics" Panic entry [Reg(0, Gt(0)), Reg(1, Lt(0))]
        [Panic]
        "ENOMEM: the range is outside the address space"
        from "Asterinas" "asterinas/asterinas" 536 "2023-12-10"
        saw "An address plus a length that wraps panics.";
    SYS_read "read" "untouched-buffer-refused" FalseError entry [Reg(2, Gt(0)), Untouched(1)]
        [fail(EFAULT)]
        "read: the buffer is mapped, though no access has touched it"
        from "StarryOS" "oscomp/starry-next" 9 "2025-03-10"
        saw "A read into memory that is mapped but not yet used fails with EFAULT.";
    SYS_read "read" "untouched-second-page-missing" ShortCount
        entry [Reg(2, Gt(4096)), Untouched(1)] [arg(2, 4096)]
        "read: all pages of the buffer are mapped, though no access has touched them"
        from "xv6" "duguosheng/xv6-labs-2020" 2 "2022-08-30"
        saw "Only the first page of a buffer that spans several is loaded on demand.";
    SYS_write "write" "untouched-buffer-refused" FalseError entry [Reg(2, Gt(0)), Untouched(1)]
        [fail(EFAULT)]
        "write: the buffer is mapped, though no access has touched it"
        from "Vinix" "vlang/vinix" 212 "2026-09-18"
        saw "A copy from a page that is mapped but not yet in memory counts as a bad address.";
    SYS_chdir "chdir" "untouched-path-refused" WrongErrno entry [Untouched(0)] [fail(EFAULT)]
        "chdir: the path is mapped, though no access has touched it"
        from "xv6" "mit-pdos/xv6-riscv" 514 "2026-06-16"
        saw "The copy of strings does not load pages on demand, though the copy of bytes does.";
    SYS_clock_gettime "clock_gettime" "untouched-place-panics" Panic entry [Untouched(1)] [Panic]
        "clock_gettime: the place is mapped, though no access has touched it"
        from "Stellux" "FlareCoding/StelluxOS" 126 "2026-05-26"
        saw "A copy to a stack page that is not yet in memory is a fault in the kernel: it panics.";
    SYS_write "write" "address-before-descriptor" WrongErrno entry [Reg(0, Gt(2)), Unmapped(1)]
        exit [err(EBADF)] [wrong(EFAULT)]
        "write (Linux): the descriptor is checked before the buffer"
        from "StarryOS" "rcore-os/tgoskits" 2270 "2026-09-03"
        saw "A write to a descriptor that cannot be written reports EFAULT first.";
    SYS_mmap "mmap" "unknown-protection-panics" Panic entry [Int(2, Any(8)), Int(2, Lacks(!0xf))]
        [Panic]
        "mmap (Linux): unknown bits of prot are ignored"
        from "Asterinas" "asterinas/asterinas" 1203 "2024-08-18"
        saw "A bit of prot that the kernel does not know ends in a panic.";
}
