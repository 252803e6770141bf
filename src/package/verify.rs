//! Looking at a package years later: whether each byte is still what was sealed, and which file is not.
//!
//! What is checked: each exhibit and each other file against the manifest, `SHA256SUMS` against the exhibits and against the
//! manifest, what is missing and what is there besides, the reports that are named, the record of the build if it lies
//! beside the package, and the bytes between the contents (`structure.rs`). Of a package in several parts, all are looked
//! at, wherever each is known to be.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use zip::ZipArchive;
use zip::read::ZipFile;

use super::archive::{MANIFEST, SUMS};
use super::encryption::Passphrase;
use super::hash::{Sha256Writer, hash_file, sha256_hex};
use super::structure;

/// The manifest and the sums are read into memory: far above what 70,000 exhibits need.
const TEXT_LIMIT: u64 = 512 << 20;

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
    /// It is encrypted, and the passphrase is missing or another.
    Passphrase,
    /// A part of the package is missing or belongs to another package.
    Part,
}

#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    pub fault: Fault,
    /// Which archive, if the package has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
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
    /// Archives that were looked at.
    pub parts: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest_sha256: Option<String>,
    /// What could not be checked, and why.
    pub notes: Vec<String>,
    pub problems: Vec<Problem>,
}

impl Verification {
    /// Whether the package itself is as it was sealed, and what is wrong is which reports were named with it.
    pub fn only_reports(&self) -> bool {
        self.problems.iter().all(|problem| matches!(problem.fault, Fault::Report))
    }

    fn fault(&mut self, fault: Fault, file: impl Into<Option<String>>, message: impl Into<String>) {
        self.problems.push(Problem { fault, part: None, file: file.into(), message: message.into() });
    }
}

/// What a reader needs of a manifest, whatever else stands in it.
#[derive(Deserialize)]
pub(super) struct Manifest {
    kind: String,
    pub generator: String,
    sums_sha256: String,
    #[serde(default)]
    reports: Vec<ReportEntry>,
    exhibits: Vec<FileEntry>,
    files: Vec<FileEntry>,
    set: Option<Set>,
    pub before: Option<Before>,
    /// Only in an addendum, of which the record of the build knows nothing.
    addendum: Option<IgnoredAny>,
}

/// Size and hash of all that precedes the manifest.
#[derive(Deserialize)]
pub(super) struct Before {
    pub bytes: u64,
    pub sha256: String,
}

#[derive(Deserialize, PartialEq, Eq)]
struct Set {
    part: usize,
    sums_sha256: String,
    parts: Vec<PartEntry>,
}

#[derive(Deserialize, PartialEq, Eq)]
struct PartEntry {
    name: String,
    sums_sha256: String,
}

#[derive(Deserialize)]
struct FileEntry {
    path: String,
    sha256: String,
    bytes: u64,
}

#[derive(Deserialize)]
struct ReportEntry {
    name: String,
    sha256: String,
}

/// What a package is compared with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// Reports that should belong to it. An archive that is a part of the package may be named among them.
    pub files: &'a [PathBuf],
    pub passphrase: Option<&'a Passphrase>,
    /// This program's own name and version.
    pub generator: &'a str,
}

/// Looks at a package, at the reports that are named, and at the record of the build beside the package.
pub fn verify(package: &Path, beside: &Beside<'_>) -> io::Result<Verification> {
    let mut v = Verification::default();
    let Some(first) = look(package, beside, &mut v)? else { return Ok(v) };
    v.manifest_sha256 = Some(first.manifest_sha256.clone());
    v.generator = Some(first.manifest.generator.clone());
    let mut found = vec![(package.to_owned(), first.manifest_sha256, None)];
    let mut reports: Vec<&PathBuf> = beside.files.iter().collect();
    if let Some(set) = &first.manifest.set {
        let own = set.parts.get(set.part.wrapping_sub(1)).map(|part| part.name.as_str());
        v.name_part(0, own);
        found[0].2 = own.map(str::to_owned);
        for (number, part) in (1..).zip(&set.parts).filter(|(number, _)| *number != set.part) {
            let named = reports.iter().position(|file| file.file_name().is_some_and(|name| *name == *part.name));
            let path = named.map_or_else(|| package.with_file_name(&part.name), |at| reports.remove(at).clone());
            let before = v.problems.len();
            if let Some(manifest_sha256) = another(&path, (number, part), set, beside, &mut v)? {
                found.push((path, manifest_sha256, Some(part.name.clone())));
            }
            v.name_part(before, Some(&part.name));
        }
    }
    for report in reports {
        check_report(report, package, &first.manifest, &mut v)?;
    }
    if first.manifest.addendum.is_some() {
        return Ok(v);
    }
    for (path, manifest_sha256, part) in &found {
        let before = v.problems.len();
        record(path, manifest_sha256, &mut v)?;
        v.name_part(before, part.as_deref());
    }
    v.notes.dedup();
    Ok(v)
}

