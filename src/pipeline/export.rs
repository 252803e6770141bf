//! The tables of an engagement in other forms.

use std::fs;
use std::path::{Path, PathBuf};

use super::check_all;
use crate::diagnostics::{Findings, Severity};
use crate::exchange::oscal::{self, Document, Subject};
use crate::exchange::{csv, json, toml};
use crate::files::{Readers, WriteError, write_whole};
use crate::load::canonical::Entry;
use crate::load::fields::Record;
use crate::load::{self, raw_tables, schema};
use crate::model::Engagement;
use crate::scaffold;
use crate::sheets::{self, SheetError};

/// The forms in which tables are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Workbook,
    Csv,
    Toml,
    Json,
    SystemSecurityPlan,
    AssessmentResults,
}

/// What to write, and where.
#[derive(Debug, Clone)]
pub struct ExportOptions {
    pub form: Form,
    /// The file or the folder; named after the form if not given.
    pub out: Option<PathBuf>,
    /// Without what stays in the auditor's file.
    pub for_client: bool,
    /// Also over what is there.
    pub force: bool,
}

/// What was written.
#[derive(Default)]
pub struct Exported {
    /// The file or the folder.
    pub out: PathBuf,
    /// Tables and how many rows each has.
    pub tables: Vec<(&'static str, usize)>,
    /// Table, key if it is one key only, and count of what the form cannot hold.
    pub not_held: Vec<(&'static str, Option<String>, usize)>,
}

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("the engagement cannot be read")]
    Unreadable(Findings),
    #[error("there is no table `{0}`")]
    UnknownTable(String),
    #[error("{0} is there already: name another one, or add --force")]
    Exists(PathBuf),
    #[error("{0} is an engagement folder, whose tables it would change or double: name another place, or add --force")]
    IntoEngagement(PathBuf),
    #[error(transparent)]
    Sheet(#[from] SheetError),
    #[error("cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Writes the tables. A file that is there is replaced only once the new one is complete.
pub fn export(
    path: &Path,
    firm: Option<&Path>,
    named: &[String],
    options: &ExportOptions,
) -> Result<Exported, ExportError> {
    let form = options.form;
    if let Some(unknown) = named.iter().find(|name| !schema::TABLES.iter().any(|r| r.name == **name)) {
        return Err(ExportError::UnknownTable(unknown.clone()));
    }
    let usual = match form {
        Form::Workbook => "tables.xlsx",
        Form::Csv | Form::Toml => "tables",
        Form::Json => "tables.json",
        Form::SystemSecurityPlan => "ssp.json",
        Form::AssessmentResults => "assessment-results.json",
    };
    let out = options.out.clone().unwrap_or_else(|| PathBuf::from(usual));
    if !options.force {
        let is_folder = matches!(form, Form::Csv | Form::Toml);
        let folder = if is_folder { out.as_path() } else { out.parent().unwrap_or(&out) };
        let read_there = is_folder || out.file_name().is_some_and(|name| name == "tables.xlsx");
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        if read_there && folder.join("engagement.toml").exists() {
            return Err(ExportError::IntoEngagement(folder.to_owned()));
        }
        let is_filled = is_folder && fs::read_dir(&out).is_ok_and(|mut entries| entries.next().is_some());
        if is_filled || (!is_folder && out.exists()) {
            return Err(ExportError::Exists(out));
        }
    }
    match form {
        Form::Workbook | Form::Csv => sheets_of(path, firm, named, options, out),
        Form::Toml | Form::Json => records_of(path, firm, named, options, out),
        Form::SystemSecurityPlan | Form::AssessmentResults => oscal_of(path, firm, options, out),
    }
}

/// Forms of rows and columns.
fn sheets_of(
    path: &Path,
    firm: Option<&Path>,
    named: &[String],
    options: &ExportOptions,
    out: PathBuf,
) -> Result<Exported, ExportError> {
    let (mut tables, findings) = raw_tables::read(path, named);
    if options.for_client {
        tables.retain(|table| !schema::AUDITORS_TABLES.contains(&table.name));
        tables.iter_mut().for_each(|table| table.leave_out(schema::AUDITORS_FIELDS));
    }
    if tables.is_empty() && !findings.is_empty() {
        return Err(ExportError::Unreadable(findings));
    }
    if options.form == Form::Csv {
        for table in &tables {
            write_whole(&out.join(format!("{}.csv", table.name)), csv::table(table).as_bytes(), Readers::Owner)?;
        }
    } else {
        // With the findings of the review as comments.
        let checked = check_all(path, firm);
        let title = title(checked.engagement.as_ref());
        write_whole(&out, &sheets::tables(&title, &tables, &checked.findings)?, Readers::Owner)?;
    }
    let not_held = tables
        .iter()
        .flat_map(|table| table.not_held.iter().map(move |(key, count)| (table.name, Some(key.clone()), *count)));
    Ok(Exported {
        not_held: not_held.collect(),
        tables: tables.iter().map(|table| (table.name, table.rows.len())).collect(),
        out,
    })
}

/// The records of the tables, without what stays in the auditor's file if they are `for_client`.
fn records(path: &Path, named: &[String], for_client: bool) -> (Vec<(&'static Record, Vec<Entry>)>, Findings) {
    let (mut tables, findings) = raw_tables::read_canonical(path, named);
    if for_client {
        tables.retain(|(record, _)| !schema::AUDITORS_TABLES.contains(&record.name));
        for (record, entries) in &mut tables {
            let is_private = |field: &str| schema::AUDITORS_FIELDS.contains(&(record.name, field));
            entries.iter_mut().for_each(|entry| entry.fields.retain(|place| !is_private(place.field)));
        }
    }
    (tables, findings)
}

/// What the tables belong to.
fn title(engagement: Option<&Engagement>) -> String {
    engagement.map_or_else(String::new, |e| {
        format!("{}: {}", e.service_organization.name.value, e.service_organization.system.value)
    })
}

/// Forms that hold records as they are.
fn records_of(
    path: &Path,
    firm: Option<&Path>,
    named: &[String],
    options: &ExportOptions,
    out: PathBuf,
) -> Result<Exported, ExportError> {
    let (tables, findings) = records(path, named, options.for_client);
    if tables.is_empty() && !findings.is_empty() {
        return Err(ExportError::Unreadable(findings));
    }
    if options.form == Form::Json {
        let title = title(load::load(path, firm).engagement.as_ref());
        write_whole(
            &out,
            (serde_json::to_string_pretty(&json::document(&title, &tables))? + "\n").as_bytes(),
            Readers::Owner,
        )?;
    } else {
        for (record, entries) in &tables {
            let text = scaffold::with_schema(record.name, &format!("\n{}", toml::table(record, entries)));
            write_whole(&out.join(format!("{}.toml", record.name)), text.as_bytes(), Readers::Owner)?;
        }
    }
    let tables = tables.iter().map(|(record, entries)| (record.name, entries.len())).collect();
    Ok(Exported { out, tables, not_held: Vec::new() })
}

fn oscal_of(path: &Path, firm: Option<&Path>, options: &ExportOptions, out: PathBuf) -> Result<Exported, ExportError> {
    let loaded = load::load(path, firm);
    let Some(engagement) = loaded.engagement.filter(|engagement| engagement.is_complete) else {
        let mut findings = loaded.findings;
        findings.take(|finding| finding.severity != Severity::Error);
        return Err(ExportError::Unreadable(findings.sorted()));
    };
    let (tables, _) = records(path, &[], options.for_client);
    let subject = Subject { engagement: &engagement, tables: &tables };
    let Document { value, not_held } =
        if options.form == Form::SystemSecurityPlan { oscal::plan(&subject) } else { oscal::results(&subject) };
    write_whole(&out, (serde_json::to_string_pretty(&value)? + "\n").as_bytes(), Readers::Owner)?;
    let held = tables.iter().filter(|(record, _)| !not_held.iter().any(|(name, _)| *name == record.name));
    Ok(Exported {
        tables: held.map(|(record, entries)| (record.name, entries.len())).collect(),
        not_held: not_held.into_iter().map(|(name, count)| (name, None, count)).collect(),
        out,
    })
}
