//! Compares the suite's numbers, flags and layouts with the C headers of each processor.
//!
//! Names and values come from `posix_conformance::abi`. The values of the headers come from a C
//! compiler: one source for each header, because some kernel headers conflict with those of the C
//! library. It is compiled to assembly and not run, so that each processor is served alike.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::process::{Command, Stdio};

use posix_conformance::abi::{
    Constant, Processor, aarch64, errno, files, flags, layout, numbers, processes, riscv64, x86_64,
};

/// The C compiler of x86-64, unless the variable CC names another one.
const COMPILER: &str = "cc";
/// That of the other processors, which one compiler serves.
const CROSS_COMPILER: &str = "clang";
/// The header with the size of a page, which on other processors is the kernel's choice and in no
/// header.
const PAGE_SIZE_HEADER: &str = "sys/user.h";
/// The mark of a value in the assembly, before the value; a quote ends it. It is a statement that
/// every assembler takes.
const MARK: &str = ".ascii \"->";

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

/// Every fact of `src/abi` on a processor.
pub fn facts(processor: Processor) -> Vec<Fact> {
    let fact = |header: &str, expression: String, value: i64| Fact {
        header: header.to_string(),
        expression,
        value,
    };
    let (header, table, own) = match processor {
        Processor::X86_64 => (
            "asm/unistd_64.h",
            x86_64::numbers::ALL,
            x86_64::FACTS.to_vec(),
        ),
        Processor::Aarch64 => (
            "asm/unistd.h",
            aarch64::numbers::ALL,
            [aarch64::LAYOUT, aarch64::FACTS].concat(),
        ),
        Processor::Riscv64 => (
            "asm/unistd.h",
            riscv64::numbers::ALL,
            [riscv64::LAYOUT, riscv64::FACTS].concat(),
        ),
    };
    let numbers = table.iter().map(|&(name, number)| {
        let expression = format!("__NR_{}", name.to_lowercase());
        fact(header, expression, number.into())
    });
    let errnos = errno::ALL
        .iter()
        .map(|&(errno, name)| fact("errno.h", name.to_string(), errno.0.into()));
    let tables = [
        flags::FLAGS,
        layout::LAYOUT,
        files::FILES,
        processes::PROCESSES,
    ];
    let constants = tables.into_iter().flatten().copied();
    let states =
        |constant: &Constant| processor == Processor::X86_64 || constant.header != PAGE_SIZE_HEADER;
    let constants = constants.chain(own).filter(states).map(|constant| {
        let Constant {
            header,
            expression,
            value,
        } = constant;
        fact(header, expression.to_string(), value)
    });
    numbers.chain(errnos).chain(constants).collect()
}

/// The calls of x86-64 that a processor does not have, as their headers name them.
pub fn absent(processor: Processor) -> Vec<String> {
    let table = match processor {
        Processor::X86_64 => x86_64::numbers::ALL,
        Processor::Aarch64 | Processor::Riscv64 => numbers::generic::ALL,
    };
    let is_absent = |name: &str| table.iter().all(|(known, _)| *known != name);
    let all = x86_64::numbers::ALL.iter().map(|(name, _)| *name);
    all.filter(|name| is_absent(name))
        .map(|name| format!("__NR_{}", name.to_lowercase()))
        .collect()
}

