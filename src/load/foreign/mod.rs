//! What other programs and people write, read for an import: workbooks and CSV files of any make, evidence exports of
//! compliance platforms, OSCAL documents.
//!
//! Reading never changes anything. What becomes of what was read is the affair of `import`.

mod evidence;
mod inverted;
pub mod oscal;
mod sheets;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::canonical::{Entry, Written};
use super::fields::Record;
use super::folder::Folder;
use super::rules;
use super::tables::{Mapping, columns};
use super::tree::{Raw, Value};
use super::{document, schema, toml};
use crate::diagnostics::{Diagnostic, Findings, Origin, Severity, Source};
use crate::model::Catalogue;

/// What a source gave.
#[derive(Default)]
pub struct Foreign {
    /// What it is, for messages: `a workbook`.
    pub kind: &'static str,
    pub parts: Vec<Part>,
    pub tables: Vec<ForeignTable>,
    pub files: Vec<ForeignFile>,
    /// Facts of the engagement's head: keys of engagement.toml, with dots.
    pub head: Vec<(&'static str, Written, Origin)>,
    /// Sets of further criteria.
    pub criteria: Vec<CriteriaSet>,
    /// Texts for the description.
    pub topics: Vec<Topic>,
}

impl Foreign {
    /// Adds records to their table, and tells where they came from.
    fn add(&mut self, place: &str, record: &'static Record, entries: Vec<Entry>, fields: Vec<&'static str>) {
        if entries.is_empty() {
            return;
        }
        self.parts.push(Part {
            place: place.to_owned(),
            tables: vec![record.name],
            columns: Vec::new(),
            rows: entries.len(),
        });
        match self.tables.iter_mut().find(|table| table.record.name == record.name) {
            Some(table) => {
                table.entries.extend(entries);
                table.fields.extend(fields);
            }
            None => self.tables.push(ForeignTable { record, entries, fields }),
        }
    }
}

/// A sheet or another part of the source, and what became of it.
pub struct Part {
    /// `matrix.xlsx, sheet Controls`
    pub place: String,
    /// The tables that its rows went to; none if it is not used.
    pub tables: Vec<&'static str>,
    /// Each column with the fields that it holds; none if it is not used.
    pub columns: Vec<(String, Vec<String>)>,
    /// Records that were read.
    pub rows: usize,
}

/// Records of a table.
pub struct ForeignTable {
    pub record: &'static Record,
    pub entries: Vec<Entry>,
    /// Fields that the source can say: what it leaves out of these is empty there.
    pub fields: Vec<&'static str>,
}

/// An evidence file.
pub struct ForeignFile {
    pub path: PathBuf,
    /// Where it goes below `evidence/`.
    pub name: String,
}

/// Criteria of a further framework.
pub struct CriteriaSet {
    pub name: String,
    pub title: String,
    pub citation: String,
    /// Ids and titles.
    pub criteria: Vec<(String, String)>,
    pub origin: Origin,
}

/// A text of the description.
pub struct Topic {
    pub title: String,
    pub description_criteria: Vec<u8>,
    pub text: String,
}

/// How to read.
#[derive(Default)]
pub struct Reading {
    /// The table that the rows belong to, if it is said.
    pub table: Option<&'static Record>,
    /// Columns and the fields that they hold, as the user says for this import.
    pub columns: Vec<(String, String)>,
    /// The engagement that is brought up to date: its `[columns]` count, and its controls are known.
    pub folder: Option<PathBuf>,
    pub catalogue: Option<Arc<Catalogue>>,
}

/// What readers share.
struct Context<'a> {
    reading: &'a Reading,
    mapping: Mapping,
    catalogue: Arc<Catalogue>,
    /// Id and title of each control that the engagement has.
    controls: Vec<(String, String)>,
    findings: &'a mut Findings,
}

