//! The addresses of clauses: the Open Group's pages of POSIX, and the manual pages of Linux.

/// The folder of POSIX.1-2017.
const POSIX: &str = "https://pubs.opengroup.org/onlinepubs/9699919799";
/// The folder of the manual pages.
const MAN: &str = "https://man7.org/linux/man-pages";

/// The address of a clause as `tests-spec` names it; none where it has no page.
pub(super) fn clause(clause: &str) -> Option<String> {
    let (source, place) = clause.split_once(' ')?;
    match source {
        "Linux" => manual(place),
        _ if source.starts_with("POSIX.1-") => posix(place),
        _ => None,
    }
}

/// True of an address that a page may link to.
pub(super) fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

/// `dup(2) ERRORS`.
fn manual(place: &str) -> Option<String> {
    let (name, rest) = place.split_once('(')?;
    let (section, _) = rest.split_once(')')?;
    let chapter = section.chars().next().filter(char::is_ascii_digit)?;
    let is_plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_plain(name) && is_plain(section))
        .then(|| format!("{MAN}/man{chapter}/{name}.{section}.html"))
}

/// `dup() ERRORS`, `<sys/stat.h>`, `2.4.3 Signal Actions` or `XBD 4.13 Pathname Resolution`.
fn posix(place: &str) -> Option<String> {
    if let Some(header) = place.strip_prefix('<') {
        let (name, _) = header.split_once('>')?;
        let page = name.replace('/', "_");
        return Some(format!("{POSIX}/basedefs/{page}.html"));
    }
    let word = place.split(' ').next()?;
    if let Some((name, _)) = word.split_once("()") {
        return Some(format!("{POSIX}/functions/{name}.html"));
    }
    let (in_definitions, number) = match place.strip_prefix("XBD ") {
        Some(rest) => (true, rest.split(' ').next()?),
        None => (word.starts_with("3.") || word.starts_with("4."), word),
    };
    let parts: Option<Vec<u32>> = number.split('.').map(|part| part.parse().ok()).collect();
    let (chapter, rest) = parts.as_deref()?.split_first()?;
    let rest: String = rest.iter().map(|part| format!("_{part:02}")).collect();
    // The chapters of the second volume are numbered after the 13 of the first.
    Some(match in_definitions {
        true => format!("{POSIX}/basedefs/V1_chap{chapter:02}.html#tag_{chapter:02}{rest}"),
        false => format!(
            "{POSIX}/functions/V2_chap{chapter:02}.html#tag_{:02}{rest}",
            chapter + 13
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_have_their_pages() {
        for (text, page) in [
            ("POSIX.1-2017 dup() ERRORS", "functions/dup.html"),
            ("POSIX.1-2017 <sys/stat.h>", "basedefs/sys_stat.h.html"),
            (
                "POSIX.1-2017 2.4.3 Signal Actions, si_pid",
                "functions/V2_chap02.html#tag_15_04_03",
            ),
            (
                "POSIX.1-2017 XBD 4.13 Pathname Resolution",
                "basedefs/V1_chap04.html#tag_04_13",
            ),
            (
                "POSIX.1-2017 3.300 Process ID",
                "basedefs/V1_chap03.html#tag_03_300",
            ),
        ] {
            assert_eq!(clause(text), Some(format!("{POSIX}/{page}")), "{text}");
        }
        for (text, page) in [
            ("Linux tgkill(2)", "man2/tgkill.2.html"),
            ("Linux signal(7) Real-time signals", "man7/signal.7.html"),
            ("Linux stat(3type)", "man3/stat.3type.html"),
        ] {
            assert_eq!(clause(text), Some(format!("{MAN}/{page}")), "{text}");
        }
        for text in ["System V ABI, AMD64, 3.2.3", "Linux <asm/stat.h>", ""] {
            assert_eq!(clause(text), None, "{text}");
        }
    }
}