impl Verification {
    /// The problems from this one on are those of a part.
    fn name_part(&mut self, from: usize, name: Option<&str>) {
        for problem in &mut self.problems[from..] {
            problem.part = name.map(str::to_owned);
            if let Some(name) = name.filter(|name| !problem.message.contains(name)) {
                problem.message = format!("{name}: {}", problem.message);
            }
        }
    }
}

/// Another part of the set that was begun with.
fn another(
    path: &Path,
    (number, part): (usize, &PartEntry),
    set: &Set,
    beside: &Beside<'_>,
    v: &mut Verification,
) -> io::Result<Option<String>> {
    let name = &part.name;
    if !path.exists() {
        v.fault(Fault::Part, name.clone(), format!("{name} is missing: part {number} of {}", set.parts.len()));
        return Ok(None);
    }
    let Some(looked) = look(path, beside, v)? else { return Ok(None) };
    let same =
        looked.manifest.set.as_ref().is_some_and(|other| {
            other.part == number && other.sums_sha256 == set.sums_sha256 && other.parts == set.parts
        });
    if !same || looked.manifest.sums_sha256 != part.sums_sha256 {
        v.fault(Fault::Part, name.clone(), format!("{name} is not part {number} of this package, or was sealed anew"));
    }
    Ok(Some(looked.manifest_sha256))
}

/// An archive that could be read so far that there is something to compare.
struct Looked {
    manifest: Manifest,
    manifest_sha256: String,
}

/// Everything that one archive shows by itself.
fn look(package: &Path, beside: &Beside<'_>, v: &mut Verification) -> io::Result<Option<Looked>> {
    let file = File::open(package)?;
    v.parts += 1;
    let mut archive: Archive = match ZipArchive::new(BufReader::new(file)) {
        Ok(archive) => archive,
        Err(error) => {
            v.fault(Fault::Archive, None, format!("the package cannot be read as an archive: {error}"));
            return Ok(None);
        }
    };
    if !can_decrypt(&mut archive, beside.passphrase, v) {
        return Ok(None);
    }
    let mut contents = Contents { archive, passphrase: beside.passphrase };
    let before = v.problems.len();
    let Some((manifest, bytes)) = manifest(&mut contents, v) else { return Ok(None) };
    let found = contents.hashes(v);
    compare(&manifest, &found, v);
    sums(&mut contents, &manifest, v);
    if v.problems.len() == before {
        let told = structure::check(package, &mut contents.archive, &manifest, &bytes, beside.generator)?;
        for message in told.problems {
            v.fault(Fault::Archive, None, message);
        }
        v.notes.extend(told.notes);
    }
    Ok(Some(Looked { manifest, manifest_sha256: sha256_hex(&bytes) }))
}

/// Whether the passphrase opens the archive, which all entries share.
fn can_decrypt(archive: &mut Archive, passphrase: Option<&Passphrase>, v: &mut Verification) -> bool {
    let Some(index) = archive.index_for_name(MANIFEST) else { return true };
    if !archive.by_index_raw(index).is_ok_and(|entry| entry.encrypted()) {
        return true;
    }
    let Some(passphrase) = passphrase else {
        v.fault(Fault::Passphrase, None, "the package is encrypted: give its passphrase");
        return false;
    };
    if matches!(archive.by_index_decrypt(index, passphrase.as_bytes()), Err(zip::result::ZipError::InvalidPassword)) {
        v.fault(Fault::Passphrase, None, "the passphrase is not that of the package");
        return false;
    }
    true
}

pub(super) type Archive = ZipArchive<BufReader<File>>;

/// What the archive holds, decrypted where need be.
struct Contents<'a> {
    archive: Archive,
    passphrase: Option<&'a Passphrase>,
}

