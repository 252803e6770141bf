//! Files that an import brings as a whole: evidence, criteria, texts.

use std::path::Path;

use super::merge::{Conflict, Merging};
use super::state::State;
use super::target::Target;
use super::{Conflicts, ImportError};
use crate::package::{hash_file, sha256_hex};

/// Brings a text file. Whether it took the place of an earlier one.
pub fn text(
    name: &str,
    text: String,
    target: &mut Target,
    state: &mut State,
    merging: &Merging,
    conflicts: &mut Vec<Conflict>,
) -> Result<bool, ImportError> {
    let was_there = target.existing(name).is_some();
    let theirs = sha256_hex(text.as_bytes());
    if settle(name, &theirs, target, state, merging, conflicts)? {
        target.write(name, text);
        return Ok(was_there);
    }
    Ok(false)
}

/// Brings a file of any kind. Whether it took the place of an earlier one.
pub fn copy(
    name: &str,
    from: &Path,
    target: &mut Target,
    state: &mut State,
    merging: &Merging,
    conflicts: &mut Vec<Conflict>,
) -> Result<bool, ImportError> {
    let was_there = target.existing(name).is_some();
    let theirs = hash(from)?;
    if settle(name, &theirs, target, state, merging, conflicts)? {
        target.copy(name, from.to_owned());
        return Ok(was_there);
    }
    Ok(false)
}

/// Whether the source's file is to be written.
fn settle(
    name: &str,
    theirs: &str,
    target: &Target,
    state: &mut State,
    merging: &Merging,
    conflicts: &mut Vec<Conflict>,
) -> Result<bool, ImportError> {
    let ours = match target.existing(name) {
        Some(path) => Some(hash(&path)?),
        None => None,
    };
    let known = state.files.get(name).cloned();
    let agreed = ours.as_deref() == Some(theirs);
    let removed_by_hand = ours.is_none() && known.as_deref() == Some(theirs);
    let untouched = ours.is_none() && known.is_none() || ours.is_some() && ours == known;
    let take = agreed || untouched || merging.conflicts == Conflicts::Theirs;
    if !take && !removed_by_hand && known.as_deref() != Some(theirs) {
        conflicts.push(Conflict {
            file: name.to_owned(),
            record: "the file".to_owned(),
            field: None,
            ours: ours.map(Into::into),
            theirs: Some(theirs.into()),
            taken: "ours",
        });
    }
    if take || merging.conflicts == Conflicts::Ours {
        state.files.insert(name.to_owned(), theirs.to_owned());
    }
    Ok(take && !agreed)
}

fn hash(path: &Path) -> Result<String, ImportError> {
    let failed = |source| ImportError::Read { path: path.to_owned(), source };
    hash_file(path).map(|hash| hash.sha256).map_err(failed)
}
