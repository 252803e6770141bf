//! Which jobs are asked for: by folders, patterns and plan files.

use std::collections::HashSet;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Component, Path, PathBuf};

use super::plan::{Defaults, Draft, Job};
use super::{patterns, rules};
use crate::diagnostics::{Diagnostic, Findings, Origin, Severity};
use crate::load::plan::{self, PlannedJob};
use crate::model::{Document, Overrides, natural_cmp};
use crate::pipeline::RecipientCopy;

/// The file that makes a folder an engagement.
const ENGAGEMENT: &str = "engagement.toml";

/// The engagement folders among these paths, in their order. Told of are those that cannot be looked into, and those that
/// somebody may have taken for an engagement.
fn engagements(mut paths: Vec<PathBuf>, findings: &mut Findings) -> Vec<PathBuf> {
    paths.sort_by(|a, b| natural_cmp(&a.to_string_lossy(), &b.to_string_lossy()));
    paths.retain(|path| match look(path) {
        Ok(Sight::Engagement) => true,
        Ok(Sight::Folder) => {
            findings.extend(left_out(path));
            false
        }
        Ok(Sight::Other) => false,
        Ok(Sight::Nowhere) => {
            findings.push(leads_nowhere(path));
            false
        }
        // Nobody shall miss a client's report for a folder that could not be read.
        Err(error) => {
            findings.push(unreadable(path, &error));
            false
        }
    });
    paths
}

/// What a path in a folder is.
enum Sight {
    Engagement,
    Folder,
    Other,
    /// A link to what is not there.
    Nowhere,
}

fn look(path: &Path) -> io::Result<Sight> {
    let there = |path: &Path| match fs::metadata(path) {
        Err(error) if patterns::is_absent(&error) => Ok(None),
        metadata => metadata.map(Some),
    };
    Ok(match there(path)? {
        None => Sight::Nowhere,
        Some(metadata) if !metadata.is_dir() => Sight::Other,
        Some(_) if there(&path.join(ENGAGEMENT))?.is_some_and(|file| file.is_file()) => Sight::Engagement,
        Some(_) => Sight::Folder,
    })
}

fn leads_nowhere(path: &Path) -> Diagnostic {
    Diagnostic::new(&rules::LEFT_OUT, format!("{} was left out: it is a link that leads nowhere", path.display()))
        .help("mount what it leads to, or remove it")
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::new(&rules::NO_ENGAGEMENT, format!("{} cannot be looked into: {error}", path.display()))
        .help("let this user read the folder, or name the others without it")
}

/// Why somebody may have taken a folder for an engagement: the name of a file in it.
fn looks_like_engagement(folder: &Path) -> Option<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let stem = |name: &String| name.rsplit_once('.').map(|(stem, _)| stem.to_lowercase()).unwrap_or_default();
    let engagement = names.iter().find(|name| stem(name) == "engagement").cloned();
    engagement.or_else(|| names.into_iter().find(|name| stem(name) == "controls"))
}

