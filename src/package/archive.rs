//! Writing the archive: streaming, and the same bytes for the same inputs on every machine.
//!
//! Order of the entries: the exhibits by id, `SHA256SUMS`, further files, `index.csv`, `index.html`, and `manifest.json`
//! last, since it holds the hash of each of the others and of all bytes before it. Times, permissions and the system of
//! origin are fixed.

use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use super::container::{Entry, Method, directory};
use super::deflate::deflate;
use super::encryption::{Encryptor, OVERHEAD};
use super::exhibit::Exhibits;
use super::facts::{ExtraFile, PackageFacts, ReportFile};
use super::hash::{BUFFER, Sha256Writer, copy, sha256_hex};
use super::index;
use super::manifest::{Before, FileView, Manifest, SetView};
use super::names::Names;
use super::pack::{PackOptions, method};

pub(super) const SUMS: &str = "SHA256SUMS";
pub(super) const MANIFEST: &str = "manifest.json";
const INDEX_CSV: &str = "index.csv";
const INDEX_HTML: &str = "index.html";

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    pub sums_sha256: String,
    pub manifest_sha256: String,
    pub entries: usize,
    /// Size and hash of the archive.
    pub bytes: u64,
    pub sha256: String,
}

#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} changed while it was packed", path.display())]
    Changed { path: PathBuf },
    #[error("cannot write the archive at {entry}: {source}")]
    Write { entry: String, source: io::Error },
    #[error("the path {0} cannot stand in the archive: it is unsafe or used twice")]
    Name(String),
    #[error("cannot make {0}: {1}")]
    Render(&'static str, String),
    #[error("a part of the work on the evidence came to no end")]
    Lost,
    #[error("{path} alone needs a part of {needed} bytes, more than {limit}")]
    TooLarge { path: String, needed: u64, limit: u64 },
}

/// An archive in the making. Dropped before it is sealed, it has no end, and nobody takes it for a complete one.
pub struct Archive<W: Write + Seek> {
    out: BufWriter<W>,
    pub(super) entries: Vec<Entry>,
    pub(super) at: u64,
    pub(super) options: PackOptions,
}

/// An entry whose content is being written.
pub(super) struct Open {
    entry: Entry,
    crc: crc32fast::Hasher,
    encryptor: Option<Encryptor>,
}

impl<W: Write + Seek> Archive<W> {
    /// In an empty file.
    pub fn new(out: W, options: PackOptions) -> Self {
        Self { out: BufWriter::with_capacity(BUFFER, out), entries: Vec::new(), at: 0, options }
    }

    pub fn is_encrypted(&self) -> bool {
        self.options.passphrase.is_some()
    }

    fn write(&mut self, entry: &str, bytes: &[u8]) -> Result<(), PackageError> {
        self.out.write_all(bytes).map_err(|source| write_error(entry, source))?;
        self.at += bytes.len() as u64;
        Ok(())
    }

    /// Begins an entry whose content comes in parts.
    pub(super) fn open(&mut self, name: &str, method: Method, size: u64) -> Result<Open, PackageError> {
        let encrypted = self.options.passphrase.is_some();
        let entry = Entry::new(name, method, encrypted, size, self.at);
        self.write(name, &entry.header())?;
        let mut encryptor = None;
        let mut open = Open { entry, crc: crc32fast::Hasher::new(), encryptor: None };
        if let Some(passphrase) = &self.options.passphrase {
            let (made, before) = Encryptor::new(passphrase).map_err(|source| write_error(name, source))?;
            open.entry.packed = before.len() as u64;
            self.write(name, &before)?;
            encryptor = Some(made);
        }
        open.encryptor = encryptor;
        Ok(open)
    }

    /// Adds packed bytes, which are `size` bytes of the file with this checksum.
    pub(super) fn append(
        &mut self,
        open: &mut Open,
        mut bytes: Vec<u8>,
        crc: u32,
        size: u64,
    ) -> Result<(), PackageError> {
        if let Some(encryptor) = &mut open.encryptor {
            encryptor.apply(&mut bytes);
        }
        self.write(&open.entry.name, &bytes)?;
        open.entry.packed += bytes.len() as u64;
        open.entry.size += size;
        open.crc.combine(&crc32fast::Hasher::new_with_initial_len(crc, size));
        Ok(())
    }

