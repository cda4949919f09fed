//! The loss of registers and of other parts of a thread's state.

use super::process::{Process, RED_ZONE};
use crate::model::{Part, VectorPart};

/// The value of a lost register: it looks like an address in the kernel.
const LOST: u64 = 0xffff_8000_dead_0bad;
/// CF, PF, AF, ZF, SF and OF.
const ARITHMETIC_FLAGS: u64 = 0x8d5;

/// Places in the area that `XSAVE` writes, in its standard format (Intel SDM volume 1, 13.4).
const HEADER: usize = 512;
const HEADER_SIZE: usize = 64;

/// The place of a part in the area: its first byte, its size, and the bit of its component. Linux
/// writes the initial values of a component that is not in use, so its other parts are valid.
const fn place(part: VectorPart) -> (usize, usize, u8) {
    match part {
        VectorPart::ControlWord => (0, 2, 1),
        VectorPart::Mxcsr => (24, 4, 2),
        VectorPart::Xmm => (160, 256, 2),
        VectorPart::YmmHigh => (HEADER + HEADER_SIZE, 256, 4),
    }
}

/// The bytes of a lost part. Control words must be valid: they get the values of a new thread.
/// Registers get a pattern.
fn lost(part: VectorPart) -> Vec<u8> {
    match part {
        VectorPart::ControlWord => 0x037f_u16.to_le_bytes().to_vec(),
        VectorPart::Mxcsr => 0x1f80_u32.to_le_bytes().to_vec(),
        VectorPart::Xmm | VectorPart::YmmHigh => vec![0x6b; place(part).1],
    }
}

/// Destroys a part of the thread's state.
pub(super) fn lose(part: Part, process: &mut impl Process) {
    match part {
        Part::Register(register) => process.set_register(register, LOST),
        Part::RedZone => {
            let top = process.stack_pointer();
            process.write(top.wrapping_sub(RED_ZONE), &[0x6b; RED_ZONE as usize]);
        }
        Part::Flags => process.flip_flags(ARITHMETIC_FLAGS),
        Part::Vector(part) => {
            let mut state = process.vector_state();
            if put(part, &lost(part), &mut state) {
                process.set_vector_state(&state);
            }
        }
    }
}

/// Gives the thread a part of an earlier state.
pub(super) fn stay(part: VectorPart, earlier: &[u8], process: &mut impl Process) {
    let (start, size, _) = place(part);
    let mut state = process.vector_state();
    if let Some(bytes) = earlier.get(start..start + size)
        && put(part, bytes, &mut state)
    {
        process.set_vector_state(&state);
    }
}

/// Writes a part into an area; false if the area has no such part.
fn put(part: VectorPart, bytes: &[u8], area: &mut [u8]) -> bool {
    let (start, size, component) = place(part);
    if area.len() < start + size || bytes.len() != size {
        return false;
    }
    area[start..start + size].copy_from_slice(bytes);
    area[HEADER] |= component;
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_written_where_the_processor_has_it() {
        let mut area = vec![0; HEADER + HEADER_SIZE + 256];
        assert!(put(VectorPart::Xmm, &[7; 256], &mut area));
        assert_eq!(area[HEADER], 2);
        assert_eq!([area[159], area[160], area[415], area[416]], [0, 7, 7, 0]);
        assert!(put(VectorPart::ControlWord, &[0x7f, 2], &mut area));
        assert_eq!([area[HEADER], area[0], area[1], area[2]], [3, 0x7f, 2, 0]);
    }

    #[test]
    fn an_area_without_a_part_is_left_alone() {
        let mut area = vec![0; HEADER + HEADER_SIZE];
        assert!(!put(VectorPart::YmmHigh, &[7; 256], &mut area));
        assert!(area.iter().all(|byte| *byte == 0));
    }
}
