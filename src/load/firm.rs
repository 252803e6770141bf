//! The firm's folder: its profile, its wording, its licensed criteria. It is shared by many engagements.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::csv;
use super::decode::{Decoder, Lost, Row};
use super::fields::nearest_criterion;
use super::folder::Folder;
use super::heads::Columns;
use super::records;
use super::rules;
use super::schema;
use super::toml;
use super::tree::Value;
use crate::diagnostics::{Diagnostic, Findings, Located, Origin};
use crate::model::{
    BRIDGE_LETTER_MONTHS, Catalogue, CriterionId, FILE_LOCK_DAYS, Firm, Id, PeerReview, Wording, WordingApproval,
};

/// Folder of an engagement in which its firm's profile may lie, when none is named.
const WITHIN_ENGAGEMENT: &str = "firm";
/// What stands before the names of the firm's files in messages, wherever its folder is.
pub const FIRM_PREFIX: &str = "firm/";
/// How the files of clauses end.
const CLAUSE: &str = ".md.j2";

/// What the firm's folder says.
pub struct Profile {
    pub folder: Folder,
    pub firm: Firm,
    pub catalogue: Arc<Catalogue>,
    /// The profile's own record, for the defaults of the engagement.
    pub row: Row,
    pub style: Option<Row>,
}

/// Reads the firm's folder: the one named, or `firm/` in the engagement folder if there is one.
pub fn profile(engagement: &Folder, named: Option<&Path>, findings: &mut Findings) -> Option<Profile> {
    let folder = match named {
        Some(path) => Folder::open(path),
        None if engagement.has(&format!("{WITHIN_ENGAGEMENT}/firm.toml")) => {
            // A link may not lead to a firm's folder elsewhere: that one is named by whoever runs the program.
            let file = format!("{WITHIN_ENGAGEMENT}/firm.toml");
            let at = Origin::file(&engagement.opaque(&file));
            engagement.resolve("", &file, &at).and_then(|_| Folder::open(&engagement.shown().join(WITHIN_ENGAGEMENT)))
        }
        None => return None,
    };
    read(folder, findings)
}

/// Reads the firm's folder that is named.
pub fn named(path: &Path, findings: &mut Findings) -> Option<Profile> {
    read(Folder::open(path), findings)
}

fn read(folder: Result<Folder, Diagnostic>, findings: &mut Findings) -> Option<Profile> {
    let read = folder.map(|folder| folder.named(FIRM_PREFIX)).and_then(|folder| {
        if !folder.has("firm.toml") {
            let message = format!("{} has no firm.toml", folder.shown().display());
            return Err(Diagnostic::new(&rules::FILE_UNREADABLE, message)
                .at(&Origin::file(&folder.opaque("firm.toml")))
                .help("name the firm's folder; `socpress templates export FOLDER` makes one"));
        }
        let source = folder.read_text("firm.toml")?;
        Ok((folder, source))
    });
    let (folder, source) = match read {
        Ok(read) => read,
        Err(problem) => {
            findings.push(problem);
            return None;
        }
    };
    let raw = toml::parse(&source, findings);
    let mut d = Decoder { findings, catalogue: Catalogue::builtin(), lost: Lost::default() };
    let row = d.row(&schema::FIRM, raw);
    if !super::engagement::format(&mut d, &row) {
        return None;
    }
    let wording_approval = d.record(&row, "wording_approval").and_then(|table| {
        let (by, role, on) = (d.text(&table, "by"), d.text(&table, "role"), d.date(&table, "on"));
        Some(WordingApproval { by: by?, role, on: on? })
    });
    let months = d.count(&row, "bridge_letter_months");
    let lock_days = d.count(&row, "file_lock_days");
    let peer_review = d.record(&row, "peer_review").and_then(|table| {
        let rating = d.text(&table, "rating");
        Some(PeerReview { accepted_on: d.date(&table, "accepted_on")?, rating })
    });
    let sample_sizes = records::sample_sizes(&mut d, &row);
    let (rules_on, rules_off) = super::engagement::review(&mut d, &row);
    let firm = Firm {
        name: d.text(&row, "name"),
        wording_approval,
        bridge_letter_months: months.and_then(|m| u32::try_from(m.value).ok()).unwrap_or(BRIDGE_LETTER_MONTHS),
        file_lock_days: lock_days.and_then(|days| u32::try_from(days.value).ok()).unwrap_or(FILE_LOCK_DAYS),
        clients: d.texts(&row, "clients"),
        registration: d.text(&row, "registration"),
        peer_review,
        cpas: d.count(&row, "cpas"),
        reports_a_year: d.count(&row, "reports_a_year"),
        sample_sizes,
        rules_on,
        rules_off,
        source,
    };
    let style = d.record(&row, "style");
    let catalogue = catalogue(&folder, d.findings);
    Some(Profile { folder, firm, catalogue, row, style })
}

