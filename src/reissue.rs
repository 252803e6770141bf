//! A revised report: what it replaces is checked, what changed is worked out, and both are written into the engagement.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, TomlError, value};

use crate::exchange::toml::date as toml_date;
use crate::load;
use crate::model::{Date, Difference, Engagement, differences};
use crate::package::sha256_hex;
use crate::pipeline::BUILD_RECORD;

/// What a person says of the revision.
#[derive(Debug, Clone)]
pub struct Revision {
    pub reason: String,
    pub date: Date,
    /// With a dual date: the matter to which alone the new date belongs.
    pub as_to: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum ReissueError {
    #[error("cannot {what} {}: {source}", path.display())]
    File { what: &'static str, path: PathBuf, source: io::Error },
    #[error("{}: mend its findings first", .0.display())]
    Unreadable(PathBuf),
    #[error("{0}")]
    NotIssued(String),
    #[error("engagement.toml cannot be rewritten: {0}")]
    Toml(#[from] TomlError),
}

/// Notes in the corrected engagement that its report replaces the one in `issued`, and what changed against the
/// engagement as it was. Gives the changed places.
pub fn reissue(
    old: &Path,
    new: &Path,
    issued: &Path,
    revision: &Revision,
    firm: Option<&Path>,
) -> Result<Vec<(String, Difference)>, ReissueError> {
    let (before, after) = (read(old, firm)?, read(new, firm)?);
    let hash = issued_report(issued, &before)?;
    let report_date = |e: &Engagement| e.service_auditor.as_ref().and_then(|a| a.report_date.as_ref()).map(|d| d.value);
    let Some(old_date) = report_date(&before) else {
        return Err(ReissueError::NotIssued("the old engagement has no `report_date`".into()));
    };
    if revision.date < old_date {
        return Err(ReissueError::NotIssued(format!(
            "the revision is dated {}, before the report of {old_date}",
            revision.date
        )));
    }
    let places = differences(&before, &after);
    let path = new.join("engagement.toml");
    let mut document: DocumentMut = after.source.text().trim_start_matches('\u{feff}').parse()?;
    if let Some(auditor) = document.get_mut("service_auditor").and_then(Item::as_table_like_mut) {
        let date = if revision.as_to.is_some() { old_date } else { revision.date };
        auditor.insert("report_date", value(toml_date(date)));
    }
    let mut table = Table::new();
    table["date"] = value(toml_date(revision.date));
    table["reason"] = value(revision.reason.as_str());
    table["replaces_sha256"] = value(hash);
    table["replaces_date"] = value(toml_date(old_date));
    if let Some(matter) = &revision.as_to {
        table["as_to"] = value(matter.as_str());
    }
    let mut list = ArrayOfTables::new();
    for (place, difference) in &places {
        let mut row = Table::new();
        row["place"] = value(place.as_str());
        row["change"] = value(difference.key());
        list.push(row);
    }
    if !places.is_empty() {
        table["places"] = Item::ArrayOfTables(list);
    }
    document["reissue"] = Item::Table(table);
    // All or nothing: the engagement is never left half written.
    let failed = |source| ReissueError::File { what: "write", path: path.clone(), source };
    let mut staged = tempfile::NamedTempFile::new_in(new).map_err(failed)?;
    let failed = |source| ReissueError::File { what: "write", path: path.clone(), source };
    io::Write::write_all(&mut staged, document.to_string().as_bytes()).map_err(failed)?;
    if let Ok(metadata) = fs::metadata(&path) {
        let failed = |source| ReissueError::File { what: "write", path: path.clone(), source };
        staged.as_file().set_permissions(metadata.permissions()).map_err(failed)?;
    }
    staged.persist(&path).map_err(|error| ReissueError::File {
        what: "write",
        path: path.clone(),
        source: error.error,
    })?;
    Ok(places)
}

fn read(folder: &Path, firm: Option<&Path>) -> Result<Engagement, ReissueError> {
    let loaded = load::load(folder, firm);
    let blocked = loaded.findings.blocked();
    let engagement = loaded.engagement.filter(|e| e.is_complete && !blocked);
    engagement.ok_or_else(|| ReissueError::Unreadable(folder.to_owned()))
}

/// The hash of the issued report: of the file that is there, which its record must know.
fn issued_report(issued: &Path, before: &Engagement) -> Result<String, ReissueError> {
    let open = |name: &str| {
        let path = issued.join(name);
        fs::read(&path).map_err(|source| ReissueError::File { what: "read", path, source })
    };
    let record: serde_json::Value = serde_json::from_slice(&open(BUILD_RECORD)?)
        .map_err(|error| ReissueError::NotIssued(format!("{BUILD_RECORD} cannot be read: {error}")))?;
    let no = |why: String| Err(ReissueError::NotIssued(format!("{}: {why}", issued.display())));
    if record["engagement"]["status"] != "final" {
        return no("the report there is a draft, which nobody relies upon".into());
    }
    let organization = record["engagement"]["service_organization"].as_str().unwrap_or_default();
    if organization != before.service_organization.name.value {
        return no(format!("the report there is that of {organization}"));
    }
    let hash = sha256_hex(&open("report.pdf")?);
    let outputs = record["outputs"].as_array();
    let known = outputs.into_iter().flatten().any(|o| o["role"] == "report" && o["sha256"] == hash.as_str());
    if !known {
        return no(format!("report.pdf is not the one that {BUILD_RECORD} records"));
    }
    Ok(hash)
}
