//! Arrows: which room of a package imports which, held against the table in `CONTRIBUTING.md`.
//!
//! A room is a file or a folder at the top of a package's `src`. The table is the only place that
//! names the arrows: this test reads it there, finds the imports in the tokens of every source
//! file, and demands that both are the same and that no circle is among them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::common::{root, source_files};

/// The packages of the workspace, and where their rooms are. The library of the suites and the
/// program that runs them share a folder.
const PACKAGES: [(&str, &str); 9] = [
    ("posix-conformance", "src"),
    ("packer", "tools/packer/src"),
    ("conformance", "tools/conformance/src"),
    ("faults", "tools/faults/src"),
    ("abi-check", "tools/abi-check/src"),
    ("launcher", "tools/launcher/src"),
    ("linux-init", "tools/linux-init/src"),
    ("microkernel-core", "tools/microkernel/core/src"),
    ("microkernel", "tools/microkernel/boot/src"),
];
/// A newcomer keeps no more rooms of one package in mind.
const ROOMS_MAX: usize = 20;
/// The line before the table in `CONTRIBUTING.md`, and the one after it.
const BEGIN: &str = "<!-- arrows: read by tools/conformance/tests/arrows.rs -->\n";
const END: &str = "<!-- arrows end -->";

/// Package and room -> the rooms that it imports.
type Arrows = BTreeMap<(String, String), BTreeSet<String>>;

#[test]
fn arrows_are_those_of_contributing() {
    let (told, found) = (table(), imports());
    let differ: Vec<String> = (told.keys().chain(found.keys()).collect::<BTreeSet<_>>())
        .into_iter()
        .filter(|room| told.get(*room) != found.get(*room))
        .map(|room| row(room, found.get(room)))
        .collect();
    assert!(
        differ.is_empty(),
        "the code and the table in CONTRIBUTING.md differ; by the code these rows are\n{}",
        differ.concat()
    );
}

#[test]
fn arrows_make_no_circle_and_rooms_are_few() {
    let arrows = imports();
    for (package, _) in PACKAGES {
        let mut left: BTreeMap<&str, &BTreeSet<String>> = (arrows.iter())
            .filter(|((of, _), _)| of == package)
            .map(|((_, room), imported)| (room.as_str(), imported))
            .collect();
        let rooms = left.len();
        println!("{package}: {rooms} rooms");
        assert!(rooms <= ROOMS_MAX, "{package} has {rooms} rooms");
        // Rooms that import none of those left are taken away until nothing is left.
        while let Some(room) = (left.iter())
            .find(|(_, imported)| imported.iter().all(|room| !left.contains_key(&**room)))
            .map(|(room, _)| *room)
        {
            left.remove(room);
        }
        assert!(left.is_empty(), "{package}: a circle among {left:#?}");
    }
}

#[test]
fn imports_are_found_in_every_spelling() {
    let text = "
        use crate::plan::{self, Plan};
        use crate::{log::lines, verdict};
        /// Not `crate::comment::of_this`.
        fn f() -> super::super::target::Limits { g(\"crate::text::x\", crate::error::new()) }
        macro_rules! m { () => { $crate::macros::x!() }; }
        mod tests { use super::super::run_of_parent::x; use super::own; }
    ";
    let found = rooms_named(text, &["run".into(), "boot".into()], &["crate"]);
    let wanted = ["error", "log", "macros", "plan", "run", "target", "verdict"];
    assert_eq!(found, wanted.map(str::to_string).into());
}

fn row((package, room): &(String, String), imported: Option<&BTreeSet<String>>) -> String {
    let Some(imported) = imported else {
        return format!("(no room {room} in {package})\n");
    };
    let names: Vec<String> = imported.iter().map(|room| format!("`{room}`")).collect();
    format!("| {package} | `{room}` | {} |\n", names.join(" "))
}

/// The table of `CONTRIBUTING.md`.
fn table() -> Arrows {
    let text = std::fs::read_to_string(root().join("CONTRIBUTING.md")).expect("a document");
    let (_, rest) = text.split_once(BEGIN).expect("the line before the table");
    let (table, _) = rest.split_once(END).expect("the line after the table");
    let rows = table.lines().skip(2).filter(|line| line.starts_with('|'));
    rows.map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let names = cells[3].split_whitespace();
        let room = (cells[1].to_string(), cells[2].trim_matches('`').to_string());
        (
            room,
            names
                .map(|name| name.trim_matches('`').to_string())
                .collect(),
        )
    })
    .collect()
}

