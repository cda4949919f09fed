//! Encodes the plan of a suite as bytecode: the inverse of [`crate::decode`].
//!
//! [`crate::plan::bytecode`] describes the format.

use std::error;
use std::fmt;

use crate::abi::errno;
use crate::calls::Calls;
use crate::plan::bytecode::{NAMED, NEXT_FAMILY, PROFILE_SHIFT, set, want};
use crate::plan::call::{Callee, op};
use crate::plan::model::WINDOW;
use crate::plan::{Check, Group, Kind, Profile, Row, Value, Want};
use crate::rules;
use crate::stream::Stream;
use crate::suites::Suite;
use crate::values::{Values, index_bytes, indices_of_want};
use crate::vocabulary::Vocabulary;

/// The plan of a suite as bytecode, not compressed.
#[derive(Clone, Debug)]
pub struct Bytecode {
    pub stream: Stream,
    /// The constants, which are the first table.
    pub data: Vec<u8>,
    pub layout: Layout,
}

/// The positions of the tables in the stream, and the numbers of entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The shapes of the calls, after the constants.
    pub shapes: usize,
    /// The numbers of the system calls.
    pub numbers: usize,
    pub values: usize,
    /// The 64-bit numbers.
    pub wide: usize,
    /// The error numbers.
    pub errnos: usize,
    pub names: usize,
    /// The words of the titles.
    pub vocabulary: usize,
    /// The first row, after the tables.
    pub rows: usize,
    pub call_count: usize,
    /// The id of the first system call.
    pub first_syscall: usize,
    pub syscall_count: usize,
    pub value_count: usize,
    pub errno_count: usize,
    pub word_count: usize,
    pub family_count: usize,
}

impl Layout {
    /// The number of texts in the table of names.
    pub fn name_count(&self) -> usize {
        self.first_family() + self.family_count
    }

    /// The index of the first word of the log.
    pub fn first_word(&self) -> usize {
        self.syscall_count + self.errno_count
    }

    /// The index of the first family's name.
    pub fn first_family(&self) -> usize {
        self.first_word() + self.word_count
    }
}

/// The fault of a row, or of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The row's group, its place in the group, its call and its name.
    pub subject: String,
    pub fault: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.subject, self.fault)
    }
}

impl error::Error for Error {}

/// Encodes the plan of a suite.
///
/// # Errors
/// A row breaks a rule of the bytecode.
pub fn encode(suite: &Suite) -> Result<Bytecode, Error> {
    let rows: Vec<&Row> = suite.groups().flat_map(Group::rows).collect();
    let mut encoder = Encoder {
        calls: Calls::of(&rows, suite.processor),
        values: Values::of(&rows),
        vocabulary: Vocabulary::of(suite.checks().map(|check| check.case)),
        families: Vec::new(),
        words: suite.words(),
        rows: Stream::default(),
    };
    for group in suite.groups() {
        encoder.group(group)?;
    }
    encoder.rows.push(op::END, set::CALL);
    encoder.bytecode()
}

struct Encoder {
    calls: Calls,
    values: Values,
    vocabulary: Vocabulary,
    /// The titles of the families.
    families: Vec<&'static str>,
    /// The words that the log may have.
    words: &'static [&'static str],
    /// The rows so far, without tables.
    rows: Stream,
}

impl Encoder {
    /// The tables, and the rows after them.
    fn bytecode(&self) -> Result<Bytecode, Error> {
        let values = self.values.table().map_err(|fault| Error {
            subject: "values".to_string(),
            fault,
        })?;
        let mut layout = Layout {
            call_count: self.calls.count(),
            first_syscall: self.calls.first_syscall(),
            syscall_count: self.calls.syscalls().len(),
            value_count: self.values.count(),
            errno_count: errno::ALL.len(),
            word_count: self.words.len(),
            family_count: self.families.len(),
            ..Layout::default()
        };
        let mut stream = Stream::default();
        stream.extend(self.values.data(), set::OTHER);
        layout.shapes = stream.len();
        stream.extend(&self.calls.shapes(), set::OTHER);
        layout.numbers = stream.len();
        stream.extend(&self.calls.numbers(), set::OTHER);
        layout.values = stream.len();
        stream.extend(&values, set::OTHER);
        layout.wide = stream.len();
        stream.extend(&self.values.wide(), set::OTHER);
        layout.errnos = stream.len();
        let mut before = 0;
        for (errno, _) in errno::ALL {
            stream.push(errno.0 - before, set::OTHER);
            before = errno.0;
        }
        layout.names = stream.len();
        self.names().for_each(|name| stream.text(name));
        layout.vocabulary = stream.len();
        let words = self.vocabulary.words().iter();
        words.for_each(|word| stream.text(word));
        layout.rows = stream.len();
        stream.append(&self.rows);
        Ok(Bytecode {
            stream,
            data: self.values.data().to_vec(),
            layout,
        })
    }

    /// The texts of the table of names.
    fn names(&self) -> impl Iterator<Item = &str> {
        let syscalls = self.calls.syscalls().iter().map(|call| call.name);
        // Every name, not only those of wanted errors: a kernel may return any error.
        let errnos = errno::ALL.iter().map(|(_, name)| *name);
        let words = self.words.iter().copied();
        let families = self.families.iter().copied();
        syscalls.chain(errnos).chain(words).chain(families)
    }

