//! The plan of a batch: a TOML file with `[[jobs]]`, a sheet in CSV, or JSON lines.

use std::path::Path;
use std::sync::Arc;

use super::csv;
use super::decode::{Decoder, Lost, Row};
use super::fields::{Field, head_key};
use super::folder::Folder;
use super::heads::Columns;
use super::json_lines;
use super::rules;
use super::schema::JOBS;
use super::sheet::Sheet;
use super::toml;
use super::tree::{Entry, Raw, Value};
use crate::diagnostics::{Diagnostic, Findings, Located, Origin, Severity, Source};
use crate::model::{Catalogue, Date, Document, Status};

/// A row of a plan. Paths are as they are written.
pub struct PlannedJob {
    pub engagement: Located<String>,
    pub document: Option<Document>,
    pub evidence_list: Option<Located<bool>>,
    pub firm: Option<Located<String>>,
    pub recipient: Option<Located<String>>,
    pub serial: Option<Located<String>>,
    pub status: Option<Status>,
    pub date: Option<Date>,
    pub output: Option<Located<String>>,
    pub origin: Origin,
    /// Something in it could not be understood: it is looked at for more problems, and is no job.
    pub faulty: bool,
}

/// Whether a file can be a plan, by its name.
pub fn is_plan(path: &Path) -> bool {
    form(path).is_some()
}

#[derive(Clone, Copy)]
enum Form {
    Toml,
    Sheet,
    JsonLines,
}

fn form(path: &Path) -> Option<Form> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "toml" => Some(Form::Toml),
        "csv" | "tsv" => Some(Form::Sheet),
        "jsonl" | "ndjson" => Some(Form::JsonLines),
        _ => None,
    }
}

/// Reads a plan. Rows that cannot be understood are findings and left out.
pub fn read(path: &Path, findings: &mut Findings) -> Vec<PlannedJob> {
    let (Some(form), Some(name)) = (form(path), path.file_name().and_then(|name| name.to_str())) else {
        findings.push(
            Diagnostic::new(&rules::FILE_UNREADABLE, format!("{} is no plan", path.display()))
                .help("a plan is a file that ends with .toml, .csv, .tsv or .jsonl"),
        );
        return Vec::new();
    };
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let source = Folder::open(parent).and_then(|folder| folder.read_text(name));
    let source = match source {
        // A plan is named by its whole path: there may be several.
        Ok(source) => {
            let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
            Source::new(whole.display().to_string(), source.shown(), source.text())
        }
        Err(problem) => {
            findings.push(problem);
            return Vec::new();
        }
    };
    let raws = match form {
        Form::Toml => tables(toml::parse(&source, findings), findings),
        Form::Sheet => sheet(&source, findings),
        Form::JsonLines => json_lines::parse(&source, findings),
    };
    let mut d = Decoder { findings, catalogue: Catalogue::builtin(), lost: Lost::default() };
    raws.into_iter().filter_map(|raw| job(&mut d, raw)).collect()
}

/// The rows of a sheet.
fn sheet(source: &Arc<Source>, findings: &mut Findings) -> Vec<Raw> {
    let mut own = Findings::default();
    let Some(sheet) = csv::parse(source, &mut own) else {
        findings.extend(own);
        return Vec::new();
    };
    let unread = unread_columns(&sheet);
    let raws = sheet.records(&JOBS, &Columns::default(), &mut own);
    // What the sheet lacks is there then, misspelt.
    let is_required = |name: &str| JOBS.field(name).is_some_and(|field| field.required);
    let misspelt = unread.iter().any(|column| column.meant.is_some_and(|(field, _)| is_required(field)));
    for finding in own {
        // Of columns it is told below: an engagement can say what they hold, a plan cannot.
        let of_columns = [&rules::UNKNOWN_KEY, &rules::COLUMNS_UNUSED].iter().any(|rule| rule.id == finding.rule.id);
        if of_columns || (misspelt && finding.rule.id == rules::MISSING_KEY.id) {
            continue;
        }
        // What was torn apart, a name with a comma above all, would be another job.
        let torn = finding.rule.id == rules::CSV_COLUMNS.id;
        findings.push(if torn { finding.severity(Severity::Error) } else { finding });
    }
    let (misspelt, others): (Vec<_>, Vec<_>) = unread.into_iter().partition(|column| column.meant.is_some());
    for Unread { head, origin, meant } in misspelt {
        let Some((_, meant)) = meant else { continue };
        findings.push(
            Diagnostic::new(&rules::UNKNOWN_KEY, format!("unknown column `{head}` in the plan"))
                .at(&origin)
                .help(format!("did you mean `{meant}`? Give a column that holds something else another name")),
        );
    }
    if let Some(first) = others.first() {
        let heads: Vec<String> = others.iter().map(|column| format!("`{}`", column.head)).collect();
        let names: Vec<&str> = JOBS.fields.iter().map(|field| field.name).collect();
        findings.push(
            Diagnostic::new(&rules::COLUMNS_UNUSED, format!("not read of the plan: {}", heads.join(", ")))
                .at(&first.origin)
                .help(format!("the columns of a plan are {}; any other is for people", names.join(", "))),
        );
    }
    raws
}

