//! The instructions for riscv64.

use super::{CODE_AT, file, length};
use crate::abi::Processor;

/// The program.
pub const PROGRAM: [u8; PROGRAM_SIZE as usize] = file(Processor::Riscv64, CODE);
pub const PROGRAM_SIZE: i64 = (CODE_AT + length(CODE)) as i64;

const CODE: &[&[u8]] = &[
    b"\x02\x64",         // ld s0, 0(sp)
    b"\x93\x14\x34\x00", // slli s1, s0, 3
    b"\x8a\x94",         // add s1, s1, sp
    b"\xc1\x04",         // addi s1, s1, 16
    b"\xa6\x85",         // mv a1, s1
    b"\x88\x61",         // 1: ld a0, 0(a1)
    b"\xa1\x05",         // addi a1, a1, 8
    b"\x75\xfd",         // bnez a0, 1b
    b"\x7d\x56",         // li a2, -1
    b"\x93\x06\x00\x02", // li a3, 32
    b"\x61\x11",         // 2: addi sp, sp, -8
    b"\x32\xe0",         // sd a2, 0(sp)
    b"\xfd\x16",         // addi a3, a3, -1
    b"\xed\xfe",         // bnez a3, 2b
    b"\x13\x07\x00\x02", // li a4, 32
    b"\x90\x61",         // 3: ld a2, 0(a1)
    b"\x94\x65",         // ld a3, 8(a1)
    b"\xc1\x05",         // addi a1, a1, 16
    b"\x63\x76\xe6\x00", // bgeu a2, a4, 4f
    b"\x93\x17\x36\x00", // slli a5, a2, 3
    b"\x8a\x97",         // add a5, a5, sp
    b"\x94\xe3",         // sd a3, 0(a5)
    b"\x7d\xf6",         // 4: bnez a2, 3b
    b"\x19\x71",         // addi sp, sp, -128
    b"\x01\x45",         // li a0, 0
    b"\x81\x45",         // li a1, 0
    b"\x0a\x86",         // mv a2, sp
    b"\xa1\x46",         // li a3, 8
    b"\x93\x08\x70\x08", // li a7, 135
    b"\x73\x00\x00\x00", // ecall
    b"\x28\x00",         // addi a0, sp, 8
    b"\xa1\x45",         // li a1, 8
    b"\x93\x08\x80\x08", // li a7, 136
    b"\x73\x00\x00\x00", // ecall
    b"\x29\x45",         // li a0, 10
    b"\x81\x45",         // li a1, 0
    b"\x10\x08",         // addi a2, sp, 16
    b"\x93\x08\x60\x08", // li a7, 134
    b"\x73\x00\x00\x00", // ecall
    b"\x31\x45",         // li a0, 12
    b"\x10\x18",         // addi a2, sp, 48
    b"\x73\x00\x00\x00", // ecall
    b"\x01\x45",         // li a0, 0
    b"\x8c\x08",         // addi a1, sp, 80
    b"\x93\x08\x60\x06", // li a7, 102
    b"\x73\x00\x00\x00", // ecall
    b"\x11\x45",         // li a0, 4
    b"\x8a\x85",         // mv a1, sp
    b"\x13\x06\x00\x1c", // li a2, 448
    b"\x93\x08\x00\x04", // li a7, 64
    b"\x73\x00\x00\x00", // ecall
    b"\x11\x45",         // li a0, 4
    b"\x83\xb5\x04\xff", // ld a1, -16(s1)
    b"\x11\x46",         // li a2, 4
    b"\x73\x00\x00\x00", // ecall
    b"\x11\x45",         // li a0, 4
    b"\x8c\x60",         // ld a1, 0(s1)
    b"\x73\x00\x00\x00", // ecall
    b"\x11\x45",         // li a0, 4
    b"\xb7\x05\x60\x00", // lui a1, 0x600
    b"\x13\x06\xf0\x7f", // li a2, 2047
    b"\x73\x00\x00\x00", // ecall
    b"\x11\x45",         // li a0, 4
    b"\xb7\x25\x60\x00", // lui a1, 0x602
    b"\xe1\x15",         // addi a1, a1, -8
    b"\x21\x46",         // li a2, 8
    b"\x73\x00\x00\x00", // ecall
    b"\x13\x05\x04\x04", // addi a0, s0, 64
    b"\x93\x08\xe0\x05", // li a7, 94
    b"\x73\x00\x00\x00", // ecall
];
