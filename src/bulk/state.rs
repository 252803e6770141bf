//! What is known of earlier runs: a note for each job that was made, and a lock against two batches at once.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::STATE;
use super::files::{self, FileError};
use super::plan::Job;
use crate::diagnostics::Tally;
use crate::package::{fold, hash_file, sha256_hex};
use crate::pipeline::Output;

/// A note that a job was made: from what, and what came of it. It is written after the outputs, so that outputs without
/// a note are made again.
#[derive(Debug, Serialize, Deserialize)]
pub struct Note {
    pub fingerprint: String,
    pub tally: Tally,
    pub outputs: Vec<Output>,
    /// Hash of the record of the build.
    pub record_sha256: String,
}

/// Where the note of a job is.
pub fn place(out: &Path, job: &Job) -> PathBuf {
    let key = sha256_hex(format!("{}\n{}", fold(&job.name), job.document.record()).as_bytes());
    out.join(STATE).join("jobs").join(&key[..2]).join(format!("{}.json", &key[2..34]))
}

/// The note of a job, if its outputs are as it says.
pub fn intact(place: &Path, out: &Path, record: &str) -> Option<Note> {
    let note: Note = serde_json::from_slice(&fs::read(place).ok()?).ok()?;
    let same = |name: &str, sha256: &str| hash_file(&out.join(name)).is_ok_and(|hash| hash.sha256 == sha256);
    let all = note.outputs.iter().all(|output| same(&output.name, &output.sha256));
    (all && same(record, &note.record_sha256)).then_some(note)
}

/// Notes that a job was made.
pub fn note(
    place: &Path,
    out: &Path,
    record: &str,
    fingerprint: &str,
    tally: Tally,
    outputs: &[Output],
) -> Result<(), FileError> {
    let record = out.join(record);
    let note = Note {
        fingerprint: fingerprint.to_owned(),
        tally,
        outputs: outputs.to_vec(),
        record_sha256: hash_file(&record).map_err(FileError::at(&record))?.sha256,
    };
    let json = serde_json::to_vec(&note).map_err(|error| FileError { path: place.to_owned(), source: error.into() })?;
    files::write(place, &json)
}

/// Held while a batch writes to an output folder. The system lets go of it when the process ends, however it ends.
pub struct Lock {
    _file: File,
}

#[derive(Debug, thiserror::Error)]
pub enum LockError {
    #[error("another batch is writing to {}", .0.display())]
    Taken(PathBuf),
    #[error(transparent)]
    File(#[from] FileError),
}

impl Lock {
    /// One batch alone, or any number of shards together. Shards go on where the file system knows no locks.
    pub fn take(out: &Path, shards: bool) -> Result<Option<Self>, LockError> {
        let folder = out.join(STATE);
        fs::create_dir_all(&folder).map_err(FileError::at(&folder))?;
        let path = folder.join("lock");
        let file =
            File::options().create(true).truncate(false).write(true).open(&path).map_err(FileError::at(&path))?;
        let taken = if shards { file.try_lock_shared() } else { file.try_lock() };
        match taken {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Err(LockError::Taken(out.to_owned())),
            Err(TryLockError::Error(_)) if shards => Ok(None),
            Err(TryLockError::Error(error)) => Err(FileError { path, source: error }.into()),
        }
    }
}
