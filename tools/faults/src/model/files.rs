//! Descriptors, files and paths as conditions and acts name them.

use super::conditions::Cmp;

/// The kind of object that a descriptor refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DescriptorKind {
    Pipe,
    Socket,
    Epoll,
    /// A regular file.
    Regular,
    Directory,
    /// A pipe with a name.
    Fifo,
    Device,
    Event,
    Timer,
    Signals,
    /// A POSIX message queue.
    Queue,
}

/// A property of a file, or of the open file description of a descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    /// The file type bits of `st_mode`, such as `S_IFDIR`; 0 where nothing has the name.
    Type,
    /// The other bits of `st_mode`.
    Permissions,
    Size,
    Links,
    /// The number of entries of a directory, without `.` and `..`; 0 for another file.
    Entries,
    /// The access mode and the status flags: `F_GETFL`. Of a descriptor alone, as the next ones.
    Flags,
    /// The file offset.
    Position,
    /// The number of bytes between the file offset and the end of the file.
    Left,
}

/// A test of the path that an argument points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    Is(&'static str),
    Begins(&'static str),
    Ends(&'static str),
    Has(&'static str),
    /// Its last component.
    Last(&'static str),
    /// The number of its bytes.
    Length(Cmp),
    /// The number of bytes of its longest component.
    Longest(Cmp),
    /// The number of its components.
    Components(Cmp),
}

/// A change of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathEdit {
    /// Another path.
    To(&'static str),
    /// Its slashes at the end are dropped.
    NoSlashes,
    /// These bytes are appended.
    With(&'static str),
    /// Its last component alone.
    LastAlone,
    /// Its last component is dropped: the directory of the file.
    Parent,
    /// Every component is cut after so many bytes.
    Cut(usize),
    /// Letters become small ones.
    Lowercase,
    /// Components `..` are dropped.
    NoParents,
    /// It begins at the root.
    Absolute,
    /// Its slashes at the beginning are dropped.
    Relative,
}

/// A change of an entry that `getdents64` returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordEdit {
    /// It is left out.
    Drop,
    /// It is returned a second time, if there is room.
    Twice,
    /// `d_type`.
    Type(u8),
    /// `d_ino`.
    Inode(i64),
    /// `d_off`.
    Offset(i64),
    /// Its name loses the last byte.
    Shorter,
    /// The first byte of its name becomes this one.
    Initial(u8),
}
