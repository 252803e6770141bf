//! All or nothing: outputs are written beside their place and renamed at the end, the record last.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tempfile::NamedTempFile;

use crate::compose::Edition;
use crate::files::{self, WriteError};
use crate::package::{is_part_name, sha256_hex};

/// Whether this is the name of an output besides the record.
fn is_output(name: &str) -> bool {
    let pdf = |stem: &str| Edition::ALL.iter().any(|edition| edition.file_stem() == stem);
    name == super::EVIDENCE_PACKAGE
        || is_part_name(name, super::evidence::EVIDENCE_STEM)
        || name.strip_suffix(".pdf").is_some_and(pdf)
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
    /// Folders that were made for the outputs, the innermost first.
    made: Made,
}

/// Folders that go again unless something was put into them.
struct Made(Vec<PathBuf>);

impl Drop for Made {
    fn drop(&mut self) {
        for folder in &self.0 {
            // One that is not empty stays, and so do those around it.
            let _ = fs::remove_dir(folder);
        }
    }
}

impl Staging {
    /// Makes the folder if needed. What a build left that was killed is removed.
    pub fn open(out: &Path) -> Result<Self, WriteError> {
        let missing = out.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
        let made = Made(missing.map(Path::to_path_buf).collect());
        fs::create_dir_all(out).map_err(WriteError::at(out))?;
        files::remove_abandoned(out);
        Ok(Self { out: out.to_owned(), files: Vec::new(), made })
    }

    /// A file beside the outputs, open for reading and writing.
    pub fn temporary(&self, name: &str) -> Result<NamedTempFile, WriteError> {
        self.new_file().map_err(WriteError::at(&self.out.join(name)))
    }

    pub fn new_file(&self) -> io::Result<NamedTempFile> {
        match files::new_part(&self.out) {
            // Another document's build that came to nothing may have taken away the folder that both had found missing.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(&self.out)?;
                files::new_part(&self.out)
            }
            made => made,
        }
    }

    /// Stages a file that is in memory.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<Staged, WriteError> {
        let mut file = self.temporary(name)?;
        file.write_all(bytes).map_err(WriteError::at(&self.out.join(name)))?;
        self.files.push((name.to_owned(), file));
        Ok(Staged { sha256: sha256_hex(bytes), bytes: bytes.len() as u64 })
    }

    /// Stages a record of what was made.
    pub fn add_record(&mut self, name: &str, record: &impl Serialize) -> Result<(), WriteError> {
        let json =
            serde_json::to_string_pretty(record).map_err(|error| WriteError::at(&self.out.join(name))(error.into()));
        self.add(name, (json? + "\n").as_bytes()).map(|_| ())
    }

    /// Stages a file that was written step by step.
    pub fn adopt(&mut self, name: &str, file: NamedTempFile) {
        self.files.push((name.to_owned(), file));
    }

    /// Puts all files in place, `record` last: a set that does not match its record is unfinished. Files that an
    /// earlier build of the same folder made and this one did not are removed.
    pub fn commit(self, record: &str) -> Result<(), WriteError> {
        let Self { out, files: mut staged, made: folders } = self;
        let mut before = names_in_record(&out.join(record));
        staged.sort_by_key(|(name, _)| name == record);
        let made: BTreeSet<String> = staged.iter().map(|(name, _)| name.clone()).collect();
        // A package with its reports takes the place of one that was made alone.
        if record == super::BUILD_RECORD && out.join(super::PACKAGE_RECORD).exists() {
            before.extend(names_in_record(&out.join(super::PACKAGE_RECORD)));
            before.insert(super::PACKAGE_RECORD.to_owned());
        }
        for (_, file) in &staged {
            files::make_readable(file.as_file()).map_err(WriteError::at(file.path()))?;
        }
        for (name, file) in staged {
            let place = out.join(&name);
            file.persist(&place).map_err(|error| WriteError::at(&place)(error.error))?;
        }
        for stale in before.difference(&made) {
            let place = out.join(stale);
            match fs::remove_file(&place) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(WriteError::at(&place)(error));
                }
                _ => {}
            }
        }
        drop(folders);
        Ok(())
    }
}

/// The outputs that an earlier record lists; known names only, so that a forged record removes nothing else.
pub(super) fn names_in_record(path: &Path) -> BTreeSet<String> {
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
