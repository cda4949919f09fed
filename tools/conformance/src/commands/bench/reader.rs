//! The throughput of the reader of logs, and its memory.

use std::io::{Read, Seek, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

use super::{require_complete, time};
use crate::error::{Error, Result};
use crate::log::reader::Reader;
use crate::plan::Plan;

/// The size of the log on disk that the reader is timed with, and of the stream in memory.
const LOG_BYTES: usize = 256 << 20;
const STREAM_BYTES: usize = 2 << 30;

/// Times the reader against `wc -l`, and streams a log through it that memory should not hold.
///
/// # Errors
/// The ELF or `wc` cannot be started, or the disk is full.
pub(super) fn reader(plan: &Plan, elf: &Path) -> Result<String> {
    let run = time(elf)?.output;
    require_complete(plan, elf, &run)?;
    let mut piece = run.clone();
    // A megabyte of kernel messages with one run in it.
    let mut number = 0u32;
    while piece.len() < 1 << 20 {
        number += 1;
        let noise = format!("[{number:>8}.123456] virtio_net virtio0 eth0: link becomes ready\n");
        piece.extend(noise.bytes());
    }
    // A file without a name, so that none is left however this ends.
    let mut log = tempfile::tempfile().map_err(|error| disk_error(&error))?;
    for _ in 0..LOG_BYTES.div_ceil(piece.len()) {
        log.write_all(&piece).map_err(|error| disk_error(&error))?;
    }
    let size = log.metadata().map_err(|error| disk_error(&error))?.len();
    let megabytes = |bytes: f64, time: Duration| bytes / 1e6 / time.as_secs_f64();
    let (mut reader_time, mut wc_time) = (Duration::MAX, Duration::MAX);
    for _ in 0..3 {
        let begun = Instant::now();
        log.rewind().map_err(|error| disk_error(&error))?;
        let mut reader = Reader::new(plan);
        let mut buffer = vec![0; 1 << 16];
        loop {
            match log.read(&mut buffer).map_err(|error| disk_error(&error))? {
                0 => break,
                count => reader.feed(&buffer[..count], &mut |_| {}),
            }
        }
        reader.finish();
        reader_time = reader_time.min(begun.elapsed());
        let begun = Instant::now();
        log.rewind().map_err(|error| disk_error(&error))?;
        let stdin = log.try_clone().map_err(|error| disk_error(&error))?;
        let counted = Command::new("wc").arg("-l").stdin(stdin).output();
        counted.map_err(|error| Error::usage(format!("cannot run wc (coreutils): {error}")))?;
        wc_time = wc_time.min(begun.elapsed());
    }
    let before = peak();
    let mut reader = Reader::new(plan);
    for _ in 0..STREAM_BYTES / piece.len() {
        reader.feed(&piece, &mut |_| {});
    }
    reader.finish();
    Ok(format!(
        "reader {:.0} MB/s, wc -l {:.0} MB/s, over {size} bytes\n\
         {STREAM_BYTES} bytes streamed through: peak memory {} KiB before, {} KiB after\n",
        megabytes(size as f64, reader_time),
        megabytes(size as f64, wc_time),
        before,
        peak()
    ))
}

/// The peak memory of this process, in KiB.
fn peak() -> i64 {
    getrusage(UsageWho::RUSAGE_SELF).map_or(0, |usage| usage.max_rss())
}

fn disk_error(error: &std::io::Error) -> Error {
    Error::usage(format!(
        "cannot write the log that the reader is timed with: {error}"
    ))
}
