//! Random bytes: the ChaCha20 block function (RFC 8439, section 2.3) over a random key.

/// A generator whose key changes after every request, so that earlier output stays secret.
pub struct Generator {
    key: [u32; 8],
    counter: u64,
}

impl Generator {
    /// A generator with a key of random words.
    pub fn new(seed: [u32; 8]) -> Generator {
        Generator {
            key: seed,
            counter: 0,
        }
    }

    /// Fills the buffer with random bytes.
    pub(crate) fn fill(&mut self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(64) {
            let block = self.block();
            for (index, byte) in chunk.iter_mut().enumerate() {
                *byte = block[index / 4].to_le_bytes()[index % 4];
            }
        }
        let next = self.block();
        self.key.copy_from_slice(&next[..8]);
    }

    fn block(&mut self) -> [u32; 16] {
        let mut start = [0; 16];
        start[..4].copy_from_slice(&[0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574]);
        start[4..12].copy_from_slice(&self.key);
        start[12] = self.counter as u32;
        start[13] = (self.counter >> 32) as u32;
        self.counter = self.counter.wrapping_add(1);
        mix(start)
    }
}

fn mix(start: [u32; 16]) -> [u32; 16] {
    const QUARTERS: [[usize; 4]; 8] = [
        [0, 4, 8, 12],
        [1, 5, 9, 13],
        [2, 6, 10, 14],
        [3, 7, 11, 15],
        [0, 5, 10, 15],
        [1, 6, 11, 12],
        [2, 7, 8, 13],
        [3, 4, 9, 14],
    ];
    let mut state = start;
    for _ in 0..10 {
        for [a, b, c, d] in QUARTERS {
            for (first, second) in [(16, 12), (8, 7)] {
                state[a] = state[a].wrapping_add(state[b]);
                state[d] = (state[d] ^ state[a]).rotate_left(first);
                state[c] = state[c].wrapping_add(state[d]);
                state[b] = (state[b] ^ state[c]).rotate_left(second);
            }
        }
    }
    for (word, first) in state.iter_mut().zip(start) {
        *word = word.wrapping_add(first);
    }
    state
}

#[cfg(test)]
mod tests {
    use super::mix;

    /// RFC 8439, section 2.3.2.
    #[test]
    fn block_function_agrees_with_the_rfc() {
        let start = [
            0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, 0x03020100, 0x07060504, 0x0b0a0908,
            0x0f0e0d0c, 0x13121110, 0x17161514, 0x1b1a1918, 0x1f1e1d1c, 0x00000001, 0x09000000,
            0x4a000000, 0x00000000,
        ];
        let end = mix(start);
        assert_eq!(end[0], 0xe4e7f110);
        assert_eq!(end[15], 0x4e3c50a2);
    }
}
