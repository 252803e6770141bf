//! Looking at a package years later: whether each byte is still what was sealed, and which file is not.
//!
//! What is checked: each exhibit and each other file against the manifest, `SHA256SUMS` against the exhibits and against the
//! manifest, what is missing and what is there besides, the reports that are named, the record of the build if it lies
//! beside the package. The bytes between the contents (names, dates, sizes) are checked by writing the archive again: for
//! the same contents this version of the program gives the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use zip::{ZipArchive, ZipWriter};

use super::archive::entry_options;
use super::hash::{BUFFER, Sha256Writer, hash_file, sha256_hex};

const MANIFEST: &str = "manifest.json";
const SUMS: &str = "SHA256SUMS";
/// The manifest and the sums are read into memory: far above what 70,000 exhibits need.
const TEXT_LIMIT: u64 = 512 << 20;
/// So many bytes that differ are enough to say so.
const ENOUGH: usize = 64;

/// What is wrong with a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// It cannot be read as an archive, or its own data was changed.
    Archive,
    /// The manifest is missing or cannot be understood.
    Manifest,
    Missing,
    Extra,
    Changed,
    /// `SHA256SUMS` and the exhibits do not agree.
    Sums,
    /// A report is not the one that the package belongs to.
    Report,
    /// The package is not the one that the record of the build names.
    Record,
    /// There is no signature, or not by the key that was given.
    Signature,
    /// Addenda do not follow one another.
    Chain,
}

#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    pub fault: Fault,
    /// The file within the package, or the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    pub message: String,
}

/// What was found.
#[derive(Debug, Default, Serialize)]
pub struct Verification {
    /// Program and version that made the package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generator: Option<String>,
    pub exhibits: usize,
    pub files: usize,
    pub reports: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest_sha256: Option<String>,
    /// What could not be checked, and why.
    pub notes: Vec<String>,
    pub problems: Vec<Problem>,
}

impl Verification {
    fn fault(&mut self, fault: Fault, file: impl Into<Option<String>>, message: impl Into<String>) {
        self.problems.push(Problem { fault, file: file.into(), message: message.into() });
    }
}

