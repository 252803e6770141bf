//! The part of a text that is looked at, which moves over the file; and texts in UTF-16 made narrow.

use std::borrow::Cow;

/// Whatever begins in the window is seen in this many bytes.
pub const AHEAD: usize = 1024;
/// What stands before a place, kept to look back at.
const BEHIND: usize = 256;

/// How a text's bytes become one byte a character. What is no ASCII does not matter here.
#[derive(Debug)]
pub enum Narrow {
    Bytes,
    /// Little end first or not, and a byte that waits for its other half.
    Utf16 {
        little: bool,
        half: Option<u8>,
    },
}

impl Narrow {
    /// None if the first bytes are not those of a text.
    pub fn of(head: &[u8]) -> Option<Self> {
        let start = &head[..head.len().min(1024)];
        if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
            return Some(Narrow::Utf16 { little: start[0] == 0xff, half: None });
        }
        let zeros = |odd: usize| start.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
        let (even, odd) = (zeros(0), zeros(1));
        if even + odd == 0 {
            return Some(Narrow::Bytes);
        }
        // UTF-16 without a mark, as some tools write it.
        let most = start.len() / 2 * 9 / 10;
        match (even, odd) {
            (0, odd) if odd > most && start.len() > 16 => Some(Narrow::Utf16 { little: true, half: None }),
            (even, 0) if even > most && start.len() > 16 => Some(Narrow::Utf16 { little: false, half: None }),
            _ => None,
        }
    }

    pub fn feed<'a>(&mut self, chunk: &'a [u8]) -> Cow<'a, [u8]> {
        let Narrow::Utf16 { little, half } = self else { return Cow::Borrowed(chunk) };
        let mut narrow = Vec::with_capacity(chunk.len() / 2 + 1);
        for byte in chunk {
            match half.take() {
                None => *half = Some(*byte),
                Some(first) => {
                    let (low, high) = if *little { (first, *byte) } else { (*byte, first) };
                    narrow.push(if high == 0 { low } else { 0x80 });
                }
            }
        }
        Cow::Owned(narrow)
    }
}

/// A stretch of the text, with a little before it. Places are positions in [`Window::bytes`].
#[derive(Debug, Default)]
pub struct Window {
    pub bytes: Vec<u8>,
    /// Line breaks before `counted`.
    breaks: usize,
    counted: usize,
}

impl Window {
    pub fn push(&mut self, chunk: &[u8]) {
        self.bytes.extend_from_slice(chunk);
    }

    /// Up to where something may begin so that it is seen whole.
    pub fn end(&self, at_end: bool) -> usize {
        if at_end { self.bytes.len() } else { self.bytes.len().saturating_sub(AHEAD) }
    }

    /// What is seen from a place on.
    pub fn from(&self, at: usize) -> &[u8] {
        &self.bytes[at..self.bytes.len().min(at + AHEAD)]
    }

    /// The line of a place, from 1. Places are asked for in their order.
    pub fn line(&mut self, at: usize) -> usize {
        if at > self.counted {
            self.breaks += breaks(&self.bytes[self.counted..at]);
            self.counted = at;
        }
        self.breaks + 1
    }

    /// Drops what lies well before `done`, and says how much that was.
    pub fn forget(&mut self, done: usize, shift: impl FnOnce(usize)) {
        let cut = done.min(self.bytes.len()).saturating_sub(BEHIND);
        if cut == 0 {
            return;
        }
        self.line(cut);
        self.bytes.drain(..cut);
        self.counted -= cut;
        shift(cut);
    }
}

fn breaks(bytes: &[u8]) -> usize {
    // In steps that a vector unit can count.
    bytes.chunks(192).map(|part| usize::from(part.iter().map(|byte| u8::from(*byte == b'\n')).sum::<u8>())).sum()
}
