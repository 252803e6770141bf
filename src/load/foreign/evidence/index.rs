//! The index of an export: its columns and rows.

use std::collections::BTreeMap;

use super::is_litter;
use crate::diagnostics::{Diagnostic, Origin};
use crate::load::fields::head_key;
use crate::load::folder::Folder;
use crate::load::foreign::{Context, Foreign, Part, extension};
use crate::load::sheet::Cell;
use crate::load::{csv, rules, schema};
use crate::model::Date;

/// Heads of the columns of an index, as words in lower case.
const CONTROL: &[&str] =
    &["control id", "control code", "control number", "control no", "control #", "control", "control name"];
const NAME: &[&str] = &["control name", "control title", "control"];
const TITLE: &[&str] =
    &["evidence", "evidence name", "evidence title", "title", "document", "document name", "name", "request"];
const COUNT: &[&str] = &[
    "files",
    "file count",
    "number of files",
    "# of files",
    "no of files",
    "total files",
    "evidence files",
    "evidence count",
    "number of documents",
    "document count",
    "documents",
    "count",
];
const FILE: &[&str] = &["file", "file name", "filename", "path", "file path"];
const DATE: &[&str] = &[
    "collected on",
    "date collected",
    "collected",
    "collection date",
    "uploaded",
    "uploaded on",
    "upload date",
    "date",
];

/// The index of an evidence export, if the folder is one: a table that names controls and evidence, beside folders.
pub fn index_of(folder: &Folder) -> Option<String> {
    let names = folder.list("");
    let has_folders = names.iter().any(|name| name.ends_with('/') && !is_litter(name.trim_end_matches('/')));
    // A folder of tables beside its evidence is no export of a platform.
    let tables = || schema::TABLES.iter().map(|record| format!("{}.", record.name));
    let is_table = |name: &str| tables().any(|stem| name.starts_with(&stem));
    let sheets = names.iter().filter(|name| ["csv", "tsv"].contains(&extension(name).as_str()) && !is_table(name));
    let found = sheets.into_iter().find(|name| {
        let Ok(source) = folder.read_text(name) else { return false };
        let Some(sheet) = csv::parse(&source, &mut Default::default()) else { return false };
        let keys: Vec<String> = sheet.rows.iter().take(1).flatten().map(|(_, cell)| head_key(&cell.text)).collect();
        let has = |names: &[&str]| keys.iter().any(|key| names.contains(&key.as_str()));
        has(CONTROL) && (has(COUNT) || has(FILE) || keys.iter().any(|key| key.contains("evidence")))
    });
    found.filter(|_| has_folders).cloned()
}

/// A row of the index.
pub struct Row {
    pub control: String,
    /// Its name, where the index has id and name.
    pub name: String,
    pub title: String,
    pub count: Option<usize>,
    pub file: Option<String>,
    pub date: Option<Date>,
    pub origin: Origin,
}

pub fn rows(folder: &Folder, index: &str, context: &mut Context, all: &mut Foreign) -> Vec<Row> {
    let source = match folder.read_text(index) {
        Ok(source) => source,
        Err(problem) => {
            context.findings.push(problem);
            return Vec::new();
        }
    };
    let Some(sheet) = csv::parse(&source, context.findings) else { return Vec::new() };
    let mut lines = sheet.rows.into_iter();
    let heads: Vec<(usize, String)> =
        lines.next().into_iter().flatten().map(|(at, cell)| (at, cell.text.to_string())).collect();
    let find = |names: &[&str]| {
        // The names are in the order in which they are preferred.
        let of = |wanted: &&str| heads.iter().find(|(_, head)| head_key(head) == **wanted).map(|(at, _)| *at);
        names.iter().find_map(of)
    };
    let (control, count, file, date) = (find(CONTROL), find(COUNT), find(FILE), find(DATE));
    let name = find(NAME).filter(|at| Some(*at) != control);
    let title = find(TITLE).filter(|at| Some(*at) != control && Some(*at) != name);
    let columns = heads.iter().map(|(at, head)| {
        let field =
            [(control, "controls"), (name, "controls"), (title, "title"), (file, "file"), (date, "collected_on")];
        let field = field.iter().find(|(column, _)| *column == Some(*at)).map(|(_, field)| (*field).to_owned());
        (head.trim().to_owned(), field.into_iter().collect())
    });
    let mut part =
        Part { place: index.to_owned(), tables: vec![schema::EVIDENCE.name], columns: columns.collect(), rows: 0 };
    let mut seen: BTreeMap<Vec<String>, Origin> = BTreeMap::new();
    let mut rows = Vec::new();
    for cells in lines {
        let Some((_, first)) = cells.first() else { continue };
        let origin = first.origin.clone();
        let texts: Vec<String> = cells.iter().map(|(_, cell)| cell.text.trim().to_owned()).collect();
        if let Some(before) = seen.get(&texts) {
            context.findings.push(
                Diagnostic::new(&rules::SOURCE_DIFFERS, format!("the index has this row twice: {}", texts.join(", ")))
                    .at(&origin)
                    .related("and here", before),
            );
            continue;
        }
        seen.insert(texts, origin.clone());
        let text = |at: Option<usize>| text_at(&cells, at);
        rows.push(Row {
            control: text(control),
            name: text(name),
            title: text(title),
            count: text(count).parse().ok(),
            file: Some(text(file)).filter(|file| !file.is_empty()),
            date: text(date).get(..10).and_then(|day| day.parse().ok()),
            origin,
        });
    }
    rows.retain(|row| !row.control.is_empty());
    part.rows = rows.len();
    all.parts.push(part);
    rows
}

fn text_at(cells: &[(usize, Cell)], at: Option<usize>) -> String {
    let cell = cells.iter().find(|(column, _)| Some(*column) == at);
    cell.map_or_else(String::new, |(_, cell)| cell.text.trim().to_owned())
}
