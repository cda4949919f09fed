//! Program end: `exit_group`.

use super::prelude::*;

faults! {
    SYS_exit_group "exit_group" {
        "status-lost" ResultAltered entry [] [arg(0, 77)]
            "_exit: the parent gets the status";
        "status-shifted" ResultAltered entry [] [Arg(0, Add(1))]
            "_exit: the parent gets the low 8 bits of the status";
        "returns" MissingCheck entry [] [skip(0)]
            "_exit: does not return";
        "never-ends" Hang entry [] [Block]
            "_exit: ends the process";
        "stuck" Hang entry [] [HangAll]
            "_exit: ends the process";
        "panics" Panic entry [] [Panic]
            "_exit: ends the process";
        "ends-one-thread" StateKept entry [] [Become(SYS_exit as u16, &[A(0)])]
            "exit_group(2): ends all threads"
            unobservable "the suite's threads have ended by then";
        "kills" ResultAltered entry [] [Become(SYS_tkill as u16, &[N(0), N(9)])]
            "_exit: ends the process with its status";
    }
}