/// A column that is none of a plan.
struct Unread {
    head: String,
    origin: Origin,
    /// The field, and the name of its column, that is only just missed.
    meant: Option<(&'static str, &'static str)>,
}

fn unread_columns(sheet: &Sheet) -> Vec<Unread> {
    let unread = sheet.mapping(&JOBS, &Columns::default()).into_iter().filter(|(_, field)| field.is_none());
    let unread = unread.filter_map(|(head, _)| {
        let cells = sheet.rows.iter().flatten();
        let cell = cells.map(|(_, cell)| cell).find(|cell| cell.text.split_whitespace().eq(head.split_whitespace()))?;
        let (origin, meant) = (cell.origin.clone(), meant(&head));
        Some(Unread { head, origin, meant })
    });
    unread.collect()
}

/// The column that a head misses by a letter, or by two if it is long: whoever loses a recipient by a slip hands out what is
/// not marked.
fn meant(head: &str) -> Option<(&'static str, &'static str)> {
    let head = head_key(head);
    let named = |field: &'static Field| {
        std::iter::once(field.name).chain(field.heads.iter().copied()).map(move |name| (field.name, name))
    };
    let near = JOBS.fields.iter().flat_map(named).map(|(field, name)| {
        let distance = strsim::damerau_levenshtein(&head, &head_key(name));
        (distance, field, name)
    });
    let near = near.filter(|(distance, _, name)| *distance <= 1 + usize::from(name.len() >= 8));
    near.min_by_key(|(distance, ..)| *distance).map(|(_, field, name)| (field, name))
}

/// The `[[jobs]]` of a TOML file.
fn tables(raw: Raw, findings: &mut Findings) -> Vec<Raw> {
    let mut raws = Vec::new();
    for Entry { key, key_origin, node } in raw.entries {
        if key != JOBS.name {
            findings.push(
                Diagnostic::new(&rules::UNKNOWN_KEY, format!("unknown key `{key}` in the plan"))
                    .at(&key_origin)
                    .help("a plan holds [[jobs]] tables only"),
            );
            continue;
        }
        let items = match node.value {
            Value::List(items) => items,
            _ => Vec::new(),
        };
        let mut whole = !items.is_empty();
        for item in items {
            match item.value {
                Value::Table(entries) => raws.push(Raw {
                    entries,
                    origin: item.origin,
                    sheet: false,
                    damaged: raw.damaged,
                    without_column: Vec::new(),
                }),
                _ => whole = false,
            }
        }
        if !whole {
            findings.push(
                Diagnostic::new(&rules::WRONG_VALUE, "`jobs` must be tables")
                    .at(&node.origin)
                    .help("write each job as [[jobs]]"),
            );
        }
    }
    raws
}

fn job(d: &mut Decoder, raw: Raw) -> Option<PlannedJob> {
    let before = d.findings.count(Severity::Error);
    let row = d.row(&JOBS, raw);
    // Everything is decoded before anything is given up, so that all problems show in one run.
    let engagement = d.text(&row, "engagement");
    let document = d.choice(&row, "document");
    let evidence_list = d.flag(&row, "evidence_list");
    let firm = d.text(&row, "firm");
    let recipient = line(d, &row, "recipient", 120);
    if matches!(row.value("recipient").map(|node| &node.value), Some(Value::Text(text)) if text.trim().is_empty()) {
        // The document for everybody is not what was meant.
        d.report(
            Diagnostic::new(&rules::WRONG_VALUE, "`recipient` is empty")
                .at(row.at("recipient"))
                .help("name the party, or leave `recipient` out for the document itself"),
        );
    }
    let serial = line(d, &row, "serial", 40);
    let status = d.choice(&row, "status");
    let date = d.date(&row, "date");
    let output = d.text(&row, "output");
    Some(PlannedJob {
        engagement: engagement?,
        document: document.map(|d| d.value),
        evidence_list,
        firm,
        recipient,
        serial,
        status: status.map(|s| s.value),
        date: date.map(|d| d.value),
        output,
        origin: row.origin,
        faulty: d.findings.count(Severity::Error) > before,
    })
}

/// A text that is printed in one line on every page.
fn line(d: &mut Decoder, row: &Row, name: &str, most: usize) -> Option<Located<String>> {
    let text = d.text(row, name)?;
    let problem = if text.value.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        "has line breaks or control characters".to_owned()
    } else if text.value.chars().count() > most {
        format!("is longer than {most} characters")
    } else {
        return Some(text.map(|t| t.split_whitespace().collect::<Vec<_>>().join(" ")));
    };
    d.report(
        Diagnostic::new(&rules::WRONG_VALUE, format!("`{name}` {problem}"))
            .at(&text.origin)
            .help("it is printed on every page: write it in one short line"),
    );
    None
}