/// The facts that differ from the headers of a processor.
///
/// # Errors
///
/// A message where the C compiler is missing, or a header does not have an expression.
pub fn compare(processor: Processor, facts: &[Fact]) -> Result<Vec<Mismatch>, String> {
    let mut by_header: BTreeMap<&str, Vec<&Fact>> = BTreeMap::new();
    for fact in facts {
        by_header.entry(&fact.header).or_default().push(fact);
    }
    let mut mismatches = Vec::new();
    for (header, facts) in by_header {
        let values = header_values(processor, header, &facts)?;
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

/// Those of some names that the header with the numbers defines.
///
/// # Errors
///
/// A message where the C compiler is missing.
pub fn defined(processor: Processor, names: &[String]) -> Result<Vec<String>, String> {
    let header = "asm/unistd.h";
    let marks = names.iter().map(|name| {
        let mark = statement(name);
        format!("#ifdef {name}\n__asm__({mark});\n#endif\n")
    });
    let source = format!("#include <{header}>\n{}", marks.collect::<String>());
    Ok(marked(&assembly(processor, header, &source)?))
}

/// The C source in whose assembly the value of each fact of a header is marked, one a line.
fn source(header: &str, facts: &[&Fact]) -> String {
    let values: String = facts
        .iter()
        .map(|fact| {
            let value = format!("(long long)({})", fact.expression);
            let mark = statement("%0");
            format!("    __asm__ volatile({mark} : : \"i\"({value}));\n")
        })
        .collect();
    // <stddef.h> comes last: where both define a name, the header's definition is used.
    format!(
        "#define _GNU_SOURCE\n#include <{header}>\n#include <stddef.h>\n\
         void values(void) {{\n{values}}}\n"
    )
}

/// The values of a header in the order of the facts.
fn header_values(processor: Processor, header: &str, facts: &[&Fact]) -> Result<Vec<i64>, String> {
    let assembly = assembly(processor, header, &source(header, facts))?;
    let values = marked(&assembly);
    // An immediate operand has a sign before it in some assemblies.
    let values = values
        .iter()
        .map(|text| text.trim_start_matches(['#', '$']));
    let values: Result<Vec<i64>, _> = values.map(str::parse).collect();
    match values {
        Ok(values) if values.len() == facts.len() => Ok(values),
        _ => Err(format!("the assembly of <{header}> lacks values")),
    }
}

/// The statement that marks a text, as a C string.
fn statement(text: &str) -> String {
    format!("{:?}", format!("{MARK}{text}\""))
}

/// The texts after the marks in assembly.
fn marked(assembly: &str) -> Vec<String> {
    let lines = assembly.lines();
    let texts = lines.filter_map(|line| {
        let statement = line.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = statement.strip_prefix(MARK)?;
        text.strip_suffix('"').map(str::to_string)
    });
    texts.collect()
}

/// The compiler of a processor, with the arguments that choose its headers.
fn compiler(processor: Processor) -> Command {
    let name = processor.name();
    if processor == Processor::X86_64 {
        return Command::new(std::env::var("CC").unwrap_or_else(|_| COMPILER.to_string()));
    }
    let mut command = Command::new(CROSS_COMPILER);
    command
        .args(["-target", &format!("{name}-linux-gnu"), "-nostdlibinc"])
        .args(["-isystem", &format!("/usr/{name}-linux-gnu/include")]);
    command
}

/// Compiles a source to assembly.
fn assembly(processor: Processor, header: &str, source: &str) -> Result<String, String> {
    let mut command = compiler(processor);
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .args(["-x", "c", "-w", "-S", "-O1", "-o", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot start the C compiler `{program}`: {error}"))?;
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let sent = stdin.write_all(source.as_bytes());
    drop(stdin);
    let output = child
        .wait_with_output()
        .map_err(|error| error.to_string())?;
    sent.map_err(|error| format!("cannot write to `{program}`: {error}"))?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "the source for <{header}> does not compile for {}:\n{why}",
            processor.name()
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// True where the headers and the compiler of a processor are installed. Where they are not,
    /// the test fails in CI, and elsewhere prints what installs them.
    fn installed(processor: Processor) -> bool {
        let debian = match processor {
            Processor::X86_64 => return true,
            Processor::Aarch64 => "arm64",
            Processor::Riscv64 => "riscv64",
        };
        let headers = format!("/usr/{}-linux-gnu/include/fcntl.h", processor.name());
        let compiler = Command::new(CROSS_COMPILER).arg("--version").output();
        let there = Path::new(&headers).is_file() && compiler.is_ok();
        let install = format!("apt-get install {CROSS_COMPILER} libc6-dev-{debian}-cross");
        let ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
        assert!(there || !ci, "needed in CI: {install}");
        if !there {
            let name = processor.name();
            // The harness shows what a test prints only where the test fails.
            let _ = writeln!(
                std::io::stderr(),
                "abi-check of {name} skipped; install with: {install}"
            );
        }
        there
    }

    #[test]
    fn every_constant_is_what_the_c_headers_say() {
        for processor in Processor::ALL.into_iter().filter(|it| installed(*it)) {
            let facts = facts(processor);
            let mismatches = compare(processor, &facts).expect("the C compiler runs");
            let lines: Vec<String> = mismatches.iter().map(Mismatch::to_string).collect();
            assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
            println!("{}: {} facts agree", processor.name(), facts.len());
        }
    }

    #[test]
    fn a_call_is_absent_where_the_c_headers_do_not_have_it() {
        for processor in Processor::ALL.into_iter().filter(|it| installed(*it)) {
            let names = absent(processor);
            let wrong = defined(processor, &names).expect("the C compiler runs");
            assert!(wrong.is_empty(), "{}: {wrong:?}", processor.name());
            println!("{}: {} calls are absent", processor.name(), names.len());
        }
        let known = ["__NR_read".to_string(), "__NR_nothing".to_string()];
        let found = defined(Processor::X86_64, &known).expect("the C compiler runs");
        assert_eq!(found, ["__NR_read"]);
    }

    #[test]
    fn a_wrong_value_is_reported_with_its_name_and_both_values() {
        let mut facts: Vec<Fact> = facts(Processor::X86_64);
        let fact = facts
            .iter_mut()
            .find(|fact| fact.expression == "O_NONBLOCK")
            .expect("a fact of the suite");
        fact.value += 1;
        let mismatches = compare(Processor::X86_64, &facts).expect("the C compiler runs");
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
        let error = compare(Processor::X86_64, &[fact]).expect_err("no header has it");
        assert!(
            error.contains("ENOTHING") && error.contains("errno.h"),
            "{error}"
        );
    }
}
