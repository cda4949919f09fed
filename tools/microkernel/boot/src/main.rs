//! A small kernel that boots in QEMU and runs one static program: the part for the machine.
//!
//! The logic is in `microkernel-core`; this package has the processor, the devices and the entry.

#![no_std]
#![no_main]

extern crate alloc;

mod arch;
mod frames;
mod heap;
mod page_tables;

use core::fmt::Write;
use core::panic::PanicInfo;

use microkernel_core::{
    Ending, Frame, Generator, Kernel, Machine, Next, Options, Protection, Tables, Trap,
};

use crate::arch::{Clock, Context, pointer};
use crate::frames::{FRAME_SIZE, Frames};
use crate::page_tables::PageTables;

/// The size of the heap: 256 full pipes take 16 MiB, 256 sockets with full buffers 4 MiB, and a
/// block of one size is not used for another.
const HEAP_SIZE: u64 = 32 << 20;

/// The codes for QEMU's exit device; QEMU's exit status is twice the code and one.
mod status {
    /// The program ended with 0: status 49.
    pub(crate) const PASSED: u8 = 24;
    /// The program ended with another status: 51.
    pub(crate) const FAILED: u8 = 25;
    /// The program was ended by a signal: 53.
    pub(crate) const KILLED: u8 = 26;
    /// The kernel panicked: 55.
    pub(crate) const PANIC: u8 = 27;
}

/// Prints a line of the kernel itself.
macro_rules! log {
    ($($text:tt)*) => {{
        let mut console = arch::Console;
        // The console cannot fail.
        let _ = writeln!(console, $($text)*);
    }};
}

/// The hardware, as the trait of the kernel's logic describes it.
struct Hardware {
    clock: Clock,
    frames: Frames,
    tables: PageTables,
}

impl Machine for Hardware {
    type Context = Context;

    fn now(&mut self) -> u64 {
        self.clock.now()
    }

    fn allocate(&mut self) -> Option<Frame> {
        self.frames.alloc().map(Frame)
    }

    fn free(&mut self, frame: Frame) {
        self.frames.free(frame.0);
    }

    fn load(&mut self, frame: Frame, offset: usize, into: &mut [u8]) {
        let from = pointer::<u8>(frame.0 + offset as u64);
        // SAFETY: the bytes lie within a frame that the logic has allocated, which the direct map
        // reaches; no reference to it exists.
        unsafe { from.copy_to_nonoverlapping(into.as_mut_ptr(), into.len()) };
    }

    fn store(&mut self, frame: Frame, offset: usize, from: &[u8]) {
        let to = pointer::<u8>(frame.0 + offset as u64);
        // SAFETY: as above.
        unsafe { to.copy_from_nonoverlapping(from.as_ptr(), from.len()) };
    }

    fn new_tables(&mut self) -> Option<Tables> {
        self.tables.create(&mut self.frames).map(Tables)
    }

    fn free_tables(&mut self, tables: Tables) {
        self.tables.destroy(&mut self.frames, tables.0);
    }

    fn enter(&mut self, tables: Tables) {
        self.tables.enter(tables.0);
    }

    fn map(&mut self, tables: Tables, page: u64, frame: Frame, protection: Protection) -> bool {
        self.tables
            .map(&mut self.frames, tables.0, page, frame.0, protection)
    }

    fn unmap(&mut self, tables: Tables, page: u64) {
        self.tables.unmap(tables.0, page);
    }

    fn print(&mut self, bytes: &[u8]) {
        arch::print(bytes);
    }

    fn free_frames(&self) -> u64 {
        self.frames.count()
    }
}

/// The Rust entry, called by the first instructions; `address` is that of the loader's structure.
#[unsafe(no_mangle)]
extern "C" fn kernel_main(address: u64) -> ! {
    arch::init();
    let kernel_end = page_tables::kernel_end_address();
    let info = arch::boot_info(address, kernel_end)
        .expect("the loader must describe the memory in the format of this machine");
    let heap_end = kernel_end + HEAP_SIZE;
    let heap = [kernel_end, heap_end].map(|end| pointer::<u8>(end) as usize);
    let module = info
        .module
        .expect("no boot module: -initrd must name the program");
    assert!(
        module.0 >= heap_end,
        "the boot module overlaps the kernel's memory"
    );
    // SAFETY: the range follows the kernel in the direct map; `Frames` begins at its end.
    unsafe { heap::init(heap[0], heap[1]) };
    let mut frames = Frames::new(heap_end, info.memory_end, module);
    let tables = PageTables::new(&mut frames).expect("not enough memory for page tables");
    let clock = Clock::start().expect("the machine has no clock");
    let (options, unknown) = Options::parse(info.command_line);
    if let Some(argument) = unknown {
        log!("microkernel: unknown argument `{argument}` on the command line");
    }
    let size = (module.1 - module.0) as usize;
    // SAFETY: the loader has put the module there, and `Frames` leaves it out.
    let program = unsafe { core::slice::from_raw_parts(pointer::<u8>(module.0), size) };
    log!(
        "microkernel {}: {} MiB free, program of {size} bytes",
        env!("CARGO_PKG_VERSION"),
        (frames.count() * FRAME_SIZE) >> 20
    );
    let started = arch::real_time() * 1_000_000_000;
    let random = Generator::new(info.seed);
    let hardware = Hardware {
        clock,
        frames,
        tables,
    };
    let mut kernel = Kernel::new(hardware, options, random, started);
    if let Err(error) = kernel.start(program) {
        panic!("{error}");
    }
    run(kernel)
}

/// Runs the program until it ends.
fn run(mut kernel: Kernel<Hardware>) -> ! {
    loop {
        let mut until = None;
        let (trap, idle) = match kernel.decide() {
            Next::Run(context, until) => {
                let context: *mut _ = context;
                kernel.machine().clock.arm(until);
                // SAFETY: arming the alarm does not touch the thread, which stays in place.
                (Some(arch::run(unsafe { &mut *context })), false)
            }
            Next::Idle(time) => {
                until = time;
                (None, true)
            }
            Next::Ended(ending) => end(ending),
        };
        if idle {
            kernel.machine().clock.arm(until);
            arch::idle();
            kernel.machine().clock.alarm_fired();
        }
        if let Some(trap) = trap {
            if trap == Trap::Interrupt {
                kernel.machine().clock.alarm_fired();
            }
            kernel.trap(trap);
        }
    }
}

fn end(ending: Ending) -> ! {
    match ending {
        Ending::Exit(0) => arch::exit(status::PASSED),
        Ending::Exit(code) => {
            log!("microkernel: the program ended with status {code}");
            arch::exit(status::FAILED)
        }
        Ending::Signal(signal) => {
            log!("microkernel: the program was ended by signal {signal}");
            arch::exit(status::KILLED)
        }
    }
}

// The profile of clippy unwinds, as tests do, and only the standard library supports that.
#[cfg(not(panic = "abort"))]
extern crate std;

/// Reports a panic of the kernel, and ends QEMU.
#[cfg_attr(panic = "abort", panic_handler)]
#[cfg_attr(
    not(panic = "abort"),
    expect(dead_code, reason = "std has the handler")
)]
fn panic(info: &PanicInfo) -> ! {
    log!("microkernel: KERNEL PANIC: {}", info.message());
    if let Some(place) = info.location() {
        log!("microkernel: at {}:{}", place.file(), place.line());
    }
    arch::exit(status::PANIC)
}
