//! Loads through the segment bases that `arch_prctl` sets.

use core::arch::asm;

/// The byte at an address of the arena plus the base of FS, and above it the same of GS.
pub fn segments(address: usize) -> isize {
    let (fs, gs): (u32, u32);
    // SAFETY: the rows set bases that lead to other pages of the arena, and a base that was not
    // set is 0. Nothing is written.
    unsafe {
        asm!(
            "movzx {fs:e}, byte ptr fs:[{address}]",
            "movzx {gs:e}, byte ptr gs:[{address}]",
            address = in(reg) address,
            fs = out(reg) fs,
            gs = lateout(reg) gs,
            options(nostack, readonly, preserves_flags),
        );
    }
    (fs + (gs << 8)) as isize
}
