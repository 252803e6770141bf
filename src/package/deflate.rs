//! Compressing in blocks, so that several threads can work on one file, and the bytes do not depend on how many.

use std::io;

use flate2::{Compress, Compression, FlushCompress, Status};

/// What is compressed at once.
pub(super) const BLOCK: usize = 1 << 20;

/// How far back a compressed block may refer.
pub(super) const WINDOW: usize = 32 << 10;

/// A block of a raw deflate stream. `before` is what preceded the block, of which the last part is used. The blocks of a
/// file one after the other are one stream.
pub(super) fn deflate(block: &[u8], before: &[u8], last: bool, level: u32) -> io::Result<Vec<u8>> {
    // A new one for each block: what one that was reset makes depends on what it did before.
    let mut engine = Compress::new(Compression::new(level), false);
    if !before.is_empty() {
        engine.set_dictionary(&before[before.len().saturating_sub(WINDOW)..]).map_err(io::Error::other)?;
    }
    let flush = if last { FlushCompress::Finish } else { FlushCompress::Sync };
    let mut out = Vec::with_capacity(block.len() + block.len() / 256 + 256);
    loop {
        let done = usize::try_from(engine.total_in()).unwrap_or(block.len());
        let status = engine.compress_vec(&block[done..], &mut out, flush).map_err(io::Error::other)?;
        let taken = engine.total_in() == block.len() as u64;
        if status == Status::StreamEnd || (!last && taken && out.len() < out.capacity()) {
            return Ok(out);
        }
        out.reserve(BLOCK / 16);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn inflated(stream: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        flate2::read::DeflateDecoder::new(stream).read_to_end(&mut out).unwrap();
        out
    }

    fn stream(content: &[u8], block: usize, level: u32) -> Vec<u8> {
        let count = content.len().div_ceil(block).max(1);
        (0..count)
            .flat_map(|n| {
                let (start, end) = (n * block, ((n + 1) * block).min(content.len()));
                deflate(&content[start..end], &content[..start], n + 1 == count, level).unwrap()
            })
            .collect()
    }

    #[test]
    fn blocks_are_one_stream() {
        let words: Vec<u8> = (0..40_000_u32).flat_map(|n| format!("line {} of {n}\n", n % 97).into_bytes()).collect();
        let mut state = 1_u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .take(300_000)
        .collect();
        for content in [&b""[..], b"a", &words, &noise, &[0; 100_000]] {
            for level in [1, 6, 9] {
                let whole = stream(content, BLOCK, level);
                let pieces = stream(content, 50_000, level);
                assert!(inflated(&whole) == content && inflated(&pieces) == content, "level {level}");
                // What came before is used: cutting costs next to nothing.
                assert!(pieces.len() <= whole.len() + whole.len() / 50 + 64, "{} {}", pieces.len(), whole.len());
            }
        }
    }

    /// Whichever thread had which block before.
    #[test]
    fn the_order_of_work_does_not_show() {
        let lines = (0_usize..).flat_map(|n| format!("{n} word user{} of {}\n", n % 977, n * n % 7919).into_bytes());
        let content: Vec<u8> = lines.take(6 * BLOCK).collect();
        let block = |n: usize, level: u32| {
            let (start, end) = (n * BLOCK, (n + 1) * BLOCK);
            deflate(&content[start..end], &content[..start], n == 5, level).unwrap()
        };
        for level in [1, 3, 6] {
            let forward: Vec<_> = (0..6).map(|n| block(n, level)).collect();
            let mut backward: Vec<_> = (0..6).rev().map(|n| block(n, level)).collect();
            backward.reverse();
            assert!(forward == backward, "level {level}");
        }
    }
}
