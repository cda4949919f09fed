//! Paths and directory entries: tests and changes of their bytes.

use crate::model::{PathEdit, RecordEdit, Text};

/// The fixed part of a `struct linux_dirent64`, getdents64(2).
const HEADER: usize = 19;
const LENGTH: usize = 16;
const TYPE: usize = 18;

/// Checks a path.
pub(super) fn matches(test: Text, path: &[u8]) -> bool {
    match test {
        Text::Is(text) => path == text.as_bytes(),
        Text::Begins(text) => path.starts_with(text.as_bytes()),
        Text::Ends(text) => path.ends_with(text.as_bytes()),
        Text::Has(text) => find(path, text.as_bytes()),
        Text::Last(text) => last(path) == text.as_bytes(),
        Text::Length(cmp) => cmp.holds(path.len() as i64),
        Text::Longest(cmp) => {
            let longest = components(path).map(<[u8]>::len).max();
            cmp.holds(longest.unwrap_or(0) as i64)
        }
        Text::Components(cmp) => cmp.holds(components(path).count() as i64),
    }
}

/// The changed path.
pub(super) fn edited(edit: PathEdit, path: &[u8]) -> Vec<u8> {
    match edit {
        PathEdit::To(other) => other.as_bytes().to_vec(),
        PathEdit::NoSlashes => without_slashes(path).to_vec(),
        PathEdit::With(more) => [path, more.as_bytes()].concat(),
        PathEdit::LastAlone => last(path).to_vec(),
        PathEdit::Parent => parent(path).to_vec(),
        PathEdit::Cut(bytes) => {
            let cut = path.split(|byte| *byte == b'/');
            let cut: Vec<&[u8]> = cut.map(|part| &part[..part.len().min(bytes)]).collect();
            cut.join(&b'/')
        }
        PathEdit::Lowercase => path.to_ascii_lowercase(),
        PathEdit::NoParents => {
            let kept = path
                .split(|byte| *byte == b'/')
                .filter(|part| part != b"..");
            let kept = kept.collect::<Vec<&[u8]>>().join(&b'/');
            if kept.is_empty() { b".".to_vec() } else { kept }
        }
        PathEdit::Absolute => [b"/", path].concat(),
        PathEdit::Relative => {
            let slashes = path.iter().take_while(|byte| **byte == b'/').count();
            path[slashes..].to_vec()
        }
    }
}

fn find(path: &[u8], part: &[u8]) -> bool {
    part.is_empty() || path.windows(part.len()).any(|window| window == part)
}

fn components(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|byte| *byte == b'/')
        .filter(|part| !part.is_empty())
}

fn last(path: &[u8]) -> &[u8] {
    components(path).last().unwrap_or(b"")
}

/// The path without slashes at its end; the root keeps one.
fn without_slashes(path: &[u8]) -> &[u8] {
    let end = path.iter().rposition(|byte| *byte != b'/');
    end.map_or(&path[..path.len().min(1)], |end| &path[..=end])
}

fn parent(path: &[u8]) -> &[u8] {
    let path = without_slashes(path);
    match path.iter().rposition(|byte| *byte == b'/') {
        Some(0) => b"/",
        Some(slash) => without_slashes(&path[..slash]),
        None => b".",
    }
}

/// The directory entries in `records` with a change. At most `room` bytes.
pub(super) fn rewritten(
    records: &[u8],
    name: Option<&str>,
    edit: RecordEdit,
    room: usize,
) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = records;
    while let Some(record) = first(rest) {
        rest = &rest[record.len()..];
        let is_meant = name.is_none_or(|name| name_of(record) == name.as_bytes());
        let mut record = record.to_vec();
        if !is_meant {
            out.extend(record);
            continue;
        }
        let name_size = name_of(&record).len();
        match edit {
            RecordEdit::Drop => continue,
            RecordEdit::Twice if out.len() + 2 * record.len() + rest.len() <= room => {
                out.extend_from_slice(&record);
            }
            RecordEdit::Twice => {}
            RecordEdit::Type(kind) => record[TYPE] = kind,
            RecordEdit::Inode(number) => record[..8].copy_from_slice(&number.to_le_bytes()),
            RecordEdit::Offset(number) => record[8..16].copy_from_slice(&number.to_le_bytes()),
            RecordEdit::Shorter if name_size > 0 => record[HEADER + name_size - 1] = 0,
            RecordEdit::Shorter => {}
            RecordEdit::Initial(byte) => record[HEADER] = byte,
        }
        out.extend(record);
    }
    out
}

/// The first entry of several.
fn first(records: &[u8]) -> Option<&[u8]> {
    let length = records.get(LENGTH..LENGTH + 2)?;
    let length = usize::from(u16::from_le_bytes([length[0], length[1]]));
    (length > HEADER).then(|| records.get(..length))?
}

fn name_of(record: &[u8]) -> &[u8] {
    let name = &record[HEADER..];
    let end = name.iter().position(|byte| *byte == 0);
    &name[..end.unwrap_or(name.len())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Cmp;

    #[test]
    fn paths_are_tested_by_their_components() {
        assert!(matches(Text::Last("b"), b"a/b//"));
        assert!(matches(Text::Longest(Cmp::Eq(3)), b"/a/bcd/e"));
        assert!(matches(Text::Components(Cmp::Eq(2)), b"//a/b/"));
        assert!(matches(Text::Has("//"), b"a//b"));
        assert!(!matches(Text::Ends("/"), b"a"));
    }

    #[test]
    fn paths_are_changed() {
        let edited = |edit, path: &str| {
            String::from_utf8(super::edited(edit, path.as_bytes())).expect("text")
        };
        assert_eq!(edited(PathEdit::NoSlashes, "a/b//"), "a/b");
        assert_eq!(edited(PathEdit::NoSlashes, "//"), "/");
        assert_eq!(edited(PathEdit::Parent, "a/b/"), "a");
        assert_eq!(edited(PathEdit::Parent, "a"), ".");
        assert_eq!(edited(PathEdit::Parent, "/a"), "/");
        assert_eq!(edited(PathEdit::LastAlone, "a/b/"), "b");
        assert_eq!(edited(PathEdit::Cut(2), "abc/def"), "ab/de");
        assert_eq!(edited(PathEdit::NoParents, "a/../b"), "a/b");
        assert_eq!(edited(PathEdit::NoParents, ".."), ".");
    }

    fn record(name: &str) -> Vec<u8> {
        let mut record = vec![1; HEADER];
        record.extend_from_slice(name.as_bytes());
        record.resize((record.len() + 1).next_multiple_of(8), 0);
        let length = record.len() as u16;
        record[LENGTH..LENGTH + 2].copy_from_slice(&length.to_le_bytes());
        record
    }

    #[test]
    fn entries_are_dropped_doubled_and_changed() {
        let both = [record(".."), record("file")].concat();
        let with = |name, edit, room| rewritten(&both, name, edit, room);
        assert_eq!(with(Some(".."), RecordEdit::Drop, 0), record("file"));
        let twice = [record(".."), record("file"), record("file")].concat();
        assert_eq!(with(Some("file"), RecordEdit::Twice, 100), twice);
        assert_eq!(with(Some("file"), RecordEdit::Twice, both.len()), both);
        assert_eq!(with(None, RecordEdit::Type(9), 0)[TYPE], 9);
        let shorter = with(Some("file"), RecordEdit::Shorter, 0);
        assert_eq!(name_of(&shorter[24..]), b"fil");
    }
}
