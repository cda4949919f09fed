//! Faults in what a child has of its parent, and in the flags of `clone`.

use crate::table::prelude::*;

faults! {
    SYS_clone "clone" {
        "descriptors-always-shared" FlagDropped entry [lacks(0, CLONE_VM)] [add(0, CLONE_FILES)]
            "fork: the child has its own copy of the parent's descriptors";
        "directory-always-shared" FlagDropped entry [lacks(0, CLONE_VM)] [add(0, CLONE_FS)]
            "fork: the child has its own working directory";
        "thread-without-handlers" MissingCheck
            entry [has(0, CLONE_THREAD), lacks(0, CLONE_SIGHAND)] [drop(0, CLONE_THREAD)]
            "EINVAL: CLONE_THREAD without CLONE_SIGHAND";
        "result-is-one-more" ResultAltered entry [lacks(0, CLONE_VM)] exit [SOME] [Ret(Add(1))]
            "fork: returns the process ID of the child to the parent";
    }
    SYS_set_tid_address "set_tid_address" {
        "returns-nothing" ResultAltered exit [OK] [ret(0)]
            "set_tid_address(2): returns the id of the calling thread";
    }
    SYS_get_robust_list "get_robust_list" {
        "missing-thread-succeeds" MissingCheck exit [err(ESRCH)] [ret(0)]
            "ESRCH: no such thread exists";
        "address-unwritten" ResultAltered exit [OK] [keep(1, 0, 8)]
            "get_robust_list(2): the address of the head is stored";
        "unmapped-result-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the head cannot be stored";
    }
}
