//! The layout of a ZIP archive: what stands before each entry, the directory at its end, the wider fields of ZIP64.
//!
//! Written here, since a library's writer compresses what it is given, while entries come compressed in blocks from several
//! threads. Everything is fixed but names, sizes and checksums, so that [`verify`](super::verify()) can say what each byte
//! must be.

/// Files that may reach 4 GiB need the wide fields. Data that does not compress grows a little when deflated.
const WIDE_FROM: u64 = (1 << 32) - (16 << 20);
const NARROW: u32 = u32::MAX;

/// 1 January 1980, midnight: the first moment that the format knows.
const TIME: u16 = 0;
const DATE: u16 = 1 << 5 | 1;
/// An ordinary file that everybody may read.
const ATTRIBUTES: u32 = 0o100_644 << 16;
const UNIX: u16 = 3 << 8;

const ENCRYPTED: u16 = 1;
const UTF8: u16 = 1 << 11;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Stored,
    Deflated,
}

impl Method {
    fn number(self) -> u16 {
        match self {
            Method::Stored => 0,
            Method::Deflated => 8,
        }
    }
}

/// A file in the archive.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub name: String,
    pub method: Method,
    pub encrypted: bool,
    /// Zero when encrypted: the authentication code says more, and a checksum would tell of the content.
    pub crc: u32,
    /// As it lies in the archive.
    pub packed: u64,
    pub size: u64,
    /// Where its header begins.
    pub offset: u64,
    /// Whether the header has wide fields; said before the sizes are known.
    pub wide: bool,
}

impl Entry {
    /// An entry whose content is still to come. `expected` is its size.
    pub fn new(name: &str, method: Method, encrypted: bool, expected: u64, offset: u64) -> Self {
        let wide = expected >= WIDE_FROM;
        Self { name: name.to_owned(), method, encrypted, crc: 0, packed: 0, size: 0, offset, wide }
    }

    fn version(&self, wide: bool) -> u16 {
        match (self.encrypted, wide) {
            (true, _) => 51,
            (false, true) => 45,
            (false, false) => 20,
        }
    }

    /// What both headers say: flags, method, time, date and checksum.
    fn common(&self, bytes: &mut Vec<u8>) {
        let utf8 = if self.name.is_ascii() { 0 } else { UTF8 };
        let encrypted = if self.encrypted { ENCRYPTED } else { 0 };
        let method = if self.encrypted { 99 } else { self.method.number() };
        for field in [utf8 | encrypted, method, TIME, DATE] {
            bytes.extend(field.to_le_bytes());
        }
        bytes.extend(self.crc.to_le_bytes());
    }

    /// AE-2 with 256 bits, and the method beneath.
    fn encryption(&self, extra: &mut Vec<u8>) {
        if self.encrypted {
            extra.extend([0x01, 0x99, 7, 0, 2, 0, b'A', b'E', 3]);
            extra.extend(self.method.number().to_le_bytes());
        }
    }

    /// What stands before the content.
    pub fn header(&self) -> Vec<u8> {
        let mut extra = Vec::new();
        if self.wide {
            extra.extend([1, 0, 16, 0]);
            extra.extend(self.size.to_le_bytes());
            extra.extend(self.packed.to_le_bytes());
        }
        self.encryption(&mut extra);
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.extend(self.version(self.wide).to_le_bytes());
        self.common(&mut bytes);
        for size in [self.packed, self.size] {
            bytes.extend(narrow(if self.wide { u64::MAX } else { size }).to_le_bytes());
        }
        bytes.extend(length(self.name.len()).to_le_bytes());
        bytes.extend(length(extra.len()).to_le_bytes());
        bytes.extend(self.name.as_bytes());
        bytes.extend(extra);
        bytes
    }

    /// Its row in the directory at the end.
    pub fn row(&self) -> Vec<u8> {
        let mut extra = Vec::new();
        let over = [self.size, self.packed, self.offset].into_iter().filter(|value| narrow(*value) == NARROW);
        let fields: Vec<u8> = over.flat_map(u64::to_le_bytes).collect();
        if !fields.is_empty() {
            extra.extend([1, 0]);
            extra.extend(length(fields.len()).to_le_bytes());
            extra.extend(&fields);
        }
        self.encryption(&mut extra);
        let version = self.version(self.wide || !fields.is_empty());
        let mut bytes = b"PK\x01\x02".to_vec();
        bytes.extend((UNIX | version).to_le_bytes());
        bytes.extend(version.to_le_bytes());
        self.common(&mut bytes);
        bytes.extend(narrow(self.packed).to_le_bytes());
        bytes.extend(narrow(self.size).to_le_bytes());
        bytes.extend(length(self.name.len()).to_le_bytes());
        bytes.extend(length(extra.len()).to_le_bytes());
        // No comment, the first disk, nothing said of the content.
        bytes.extend([0; 6]);
        bytes.extend(ATTRIBUTES.to_le_bytes());
        bytes.extend(narrow(self.offset).to_le_bytes());
        bytes.extend(self.name.as_bytes());
        bytes.extend(extra);
        bytes
    }

    /// Where the next entry begins.
    pub fn end(&self) -> u64 {
        self.offset + self.header().len() as u64 + self.packed
    }
}

/// What stands after the last entry: the directory, which begins at `start`, and the end of the archive.
pub(super) fn directory(entries: &[Entry], start: u64) -> Vec<u8> {
    let mut bytes: Vec<u8> = entries.iter().flat_map(Entry::row).collect();
    let size = bytes.len() as u64;
    let count = entries.len() as u64;
    let short = u16::try_from(count).unwrap_or(u16::MAX);
    if short == u16::MAX || narrow(size) == NARROW || narrow(start) == NARROW {
        let place = start + size;
        bytes.extend(b"PK\x06\x06");
        bytes.extend(44_u64.to_le_bytes());
        bytes.extend((UNIX | 45).to_le_bytes());
        bytes.extend(45_u16.to_le_bytes());
        bytes.extend([0; 8]);
        for field in [count, count, size, start] {
            bytes.extend(field.to_le_bytes());
        }
        bytes.extend(b"PK\x06\x07\0\0\0\0");
        bytes.extend(place.to_le_bytes());
        bytes.extend(1_u32.to_le_bytes());
    }
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(short.to_le_bytes());
    bytes.extend(short.to_le_bytes());
    bytes.extend(narrow(size).to_le_bytes());
    bytes.extend(narrow(start).to_le_bytes());
    bytes.extend([0; 2]);
    bytes
}

fn narrow(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(NARROW)
}

/// Names have at most a few hundred bytes.
fn length(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}