impl Contents<'_> {
    fn entry(&mut self, index: usize) -> zip::result::ZipResult<ZipFile<'_, BufReader<File>>> {
        match self.passphrase {
            Some(passphrase) if self.archive.by_index_raw(index)?.encrypted() => {
                self.archive.by_index_decrypt(index, passphrase.as_bytes())
            }
            _ => self.archive.by_index(index),
        }
    }

    fn text(&mut self, name: &str) -> Result<Vec<u8>, String> {
        let index = self.archive.index_for_name(name).ok_or("there is none")?;
        let entry = self.entry(index).map_err(|error| error.to_string())?;
        let mut bytes = Vec::new();
        entry.take(TEXT_LIMIT).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        Ok(bytes)
    }

    /// Hash and size of each entry; nothing for one that cannot be unpacked.
    fn hashes(&mut self, v: &mut Verification) -> BTreeMap<String, Option<(String, u64)>> {
        let mut found = BTreeMap::new();
        for index in 0..self.archive.len() {
            let mut entry = match self.entry(index) {
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
        v.files += found.len();
        found
    }
}

fn manifest(contents: &mut Contents<'_>, v: &mut Verification) -> Option<(Manifest, Vec<u8>)> {
    let bytes = match contents.text(MANIFEST) {
        Ok(bytes) => bytes,
        Err(why) => {
            v.fault(Fault::Manifest, MANIFEST.to_owned(), format!("the manifest cannot be read: {why}"));
            return None;
        }
    };
    match serde_json::from_slice::<Manifest>(&bytes) {
        Ok(manifest) if manifest.kind == "socpress-evidence-package" => Some((manifest, bytes)),
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

fn compare(manifest: &Manifest, found: &BTreeMap<String, Option<(String, u64)>>, v: &mut Verification) {
    let mut expected: BTreeSet<&str> = BTreeSet::from([MANIFEST]);
    v.exhibits += manifest.exhibits.len();
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

fn sums(contents: &mut Contents<'_>, manifest: &Manifest, v: &mut Verification) {
    // That it is missing or cannot be unpacked has been said.
    let Ok(bytes) = contents.text(SUMS) else { return };
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

fn check_report(report: &Path, package: &Path, manifest: &Manifest, v: &mut Verification) -> io::Result<()> {
    let sha256 = match hash_file(report) {
        Ok(hash) => hash.sha256,
        Err(error) => {
            v.fault(
                Fault::Report,
                report.display().to_string(),
                format!("{} cannot be read: {error}", report.display()),
            );
            return Ok(());
        }
    };
    v.reports += 1;
    if manifest.reports.iter().any(|entry| entry.sha256 == sha256) || recorded(package, &sha256) {
        return Ok(());
    }
    let names: Vec<&str> = manifest.reports.iter().map(|entry| entry.name.as_str()).collect();
    let names = if names.is_empty() { "no report".to_owned() } else { names.join(", ") };
    v.fault(
        Fault::Report,
        report.display().to_string(),
        format!(
            "{} is not the report of this package, which names {names}; the hashes of recipients' copies stand in the \
             register of their distribution",
            report.display()
        ),
    );
    Ok(())
}

/// Whether the record of the build beside the package names a file of this hash: the auditor's edition stands there only.
fn recorded(package: &Path, sha256: &str) -> bool {
    let text = std::fs::read_to_string(package.with_file_name("build.json")).unwrap_or_default();
    let record: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    record["outputs"].as_array().into_iter().flatten().any(|output| output["sha256"] == sha256)
}

/// The record of the build beside the package names the hashes of both.
fn record(package: &Path, manifest_sha256: &str, v: &mut Verification) -> io::Result<()> {
    #[derive(Deserialize)]
    struct Record {
        outputs: Vec<ReportEntry>,
        evidence: Option<Evidence>,
    }
    #[derive(Deserialize)]
    struct Evidence {
        manifest_sha256: Option<String>,
        #[serde(default)]
        parts: Vec<PartRecord>,
    }
    #[derive(Deserialize)]
    struct PartRecord {
        name: String,
        manifest_sha256: String,
    }
    // Of a package that was made alone, the second.
    let there = ["build.json", "evidence.build.json"].map(|name| package.with_file_name(name));
    let Some((path, text)) = there.iter().find_map(|path| Some((path, std::fs::read_to_string(path).ok()?))) else {
        v.notes.push("there is no build.json beside the package: whether the manifest is the one that was sealed was not checked".into());
        return Ok(());
    };
    let shown = path.display().to_string();
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let Ok(record) = serde_json::from_str::<Record>(&text) else {
        v.fault(Fault::Record, shown, format!("{file} cannot be understood"));
        return Ok(());
    };
    let name = package.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if let Some(evidence) = &record.evidence {
        let part = evidence.parts.iter().find(|part| part.name == name).map(|part| &part.manifest_sha256);
        let expected = part.or(evidence.manifest_sha256.as_ref());
        if expected.is_none_or(|expected| expected != manifest_sha256) {
            v.fault(Fault::Record, shown.clone(), format!("the manifest of {name} is not the one that {file} names"));
        }
    }
    // The reports of the build, where they still lie beside it.
    let others = record.outputs.iter().filter(|output| output.name.ends_with(".pdf"));
    for (output, path) in others.map(|output| (output, package.with_file_name(&output.name))) {
        if !path.is_file() {
            v.notes.push(format!("{} is not beside the package", output.name));
        } else if output.sha256 != hash_file(&path)?.sha256 {
            v.fault(Fault::Report, output.name.clone(), format!("{} is not the file that {file} names", output.name));
        }
    }
    if let Some(output) = record.outputs.iter().find(|output| output.name == name)
        && output.sha256 != hash_file(package)?.sha256
    {
        v.fault(Fault::Record, shown, format!("`{name}` is not the package that {file} names"));
    }
    Ok(())
}