/// Reads a source.
pub fn read(path: &Path, reading: &Reading, findings: &mut Findings) -> Foreign {
    let mapping = mapping(reading, findings);
    let catalogue = reading.catalogue.clone().unwrap_or_else(Catalogue::builtin);
    let controls = reading.folder.as_deref().map(known_controls).unwrap_or_default();
    let mut context = Context { reading, mapping, catalogue, controls, findings };
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    if path.is_dir() {
        let folder = match Folder::open(path) {
            Ok(folder) => folder,
            Err(problem) => {
                context.findings.push(problem);
                return Foreign::default();
            }
        };
        if let Some(index) = evidence::index_of(&folder) {
            return evidence::read(&folder, &index, &mut context);
        }
        let mut all = Foreign { kind: "a folder of tables", ..Foreign::default() };
        for name in folder.list("") {
            match extension(&name).as_str() {
                "csv" | "tsv" | "txt" | "xlsx" | "xlsm" | "xls" | "ods" => {
                    sheets::read(&folder, &name, &mut context, &mut all)
                }
                "json" | "yaml" | "yml" => document_of(&folder, &name, &mut context, &mut all),
                "toml" => toml_of(&folder, &name, &mut context, &mut all),
                _ if name.starts_with('.') => {}
                _ if name.ends_with('/') => context.findings.push(
                    Diagnostic::new(&rules::NOT_IMPORTED, format!("`{name}` is a folder within, so nothing of it is imported"))
                        .at(&Origin::file(&folder.opaque(&name)))
                        .help("an export with folders of evidence has an index beside them: a CSV file with a row for each item"),
                ),
                _ => not_imported(&folder, &name, &mut context),
            }
        }
        none_found(path, &mut context, &all);
        return all;
    }
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let folder = match Folder::open(parent) {
        Ok(folder) if path.is_file() => folder,
        _ => {
            context.findings.push(
                Diagnostic::new(&rules::FILE_UNREADABLE, format!("there is no file or folder {}", path.display()))
                    .at(&Origin::file(&Source::opaque(name, path)))
                    .help("name a workbook, a CSV file, an OSCAL document, or a folder of these"),
            );
            return Foreign::default();
        }
    };
    let mut all = Foreign { kind: "a file", ..Foreign::default() };
    match extension(&name).as_str() {
        "json" | "yaml" | "yml" => document_of(&folder, &name, &mut context, &mut all),
        "toml" => toml_of(&folder, &name, &mut context, &mut all),
        "csv" | "tsv" | "txt" | "xlsx" | "xlsm" | "xls" | "ods" => sheets::read(&folder, &name, &mut context, &mut all),
        _ => not_imported(&folder, &name, &mut context),
    }
    none_found(path, &mut context, &all);
    all
}

fn extension(name: &str) -> String {
    name.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_lowercase())
}

fn document_of(folder: &Folder, name: &str, context: &mut Context, all: &mut Foreign) {
    let source = match folder.read_text(name) {
        Ok(source) => source,
        Err(problem) => return context.findings.push(problem),
    };
    let Some(document) = document::parse(&source, context.findings) else { return };
    if !oscal::read(&document, folder, context, all) {
        context.findings.push(
            Diagnostic::new(&rules::SOURCE_UNKNOWN, format!("`{name}` is no document that can be imported"))
                .at(&document.origin)
                .help(
                    "OSCAL catalogs, profiles, system security plans and assessment results can be, and what \
                     `socpress export --to json` writes",
                ),
        );
    }
}

/// Tables of records as the engagement folder keeps them.
fn toml_of(folder: &Folder, name: &str, context: &mut Context, all: &mut Foreign) {
    let source = match folder.read_text(name) {
        Ok(source) => source,
        Err(problem) => return context.findings.push(problem),
    };
    let raw = toml::parse(&source, context.findings);
    let mut any = false;
    for entry in raw.entries {
        let Some(record) = schema::TABLES.iter().copied().find(|record| record.name == entry.key) else { continue };
        any = true;
        let raws = raws_of(entry.node.value);
        let entries = super::canonical::read_alone(record, raws, &context.catalogue, context.findings);
        all.add(name, record, entries, record.fields.iter().map(|field| field.name).collect());
    }
    if !any && !raw.damaged {
        not_imported(folder, name, context);
    }
}

