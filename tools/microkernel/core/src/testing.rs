//! A machine of pages in a map, and a kernel on it whose program is the test.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use crate::chacha::Generator;
use crate::kernel::{Ending, Kernel};
use crate::linux::{errno::*, flags::*, layout::sockaddr_in, numbers as n, *};
use crate::machine::{Machine, PAGE_SIZE, Protection};
use crate::options::Options;
use crate::scheduler::{Next, Trap};
use crate::tasks::context::Context;

/// Where the test's program has writable memory.
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

    /// The thread that runs next, or how the program ended; time passes while nobody can run.
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

    /// Makes a system call; what the next thread that runs finds in its register.
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

#[test]
fn pipes_carry_bytes_and_their_ends_are_told_apart() {
    let mut program = TestProgram::new(Options::default());
    let at = MEMORY as i64;
    assert_eq!(program.call(n::PIPE2, &[at, 0]), 0);
    assert_eq!(program.get(0), 3 | 4 << 32);
    program.put(8, &[0x006f_6c6c_6568]);
    assert_eq!(program.call(n::WRITE, &[4, at + 8, 5]), 5);
    assert_eq!(program.call(n::READ, &[3, at + 16, 99]), 5);
    assert_eq!(program.get(16), 0x006f_6c6c_6568);
    assert_eq!(program.error(n::WRITE, &[3, at, 1]), Some(EBADF));
    assert_eq!(program.error(n::READ, &[4, at, 1]), Some(EBADF));
    assert_eq!(
        program.error(n::READ, &[i64::from(i32::MIN), at, 1]),
        Some(EBADF)
    );
    assert_eq!(program.error(n::WRITE, &[4, i64::MIN, 1]), Some(EFAULT));
    assert_eq!(program.call(n::CLOSE, &[4]), 0);
    assert_eq!(program.call(n::READ, &[3, at, 1]), 0);
}

#[test]
fn sleep_lasts_and_a_signal_cuts_it_short() {
    let mut program = TestProgram::new(Options::default());
    let request = program.put(0, &[1, 0]);
    assert_eq!(program.call(n::NANOSLEEP, &[request, 0]), 0);
    assert_eq!(program.kernel.machine.now, 1_000_000_000);
    let action = program.put(64, &[HANDLER, SA_RESTORER as u64, RESTORER, 0]);
    assert_eq!(program.call(n::RT_SIGACTION, &[14, action, 0, 8]), 0);
    let alarm = program.put(128, &[0, 0, 0, 250_000]);
    assert_eq!(program.call(n::SETITIMER, &[0, alarm, 0]), 0);
    program.begin(n::NANOSLEEP, &[request, request + 16]);
    let context = program.running().expect("the handler runs");
    assert_eq!((context.rip, context.rdi), (HANDLER, 14));
    assert_eq!((program.get(16), program.get(24)), (0, 750_000_000));
    // The handler returns, and the restorer calls rt_sigreturn.
    program.running().expect("the handler runs").rsp += 8;
    assert_eq!(program.error(n::RT_SIGRETURN, &[]), Some(EINTR));
}

#[test]
fn a_second_thread_wakes_the_first() {
    let mut program = TestProgram::new(Options::default());
    let flags = CLONE_VM | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
    let word = program.put(0, &[7]);
    let stack = word + 4096;
    assert_eq!(program.call(n::CLONE, &[flags, stack]), 3);
    // The maker waits at the word; so the new thread runs, and sees 0.
    assert_eq!(program.call(n::FUTEX, &[word, 0, 7, 0]), 0);
    assert_eq!(program.call(n::GETTID, &[]), 3);
    assert_eq!(program.call(n::FUTEX, &[word, 1, 1]), 1);
    // It ends, and the first one finds its call answered.
    assert_eq!(program.call(n::EXIT, &[0]), 0);
    assert_eq!(program.call(n::GETTID, &[]), 2);
    program.begin(n::EXIT_GROUP, &[256 + 5]);
    assert_eq!(program.running().err(), Some(Ending::Exit(5)));
}

