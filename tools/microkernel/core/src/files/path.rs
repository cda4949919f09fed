//! Paths: from a text to a place in the tree (POSIX.1-2017, section 4.13).

use alloc::vec::Vec;

use crate::files::inode::Kind;
use crate::files::{FileSystem, ROOT, Who};
use crate::linux::Errno;
use crate::linux::errno::*;
use crate::linux::fs::MAY_EXEC;

pub(crate) const NAME_MAX: usize = 255;
/// The number of symbolic links in a path, above which it is taken for a loop.
const LINKS_MAX: usize = 40;

/// The last name of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Last {
    Name,
    Dot,
    DotDot,
    Root,
}

/// The place that a path names.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The directory that holds the name.
    pub parent: usize,
    pub name: Vec<u8>,
    pub last: Last,
    /// The file, where there is one.
    pub inode: Option<usize>,
    /// True where a slash follows the name: only a directory is meant.
    pub slash: bool,
}

/// The names of a path, the last one first.
fn names(path: &[u8]) -> Vec<Vec<u8>> {
    let names = path.split(|&byte| byte == b'/');
    let names = names.filter(|name| !name.is_empty());
    names.rev().map(<[u8]>::to_vec).collect()
}

impl FileSystem {
    /// Resolves a path from a directory; `follow` says whether a symbolic link in the last place
    /// is followed.
    pub(crate) fn walk(
        &self,
        from: usize,
        path: &[u8],
        follow: bool,
        who: Who,
    ) -> Result<Place, Errno> {
        let is_absolute = path.first().ok_or(ENOENT)? == &b'/';
        let mut at = if is_absolute { ROOT } else { from };
        let mut left = names(path);
        let mut slash = path.ends_with(b"/");
        let mut links = 0;
        while let Some(name) = left.pop() {
            let directory = self.get(at)?.directory()?;
            self.check(at, MAY_EXEC, who)?;
            if name.len() > NAME_MAX {
                return Err(ENAMETOOLONG);
            }
            let (last, inode) = match &name[..] {
                b"." => (Last::Dot, Some(at)),
                b".." => (Last::DotDot, Some(directory.parent)),
                name => (Last::Name, directory.get(name)),
            };
            let is_last = left.is_empty();
            if let Some(link) = inode
                && let Kind::Symlink(target) = &self.get(link)?.kind
                && (!is_last || follow || slash)
            {
                links += 1;
                if links > LINKS_MAX {
                    return Err(ELOOP);
                }
                slash |= is_last && target.ends_with(b"/");
                if target.starts_with(b"/") {
                    at = ROOT;
                }
                left.extend(names(target));
                continue;
            }
            if is_last {
                return Ok(Place {
                    parent: at,
                    name,
                    last,
                    inode,
                    slash,
                });
            }
            at = inode.ok_or(ENOENT)?;
        }
        Ok(Place {
            parent: at,
            name: Vec::new(),
            last: Last::Root,
            inode: Some(at),
            slash,
        })
    }

    /// The file at a place.
    pub(crate) fn at(&self, place: &Place) -> Result<usize, Errno> {
        let inode = place.inode.ok_or(ENOENT)?;
        if place.slash {
            self.get(inode)?.directory()?;
        }
        Ok(inode)
    }

    /// The absolute path of a directory; `None` where it is removed.
    pub(crate) fn path_of(&self, mut directory: usize) -> Option<Vec<u8>> {
        let mut path = Vec::new();
        while directory != ROOT {
            let parent = self.get(directory).ok()?.directory().ok()?.parent;
            let above = self.get(parent).ok()?.directory().ok()?;
            let entry = above.entries.iter().find(|one| one.inode == directory)?;
            let mut longer = b"/".to_vec();
            longer.extend(&entry.name);
            longer.extend(&path);
            path = longer;
            directory = parent;
        }
        if path.is_empty() {
            path.push(b'/');
        }
        Some(path)
    }
}
