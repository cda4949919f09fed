//! The instructions for x86-64.

use super::{CODE_AT, file, length};
use crate::abi::Processor;

/// The program.
pub const PROGRAM: [u8; PROGRAM_SIZE as usize] = file(Processor::X86_64, CODE);
pub const PROGRAM_SIZE: i64 = (CODE_AT + length(CODE)) as i64;

const CODE: &[&[u8]] = &[
    b"\x8b\x1c\x24",         // mov ebx, [rsp]
    b"\x4c\x8d\x64\xdc\x10", // lea r12, [rsp+rbx*8+16]
    b"\x4c\x89\xe6",         // mov rsi, r12
    b"\x48\xad",             // 1: lodsq
    b"\x48\x85\xc0",         // test rax, rax
    b"\x75\xf9",             // jnz 1b
    b"\x6a\x20",             // push 32
    b"\x59",                 // pop rcx
    b"\x6a\xff",             // 2: push -1
    b"\xe2\xfc",             // loop 2b
    b"\x48\xad",             // 3: lodsq
    b"\x48\x91",             // xchg rax, rcx
    b"\x48\xad",             // lodsq
    b"\x83\xf9\x20",         // cmp ecx, 32
    b"\x73\x04",             // jae 4f
    b"\x48\x89\x04\xcc",     // mov [rsp+rcx*8], rax
    b"\x85\xc9",             // 4: test ecx, ecx
    b"\x75\xed",             // jnz 3b
    b"\x48\x83\xc4\x80",     // add rsp, -128
    b"\x31\xff",             // xor edi, edi
    b"\x31\xf6",             // xor esi, esi
    b"\x48\x89\xe2",         // mov rdx, rsp
    b"\x6a\x08",             // push 8
    b"\x41\x5a",             // pop r10
    b"\x6a\x0e",             // push 14
    b"\x58",                 // pop rax
    b"\x0f\x05",             // syscall
    b"\x48\x8d\x7c\x24\x08", // lea rdi, [rsp+8]
    b"\x44\x89\xd6",         // mov esi, r10d
    b"\x6a\x7f",             // push 127
    b"\x58",                 // pop rax
    b"\x0f\x05",             // syscall
    b"\x6a\x0a",             // push 10
    b"\x5f",                 // pop rdi
    b"\x31\xf6",             // xor esi, esi
    b"\x48\x8d\x54\x24\x10", // lea rdx, [rsp+16]
    b"\x6a\x0d",             // push 13
    b"\x58",                 // pop rax
    b"\x0f\x05",             // syscall
    b"\x6a\x0c",             // push 12
    b"\x5f",                 // pop rdi
    b"\x48\x8d\x54\x24\x30", // lea rdx, [rsp+48]
    b"\x6a\x0d",             // push 13
    b"\x58",                 // pop rax
    b"\x0f\x05",             // syscall
    b"\x31\xff",             // xor edi, edi
    b"\x48\x8d\x74\x24\x50", // lea rsi, [rsp+80]
    b"\x6a\x24",             // push 36
    b"\x58",                 // pop rax
    b"\x0f\x05",             // syscall
    b"\x6a\x04",             // push 4
    b"\x5f",                 // pop rdi
    b"\x48\x89\xe6",         // mov rsi, rsp
    b"\xba\xc0\x01\x00\x00", // mov edx, 448
    b"\x6a\x01",             // push 1
    b"\x58",                 // pop rax
    b"\x0f\x05",             // syscall
    b"\x49\x8b\x74\x24\xf0", // mov rsi, [r12-16]
    b"\x6a\x04",             // push 4
    b"\x5a",                 // pop rdx
    b"\x6a\x01",             // push 1
    b"\x58",                 // pop rax
    b"\x0f\x05",             // syscall
    b"\x49\x8b\x34\x24",     // mov rsi, [r12]
    b"\x6a\x01",             // push 1
    b"\x58",                 // pop rax
    b"\x0f\x05",             // syscall
    b"\xbe\x00\x00\x60\x00", // mov esi, 0x600000
    b"\xba\xff\x07\x00\x00", // mov edx, 2047
    b"\x6a\x01",             // push 1
    b"\x58",                 // pop rax
    b"\x0f\x05",             // syscall
    b"\xbe\xf8\x1f\x60\x00", // mov esi, 0x601ff8
    b"\x6a\x08",             // push 8
    b"\x5a",                 // pop rdx
    b"\x6a\x01",             // push 1
    b"\x58",                 // pop rax
    b"\x0f\x05",             // syscall
    b"\x8d\x7b\x40",         // lea edi, [rbx+64]
    b"\xb8\xe7\x00\x00\x00", // mov eax, 231
    b"\x0f\x05",             // syscall
];
