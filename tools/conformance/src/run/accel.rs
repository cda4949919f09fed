//! Accelerators (`kvm`, `tcg`) of an emulator, in the order in which a target prefers them.
//!
//! That a device opens does not prove that it works: nested virtualisation may stop at the first
//! instruction that it does not know. So each accelerator but the last is on trial until a boot
//! prints a header line.

use std::path::Path;

use crate::error::{Error, Result};
use crate::target::Target;

/// The device that each of these accelerators needs.
const DEVICES: [(&str, &str); 1] = [("kvm", "/dev/kvm")];

/// The accelerator of a target's boots.
#[derive(Clone, Debug, Default)]
pub(crate) struct Accelerator {
    /// The accelerators that are not given up; the first is in use.
    left: Vec<String>,
    /// True after the one in use has run the suite.
    proven: bool,
    /// The accelerators given up, each with its reason.
    refused: Vec<String>,
}

impl Accelerator {
    /// The accelerator asked for, or the first of the target's whose device opens.
    ///
    /// # Errors
    /// The target does not have the accelerator asked for.
    pub(crate) fn new(target: &Target, asked: Option<&str>) -> Result<Accelerator> {
        let (left, refused) = match asked {
            Some(_) if target.accel.is_empty() => {
                return Err(Error::usage(format!(
                    "target {} has no accelerators to choose from: --accel is of no use here",
                    target.name
                )));
            }
            Some(name) if !target.accel.iter().any(|known| known == name) => {
                return Err(Error::usage(format!(
                    "target {} has no accelerator {name}; it has {}",
                    target.name,
                    target.accel.join(", ")
                )));
            }
            Some(name) => (vec![name.to_string()], Vec::new()),
            None => opening(&target.accel, opens),
        };
        Ok(Accelerator {
            left,
            proven: false,
            refused,
        })
    }

    /// The accelerator in use; none where the target has none.
    pub(crate) fn name(&self) -> Option<&str> {
        self.left.first().map(String::as_str)
    }

    /// The accelerators given up, each with its reason.
    pub(crate) fn refused(&self) -> &[String] {
        &self.refused
    }

    /// True where a boot without a header line is charged to the accelerator, not to the kernel.
    pub(crate) fn is_on_trial(&self) -> bool {
        !self.proven && self.left.len() > 1
    }

    /// Ends the trial: the suite ran with the accelerator in use.
    pub(crate) fn prove(&mut self) {
        self.proven = true;
    }

    /// Replaces an accelerator on trial by the next one.
    pub(crate) fn give_up(&mut self, why: &str) {
        if self.is_on_trial() {
            let name = self.left.remove(0);
            self.refused.push(format!("{name}: {why}"));
        }
    }
}

/// The accelerators whose devices open, with the last in any case, and the reasons of the others.
fn opening(
    names: &[String],
    opens: impl Fn(&str) -> std::result::Result<(), String>,
) -> (Vec<String>, Vec<String>) {
    let (mut left, mut refused) = (Vec::new(), Vec::new());
    for (number, name) in names.iter().enumerate() {
        let device = DEVICES.iter().find(|(known, _)| known == name);
        let opened = device.map_or(Ok(()), |(_, path)| opens(path));
        match opened {
            Err(why) if number + 1 < names.len() => refused.push(format!("{name}: {why}")),
            _ => left.push(name.clone()),
        }
    }
    (left, refused)
}

/// Opens a device for reading and writing, as an emulator does.
fn opens(path: &str) -> std::result::Result<(), String> {
    let opened = std::fs::File::options()
        .read(true)
        .write(true)
        .open(Path::new(path));
    opened
        .map(|_| ())
        .map_err(|error| format!("{path}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_device_that_does_not_open_is_passed_over_with_its_reason() {
        let closed = |path: &str| Err(format!("{path}: no"));
        let (left, refused) = opening(&names(&["kvm", "tcg"]), closed);
        assert_eq!(left, ["tcg"]);
        assert_eq!(refused, ["kvm: /dev/kvm: no"]);
        let (left, refused) = opening(&names(&["kvm", "tcg"]), |_| Ok(()));
        assert_eq!(left, ["kvm", "tcg"]);
        assert!(refused.is_empty());
    }

    #[test]
    fn the_last_one_is_used_even_if_its_device_does_not_open() {
        let (left, refused) = opening(&names(&["kvm"]), |_| Err("no".to_string()));
        assert_eq!(left, ["kvm"]);
        assert!(refused.is_empty());
    }

    #[test]
    fn only_an_unproven_one_with_another_after_it_is_given_up() {
        let mut accelerator = Accelerator {
            left: names(&["kvm", "tcg"]),
            ..Accelerator::default()
        };
        accelerator.give_up("silent");
        assert_eq!(accelerator.name(), Some("tcg"));
        accelerator.give_up("silent");
        assert_eq!(accelerator.name(), Some("tcg"));
        assert_eq!(accelerator.refused(), ["kvm: silent"]);
        let mut proven = Accelerator {
            left: names(&["kvm", "tcg"]),
            ..Accelerator::default()
        };
        proven.prove();
        proven.give_up("silent");
        assert_eq!(proven.name(), Some("kvm"));
    }
}
