//! Fuzz targets of what a program gives to the kernel: its file and its signal frames.
//!
//! Each target is a plain function of bytes. The tests run it over seeds and their mutations.

use alloc::vec;
use alloc::vec::Vec;

use super::{MEMORY, TestProgram, image};
use crate::arch::Architecture;
use crate::linux::Call;
use crate::machine::PAGE_SIZE;
use crate::memory::elf;
use crate::options::Options;
use crate::scheduler::Next;
use crate::tasks::signal::unblockable;

/// Number of mutations of each seed.
const MUTATIONS: usize = 3000;

/// The size of the largest frame in bytes.
const FRAME_SIZE: usize = 1_088;

on_each_processor! {
    any_file_is_loaded_or_refused
    any_frame_is_restored_or_ends_the_program
}

/// Numbers from a seed: xorshift of 64 bits.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }

    /// A seed with up to eight changes.
    fn mutated(&mut self, seed: &[u8]) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for _ in 0..=self.below(8) {
            let at = self.below(bytes.len());
            match self.below(4) {
                0 => bytes[at] ^= 1 << self.below(8),
                1 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][self.below(5)],
                2 => {
                    let end = (at + 8).min(bytes.len());
                    bytes[at..end].fill([0, 0xff][self.below(2)]);
                }
                _ => bytes.truncate(self.below(bytes.len()).max(1)),
            }
        }
        bytes
    }
}

/// Reads any bytes as an executable; what is accepted is inside the file and the program's half.
fn executable<C: Architecture>(file: &[u8]) -> bool {
    let Some(executable) = elf::parse(file, C::ELF_MACHINE, C::USER_END) else {
        return false;
    };
    for segment in executable.segments {
        assert!(segment.offset + segment.file_size <= file.len());
        assert!(segment.file_size as u64 <= segment.memory_size);
        assert!(segment.address >= PAGE_SIZE);
        assert!(segment.address + segment.memory_size <= C::USER_END);
    }
    true
}

/// Returns from a handler with any bytes as the frame: the program may end, the kernel goes on.
fn sigreturn<C: Architecture>(frame: &[u8]) {
    let mut program = TestProgram::<C>::new(Options::default());
    for (index, bytes) in frame.chunks(8).enumerate() {
        let mut word = [0; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        program.put(8 * index as u64, &[u64::from_le_bytes(word)]);
    }
    let context = program.running().expect("the program runs");
    context.set_stack(MEMORY);
    context.return_from_handler();
    program.begin(Call::RtSigreturn, &[]);
    if let Next::Run(context, _) = program.kernel.decide() {
        // The processor would refuse other values in kernel mode.
        assert!(context.instruction() < C::USER_END);
        context.assert_loadable();
        assert_eq!(program.kernel.thread().mask & unblockable(), 0);
    }
}

fn any_file_is_loaded_or_refused<C: Architecture>() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let seed = image::<C>();
    assert!(executable::<C>(&seed));
    for length in 0..seed.len() {
        executable::<C>(&seed[..length]);
    }
    let accepted = (0..MUTATIONS).filter(|_| executable::<C>(&numbers.mutated(&seed)));
    assert!(accepted.count() > 0, "the mutations reach the segments");
}

fn any_frame_is_restored_or_ends_the_program<C: Architecture>() {
    let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
    let pointer_to_frame = {
        let mut seed = vec![0; FRAME_SIZE];
        // A frame that refers to floating-point state elsewhere, by `fpstate`, refers to itself.
        seed[232..240].copy_from_slice(&MEMORY.to_le_bytes());
        seed
    };
    for seed in [
        vec![0; FRAME_SIZE],
        vec![0xff; FRAME_SIZE],
        pointer_to_frame,
    ] {
        sigreturn::<C>(&seed);
        (0..MUTATIONS / 10).for_each(|_| sigreturn::<C>(&numbers.mutated(&seed)));
    }
}
