//! An initramfs image: the suite, and a first program that executes it.
//!
//! The format is "newc" of Linux's `Documentation/driver-api/early-userspace/buffer-format.rst`.

const REGULAR: u32 = 0o100_755;
const FOLDER: u32 = 0o040_755;
const DEVICE: u32 = 0o020_600;
/// The device number of `/dev/console`.
const CONSOLE: (u32, u32) = (5, 1);
/// The name of the entry that ends an archive.
const TRAILER: &str = "TRAILER!!!";

/// An image with `/dev/console`, the ELF, and `init` as the first program: `tools/linux-init` sets
/// the loopback interface up and executes the ELF.
pub(crate) fn image(init: &[u8], elf: &[u8]) -> Vec<u8> {
    archive(&[("init", init), ("posix-conformance", elf)])
}

/// An image with `/dev/console` and the ELF as the first program, for kernels that lack a call
/// which `tools/linux-init` makes.
pub(crate) fn image_of_elf(elf: &[u8]) -> Vec<u8> {
    archive(&[("init", elf)])
}

fn archive(programs: &[(&str, &[u8])]) -> Vec<u8> {
    let mut image = Vec::new();
    entry(&mut image, 1, "dev", FOLDER, (0, 0), &[]);
    entry(&mut image, 2, "dev/console", DEVICE, CONSOLE, &[]);
    for (inode, (name, bytes)) in (3..).zip(programs) {
        entry(&mut image, inode, name, REGULAR, (0, 0), bytes);
    }
    entry(&mut image, 0, TRAILER, 0, (0, 0), &[]);
    image
}

fn entry(image: &mut Vec<u8>, inode: u32, name: &str, mode: u32, device: (u32, u32), bytes: &[u8]) {
    let links = 1;
    let fields = [
        inode,
        mode,
        0,
        0,
        links,
        0,
        bytes.len() as u32,
        0,
        0,
        device.0,
        device.1,
        name.len() as u32 + 1,
        0,
    ];
    image.extend(b"070701");
    for field in fields {
        image.extend(format!("{field:08x}").bytes());
    }
    image.extend(name.bytes());
    image.push(0);
    pad(image);
    image.extend(bytes);
    pad(image);
}

fn pad(image: &mut Vec<u8>) {
    image.resize(image.len().next_multiple_of(4), 0);
}
