//! The boot information of the loader: memory, the boot module, the command line.
//!
//! `struct hvm_start_info` of Xen's `public/arch-x86/hvm/start_info.h`.

use super::cpu::noise;
use crate::arch::{BootInfo, pointer};

const MAGIC: u32 = 0x336e_c578;
const RAM: u32 = 1;
const LINE_MAX: usize = 1_024;

#[repr(C)]
#[derive(Clone, Copy)]
struct StartInfo {
    magic: u32,
    version: u32,
    flags: u32,
    modules: u32,
    module_list: u64,
    command_line: u64,
    acpi: u64,
    memory_map: u64,
    memory_entries: u32,
    reserved: u32,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Module {
    address: u64,
    size: u64,
    command_line: u64,
    reserved: u64,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Range {
    address: u64,
    size: u64,
    kind: u32,
    reserved: u32,
}

/// Reads a structure that the loader has written.
fn fetch<T: Copy>(address: u64) -> T {
    // SAFETY: the loader has put it there, below 4 GiB, and every bit pattern is valid.
    unsafe { pointer::<T>(address).read_unaligned() }
}

/// Reads the loader's structures; `None` where they are not those of PVH.
pub(crate) fn read(address: u64, kernel_end: u64) -> Option<BootInfo> {
    let start: StartInfo = fetch(address);
    if start.magic != MAGIC || start.version == 0 {
        return None;
    }
    let ranges = (0..u64::from(start.memory_entries))
        .map(|index| fetch::<Range>(start.memory_map + index * size_of::<Range>() as u64));
    let memory_end = ranges
        .filter(|range| range.kind == RAM)
        .map(|range| (range.address, range.address + range.size))
        .find(|(from, to)| (from..to).contains(&&kernel_end))?
        .1;
    let module = (start.modules > 0).then(|| {
        let module: Module = fetch(start.module_list);
        (module.address, module.address + module.size)
    });
    Some(BootInfo {
        memory_end: memory_end.min(1 << 32),
        module,
        command_line: text(start.command_line),
        seed: [(); 8].map(|()| {
            let noise = noise();
            (noise ^ noise >> 32) as u32
        }),
    })
}

fn text(address: u64) -> &'static str {
    if address == 0 {
        return "";
    }
    let length = (0..LINE_MAX).find(|&at| fetch::<u8>(address + at as u64) == 0);
    let length = length.unwrap_or(0);
    // SAFETY: the bytes were read one by one above, and the frames there are never allocated.
    let bytes = unsafe { core::slice::from_raw_parts(pointer(address), length) };
    core::str::from_utf8(bytes).unwrap_or("")
}