#[test]
fn a_base_that_the_processor_would_refuse_is_refused_before() {
    let mut program = TestProgram::new(Options::default());
    let flags = CLONE_VM | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SETTLS as i64;
    let stack = MEMORY as i64 + 4096;
    for base in [1 << 47, i64::MIN, -1] {
        let made = program.error(n::CLONE, &[flags, stack, 0, 0, base]);
        assert_eq!(made, Some(EPERM));
    }
    assert_eq!(program.call(n::CLONE, &[flags, stack, 0, 0, stack]), 3);
}

#[test]
fn a_fault_ends_the_program_and_not_the_kernel() {
    let mut program = TestProgram::new(Options::default());
    program.running().expect("the program runs");
    program.kernel.trap(Trap::PageFault {
        address: 8,
        write: true,
        execute: false,
    });
    assert_eq!(program.running().err(), Some(Ending::Signal(SIGSEGV)));
    assert!(
        program
            .kernel
            .machine
            .console
            .starts_with(b"microkernel: signal 11")
    );
}

#[test]
fn a_program_that_leaves_its_half_ends() {
    let mut program = TestProgram::new(Options::default());
    program.running().expect("the program runs").rip = 0xffff_8000_0000_0000;
    program.kernel.trap(Trap::Interrupt);
    assert_eq!(program.running().err(), Some(Ending::Signal(SIGSEGV)));
}

#[test]
fn no_number_and_no_argument_hurts_the_kernel() {
    let mut program = TestProgram::new(Options::default());
    let odd = [
        0,
        1,
        -1,
        i64::MIN,
        i64::MAX,
        MEMORY as i64,
        1 << 47,
        4095,
        1 << 32,
    ];
    let ends = [n::EXIT, n::EXIT_GROUP, n::RT_SIGRETURN, more::RT_SIGSUSPEND];
    for number in (0..340).filter(|number| !ends.contains(number)) {
        for seed in 0..200_usize {
            let arg = |place: usize| odd[(seed * 7 + place * (seed / 9 + 1)) % odd.len()];
            let args = [0, 1, 2, 3, 4, 5].map(arg);
            program.begin(number, &args);
            // Waiting for ever is an answer too, as is the end by a signal of its own.
            let stuck = matches!(program.kernel.decide(), Next::Idle(_) | Next::Ended(_));
            if stuck || !program.kernel.ready.contains(&2) {
                program = TestProgram::new(Options::default());
            }
        }
    }
}

#[test]
fn the_second_historic_bug_sleeps_for_ever() {
    let mut program = TestProgram::new(Options {
        nanosleep_negative_blocks: true,
        ..Options::default()
    });
    let request = program.put(0, &[u64::MAX, 0]);
    program.begin(n::NANOSLEEP, &[request, 0]);
    assert!(matches!(program.kernel.decide(), Next::Idle(Some(until)) if until > 1 << 62));
}

#[test]
#[should_panic(expected = "index out of bounds")]
fn the_first_historic_bug_panics() {
    let mut program = TestProgram::new(Options {
        dup2_negative_panics: true,
        ..Options::default()
    });
    program.call(n::DUP2, &[1, -1]);
}

/// The loopback address with that port, in memory at an offset.
fn put_loopback(program: &mut TestProgram, offset: u64, port: u16) -> i64 {
    let words = sockaddr_in([127, 0, 0, 1], port);
    let words = words.chunks_exact(8).map(|word| {
        word.iter()
            .rev()
            .fold(0, |all, &byte| all << 8 | u64::from(byte))
    });
    let words: Vec<u64> = words.collect();
    program.put(offset, &words)
}

/// A listening TCP socket, descriptor 3, and one that is to connect, descriptor 4.
fn listener_and_client() -> (TestProgram, i64) {
    let mut program = TestProgram::new(Options::default());
    let address = put_loopback(&mut program, 0, 80);
    assert_eq!(program.call(n::SOCKET, &[AF_INET, SOCK_STREAM, 0]), 3);
    assert_eq!(program.call(n::BIND, &[3, address, 16]), 0);
    assert_eq!(program.call(n::LISTEN, &[3, 0]), 0);
    assert_eq!(program.call(n::SOCKET, &[AF_INET, SOCK_STREAM, 0]), 4);
    (program, address)
}