/// What a reader needs of a manifest, whatever else stands in it.
#[derive(Deserialize)]
struct Manifest {
    kind: String,
    generator: String,
    sums_sha256: String,
    #[serde(default)]
    reports: Vec<ReportEntry>,
    exhibits: Vec<FileEntry>,
    files: Vec<FileEntry>,
    /// Only in an addendum, of which the record of the build knows nothing.
    addendum: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct FileEntry {
    path: String,
    sha256: String,
    bytes: u64,
    media_type: String,
}

#[derive(Deserialize)]
struct ReportEntry {
    name: String,
    sha256: String,
}

/// Looks at a package, at the reports that are named, and at the record of the build beside the package. `generator` is
/// this program's own name and version.
pub fn verify(package: &Path, reports: &[PathBuf], generator: &str) -> io::Result<Verification> {
    let mut v = Verification::default();
    let file = File::open(package)?;
    let mut archive: Archive = match ZipArchive::new(BufReader::new(file)) {
        Ok(archive) => archive,
        Err(error) => {
            v.fault(Fault::Archive, None, format!("the package cannot be read as an archive: {error}"));
            return Ok(v);
        }
    };
    let Some(manifest) = manifest(&mut archive, &mut v) else { return Ok(v) };
    let found = contents(&mut archive, &mut v);
    compare(&manifest, &found, &mut v);
    sums(&mut archive, &manifest, &mut v);
    for report in reports {
        check_report(report, &manifest, &mut v)?;
    }
    if manifest.addendum.is_none() {
        record(package, &mut v)?;
    }
    v.generator = Some(manifest.generator.clone());
    if v.problems.is_empty() {
        if manifest.generator == generator {
            structure(package, &mut archive, &manifest, &mut v)?;
        } else {
            v.notes.push(format!(
                "made by {}: every content was checked; names and dates within the archive only by that version",
                manifest.generator
            ));
        }
    }
    Ok(v)
}

type Archive = ZipArchive<BufReader<File>>;

fn text(archive: &mut Archive, name: &str) -> Result<Vec<u8>, String> {
    let entry = archive.by_name(name).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    entry.take(TEXT_LIMIT).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

fn manifest(archive: &mut Archive, v: &mut Verification) -> Option<Manifest> {
    let bytes = match text(archive, MANIFEST) {
        Ok(bytes) => bytes,
        Err(why) => {
            v.fault(Fault::Manifest, MANIFEST.to_owned(), format!("the manifest cannot be read: {why}"));
            return None;
        }
    };
    v.manifest_sha256 = Some(sha256_hex(&bytes));
    match serde_json::from_slice::<Manifest>(&bytes) {
        Ok(manifest) if manifest.kind == "socpress-evidence-package" => Some(manifest),
        Ok(manifest) => {
            v.fault(Fault::Manifest, MANIFEST.to_owned(), format!("`{}` is no evidence package", manifest.kind));
            None
        }
        Err(error) => {
            v.fault(Fault::Manifest, MANIFEST.to_owned(), format!("the manifest cannot be understood: {error}"));
            None
        }
    }
}

/// Hash and size of each entry; nothing for one that cannot be unpacked.
fn contents(archive: &mut Archive, v: &mut Verification) -> BTreeMap<String, Option<(String, u64)>> {
    let mut found = BTreeMap::new();
    for index in 0..archive.len() {
        let mut entry = match archive.by_index(index) {
            Ok(entry) => entry,
            Err(error) => {
                v.fault(Fault::Archive, None, format!("entry {} cannot be read: {error}", index + 1));
                continue;
            }
        };
        let name = match entry.name() {
            Ok(name) => name.into_owned(),
            Err(error) => {
                v.fault(Fault::Archive, None, format!("the name of entry {} cannot be read: {error}", index + 1));
                continue;
            }
        };
        let mut hasher = Sha256Writer::new(io::sink());
        let read = io::copy(&mut entry, &mut hasher);
        let hash = hasher.finish().1;
        match read {
            Ok(_) => found.insert(name, Some((hash.sha256, hash.bytes))),
            Err(error) => {
                v.fault(Fault::Changed, name.clone(), format!("`{name}` cannot be unpacked: {error}"));
                found.insert(name, None)
            }
        };
    }
    v.files = found.len();
    found
}

fn compare(manifest: &Manifest, found: &BTreeMap<String, Option<(String, u64)>>, v: &mut Verification) {
    let mut expected: BTreeSet<&str> = BTreeSet::from([MANIFEST]);
    v.exhibits = manifest.exhibits.len();
    for entry in manifest.exhibits.iter().chain(&manifest.files) {
        // Several exhibits may share a file.
        if !expected.insert(&entry.path) {
            continue;
        }
        match found.get(&entry.path) {
            None => v.fault(Fault::Missing, entry.path.clone(), format!("`{}` is missing", entry.path)),
            Some(Some((sha256, bytes))) if *sha256 != entry.sha256 || *bytes != entry.bytes => v.fault(
                Fault::Changed,
                entry.path.clone(),
                format!("`{}` is not the file that was sealed: {bytes} bytes, SHA-256 {sha256}", entry.path),
            ),
            Some(_) => {}
        }
    }
    for name in found.keys().filter(|name| !expected.contains(name.as_str())) {
        v.fault(Fault::Extra, name.clone(), format!("`{name}` was not in the package when it was sealed"));
    }
}

fn sums(archive: &mut Archive, manifest: &Manifest, v: &mut Verification) {
    // That it is missing or cannot be unpacked has been said.
    let Ok(bytes) = text(archive, SUMS) else { return };
    if sha256_hex(&bytes) != manifest.sums_sha256 {
        v.fault(Fault::Sums, SUMS.to_owned(), "SHA256SUMS is not the one that the manifest names");
    }
    let text = String::from_utf8_lossy(&bytes);
    let listed: BTreeMap<&str, &str> =
        text.lines().filter_map(|line| line.split_once("  ").map(|(hash, path)| (path, hash))).collect();
    for exhibit in &manifest.exhibits {
        if listed.get(exhibit.path.as_str()).is_none_or(|hash| *hash != exhibit.sha256) {
            v.fault(
                Fault::Sums,
                exhibit.path.clone(),
                format!("SHA256SUMS and the manifest do not say the same of `{}`", exhibit.path),
            );
        }
    }
}

fn check_report(report: &Path, manifest: &Manifest, v: &mut Verification) -> io::Result<()> {
    let sha256 = hash_file(report)?.sha256;
    v.reports += 1;
    if manifest.reports.iter().any(|entry| entry.sha256 == sha256) {
        return Ok(());
    }
    let names: Vec<&str> = manifest.reports.iter().map(|entry| entry.name.as_str()).collect();
    v.fault(
        Fault::Report,
        report.display().to_string(),
        format!("{} is not the report of this package (it names {})", report.display(), names.join(", ")),
    );
    Ok(())
}

/// `build.json` beside the package names the hashes of both.
fn record(package: &Path, v: &mut Verification) -> io::Result<()> {
    #[derive(Deserialize)]
    struct Record {
        outputs: Vec<ReportEntry>,
        evidence: Option<Evidence>,
    }
    #[derive(Deserialize)]
    struct Evidence {
        manifest_sha256: String,
    }
    let path = package.with_file_name("build.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        v.notes.push("there is no build.json beside the package: whether the manifest is the one that was sealed was not checked".into());
        return Ok(());
    };
    let shown = path.display().to_string();
    let Ok(record) = serde_json::from_str::<Record>(&text) else {
        v.fault(Fault::Record, shown, "build.json cannot be understood");
        return Ok(());
    };
    if let (Some(evidence), Some(own)) = (&record.evidence, &v.manifest_sha256)
        && evidence.manifest_sha256 != *own
    {
        v.fault(Fault::Record, shown.clone(), "the manifest is not the one that build.json names");
    }
    let name = package.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if let Some(output) = record.outputs.iter().find(|output| output.name == name)
        && output.sha256 != hash_file(package)?.sha256
    {
        v.fault(Fault::Record, shown, format!("`{name}` is not the package that build.json names"));
    }
    Ok(())
}

/// Writes the archive again and compares.
fn structure(package: &Path, archive: &mut Archive, manifest: &Manifest, v: &mut Verification) -> io::Result<()> {
    let types: BTreeMap<&str, &str> =
        manifest.exhibits.iter().chain(&manifest.files).map(|e| (e.path.as_str(), e.media_type.as_str())).collect();
    let exhibits: BTreeSet<&str> = manifest.exhibits.iter().map(|e| e.path.as_str()).collect();
    let length = std::fs::metadata(package)?.len();
    let mut writer =
        ZipWriter::new(Comparing { original: File::open(package)?, at: 0, end: 0, differs: BTreeSet::new() });
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let name = entry.name()?.into_owned();
        let media_type = types.get(name.as_str()).copied().unwrap_or("application/json");
        writer.start_file(&name, entry_options(media_type, entry.size()))?;
        // In the same pieces as when it was sealed: how data is compressed depends on them.
        if exhibits.contains(name.as_str()) {
            let mut piece = vec![0; BUFFER];
            loop {
                let mut filled = 0;
                while filled < piece.len() {
                    match entry.read(&mut piece[filled..])? {
                        0 => break,
                        count => filled += count,
                    }
                }
                if filled == 0 {
                    break;
                }
                writer.write_all(&piece[..filled])?;
            }
        } else {
            let mut whole = Vec::new();
            entry.read_to_end(&mut whole)?;
            writer.write_all(&whole)?;
        }
    }
    let compared = writer.finish()?;
    let first = compared.differs.first().copied().or((compared.end != length).then_some(compared.end.min(length)));
    if let Some(at) = first {
        v.fault(
            Fault::Archive,
            None,
            format!("the contents are what was sealed, but the archive's own data was changed (byte {})", at + 1),
        );
    }
    Ok(())
}

/// Compares what is written with a file, byte by byte. What is written over counts as it is written last.
struct Comparing {
    original: File,
    at: u64,
    end: u64,
    /// Where the two differ, at most a few.
    differs: BTreeSet<u64>,
}

impl Write for Comparing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut original = vec![0; bytes.len()];
        self.original.seek(SeekFrom::Start(self.at))?;
        let mut filled = 0;
        while filled < original.len() {
            match self.original.read(&mut original[filled..])? {
                0 => break,
                count => filled += count,
            }
        }
        if filled < bytes.len() || bytes != original || !self.differs.is_empty() {
            for (n, byte) in (0u64..).zip(bytes) {
                let place = self.at + n;
                let same = usize::try_from(n).is_ok_and(|n| n < filled && original[n] == *byte);
                if same {
                    self.differs.remove(&place);
                } else if self.differs.len() < ENOUGH {
                    self.differs.insert(place);
                }
            }
        }
        self.at += bytes.len() as u64;
        self.end = self.end.max(self.at);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Comparing {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let moved = |from: u64, by: i64| {
            from.checked_add_signed(by).ok_or_else(|| io::Error::other("a place before the start"))
        };
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::Current(by) => moved(self.at, by)?,
            SeekFrom::End(by) => moved(self.end, by)?,
        };
        Ok(self.at)
    }
}
