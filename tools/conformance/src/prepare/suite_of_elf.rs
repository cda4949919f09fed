//! The suite of an ELF file, by its suite id, which is a constant in its instructions.

use packer::abi::Processor;
use packer::suites::{self, Suite};

use crate::build::inspect;

/// The suite of an ELF; none where it has the id of none, as a program that prints a log has.
pub(super) fn suite_of(elf: &[u8]) -> Option<&'static Suite> {
    let machine = inspect::machine(elf)?;
    let mut all = suites::ALL.iter();
    all.find(|suite| suite.processor.machine() == machine && has_id(elf, suite))
}

fn has_id(elf: &[u8], suite: &Suite) -> bool {
    let id = suite.id();
    match suite.processor {
        Processor::X86_64 => elf.windows(4).any(|bytes| bytes == id.to_le_bytes()),
        Processor::Aarch64 => has_moves(elf, id),
        Processor::Riscv64 => has_upper_and_lower(elf, id),
    }
}

/// The 32-bit words of a file at multiples of so many bytes.
fn words(elf: &[u8], step: usize) -> impl Iterator<Item = u32> {
    let starts = (0..elf.len().saturating_sub(3)).step_by(step);
    starts.filter_map(|at| Some(u32::from_le_bytes(*elf[at..].first_chunk()?)))
}

/// True where the halves of a number are in instructions `movz` and `movk` for its lower and its
/// upper half (Arm Architecture Reference Manual for A-profile, C6.2), or in `movz` alone.
fn has_moves(elf: &[u8], number: u32) -> bool {
    const MOVZ: u32 = 0x5280_0000;
    const MOVK_UPPER: u32 = 0x72a0_0000;
    // Without the bit for 64-bit registers and the number of the register.
    const MASK: u32 = 0x7fff_ffe0;
    let has = |instruction: u32, half: u32| {
        words(elf, 4).any(|word| word & MASK == instruction | half << 5)
    };
    has(MOVZ, number & 0xffff) && has(MOVK_UPPER, number >> 16)
}

/// True where a number is in instructions `lui` and `addi` or `addiw` (The RISC-V Instruction Set
/// Manual, volume I, RV32I and RV64I). These lie at multiples of two bytes.
fn has_upper_and_lower(elf: &[u8], number: u32) -> bool {
    const LUI: u32 = 0x37;
    let lower = number & 0xfff;
    // The lower part is added with its sign.
    let upper = number.wrapping_sub((lower << 20).cast_signed().wrapping_shr(20).cast_unsigned());
    let is_lui = |word: u32| word & 0x7f == LUI && word >> 12 == upper >> 12;
    // Bits 12 to 14 are 0 in both, and bit 3 of the opcode tells them apart.
    let is_addi = |word: u32| word & 0x7077 == 0x13 && word >> 20 == lower;
    words(elf, 2).any(is_lui) && words(elf, 2).any(is_addi)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::{self, EmbeddedShape};

    #[test]
    fn embedded_elf_is_of_its_suite() {
        let mut known = 0;
        for suite in suites::ALL {
            for shape in [
                EmbeddedShape::Plain,
                EmbeddedShape::Pie,
                EmbeddedShape::Freestanding,
            ] {
                let elf = resources::elf(suite, shape);
                if elf.is_empty() {
                    continue;
                }
                known += 1;
                let found = suite_of(elf).map(|found| (found.name, found.processor));
                assert_eq!(found, Some((suite.name, suite.processor)));
            }
        }
        assert!(known >= 3, "{known} ELFs");
        assert!(suite_of(b"#!/bin/sh\n").is_none());
    }
}