#[test]
fn connections_carry_bytes_both_ways() {
    let (mut program, address) = listener_and_client();
    assert_eq!(program.call(n::CONNECT, &[4, address, 16]), 0);
    let size = program.put(32, &[16]);
    assert_eq!(program.call(n::ACCEPT, &[3, address + 40, size]), 5);
    assert_eq!(program.call(n::GETSOCKNAME, &[4, address + 64, size]), 0);
    assert_eq!(program.get(40), program.get(64));
    let text = program.put(96, &[0x006f_6c6c_6568]);
    for (from, to) in [(4, 5), (5, 4)] {
        assert_eq!(program.call(n::WRITE, &[from, text, 5]), 5);
        assert_eq!(program.call(n::READ, &[to, text + 8, 99]), 5);
        assert_eq!(program.get(104), 0x006f_6c6c_6568);
    }
    assert_eq!(program.call(n::CLOSE, &[5]), 0);
    assert_eq!(program.call(n::READ, &[4, text, 1]), 0);
    let action = program.put(128, &[HANDLER, SA_RESTORER as u64, RESTORER, 0]);
    assert_eq!(program.call(n::RT_SIGACTION, &[13, action, 0, 8]), 0);
    program.begin(n::WRITE, &[4, text, 1]);
    let context = program.running().expect("the handler runs");
    assert_eq!((context.rip, context.rdi), (HANDLER, 13));
}

#[test]
fn a_second_thread_makes_the_connection_that_the_first_waits_for() {
    let (mut program, address) = listener_and_client();
    let flags = CLONE_VM | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
    assert_eq!(program.call(n::CLONE, &[flags, address + 4096]), 3);
    // The maker waits in accept; so the new thread runs, and its connect ends both waits.
    assert_eq!(program.call(n::ACCEPT, &[3, 0, 0]), 0);
    assert_eq!(program.call(n::GETTID, &[]), 3);
    program.begin(n::CONNECT, &[4, address, 16]);
    let mut results = [0; 2].map(|_| {
        let result = program.running().expect("a thread goes on").rax as i64;
        program.kernel.trap(Trap::Interrupt);
        result
    });
    results.sort_unstable();
    assert_eq!(results, [0, 5]);
}

#[test]
fn waiting_for_a_socket_ends_with_its_timeout_or_a_signal() {
    let (mut program, address) = listener_and_client();
    let second = program.put(64, &[1, 0]);
    let timeout = [3, SOL_SOCKET, SO_RCVTIMEO, second, 16];
    assert_eq!(program.call(n::SETSOCKOPT, &timeout), 0);
    assert_eq!(program.error(n::ACCEPT, &[3, 0, 0]), Some(EAGAIN));
    assert_eq!(program.kernel.machine.now, 1_000_000_000);
    // The first connection has a place, the second waits for one; the request outlives the call.
    assert_eq!(program.call(n::CONNECT, &[4, address, 16]), 0);
    assert_eq!(program.call(n::SOCKET, &[AF_INET, SOCK_STREAM, 0]), 5);
    let action = program.put(
        96,
        &[HANDLER, (SA_RESTORER | SA_RESTART) as u64, RESTORER, 0],
    );
    assert_eq!(program.call(n::RT_SIGACTION, &[14, action, 0, 8]), 0);
    let alarm = program.put(128, &[0, 0, 0, 250_000]);
    assert_eq!(program.call(n::SETITIMER, &[0, alarm, 0]), 0);
    program.begin(n::CONNECT, &[5, address, 16]);
    program.running().expect("the handler runs").rsp += 8;
    assert_eq!(program.error(n::RT_SIGRETURN, &[]), Some(EINTR));
    assert_eq!(program.error(n::CONNECT, &[5, address, 16]), Some(EALREADY));
    assert_eq!(program.call(n::ACCEPT, &[3, 0, 0]), 6);
    assert_eq!(program.error(n::CONNECT, &[5, address, 16]), Some(EISCONN));
}
