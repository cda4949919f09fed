//! The reader of logs: its throughput and its memory.

use std::io::{Read, Seek, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

use super::{proven, time};
use crate::error::{Error, Result};
use crate::log::reader::Reader;
use crate::plan::Plan;

/// How much of a log the reader is timed with on a disk, and how much streams through in all.
const LOG_BYTES: usize = 256 << 20;
const STREAM_BYTES: usize = 2 << 30;

/// Times the reader of logs against `wc -l`, and streams more through it than memory should hold.
///
/// # Errors
/// The ELF or `wc` cannot be started, or there is no room for the log.
pub fn reader(elf: &Path) -> Result<String> {
    let plan = Plan::default();
    let run = time(elf)?.output;
    proven(&plan, elf, &run)?;
    let mut piece = run.clone();
    // A megabyte of what kernels say, so that a run comes once in it.
    let mut number = 0u32;
    while piece.len() < 1 << 20 {
        number += 1;
        let noise = format!("[{number:>8}.123456] virtio_net virtio0 eth0: link becomes ready\n");
        piece.extend(noise.bytes());
    }
    // Without a name, so that nothing is left of it however this ends.
    let mut log = tempfile::tempfile().map_err(|error| no_room(&error))?;
    for _ in 0..LOG_BYTES.div_ceil(piece.len()) {
        log.write_all(&piece).map_err(|error| no_room(&error))?;
    }
    let size = log.metadata().map_err(|error| no_room(&error))?.len();
    let megabytes = |bytes: f64, time: Duration| bytes / 1e6 / time.as_secs_f64();
    let (mut ours, mut theirs) = (Duration::MAX, Duration::MAX);
    for _ in 0..3 {
        let begun = Instant::now();
        log.rewind().map_err(|error| no_room(&error))?;
        let mut reader = Reader::new(&plan);
        let mut buffer = vec![0; 1 << 16];
        loop {
            match log.read(&mut buffer).map_err(|error| no_room(&error))? {
                0 => break,
                count => reader.feed(&buffer[..count], &mut |_| {}),
            }
        }
        reader.finish();
        ours = ours.min(begun.elapsed());
        let begun = Instant::now();
        log.rewind().map_err(|error| no_room(&error))?;
        let stdin = log.try_clone().map_err(|error| no_room(&error))?;
        let counted = Command::new("wc").arg("-l").stdin(stdin).output();
        counted.map_err(|error| Error::usage(format!("wc (coreutils): {error}")))?;
        theirs = theirs.min(begun.elapsed());
    }
    let before = peak();
    let mut reader = Reader::new(&plan);
    for _ in 0..STREAM_BYTES / piece.len() {
        reader.feed(&piece, &mut |_| {});
    }
    reader.finish();
    Ok(format!(
        "reader {:.0} MB/s, wc -l {:.0} MB/s, over {size} bytes\n\
         {STREAM_BYTES} bytes streamed through: peak memory {} KiB before, {} KiB behind\n",
        megabytes(size as f64, ours),
        megabytes(size as f64, theirs),
        before,
        peak()
    ))
}

/// The most memory that this process has had so far, in KiB.
fn peak() -> i64 {
    getrusage(UsageWho::RUSAGE_SELF).map_or(0, |usage| usage.max_rss())
}

fn no_room(error: &std::io::Error) -> Error {
    Error::usage(format!("a log to time the reader with: {error}"))
}
