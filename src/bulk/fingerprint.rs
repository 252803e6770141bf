//! What a job is made from, as one hash: every file that can be read, what the plan says, and the program.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use walkdir::WalkDir;

use super::plan::Job;
use crate::package::{hash_file, sha256_hex};

/// Hashes of folders. The firm's folder is the same for most jobs and is read once.
#[derive(Default)]
pub struct Fingerprints {
    firms: Mutex<HashMap<PathBuf, Arc<str>>>,
}

impl Fingerprints {
    /// The hash that all jobs of an engagement share.
    pub fn of_inputs(&self, engagement: &Path, firm: Option<&Path>) -> io::Result<String> {
        let mut text = of_folder(engagement)?;
        if let Some(firm) = firm {
            let mut firms = self.firms.lock().unwrap_or_else(PoisonError::into_inner);
            let hash = match firms.get(firm) {
                Some(hash) => hash.clone(),
                None => {
                    let hash: Arc<str> = of_folder(firm)?.into();
                    firms.insert(firm.to_owned(), hash.clone());
                    hash
                }
            };
            text.push_str(&hash);
        }
        Ok(text)
    }

    /// The hash of one job, from that of its inputs.
    pub fn of_job(inputs: &str, job: &Job) -> String {
        let said = serde_json::json!([super::MAKE, inputs, job.document, job.evidence_list, job.overrides, job.copy,]);
        sha256_hex(said.to_string().as_bytes())
    }
}

/// Names and contents of all files in a folder. Links are not followed, since nothing outside is read; a link to a file
/// inside counts with its content. What cannot be read counts as such: the build says so if it needs it.
fn of_folder(folder: &Path) -> io::Result<String> {
    let mut text = String::new();
    let root = folder.canonicalize()?;
    for entry in WalkDir::new(&root).sort_by_file_name() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let name = error.path().and_then(|path| path.strip_prefix(&root).ok()).unwrap_or(Path::new(""));
                let _ = writeln!(text, "{} cannot be read", name.display());
                continue;
            }
        };
        let name = entry.path().strip_prefix(&root).unwrap_or(entry.path()).to_string_lossy().into_owned();
        let content = if entry.file_type().is_file() {
            hash_file(entry.path()).map_or_else(|_| "cannot be read".to_owned(), |hash| hash.sha256)
        } else if entry.path_is_symlink() {
            let target = fs::read_link(entry.path())?.to_string_lossy().into_owned();
            let content = hash_file(entry.path()).map(|hash| hash.sha256).unwrap_or_default();
            format!("{target} {content}")
        } else {
            continue;
        };
        let _ = writeln!(text, "{}:{name} {content}", name.len());
    }
    Ok(sha256_hex(text.as_bytes()))
}
