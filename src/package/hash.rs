//! SHA-256 of bytes, files and streams. A file is never held in memory as a whole.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

/// What is read or written at once.
pub(super) const BUFFER: usize = 128 * 1024;

/// How many of the first bytes are kept, to tell what kind of file it is.
pub(super) const HEAD: usize = 16;

/// Hash and size of what went by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileHash {
    /// 64 lower-case hexadecimal digits.
    pub sha256: String,
    pub bytes: u64,
}

/// SHA-256 of a text or a file that is in memory anyway, as 64 lower-case hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// SHA-256 and size of a file.
pub fn hash_file(path: &Path) -> io::Result<FileHash> {
    hash_with_head(path, |_| {}).map(|(hash, _)| hash)
}

/// The same, with the file's first bytes; `look` is shown all of them as they go by.
pub(super) fn hash_with_head(path: &Path, mut look: impl FnMut(&[u8])) -> io::Result<(FileHash, Vec<u8>)> {
    let mut file = File::open(path)?;
    let mut writer = Sha256Writer::new(io::sink());
    let mut head = Vec::with_capacity(HEAD);
    copy(&mut file, |chunk| {
        let missing = HEAD - head.len();
        head.extend_from_slice(&chunk[..chunk.len().min(missing)]);
        look(chunk);
        writer.write_all(chunk)
    })?;
    Ok((writer.finish().1, head))
}

/// Reads to the end, buffer by buffer.
pub(super) fn copy<E: From<io::Error>>(
    from: &mut impl Read,
    mut to: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut buffer = vec![0; BUFFER];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => to(&buffer[..count])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Hashes what is written through it.
pub struct Sha256Writer<W> {
    inner: W,
    hasher: Sha256,
    bytes: u64,
}

impl<W: Write> Sha256Writer<W> {
    pub fn new(inner: W) -> Self {
        Self { inner, hasher: Sha256::new(), bytes: 0 }
    }

    /// The hash of what it took up to now.
    pub(super) fn so_far(&self) -> String {
        hex(&self.hasher.clone().finalize())
    }

    /// The writer beneath, and the hash of all that it took.
    pub fn finish(self) -> (W, FileHash) {
        let hash = FileHash { sha256: hex(&self.hasher.finalize()), bytes: self.bytes };
        (self.inner, hash)
    }
}

impl<W: Write> Write for Sha256Writer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn hex(digest: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    digest.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)] as char, DIGITS[usize::from(b & 15)] as char]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of FIPS 180-2.
    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn known_hashes() {
        assert_eq!(sha256_hex(b""), EMPTY);
        assert_eq!(sha256_hex(b"abc"), ABC);
    }

    #[test]
    fn files_longer_than_the_buffer_are_hashed_to_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long");
        let content: Vec<u8> = (0..BUFFER * 2 + 7).map(|i| (i % 251) as u8).collect();
        std::fs::write(&path, &content).unwrap();
        let (hash, head) = hash_with_head(&path, |_| {}).unwrap();
        assert_eq!(hash, FileHash { sha256: sha256_hex(&content), bytes: content.len() as u64 });
        assert_eq!(head, content[..HEAD]);
        assert_eq!(hash_file(&path).unwrap(), hash);
    }

    #[test]
    fn a_writer_hashes_what_went_through() {
        let mut writer = Sha256Writer::new(Vec::new());
        writer.write_all(b"a").unwrap();
        writer.write_all(b"bc").unwrap();
        let (bytes, hash) = writer.finish();
        assert_eq!((bytes.as_slice(), hash.sha256.as_str(), hash.bytes), (b"abc".as_slice(), ABC, 3));
    }
}
