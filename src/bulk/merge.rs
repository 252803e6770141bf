//! Joining the summaries of shards.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::results::{JobResult, Made, Outcome, Summary};
use super::{BulkError, SUMMARIES, register, summary};
use crate::files;
use crate::package::hash_file;

/// Joins the summaries that shards left in an output folder, looks whether their outputs are there, and writes the
/// summary and the register of the whole. `set` names one of several divisions, `PLAN-of-N`.
pub fn merge(out: &Path, set: Option<&str>) -> Result<Summary, BulkError> {
    let folder = set_of(out, set)?;
    let unreadable =
        |path: &Path, why: &str| BulkError::Merge(format!("{} is no summary of a shard: {why}", path.display()));
    let mut shards: BTreeMap<usize, Summary> = BTreeMap::new();
    for path in entries(&folder)? {
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let bytes = fs::read(&path).map_err(unread(&path))?;
        let read: Summary = serde_json::from_slice(&bytes).map_err(|error| unreadable(&path, &error.to_string()))?;
        let Some(shard) = read.shard else { return Err(unreadable(&path, "it names no shard")) };
        shards.insert(shard.number, read);
    }
    let Some(first) = shards.values().next() else {
        return Err(BulkError::Merge(format!("{} holds no summaries", folder.display())));
    };
    let of = first.shard.map_or(0, |shard| shard.of);
    let mut joined = Summary {
        shard: None,
        workers: shards.values().map(|shard| shard.workers).sum(),
        seconds: shards.values().map(|shard| shard.seconds).fold(0.0, f64::max),
        missing_shards: (1..=of).filter(|number| !shards.contains_key(number)).collect(),
        jobs: Vec::new(),
        ..first.clone()
    };
    for (number, shard) in shards {
        for mut job in shard.jobs {
            look(out, number, &mut job);
            // All shards are over when their summaries are there.
            if joined.missing_shards.is_empty() {
                files::remove_abandoned(&out.join(&job.name));
            }
            joined.jobs.push(job);
        }
    }
    joined.jobs.sort_by_key(|job| job.number);
    summary::write(out, &joined)?;
    register::write(out, &joined)?;
    Ok(joined)
}

/// Outputs that a summary names must be there as it says.
fn look(out: &Path, shard: usize, job: &mut JobResult) {
    let folder = out.join(&job.name);
    let gone = job.made.outputs.iter().find(|output| {
        let path = folder.join(&output.name);
        !hash_file(&path).is_ok_and(|hash| hash.sha256 == output.sha256)
    });
    if let Some(output) = gone {
        let message = format!("{} is not there as it was made: run shard {shard} again", output.name);
        job.made = Made::nothing(Outcome::Failed, message);
        job.pages = 0;
    }
}

fn unread(path: &Path) -> impl FnOnce(io::Error) -> BulkError {
    move |error| BulkError::Merge(format!("cannot read {}: {error}", path.display()))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, BulkError> {
    let entries = fs::read_dir(folder).map_err(unread(folder))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    Ok(paths)
}

/// Divisions, the one that was written last first.
fn by_age(sets: &[PathBuf]) -> Vec<&PathBuf> {
    let written = |set: &PathBuf| {
        let times = entries(set).into_iter().flatten().filter_map(|path| path.metadata().ok()?.modified().ok());
        times.max()
    };
    let mut sets: Vec<&PathBuf> = sets.iter().collect();
    sets.sort_by_cached_key(|set| Reverse(written(set)));
    sets
}

/// The folder of the one division there is, or of the one that is named.
fn set_of(out: &Path, set: Option<&str>) -> Result<PathBuf, BulkError> {
    let shards = summary::shards(out);
    if !shards.is_dir() {
        return Err(BulkError::Merge(nothing_to_join(out)));
    }
    let sets: Vec<PathBuf> = entries(&shards)?.into_iter().filter(|path| path.is_dir()).collect();
    let name = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let names = by_age(&sets).into_iter().map(name).collect::<Vec<_>>().join(", ");
    match (set, sets.as_slice()) {
        (Some(set), _) => sets
            .iter()
            .find(|path| name(path) == set)
            .cloned()
            .ok_or_else(|| BulkError::Merge(format!("there is no division `{set}`; there are: {names}"))),
        (None, [only]) => Ok(only.clone()),
        (None, _) => Err(BulkError::Merge(format!(
            "shards of several plans or divisions were run into {}: name one with --set (the one written last comes first: {names})",
            out.display()
        ))),
    }
}

/// Why a folder holds no summaries of shards.
fn nothing_to_join(out: &Path) -> String {
    let out_name = out.display();
    if out.is_file() {
        format!("{out_name} is a file: name the folder that the shards were run into with --out")
    } else if !out.is_dir() {
        format!("there is no folder {out_name}: name the one that the shards were run into with --out")
    } else if SUMMARIES.iter().any(|name| out.join(name).is_file()) {
        format!("{out_name} holds an ordinary run, which has its summary already and forgets the shards before it")
    } else {
        format!("no shard has come to its end in {out_name}: `socpress bulk ... -o {out_name} --shard 1/4` runs one")
    }
}
