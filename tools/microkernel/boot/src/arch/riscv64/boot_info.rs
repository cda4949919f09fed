//! The boot information of the loader: a flattened device tree.

use core::cell::Cell;

use microkernel_core::devicetree::{self, HEADER_SIZE, number, property};

use super::cpu::ticks;
use super::devices::nanoseconds;
use crate::arch::{BootInfo, pointer};

/// The frequency of the time counter, which the clock asks for after the tree was read.
struct Frequency(Cell<Option<u64>>);
// SAFETY: there is one processor, and the kernel does not interrupt itself.
unsafe impl Sync for Frequency {}

static FREQUENCY: Frequency = Frequency(Cell::new(None));

/// Ticks in a second of the time counter.
pub(super) fn frequency() -> Option<u64> {
    FREQUENCY.0.get().filter(|&frequency| frequency > 0)
}

/// Reads the device tree; `None` where there is none, or where it does not describe the memory that
/// holds the kernel.
pub(crate) fn read(address: u64, kernel_end: u64) -> Option<BootInfo> {
    // SAFETY: the loader passes the address of a tree, which the direct map reaches.
    let header = unsafe { pointer::<[u8; HEADER_SIZE]>(address).read() };
    let size = devicetree::size(&header)?;
    // SAFETY: the header states the size, and the frames there are never allocated.
    let tree = unsafe { core::slice::from_raw_parts(pointer::<u8>(address).cast_const(), size) };
    let memory = property(tree, &["memory"], "reg")?;
    let start = number(memory.get(..8)?)?;
    let memory_end = start.checked_add(number(memory.get(8..16)?)?)?;
    if !(start..memory_end).contains(&kernel_end) {
        return None;
    }
    let frequency = property(tree, &["cpus"], "timebase-frequency").and_then(number);
    FREQUENCY.0.set(frequency);
    let chosen = |name| property(tree, &["chosen"], name);
    let module = chosen("linux,initrd-start").and_then(number);
    let module_end = chosen("linux,initrd-end").and_then(number);
    let line = chosen("bootargs").unwrap_or(b"");
    let line = line.strip_suffix(b"\0").unwrap_or(line);
    // The tree may be above the kernel: memory ends where it begins.
    let limit = if address > kernel_end {
        address
    } else {
        1 << 32
    };
    Some(BootInfo {
        memory_end: memory_end.min(limit).min(1 << 32),
        module: module.zip(module_end),
        command_line: core::str::from_utf8(line).unwrap_or(""),
        seed: seed(chosen("rng-seed").unwrap_or(b"")),
    })
}

/// The seed that the loader gives, and the clocks.
fn seed(given: &[u8]) -> [u32; 8] {
    let mut seed = [0; 8];
    for (word, index) in seed.iter_mut().zip(0_usize..) {
        let given = given.get(4 * index..4 * index + 4).unwrap_or(b"");
        let noise = ticks() ^ nanoseconds().rotate_left(8 * index as u32);
        *word = number(given).unwrap_or(0) as u32 ^ (noise ^ noise >> 32) as u32;
    }
    seed
}