fn not_imported(folder: &Folder, name: &str, context: &mut Context) {
    context.findings.push(
        Diagnostic::new(&rules::NOT_IMPORTED, format!("`{name}` is no table, so it is not imported"))
            .at(&Origin::file(&folder.opaque(name))),
    );
}

fn none_found(path: &Path, context: &mut Context, all: &Foreign) {
    for (head, _) in &context.reading.columns {
        let key = super::fields::head_key(head);
        if !all.parts.iter().flat_map(|part| &part.columns).any(|(known, _)| super::fields::head_key(known) == key) {
            let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            context.findings.push(
                Diagnostic::new(&rules::NOT_IMPORTED, format!("no sheet has a column `{head}`, which --column names"))
                    .severity(Severity::Warning)
                    .at(&Origin::file(&Source::opaque(name, path))),
            );
        }
    }
    for table in &all.tables {
        super::canonical::unique(table.record, &table.entries, &context.catalogue, context.findings);
    }
    let nothing = all.tables.is_empty() && all.files.is_empty() && all.criteria.is_empty() && all.topics.is_empty();
    if nothing && !context.findings.has_errors() {
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        context.findings.push(
            Diagnostic::new(&rules::SOURCE_UNKNOWN, format!("nothing in `{name}` is a table that is known"))
                .at(&Origin::file(&Source::opaque(name, path)))
                .help("say which table it holds with --table, and which column is which field with --column"),
        );
    }
}

/// The records of a table in a TOML file of the folder, one for each item.
pub fn own_records(source: &Arc<Source>, record: &Record) -> Vec<Raw> {
    let raw = toml::parse(source, &mut Findings::default());
    let found = raw.entries.into_iter().find(|entry| entry.key == record.name).map(|entry| entry.node.value);
    found.map(raws_of).unwrap_or_default()
}

/// The records of a list, one for each item.
fn raws_of(list: Value) -> Vec<Raw> {
    let Value::List(items) = list else { return Vec::new() };
    let records = items.into_iter().map(|item| {
        let entries = match item.value {
            Value::Table(entries) => entries,
            _ => Vec::new(),
        };
        Raw { entries, origin: item.origin, sheet: false, damaged: false, without_column: Vec::new() }
    });
    records.collect()
}

/// The columns as the engagement says, and over them as the user says for this import.
fn mapping(reading: &Reading, findings: &mut Findings) -> Mapping {
    let engagement = reading.folder.as_deref().and_then(|folder| {
        let source = Folder::open(folder).ok()?.read_text("engagement.toml").ok()?;
        let mut raw = toml::parse(&source, &mut Findings::default());
        Some(columns(&mut raw, findings))
    });
    let mut mapping = engagement.unwrap_or_default();
    for (head, field) in &reading.columns {
        mapping.add(reading.table, head, field);
    }
    mapping
}

fn known_controls(folder: &Path) -> Vec<(String, String)> {
    let (tables, _) = super::raw_tables::read(folder, &[schema::CONTROLS.name.to_owned()]);
    let text = |row: &[Option<super::raw_tables::TableCell>], at: Option<usize>| {
        let cell = at.and_then(|at| row.get(at)).and_then(Option::as_ref);
        match cell.map(|cell| &cell.value) {
            Some(super::raw_tables::CellValue::Text(text)) => text.trim().to_owned(),
            _ => String::new(),
        }
    };
    let mut controls = Vec::new();
    for table in tables {
        let column = |name: &str| table.columns.iter().position(|c| c.name == name);
        let (id, title) = (column("id"), column("title"));
        controls.extend(table.rows.iter().map(|row| (text(row, id), text(row, title))));
    }
    controls.retain(|(id, _)| !id.is_empty());
    controls
}