    /// Appends the rows of a group.
    fn group(&mut self, group: Group) -> Result<(), Error> {
        let title = group.family.title;
        if let Some(fault) = rules::text_fault(title) {
            let subject = group.to_string();
            return Err(Error { subject, fault });
        }
        let mut header = header(group);
        if self.families.last() != Some(&title) {
            self.families.push(title);
            header |= NEXT_FAMILY;
        }
        self.rows.push(op::GROUP, set::CALL);
        self.rows.push(header, set::OTHER);
        let rows: Vec<&Row> = group.rows().collect();
        let mut checks = group.checks(0);
        let mut script = None;
        let mut children = rules::Children::default();
        // The system call that the ELF takes the next check to be about: the last one.
        let mut about = None;
        for (place, row) in rows.iter().enumerate() {
            let check = row.name.and_then(|_| checks.next());
            if row.call.is_syscall() {
                about = Some(row.call.name);
            }
            let next = rows.get(place + 1).copied();
            let fault = (self.calls.fault(row.call))
                .or_else(|| rules::fault(row, next))
                .or_else(|| children.fault(row, next.is_none()))
                .or_else(|| self.row(row, check, &mut about).err())
                .or_else(|| self.script_fault(row, script));
            if let Some(fault) = fault {
                let subject = described(group, place, row);
                return Err(Error { subject, fault });
            }
            if is_op(row, op::FRESH) {
                script = Some(self.rows.len());
            }
        }
        Ok(())
    }

    /// The fault of the script up to a row, which is the last one so far, if it has one.
    ///
    /// The ELF runs the rows of the script again for `AGAIN()`, and where a kernel grants the call
    /// of a check that wants an error.
    fn script_fault(&self, row: &Row, script: Option<usize>) -> Option<String> {
        let is_again = is_op(row, op::AGAIN);
        let wants_error = matches!(row.want, Want::Err(_) | Want::Either(..));
        if !(is_again || wants_error && row.name.is_some()) {
            return None;
        }
        let Some(script) = script else {
            return is_again.then(|| "no FRESH() is before it in its group".to_string());
        };
        let size = self.rows.len() - script;
        (size > WINDOW).then(|| format!("its script has {size} bytes; the ELF keeps {WINDOW}"))
    }

    /// Appends a row.
    fn row(
        &mut self,
        row: &Row,
        check: Option<Check>,
        about: &mut Option<&'static str>,
    ) -> Result<(), String> {
        if let Some(check) = check
            && *about != Some(check.call)
        {
            let index = self.calls.index(check.call);
            let index = index
                .ok_or_else(|| format!("its check is about {}, which no row calls", check.call))?;
            self.rows.push(op::ABOUT, set::CALL);
            self.rows.extend(&index_bytes(index), set::argument(0));
            *about = Some(check.call);
        }
        let mut call = self.calls.bytes(row.call);
        if check.is_some() {
            call[0] |= NAMED;
        }
        self.rows.push(call[0], set::CALL);
        self.rows.extend(&call[1..], set::OTHER);
        for (place, &arg) in row.args.iter().enumerate() {
            let index = self.value(arg)?;
            self.rows.extend(&index, set::argument(place));
        }
        let want = self.want(row.want)?;
        let role = set::want(check.is_some(), row.call.is_syscall());
        self.rows.push(want[0], role);
        self.rows.extend(&want[1..], set::OTHER);
        if let Some(check) = check {
            let title = self.vocabulary.title(check.case);
            self.rows.begin(set::TITLE, &title, set::WORD);
        }
        Ok(())
    }

    /// The bytes of a value's index.
    fn value(&self, value: Value) -> Result<Vec<u8>, String> {
        self.values.encoded(value)?;
        Ok(index_bytes(self.values.index(value)))
    }

    /// The bytes of a want, at least one.
    fn want(&self, want: Want) -> Result<Vec<u8>, String> {
        let with = |kind: u8, value: Value| Ok([vec![kind], self.value(value)?].concat());
        match want {
            Want::Done() => Ok(vec![want::DONE]),
            Want::Err(errno) => Ok(vec![errno.0]),
            Want::Either(one, other) => Ok(vec![want::EITHER, one.0, other.0]),
            Want::Keep(place) if place.width == 4 => with(want::KEEP, Value::Address(place)),
            Want::Keep(place) => with(want::KEEP_LONG, Value::Address(place)),
            Want::AtLeast(least) => with(want::AT_LEAST, least),
            Want::AtMost(most) => with(want::AT_MOST, most),
            Want::Is(exactly) => match self.value(exactly)?[..] {
                [index] if usize::from(index) < indices_of_want() => {
                    Ok(vec![want::IS_VALUE + index])
                }
                _ => with(want::IS, exactly),
            },
        }
    }
}

/// The byte after `op::GROUP`, without [`NEXT_FAMILY`].
fn header(group: Group) -> u8 {
    index_in(&Profile::ALL, group.family.profile) << PROFILE_SHIFT
        | index_in(&Kind::ALL, group.kind)
}

fn index_in<T: PartialEq>(all: &[T], one: T) -> u8 {
    let index = all.iter().position(|known| *known == one);
    let index = index.and_then(|index| u8::try_from(index).ok());
    index.expect("`plan::bytecode` asserts that all fit")
}

fn is_op(row: &Row, number: u8) -> bool {
    row.call.callee == Callee::Op && row.call.number == number.into()
}

/// A row for a message: its group, its place there from 1, its call and its name.
fn described(group: Group, place: usize, row: &Row) -> String {
    let name = row.name.map_or(String::new(), |name| format!(" {name:?}"));
    format!("{group}, row {}, {}{name}", place + 1, row.call.name)
}
