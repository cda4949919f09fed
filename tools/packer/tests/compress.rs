//! Streams of any bytes survive compression.

use packer::plan::bytecode::set;
use packer::plan::model::WINDOW;
use packer::{Reader, Stream, compress, decompress};
use proptest::collection::vec;
use proptest::prelude::*;

fn stream(bytes: Vec<u8>, sets: impl Fn(usize) -> usize) -> Stream {
    Stream {
        sets: (0..bytes.len()).map(sets).collect(),
        bytes,
    }
}

fn survives(stream: &Stream) -> Vec<u8> {
    let compressed = compress(stream);
    // Other bytes may follow the stream.
    for after in [&[][..], &[0; 8], &[0xff; 8]] {
        let longer = [&compressed, after].concat();
        assert!(decompress(&longer, &stream.sets) == stream.bytes);
    }
    compressed
}

/// Bytes in which pieces come again and again.
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
    fn any_bytes_survive(bytes in vec(any::<u8>(), 0..600)) {
        survives(&stream(bytes, |place| place % set::COUNT));
    }

    #[test]
    fn repetitive_bytes_survive(bytes in repetitive()) {
        survives(&stream(bytes, |place| place / 7 % set::COUNT));
    }
}

#[test]
fn no_byte_and_one_byte_survive() {
    for bytes in [
        vec![],
        vec![0],
        vec![255],
        vec![0; 50_000],
        vec![255; 50_000],
    ] {
        for set in 0..set::COUNT {
            survives(&stream(bytes.clone(), |_| set));
        }
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
fn noise_and_what_comes_again_survive() {
    let noise = noise(100_000);
    let compressed = survives(&stream(noise.clone(), |_| set::OTHER));
    assert!(
        compressed.len() < noise.len() * 21 / 20,
        "{}",
        compressed.len()
    );
    // The weights swing as far as they can.
    let swings = [vec![0; 3000], vec![255; 3000], noise[..500].to_vec()].concat();
    survives(&stream(swings.repeat(5), |_| set::WORD));
    let again = [&noise[..500], &noise[..500]].concat();
    let compressed = survives(&stream(again, |_| set::OTHER));
    assert!(compressed.len() < 700, "{}", compressed.len());
}

#[test]
fn reader_keeps_tables_and_a_window() {
    let bytes = [noise(3 * WINDOW), vec![7; WINDOW]].concat();
    let compressed = compress(&stream(bytes.clone(), |_| 0));
    let mut reader = Reader::new(&compressed, 100);
    for (position, byte) in bytes.iter().enumerate() {
        assert_eq!(reader.byte(position, 0), *byte);
        let oldest = (position + 1).saturating_sub(WINDOW).max(100);
        let oldest = oldest.min(position);
        assert_eq!(reader.byte(oldest, 0), bytes[oldest]);
        assert_eq!(reader.byte(position.min(99), 0), bytes[position.min(99)]);
    }
}
