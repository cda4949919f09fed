//! Decodes the plan from the tables of an ELF: the inverse of [`crate::encode`].
//!
//! It reads the stream in the order, with the sets and in the memory of the ELF.

use std::mem;

use crate::decompress::Reader;
use crate::plan::bytecode::{
    self, ARITY, KIND, NAMED, NEXT_FAMILY, PROFILE, PROFILE_SHIFT, set, value, want,
};
use crate::plan::call::{Call, OPS, op};
use crate::plan::{Entry, Kind, Place, Profile, routine};
use crate::tables::Tables;

/// A group of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub title: String,
    pub profile: Profile,
    pub kind: Kind,
    pub rows: Vec<Row>,
}

/// A row of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub call: Callee,
    pub args: Vec<Value>,
    pub want: Want,
    /// The system call that the check is about, and its case; nothing for a step.
    pub check: Option<(String, String)>,
}

/// The call of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callee {
    /// A pseudo-call or a routine.
    Own(Call),
    Syscall {
        name: String,
        number: u16,
        /// Its arity and its flags.
        shape: u8,
    },
}

/// A value, as far as the bytecode contains it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    Int(i64),
    /// The offset of a place in the arena.
    Address(i16),
    Held(Place),
    /// The offset of a constant; the bytecode does not contain its length.
    Data(usize),
    Entry(Entry),
}

/// The want of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    Done,
    Is(Value),
    Err(u8),
    Either(u8, u8),
    Keep(Place),
    AtLeast(Value),
    AtMost(Value),
}

/// The reason why tables are no plan; it is of tables that [`crate::Tables::of`] did not make.
pub type Malformed = &'static str;

/// Decodes the whole plan.
///
/// # Errors
/// The tables are of no plan.
pub fn decode(tables: &Tables) -> Result<Vec<Group>, Malformed> {
    let mut decoder = Decoder::new(tables)?;
    let mut groups: Vec<Group> = Vec::new();
    let mut about = None;
    loop {
        let first = decoder.next(set::CALL);
        match first {
            op::END => return Ok(groups),
            op::GROUP => groups.push(decoder.group()?),
            op::ABOUT => {
                let place = bytecode::index(|| decoder.next(set::argument(0)));
                about = Some(decoder.name(place)?);
            }
            _ => {
                let row = decoder.row(first, about.take())?;
                groups
                    .last_mut()
                    .ok_or("a row before the first group")?
                    .rows
                    .push(row);
            }
        }
    }
}

struct Decoder<'a> {
    tables: &'a Tables,
    stream: Reader<'a>,
    /// The position of the next byte.
    at: usize,
    names: Vec<String>,
    /// The words of the titles.
    vocabulary: Vec<String>,
    /// The system call that the next check is about.
    about: String,
    /// The number of families so far.
    families: usize,
}

