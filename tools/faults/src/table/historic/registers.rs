//! All registers, across calls, handlers and context switches.

use crate::table::prelude::*;

history! { Registers;
    EVERY_CALL "any" "loses-rdx" ResultAltered exit [] [lose(Register::Rdx)]
        "System V ABI, A.2.1: a system call destroys rcx, r11 and rax alone"
        from "Kontain KM" "kontainapp/km" 605 "2020-04-27"
        saw "rdx is destroyed: musl's pthread_sigmask, which keeps a value in it, crashes.";
    EVERY_CALL "any" "loses-arguments" ResultAltered
        exit [] [lose(Register::Rsi), lose(Register::R8), lose(Register::R9), lose(Register::R10)]
        "System V ABI, A.2.1: a system call destroys rcx, r11 and rax alone"
        from "KTF" "KernelTestFramework/ktf" 284 "2023-08-25"
        saw "The entry saves no registers: those that C may change hold the kernel's values \
            after it.";
    EVERY_CALL "any" "loses-rdi" ResultAltered exit [Got(Lt(0))] [lose(Register::Rdi)]
        "System V ABI, A.2.1: a system call destroys rcx, r11 and rax alone"
        from "FreeBSD" "odin-lang/Odin" 1308 "2021-11-13"
        saw "The kernel destroys more registers than Linux does.";
    EVERY_CALL "any" "overwrites-red-zone" ResultAltered exit [] [ExitAct::Lose(Part::RedZone)]
        "System V ABI, 3.2.2: the 128 bytes below rsp are the program's"
        from "Occlum" "occlum/occlum" 1197 "2023-03-10"
        saw "The way back from a call uses the user's stack: leaf functions lose their variables.";
    EVERY_CALL "any" "saves-on-user-stack" ResultAltered exit [] [ExitAct::Lose(Part::RedZone)]
        "System V ABI, 3.2.2: the 128 bytes below rsp are the program's"
        from "Hermit" "hermit-os/hermit-rs" 972 "2026-04-10"
        saw "The kernel keeps the user's registers on the user's stack, below its pointer.";
    EVERY_CALL "any" "changes-flags" ResultAltered exit [] [ExitAct::Lose(Part::Flags)]
        "Linux, entry_64.S: rflags is restored from r11"
        from "Occlum" "occlum/occlum" 1212 "2023-03-21"
        saw "A comparison on the way back changes the flags that the program had.";
    EVERY_CALL "any" "loses-xmm" ResultAltered exit [] [lose_vectors(VectorPart::Xmm)]
        "Linux: a system call changes no vector register"
        from "Occlum" "occlum/occlum" 1585 "2024-07-05"
        saw "xmm registers hold other values after a call.";
    SYS_sched_yield "sched_yield" "loses-xmm" ResultAltered
        exit [] [lose_vectors(VectorPart::Xmm)]
        "Linux: each thread has its own vector registers"
        from "NyxOS" "nyxos-dev/nyx-os" 40 "2026-08-01"
        saw "The scheduler does not save vector registers: a thread finds those of another.";
    SYS_sched_yield "sched_yield" "loses-ymm" ResultAltered
        exit [] [lose_vectors(VectorPart::YmmHigh)]
        "Linux: each thread has its own vector registers"
        from "StarryOS" "rcore-os/tgoskits" 1329 "2026-06-20"
        saw "FXSAVE saves the lower halves alone: the upper ones are those of the last thread.";
    SYS_nanosleep "nanosleep" "loses-control-word" ResultAltered
        exit [] [lose_vectors(VectorPart::ControlWord)]
        "System V ABI, 3.2.3: the x87 control word is preserved"
        from "OSv" "cloudius-systems/osv" 1020 "2018-12-02"
        saw "A thread that has slept goes on with the x87 state of another thread.";
    SYS_futex "futex" "loses-mxcsr" ResultAltered exit [] [lose_vectors(VectorPart::Mxcsr)]
        "System V ABI, 3.2.3: the control bits of MXCSR are preserved"
        from "NyxOS" "nyxos-dev/nyx-os" 40 "2026-08-01"
        saw "The rounding mode that a thread has set is that of another thread after a switch.";
    SYS_rt_sigreturn "rt_sigreturn" "keeps-handler-xmm" ResultAltered
        exit [] [Stay(VectorPart::Xmm)]
        "sigaction: the interrupted code goes on as if nothing had happened"
        from "Managarm" "managarm/managarm" 40 "2018-05-18"
        saw "Only integer registers are saved: a memcpy in a handler changes the program's xmm.";
    SYS_rt_sigreturn "rt_sigreturn" "keeps-handler-ymm" ResultAltered
        exit [] [Stay(VectorPart::YmmHigh)]
        "sigaction: the interrupted code goes on as if nothing had happened"
        from "SGX-LKL" "lsds/sgx-lkl" 303 "2020-05-24"
        saw "The signal frame has no state beyond the integer registers: Java fails now and then.";
    SYS_rt_sigreturn "rt_sigreturn" "keeps-handler-mxcsr" ResultAltered
        exit [] [Stay(VectorPart::Mxcsr), Stay(VectorPart::ControlWord)]
        "sigaction: the interrupted code goes on as if nothing had happened"
        from "SerenityOS" "SerenityOS/serenity" 16 "2019-05-01"
        saw "The floating-point state is kept across switches, but not across a handler.";
    SYS_rt_sigreturn "rt_sigreturn" "loses-flags" ResultAltered exit [] [ExitAct::Lose(Part::Flags)]
        "sigaction: the interrupted code goes on as if nothing had happened"
        from "SerenityOS" "SerenityOS/serenity" 24888 "2024-08-01"
        saw "The flags after a call are those in r11, which a handler may have changed.";
    SYS_rt_sigreturn "rt_sigreturn" "restarts-no-call" ResultAltered exit [Interrupted]
        [ret(-(EINTR as i64))]
        "sigaction: code that was interrupted outside a call is not restarted"
        from "Nanos" "nanovms/nanos" 1616 "2021-11-03"
        saw "A value in rax that looks like a restart is taken for one, though no call was made.";
    SYS_rt_sigaction "rt_sigaction" "handler-goes-down" ResultAltered
        signal [Caught(true), GoesDown] [Begin(HandlerStart::DirectionSet)]
        "System V ABI, 3.2.1: the direction flag is clear at the entry of a function"
        from "Asterinas" "asterinas/asterinas" 1638 "2024-11-25"
        saw "A handler begins with the direction flag of the code it interrupts: copies go down.";
    SYS_rt_sigaction "rt_sigaction" "handler-misaligned" ResultAltered
        signal [Caught(true)] [Begin(HandlerStart::Misaligned)]
        "System V ABI, 3.2.2: rsp + 8 is a multiple of 16 at the entry of a function"
        from "Nanos" "nanovms/nanos" 1054 "2019-12-20"
        saw "The stack of a handler is aligned as if no return address were on it: SSE code \
            crashes.";
    SYS_rt_sigaction "rt_sigaction" "frame-in-red-zone" ResultAltered
        signal [Caught(true), InUserMode] [SignalAct::Lose(Part::RedZone)]
        "System V ABI, 3.2.2: signal handlers do not change the red zone"
        from "SerenityOS" "SerenityOS/serenity" 8355 "2021-07-01"
        saw "The signal frame begins at the stack pointer and overwrites the red zone.";
    SYS_clone "clone" "loses-flags" ResultAltered exit [SOME] [ExitAct::Lose(Part::Flags)]
        "Linux, entry_64.S: rflags is restored from r11"
        from "Nanvix" "nanvix/monolithic-kernel" 5 "2019-02-20"
        saw "The flags are changed when a fork returns."
        missing "the carry flag, set before a call, is set after it";
}