/// Tells of a folder that is no engagement but looks like one, or holds some.
fn left_out(folder: &Path) -> Option<Diagnostic> {
    let (why, help) = if folder.join(ENGAGEMENT).symlink_metadata().is_ok() {
        (
            format!("its {ENGAGEMENT} is no file, or a link that leads nowhere"),
            format!("put the file {ENGAGEMENT} there"),
        )
    } else if let Some(name) = looks_like_engagement(folder) {
        let help = if name.to_lowercase().starts_with(ENGAGEMENT) || name.ends_with(".tml") {
            format!("rename it: the file is called {ENGAGEMENT}")
        } else {
            format!("add an {ENGAGEMENT}; `socpress init` writes an example")
        };
        (format!("it has {name}, and no {ENGAGEMENT}"), help)
    } else {
        let inner = fs::read_dir(folder).ok()?.flatten().filter(|entry| entry.path().join(ENGAGEMENT).is_file());
        let first = inner.map(|entry| entry.file_name().to_string_lossy().into_owned()).min()?;
        let help = format!("name {} as well if what lies in it is meant", folder.display());
        (format!("it is no engagement, but {first} in it is one"), help)
    };
    let message = format!("{} was left out: {why}", folder.display());
    Some(Diagnostic::new(&rules::LEFT_OUT, message).help(help))
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
    if let Sight::Engagement = look(path).map_err(|error| Box::new(unreadable(path, &error)))? {
        return Ok(Found::Folders(vec![path.to_owned()]));
    }
    // It is no plan, though it ends like one.
    if path.is_file() && path.file_name().is_some_and(|name| name == ENGAGEMENT) {
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        return Ok(Found::Folders(vec![folder.to_owned()]));
    }
    if path.is_dir() {
        let entries = fs::read_dir(path).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
        let entries = entries.map_err(|error| Box::new(unreadable(path, &error)))?;
        let (hidden, below) = entries.iter().map(DirEntry::path).partition(|path| is_hidden(path));
        for folder in engagements(hidden, &mut Findings::default()) {
            let message = format!("{} was left out: its name begins with a dot", folder.display());
            findings.push(Diagnostic::new(&rules::LEFT_OUT, message).help("name the folder itself if it is meant"));
        }
        let before = findings.count(Severity::Error);
        let below = engagements(below, findings);
        if below.is_empty() && findings.count(Severity::Error) == before {
            let message = format!("{source} has no {ENGAGEMENT}, nor has a folder in it");
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
    if !path.exists() && patterns::is_pattern(source) {
        let found = patterns::fitting(source).map_err(|error| {
            let message = format!("the pattern `{source}` cannot be used: {}", error.msg);
            none(message, "* stands for any part of a name, ? for one character, [ab] for one of these")
        })?;
        let before = findings.count(Severity::Error);
        findings.extend(found.nowhere.iter().map(|path| leads_nowhere(path)));
        findings.extend(found.unreadable.iter().map(|(path, error)| unreadable(path, error)));
        let mut fitting = found.paths;
        if path.file_name().is_some_and(|name| name == ENGAGEMENT) {
            fitting = fitting.iter().filter_map(|file| file.parent().map(Path::to_path_buf)).collect();
        }
        let folders = engagements(fitting, findings);
        if folders.is_empty() && findings.count(Severity::Error) == before {
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

/// `.` and `..` are not.
fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
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
        firm_origin: None,
        origin: None,
        faulty: false,
    })
}

fn of_row(row: PlannedJob, base: &Path, defaults: &Defaults, findings: &mut Findings) -> Option<Draft> {
    // All that is wrong with a row is told before it is given up.
    let mut faulty = row.faulty;
    let mut wrong = |rule, message: String, origin: &Origin, help: &str| {
        findings.push(Diagnostic::new(rule, message).at(origin).help(help));
        faulty = true;
    };
    let folder = tidy(base.join(&row.engagement.value));
    match look(&folder) {
        Ok(Sight::Engagement) => {}
        Ok(Sight::Nowhere) if folder.symlink_metadata().is_ok() => {
            let message = format!("{} is a link that leads nowhere", folder.display());
            wrong(&rules::NO_ENGAGEMENT, message, &row.engagement.origin, "mount what it leads to");
        }
        Ok(Sight::Nowhere) => {
            let message = format!("there is no folder {}", folder.display());
            wrong(&rules::NO_ENGAGEMENT, message, &row.engagement.origin, "the path starts from where the plan lies");
        }
        Ok(_) => {
            let mut message = format!("{} has no {ENGAGEMENT}", folder.display());
            if let Some(name) = looks_like_engagement(&folder) {
                message.push_str(&format!(", but {name}"));
            }
            wrong(&rules::NO_ENGAGEMENT, message, &row.engagement.origin, "the path starts from where the plan lies");
        }
        Err(error) => {
            let message = unreadable(&folder, &error).message;
            wrong(&rules::NO_ENGAGEMENT, message, &row.engagement.origin, "let this user read the folder");
        }
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
    let copy = row.recipient.map(|recipient| RecipientCopy {
        recipient: recipient.value,
        serial: row.serial.as_ref().map(|serial| serial.value.clone()).unwrap_or_default(),
    });
    let firm_origin = row.firm.as_ref().map(|firm| firm.origin.clone());
    let firm = row.firm.map(|firm| tidy(base.join(firm.value))).or_else(|| defaults.firm.clone());
    Some(Draft {
        job: Job {
            number: 0,
            name: String::new(),
            engagement,
            firm,
            document,
            evidence_list: row
                .evidence_list
                .map_or(defaults.evidence_list && copy.is_none() && document == Document::Report, |list| list.value),
            overrides: Overrides { status: row.status, date: row.date },
            copy,
        },
        output: row.output.map(|output| (output.value, output.origin)),
        serial_given: row.serial.is_some(),
        firm_origin,
        origin: Some(row.origin),
        faulty,
    })
}

/// A path without `name/..` in it, if it leads to the same place: not where `name` is a link.
fn tidy(path: PathBuf) -> PathBuf {
    let mut short = PathBuf::new();
    for part in path.components() {
        let named = matches!(short.components().next_back(), Some(Component::Normal(_)));
        match part {
            Component::CurDir => {}
            Component::ParentDir if named => {
                short.pop();
            }
            part => short.push(part),
        }
    }
    if short.as_os_str().is_empty() {
        short.push(".");
    }
    match (short.canonicalize(), path.canonicalize()) {
        (Ok(one), Ok(other)) if one == other => short,
        _ => path,
    }
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
