//! The instructions for aarch64.

use super::{CODE_AT, file, length};
use crate::abi::Processor;

/// The program.
pub const PROGRAM: [u8; PROGRAM_SIZE as usize] = file(Processor::Aarch64, CODE);
pub const PROGRAM_SIZE: i64 = (CODE_AT + length(CODE)) as i64;

const CODE: &[&[u8]] = &[
    b"\xf3\x03\x40\xf9", // ldr x19, [sp]
    b"\xf4\x6f\x33\x8b", // add x20, sp, x19, lsl #3
    b"\x94\x42\x00\x91", // add x20, x20, #16
    b"\xe1\x03\x14\xaa", // mov x1, x20
    b"\x20\x84\x40\xf8", // 1: ldr x0, [x1], #8
    b"\xe0\xff\xff\xb5", // cbnz x0, 1b
    b"\x02\x00\x80\x92", // mov x2, #-1
    b"\x03\x02\x80\xd2", // mov x3, #16
    b"\xe2\x0b\xbf\xa9", // 2: stp x2, x2, [sp, #-16]!
    b"\x63\x04\x00\xf1", // subs x3, x3, #1
    b"\xc1\xff\xff\x54", // b.ne 2b
    b"\x22\x0c\xc1\xa8", // 3: ldp x2, x3, [x1], #16
    b"\x5f\x80\x00\xf1", // cmp x2, #32
    b"\x42\x00\x00\x54", // b.hs 4f
    b"\xe3\x7b\x22\xf8", // str x3, [sp, x2, lsl #3]
    b"\x82\xff\xff\xb5", // 4: cbnz x2, 3b
    b"\xff\x03\x02\xd1", // sub sp, sp, #128
    b"\x00\x00\x80\xd2", // mov x0, #0
    b"\x01\x00\x80\xd2", // mov x1, #0
    b"\xe2\x03\x00\x91", // mov x2, sp
    b"\x03\x01\x80\xd2", // mov x3, #8
    b"\xe8\x10\x80\xd2", // mov x8, #135
    b"\x01\x00\x00\xd4", // svc #0
    b"\xe0\x23\x00\x91", // add x0, sp, #8
    b"\x01\x01\x80\xd2", // mov x1, #8
    b"\x08\x11\x80\xd2", // mov x8, #136
    b"\x01\x00\x00\xd4", // svc #0
    b"\x40\x01\x80\xd2", // mov x0, #10
    b"\x01\x00\x80\xd2", // mov x1, #0
    b"\xe2\x43\x00\x91", // add x2, sp, #16
    b"\xc8\x10\x80\xd2", // mov x8, #134
    b"\x01\x00\x00\xd4", // svc #0
    b"\x80\x01\x80\xd2", // mov x0, #12
    b"\xe2\xc3\x00\x91", // add x2, sp, #48
    b"\x01\x00\x00\xd4", // svc #0
    b"\x00\x00\x80\xd2", // mov x0, #0
    b"\xe1\x43\x01\x91", // add x1, sp, #80
    b"\xc8\x0c\x80\xd2", // mov x8, #102
    b"\x01\x00\x00\xd4", // svc #0
    b"\x80\x00\x80\xd2", // mov x0, #4
    b"\xe1\x03\x00\x91", // mov x1, sp
    b"\x02\x38\x80\xd2", // mov x2, #448
    b"\x08\x08\x80\xd2", // mov x8, #64
    b"\x01\x00\x00\xd4", // svc #0
    b"\x80\x00\x80\xd2", // mov x0, #4
    b"\x81\x02\x5f\xf8", // ldr x1, [x20, #-16]
    b"\x82\x00\x80\xd2", // mov x2, #4
    b"\x01\x00\x00\xd4", // svc #0
    b"\x80\x00\x80\xd2", // mov x0, #4
    b"\x81\x02\x40\xf9", // ldr x1, [x20]
    b"\x01\x00\x00\xd4", // svc #0
    b"\x80\x00\x80\xd2", // mov x0, #4
    b"\x01\x0c\xa0\xd2", // mov x1, #0x600000
    b"\xe2\xff\x80\xd2", // mov x2, #2047
    b"\x01\x00\x00\xd4", // svc #0
    b"\x80\x00\x80\xd2", // mov x0, #4
    b"\x01\xff\x83\xf2", // movk x1, #0x1ff8
    b"\x02\x01\x80\xd2", // mov x2, #8
    b"\x01\x00\x00\xd4", // svc #0
    b"\x60\x02\x01\x91", // add x0, x19, #64
    b"\xc8\x0b\x80\xd2", // mov x8, #94
    b"\x01\x00\x00\xd4", // svc #0
];
