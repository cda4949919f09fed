//! Compares the suite's numbers, flags and layouts with the C headers of the machine.
//!
//! Names and values come from `posix_conformance::abi`. The values of the headers come from the C
//! compiler: one program for each header, because some kernel headers conflict with those of the C
//! library.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use posix_conformance::abi::{Constant, errno, flags, layout, x86_64};

/// The C compiler, unless the variable CC names another one.
const COMPILER: &str = "cc";

/// A fact of `src/abi`: a C expression, the header that it needs, and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub header: String,
    pub expression: String,
    pub value: i64,
}

/// A fact that differs from the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    pub fact: Fact,
    pub header_value: i64,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fact {
            header,
            expression,
            value,
        } = &self.fact;
        let header_value = self.header_value;
        write!(
            f,
            "{expression}: src/abi says {value}, <{header}> says {header_value}"
        )
    }
}

/// Every fact of `src/abi`.
pub fn facts() -> Vec<Fact> {
    let fact = |header: &str, expression: String, value: i64| Fact {
        header: header.to_string(),
        expression,
        value,
    };
    let numbers = x86_64::numbers::ALL.iter().map(|&(name, number)| {
        let expression = format!("__NR_{}", name.to_lowercase());
        fact("asm/unistd_64.h", expression, number.into())
    });
    let errnos = errno::ALL
        .iter()
        .map(|&(errno, name)| fact("errno.h", name.to_string(), errno.0.into()));
    let constants = [flags::FLAGS, layout::LAYOUT, x86_64::FACTS].concat();
    let constants = constants.into_iter().map(|constant| {
        let Constant {
            header,
            expression,
            value,
        } = constant;
        fact(header, expression.to_string(), value)
    });
    numbers.chain(errnos).chain(constants).collect()
}

/// The facts that differ from the headers of this machine.
///
/// # Errors
///
/// A message where the C compiler is missing, or a header does not have an expression.
pub fn compare(facts: &[Fact]) -> Result<Vec<Mismatch>, String> {
    let mut by_header: BTreeMap<&str, Vec<&Fact>> = BTreeMap::new();
    for fact in facts {
        by_header.entry(&fact.header).or_default().push(fact);
    }
    let mut mismatches = Vec::new();
    for (header, facts) in by_header {
        let values = header_values(header, &facts)?;
        let wrong = facts
            .into_iter()
            .zip(values)
            .filter_map(|(fact, header_value)| {
                let fact = fact.clone();
                (fact.value != header_value).then_some(Mismatch { fact, header_value })
            });
        mismatches.extend(wrong);
    }
    Ok(mismatches)
}

/// The C program that prints the value of each fact of a header, one a line.
fn program(header: &str, facts: &[&Fact]) -> String {
    let prints: String = facts
        .iter()
        .map(|fact| {
            format!(
                "    printf(\"%lld\\n\", (long long)({}));\n",
                fact.expression
            )
        })
        .collect();
    // <stddef.h> comes last: where both define a name, the header's definition is used.
    format!(
        "#define _GNU_SOURCE\n#include <{header}>\n#include <stddef.h>\n\
         int printf(const char *, ...);\nint main(void) {{\n{prints}    return 0;\n}}\n"
    )
}

/// Compiles and runs the program of a header; returns the values in the order of the facts.
fn header_values(header: &str, facts: &[&Fact]) -> Result<Vec<i64>, String> {
    let binary = TempFile::new(header);
    let compiler = std::env::var("CC").unwrap_or_else(|_| COMPILER.to_string());
    let mut child = Command::new(&compiler)
        .args(["-x", "c", "-w", "-o"])
        .arg(&binary.0)
        .arg("-")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot start the C compiler `{compiler}`: {error}"))?;
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let sent = stdin.write_all(program(header, facts).as_bytes());
    drop(stdin);
    let output = child
        .wait_with_output()
        .map_err(|error| error.to_string())?;
    sent.map_err(|error| format!("cannot write to `{compiler}`: {error}"))?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "the program for <{header}> does not compile:\n{why}"
        ));
    }
    let output = Command::new(&binary.0)
        .output()
        .map_err(|error| format!("cannot run the program for <{header}>: {error}"))?;
    let values: Result<Vec<i64>, _> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(str::parse)
        .collect();
    match values {
        Ok(values) if values.len() == facts.len() => Ok(values),
        _ => Err(format!(
            "the program for <{header}> did not print its values"
        )),
    }
}

/// A temporary file, removed when it is dropped.
struct TempFile(PathBuf);

impl TempFile {
    fn new(header: &str) -> TempFile {
        let name = header.replace(['/', '.'], "-");
        let process = std::process::id();
        let thread = format!("{:?}", std::thread::current().id()).replace(['(', ')'], "");
        TempFile(std::env::temp_dir().join(format!("abi-check-{process}-{thread}-{name}")))
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        // The file may not exist: then there is nothing to remove.
        let _ = std::fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_constant_is_what_the_c_headers_say() {
        let facts = facts();
        let mismatches = compare(&facts).expect("the C compiler runs");
        let lines: Vec<String> = mismatches.iter().map(Mismatch::to_string).collect();
        assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
        println!("{} facts agree", facts.len());
    }

    #[test]
    fn a_wrong_value_is_reported_with_its_name_and_both_values() {
        let mut facts: Vec<Fact> = facts();
        let fact = facts
            .iter_mut()
            .find(|fact| fact.expression == "O_NONBLOCK")
            .expect("a fact of the suite");
        fact.value += 1;
        let mismatches = compare(&facts).expect("the C compiler runs");
        let lines: Vec<String> = mismatches.iter().map(Mismatch::to_string).collect();
        assert_eq!(
            lines,
            ["O_NONBLOCK: src/abi says 2049, <fcntl.h> says 2048"]
        );
    }

    #[test]
    fn an_unknown_name_is_an_error() {
        let fact = Fact {
            header: "errno.h".to_string(),
            expression: "ENOTHING".to_string(),
            value: 1,
        };
        let error = compare(&[fact]).expect_err("no header has it");
        assert!(
            error.contains("ENOTHING") && error.contains("errno.h"),
            "{error}"
        );
    }
}