impl<'a> Decoder<'a> {
    fn new(tables: &'a Tables) -> Result<Decoder<'a>, Malformed> {
        let layout = &tables.layout;
        let mut decoder = Decoder {
            tables,
            stream: Reader::new(&tables.packed, layout.rows),
            at: layout.names,
            names: Vec::new(),
            vocabulary: Vec::new(),
            about: String::new(),
            families: 0,
        };
        if let Some(last) = layout.names.checked_sub(1) {
            decoder.stream.byte(last, set::OTHER);
        }
        while decoder.at < layout.rows {
            let is_name = decoder.at < layout.vocabulary;
            let text = decoder.text();
            if is_name {
                decoder.names.push(text);
            } else {
                decoder.vocabulary.push(text);
            }
        }
        if decoder.names.len() == layout.name_count() && decoder.at == layout.rows {
            Ok(decoder)
        } else {
            Err("the texts do not end where the rows begin")
        }
    }

    fn next(&mut self, set: usize) -> u8 {
        let byte = self.stream.byte(self.at, set);
        self.at += 1;
        byte
    }

    /// Reads the next text of the tables.
    fn text(&mut self) -> String {
        let mut text = String::new();
        let mut set = set::NAME;
        loop {
            match self.next(set) {
                0 => return text,
                letter => text.push(letter.into()),
            }
            set = set::LETTER;
        }
    }

    /// Reads a title.
    fn title(&mut self) -> Result<String, Malformed> {
        let mut words = Vec::new();
        let mut set = set::TITLE;
        loop {
            let index = bytecode::index(|| self.next(mem::replace(&mut set, set::WORD)));
            let Some(place) = index.checked_sub(1) else {
                return Ok(words.join(" "));
            };
            let word = self.vocabulary.get(place);
            words.push(word.cloned().ok_or("no such word")?);
        }
    }

    /// The byte at a position in the tables before the names.
    fn table(&mut self, position: usize) -> Result<u8, Malformed> {
        let inside = position < self.tables.layout.names;
        inside
            .then(|| self.stream.byte(position, set::OTHER))
            .ok_or("an entry after the tables")
    }

    fn name(&self, place: usize) -> Result<String, Malformed> {
        self.names.get(place).cloned().ok_or("no such name")
    }

    fn group(&mut self) -> Result<Group, Malformed> {
        let bits = self.next(set::OTHER);
        let profile = Profile::ALL.get(usize::from(bits >> PROFILE_SHIFT & PROFILE));
        let kind = Kind::ALL.get(usize::from(bits & KIND));
        self.families += usize::from(bits & NEXT_FAMILY != 0);
        let layout = &self.tables.layout;
        let family = layout.first_family() + self.families;
        Ok(Group {
            title: self.name(family.saturating_sub(1))?,
            profile: *profile.ok_or("no such profile")?,
            kind: *kind.ok_or("no such kind")?,
            rows: Vec::new(),
        })
    }

    /// Reads a row after its first byte; `about` is the system call after `op::ABOUT`.
    fn row(&mut self, first: u8, about: Option<String>) -> Result<Row, Malformed> {
        let id = bytecode::call(first, || self.next(set::OTHER));
        let shape = self.table(self.tables.layout.shapes + id)?;
        let call = self.callee(id, shape)?;
        let args = (0..usize::from(shape & ARITY)).map(|place| self.value(set::argument(place)));
        let args = args.collect::<Result<_, _>>()?;
        let named = first & NAMED != 0;
        let want = self.want(set::want(named, id >= self.tables.layout.first_syscall))?;
        if let Some(about) = about {
            self.about = about;
        } else if let Callee::Syscall { name, .. } = &call {
            self.about.clone_from(name);
        }
        let check = if named {
            Some((self.about.clone(), self.title()?))
        } else {
            None
        };
        Ok(Row {
            call,
            args,
            want,
            check,
        })
    }

    fn callee(&mut self, id: usize, shape: u8) -> Result<Callee, Malformed> {
        let Some(place) = id.checked_sub(self.tables.layout.first_syscall) else {
            let mut own = OPS.iter().chain(routine::CALLS);
            return Ok(Callee::Own(*own.nth(id).ok_or("no such call")?));
        };
        let mut position = self.tables.layout.numbers;
        let mut number = 0;
        for _ in 0..=place {
            number += bytecode::index(|| {
                position += 1;
                self.stream.byte(position - 1, set::OTHER)
            });
        }
        Ok(Callee::Syscall {
            name: self.name(place)?,
            number: u16::try_from(number).map_err(|_| "no number of a system call")?,
            shape,
        })
    }

    fn value(&mut self, set: usize) -> Result<Value, Malformed> {
        let index = bytecode::index(|| self.next(set));
        self.value_of(index)
    }

    fn value_of(&mut self, index: usize) -> Result<Value, Malformed> {
        let layout = self.tables.layout;
        if index >= layout.value_count {
            return Err("no such value");
        }
        let column = |i: usize| layout.values + i * layout.value_count + index;
        let kind = self.table(column(0))?;
        let number = i16::from_le_bytes([self.table(column(1))?, self.table(column(2))?]);
        let place = usize::try_from(number).map_err(|_| "a negative place");
        Ok(match kind {
            value::INT => Value::Int(number.into()),
            value::WIDE => {
                let mut wide = [0; 8];
                for (byte, i) in wide.iter_mut().zip(0..) {
                    *byte = self.table(layout.wide + 8 * place? + i)?;
                }
                Value::Int(i64::from_le_bytes(wide))
            }
            value::ADDRESS => Value::Address(number),
            value::HELD => Value::Held(held(number, 4)),
            value::HELD_LONG => Value::Held(held(number, 8)),
            value::DATA => Value::Data(place?),
            value::ENTRY if number == 0 => Value::Entry(Entry::Handler),
            value::ENTRY if number == 1 => Value::Entry(Entry::Restorer),
            value::ENTRY if number == 2 => Value::Entry(Entry::ReadOnly),
            _ => return Err("no such kind of value"),
        })
    }

    /// Reads a want, whose first byte has that set.
    fn want(&mut self, set: usize) -> Result<Want, Malformed> {
        let first = self.next(set);
        Ok(match first {
            want::DONE => Want::Done,
            want::IS => Want::Is(self.value(set::OTHER)?),
            want::KEEP | want::KEEP_LONG => match self.value(set::OTHER)? {
                Value::Address(offset) if first == want::KEEP => Want::Keep(held(offset, 4)),
                Value::Address(offset) => Want::Keep(held(offset, 8)),
                _ => return Err("a result is kept in no place"),
            },
            want::AT_LEAST => Want::AtLeast(self.value(set::OTHER)?),
            want::AT_MOST => Want::AtMost(self.value(set::OTHER)?),
            want::EITHER => Want::Either(self.next(set::OTHER), self.next(set::OTHER)),
            want::IS_VALUE.. => Want::Is(self.value_of(usize::from(first - want::IS_VALUE))?),
            errno => Want::Err(errno),
        })
    }
}

fn held(offset: i16, width: u8) -> Place {
    Place { offset, width }
}
