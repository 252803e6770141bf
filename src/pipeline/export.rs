//! The tables of an engagement as a workbook.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::check_all;
use crate::diagnostics::Findings;
use crate::load::{raw_tables, schema};
use crate::sheets::{self, SheetError};

/// What was written.
pub struct Exported {
    /// Tables and how many rows each has.
    pub tables: Vec<(&'static str, usize)>,
    /// Table, key and count of what a sheet cannot hold.
    pub not_held: Vec<(&'static str, String, usize)>,
}

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("the engagement cannot be read")]
    Unreadable(Findings),
    #[error("there is no table `{0}`")]
    UnknownTable(String),
    #[error(transparent)]
    Sheet(#[from] SheetError),
    #[error("cannot write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
}

/// Writes the tables to a workbook, with the findings of the review as comments. A file that is there is replaced only once
/// the new one is complete.
pub fn export(path: &Path, firm: Option<&Path>, named: &[String], out: &Path) -> Result<Exported, ExportError> {
    if let Some(unknown) = named.iter().find(|name| !schema::TABLES.iter().any(|r| r.name == **name)) {
        return Err(ExportError::UnknownTable(unknown.clone()));
    }
    let (tables, findings) = raw_tables::read(path, named);
    if tables.is_empty() && !findings.is_empty() {
        return Err(ExportError::Unreadable(findings));
    }
    let checked = check_all(path, firm);
    let title = checked.engagement.as_ref().map_or_else(String::new, |e| {
        format!("{}: {}", e.service_organization.name.value, e.service_organization.system.value)
    });
    let bytes = sheets::tables(&title, &tables, &checked.findings)?;
    let failed = |source| ExportError::Write { path: out.to_owned(), source };
    let folder = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(&bytes).map_err(failed)?;
    file.persist(out).map_err(|error| failed(error.error))?;
    Ok(Exported {
        tables: tables.iter().map(|table| (table.name, table.rows.len())).collect(),
        not_held: tables
            .iter()
            .flat_map(|table| table.not_held.iter().map(move |(key, count)| (table.name, key.clone(), *count)))
            .collect(),
    })
}
