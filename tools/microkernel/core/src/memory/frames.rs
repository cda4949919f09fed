//! The owners of page frames: pages of programs, and files.

use alloc::collections::BTreeMap;

use crate::machine::Frame;

/// The number of owners of each frame that has more than one.
#[derive(Debug, Default)]
pub(crate) struct Owners {
    shared: BTreeMap<Frame, usize>,
}

impl Owners {
    /// Adds an owner.
    pub(crate) fn add(&mut self, frame: Frame) {
        *self.shared.entry(frame).or_insert(1) += 1;
    }

    /// True where the frame has one owner.
    pub(crate) fn is_one(&self, frame: Frame) -> bool {
        !self.shared.contains_key(&frame)
    }

    /// Removes an owner; true where it was the last one, so that the frame is to be freed.
    pub(crate) fn remove(&mut self, frame: Frame) -> bool {
        let Some(count) = self.shared.get_mut(&frame) else {
            return true;
        };
        *count -= 1;
        if *count == 1 {
            self.shared.remove(&frame);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_owner_frees_a_frame() {
        let mut owners = Owners::default();
        let frame = Frame(7);
        assert!(owners.is_one(frame));
        owners.add(frame);
        owners.add(frame);
        assert!(!owners.is_one(frame));
        assert!(!owners.remove(frame));
        assert!(!owners.remove(frame));
        assert!(owners.is_one(frame));
        assert!(owners.remove(frame));
    }
}
