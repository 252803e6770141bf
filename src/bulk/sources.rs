//! Which jobs are asked for: by folders, patterns and plan files.

use std::collections::HashSet;
use std::fs::DirEntry;
use std::path::{Path, PathBuf};

use glob::MatchOptions;

use super::plan::{Defaults, Draft, Job};
use super::rules;
use crate::diagnostics::{Diagnostic, Findings, Origin, Severity};
use crate::load::plan::{self, PlannedJob};
use crate::model::{Document, Overrides, natural_cmp};
use crate::pipeline::RecipientCopy;

/// Why somebody may have taken a folder for an engagement.
fn looks_like_engagement(folder: &Path) -> Option<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let stem = |name: &String| name.rsplit_once('.').map(|(stem, _)| stem.to_lowercase()).unwrap_or_default();
    if let Some(name) = names.iter().find(|name| stem(name) == "engagement") {
        Some(name.clone())
    } else {
        names.into_iter().find(|name| stem(name) == "controls")
    }
}

/// The engagement folders among these, in their order. Those that only look like one are told of.
fn engagements(mut folders: Vec<PathBuf>, findings: &mut Findings) -> Vec<PathBuf> {
    folders.sort_by(|a, b| natural_cmp(&a.to_string_lossy(), &b.to_string_lossy()));
    folders.retain(|folder| has_engagement(folder) || leave_out(folder, findings));
    folders
}

/// Tells of a folder that is no engagement but looks like one.
fn leave_out(folder: &Path, findings: &mut Findings) -> bool {
    if let Some(name) = looks_like_engagement(folder) {
        let message = format!("{} was left out: it has {name}, and no engagement.toml", folder.display());
        let help = "add an engagement.toml; `socpress init` writes an example";
        findings.push(Diagnostic::new(&rules::LEFT_OUT, message).help(help));
    }
    false
}

fn has_engagement(folder: &Path) -> bool {
    folder.join("engagement.toml").is_file()
}

/// What a source stands for.
enum Found {
    /// Engagement folders.
    Folders(Vec<PathBuf>),
    /// The rows of a plan, and the folder that it lies in.
    Rows(Vec<PlannedJob>, PathBuf),
}

/// The jobs of all sources, in their order. A folder that is named twice, by itself and by a folder or pattern, is one job.
pub fn drafts(sources: &[String], defaults: &Defaults, findings: &mut Findings) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let mut met = HashSet::new();
    for source in sources {
        match find(source, findings) {
            Ok(Found::Folders(folders)) => {
                let new = folders.into_iter().filter(|folder| met.insert(same(folder)));
                drafts.extend(new.filter_map(|folder| of_folder(&folder, defaults, findings)));
            }
            Ok(Found::Rows(rows, base)) => {
                drafts.extend(rows.into_iter().filter_map(|row| of_row(row, &base, defaults, findings)));
            }
            Err(problem) => findings.push(*problem),
        }
    }
    drafts
}

/// A folder however it is written. A link has its own name, and so outputs of its own.
fn same(folder: &Path) -> PathBuf {
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    match (whole.parent().map(Path::canonicalize), whole.file_name()) {
        (Some(Ok(parent)), Some(name)) => parent.join(name),
        _ => whole.canonicalize().unwrap_or(whole),
    }
}

fn find(source: &str, findings: &mut Findings) -> Result<Found, Box<Diagnostic>> {
    let path = Path::new(source);
    let none = |message: String, help: &str| Box::new(Diagnostic::new(&rules::NO_ENGAGEMENT, message).help(help));
    if has_engagement(path) {
        return Ok(Found::Folders(vec![path.to_owned()]));
    }
    // It is no plan, though it ends like one.
    if path.is_file() && path.file_name().is_some_and(|name| name == "engagement.toml") {
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        return Ok(Found::Folders(vec![folder.to_owned()]));
    }
    if path.is_dir() {
        let below = folders_in(path)
            .map_err(|error| none(format!("{source} cannot be read: {error}"), "let this user list the folder"))?;
        let (hidden, below) = below.into_iter().partition(|path| is_hidden(path));
        for folder in engagements(hidden, &mut Findings::default()) {
            let message = format!("{} was left out: its name begins with a dot", folder.display());
            findings.push(Diagnostic::new(&rules::LEFT_OUT, message).help("name the folder itself if it is meant"));
        }
        let below = engagements(below, findings);
        if below.is_empty() {
            let message = format!("{source} has no engagement.toml, nor has a folder in it");
            let help = "name engagement folders, a folder of them, or a plan; a pattern in quotes takes engagement folders only";
            return Err(none(message, help));
        }
        return Ok(Found::Folders(below));
    }
    if path.is_file() && plan::is_plan(path) {
        let before = findings.count(Severity::Error);
        let rows = plan::read(path, findings);
        if rows.is_empty() && findings.count(Severity::Error) == before {
            let help = "a job needs `engagement` at least: see docs/bulk.md for the keys and columns of a plan";
            return Err(none(format!("the plan {source} has no jobs"), help));
        }
        return Ok(Found::Rows(rows, path.parent().unwrap_or(Path::new("")).to_owned()));
    }
    if !path.exists() && source.contains(['*', '?', '[']) {
        // As shells do: a name that begins with a dot is meant only when the dot is written.
        let options = MatchOptions { require_literal_leading_dot: true, ..MatchOptions::new() };
        let paths = glob::glob_with(source, options).map_err(|error| {
            let message = format!("the pattern `{source}` cannot be used: {}", error.msg);
            none(message, "* stands for any part of a name, ? for one character, [ab] for one of these")
        })?;
        let folders = engagements(paths.flatten().filter(|path| path.is_dir()).collect(), findings);
        if folders.is_empty() {
            let message = format!("no engagement folder fits the pattern `{source}`");
            let help = "it must lead to the folders that hold an engagement.toml, from where the command is run: \
                        'clients/*/2025'";
            return Err(none(message, help));
        }
        return Ok(Found::Folders(folders));
    }
    let message = if path.exists() {
        format!("{source} is neither an engagement folder nor a plan")
    } else {
        format!("there is no {source}")
    };
    let help = "name engagement folders, a folder of them, or a plan that ends with .toml, .csv, .tsv or .jsonl";
    Err(none(message, help))
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

fn folders_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    Ok(entries.iter().map(DirEntry::path).filter(|path| path.is_dir()).collect())
}

