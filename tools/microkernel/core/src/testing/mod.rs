//! The tests' machine, with pages in a map, and a kernel on it whose program is the test.

mod calls;
mod fuzz;
mod sockets;

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use crate::chacha::Generator;
use crate::kernel::{Ending, Kernel};
use crate::linux::errno::*;
use crate::machine::{Machine, PAGE_SIZE, Protection};
use crate::options::Options;
use crate::scheduler::{Next, Trap};
use crate::tasks::context::Context;

/// The address of the writable memory of the test's program.
const MEMORY: u64 = 0x40_0000;
const HANDLER: u64 = 0x123;
const RESTORER: u64 = 0x456;

#[derive(Default)]
struct Pages {
    pages: BTreeMap<u64, Box<[u8; PAGE_SIZE as usize]>>,
    now: u64,
    console: Vec<u8>,
}

impl Machine for Pages {
    fn now(&mut self) -> u64 {
        self.now
    }

    fn map(&mut self, page: u64, _: Protection) -> bool {
        assert_eq!(page % PAGE_SIZE, 0);
        self.pages.entry(page).or_insert(Box::new([0; 4096]));
        true
    }

    fn protect(&mut self, _: u64, _: u64, _: Protection) {}

    fn unmap(&mut self, start: u64, end: u64) {
        self.pages.retain(|page, _| !(start..end).contains(page));
    }

    fn load(&mut self, address: u64, into: &mut [u8]) -> bool {
        let at = (address % PAGE_SIZE) as usize;
        let page = self.pages.get(&(address - at as u64));
        page.is_some_and(|page| {
            into.copy_from_slice(&page[at..at + into.len()]);
            true
        })
    }

    fn store(&mut self, address: u64, from: &[u8]) -> bool {
        let at = (address % PAGE_SIZE) as usize;
        let page = self.pages.get_mut(&(address - at as u64));
        page.is_some_and(|page| {
            page[at..at + from.len()].copy_from_slice(from);
            true
        })
    }

    fn print(&mut self, bytes: &[u8]) {
        self.console.extend(bytes);
    }

    fn free_pages(&self) -> u64 {
        1 << 14
    }
}

/// An executable of one page of code and one of data.
fn image() -> Vec<u8> {
    let mut file = vec![0u8; 64 + 2 * 56];
    file[..6].copy_from_slice(b"\x7fELF\x02\x01");
    (file[16], file[18], file[32], file[54], file[56]) = (2, 62, 64, 56, 2);
    file[24..32].copy_from_slice(&0x20_0000_u64.to_le_bytes());
    for (at, address, flags) in [(64, 0x20_0000_u64, 5), (64 + 56, MEMORY, 6)] {
        file[at] = 1;
        file[at + 4] = flags;
        file[at + 16..at + 24].copy_from_slice(&address.to_le_bytes());
        file[at + 40..at + 48].copy_from_slice(&4096_u64.to_le_bytes());
    }
    file
}

struct TestProgram {
    kernel: Kernel<Pages>,
}

impl TestProgram {
    fn new(options: Options) -> TestProgram {
        let random = Generator::new([1; 8]);
        let mut kernel = Kernel::new(Pages::default(), options, random, 0);
        kernel.start(&image()).expect("the image is good");
        TestProgram { kernel }
    }

    /// The thread that runs next, or the end of the program; time passes while no thread is ready.
    fn running(&mut self) -> Result<&mut Context, Ending> {
        loop {
            match self.kernel.decide() {
                Next::Ended(ending) => return Err(ending),
                Next::Idle(until) => self.kernel.machine.now = until.expect("an event"),
                Next::Run(..) => break,
            }
        }
        Ok(&mut self.kernel.thread().context)
    }

    /// Makes a system call; returns the rax of the next thread that runs.
    fn call(&mut self, number: u16, args: &[i64]) -> i64 {
        self.begin(number, args);
        self.running().expect("the program goes on").rax as i64
    }

    fn begin(&mut self, number: u16, args: &[i64]) {
        let context = self.running().expect("the program runs");
        context.rax = number.into();
        let registers = [
            &mut context.rdi,
            &mut context.rsi,
            &mut context.rdx,
            &mut context.r10,
            &mut context.r8,
            &mut context.r9,
        ];
        for (register, &arg) in registers.into_iter().zip(args) {
            *register = arg as u64;
        }
        self.kernel.trap(Trap::SystemCall);
    }

    fn error(&mut self, number: u16, args: &[i64]) -> Option<Errno> {
        let result = self.call(number, args);
        (-4095..0).contains(&result).then(|| Errno(-result as u8))
    }

    fn put(&mut self, offset: u64, words: &[u64]) -> i64 {
        let address = MEMORY + offset;
        self.kernel.write_words(address, words).expect("memory");
        address as i64
    }

    fn get(&mut self, offset: u64) -> u64 {
        let [word] = self.kernel.read_words(MEMORY + offset).expect("memory");
        word
    }
}
