//! The faults, one table a family; three that this suite once found come first. [`HISTORY`] has the
//! faults that are made after the bugs of many kernels.

/// Defines a table of faults: the rows of each system call. A row has an id without the name of the
/// call, a class, an injection and the broken clause. An injection has one of these forms:
///
/// | form | point |
/// |---|---|
/// | `entry [conditions] [acts]` | at the entry of the call |
/// | `entry [conditions] [acts] exit [acts]` | at the entry, with more acts at the exit |
/// | `exit [conditions] [acts]` | at the exit of the call |
/// | `entry [conditions] exit [conditions] [acts]` | at the exit, with conditions at the entry |
/// | `signal [conditions] [act]` | at the delivery of a signal |
macro_rules! faults {
    ($($call:ident $text:literal { $(
        $id:literal $class:ident $(@ $number:ident)? $(for $charged:literal)?
        $(entry [$($entry:tt)*] $([$($act:tt)*])?)?
        $(exit [$($exit:tt)*] $([$($exit_act:tt)*])?)?
        $(signal [$($signal:tt)*] [$($signal_act:tt)*])?
        $clause:literal $(unobservable $unobservable:literal)?;
    )* })*) => {
        pub(super) const TABLE: &[Fault] = &[$($(Fault {
            id: concat!($text, "-", $id),
            call: [$($charged,)? $text][0],
            class: Class::$class,
            injection: injection!(
                [$($number,)? $call][0] as u16;
                $(entry [$($entry)*] $([$($act)*])?)?
                $(exit [$($exit)*] $([$($exit_act)*])?)?
                $(signal [$($signal)*] [$($signal_act)*])?
            ),
            clause: $clause,
            unobservable: [$(Some($unobservable),)? None][0],
        },)*)*];
    };
}

/// Defines the historic faults of one product. A row has the system call, the id without the name
/// of the call, a class, an injection as in `faults!`, the broken clause, the kernel, the
/// repository, the number and the date of its report, the symptom, and the check that is missing,
/// if one is.
macro_rules! history {
    ($product:ident; $(
        $call:ident $text:literal $id:literal $class:ident
        $(entry [$($entry:tt)*] $([$($act:tt)*])?)?
        $(exit [$($exit:tt)*] $([$($exit_act:tt)*])?)?
        $(signal [$($signal:tt)*] [$($signal_act:tt)*])?
        $clause:literal
        from $kernel:literal $repository:literal $number:literal $date:literal
        saw $symptom:literal
        $(missing $missing:literal)?;
    )*) => {
        pub(super) const TABLE: &[Historic] = &[$(Historic {
            fault: Fault {
                id: concat!($text, "-", $id),
                call: $text,
                class: Class::$class,
                injection: injection!(
                    $call as u16;
                    $(entry [$($entry)*] $([$($act)*])?)?
                    $(exit [$($exit)*] $([$($exit_act)*])?)?
                    $(signal [$($signal)*] [$($signal_act)*])?
                ),
                clause: $clause,
                unobservable: None,
            },
            product: Product::$product,
            source: Source {
                kernel: $kernel,
                repository: $repository,
                number: $number,
                date: $date,
            },
            symptom: $symptom,
            missing: [$(Some($missing),)? None][0],
        }),*];
    };
}

macro_rules! injection {
    ($number:expr; entry [$($cond:expr),*] [$($act:tt)*] $(exit [$($exit_act:tt)*])?) => {
        Injection::Entry {
            number: $number,
            when: &[$($cond),*],
            acts: acts!(EntryAct; $($act)*),
            exit_acts: acts!(ExitAct; $($($exit_act)*)?),
        }
    };
    ($number:expr; $(entry [$($entry:expr),*])? exit [$($exit:expr),*] [$($act:tt)*]) => {
        Injection::Exit {
            number: $number,
            entry: &[$($($entry),*)?],
            exit: &[$($exit),*],
            acts: acts!(ExitAct; $($act)*),
        }
    };
    ($number:expr; signal [$($cond:expr),*] [$act:expr]) => {
        Injection::Signal {
            when: &[$($cond),*],
            act: $act,
        }
    };
}

