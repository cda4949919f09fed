//! The house: its arrows, its tidiness, and that plan, specification and oracle agree.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::common::{files, root, source_files, tool};
use conformance::testing::{Plan, Resources};
use packer::abi::Processor;
use packer::plan::call::{CHILD, Callee, FRESH, LATER, PROCESS};
use packer::plan::routine::POLL_ONE;
use packer::plan::{Profile, Row, Value};
use packer::suites::{CORE, FILES, PROCESSES, Suite};

/// The packages of the workspace that each of them may import.
const PACKAGE_ARROWS: [(&str, &[&str]); 7] = [
    ("packer", &[]),
    ("posix-conformance", &["packer"]),
    ("conformance", &["posix-conformance", "faults", "packer"]),
    ("faults", &["posix-conformance"]),
    ("abi-check", &["posix-conformance"]),
    ("microkernel-core", &["posix-conformance"]),
    ("microkernel", &["microkernel-core"]),
];
/// The files and folders that may be at the top.
const TOP: [&str; 20] = [
    ".cargo",
    ".ci",
    ".editorconfig",
    ".git",
    ".github",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "docs",
    "reference-outputs",
    "src",
    "target",
    "tests-spec",
    "tools",
    "x86_64-conformance.json",
];
const LINE_MAX: usize = 100;
const FUNCTION_MAX: usize = 70;
const FILE_MAX: usize = 450;
/// The comment above a function that is one `match` and may be longer; the reason follows.
const LONG_MATCH: &str = "// One long match, because ";

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a text")
}

fn short(path: &Path) -> String {
    path.strip_prefix(root())
        .expect("below the root")
        .display()
        .to_string()
}

fn sources() -> Vec<PathBuf> {
    ["src", "tools"]
        .iter()
        .flat_map(|folder| source_files(&root().join(folder)))
        .collect()
}

