//! Every user of memory.

use crate::table::prelude::*;

const MIB: i64 = 1 << 20;
const LEAF: i64 = 2 * MIB;
/// `si_code` and the low word of `si_addr` in a `siginfo_t`.
const CODE: u8 = 8;
const ADDRESS: u8 = 16;
const SEGV_MAPERR: i64 = 1;
const FAULT: SignalCond = Signo(Eq(SIGSEGV as i64));

history! { Memory;
    SYS_mprotect "mprotect" "large-leaf-whole" ArgumentChanged
        entry [Reg(1, Eq(4096)), readable(0, -MIB), readable(0, MIB)] [Arg(0, Down(LEAF)),
        arg(1, LEAF)]
        "mprotect: pages outside the range keep their protections"
        from "IR0" "IRodriguez13/IR0" 56 "2026-08-20"
        saw "A large leaf of the page table is not split: a change of one page is one of 2 MiB.";
    SYS_munmap "munmap" "large-leaf-whole" ArgumentChanged
        entry [Reg(1, Eq(4096)), readable(0, -MIB), readable(0, MIB)] [Arg(0, Down(LEAF)),
        arg(1, LEAF)]
        "munmap: pages outside the range stay mapped"
        from "IR0" "IRodriguez13/IR0" 56 "2026-08-20"
        saw "A large leaf counts as unmapped memory, and is not split for a page of it.";
    SYS_munmap "munmap" "upper-part-shifts" ResultAltered entry [Reg(1, Eq(4096))] exit [OK]
        [fill(0, 4096, 64, 0)]
        "munmap: pages outside the range keep their contents"
        from "Mimiker" "cahirwpz/mimiker" 1086 "2021-05-17"
        saw "The part above the hole of a split mapping shows the contents of another page.";
    SYS_munmap "munmap" "first-entry-only" ShortCount entry [Reg(1, Gt(4096))] [arg(1, 4096)]
        "munmap: all pages of the range are unmapped"
        from "Phoenix-RTOS" "phoenix-rtos/phoenix-rtos-project" 962 "2023-12-14"
        saw "A range of more than one page is taken to be within one entry of the map.";
    SYS_mprotect "mprotect" "nothing-there-succeeds" FalseSuccess exit [err(ENOMEM)] [ret(0)]
        "ENOMEM: pages of the range are not mapped"
        from "StarryOS" "rcore-os/tgoskits" 285 "2026-04-20"
        saw "mprotect of memory that is not mapped returns 0.";
    SYS_mprotect "mprotect" "hole-inside-succeeds" FalseSuccess entry [readable(0, 0)]
        exit [err(ENOMEM)] [ret(0)]
        "ENOMEM: pages of the range are not mapped"
        from "StarryOS" "rcore-os/tgoskits" 918 "2026-06-05"
        saw "Only the first page is looked up: a hole in the middle of the range is not noticed.";
    SYS_mmap "mmap" "failed-fixed-unmaps" StateKept entry [has(3, MAP_FIXED), readable(0, 0)]
        exit [Got(Lt(0))] [Then(SYS_munmap as u16, &[A(0), A(1)])]
        "mmap (Linux): a call that fails leaves the earlier mapping"
        from "StarryOS" "rcore-os/tgoskits" 691 "2026-05-16"
        saw "MAP_FIXED removes the old mapping before it finds that it may not make the new one.";
    SYS_brk "brk" "moves-without-memory" StateKept entry [Reg(0, Gt(0))] exit [Got(Gt(0))]
        [Then(SYS_munmap as u16, &[P(0, -4096), N(4096)])]
        "brk(2): the memory below the break can be used"
        from "StarryOS" "Starry-OS/StarryOS" 92 "2025-12-18"
        saw "brk moves a number and maps no memory.";
    SYS_brk "brk" "zero-for-success" ResultAltered entry [Reg(0, Gt(0))] exit [] [ret(0)]
        "brk(2): the system call returns the new program break"
        from "StarryOS" "rcore-os/tgoskits" 486 "2026-05-09"
        saw "The system call answers as the library's function does: 0 for success.";
    SYS_brk "brk" "zero-for-failure" WrongErrno entry [Reg(0, Lt(0))] [skip(0)]
        "brk(2): returns the current break where it cannot be set"
        from "cavOS" "malwarepad/cavOS" 40 "2026-05-28"
        saw "A failure is 0, which the allocator takes for memory at address 0.";
    SYS_mmap "mmap" "hint-in-use-fails" FalseError
        entry [Reg(0, Gt(0)), lacks(3, MAP_FIXED | MAP_FIXED_NOREPLACE), readable(0, 0)]
        [fail(ENOMEM)]
        "mmap: without MAP_FIXED the address is a hint"
        from "blink" "jart/blink" 214 "2026-06-20"
        saw "A hint whose range is in use makes mmap fail instead of another place being chosen.";
    SYS_mmap "mmap" "data-can-run" FlagDropped
        entry [has(2, PROT_READ), lacks(2, PROT_EXEC), has(3, MAP_ANONYMOUS)]
        [add(2, PROT_EXEC)]
        "PROT_EXEC: without it the data cannot be executed"
        from "felix86" "OFFTKP/felix86" 708 "2026-08-23"
        saw "Code in pages without PROT_EXEC runs."
        missing "a jump to a page without PROT_EXEC is SIGSEGV, with its address as si_addr";
    SYS_rt_sigaction "rt_sigaction" "fault-address-zero" ResultAltered
        signal [FAULT, Caught(true)] [Info(ADDRESS, Set(0))]
        "SIGSEGV: si_addr is the address of the access"
        from "StarryOS" "rcore-os/tgoskits" 1331 "2026-06-21"
        saw "si_addr of a fault is always 0: a Java machine repeats the access for ever.";
    SYS_rt_sigaction "rt_sigaction" "protection-is-missing-page" ResultAltered
        signal [FAULT, Code(Eq(2)), Caught(true)] [Info(CODE, Set(SEGV_MAPERR))]
        "SIGSEGV: si_code is SEGV_ACCERR if the memory is mapped"
        from "gVisor" "google/gvisor" 12518 "2026-01-21"
        saw "An access to PROT_NONE memory reports SEGV_MAPERR: Julia takes it for a real error.";
    SYS_rt_sigaction "rt_sigaction" "fault-panics" Panic signal [FAULT] [SignalAct::Panic]
        "SIGSEGV: an invalid access of the program is the program's"
        from "MentOS" "mentos-team/MentOS" 237 "2026-08-25"
        saw "A program that reads address 0 takes the whole kernel down.";
}
