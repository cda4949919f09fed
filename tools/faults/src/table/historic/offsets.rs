//! Every file offset and size.

use crate::table::prelude::*;

history! { Offsets;
    SYS_write "write" "hole-is-not-zero" ResultAltered
        entry [On(0, Regular), Fd(0, Property::Left, Lt(0))]
        [First(SYS_pwrite64 as u16, &[A(0), Bytes(b"\x09"), N(1), Of(0, Property::Size)])]
        "lseek: bytes of a gap are 0 until data is written there"
        from "Fiwix" "mikaku/Fiwix" 24 "2023-02-17"
        saw "The bytes between the old end and the written ones have old contents.";
    SYS_lseek "lseek" "end-drops-the-offset" ArgumentChanged entry [is(2, SEEK_END)] [arg(1, 0)]
        "SEEK_END: the file offset is the size of the file plus offset"
        from "SerenityOS" "SerenityOS/serenity" 7788 "2021-06-04"
        saw "lseek with SEEK_END always goes to the end.";
    SYS_lseek "lseek" "beyond-the-end-is-invalid" FalseError
        entry [is(2, SEEK_SET), On(0, Regular), Less(Of(0, Property::Size), A(1))] [fail(EINVAL)]
        "lseek: the offset may be set beyond the end of the existing data"
        from "SerenityOS" "SerenityOS/serenity" 7790 "2021-06-04"
        saw "lseek to a place beyond the end of the file fails.";
    SYS_lseek "lseek" "beyond-the-end-extends" StateKept
        entry [is(2, SEEK_SET), On(0, Regular), Less(Of(0, Property::Size), A(1))] exit [OK]
        [Then(SYS_ftruncate as u16, &[A(0), R])]
        "lseek: does not, by itself, extend the size of a file"
        from "FreeMiNT" "freemint/mintlib" 91 "2026-08-25"
        saw "lseek beyond the end writes zeros up to there.";
    SYS_write "write" "append-loses-the-offset" StateKept
        entry [opened(0, O_APPEND), On(0, Regular)] exit [SOME]
        [Then(SYS_lseek as u16, &[A(0), R, N(SEEK_SET as i64)])]
        "O_APPEND: the offset is set to the end of the file before each write"
        from "OpenZFS" "openzfs/zfs" 13370 "2022-04-22"
        saw "After a write with O_APPEND the offset is the number of bytes that were written.";
    SYS_fcntl "fcntl" "append-forgotten" FlagDropped entry [is(1, F_SETFL), has(2, O_APPEND)]
        [drop(2, O_APPEND)]
        "F_SETFL: sets the file status flags, O_APPEND among them"
        from "StarryOS" "rcore-os/tgoskits" 656 "2026-05-15"
        saw "A write after F_SETFL with O_APPEND does not go to the end.";
    SYS_pwrite64 "pwrite64" "negative-offset-succeeds" MissingCheck entry [Reg(3, Lt(0))]
        [Skip(A(2))]
        "EINVAL: the offset argument is negative"
        from "StarryOS" "rcore-os/tgoskits" 209 "2026-04-15"
        saw "A negative offset becomes a large one without a sign.";
    SYS_ftruncate "ftruncate" "negative-length-succeeds" MissingCheck entry [Reg(1, Lt(0))]
        [skip(0)]
        "EINVAL: the length argument is less than 0"
        from "StarryOS" "rcore-os/tgoskits" 209 "2026-04-15"
        saw "A negative length becomes a large one without a sign.";
    SYS_pwritev "pwritev" "reads-instead" ArgumentChanged
        entry [] [Become(SYS_preadv as u16, &[A(0), A(1), A(2), A(3), A(4)])]
        "pwritev(2): writes the buffers to the file"
        from "StarryOS" "rcore-os/tgoskits" 197 "2026-04-14"
        saw "pwritev is a copy of preadv: it writes nothing and returns success.";
    SYS_sendfile "sendfile" "append-succeeds" MissingCheck entry [opened(0, O_APPEND)]
        [Skip(A(3))]
        "sendfile(2): EINVAL where out_fd has O_APPEND set"
        from "StarryOS" "rcore-os/tgoskits" 770 "2026-05-19"
        saw "sendfile copies to a descriptor with O_APPEND.";
    SYS_fallocate "fallocate" "no-bytes-succeeds" MissingCheck entry [Reg(3, Lt(1))]
        exit [err(EINVAL)] [ret(0)]
        "fallocate(2): EINVAL where len is less than or equal to 0"
        from "StarryOS" "rcore-os/tgoskits" 441 "2026-05-07"
        saw "fallocate of 0 bytes, or of a negative number of bytes, returns 0.";
    SYS_truncate "truncate" "always-to-nothing" ArgumentChanged entry [Reg(1, Gt(0))] [arg(1, 0)]
        "truncate: the file has the size length, and what is before it stays"
        from "Phoenix-RTOS" "phoenix-rtos/libphoenix" 171 "2022-03-07"
        saw "A truncation to one byte leaves an empty file.";
}