/// The arrows of the code.
fn imports() -> Arrows {
    let mut arrows = Arrows::new();
    for (package, folder) in PACKAGES {
        let folder = root().join(folder);
        let library = package.replace('-', "_");
        for path in source_files(&folder) {
            let module = module_of(&folder, &path);
            let room = module.first().map_or("main", String::as_str).to_string();
            let text = std::fs::read_to_string(&path).expect("a source file");
            let named = rooms_named(&text, &module, &["crate", &library]);
            let entry = arrows
                .entry((package.to_string(), room.clone()))
                .or_default();
            entry.extend(named.into_iter().filter(|named| *named != room));
        }
        let rooms: BTreeSet<String> = (arrows.keys())
            .filter(|(of, _)| of == package)
            .map(|(_, room)| room.clone())
            .collect();
        for (_, imported) in arrows.iter_mut().filter(|((of, _), _)| of == package) {
            // A name that is no room is an item of the crate's root.
            imported.retain(|name| rooms.contains(name));
        }
    }
    arrows
}

/// The path of a file's module within its crate; that of the root is empty.
fn module_of(folder: &Path, path: &Path) -> Vec<String> {
    let below = path
        .strip_prefix(folder)
        .expect("a file of the package")
        .with_extension("");
    let mut module: Vec<String> = (below.iter())
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if matches!(module.last().map(String::as_str), Some("mod"))
        || module == ["lib"]
        || module == ["main"]
    {
        module.pop();
    }
    module
}

/// The rooms that a source file of that module names in paths; `roots` begin the paths that are
/// counted from the crate's root.
fn rooms_named(text: &str, module: &[String], roots: &[&str]) -> BTreeSet<String> {
    let tokens: TokenStream = text.parse().expect("Rust");
    let mut found = BTreeSet::new();
    walk(tokens, module, roots, &mut found);
    found
}

fn walk(tokens: TokenStream, module: &[String], roots: &[&str], found: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let word = |at: usize| match tokens.get(at) {
        Some(TokenTree::Ident(ident)) => ident.to_string(),
        _ => String::new(),
    };
    let mut at = 0;
    while at < tokens.len() {
        let inline_module =
            word(at) == "mod" && matches!(tokens.get(at + 2), Some(TokenTree::Group(_)));
        if let (true, Some(TokenTree::Group(body))) = (inline_module, tokens.get(at + 2)) {
            let inside = [module, &[word(at + 1)]].concat();
            walk(body.stream(), &inside, roots, found);
            at += 3;
            continue;
        }
        if let TokenTree::Group(group) = &tokens[at] {
            walk(group.stream(), module, roots, found);
        }
        let begins = at == 0 || !is_path_separator(&tokens, at - 2.min(at));
        let mut base = match word(at).as_str() {
            name if roots.contains(&name) => Some(Vec::new()),
            // A path of the crate's root may begin with a room itself.
            room if begins && module.is_empty() && is_path_separator(&tokens, at + 1) => {
                found.insert(room.to_string());
                None
            }
            "super" => Some(
                module
                    .split_last()
                    .map_or(Vec::new(), |(_, parent)| parent.to_vec()),
            ),
            _ => None,
        }
        .filter(|_| begins);
        let mut next = at + 1;
        while base.is_some() && is_path_separator(&tokens, next) {
            next += 2;
            let Some(parent) = base.as_mut().filter(|_| word(next) == "super") else {
                break;
            };
            parent.pop();
            next += 1;
        }
        if let Some(base) = base.filter(|_| next > at + 1) {
            match (base.first(), tokens.get(next)) {
                (Some(room), _) => _ = found.insert(room.clone()),
                (None, Some(TokenTree::Ident(room))) => _ = found.insert(room.to_string()),
                (None, Some(TokenTree::Group(list))) => found.extend(heads(list)),
                _ => {}
            }
        }
        at += 1;
    }
}

/// Returns whether two colons are at a place.
fn is_path_separator(tokens: &[TokenTree], at: usize) -> bool {
    let colon =
        |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ':');
    colon(at) && colon(at + 1)
}

/// The first names of the items of a list in braces.
fn heads(list: &Group) -> Vec<String> {
    assert_eq!(list.delimiter(), Delimiter::Brace);
    let mut heads = Vec::new();
    let mut first = true;
    for token in list.stream() {
        match token {
            TokenTree::Ident(ident) if first => heads.push(ident.to_string()),
            TokenTree::Punct(punct) if punct.as_char() == ',' => {
                first = true;
                continue;
            }
            _ => {}
        }
        first = false;
    }
    heads
}