/// The catalogue with the firm's licensed texts in place of our titles.
fn catalogue(folder: &Folder, findings: &mut Findings) -> Arc<Catalogue> {
    let builtin = Catalogue::builtin();
    let criteria = texts(folder, "trust-services-criteria", findings);
    let description = texts(folder, "description-criteria", findings);
    if criteria.is_empty() && description.is_empty() {
        return builtin;
    }
    let mut catalogue = Catalogue::clone(&builtin);
    for (id, title) in criteria {
        if !catalogue.set_title(id.as_str(), &title.value) {
            let mut diagnostic =
                Diagnostic::new(&rules::UNKNOWN_REFERENCE, format!("there is no criterion `{id}`")).at(&id.origin);
            let known: Vec<CriterionId> = builtin.criteria.iter().map(|c| c.id.clone()).collect();
            if let Some(near) = nearest_criterion(id.as_str(), known.iter()) {
                diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
            }
            findings.push(diagnostic);
        }
    }
    for (id, title) in description {
        let number = id.as_str().trim_start_matches(['D', 'C', ' ']).parse::<u8>().ok();
        let known = number.and_then(|n| catalogue.description_criteria.iter_mut().find(|d| d.number == n));
        match known {
            Some(criterion) => criterion.title = title.value,
            None => findings.push(
                Diagnostic::new(&rules::UNKNOWN_REFERENCE, format!("there is no description criterion `{id}`"))
                    .at(&id.origin)
                    .help("the description criteria are DC 1 to DC 9"),
            ),
        }
    }
    Arc::new(catalogue)
}

fn texts(folder: &Folder, name: &str, findings: &mut Findings) -> Vec<(Located<Id>, Located<String>)> {
    ["csv", "tsv"]
        .iter()
        .map(|extension| format!("catalogue/{name}.{extension}"))
        .find(|file| folder.has(file))
        .map(|file| rows(folder, &file, findings))
        .unwrap_or_default()
}

/// The rows of a sheet with the columns `id` and `title`.
pub fn rows(folder: &Folder, file: &str, findings: &mut Findings) -> Vec<(Located<Id>, Located<String>)> {
    let source = match folder.read_text(file) {
        Ok(source) => source,
        Err(problem) => {
            findings.push(problem);
            return Vec::new();
        }
    };
    let record = &schema::ADDITIONAL_CRITERION;
    let raws =
        csv::parse(&source, findings).map(|sheet| sheet.records(record, &Columns::new(), findings)).unwrap_or_default();
    let mut d = Decoder { findings, catalogue: Catalogue::builtin(), lost: Lost::default() };
    raws.into_iter()
        .filter_map(|raw| {
            let row = d.row(record, raw);
            let (id, title) = (d.id(&row, "id"), d.text(&row, "title"));
            Some((id?, title?))
        })
        .collect()
}

/// The labels of a language of the firm's own: `language/TAG.toml`, a table of tables of texts.
pub fn labels(folder: &Folder, tag: &str, findings: &mut Findings) -> BTreeMap<String, Located<String>> {
    let mut labels = BTreeMap::new();
    let plain = tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let file = format!("language/{tag}.toml");
    if !plain || !folder.has(&file) {
        return labels;
    }
    let source = match folder.read_text(&file) {
        Ok(source) => source,
        Err(problem) => {
            findings.push(problem);
            return labels;
        }
    };
    for section in toml::parse(&source, findings).entries {
        let Value::Table(entries) = section.node.value else {
            findings.push(not_a_label(&section.key, &section.key_origin));
            continue;
        };
        for entry in entries {
            let key = format!("{}.{}", section.key, entry.key);
            match entry.node.value {
                Value::Text(text) => drop(labels.insert(key, Located::new(text, entry.node.origin))),
                _ => findings.push(not_a_label(&key, &entry.node.origin)),
            }
        }
    }
    labels
}

fn not_a_label(key: &str, at: &Origin) -> Diagnostic {
    Diagnostic::new(&rules::WRONG_VALUE, format!("`{key}` must be a text in a table"))
        .at(at)
        .help("labels stand in tables: [summary], then `title = \"Summary\"`")
}

/// The clauses of a folder's `letters/`, by name.
pub fn clauses(folder: &Folder, findings: &mut Findings) -> Wording {
    let mut wording = BTreeMap::new();
    for file in folder.list("letters") {
        let path = format!("letters/{file}");
        let Some(name) = file.strip_suffix(CLAUSE) else {
            if !file.starts_with('.') && !file.ends_with('/') && !file.to_lowercase().starts_with("readme") {
                findings.push(
                    Diagnostic::new(&rules::FILE_IGNORED, format!("`{path}` has no part in the report"))
                        .at(&Origin::file(&folder.opaque(&path)))
                        .help("clauses are files such as scope.md.j2; `socpress templates list` names them"),
                );
            }
            continue;
        };
        match folder.read_text(&path) {
            Ok(source) => drop(wording.insert(name.to_owned(), source)),
            Err(problem) => findings.push(problem),
        }
    }
    wording
}
