//! The calls of a plan: their ids, and their tables.

use std::collections::BTreeMap;
use std::iter;

use crate::abi::Processor;
use crate::abi::numbers::x86_64::PIPE2;
use crate::plan::bytecode::{ARGUMENTS_MAX, LONG_CALL, MAKES_DESCRIPTOR, TOUCHES_MASK};
use crate::plan::call::BY_FORK;
use crate::plan::call::{self, Call, Callee};
use crate::plan::routine;
use crate::plan::{Row, Value};
use crate::rules::text_fault;
use crate::values::index_bytes;

/// The system calls of a plan in the order of their numbers on its processor.
pub struct Calls {
    /// The calls before them: the pseudo-calls, and the routines up to the last one of the plan.
    own: Vec<Call>,
    syscalls: Vec<Call>,
    processor: Processor,
}

impl Calls {
    /// The calls of rows, as far as the processor has them.
    pub fn of(rows: &[&Row], processor: Processor) -> Calls {
        // The ELF makes these itself, and names them where they fail a step.
        let always = [call::CLONE, call::RT_SIGACTION, call::SETITIMER];
        let of_folder = [call::MKDIRAT, call::CHDIR];
        let has_folder = rows.iter().any(|row| row.call == call::FOLDER);
        let of_folder = of_folder.into_iter().filter(|_| has_folder);
        let by_fork = |row: &&Row| row.call == call::CHILD && row.args[0] == Value::Int(BY_FORK);
        let fork = rows.iter().any(by_fork).then_some(call::FORK);
        let rows = rows.iter().map(|row| row.call);
        let routines = rows.clone().filter(|call| call.callee == Callee::Routine);
        let routines = routines.map(|call| usize::from(call.number) + 1).max();
        let routines = routine::CALLS
            .iter()
            .take(routines.unwrap_or(0).max(routine::OF_CORE));
        let syscalls: BTreeMap<u16, Call> = rows
            .filter(|call| call.is_syscall())
            .chain(always)
            .chain(of_folder)
            .chain(fork)
            .filter_map(|call| Some((call.number_on(processor)?, call)))
            .collect();
        Calls {
            own: call::OPS.iter().chain(routines).copied().collect(),
            syscalls: syscalls.into_values().collect(),
            processor,
        }
    }

    /// The system calls in the order of their ids.
    pub fn syscalls(&self) -> &[Call] {
        &self.syscalls
    }

    /// The number of ids.
    pub fn count(&self) -> usize {
        self.first_syscall() + self.syscalls.len()
    }

    /// The first id of a system call.
    pub fn first_syscall(&self) -> usize {
        self.own.len()
    }

    /// The index of a system call in the tables, if a row calls it.
    pub fn index(&self, name: &str) -> Option<usize> {
        self.syscalls.iter().position(|call| call.name == name)
    }

    /// The id of a call.
    fn id(&self, call: Call) -> usize {
        match call.callee {
            Callee::Op => call.number.into(),
            Callee::Routine => call::OPS.len() + usize::from(call.number),
            Callee::Tested(_) | Callee::Plumbing => {
                let index = self.index(call.name);
                self.first_syscall() + index.expect("every call was collected")
            }
        }
    }

    /// The bytes of a call's id; see [`crate::plan::bytecode::call`].
    pub fn bytes(&self, call: Call) -> Vec<u8> {
        let id = self.id(call);
        match u8::try_from(id).ok().filter(|&id| id < LONG_CALL) {
            Some(id) => vec![id],
            None => {
                let mut bytes = vec![LONG_CALL];
                bytes.extend(index_bytes(id - usize::from(LONG_CALL)));
                bytes
            }
        }
    }

    /// The arity and the flags of each call, in the order of the ids.
    pub fn shapes(&self) -> Vec<u8> {
        let mut shapes: Vec<u8> = self.own.iter().map(|call| call.arity).collect();
        shapes.extend(self.syscalls.iter().map(|call| {
            // `pipe2` does not return its descriptors but writes them to the arena.
            let descriptor = call.makes_descriptor() && call.number != PIPE2;
            let descriptor = if descriptor { MAKES_DESCRIPTOR } else { 0 };
            let mask = if call.touches_mask() { TOUCHES_MASK } else { 0 };
            call.arity | descriptor | mask
        }));
        shapes
    }

    /// The differences between the numbers of the system calls, each as an index.
    pub fn numbers(&self) -> Vec<u8> {
        let number = |call: &Call| call.number_on(self.processor);
        let numbers = self.syscalls.iter().filter_map(number).map(usize::from);
        let before = iter::once(0).chain(numbers.clone());
        let steps = numbers.zip(before);
        steps
            .flat_map(|(number, before)| index_bytes(number - before))
            .collect()
    }

    /// The fault of a call, if it has one.
    pub fn fault(&self, call: Call) -> Option<String> {
        if usize::from(call.arity) > ARGUMENTS_MAX {
            return Some(format!(
                "it has {} arguments, more than {ARGUMENTS_MAX}",
                call.arity
            ));
        }
        let number = usize::from(call.number);
        let known = match call.callee {
            Callee::Op => call::OPS.get(number),
            Callee::Routine => routine::CALLS.get(number),
            Callee::Tested(_) | Callee::Plumbing => {
                if call.number_on(self.processor).is_none() {
                    return Some(format!("{} does not have it", self.processor.name()));
                }
                let mut syscalls = self.syscalls.iter();
                syscalls.find(|known| known.number == call.number)
            }
        };
        match known {
            Some(known) if *known == call => text_fault(call.name),
            Some(known) => Some(format!("its number {number} is that of {}", known.name)),
            None => Some(format!("no call has its number {number}")),
        }
    }
}
