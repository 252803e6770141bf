//! From the files of others to an engagement folder: `socpress import`.
//!
//! Everything is read, merged and staged before anything is written. An import that is repeated changes what the source
//! changed, keeps what was changed by hand, and lists where both changed.

mod merge;
mod state;
mod target;
mod whole;

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

pub use merge::{Conflict, TableChange};
pub use state::FILE as STATE_FILE;
use state::State;
use target::Target;

use crate::diagnostics::{Diagnostic, Findings, Severity, Source};
use crate::exchange::{csv, toml};
use crate::files::WriteError;
use crate::load::canonical::{Entry, Place, Written};
use crate::load::fields::{Record, nearest};
use crate::load::foreign::{self, CriteriaSet, Foreign, ForeignTable, Part, Reading, Topic};
use crate::load::{json_schema, rules, schema};
use crate::model::Catalogue;
use crate::scaffold::{self, Scaffold};

/// What to do where both sides changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflicts {
    /// Keep what stands in the folder, and list it each time.
    List,
    /// Keep what stands in the folder, for good.
    Ours,
    /// Take what the source says.
    Theirs,
}

/// How to import.
pub struct Options {
    /// The table that the rows belong to.
    pub table: Option<String>,
    /// Columns and their fields.
    pub columns: Vec<(String, String)>,
    pub conflicts: Conflicts,
    /// Remove records that the source no longer has and nobody touched.
    pub prune: bool,
    /// Write nothing.
    pub dry_run: bool,
    /// What a new folder begins with.
    pub scaffold: Scaffold,
}

/// What an import did, or would do.
#[derive(Serialize)]
pub struct Imported {
    pub kind: &'static str,
    pub dry_run: bool,
    pub parts: Vec<PartView>,
    pub tables: Vec<TableChange>,
    pub conflicts: Vec<Conflict>,
    /// Files that took the place of what an earlier import brought, since the source changed them.
    pub replaced: Vec<String>,
    /// Files that were written or changed.
    pub files: Vec<String>,
    #[serde(skip)]
    pub findings: Findings,
}

/// A part of the source and what became of its columns.
#[derive(Serialize)]
pub struct PartView {
    pub place: String,
    pub tables: Vec<&'static str>,
    pub columns: Vec<ColumnView>,
    pub rows: usize,
}

#[derive(Serialize)]
pub struct ColumnView {
    pub head: String,
    /// None if the column is not used.
    pub fields: Vec<String>,
}

