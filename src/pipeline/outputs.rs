//! All or nothing: outputs are written beside their place and renamed at the end, the record last.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::compose::Edition;
use crate::package::{hash_file, sha256_hex};

#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {source}", path.display())]
pub struct OutputError {
    path: PathBuf,
    source: io::Error,
}

impl OutputError {
    pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self { path, source }
    }

    pub(super) fn missing(path: &Path) -> Self {
        Self { path: path.to_owned(), source: io::ErrorKind::NotFound.into() }
    }

    pub(super) fn record(out: &Path, error: serde_json::Error) -> Self {
        Self { path: out.join(super::BUILD_RECORD), source: error.into() }
    }
}

/// Whether this is the name of an output besides the record.
fn is_output(name: &str) -> bool {
    let pdf = |stem: &str| Edition::ALL.iter().any(|edition| edition.file_stem() == stem);
    name == super::EVIDENCE_PACKAGE || name.strip_suffix(".pdf").is_some_and(pdf)
}

/// Hash and size of a staged file.
pub struct Staged {
    pub sha256: String,
    pub bytes: u64,
}

/// Files that wait to be put in place together. Dropped without [`Staging::commit`], they vanish.
pub struct Staging {
    out: PathBuf,
    files: Vec<(String, NamedTempFile)>,
}

impl Staging {
    /// Makes the folder if needed.
    pub fn open(out: &Path) -> Result<Self, OutputError> {
        fs::create_dir_all(out).map_err(OutputError::at(out))?;
        Ok(Self { out: out.to_owned(), files: Vec::new() })
    }

    fn temporary(&self, name: &str) -> Result<NamedTempFile, OutputError> {
        tempfile::Builder::new()
            .prefix(".socpress-")
            .suffix(".part")
            .tempfile_in(&self.out)
            .map_err(OutputError::at(&self.out.join(name)))
    }

    /// Stages a file that is in memory.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<Staged, OutputError> {
        let mut file = self.temporary(name)?;
        file.write_all(bytes).map_err(OutputError::at(&self.out.join(name)))?;
        self.files.push((name.to_owned(), file));
        Ok(Staged { sha256: sha256_hex(bytes), bytes: bytes.len() as u64 })
    }

    /// Stages a file that is written step by step.
    pub fn add_with<T>(&mut self, name: &str, write: impl FnOnce(&mut File) -> T) -> Result<(T, Staged), OutputError> {
        let mut file = self.temporary(name)?;
        let result = write(file.as_file_mut());
        let hash = hash_file(file.path()).map_err(OutputError::at(&self.out.join(name)))?;
        self.files.push((name.to_owned(), file));
        Ok((result, Staged { sha256: hash.sha256, bytes: hash.bytes }))
    }

    /// Puts all files in place, `record` last: a set that does not match its record is unfinished. Files that an
    /// earlier build of the same folder made and this one did not are removed.
    pub fn commit(self, record: &str) -> Result<(), OutputError> {
        let Self { out, mut files } = self;
        let before = names_in_record(&out.join(record));
        files.sort_by_key(|(name, _)| name == record);
        let made: BTreeSet<String> = files.iter().map(|(name, _)| name.clone()).collect();
        for (_, file) in &files {
            readable(file).map_err(OutputError::at(file.path()))?;
        }
        for (name, file) in files {
            let place = out.join(&name);
            file.persist(&place).map_err(|error| OutputError { path: place.clone(), source: error.error })?;
        }
        for stale in before.difference(&made) {
            let place = out.join(stale);
            match fs::remove_file(&place) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(OutputError { path: place, source: error });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Writes a file that stands alone: it is there as a whole or as it was before.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let mut file = NamedTempFile::new_in(folder).map_err(OutputError::at(path))?;
    file.write_all(bytes).map_err(OutputError::at(path))?;
    readable(&file).map_err(OutputError::at(path))?;
    file.persist(path).map_err(|error| OutputError { path: path.to_owned(), source: error.error })?;
    Ok(())
}

/// Temporary files are for their owner only; outputs are as other files of the user are.
#[cfg(unix)]
fn readable(file: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.as_file().set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &NamedTempFile) -> io::Result<()> {
    Ok(())
}

/// The outputs that an earlier record lists; known names only, so that a forged record removes nothing else.
fn names_in_record(path: &Path) -> BTreeSet<String> {
    let Ok(text) = fs::read_to_string(path) else { return BTreeSet::new() };
    let Ok(record) = serde_json::from_str::<serde_json::Value>(&text) else { return BTreeSet::new() };
    let ours = record["generator"].as_str().is_some_and(|g| g.starts_with("socpress "));
    record["outputs"]
        .as_array()
        .filter(|_| ours)
        .into_iter()
        .flatten()
        .filter_map(|output| output["name"].as_str())
        .filter(|name| is_output(name))
        .map(str::to_owned)
        .collect()
}
