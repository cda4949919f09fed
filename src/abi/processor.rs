//! The processors.

/// A processor that the suite runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Processor {
    X86_64,
    Aarch64,
    Riscv64,
}

impl Processor {
    pub const ALL: [Processor; 3] = [Processor::X86_64, Processor::Aarch64, Processor::Riscv64];

    /// The name, as Linux and the compiler spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Processor::X86_64 => "x86_64",
            Processor::Aarch64 => "aarch64",
            Processor::Riscv64 => "riscv64",
        }
    }

    /// The processor of that name, or `None`.
    pub fn from_name(name: &str) -> Option<Processor> {
        Processor::ALL
            .into_iter()
            .find(|known| known.name() == name)
    }

    /// Returns whether a load or a store has an address that its size divides.
    pub const fn wants_alignment(self) -> bool {
        !matches!(self, Processor::X86_64)
    }

    /// `e_machine` in the header of an ELF (`<elf.h>`).
    pub const fn machine(self) -> u16 {
        match self {
            Processor::X86_64 => 62,
            Processor::Aarch64 => 183,
            Processor::Riscv64 => 243,
        }
    }

    /// `e_flags` in the header of an ELF: on riscv64 the compressed instructions and the ABI that
    /// passes doubles in registers (RISC-V ELF psABI).
    pub const fn elf_flags(self) -> u32 {
        match self {
            Processor::X86_64 | Processor::Aarch64 => 0,
            Processor::Riscv64 => 0x1 | 0x4,
        }
    }
}
