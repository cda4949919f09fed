//! Changes of the tree: names that come, go and move.

use crate::files::inode::{Directory, Kind};
use crate::files::path::{Last, Place};
use crate::files::{FileSystem, ROOT, Who};
use crate::linux::Errno;
use crate::linux::errno::*;
use crate::linux::fs::{MAY_EXEC, MAY_WRITE, RENAME_EXCHANGE, RENAME_NOREPLACE, S_ISVTX};

/// The largest number of names of a file.
const LINKS_MAX: u32 = 32_000;

impl FileSystem {
    /// Checks that a name can be added at a place where there is none.
    pub(crate) fn check_new(&self, place: &Place, who: Who) -> Result<(), Errno> {
        if place.inode.is_some() {
            return Err(EEXIST);
        }
        self.check_room(place.parent, who)
    }

    /// Checks that a directory takes a new name: one that is removed takes none.
    fn check_room(&self, parent: usize, who: Who) -> Result<(), Errno> {
        if self.get(parent)?.links == 0 {
            return Err(ENOENT);
        }
        self.check(parent, MAY_WRITE | MAY_EXEC, who)
    }

    /// Creates a file at a place; returns it.
    pub(crate) fn make(
        &mut self,
        place: &Place,
        kind: Kind,
        mode: u32,
        who: Who,
    ) -> Result<usize, Errno> {
        self.check_new(place, who)?;
        let is_directory = matches!(kind, Kind::Directory(_));
        if place.slash && !is_directory {
            return Err(ENOENT);
        }
        let inode = self.create(kind, mode, who)?;
        self.get_mut(inode)?.links = 1;
        if is_directory {
            self.get_mut(inode)?.links = 2;
            self.get_mut(place.parent)?.links += 1;
        }
        self.orphans.retain(|&one| one != inode);
        self.add(place, inode)?;
        Ok(inode)
    }

    /// Creates a directory at a place.
    pub(crate) fn make_directory(
        &mut self,
        place: &Place,
        mode: u32,
        who: Who,
    ) -> Result<usize, Errno> {
        let directory = Kind::Directory(Directory::new(place.parent));
        self.make(place, directory, mode, who)
    }

    fn add(&mut self, place: &Place, inode: usize) -> Result<(), Errno> {
        let parent = self.get_mut(place.parent)?;
        parent.directory_mut()?.add(&place.name, inode);
        self.touch_entries(place.parent)
    }

    /// The entries of a directory have changed.
    fn touch_entries(&mut self, directory: usize) -> Result<(), Errno> {
        let now = self.now;
        let directory = self.get_mut(directory)?;
        directory.modified = now;
        directory.changed = now;
        Ok(())
    }

    fn touch_status(&mut self, at: usize) -> Result<(), Errno> {
        self.get_mut(at)?.changed = self.now;
        Ok(())
    }

    /// Gives a file one more name.
    pub(crate) fn link(&mut self, inode: usize, place: &Place, who: Who) -> Result<(), Errno> {
        self.check_new(place, who)?;
        if place.slash {
            return Err(ENOENT);
        }
        if self.get(inode)?.is_directory() {
            return Err(EPERM);
        }
        if self.get(inode)?.links >= LINKS_MAX {
            return Err(EMLINK);
        }
        self.get_mut(inode)?.links += 1;
        self.orphans.retain(|&one| one != inode);
        self.touch_status(inode)?;
        self.add(place, inode)
    }

    /// Checks that the name at a place may be removed; returns its file.
    fn check_removal(&self, place: &Place, who: Who) -> Result<usize, Errno> {
        let inode = place.inode.ok_or(ENOENT)?;
        self.check(place.parent, MAY_WRITE | MAY_EXEC, who)?;
        let parent = self.get(place.parent)?;
        let owns = who.user == parent.user || who.user == self.get(inode)?.user;
        if parent.mode & S_ISVTX != 0 && !who.is_root() && !owns {
            return Err(EPERM);
        }
        Ok(inode)
    }

    pub(crate) fn unlink(&mut self, place: &Place, who: Who) -> Result<(), Errno> {
        if place.last != Last::Name {
            return Err(EISDIR);
        }
        let inode = self.check_removal(place, who)?;
        if self.get(inode)?.is_directory() {
            return Err(EISDIR);
        }
        if place.slash {
            return Err(ENOTDIR);
        }
        self.forget_name(place)?;
        self.lose_name(inode)
    }

    fn forget_name(&mut self, place: &Place) -> Result<(), Errno> {
        let parent = self.get_mut(place.parent)?;
        parent.directory_mut()?.remove(&place.name);
        self.touch_entries(place.parent)
    }

    /// A file that has lost a name.
    fn lose_name(&mut self, inode: usize) -> Result<(), Errno> {
        self.get_mut(inode)?.links -= 1;
        self.touch_status(inode)?;
        self.note_orphan(inode);
        Ok(())
    }

