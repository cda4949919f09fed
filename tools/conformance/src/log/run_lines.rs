//! The lines of a run alone, without what the kernel printed around and between them.

use crc32fast::Hasher;
use packer::log::Line;

use super::lines::LineSplitter;
use crate::plan::end_line;

/// The lines of the run in a console, from its header line on, as the ELF prints them without a run
/// id: two runs of one kernel have the same lines.
#[derive(Debug, Default)]
pub(crate) struct RunLines {
    splitter: LineSplitter,
    /// Set if the results of rows are kept.
    traces: bool,
    pub text: String,
    /// The checksums of the lines as they came, and as they are kept.
    came: Hasher,
    kept: Hasher,
}

impl RunLines {
    /// The lines of a boot that prints the results of rows.
    pub(crate) fn of_trace() -> RunLines {
        RunLines {
            traces: true,
            ..RunLines::default()
        }
    }

    /// Takes what a console printed.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        let RunLines {
            splitter,
            traces,
            text,
            came,
            kept,
        } = self;
        splitter.feed(bytes, &mut |line| {
            let Some(parsed) = Line::parse(line) else {
                return;
            };
            let is_header = matches!(parsed, Line::Header { .. });
            let is_result = matches!(parsed, Line::Result { .. });
            if text.is_empty() && !is_header || is_result && !*traces {
                return;
            }
            let line_kept = match parsed {
                Line::Header { run: Some(run), .. } => line
                    .trim_end_matches(&format!(" run {run:08x}"))
                    .to_string(),
                // An altered line must not get a checksum that agrees with it.
                Line::End { crc } if crc == came.clone().finalize() => {
                    end_line(kept.clone().finalize())
                }
                _ => line.to_string(),
            } + "\n";
            came.update(line.as_bytes());
            came.update(b"\n");
            kept.update(line_kept.as_bytes());
            text.push_str(&line_kept);
        });
    }
}
