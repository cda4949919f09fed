//! Program end: `exit_group`.

use super::words::*;

faults! {
    SYS_exit_group "exit_group" {
        "status-lost" ResultAltered [] [arg(0, 77)]
            "_exit: the parent gets the status";
        "status-shifted" ResultAltered [] [Arg(0, Add(1))]
            "_exit: the parent gets the low 8 bits of the status";
        "returns" MissingCheck [] [skip(0)]
            "_exit: does not return";
        "never-ends" Hang [] [Block]
            "_exit: ends the process";
        "stuck" Hang [] [HangAll]
            "_exit: ends the process";
        "panics" Panic [] [Panic]
            "_exit: ends the process";
        "ends-one-thread" StateKept [] [Become(SYS_exit as u16, &[A(0)])]
            "exit_group(2): ends all threads"
            unobservable "the suite's threads have ended by then";
        "kills" ResultAltered [] [Become(SYS_tkill as u16, &[N(0), N(9)])]
            "_exit: ends the process with its status";
    }
}
