//! Writing the archive: streaming, and the same bytes for the same inputs on every machine.
//!
//! Order of the entries: the exhibits by id, `SHA256SUMS`, further files, `index.csv`, `index.html`, and `manifest.json`
//! last, since it holds the hash of each of the others. Times, permissions and the system of origin are fixed.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::PathBuf;
use std::rc::Rc;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use super::exhibit::{Exhibit, Exhibits};
use super::facts::{ExtraFile, PackageFacts, ReportFile};
use super::hash::{Sha256Writer, copy, sha256_hex};
use super::index;
use super::manifest::{FileView, Manifest};
use super::media::is_compressed;
use super::names::Names;
use super::sink::{Sink, SinkState};

const SUMS: &str = "SHA256SUMS";
const INDEX_CSV: &str = "index.csv";
const INDEX_HTML: &str = "index.html";
const MANIFEST: &str = "manifest.json";

/// Files that may reach 4 GiB need ZIP64 headers. Incompressible data grows a little when deflated.
const ZIP64_FROM: u64 = (1 << 32) - (16 << 20);

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    pub sums_sha256: String,
    pub manifest_sha256: String,
    pub entries: usize,
    /// Size of the archive.
    pub bytes: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} changed while the package was made (exhibit {exhibit})", path.display())]
    Changed { exhibit: String, path: PathBuf },
    #[error("cannot write the archive at {entry}: {source}")]
    Write { entry: String, source: io::Error },
    #[error("the path {0} cannot stand in the archive: it is unsafe or used twice")]
    Name(String),
    #[error("cannot make {0}: {1}")]
    Render(&'static str, String),
}

/// Writes the package. Each exhibit is read once more and must still be what [`collect`](super::collect) saw. After an
/// error, what was written is no archive.
pub fn seal(
    exhibits: &Exhibits,
    extra: &[ExtraFile],
    facts: &PackageFacts,
    reports: &[ReportFile],
    out: impl Write + Seek,
) -> Result<Sealed, PackageError> {
    let mut names = Names::default();
    let exhibit_paths = exhibits.files().map(|exhibit| exhibit.archive_path.as_str());
    let own = [SUMS, INDEX_CSV, INDEX_HTML, MANIFEST].into_iter();
    for path in exhibit_paths.chain(own).chain(extra.iter().map(|file| file.path.as_str())) {
        if !names.reserve(path) {
            return Err(PackageError::Name(path.to_owned()));
        }
    }

    let mut archive = Archive::new(out);
    match fill(&mut archive, exhibits, extra, facts, reports) {
        Ok((sums_sha256, manifest_sha256)) => {
            let (entries, bytes) = archive.finish()?;
            Ok(Sealed { sums_sha256, manifest_sha256, entries, bytes })
        }
        Err(error) => {
            archive.give_up();
            Err(error)
        }
    }
}

/// All entries; gives the hashes of `SHA256SUMS` and of the manifest.
fn fill(
    archive: &mut Archive<impl Write + Seek>,
    exhibits: &Exhibits,
    extra: &[ExtraFile],
    facts: &PackageFacts,
    reports: &[ReportFile],
) -> Result<(String, String), PackageError> {
    for exhibit in exhibits.files() {
        archive.exhibit(exhibit)?;
    }
    let sums = exhibits.sums();
    let sums_sha256 = sha256_hex(sums.as_bytes());
    let mut files = vec![archive.file(SUMS, "text/plain", sums.as_bytes())?];
    for file in extra {
        files.push(archive.file(&file.path, &file.media_type, &file.bytes)?);
    }
    files.push(archive.file(INDEX_CSV, "text/csv", index::table(exhibits).as_bytes())?);
    let html = index::page(exhibits, facts, reports, &sums_sha256).map_err(|error| render_error(INDEX_HTML, error))?;
    files.push(archive.file(INDEX_HTML, "text/html", html.as_bytes())?);
    let manifest = Manifest::new(exhibits, facts, reports, &sums_sha256, &files)
        .to_json()
        .map_err(|error| render_error(MANIFEST, error))?;
    let manifest = archive.file(MANIFEST, "application/json", manifest.as_bytes())?;
    Ok((sums_sha256, manifest.sha256))
}

