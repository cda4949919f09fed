//! The tests' machine, with pages in a map, and a kernel on it whose program is the test.

/// Makes a test of each function for each processor.
macro_rules! on_each_processor {
    ($($test:ident)*) => {
        mod x86_64 {
            $(
                #[test]
                fn $test() {
                    super::$test::<crate::arch::x86_64::Context>();
                }
            )*
        }
        mod riscv64 {
            $(
                #[test]
                fn $test() {
                    super::$test::<crate::arch::riscv64::Context>();
                }
            )*
        }
    };
}

mod calls;
mod children;
mod files;
mod fuzz;
mod messages;
mod sockets;

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::marker::PhantomData;

use crate::arch::Architecture;
use crate::chacha::Generator;
use crate::kernel::{Ending, Kernel};
use crate::linux::{Call, Errno};
use crate::machine::{Frame, Machine, PAGE_SIZE, Protection, Tables};
use crate::options::Options;
use crate::scheduler::{Next, Trap};

/// The address of the writable memory of the test's program.
const MEMORY: u64 = 0x40_0000;
const HANDLER: u64 = 0x123;
const RESTORER: u64 = 0x456;

struct Pages<C> {
    /// Frames by their number; a free one is `None`.
    frames: Vec<Option<Box<[u8; PAGE_SIZE as usize]>>>,
    /// The number of page tables.
    tables: usize,
    now: u64,
    console: Vec<u8>,
    processor: PhantomData<C>,
}

impl<C> Pages<C> {
    fn frame(&mut self, frame: Frame) -> &mut [u8; PAGE_SIZE as usize] {
        let frame = self.frames[frame.0 as usize].as_mut();
        frame.expect("the frame is allocated")
    }
}

impl<C: Architecture> Machine for Pages<C> {
    type Context = C;

    fn now(&mut self) -> u64 {
        self.now
    }

    fn allocate(&mut self) -> Option<Frame> {
        let free = self.frames.iter().position(Option::is_none);
        let at = free.unwrap_or(self.frames.len());
        if at == self.frames.len() {
            self.frames.push(None);
        }
        self.frames[at] = Some(Box::new([0; PAGE_SIZE as usize]));
        Some(Frame(at as u64))
    }

    fn free(&mut self, frame: Frame) {
        let freed = self.frames[frame.0 as usize].take();
        freed.expect("the frame is allocated");
    }

    fn load(&mut self, frame: Frame, offset: usize, into: &mut [u8]) {
        into.copy_from_slice(&self.frame(frame)[offset..offset + into.len()]);
    }

    fn store(&mut self, frame: Frame, offset: usize, from: &[u8]) {
        self.frame(frame)[offset..offset + from.len()].copy_from_slice(from);
    }

    fn new_tables(&mut self) -> Option<Tables> {
        self.tables += 1;
        Some(Tables(0))
    }

    fn free_tables(&mut self, _: Tables) {
        self.tables -= 1;
    }

    fn enter(&mut self, _: Tables) {}

    fn map(&mut self, _: Tables, page: u64, frame: Frame, _: Protection) -> bool {
        assert_eq!(page % PAGE_SIZE, 0);
        self.frame(frame);
        true
    }

    fn unmap(&mut self, _: Tables, _: u64) {}

    fn print(&mut self, bytes: &[u8]) {
        self.console.extend(bytes);
    }

    fn free_frames(&self) -> u64 {
        1 << 14
    }
}

/// An executable of one page of code and one of data.
fn image<C: Architecture>() -> Vec<u8> {
    let mut file = vec![0u8; 64 + 2 * 56];
    file[..6].copy_from_slice(b"\x7fELF\x02\x01");
    (file[16], file[32], file[54], file[56]) = (2, 64, 56, 2);
    file[18..20].copy_from_slice(&C::ELF_MACHINE.to_le_bytes());
    file[24..32].copy_from_slice(&0x20_0000_u64.to_le_bytes());
    for (at, address, flags) in [(64, 0x20_0000_u64, 5), (64 + 56, MEMORY, 6)] {
        file[at] = 1;
        file[at + 4] = flags;
        file[at + 16..at + 24].copy_from_slice(&address.to_le_bytes());
        file[at + 40..at + 48].copy_from_slice(&4096_u64.to_le_bytes());
    }
    file
}

struct TestProgram<C: Architecture> {
    kernel: Kernel<Pages<C>>,
}

impl<C: Architecture> TestProgram<C> {
    fn new(options: Options) -> TestProgram<C> {
        let random = Generator::new([1; 8]);
        let pages = Pages {
            frames: Vec::new(),
            tables: 0,
            now: 0,
            console: Vec::new(),
            processor: PhantomData,
        };
        let mut kernel = Kernel::new(pages, options, random, 0);
        kernel.start(&image::<C>()).expect("the image is good");
        TestProgram { kernel }
    }

    /// The thread that runs next, or the end of the program; time passes while no thread is ready.
    fn running(&mut self) -> Result<&mut C, Ending> {
        loop {
            match self.kernel.decide() {
                Next::Ended(ending) => return Err(ending),
                Next::Idle(until) => self.kernel.machine.now = until.expect("an event"),
                Next::Run(..) => break,
            }
        }
        Ok(&mut self.kernel.thread().context)
    }

    /// Makes a system call; returns the result of the next thread that runs.
    fn call(&mut self, call: Call, args: &[i64]) -> i64 {
        self.begin(call, args);
        self.running().expect("the program goes on").result() as i64
    }

    fn begin(&mut self, call: Call, args: &[i64]) {
        let numbers = &mut (0..512);
        let number = numbers.find(|&number| C::call(number) == Some(call));
        self.begin_number(number.expect("a call of the processor"), args);
    }

    fn begin_number(&mut self, number: u64, args: &[i64]) {
        let args: Vec<u64> = args.iter().map(|&arg| arg as u64).collect();
        let context = self.running().expect("the program runs");
        context.prepare_call(number, &args);
        self.kernel.trap(Trap::SystemCall);
    }

    fn error(&mut self, call: Call, args: &[i64]) -> Option<Errno> {
        let result = self.call(call, args);
        (-4095..0).contains(&result).then(|| Errno(-result as u8))
    }

    /// Installs the handler.
    fn catch(&mut self, signal: i32, flags: i64) {
        let words = match C::SA_RESTORER {
            0 => [HANDLER, flags as u64, 0, 0],
            restorer => [HANDLER, flags as u64 | restorer, RESTORER, 0],
        };
        let action = self.put(2_048, &words);
        let args = [signal.into(), action, 0, 8];
        assert_eq!(self.call(Call::RtSigaction, &args), 0);
    }

    /// Asserts that the next thread runs the handler of a signal.
    fn assert_handles(&mut self, signal: i32) {
        let context = self.running().expect("the handler runs");
        assert_eq!(context.instruction(), HANDLER);
        assert_eq!(context.first_argument(), signal as u64);
    }

    fn put(&mut self, offset: u64, words: &[u64]) -> i64 {
        let address = MEMORY + offset;
        self.kernel.write_words(address, words).expect("memory");
        address as i64
    }

    /// Stores a string with its null byte.
    fn text(&mut self, offset: u64, text: &str) -> i64 {
        let bytes = [text.as_bytes(), b"\0"].concat();
        let address = MEMORY + offset;
        self.kernel.write_user(address, &bytes).expect("memory");
        address as i64
    }

    fn get(&mut self, offset: u64) -> u64 {
        let [word] = self.kernel.read_words(MEMORY + offset).expect("memory");
        word
    }
}