    /// Completes an entry: what its header could not say when it was begun is known now.
    pub(super) fn close(&mut self, open: Open) -> Result<(), PackageError> {
        let Open { mut entry, crc, encryptor } = open;
        match encryptor {
            Some(encryptor) => {
                let after = encryptor.finish();
                self.write(&entry.name, &after)?;
                entry.packed += after.len() as u64;
            }
            None => entry.crc = crc.finalize(),
        }
        let failed = |source| write_error(&entry.name, source);
        self.out.seek(SeekFrom::Start(entry.offset)).map_err(failed)?;
        self.out.write_all(&entry.header()).map_err(failed)?;
        self.out.seek(SeekFrom::Start(self.at)).map_err(failed)?;
        self.entries.push(entry);
        Ok(())
    }

    /// Adds an entry of another archive, as it lies there.
    pub(super) fn take_over<V: Read + Write + Seek>(
        &mut self,
        entry: &Entry,
        from: &mut Archive<V>,
    ) -> Result<(), PackageError> {
        let offset = self.at;
        from.read_back(entry, |bytes| self.write(&entry.name, bytes))?;
        self.entries.push(Entry { offset, ..entry.clone() });
        Ok(())
    }

    /// Adds an entry that was packed elsewhere.
    pub(super) fn add_packed(&mut self, mut entry: Entry, packed: &[u8]) -> Result<(), PackageError> {
        entry.offset = self.at;
        self.write(&entry.name, &entry.header())?;
        self.write(&entry.name, packed)?;
        self.entries.push(entry);
        Ok(())
    }

    /// Adds a file of the program's own.
    fn file(&mut self, path: &str, media_type: &str, bytes: Vec<u8>) -> Result<FileView, PackageError> {
        let view = FileView {
            path: path.to_owned(),
            sha256: sha256_hex(&bytes),
            bytes: bytes.len() as u64,
            media_type: media_type.to_owned(),
        };
        let (entry, packed) = own_file(path, media_type, bytes, &self.options)?;
        self.add_packed(entry, &packed)?;
        Ok(view)
    }
}

impl<W: Read + Write + Seek> Archive<W> {
    /// Hash of all that was written so far.
    fn hash(&mut self) -> io::Result<Sha256Writer<io::Sink>> {
        self.out.flush()?;
        let out = self.out.get_mut();
        out.seek(SeekFrom::Start(0))?;
        let mut hasher = Sha256Writer::new(io::sink());
        copy(&mut out.take(self.at), |chunk| hasher.write_all(chunk))?;
        self.out.seek(SeekFrom::Start(self.at))?;
        Ok(hasher)
    }

    /// Completes the package, which has the exhibits already. `set` is there when it is one of several.
    pub(super) fn complete(
        mut self,
        exhibits: &Exhibits,
        extra: &[ExtraFile],
        facts: &PackageFacts,
        reports: &[ReportFile],
        set: Option<&SetView>,
    ) -> Result<(Sealed, W), PackageError> {
        let sums = exhibits.sums();
        let sums_sha256 = sha256_hex(sums.as_bytes());
        let mut files = vec![self.file(SUMS, "text/plain", sums.into_bytes())?];
        for file in extra {
            files.push(self.file(&file.path, &file.media_type, file.bytes.clone())?);
        }
        files.push(self.file(INDEX_CSV, "text/csv", index::table(exhibits).into_bytes())?);
        let html = index::page(exhibits, facts, reports, &sums_sha256, set)
            .map_err(|error| PackageError::Render(INDEX_HTML, error.to_string()))?;
        files.push(self.file(INDEX_HTML, "text/html", html.into_bytes())?);

        let failed = |source| write_error(MANIFEST, source);
        let mut whole = self.hash().map_err(failed)?;
        let before = Before { bytes: self.at, sha256: whole.so_far() };
        let manifest = Manifest::new(exhibits, facts, reports, &sums_sha256, &files, set, before)
            .to_json()
            .map_err(|error| PackageError::Render(MANIFEST, error.to_string()))?
            .into_bytes();
        let manifest_sha256 = sha256_hex(&manifest);
        let (mut entry, packed) = own_file(MANIFEST, "application/json", manifest, &self.options)?;
        entry.offset = self.at;
        let header = entry.header();
        self.entries.push(entry);
        let start = self.at + (header.len() + packed.len()) as u64;
        for bytes in [header, packed, directory(&self.entries, start)] {
            whole.write_all(&bytes).map_err(failed)?;
            self.write("its end", &bytes)?;
        }
        let sha256 = whole.finish().1.sha256;
        let sealed = Sealed { sums_sha256, manifest_sha256, entries: self.entries.len(), bytes: self.at, sha256 };
        let out = self.out.into_inner().map_err(|error| write_error("its end", error.into_error()))?;
        Ok((sealed, out))
    }

