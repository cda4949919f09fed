//! Tests of the tree: paths, names, and files that lose their last one.

use super::inode::{Data, Kind};
use super::path::Place;
use super::{FileSystem, ROOT, Who};
use crate::linux::Errno;
use crate::linux::errno::*;
use crate::linux::fs::{RENAME_EXCHANGE, RENAME_NOREPLACE};
use crate::machine::{Frame, PAGE_SIZE};

const ME: Who = Who { user: 0, group: 0 };
const OTHER: Who = Who { user: 9, group: 9 };

struct Tree(FileSystem);

impl Tree {
    /// `/d/e/`, the file `/d/f`, and links to both.
    fn new() -> Tree {
        let mut tree = Tree(FileSystem::new());
        for path in ["d", "d/e"] {
            let place = tree.place(path).expect("a place");
            tree.0.make_directory(&place, 0o755, ME).expect("made");
        }
        tree.file("d/f");
        for (path, target) in [
            ("to_e", "d/e"),
            ("to_f", "/d/f"),
            ("loop", "loop"),
            ("gone", "x"),
        ] {
            let place = tree.place(path).expect("a place");
            let link = Kind::Symlink(target.as_bytes().to_vec());
            tree.0.make(&place, link, 0o777, ME).expect("made");
        }
        tree
    }

    fn file(&mut self, path: &str) -> usize {
        let place = self.place(path).expect("a place");
        let empty = Kind::Regular(Data::default());
        self.0.make(&place, empty, 0o644, ME).expect("made")
    }

    fn place(&self, path: &str) -> Result<Place, Errno> {
        self.0.walk(ROOT, path.as_bytes(), false, ME)
    }

    fn find(&self, path: &str) -> Result<usize, Errno> {
        let place = self.0.walk(ROOT, path.as_bytes(), true, ME)?;
        self.0.at(&place)
    }

    fn rename(&mut self, from: &str, to: &str, flags: u32) -> Result<(), Errno> {
        let (from, to) = (self.place(from)?, self.place(to)?);
        self.0.rename(&from, &to, flags, ME)
    }
}

#[test]
fn paths_are_followed() {
    let tree = Tree::new();
    let f = tree.find("d/f");
    assert!(f.is_ok());
    for path in ["/d//f", "./d/../d/f", "to_f", "to_e/../f", "d/e/./../f"] {
        assert_eq!(tree.find(path), f, "{path}");
    }
    assert_eq!(tree.find("to_e/"), tree.find("d/e"));
    for (path, error) in [
        ("", ENOENT),
        ("x/y", ENOENT),
        ("d/f/", ENOTDIR),
        ("d/f/x", ENOTDIR),
        ("loop", ELOOP),
        ("gone", ENOENT),
        ("to_f/", ENOTDIR),
    ] {
        assert_eq!(tree.find(path), Err(error), "{path}");
    }
    let long = "n".repeat(256);
    assert_eq!(tree.find(&long), Err(ENAMETOOLONG));
    assert_eq!(tree.find(&long[1..]), Err(ENOENT));
    let e = tree.find("d/e").expect("a directory");
    assert_eq!(tree.0.path_of(e).as_deref(), Some(&b"/d/e"[..]));
}

#[test]
fn directories_count_their_links() {
    let mut tree = Tree::new();
    let links = |tree: &Tree, path| tree.0.get(tree.find(path)?).map(|one| one.links);
    assert_eq!((links(&tree, "/"), links(&tree, "d")), (Ok(3), Ok(3)));
    assert_eq!(tree.rename("d/e", "e", 0), Ok(()));
    assert_eq!((links(&tree, "/"), links(&tree, "d")), (Ok(4), Ok(2)));
    let place = tree.place("e").expect("a place");
    assert_eq!(tree.0.remove_directory(&place, ME), Ok(()));
    assert_eq!(links(&tree, "/"), Ok(3));
}

#[test]
fn renames_obey_the_kinds() {
    let mut tree = Tree::new();
    tree.file("g");
    assert_eq!(tree.rename("g", "d/e", 0), Err(EISDIR));
    assert_eq!(tree.rename("d/e", "g", 0), Err(ENOTDIR));
    assert_eq!(tree.rename("d", "d/e/x", 0), Err(EINVAL));
    assert_eq!(tree.rename("d/e", "d", 0), Err(ENOTEMPTY));
    assert_eq!(tree.rename("d/.", "x", 0), Err(EBUSY));
    assert_eq!(tree.rename("x", "y", 0), Err(ENOENT));
    assert_eq!(tree.rename("g", "d/f", RENAME_NOREPLACE), Err(EEXIST));
    assert_eq!(tree.rename("g", "d/e", RENAME_EXCHANGE), Ok(()));
    assert!(
        tree.find("d/e")
            .is_ok_and(|at| !tree.0.get(at).expect("a file").is_directory())
    );
    assert_eq!(tree.rename("g", "d/e", 0), Err(ENOTDIR));
    assert_eq!(tree.rename("d/e", "d/f", 0), Ok(()));
    assert_eq!(tree.find("d/e"), Err(ENOENT));
}

#[test]
fn a_file_without_a_name_stays_while_it_is_used() {
    let mut tree = Tree::new();
    let at = tree.file("g");
    if let Ok(data) = tree.0.get_mut(at).expect("a file").data_mut() {
        data.pages.insert(0, Frame(7));
    }
    tree.0.open(at);
    let place = tree.place("g").expect("a place");
    assert_eq!(tree.0.unlink(&place, ME), Ok(()));
    assert!(!tree.0.has_orphans());
    tree.0.close(at);
    assert_eq!(tree.0.collect(|one| one == at), []);
    assert_eq!(tree.0.collect(|_| false), [Frame(7)]);
    assert!(tree.0.get(at).is_err());
}

#[test]
fn permissions_are_those_of_the_class() {
    let mut tree = Tree::new();
    let at = tree.file("g");
    tree.0.get_mut(at).expect("a file").mode = 0o640;
    assert_eq!(tree.0.check(at, 4, OTHER), Err(EACCES));
    assert_eq!(tree.0.check(at, 6, ME), Ok(()));
    assert_eq!(tree.0.check(at, 1, ME), Err(EACCES));
    let group = Who { user: 9, group: 0 };
    assert_eq!(tree.0.check(at, 4, group), Ok(()));
    assert_eq!(tree.0.check(at, 2, group), Err(EACCES));
    let place = tree.place("g").expect("a place");
    assert_eq!(tree.0.unlink(&place, OTHER), Err(EACCES));
}

#[test]
fn holes_are_found_between_pages() {
    let mut data = Data {
        size: 5 * PAGE_SIZE,
        ..Data::default()
    };
    data.pages.insert(1, Frame(1));
    data.pages.insert(2, Frame(2));
    assert_eq!(data.next_data(0), Some(PAGE_SIZE));
    assert_eq!(data.next_data(PAGE_SIZE + 9), Some(PAGE_SIZE + 9));
    assert_eq!(data.next_data(3 * PAGE_SIZE), None);
    assert_eq!(data.next_hole(0), 0);
    assert_eq!(data.next_hole(PAGE_SIZE + 9), 3 * PAGE_SIZE);
    assert_eq!(data.punch(PAGE_SIZE, 2 * PAGE_SIZE + 1), [Frame(1)]);
    assert_eq!(data.cut(PAGE_SIZE), [Frame(2)]);
}
