//! The tables of an engagement in other forms.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::check_all;
use crate::diagnostics::{Findings, Severity};
use crate::exchange::oscal::{self, Document, Subject};
use crate::exchange::{csv, json, toml};
use crate::load::{self, raw_tables, schema};
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
    #[error(transparent)]
    Sheet(#[from] SheetError),
    #[error("cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("cannot write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
}

/// Writes the tables. A file that is there is replaced only once the new one is complete.
pub fn export(
    path: &Path,
    firm: Option<&Path>,
    named: &[String],
    form: Form,
    out: Option<&Path>,
) -> Result<Exported, ExportError> {
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
    let out = out.unwrap_or_else(|| Path::new(usual)).to_owned();
    match form {
        Form::Workbook | Form::Csv => sheets_of(path, firm, named, form, out),
        Form::Toml | Form::Json => records_of(path, firm, named, form, out),
        Form::SystemSecurityPlan | Form::AssessmentResults => oscal_of(path, firm, form, out),
    }
}

/// Forms of rows and columns.
fn sheets_of(
    path: &Path,
    firm: Option<&Path>,
    named: &[String],
    form: Form,
    out: PathBuf,
) -> Result<Exported, ExportError> {
    let (tables, findings) = raw_tables::read(path, named);
    if tables.is_empty() && !findings.is_empty() {
        return Err(ExportError::Unreadable(findings));
    }
    if form == Form::Csv {
        for table in &tables {
            write(&out.join(format!("{}.csv", table.name)), csv::table(table).as_bytes())?;
        }
    } else {
        // With the findings of the review as comments.
        let checked = check_all(path, firm);
        let title = checked.engagement.as_ref().map_or_else(String::new, |e| {
            format!("{}: {}", e.service_organization.name.value, e.service_organization.system.value)
        });
        write(&out, &sheets::tables(&title, &tables, &checked.findings)?)?;
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

/// Forms that hold records as they are.
fn records_of(
    path: &Path,
    firm: Option<&Path>,
    named: &[String],
    form: Form,
    out: PathBuf,
) -> Result<Exported, ExportError> {
    let (tables, findings) = raw_tables::read_canonical(path, named);
    if tables.is_empty() && !findings.is_empty() {
        return Err(ExportError::Unreadable(findings));
    }
    if form == Form::Json {
        let title = load::load(path, firm).engagement.map_or_else(String::new, |e| {
            format!("{}: {}", e.service_organization.name.value, e.service_organization.system.value)
        });
        write(&out, (serde_json::to_string_pretty(&json::document(&title, &tables))? + "\n").as_bytes())?;
    } else {
        for (record, entries) in &tables {
            let text = scaffold::with_schema(record.name, &format!("\n{}", toml::table(record, entries)));
            write(&out.join(format!("{}.toml", record.name)), text.as_bytes())?;
        }
    }
    let tables = tables.iter().map(|(record, entries)| (record.name, entries.len())).collect();
    Ok(Exported { out, tables, not_held: Vec::new() })
}

fn oscal_of(path: &Path, firm: Option<&Path>, form: Form, out: PathBuf) -> Result<Exported, ExportError> {
    let loaded = load::load(path, firm);
    let Some(engagement) = loaded.engagement.filter(|engagement| engagement.is_complete) else {
        let mut findings = loaded.findings;
        findings.take(|finding| finding.severity != Severity::Error);
        return Err(ExportError::Unreadable(findings.sorted()));
    };
    let (tables, _) = raw_tables::read_canonical(path, &[]);
    let subject = Subject { engagement: &engagement, tables: &tables };
    let Document { value, not_held } =
        if form == Form::SystemSecurityPlan { oscal::plan(&subject) } else { oscal::results(&subject) };
    write(&out, (serde_json::to_string_pretty(&value)? + "\n").as_bytes())?;
    let held = tables.iter().filter(|(record, _)| !not_held.iter().any(|(name, _)| *name == record.name));
    Ok(Exported {
        tables: held.map(|(record, entries)| (record.name, entries.len())).collect(),
        not_held: not_held.into_iter().map(|(name, count)| (name, None, count)).collect(),
        out,
    })
}

fn write(out: &Path, bytes: &[u8]) -> Result<(), ExportError> {
    let failed = |source| ExportError::Write { path: out.to_owned(), source };
    let folder = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.persist(out).map_err(|error| failed(error.error))?;
    Ok(())
}
