//! Streams of any bytes survive compression.

use packer::plan::model::{DISTANCE_MAX, LENGTH_MAX, SETS, WINDOW};
use packer::{Reader, Stream, compress, decompress};
use proptest::collection::vec;
use proptest::prelude::*;

fn stream(bytes: Vec<u8>, sets: impl Fn(usize) -> usize) -> Stream {
    Stream {
        sets: (0..bytes.len()).map(sets).collect(),
        bytes,
    }
}

fn survives(stream: &Stream, tables: usize) -> Vec<u8> {
    let compressed = compress(stream, tables);
    // Other bytes may follow the stream.
    for after in [&[][..], &[0; 8], &[0xff; 8]] {
        let longer = [&compressed, after].concat();
        assert!(decompress(&longer, &stream.sets, tables) == stream.bytes);
    }
    compressed
}

/// Bytes with matches of many lengths and distances.
fn repetitive() -> impl Strategy<Value = Vec<u8>> {
    let piece = vec(any::<u8>(), 1..40);
    let order = vec((any::<prop::sample::Index>(), 1..60_usize), 1..200);
    (vec(piece, 1..12), order).prop_map(|(pieces, order)| {
        let piece = |(index, length): &(prop::sample::Index, usize)| {
            index.get(&pieces).iter().copied().cycle().take(*length)
        };
        order.iter().flat_map(piece).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_survive(bytes in vec(any::<u8>(), 0..600), tables in 0..700_usize) {
        survives(&stream(bytes, |place| place % SETS), tables);
    }

    #[test]
    fn repetitive_bytes_survive(bytes in repetitive(), tables in 0..3000_usize) {
        survives(&stream(bytes, |place| place / 7 % SETS), tables);
    }
}

#[test]
fn no_byte_and_one_byte_survive() {
    for bytes in [vec![], vec![0], vec![255], vec![0; 5000], vec![255; 5000]] {
        survives(&stream(bytes, |_| 0), 0);
    }
}

/// Bytes without a pattern.
fn noise(size: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let next = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    });
    next.take(size).collect()
}

#[test]
fn matches_reach_back_one_window_and_no_farther() {
    let phrase = noise(64);
    let size = |between: usize| {
        let bytes = [&phrase[..], &vec![0; between], &phrase].concat();
        survives(&stream(bytes, |_| 0), 0).len()
    };
    let near = size(WINDOW - phrase.len());
    let far = size(WINDOW - phrase.len() + 1);
    assert!(near + 32 < far, "{near} and {far} bytes");
}

#[test]
fn tables_stay_within_reach() {
    let tables = noise(64);
    let bytes = [&tables[..], &vec![0; 3 * WINDOW], &tables].concat();
    let size = |kept: usize| survives(&stream(bytes.clone(), |_| 0), kept).len();
    assert!(size(64) + 32 < size(0), "{} and {}", size(64), size(0));
}

#[test]
fn largest_distances_survive() {
    let tables = noise(DISTANCE_MAX);
    let parts = [
        (0, 40),
        (20_000, 50),
        (DISTANCE_MAX - WINDOW - 60, 40),
        (60_000, 90),
    ];
    let copies = parts.map(|(from, length)| tables[from..from + length].to_vec());
    let bytes = [&tables[..], &vec![0; 2 * WINDOW], &copies.concat()].concat();
    survives(&stream(bytes, |_| 0), tables.len());
}

#[test]
fn reader_keeps_tables_and_a_window_less_a_step() {
    let bytes = [noise(3 * WINDOW), vec![7; WINDOW]].concat();
    let compressed = compress(&stream(bytes.clone(), |_| 0), 100);
    let mut reader = Reader::new(&compressed, 100);
    for (position, byte) in bytes.iter().enumerate() {
        assert_eq!(reader.byte(position, 0), *byte);
        let oldest = (position + LENGTH_MAX).saturating_sub(WINDOW).max(100);
        assert_eq!(
            reader.byte(oldest.min(position), 0),
            bytes[oldest.min(position)]
        );
        assert_eq!(reader.byte(position.min(99), 0), bytes[position.min(99)]);
    }
}