fn of_folder(folder: &Path, defaults: &Defaults, findings: &mut Findings) -> Option<Draft> {
    let engagement = told(folder, None, findings)?;
    Some(Draft {
        job: Job {
            number: 0,
            name: String::new(),
            engagement,
            firm: defaults.firm.clone(),
            document: defaults.document,
            evidence_list: defaults.evidence_list,
            overrides: Overrides::default(),
            copy: None,
        },
        output: None,
        serial_given: false,
        origin: None,
    })
}

fn of_row(row: PlannedJob, base: &Path, defaults: &Defaults, findings: &mut Findings) -> Option<Draft> {
    // All that is wrong with a row is told before it is given up.
    let mut faulty = row.faulty;
    let mut wrong = |rule, message: String, origin: &Origin, help: &str| {
        findings.push(Diagnostic::new(rule, message).at(origin).help(help));
        faulty = true;
    };
    let folder = base.join(&row.engagement.value);
    if !has_engagement(&folder) {
        let mut message = format!("{} has no engagement.toml", folder.display());
        if let Some(name) = looks_like_engagement(&folder) {
            message.push_str(&format!(", but {name}"));
        }
        wrong(&rules::NO_ENGAGEMENT, message, &row.engagement.origin, "the path starts from where the plan lies");
    }
    let document = row.document.unwrap_or(defaults.document);
    if let Some(list) = row.evidence_list.as_ref().filter(|list| list.value) {
        if row.recipient.is_some() {
            let message = "a recipient's copy has no list of exhibits".to_owned();
            let help = "write the auditor's edition into a row of its own";
            wrong(&rules::NO_EVIDENCE_LIST, message, &list.origin, help);
        } else if document != Document::Report && !row.faulty {
            let message = format!("the document `{}` has no list of exhibits", document.edition().file_stem());
            let help = "take `evidence_list` out, or ask for the report";
            wrong(&rules::NO_EVIDENCE_LIST, message, &list.origin, help);
        }
    }
    if let (false, None, Some(serial)) = (row.faulty, &row.recipient, &row.serial) {
        let message = "there is a serial, but no recipient".to_owned();
        let help = "name the recipient of the copy, or take the serial out";
        wrong(&rules::SERIAL, message, &serial.origin, help);
    }
    let engagement = told(&folder, Some(&row.engagement.origin), findings)?;
    if faulty {
        return None;
    }
    let copy = row.recipient.map(|recipient| RecipientCopy {
        recipient: recipient.value,
        serial: row.serial.as_ref().map(|serial| serial.value.clone()).unwrap_or_default(),
    });
    Some(Draft {
        job: Job {
            number: 0,
            name: String::new(),
            engagement,
            firm: row.firm.map(|firm| base.join(firm.value)).or_else(|| defaults.firm.clone()),
            document,
            evidence_list: row
                .evidence_list
                .map_or(defaults.evidence_list && copy.is_none() && document == Document::Report, |list| list.value),
            overrides: Overrides { status: row.status, date: row.date },
            copy,
        },
        output: row.output.map(|output| (output.value, output.origin)),
        serial_given: row.serial.is_some(),
        origin: Some(row.origin),
    })
}

/// A path that can be told to a worker.
fn told(folder: &Path, at: Option<&Origin>, findings: &mut Findings) -> Option<PathBuf> {
    if folder.to_str().is_some() {
        return Some(folder.to_owned());
    }
    let message = format!("the path {} is not Unicode", folder.display());
    let mut problem = Diagnostic::new(&rules::NO_ENGAGEMENT, message).help("rename the folder");
    problem.origin = at.cloned();
    findings.push(problem);
    None
}
