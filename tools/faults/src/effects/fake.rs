//! A process for the tests of the effects.

use super::Process;
use crate::model::{DescriptorKind, Id, Property, Register};

/// Memory from address 0x1000 on, a signal mask, and the calls that were made.
#[derive(Default)]
pub(super) struct FakeProcess {
    pub(super) memory: Vec<u8>,
    pub(super) stack_pointer: u64,
    pub(super) mask: u64,
    pub(super) calls: Vec<(u16, [u64; 6])>,
    pub(super) lost: Vec<(Register, u64)>,
    pub(super) flags: u64,
    pub(super) vectors: Vec<u8>,
}

pub(super) const BASE: u64 = 0x1000;

impl FakeProcess {
    fn range(&self, address: u64, size: usize) -> Option<std::ops::Range<usize>> {
        let from = usize::try_from(address.checked_sub(BASE)?).ok()?;
        let range = from..from.checked_add(size)?;
        (range.end <= self.memory.len()).then_some(range)
    }
}

impl Process for FakeProcess {
    fn read(&mut self, address: u64, into: &mut [u8]) -> bool {
        let range = self.range(address, into.len());
        range.is_some_and(|range| {
            into.copy_from_slice(&self.memory[range]);
            true
        })
    }

    fn write(&mut self, address: u64, bytes: &[u8]) -> bool {
        let range = self.range(address, bytes.len());
        range.is_some_and(|range| {
            self.memory[range].copy_from_slice(bytes);
            true
        })
    }

    fn descriptor_kind(&mut self, descriptor: i32) -> Option<DescriptorKind> {
        (descriptor == 3).then_some(DescriptorKind::Pipe)
    }

    fn ready(&mut self, descriptor: i32, _: i16) -> Option<bool> {
        (descriptor < 5).then_some(descriptor == 3)
    }

    fn mask(&mut self) -> u64 {
        self.mask
    }

    fn set_mask(&mut self, mask: u64) {
        self.mask = mask;
    }

    fn is_main(&mut self) -> bool {
        true
    }

    fn is_first(&mut self) -> bool {
        true
    }

    fn untouched(&mut self, address: u64) -> bool {
        address == BASE
    }

    fn is_zombie(&mut self, id: i32) -> bool {
        id == 7
    }

    fn catches(&mut self, signal: i32) -> bool {
        signal == 10
    }

    fn in_user_mode(&mut self) -> bool {
        true
    }

    fn goes_down(&mut self) -> bool {
        false
    }

    fn stack_pointer(&mut self) -> u64 {
        self.stack_pointer
    }

    fn set_register(&mut self, register: Register, number: u64) {
        self.lost.push((register, number));
    }

    fn flip_flags(&mut self, bits: u64) {
        self.flags ^= bits;
    }

    fn vector_state(&mut self) -> Vec<u8> {
        self.vectors.clone()
    }

    fn set_vector_state(&mut self, state: &[u8]) {
        self.vectors = state.to_vec();
    }

    fn syscall(&mut self, number: u16, args: [u64; 6]) -> i64 {
        self.calls.push((number, args));
        40
    }

    fn syscall_before(&mut self, number: u16, args: [u64; 6]) -> i64 {
        self.calls.push((number, args));
        41
    }

    fn id(&mut self, _: Id) -> i64 {
        77
    }

    fn descriptors(&mut self) -> Vec<i32> {
        vec![0, 1, 2, 3]
    }

    fn descriptor_property(&mut self, descriptor: i32, _: Property) -> Option<i64> {
        (descriptor == 3).then_some(9)
    }

    fn file_property(&mut self, _: Option<i32>, _: &[u8], _: Property) -> Option<i64> {
        None
    }

    fn ignores(&mut self, _: i32) -> bool {
        false
    }

    fn has_pending(&mut self, _: i32) -> bool {
        false
    }
}

pub(super) fn process() -> FakeProcess {
    FakeProcess {
        stack_pointer: BASE + 128,
        memory: (1..=32).collect(),
        ..FakeProcess::default()
    }
}