/// A list of acts of one type. `Panic` and `HangAll` are acts at the entry and at the exit, and are
/// always alone in their list.
macro_rules! acts {
    ($kind:ident; Panic) => { &[$kind::Panic] };
    ($kind:ident; HangAll) => { &[$kind::HangAll] };
    ($kind:ident; $($act:expr),*) => { &[$($act),*] };
}

mod clocks;
mod descriptors;
mod directory;
mod ending;
mod epoll;
mod files;
mod futexes;
mod historic;
mod identity;
mod io;
mod limits;
mod memory;
mod pipes;
mod polling;
mod prelude;
mod processes;
mod protection;
mod random;
mod scheduling;
mod signals;
mod sockets;
mod status;
mod threads;
mod timers;
mod tls;

use crate::model::{Fault, Historic};

/// The tables of the core suite.
const FAMILIES: &[&[Fault]] = &[
    historic::TABLE,
    memory::TABLE,
    protection::TABLE,
    tls::TABLE,
    threads::TABLE,
    futexes::TABLE,
    scheduling::TABLE,
    signals::TABLE,
    clocks::TABLE,
    timers::TABLE,
    io::TABLE,
    random::TABLE,
    descriptors::TABLE,
    pipes::TABLE,
    status::TABLE,
    directory::TABLE,
    identity::TABLE,
    ending::TABLE,
    limits::TABLE,
    polling::TABLE,
    epoll::TABLE,
    sockets::TABLE,
];

/// The faults of the core suite.
pub static TABLE: [Fault; count(FAMILIES)] = joined(FAMILIES);

static FILES: [Fault; count(files::FAMILIES)] = joined(files::FAMILIES);

static PROCESSES: [Fault; count(processes::FAMILIES)] = joined(processes::FAMILIES);

/// The faults of each suite, by its name.
static SUITES: [(&str, &[Fault]); 3] = [
    ("core", &TABLE),
    ("files", &FILES),
    ("processes", &PROCESSES),
];

/// The faults of a suite; none for a name that no suite has.
pub fn table(suite: &str) -> &'static [Fault] {
    let table = SUITES.iter().find(|(name, _)| *name == suite);
    table.map_or(&[], |(_, table)| table)
}

/// The name of the suite in whose table a fault is, or of that of its product.
pub fn suite_of(id: &str) -> Option<&'static str> {
    let has = |(_, table): &&(&str, &[Fault])| table.iter().any(|fault| fault.id == id);
    let suite = SUITES.iter().find(has).map(|(name, _)| *name);
    let historic = || HISTORY.iter().find(|row| row.fault.id == id);
    suite.or_else(|| historic().map(|row| row.product.suite()))
}

const fn joined<const N: usize>(families: &[&[Fault]]) -> [Fault; N] {
    let mut table = [families[0][0]; N];
    let (mut at, mut family) = (0, 0);
    while family < families.len() {
        let mut row = 0;
        while row < families[family].len() {
            table[at] = families[family][row];
            at += 1;
            row += 1;
        }
        family += 1;
    }
    table
}

const fn count(families: &[&[Fault]]) -> usize {
    let (mut sum, mut family) = (0, 0);
    while family < families.len() {
        sum += families[family].len();
        family += 1;
    }
    sum
}

/// Every historic fault, by product.
pub static HISTORY: [Historic; HISTORY_COUNT] = {
    let mut table = [historic::PRODUCTS[0][0]; HISTORY_COUNT];
    let (mut at, mut product) = (0, 0);
    while product < historic::PRODUCTS.len() {
        let mut row = 0;
        while row < historic::PRODUCTS[product].len() {
            table[at] = historic::PRODUCTS[product][row];
            at += 1;
            row += 1;
        }
        product += 1;
    }
    table
};

const HISTORY_COUNT: usize = {
    let (mut sum, mut product) = (0, 0);
    while product < historic::PRODUCTS.len() {
        sum += historic::PRODUCTS[product].len();
        product += 1;
    }
    sum
};

/// The fault with this id.
pub fn find(id: &str) -> Option<&'static Fault> {
    let historic = HISTORY.iter().map(|historic| &historic.fault);
    let all = SUITES.iter().flat_map(|(_, table)| *table);
    all.chain(historic).find(|fault| fault.id == id)
}

#[cfg(test)]
mod tests;