impl From<Part> for PartView {
    fn from(part: Part) -> Self {
        let columns = part.columns.into_iter().map(|(head, fields)| ColumnView { head, fields }).collect();
        Self { place: part.place, tables: part.tables, columns, rows: part.rows }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("the source cannot be read")]
    Unreadable(Findings),
    #[error("there is no table `{0}`; docs/engagement-folder.md lists them")]
    UnknownTable(String),
    #[error("{0}")]
    UnknownField(String),
    #[error("{0} is the folder that is imported into")]
    Itself(PathBuf),
    #[error("{0} holds files, but no engagement.toml: name a new folder, or an engagement folder")]
    NoEngagement(PathBuf),
    #[error("{file} cannot be read, so nothing is imported: {why}")]
    Toml { file: String, why: String },
    #[error(
        "the table `{table}` stands in {sheet}, which an import does not change: keep it there, or make it {table}.toml with `socpress export --to toml`"
    )]
    InASheet { table: &'static str, sheet: String },
    #[error("the record of earlier imports, {name}, cannot be read: {why}")]
    State { name: &'static str, why: String },
    #[error("{0} leads out of the engagement folder")]
    Outside(PathBuf),
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(transparent)]
    Scaffold(#[from] scaffold::ScaffoldError),
}

/// Imports a source into a folder.
pub fn import(source: &Path, folder: &Path, options: &Options) -> Result<Imported, ImportError> {
    let table = match &options.table {
        None => None,
        Some(name) => match schema::TABLES.iter().copied().find(|record| record.name == *name) {
            Some(record) => Some(record),
            None => return Err(ImportError::UnknownTable(name.clone())),
        },
    };
    for (_, field) in options.columns.iter().filter(|(_, field)| !field.is_empty()) {
        let tables =
            schema::TABLES.iter().copied().filter(|record| table.is_none_or(|table| table.name == record.name));
        let names: Vec<&str> = tables.flat_map(|record| record.fields.iter().map(|f| f.name)).collect();
        if !names.contains(&field.as_str()) {
            let near = nearest(field, names).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(ImportError::UnknownField(format!("there is no field `{field}`{near}")));
        }
    }
    if let (Ok(from), Ok(to)) = (source.canonicalize(), folder.canonicalize())
        && from == to
    {
        return Err(ImportError::Itself(folder.to_owned()));
    }
    let mut target = Target::open(folder, || Ok(options.scaffold.files()?))?;
    let mut findings = Findings::default();
    let mut state =
        State::read(target.text(state::FILE)).map_err(|why| ImportError::State { name: state::FILE, why })?;
    // What was said of the columns of this source holds until something else is said.
    let name = source.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let mut said = state.columns.get(&name).cloned().unwrap_or_default();
    said.extend(options.columns.iter().cloned());
    let reading = Reading {
        table,
        columns: said.iter().map(|(head, field)| (head.clone(), field.clone())).collect(),
        folder: (!target.is_new).then(|| folder.to_owned()),
        catalogue: None,
    };
    let mut read = foreign::read(source, &reading, &mut findings);
    if read.tables.is_empty() && read.files.is_empty() && read.criteria.is_empty() && read.topics.is_empty() {
        return Err(ImportError::Unreadable(findings.sorted()));
    }
    if !said.is_empty() {
        state.columns.insert(name.clone(), said);
    }
    let merging = merge::Merging { source: &name, conflicts: options.conflicts, prune: options.prune };
    let mut conflicts = Vec::new();

    for set in std::mem::take(&mut read.criteria) {
        criteria(&set, &mut read, &mut target, &mut state, &merging, &mut conflicts)?;
    }
    let mut tables = Vec::new();
    let mut in_sheets = Vec::new();
    for incoming in &mut read.tables {
        without_ids(incoming, &mut findings);
        match bring(incoming, &mut target, &mut state, &merging, &mut conflicts) {
            Ok(change) => tables.push(change),
            Err(problem @ ImportError::InASheet { .. }) => in_sheets.push(problem),
            Err(problem) => return Err(problem),
        }
    }
    for problem in &in_sheets {
        let at = Source::opaque("engagement.toml", &folder.join("engagement.toml"));
        let finding = Diagnostic::new(&rules::NOT_IMPORTED, problem.to_string()).severity(Severity::Error);
        findings.push(finding.in_file(&at));
    }
    if tables.is_empty() && read.files.is_empty() && read.topics.is_empty() && !in_sheets.is_empty() {
        return Err(in_sheets.swap_remove(0));
    }
    tables.extend(gone_tables(&read, &state, &name));
    head(&read, &mut target, &mut state, &merging, &mut conflicts)?;
    for topic in &read.topics {
        let place = format!("text: {}", topic.title);
        read.parts.push(Part { place, tables: vec!["description"], columns: Vec::new(), rows: 1 });
    }
    let mut replaced = Vec::new();
    for file in &read.files {
        let target_name = format!("evidence/{}", file.name);
        if whole::copy(&target_name, &file.path, &mut target, &mut state, &merging, &mut conflicts)? {
            replaced.push(target_name);
        }
    }
    for topic in &read.topics {
        let file = format!("description/imported-{}.md", slug(&topic.title));
        if whole::text(&file, markdown(topic), &mut target, &mut state, &merging, &mut conflicts)? {
            replaced.push(file);
        }
    }
    target.write(state::FILE, state.to_json().map_err(|why| ImportError::State { name: state::FILE, why })?);
    let files = target.changes();
    if !options.dry_run {
        target.commit()?;
    }
    Ok(Imported {
        kind: read.kind,
        dry_run: options.dry_run,
        parts: read.parts.into_iter().map(PartView::from).collect(),
        tables,
        conflicts,
        replaced,
        files,
        findings: findings.sorted(),
    })
}

/// A record without an id cannot be known again, so it is not imported. Tests and evidence get ids.
fn without_ids(incoming: &mut ForeignTable, findings: &mut Findings) {
    let record = incoming.record;
    let needs_id = record.field("id").is_some_and(|field| field.required) && record.name != schema::EVIDENCE.name;
    let before = incoming.entries.len();
    let first = incoming.entries.iter().find(|entry| entry.value("id").is_none()).map(|entry| entry.origin.clone());
    if let Some(at) = first.filter(|_| needs_id) {
        incoming.entries.retain(|entry| entry.value("id").is_some());
        let count = before - incoming.entries.len();
        findings.push(
            Diagnostic::new(
                &rules::NOT_IMPORTED,
                format!("{count} of {before} {} have no id, so they are not imported: nothing would tell them apart the next time", record.name),
            )
            .severity(Severity::Error)
            .at(&at)
            .help("give each an id, or say which column holds it: --column 'Head=id'"),
        );
    }
}

/// Tables of which the source had records before, and has none any more.
fn gone_tables(read: &Foreign, state: &State, source: &str) -> Vec<TableChange> {
    let mut list = Vec::new();
    for record in
        schema::TABLES.iter().filter(|record| !read.tables.iter().any(|table| table.record.name == record.name))
    {
        let known = state.tables.get(record.name).into_iter().flatten();
        let gone: Vec<String> =
            known.filter(|(_, known)| known.source == source).map(|(key, _)| format!("{} {key}", record.one)).collect();
        if !gone.is_empty() {
            list.push(TableChange {
                table: record.name,
                file: format!("{}.toml", record.name),
                gone,
                ..TableChange::default()
            });
        }
    }
    list
}

/// Brings one table up to date.
fn bring(
    incoming: &ForeignTable,
    target: &mut Target,
    state: &mut State,
    merging: &merge::Merging,
    conflicts: &mut Vec<Conflict>,
) -> Result<TableChange, ImportError> {
    let record = incoming.record;
    let mut place = target.place(record, &Catalogue::builtin())?;
    let known = state.tables.entry(record.name.to_owned()).or_default();
    let change = merge::table(incoming, &mut place, known, merging, conflicts)?;
    let any = !change.added.is_empty() || !change.changed.is_empty() || !change.removed.is_empty();
    if any {
        let mut text = place.document.to_string();
        let is_own = place.file == format!("{}.toml", record.name);
        // A template that was never filled in gives way to the records.
        let before = target.text(&place.file).map(str::to_owned);
        let untouched = before
            .as_deref()
            .is_none_or(|text| text.lines().all(|line| line.trim_start().starts_with('#') || line.trim().is_empty()));
        if is_own && untouched && place.records.is_empty() {
            text = scaffold::with_schema(record.name, &fresh(&place, record));
            schema_file(record, target);
        }
        target.write(&place.file, text);
    }
    Ok(change)
}

/// The records alone, without the questions of a template.
fn fresh(place: &target::Place, record: &Record) -> String {
    let mut document = toml_edit::DocumentMut::new();
    if let Some(item) = place.document.get(record.name) {
        document.insert(record.name, item.clone());
    }
    format!("\n{}", document.to_string().trim_start())
}

/// The schema beside the others, if the folder keeps them.
fn schema_file(record: &Record, target: &mut Target) {
    let name = format!("{}/{}.json", scaffold::SCHEMAS, record.name);
    let keeps = target.is_new || target.existing(&format!("{}/engagement.json", scaffold::SCHEMAS)).is_some();
    if keeps
        && target.existing(&name).is_none()
        && let Some(schema) = json_schema::of(record.name)
    {
        target.write(&name, format!("{schema:#}\n"));
    }
}

/// Facts of the engagement's head: taken where there is nothing yet, or where nothing but the source changed.
fn head(
    read: &Foreign,
    target: &mut Target,
    state: &mut State,
    merging: &merge::Merging,
    conflicts: &mut Vec<Conflict>,
) -> Result<(), ImportError> {
    let file = "engagement.toml";
    let Some(text) = target.text(file).filter(|_| !read.head.is_empty()) else { return Ok(()) };
    let mut document: toml_edit::DocumentMut = text
        .parse()
        .map_err(|error: toml_edit::TomlError| ImportError::Toml { file: file.to_owned(), why: error.to_string() })?;
    for (key, written, _) in &read.head {
        let Written::Text(theirs) = written else { continue };
        let Some((table, field)) = key.split_once('.') else { continue };
        let known = state.head.get(*key).and_then(|value| value.as_str()).map(str::to_owned);
        let Some(table) = document.entry(table).or_insert_with(toml_edit::table).as_table_mut() else { continue };
        let ours = table.get(field).and_then(|item| item.as_str()).filter(|text| !text.is_empty()).map(str::to_owned);
        let agreed = ours.as_ref() == Some(theirs);
        let take = agreed || ours.is_none() || ours == known || merging.conflicts == Conflicts::Theirs;
        if take && !agreed {
            toml::replace(table, field, written);
        } else if !take && known.as_ref() != Some(theirs) {
            conflicts.push(Conflict {
                file: file.to_owned(),
                record: key.to_string(),
                field: None,
                ours: ours.map(Into::into),
                theirs: Some(theirs.clone().into()),
                taken: "ours",
            });
        }
        if take || merging.conflicts == Conflicts::Ours {
            state.head.insert((*key).to_owned(), theirs.clone().into());
        }
    }
    let text = document.to_string();
    target.write(file, text);
    Ok(())
}

/// Criteria of a further framework: their own file, and the record that names it.
fn criteria(
    set: &CriteriaSet,
    read: &mut Foreign,
    target: &mut Target,
    state: &mut State,
    merging: &merge::Merging,
    conflicts: &mut Vec<Conflict>,
) -> Result<(), ImportError> {
    let file = format!("{}.csv", slug(&set.name));
    let mut text = csv::line(["id", "title"].into_iter().map(str::to_owned));
    for (id, title) in &set.criteria {
        text.push_str(&csv::line([id.clone(), title.split_whitespace().collect::<Vec<_>>().join(" ")].into_iter()));
    }
    whole::text(&file, text, target, state, merging, conflicts)?;
    let place = |field: &'static str, text: &str| Place {
        field,
        value: Written::Text(text.to_owned()),
        origin: set.origin.clone(),
    };
    let fields = vec![
        place("name", &set.name),
        place("title", &set.title),
        place("citation", &set.citation),
        place("file", &file),
    ];
    let entry = Entry { fields, origin: set.origin.clone(), missing: Vec::new() };
    let fields = entry.fields.iter().map(|place| place.field).collect();
    read.tables.push(ForeignTable { record: &schema::ADDITIONAL_CRITERIA, entries: vec![entry], fields });
    Ok(())
}

/// A text of the description with its front matter.
fn markdown(topic: &Topic) -> String {
    let numbers: Vec<String> = topic.description_criteria.iter().map(u8::to_string).collect();
    format!(
        "---\ntitle: \"{}\"\ndescription_criteria: [{}]\n---\n\n{}\n",
        topic.title,
        numbers.join(", "),
        topic.text.trim()
    )
}

/// A name for a file: small letters, digits and hyphens.
fn slug(text: &str) -> String {
    let plain: String = text.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let parts: Vec<&str> = plain.split('-').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "imported".to_owned() } else { parts.join("-") }
}
