//! What is known of earlier runs: a note for each job that was made, and a lock against two batches at once.

use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::STATE;
use super::plan::{Job, Plan};
use crate::diagnostics::Tally;
use crate::files::{Readers, WriteError, write_whole};
use crate::model::{Date, Document};
use crate::package::{fold, hash_file, sha256_hex};
use crate::pipeline::{Output, RecipientCopy, holds_closed};

/// A note that a job was made: from what, and what came of it. It is written after the outputs, so that outputs without
/// a note are made again.
#[derive(Debug, Serialize, Deserialize)]
pub struct Note {
    pub fingerprint: String,
    pub tally: Tally,
    pub outputs: Vec<Output>,
    /// Hash of the record of the build.
    pub record_sha256: String,
    /// Whose outputs they are. Nothing in notes of earlier programs.
    #[serde(default)]
    pub owner: Option<Owner>,
}

/// Whose outputs those of a job are: a client's, or a recipient's of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The last part of the engagement folder's path: other machines may have the folder elsewhere.
    folder: String,
    /// What the engagement calls the service organization, since folders of two clients may have one name. Nothing if that
    /// cannot be read, which says nothing.
    organization: Option<String>,
    copy: Option<RecipientCopy>,
}

impl Owner {
    pub fn of(engagement: &Path, copy: Option<&RecipientCopy>) -> Self {
        let folder = engagement.components().next_back().map(|part| part.as_os_str().to_string_lossy().into_owned());
        let text = fs::read_to_string(engagement.join("engagement.toml")).unwrap_or_default();
        let table = text.parse::<toml::Table>().unwrap_or_default();
        let name = table.get("service_organization").and_then(|organization| organization.get("name"));
        let organization = name.and_then(toml::Value::as_str).map(|name| name.trim().to_owned());
        Self { folder: folder.unwrap_or_default(), organization, copy: copy.cloned() }
    }

    fn is(&self, other: &Self) -> bool {
        let organizations = self.organization.as_ref().zip(other.organization.as_ref());
        self.folder == other.folder && self.copy == other.copy && organizations.is_none_or(|(one, two)| one == two)
    }
}

/// Where the note of a job is.
pub fn place(out: &Path, job: &Job) -> PathBuf {
    place_of(out, &job.name, job.document)
}

fn place_of(out: &Path, name: &str, document: Document) -> PathBuf {
    let key = sha256_hex(format!("{}\n{}", fold(name), document.record()).as_bytes());
    out.join(STATE).join("jobs").join(&key[..2]).join(format!("{}.json", &key[2..34]))
}

fn read(place: &Path) -> Option<Note> {
    serde_json::from_slice(&fs::read(place).ok()?).ok()
}

/// Whether outputs that an earlier run made for the same client or recipient lie where a job made none. Those of another
/// are removed, but for those of a closed file: whoever gets this folder must not get them.
pub fn keeps_earlier(out: &Path, job: &Job, document: &str, today: Date) -> bool {
    let place = place(out, job);
    let folder = out.join(&job.name);
    let Some(note) = read(&place) else { return false };
    if note.owner.as_ref().is_none_or(|before| before.is(&Owner::of(&job.engagement, job.copy.as_ref()))) {
        return folder.join(document).is_file();
    }
    if !holds_closed(&folder, today) {
        remove(&place, &folder, &job.document.record(), &note);
    }
    false
}

/// The folders of this plan's jobs in which earlier plans made something for other clients or recipients.
pub struct Others(Vec<Other>);

struct Other {
    place: PathBuf,
    folder: PathBuf,
    record: String,
    note: Note,
}

impl Others {
    /// What this plan makes itself is replaced anyway, perhaps on another machine at this very moment, and is no part of it.
    pub fn of(out: &Path, plan: &Plan) -> Self {
        let mut folders: HashMap<&str, (&Job, Vec<Document>)> = HashMap::new();
        for job in &plan.jobs {
            folders.entry(&job.name).or_insert_with(|| (job, Vec::new())).1.push(job.document);
        }
        let mut others = Vec::new();
        for (name, (job, planned)) in folders {
            for document in Document::ALL.into_iter().filter(|document| !planned.contains(document)) {
                let place = place_of(out, name, document);
                let Some(note) = read(&place) else { continue };
                let is_other = |before: &Owner| !before.is(&Owner::of(&job.engagement, job.copy.as_ref()));
                if note.owner.as_ref().is_some_and(is_other) {
                    others.push(Other { place, folder: out.join(name), record: document.record(), note });
                }
            }
        }
        others.sort_by(|one, two| one.folder.cmp(&two.folder));
        Self(others)
    }

    /// A folder with the package of a closed file, of which nothing may be removed.
    pub fn closed(&self, today: Date) -> Option<&Path> {
        self.0.iter().map(|other| other.folder.as_path()).find(|folder| holds_closed(folder, today))
    }

    pub fn remove(self) {
        for Other { place, folder, record, note } in self.0 {
            remove(&place, &folder, &record, &note);
        }
    }
}

/// Removes outputs, their record and their note. What cannot be removed is found by whoever writes there next.
fn remove(place: &Path, folder: &Path, record: &str, note: &Note) {
    for output in &note.outputs {
        let _ = fs::remove_file(folder.join(&output.name));
    }
    let _ = fs::remove_file(folder.join(record));
    let _ = fs::remove_file(place);
}

/// The note of a job, if its outputs are as it says.
pub fn intact(place: &Path, out: &Path, record: &str) -> Option<Note> {
    let note = read(place)?;
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
    owner: Owner,
) -> Result<(), WriteError> {
    let record = out.join(record);
    let note = Note {
        fingerprint: fingerprint.to_owned(),
        tally,
        outputs: outputs.to_vec(),
        record_sha256: hash_file(&record).map_err(WriteError::at(&record))?.sha256,
        owner: Some(owner),
    };
    let json = serde_json::to_vec(&note).map_err(|error| WriteError::at(place)(error.into()))?;
    write_whole(place, &json, Readers::All)
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
    File(#[from] WriteError),
}

impl Lock {
    /// One batch alone, or any number of shards together. Shards go on where the file system knows no locks.
    pub fn take(out: &Path, shards: bool) -> Result<Option<Self>, LockError> {
        let folder = out.join(STATE);
        fs::create_dir_all(&folder).map_err(WriteError::at(&folder))?;
        let path = folder.join("lock");
        let file =
            File::options().create(true).truncate(false).write(true).open(&path).map_err(WriteError::at(&path))?;
        let taken = if shards { file.try_lock_shared() } else { file.try_lock() };
        match taken {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Err(LockError::Taken(out.to_owned())),
            Err(TryLockError::Error(_)) if shards => Ok(None),
            Err(TryLockError::Error(error)) => Err(WriteError::at(&path)(error).into()),
        }
    }
}