struct Archive<W: Write + Seek> {
    zip: ZipWriter<Sink<W>>,
    state: Rc<SinkState>,
    entries: usize,
}

impl<W: Write + Seek> Archive<W> {
    fn new(out: W) -> Self {
        let (sink, state) = Sink::new(out);
        Self { zip: ZipWriter::new(sink), state, entries: 0 }
    }

    fn exhibit(&mut self, exhibit: &Exhibit) -> Result<(), PackageError> {
        let path = &exhibit.disk_path;
        let read_error = |source| PackageError::Read { path: path.clone(), source };
        let changed = || PackageError::Changed { exhibit: exhibit.id.to_string(), path: path.clone() };

        let mut file = File::open(path).map_err(read_error)?;
        self.start(&exhibit.archive_path, exhibit.media_type, exhibit.bytes)?;
        let mut hasher = Sha256Writer::new(io::sink());
        let mut left = exhibit.bytes;
        copy(&mut file, |chunk| {
            // A file that grew is not followed: the entry was begun for its old size.
            left = left.checked_sub(chunk.len() as u64).ok_or(Step::Grown)?;
            hasher.write_all(chunk)?;
            self.zip.write_all(chunk).map_err(Step::Write)
        })
        .map_err(|step| match step {
            Step::Grown => changed(),
            Step::Read(source) => read_error(source),
            Step::Write(source) => write_error(&exhibit.archive_path, source),
        })?;
        if hasher.finish().1.sha256 != exhibit.sha256 {
            return Err(changed());
        }
        Ok(())
    }

    fn file(&mut self, path: &str, media_type: &str, bytes: &[u8]) -> Result<FileView, PackageError> {
        let size = bytes.len() as u64;
        self.start(path, media_type, size)?;
        self.zip.write_all(bytes).map_err(|source| write_error(path, source))?;
        Ok(FileView { path: path.into(), sha256: sha256_hex(bytes), bytes: size, media_type: media_type.into() })
    }

    fn start(&mut self, path: &str, media_type: &str, size: u64) -> Result<(), PackageError> {
        self.entries += 1;
        self.zip.start_file(path, entry_options(media_type, size)).map_err(|error| write_error(path, error.into()))
    }

    fn finish(self) -> Result<(usize, u64), PackageError> {
        let failed = |source| write_error("its end", source);
        let mut sink = self.zip.finish().map_err(|error| failed(error.into()))?;
        sink.flush().map_err(failed)?;
        Ok((self.entries, self.state.length()))
    }

    /// Leaves an archive without an end, which nobody takes for a complete one.
    fn give_up(self) {
        self.state.close();
    }
}

/// How an entry is written: the same for the same contents, wherever and whenever.
pub(super) fn entry_options(media_type: &str, size: u64) -> SimpleFileOptions {
    let options = SimpleFileOptions::default()
        .last_modified_time(DateTime::default())
        .system(System::Unix)
        .unix_permissions(0o644)
        .large_file(size >= ZIP64_FROM);
    if is_compressed(media_type) {
        options.compression_method(CompressionMethod::Stored)
    } else {
        options.compression_method(CompressionMethod::Deflated).compression_level(Some(6))
    }
}

fn render_error(name: &'static str, error: impl ToString) -> PackageError {
    PackageError::Render(name, error.to_string())
}

fn write_error(entry: &str, source: io::Error) -> PackageError {
    PackageError::Write { entry: entry.to_owned(), source }
}

/// Why copying an exhibit stopped.
enum Step {
    Read(io::Error),
    Write(io::Error),
    Grown,
}

impl From<io::Error> for Step {
    fn from(error: io::Error) -> Self {
        Step::Read(error)
    }
}