    pub(crate) fn remove_directory(&mut self, place: &Place, who: Who) -> Result<(), Errno> {
        match place.last {
            Last::Name => {}
            Last::Dot => return Err(EINVAL),
            Last::DotDot => return Err(ENOTEMPTY),
            Last::Root => return Err(EBUSY),
        }
        let inode = self.check_removal(place, who)?;
        if !self.get(inode)?.directory()?.entries.is_empty() {
            return Err(ENOTEMPTY);
        }
        self.forget_name(place)?;
        self.lose_directory(inode, place.parent)
    }

    /// A directory that has lost its name.
    fn lose_directory(&mut self, inode: usize, parent: usize) -> Result<(), Errno> {
        self.get_mut(parent)?.links -= 1;
        self.get_mut(inode)?.links = 0;
        self.touch_status(inode)?;
        self.note_orphan(inode);
        Ok(())
    }

    /// True where a directory is another one or above it.
    fn is_above(&self, directory: usize, mut below: usize) -> bool {
        loop {
            if below == directory {
                return true;
            }
            let parent = self.get(below).and_then(|one| one.directory());
            match parent.map(|one| one.parent) {
                Ok(parent) if parent != below => below = parent,
                _ => return false,
            }
        }
    }

    /// Moves a name to a place, whose file it replaces; RENAME_EXCHANGE swaps both.
    pub(crate) fn rename(
        &mut self,
        from: &Place,
        to: &Place,
        flags: u32,
        who: Who,
    ) -> Result<(), Errno> {
        let exchange = flags & RENAME_EXCHANGE != 0;
        if from.last != Last::Name {
            return Err(EBUSY);
        }
        if to.last != Last::Name {
            let keeps = flags & RENAME_NOREPLACE != 0;
            return Err(if keeps { EEXIST } else { EBUSY });
        }
        let inode = from.inode.ok_or(ENOENT)?;
        if flags & RENAME_NOREPLACE != 0 && to.inode.is_some() {
            return Err(EEXIST);
        }
        if exchange && to.inode.is_none() {
            return Err(ENOENT);
        }
        let is_directory = self.get(inode)?.is_directory();
        if !is_directory && (from.slash || to.slash && !exchange) {
            return Err(ENOTDIR);
        }
        if is_directory && self.is_above(inode, to.parent) {
            return Err(EINVAL);
        }
        if let Some(target) = to.inode
            && self.get(target)?.is_directory()
            && self.is_above(target, from.parent)
        {
            return Err(if exchange { EINVAL } else { ENOTEMPTY });
        }
        if to.inode == Some(inode) {
            return Ok(());
        }
        self.check_removal(from, who)?;
        let Some(target) = to.inode else {
            self.check_room(to.parent, who)?;
            return self.move_name(inode, from, to);
        };
        self.check_removal(to, who)?;
        if exchange {
            return self.exchange((inode, from), (target, to));
        }
        match (is_directory, self.get(target)?.directory()) {
            (true, Err(_)) => return Err(ENOTDIR),
            (false, Ok(_)) => return Err(EISDIR),
            (true, Ok(target)) if !target.entries.is_empty() => return Err(ENOTEMPTY),
            _ => {}
        }
        self.forget_name(to)?;
        if is_directory {
            self.lose_directory(target, to.parent)?;
        } else {
            self.lose_name(target)?;
        }
        self.move_name(inode, from, to)
    }

    fn move_name(&mut self, inode: usize, from: &Place, to: &Place) -> Result<(), Errno> {
        self.forget_name(from)?;
        self.add(to, inode)?;
        self.set_parent(inode, from.parent, to.parent)?;
        self.touch_status(inode)
    }

    fn exchange(&mut self, one: (usize, &Place), other: (usize, &Place)) -> Result<(), Errno> {
        for (inode, place) in [(other.0, one.1), (one.0, other.1)] {
            let parent = self.get_mut(place.parent)?;
            parent.directory_mut()?.replace(&place.name, inode);
            self.touch_entries(place.parent)?;
            self.touch_status(inode)?;
        }
        let (here, there) = (one.1.parent, other.1.parent);
        self.set_parent(one.0, here, there)?;
        self.set_parent(other.0, there, here)
    }

    /// A directory that has moved has another parent, which `..` names.
    fn set_parent(&mut self, inode: usize, from: usize, to: usize) -> Result<(), Errno> {
        if let Kind::Directory(directory) = &mut self.get_mut(inode)?.kind {
            directory.parent = to;
            self.get_mut(from)?.links -= 1;
            self.get_mut(to)?.links += 1;
        }
        Ok(())
    }

    /// True where a directory can be found from the root.
    pub(crate) fn is_linked(&self, directory: usize) -> bool {
        directory == ROOT || self.get(directory).is_ok_and(|one| one.links > 0)
    }
}
