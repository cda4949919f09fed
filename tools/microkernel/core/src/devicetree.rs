//! The flattened device tree, by which firmware describes a machine (Devicetree Specification,
//! release 0.4, chapter 5).

const MAGIC: u64 = 0xd00d_feed;
/// The offsets of members of the header.
const TOTAL_SIZE: usize = 4;
const STRUCTURE: usize = 8;
const STRINGS: usize = 12;
/// The size of the header in bytes.
pub const HEADER_SIZE: usize = 40;

const BEGIN_NODE: u64 = 1;
const END_NODE: u64 = 2;
const PROPERTY: u64 = 3;
const NOP: u64 = 4;

/// A big-endian number, as properties hold them; `None` for more than 8 bytes.
pub fn number(bytes: &[u8]) -> Option<u64> {
    let fits = bytes.len() <= 8;
    fits.then(|| {
        bytes
            .iter()
            .fold(0, |number, &byte| number << 8 | u64::from(byte))
    })
}

/// The size of the tree in bytes, by its header; `None` where it is none.
pub fn size(header: &[u8; HEADER_SIZE]) -> Option<usize> {
    let magic = cell(header, 0)?;
    (magic == MAGIC).then_some(cell(header, TOTAL_SIZE)? as usize)
}

/// The value of a property. `path` has the nodes below the root, without what follows an `@`.
pub fn property<'a>(tree: &'a [u8], path: &[&str], name: &str) -> Option<&'a [u8]> {
    let mut at = cell(tree, STRUCTURE)? as usize;
    let strings = cell(tree, STRINGS)? as usize;
    // The depth of the current node below the root, and how many nodes of the path lead to it.
    let (mut depth, mut matched) = (0, 0);
    loop {
        let token = cell(tree, at)?;
        at = at.checked_add(4)?;
        match token {
            BEGIN_NODE => {
                let node = text(tree, at)?;
                at = at.checked_add(node.len() + 1)?.next_multiple_of(4);
                let base = node.split(|&byte| byte == b'@').next()?;
                let expected = path.get(matched).map(|name| name.as_bytes());
                // The root has no name and is no part of the path.
                if depth > 0 && matched + 1 == depth && expected == Some(base) {
                    matched += 1;
                }
                depth += 1;
            }
            END_NODE => {
                depth = usize::checked_sub(depth, 1)?;
                if depth == 0 || matched == path.len() && depth == matched {
                    return None;
                }
                matched = matched.min(depth - 1);
            }
            PROPERTY => {
                let size = cell(tree, at)? as usize;
                let key = strings.checked_add(cell(tree, at.checked_add(4)?)? as usize)?;
                let start = at.checked_add(8)?;
                let end = start.checked_add(size)?;
                let value = tree.get(start..end)?;
                let here = matched == path.len() && depth == matched + 1;
                if here && text(tree, key)? == name.as_bytes() {
                    return Some(value);
                }
                at = end.next_multiple_of(4);
            }
            NOP => {}
            _ => return None,
        }
    }
}

/// A cell of 32 bits.
fn cell(tree: &[u8], at: usize) -> Option<u64> {
    number(tree.get(at..at.checked_add(4)?)?)
}

/// The bytes up to a null byte.
fn text(tree: &[u8], at: usize) -> Option<&[u8]> {
    let rest = tree.get(at..)?;
    let length = rest.iter().position(|&byte| byte == 0)?;
    Some(&rest[..length])
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// A tree of `/memory@1000 { reg }` and `/chosen { bootargs; deeper { reg } }`.
    fn tree() -> Vec<u8> {
        let strings = b"reg\0bootargs\0";
        let mut body = Vec::new();
        let begin = |body: &mut Vec<u8>, name: &str| {
            body.extend(1_u32.to_be_bytes());
            body.extend(name.as_bytes());
            body.push(0);
            body.resize(body.len().next_multiple_of(4), 0);
        };
        let end = |body: &mut Vec<u8>| body.extend(2_u32.to_be_bytes());
        let put = |body: &mut Vec<u8>, key: u32, value: &[u8]| {
            body.extend(3_u32.to_be_bytes());
            body.extend((value.len() as u32).to_be_bytes());
            body.extend(key.to_be_bytes());
            body.extend(value);
            body.resize(body.len().next_multiple_of(4), 0);
        };
        begin(&mut body, "");
        begin(&mut body, "memory@1000");
        put(&mut body, 0, &[0, 0, 0x10, 0]);
        end(&mut body);
        body.extend(4_u32.to_be_bytes());
        begin(&mut body, "chosen");
        put(&mut body, 4, b"quiet\0");
        begin(&mut body, "deeper");
        put(&mut body, 0, &[7]);
        end(&mut body);
        end(&mut body);
        end(&mut body);
        body.extend(9_u32.to_be_bytes());
        let strings_at = HEADER_SIZE + body.len();
        let header = [
            0xd00d_feed,
            (strings_at + strings.len()) as u32,
            HEADER_SIZE as u32,
            strings_at as u32,
        ];
        let mut tree: Vec<u8> = header.iter().flat_map(|word| word.to_be_bytes()).collect();
        tree.resize(HEADER_SIZE, 0);
        tree.extend(body);
        tree.extend(strings);
        tree
    }

    #[test]
    fn properties_are_found_by_their_path() {
        let tree = tree();
        let mut header = [0; HEADER_SIZE];
        header.copy_from_slice(&tree[..HEADER_SIZE]);
        assert_eq!(size(&header), Some(tree.len()));
        assert_eq!(
            property(&tree, &["memory"], "reg").and_then(number),
            Some(0x1000)
        );
        assert_eq!(
            property(&tree, &["chosen"], "bootargs"),
            Some(&b"quiet\0"[..])
        );
        assert_eq!(
            property(&tree, &["chosen", "deeper"], "reg"),
            Some(&[7][..])
        );
        assert_eq!(property(&tree, &["chosen"], "reg"), None);
        assert_eq!(property(&tree, &["deeper"], "reg"), None);
        assert_eq!(property(&tree, &["memory", "deeper"], "reg"), None);
        header[0] = 0;
        assert_eq!(size(&header), None);
    }

    #[test]
    fn a_tree_that_is_cut_off_ends_the_search() {
        let tree = tree();
        for length in 0..tree.len() {
            property(&tree[..length], &["chosen", "deeper"], "reg");
            property(&tree[..length], &["nothing"], "reg");
        }
    }
}