    /// An entry as it lies in the archive, with its header, in pieces.
    pub(super) fn read_back(
        &mut self,
        entry: &Entry,
        mut to: impl FnMut(&[u8]) -> Result<(), PackageError>,
    ) -> Result<(), PackageError> {
        let failed = |source| write_error(&entry.name, source);
        self.out.seek(SeekFrom::Start(entry.offset)).map_err(failed)?;
        let mut left = entry.end() - entry.offset;
        let mut buffer = vec![0; BUFFER];
        while left > 0 {
            let size = usize::try_from(left).map_or(BUFFER, |left| left.min(BUFFER));
            self.out.get_mut().read_exact(&mut buffer[..size]).map_err(failed)?;
            to(&buffer[..size])?;
            left -= size as u64;
        }
        Ok(())
    }
}

/// Completes the package that [`collect_into`](super::collect_into) began, and gives its file back.
pub fn seal<W: Read + Write + Seek>(
    archive: Archive<W>,
    exhibits: &Exhibits,
    extra: &[ExtraFile],
    facts: &PackageFacts,
    reports: &[ReportFile],
) -> Result<(Sealed, W), PackageError> {
    names_are_free(exhibits, extra)?;
    archive.complete(exhibits, extra, facts, reports, None)
}

/// No two files of the package may have the same path, however a system compares them.
pub(super) fn names_are_free(exhibits: &Exhibits, extra: &[ExtraFile]) -> Result<(), PackageError> {
    let mut names = Names::default();
    let exhibit_paths = exhibits.files().map(|exhibit| exhibit.archive_path.as_str());
    let own = [SUMS, INDEX_CSV, INDEX_HTML, MANIFEST].into_iter();
    for path in exhibit_paths.chain(own).chain(extra.iter().map(|file| file.path.as_str())) {
        if !names.reserve(path) {
            return Err(PackageError::Name(path.to_owned()));
        }
    }
    Ok(())
}

/// The entry of a file of the program's own, and its content as it lies in the archive.
pub(super) fn own_file(
    path: &str,
    media_type: &str,
    bytes: Vec<u8>,
    options: &PackOptions,
) -> Result<(Entry, Vec<u8>), PackageError> {
    let options = PackOptions { level: PackOptions::LEVEL, passphrase: options.passphrase.clone() };
    pack_whole(path, bytes, method(media_type, options.level), &options).map_err(|source| write_error(path, source))
}

/// The entry of a file that is in memory, and its content as it lies in the archive.
pub(super) fn pack_whole(
    path: &str,
    bytes: Vec<u8>,
    method: Method,
    options: &PackOptions,
) -> io::Result<(Entry, Vec<u8>)> {
    let size = bytes.len() as u64;
    let mut entry = Entry::new(path, method, options.passphrase.is_some(), size, 0);
    entry.size = size;
    let crc = crc32fast::hash(&bytes);
    let mut packed = match method {
        Method::Stored => bytes,
        Method::Deflated => deflate(&bytes, &[], true, options.level)?,
    };
    match &options.passphrase {
        None => entry.crc = crc,
        Some(passphrase) => {
            let (mut encryptor, mut sealed) = Encryptor::new(passphrase)?;
            encryptor.apply(&mut packed);
            sealed.append(&mut packed);
            sealed.extend(encryptor.finish());
            debug_assert!(sealed.len() as u64 >= OVERHEAD);
            packed = sealed;
        }
    }
    entry.packed = packed.len() as u64;
    Ok((entry, packed))
}

pub(super) fn write_error(entry: &str, source: io::Error) -> PackageError {
    PackageError::Write { entry: entry.to_owned(), source }
}