#[test]
fn packages_depend_along_the_arrows() {
    let allowed: BTreeMap<_, _> = PACKAGE_ARROWS.into_iter().collect();
    let mut wrong = Vec::new();
    for path in files(&root(), "Cargo.toml") {
        let manifest: toml::Table = text(&path).parse().expect("TOML");
        let Some(name) = manifest
            .get("package")
            .and_then(|package| package["name"].as_str())
        else {
            continue;
        };
        for table in ["dependencies", "build-dependencies", "dev-dependencies"] {
            let dependencies = manifest.get(table).and_then(toml::Value::as_table);
            for (other, how) in dependencies.into_iter().flatten() {
                let ours = how.get("path").is_some();
                let known = allowed
                    .get(name)
                    .is_some_and(|list| list.contains(&other.as_str()));
                // The ELF is linked from nothing but itself; only its build script calls another.
                let own = name == "posix-conformance";
                if ours && !known || own && (table != "build-dependencies" || !known) {
                    wrong.push(format!("{name} depends on {other}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn unsafe_has_a_home() {
    let mut wrong = Vec::new();
    for path in sources() {
        let name = short(&path);
        let homes = [
            "src/arch/",
            // The arguments of rows, and the state of the run.
            "src/interpreter/decode.rs",
            "src/interpreter/run.rs",
            "src/program.rs",
            "src/runtime/",
            "tools/faults/",
            "tools/linux-init/",
            "tools/microkernel/boot/",
        ];
        let at_home = homes.iter().any(|home| name.starts_with(home));
        let code = text(&path);
        // In two words, so that this line is not one of them.
        let words = [
            concat!("un", "safe {"),
            concat!("un", "safe fn"),
            concat!("un", "safe impl"),
        ];
        if !at_home && words.iter().any(|word| code.contains(word)) {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A row says by `only(..)` where it is not made, and a table by `only_x86_64()`.
#[test]
fn processors_have_a_home() {
    const NAMES: [&str; 6] = [
        "x86_64", "X86_64", "aarch64", "Aarch64", "riscv64", "Riscv64",
    ];
    // Where a processor differs, and where the plan is made for each.
    const HOMES: [&str; 8] = [
        "src/abi/",
        "src/arch/",
        "src/plan/call/",
        "src/plan/checks.rs",
        "src/plan/mod.rs",
        "src/plan/table.rs",
        "src/suites.rs",
        "tools/microkernel/boot/src/arch/",
    ];
    const OF_CORE: [&str; 2] = ["core/src/arch/", "core/src/testing/"];
    let names = |line: &&str| {
        let code = line.split("//").next().unwrap_or_default();
        let only = code.contains("only(") || code.contains("only_x86_64()");
        !only && NAMES.iter().any(|name| code.contains(name)) || code.contains("target_arch")
    };
    let mut strange = Vec::new();
    for file in sources() {
        let name = short(&file);
        let is_elf = name.starts_with("src/") || name.starts_with("tools/microkernel/");
        let is_core = name.starts_with("tools/microkernel/core/");
        let is_home = match is_core {
            true => OF_CORE.iter().any(|home| name.contains(home)),
            false => HOMES.iter().any(|home| name.starts_with(home)),
        };
        if is_elf && !is_home {
            let text = text(&file);
            strange.extend(
                text.lines()
                    .filter(names)
                    .map(|line| format!("{name}: {line}")),
            );
        }
    }
    assert!(strange.is_empty(), "{strange:#?}");
}

#[test]
fn top_is_tidy() {
    let entries = std::fs::read_dir(root()).expect("the root").flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let strange: Vec<String> = names.filter(|name| !TOP.contains(&name.as_str())).collect();
    assert!(strange.is_empty(), "{strange:?}");
}

#[test]
fn sources_are_tidy() {
    let mut wrong = Vec::new();
    for path in sources() {
        let (code, name) = (text(&path), short(&path));
        if !code.starts_with("//!") {
            wrong.push(format!("{name}: no tagline"));
        }
        let lines = code.lines().count();
        if lines > FILE_MAX {
            wrong.push(format!("{name}: {lines} lines, more than {FILE_MAX}"));
        }
        for (number, line) in code.lines().enumerate() {
            if line.chars().count() > LINE_MAX {
                wrong.push(format!(
                    "{name}:{}: more than {LINE_MAX} columns",
                    number + 1
                ));
            }
            // In two words, so that this line is not one of them.
            if line.contains(concat!("#[al", "low")) || line.contains(concat!("#![al", "low")) {
                wrong.push(format!(
                    "{name}:{}: use #[expect(.., reason = ..)]",
                    number + 1
                ));
            }
        }
        wrong.extend(
            long_functions(&code)
                .into_iter()
                .map(|long| format!("{name}:{long}")),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Functions with too many lines: where they begin, and how many they have.
fn long_functions(code: &str) -> Vec<String> {
    let lines: Vec<&str> = code.lines().collect();
    let mut long = Vec::new();
    for (begin, line) in lines.iter().enumerate() {
        let body = line.trim_start();
        let indent = &line[..line.len() - body.len()];
        let words = body.split('(').next().unwrap_or("");
        let is_function = words.split_whitespace().any(|word| word == "fn")
            && !body.starts_with("//")
            && !body.ends_with(';');
        let close = format!("{indent}}}");
        let length = lines[begin..]
            .iter()
            .position(|line| **line == close)
            .unwrap_or(0)
            + 1;
        let matches = lines[begin..begin + length]
            .iter()
            .filter(|line| line.contains(" match "));
        let has_reason = begin > 0 && lines[begin - 1].trim_start().starts_with(LONG_MATCH);
        if has_reason && matches.count() == 1 {
            continue;
        }
        if is_function && !body.ends_with('}') && length > FUNCTION_MAX {
            long.push(format!("{}: a function of {length} lines", begin + 1));
        }
    }
    long
}

/// The profile that a row needs.
fn needed(row: &Row) -> Option<Profile> {
    match row.call.callee {
        Callee::Tested(profile) => Some(profile),
        // `poll` makes its call, and a child process is a second process.
        _ if row.call == POLL_ONE => Some(Profile::Pse53),
        _ if row.call == LATER && row.args[1] == Value::Int(PROCESS) => Some(Profile::Pse53),
        _ if row.call == CHILD => Some(Profile::Pse53),
        _ => None,
    }
}

/// A check is in the profile of its call, or in a higher one that its script needs.
#[test]
fn checks_are_filed_under_their_calls_profile() {
    let wrong: Vec<String> = [CORE, FILES, PROCESSES].iter().flat_map(misfiled).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The checks of a suite that are in another profile. A call that serves others elsewhere is filed
/// where the suite has its checks.
fn misfiled(suite: &Suite) -> Vec<String> {
    let rows = suite.groups().flat_map(|group| group.rows());
    let calls: BTreeMap<&str, Callee> = rows.map(|row| (row.call.name, row.call.callee)).collect();
    let mut wrong = Vec::new();
    for group in suite.groups() {
        let rows: Vec<&Row> = group.rows().collect();
        let scripts = rows.chunk_by(|_, next| next.call != FRESH);
        let needs = scripts.flat_map(|script| {
            let need = script.iter().copied().filter_map(needed).max();
            let named = script.iter().filter(|row| row.name.is_some());
            named.map(move |_| need)
        });
        for (check, need) in group.checks(0).zip(needs) {
            let profile = check.profile();
            let call = calls.get(check.call);
            // CHILD() makes its call, which is in no row.
            let own = [Callee::Tested(profile), Callee::Plumbing];
            let own = call.is_none_or(|call| own.contains(call));
            let moved = calls
                .get(check.call)
                .is_some_and(|call| matches!(call, Callee::Tested(lower) if *lower < profile));
            if !(check.is_canary() || own || moved && need >= Some(profile)) {
                wrong.push(format!("{} in {}", check, check.group.family.title));
            }
        }
    }
    wrong
}

#[test]
fn titles_are_unique_and_plain() {
    let mut seen = BTreeSet::new();
    let checks = [CORE, FILES, PROCESSES].map(|suite| suite.checks().collect::<Vec<_>>());
    for check in checks.iter().flatten() {
        let title = check.to_string();
        assert!(title.bytes().all(|b| matches!(b, 0x20..=0x7e)), "{title}");
        assert!(title.len() < 160, "{title}");
        assert!(seen.insert(title.clone()), "twice: {title}");
    }
}

#[test]
fn plan_and_specification_agree() {
    let spec = Resources {
        repository: Some(root()),
    }
    .spec()
    .expect("tests-spec");
    let suites = [CORE, FILES, PROCESSES].into_iter();
    let suites = suites.flat_map(|suite| Processor::ALL.map(|processor| suite.on(processor)));
    let plans: Vec<Plan> = suites.map(|suite| Plan::of(&suite)).collect();
    let wrong = spec.disagreements(&plans);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn oracle_is_of_this_suite() {
    let resources = Resources {
        repository: Some(root()),
    };
    for processor in Processor::ALL {
        let (oracle, writer) = match processor {
            Processor::X86_64 => ("linux".to_string(), "linux".to_string()),
            other => {
                let name = other.name();
                (format!("linux-{name}"), format!("linux-qemu-{name}"))
            }
        };
        let reference = resources.reference(&oracle).expect("an oracle");
        let text = String::from_utf8(reference.bytes).expect("ASCII");
        let header = text.lines().next().expect("a line");
        assert_eq!(
            header,
            Plan::of(&CORE.on(processor)).header(),
            "cargo conformance bless {writer} writes it anew"
        );
    }
}

/// Each table in `reference-outputs/README.md` is what the command before it prints.
#[test]
fn table_of_kernels_is_of_their_logs() {
    let folder = root().join("reference-outputs");
    let text = std::fs::read_to_string(folder.join("README.md")).expect("a README");
    let commands = text
        .lines()
        .filter_map(|line| line.strip_prefix("    cargo conformance "));
    for command in commands {
        let words: Vec<&str> = command.split_whitespace().collect();
        let output = tool(&words).current_dir(&folder).output().expect("it runs");
        let table = String::from_utf8(output.stdout).expect("text");
        assert!(
            table.starts_with('|') && text.contains(&format!("{command}\n\n{table}")),
            "reference-outputs/README.md: run {command} there and put the table below it:\n{table}"
        );
    }
}

/// A comment begins with its subject, not with a question.
#[test]
fn comments_begin_with_the_subject() {
    const QUESTIONS: [&str; 3] = ["What ", "Whether ", "How many "];
    let mut wrong = Vec::new();
    for path in sources() {
        for (number, line) in text(&path).lines().enumerate() {
            let line = line.trim_start();
            let comment = line.trim_start_matches(['/', '!']).trim_start();
            let asks = QUESTIONS.iter().any(|word| comment.starts_with(word));
            if line.starts_with("//") && asks {
                wrong.push(format!("{}:{}: {line}", short(&path), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
