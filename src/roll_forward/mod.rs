//! Last year's engagement becomes next year's draft: what was found and concluded is emptied, what was said is kept and
//! marked to be confirmed, prior exceptions become a list to follow up.

mod engagement;
mod sheets;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostics::Findings;
use crate::load::{self, Folder};
use crate::model::{Date, Engagement, Window};

/// What the new engagement covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covers {
    Period { start: Date, end: Date },
    AsOf(Date),
}

/// What came of it.
pub struct Rolled {
    /// Files of the new folder, relative to it.
    pub files: Vec<String>,
    /// Findings about the old folder.
    pub findings: Findings,
    /// What a person should know: a gap, controls that were left out.
    pub remarks: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum RollError {
    #[error("{0} is not empty: name a new or an empty folder")]
    NotEmpty(PathBuf),
    #[error("cannot {what} {}: {source}", path.display())]
    File { what: &'static str, path: PathBuf, source: io::Error },
    #[error("{0}: mend the findings in the old folder first")]
    Unreadable(&'static str),
    #[error("{0}")]
    Period(String),
    #[error("engagement.toml cannot be rewritten: {0}")]
    Toml(#[from] toml_edit::TomlError),
}

/// Tables that say what happened or was concluded: they stay behind.
const EMPTIED: [&str; 9] = [
    "exceptions",
    "evidence",
    "incidents",
    "changes",
    "subsequent_events",
    "conclusions",
    "signoffs",
    "follow_ups",
    "to_confirm",
];

/// Makes the new folder of the old one.
pub fn roll_forward(old: &Path, new: &Path, covers: Covers, firm: Option<&Path>) -> Result<Rolled, RollError> {
    let loaded = load::load(old, firm);
    let (Some(folder), Some(before)) = (loaded.folder, loaded.engagement.filter(|e| e.is_complete)) else {
        return Err(RollError::Unreadable("the old engagement cannot be understood"));
    };
    if loaded.findings.blocked() {
        return Err(RollError::Unreadable("the old engagement has findings that forbid a report"));
    }
    let mut remarks = continuity(&before, covers)?;
    match fs::read_dir(new) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(RollError::NotEmpty(new.to_owned()));
            }
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed("read", new)(error)),
        Err(_) => {}
    }
    let ended = ended(&before, covers);
    for id in &ended {
        remarks.push(format!("control {id} was no longer in force: it and its tests were left out"));
    }
    let mut files = vec![("engagement.toml".to_owned(), engagement::rewrite(&before, covers, &ended)?.into_bytes())];
    for name in folder.list("") {
        let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
        if name == "engagement.toml" || EMPTIED.contains(&stem) || name == "evidence/" || name.starts_with('.') {
            continue;
        }
        match (stem, extension) {
            ("controls" | "tests", "toml") => {
                let text = read_text(&folder, &name)?;
                files.push((name.clone(), engagement::rewrite_table(&text, stem, &ended)?.into_bytes()));
            }
            ("controls" | "tests", "csv" | "tsv") => {
                let text = read_text(&folder, &name)?;
                files.push((name.clone(), sheets::rewrite(&text, stem, &ended).into_bytes()));
            }
            _ => copy(&folder, &name, &mut files)?,
        }
    }
    files.sort_by_key(|(name, _)| (name != "engagement.toml", name.clone()));
    for (name, bytes) in &files {
        let path = new.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed("make", parent))?;
        }
        fs::write(&path, bytes).map_err(failed("write", &path))?;
    }
    Ok(Rolled { files: files.into_iter().map(|(name, _)| name).collect(), findings: loaded.findings, remarks })
}

fn failed(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> RollError {
    let path = path.to_owned();
    move |source| RollError::File { what, path, source }
}

fn read_text(folder: &Folder, name: &str) -> Result<String, RollError> {
    folder
        .read_text(name)
        .map(|source| source.text().trim_start_matches('\u{feff}').to_owned())
        .map_err(|problem| failed("read", &folder.shown().join(name))(io::Error::other(problem.message)))
}

/// Takes over a file, or a folder with what is in it. Links are not followed out of the old folder.
fn copy(folder: &Folder, name: &str, files: &mut Vec<(String, Vec<u8>)>) -> Result<(), RollError> {
    if let Some(inner) = name.strip_suffix('/') {
        for entry in folder.list(inner) {
            if !entry.starts_with('.') {
                copy(folder, &format!("{inner}/{entry}"), files)?;
            }
        }
        return Ok(());
    }
    let at = crate::diagnostics::Origin::file(&folder.opaque(name));
    let shown = folder.shown().join(name);
    let path =
        folder.resolve("", name, &at).map_err(|problem| failed("read", &shown)(io::Error::other(problem.message)))?;
    files.push((name.to_owned(), fs::read(&path).map_err(failed("read", &shown))?));
    Ok(())
}

/// The new window against the old one: an overlap is an error, a gap a remark.
fn continuity(before: &Engagement, covers: Covers) -> Result<Vec<String>, RollError> {
    let end = before.window.end().value;
    let mut remarks = Vec::new();
    match covers {
        Covers::Period { start, end: new_end } => {
            if new_end <= start {
                return Err(RollError::Period(format!(
                    "the new period ends on {new_end}, before it begins on {start}"
                )));
            }
            let overlaps = matches!(before.window, Window::Period { .. }) && start <= end;
            if overlaps {
                return Err(RollError::Period(format!(
                    "the new period begins on {start}, but the old one runs to {end}: they overlap"
                )));
            }
            if end.succ_opt().is_some_and(|next| start > next) {
                let days = (start - end).num_days() - 1;
                let days = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
                remarks.push(format!("no report covers the {days} between {end} and {start}"));
            }
        }
        Covers::AsOf(date) => {
            if date <= end {
                return Err(RollError::Period(format!("the new date {date} is not after {end}")));
            }
        }
    }
    Ok(remarks)
}

/// Controls that ended before the new window begins.
fn ended(before: &Engagement, covers: Covers) -> Vec<String> {
    let start = match covers {
        Covers::Period { start, .. } => start,
        Covers::AsOf(date) => date,
    };
    before
        .controls
        .iter()
        .filter(|c| c.in_force_until.as_ref().is_some_and(|until| until.value < start))
        .map(|c| c.id.to_string())
        .collect()
}

/// Keys of a control that speak of the old window.
const CONTROL_RESULTS: [&str; 6] =
    ["in_force_from", "in_force_until", "design", "design_reason", "implemented", "implemented_reason"];
/// Keys of a test that hold what was found.
const TEST_RESULTS: [&str; 13] = [
    "population",
    "population_name",
    "sample",
    "deviations",
    "populations",
    "result_text",
    "reason",
    "corroboration",
    "tested_on",
    "evidence_date",
    "evidence",
    "exception",
    "reviewer",
];
/// The result of a test that has still to be done.
const OPEN: &str = "not-yet-tested";
