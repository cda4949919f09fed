//! The statements of child processes.

use packer::plan::Row;
use packer::plan::call::{CHILD, PARENT};

use super::{Body, State};

impl Body<'_> {
    /// Begins the statements of a child process, after the row that makes it.
    pub(super) fn begin_child(&mut self, row: &Row, state: &mut State) {
        if row.call == CHILD {
            state.depth += 1;
            self.text += "\tif (got == 0) {\n";
        }
    }

    /// The statements of a row that only a child process makes; false for another row.
    pub(super) fn of_child(&mut self, row: &Row, state: &mut State) -> bool {
        if state.depth == 0 {
            return false;
        }
        if row.call == PARENT {
            state.depth -= 1;
            self.text += "\tquit(0);\n\t}\n";
            return true;
        }
        self.row(row, state);
        if row.call == CHILD {
            self.text += "\tif (got)\n\t\tchild_step(got, met);\n";
            self.begin_child(row, state);
            return true;
        }
        match state.pending() {
            // The number of a step counts these rows too.
            true => self.text += "\tchild_steps++;\n",
            false => self.text += "\tchild_step(got, met);\n",
        }
        true
    }
}
