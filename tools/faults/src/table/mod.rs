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
mod futexes;
mod historic;
mod identity;
mod io;
mod limits;
mod memory;
mod pipes;
mod polling;
mod prelude;
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

/// Every fault.
pub static TABLE: [Fault; COUNT] = {
    let mut table = [FAMILIES[0][0]; COUNT];
    let (mut at, mut family) = (0, 0);
    while family < FAMILIES.len() {
        let mut row = 0;
        while row < FAMILIES[family].len() {
            table[at] = FAMILIES[family][row];
            at += 1;
            row += 1;
        }
        family += 1;
    }
    table
};

const COUNT: usize = {
    let (mut sum, mut family) = (0, 0);
    while family < FAMILIES.len() {
        sum += FAMILIES[family].len();
        family += 1;
    }
    sum
};

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
    TABLE.iter().chain(historic).find(|fault| fault.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use super::*;
    use crate::model::{Class, Product};

    /// The names of the Rust files in a folder, without their endings.
    fn modules(folder: &str) -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let entries = std::fs::read_dir(folder).expect("a folder");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        let stem = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into());
        let names: BTreeSet<String> = paths.filter_map(|path| stem(&path)).collect();
        assert!(names.len() > 10, "{names:?}");
        names
    }

    #[test]
    fn tables_are_named_as_the_families_of_the_suite() {
        let families = modules("../../src/families");
        let mut tables = modules("src/table");
        for other in ["historic", "mod", "prelude"] {
            assert!(tables.remove(other), "{other}");
        }
        assert!(tables.is_subset(&families), "{tables:?}");
    }

    #[test]
    fn each_call_has_its_faults_in_one_table() {
        let mut seen = BTreeSet::new();
        for table in FAMILIES.iter().skip(1) {
            let calls: BTreeSet<&str> = table.iter().map(|fault| fault.call).collect();
            for call in calls {
                assert!(seen.insert(call), "{call} is in two tables");
            }
        }
    }

    #[test]
    fn ids_are_unique() {
        let ids: BTreeSet<&str> = TABLE.iter().map(|fault| fault.id).collect();
        assert_eq!(ids.len(), TABLE.len());
    }

    #[test]
    fn every_system_call_and_every_class_has_its_faults() {
        let mut calls = BTreeMap::new();
        for fault in &TABLE {
            *calls.entry(fault.call).or_insert(0) += 1;
        }
        assert_eq!(calls.len(), 52, "{calls:?}");
        assert!(calls.values().all(|count| *count >= 4), "{calls:?}");
        assert!(TABLE.len() >= 400);
        for class in Class::ALL {
            assert!(TABLE.iter().any(|fault| fault.class == class), "{class:?}");
        }
    }

    #[test]
    fn historic_faults_have_ids_of_their_own() {
        let ids = TABLE.iter().map(|fault| fault.id);
        let all: Vec<&str> = ids.chain(HISTORY.iter().map(|row| row.fault.id)).collect();
        let unique: BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(unique.len(), all.len());
        assert!(HISTORY.iter().all(|row| find(row.fault.id).is_some()));
    }

    #[test]
    fn historic_faults_are_of_all_products_and_many_kernels() {
        let mut products = BTreeMap::new();
        let mut kernels = BTreeSet::new();
        for row in &HISTORY {
            *products.entry(row.product).or_insert(0) += 1;
            kernels.insert(row.source.kernel);
        }
        assert!(HISTORY.len() >= 60 && kernels.len() >= 30, "{kernels:?}");
        for product in Product::ALL {
            assert!(products[&product] >= 5, "{products:?}");
        }
    }

    #[test]
    fn historic_faults_have_a_source_and_a_symptom() {
        for row in &HISTORY {
            let (source, id) = (row.source, row.fault.id);
            let is_date = source.date.bytes().enumerate().all(|(i, byte)| match i {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
            assert!(is_date && source.date.len() == 10, "{id}");
            assert_eq!(source.repository.matches('/').count(), 1, "{id}");
            assert!(source.number > 0, "{id}");
            assert!(row.symptom.ends_with('.') && row.symptom.len() > 20, "{id}");
            assert!(
                row.missing.is_none_or(|missing| !missing.ends_with('.')),
                "{id}"
            );
        }
    }

    #[test]
    fn historic_faults_are_of_the_calls_of_the_suite() {
        let calls: BTreeSet<&str> = TABLE.iter().map(|fault| fault.call).collect();
        for row in &HISTORY {
            let call = row.fault.call;
            let is_other = ["any", "clone", "rt_sigreturn"].contains(&call);
            assert!(is_other || calls.contains(call), "{call}");
        }
    }

    #[test]
    fn the_historic_ones_come_first() {
        let first: Vec<&str> = TABLE.iter().take(3).map(|fault| fault.id).collect();
        let expected = [
            "dup2-negative-panics",
            "nanosleep-negative-blocks",
            "pipe-close-leaks",
        ];
        assert_eq!(first, expected);
    }
}
