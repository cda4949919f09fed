//! The lines of a run alone, without what the kernel printed around and between them.

use posix_conformance::log::Line;

use super::lines::LineSplitter;

/// The lines of the run in a console, from its header line on.
#[derive(Debug, Default)]
pub(crate) struct RunLines {
    splitter: LineSplitter,
    pub text: String,
}

impl RunLines {
    /// Takes what a console printed.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        let text = &mut self.text;
        self.splitter.feed(bytes, &mut |line| {
            let header = matches!(Line::parse(line), Some(Line::Header { .. }));
            if header || !text.is_empty() && Line::parse(line).is_some() {
                text.push_str(line);
                text.push('\n');
            }
        });
    }
}
