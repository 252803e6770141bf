//! Evidence exports of compliance platforms: a folder for each control with its files, and an index beside them. The
//! index is believed only as far as the files bear it out.

use std::collections::BTreeMap;

use walkdir::WalkDir;

use super::{Context, Foreign, ForeignFile, ForeignTable, Part, extension};
use crate::diagnostics::{Diagnostic, Origin};
use crate::load::canonical::{Entry, Place, Written};
use crate::load::fields::head_key;
use crate::load::folder::{self, Folder};
use crate::load::sheet::Cell;
use crate::load::tree::Value;
use crate::load::{csv, document, rules, schema};
use crate::model::{Date, Id, natural_cmp};

/// A name of so many bytes without an ending was probably cut.
const CUT_NAME: usize = 120;

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
struct Row {
    control: String,
    /// Its name, where the index has id and name.
    name: String,
    title: String,
    count: Option<usize>,
    file: Option<String>,
    date: Option<Date>,
    origin: Origin,
}

/// Reads an export.
pub fn read(folder: &Folder, index: &str, context: &mut Context) -> Foreign {
    let mut all = Foreign { kind: "an evidence export", ..Foreign::default() };
    let rows = rows(folder, index, context, &mut all);
    let files = files(folder, index, context, &mut all);
    let folders = folders_of(folder, &rows, context);
    counted(&rows, &files, &folders, context);
    absent(&rows, &files, context);
    // Where the index names files, a file that it does not name is none of its rows'.
    let names_files = rows.iter().any(|row| row.file.is_some());
    declared(folder, files.len(), context, &mut all);

    let mut entries = Vec::new();
    for (path, name) in &files {
        let top = name.split('/').next().unwrap_or(name);
        let controls: Vec<&str> = folders.iter().filter(|(_, f)| f.as_str() == top).map(|(c, _)| c.as_str()).collect();
        let own = rows.iter().find(|row| row.file.as_deref().is_some_and(|file| is_file(name, file)));
        // Of a control with one row all files are what the row says.
        let only = match controls[..] {
            [control] if !names_files => {
                let mut of = rows.iter().filter(|row| row.control == control);
                of.next().filter(|_| of.next().is_none())
            }
            _ => None,
        };
        let origin = own.or(only).map_or_else(|| Origin::file(&folder.opaque(name)), |row| row.origin.clone());
        let mut fields = Vec::new();
        let mut put = |field: &'static str, value: Written| fields.push(Place { field, value, origin: origin.clone() });
        put("file", Written::Text(name.clone()));
        let stem = name.rsplit('/').next().unwrap_or(name);
        let title = own.or(only).map_or(stem, |row| &row.title);
        put("title", Written::Text(title.to_owned()));
        // Whose file it is when two controls share a folder, nobody can tell.
        let control = own.map(|row| row.control.as_str()).or(match controls[..] {
            [control] => Some(control),
            _ => None,
        });
        if let Some(id) = control.and_then(|control| known_as(control, &rows, &context.controls)) {
            put("controls", Written::List(vec![id.to_owned()]));
        }
        if let Some(date) = own.or(only).and_then(|row| row.date) {
            put("collected_on", Written::Date(date));
        }
        entries.push(Entry { fields, origin, missing: Vec::new() });
        all.files.push(ForeignFile { path: path.clone(), name: name.clone() });
    }
    let strangers: Vec<&String> =
        folders.keys().filter(|control| known_as(control, &rows, &context.controls).is_none()).collect();
    if let Some(first) = strangers.first() {
        let names: Vec<String> = strangers.iter().take(5).map(|name| format!("`{name}`")).collect();
        let row = rows.iter().find(|row| row.control == ***first);
        let mut finding = Diagnostic::new(
            &rules::NOT_IMPORTED,
            format!(
                "{} controls of the export are none of the engagement, so their evidence names none: {}",
                strangers.len(),
                names.join(", ")
            ),
        )
        .help("import the matrix first; a control is known by its id or its title");
        if let Some(row) = row {
            finding = finding.at(&row.origin);
        }
        context.findings.push(finding);
    }
    let fields = vec!["file", "title", "controls", "collected_on"];
    all.tables.push(ForeignTable { record: &schema::EVIDENCE, entries, fields });
    all
}

fn rows(folder: &Folder, index: &str, context: &mut Context, all: &mut Foreign) -> Vec<Row> {
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

/// The files below the folders, with their names relative to the export, in order.
fn files(folder: &Folder, index: &str, context: &mut Context, all: &mut Foreign) -> Vec<(std::path::PathBuf, String)> {
    let mut files = Vec::new();
    let mut left = Vec::new();
    for entry in WalkDir::new(folder.root()).min_depth(1).sort_by_file_name() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let at = Origin::file(&folder.opaque(""));
                let message = format!("part of the export cannot be read: {error}");
                context.findings.push(Diagnostic::new(&rules::FILE_UNREADABLE, message).at(&at));
                continue;
            }
        };
        let relative = entry.path().strip_prefix(folder.root()).unwrap_or(entry.path());
        let parts: Vec<String> = relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        let name = parts.join("/");
        if entry.file_type().is_dir() || name == index {
            continue;
        }
        let base = parts.last().map_or("", String::as_str);
        let own = parts.len() == 1 || base.eq_ignore_ascii_case("metadata.json");
        if parts.iter().any(|part| is_litter(part)) {
            left.push(name);
        } else if !entry.file_type().is_file() {
            context.findings.push(
                Diagnostic::new(
                    &rules::NOT_IMPORTED,
                    format!("`{name}` is a link or no regular file, so it is not imported"),
                )
                .at(&Origin::file(&folder.opaque(&name))),
            );
        } else if own {
            if !log(folder, &name, context) && !["json", "csv", "tsv"].contains(&extension(&name).as_str()) {
                context.findings.push(
                    Diagnostic::new(
                        &rules::NOT_IMPORTED,
                        format!("`{name}` is in no folder of a control, so it is not imported"),
                    )
                    .at(&Origin::file(&folder.opaque(&name))),
                );
            }
        } else {
            if !base.contains('.') && base.len() >= CUT_NAME {
                context.findings.push(
                    Diagnostic::new(
                        &rules::SOURCE_DIFFERS,
                        format!("the name of `{name}` was probably cut, since it has no ending"),
                    )
                    .at(&Origin::file(&folder.opaque(&name)))
                    .help("find out what kind of file it is, and give it its ending"),
                );
            }
            files.push((entry.path().to_owned(), name));
        }
    }
    if !left.is_empty() {
        let names: Vec<String> = left.iter().take(5).map(|name| format!("`{name}`")).collect();
        context.findings.push(
            Diagnostic::new(
                &rules::NOT_IMPORTED,
                format!(
                    "{} files of the system that made the export are not imported: {}",
                    left.len(),
                    names.join(", ")
                ),
            )
            .at(&Origin::file(&folder.opaque(&left[0]))),
        );
    }
    all.parts.push(Part {
        place: "files".to_owned(),
        tables: vec![schema::EVIDENCE.name],
        columns: Vec::new(),
        rows: files.len(),
    });
    files.sort_by(|a, b| natural_cmp(&a.1, &b.1).then_with(|| a.1.cmp(&b.1)));
    files
}

/// A log says what is missing: one of errors in each line, another one where it speaks of a failure. Whether there is one.
fn log(folder: &Folder, name: &str, context: &mut Context) -> bool {
    if !["log", "txt"].contains(&extension(name).as_str()) {
        return false;
    }
    let Ok(source) = folder.read_text(name) else { return false };
    let of_errors = name.to_lowercase().contains("error");
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        let text = line.trim();
        let fails =
            ["fail", "error", "denied", "not found", "timed out"].iter().any(|w| text.to_lowercase().contains(w));
        if !text.is_empty() && (of_errors || fails) {
            context.findings.push(
                Diagnostic::new(&rules::SOURCE_DIFFERS, format!("the export says: {text}"))
                    .at(&Origin::span(&source, at..at + line.trim_end().len()))
                    .help("get the file from the platform, and add it by hand"),
            );
        }
        at += line.len();
    }
    true
}

/// Whether a file of the export is the one that a row of the index names.
fn is_file(name: &str, written: &str) -> bool {
    let written = written.trim_start_matches("./");
    name == written || name.strip_suffix(written).is_some_and(|rest| rest.ends_with('/'))
}

/// Rows that name a file that is not there.
fn absent(rows: &[Row], files: &[(std::path::PathBuf, String)], context: &mut Context) {
    for row in rows {
        let Some(file) = &row.file else { continue };
        if !files.iter().any(|(_, name)| is_file(name, file)) {
            context.findings.push(
                Diagnostic::new(
                    &rules::SOURCE_DIFFERS,
                    format!("the index names the file `{file}`, which is not there"),
                )
                .at(&row.origin)
                .help("get the file from the platform, and add it by hand"),
            );
        }
    }
    // Where files are named, a row without one has none.
    if rows.iter().any(|row| row.file.is_some()) && rows.iter().all(|row| row.count.is_none()) {
        for row in rows.iter().filter(|row| row.file.is_none()) {
            context.findings.push(
                Diagnostic::new(
                    &rules::SOURCE_DIFFERS,
                    format!("the index names no file for `{}` of the control `{}`", row.title, row.control),
                )
                .at(&row.origin)
                .help("collect evidence for it"),
            );
        }
    }
}

/// The folder of each control of the index. Two controls may have got one folder.
fn folders_of(folder: &Folder, rows: &[Row], context: &mut Context) -> BTreeMap<String, String> {
    let names: Vec<String> = folder
        .list("")
        .into_iter()
        .filter_map(|name| name.strip_suffix('/').map(str::to_owned))
        .filter(|name| !is_litter(name))
        .collect();
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut first: BTreeMap<String, &Row> = BTreeMap::new();
    for row in rows {
        if found.contains_key(&row.control) {
            continue;
        }
        let own = row.file.as_deref().and_then(|file| names.iter().find(|name| file.starts_with(&format!("{name}/"))));
        let name = own.cloned().or_else(|| folder_of(&row.control, &names)).or_else(|| folder_of(&row.name, &names));
        let Some(name) = name else { continue };
        found.insert(row.control.clone(), name.clone());
        match first.get(&name) {
            Some(other) => context.findings.push(
                Diagnostic::new(
                    &rules::SOURCE_DIFFERS,
                    format!("the controls `{}` and `{}` have got one folder, `{name}`", other.control, row.control),
                )
                .at(&row.origin)
                .related("the other one", &other.origin)
                .help("its files name no control; say in evidence.toml which belong to which"),
            ),
            None => {
                first.insert(name, row);
            }
        }
    }
    let strangers: Vec<String> =
        names.iter().filter(|name| !found.values().any(|f| f == *name)).map(|name| format!("`{name}`")).collect();
    if !strangers.is_empty() {
        let what = if strangers.len() == 1 { "folder is" } else { "folders are" };
        context.findings.push(
            Diagnostic::new(
                &rules::SOURCE_DIFFERS,
                format!("{} {what} of no control of the index: {}", strangers.len(), strangers.join(", ")),
            )
            .at(&Origin::file(&folder.opaque(""))),
        );
    }
    found
}

/// Signs that no file name may have become something else, the name was cut, or the folder is called by id and name.
fn folder_of(control: &str, names: &[String]) -> Option<String> {
    if control.is_empty() {
        return None;
    }
    let bad = |c: char| "/\\:*?\"<>|".contains(c);
    let mut tries: Vec<String> = vec![control.to_owned()];
    tries.extend(["_", "-", " ", ""].map(|with| control.replace(bad, with)));
    tries.extend(control.rsplit(bad).next().map(|last| last.trim().to_owned()));
    let same = |a: &str, b: &str| Id::new(a).clash_key() == Id::new(b).clash_key();
    let exact = tries.iter().find_map(|wanted| names.iter().find(|name| same(name, wanted)));
    let cut = || {
        names
            .iter()
            .find(|name| name.chars().count() >= 40 && tries.iter().any(|wanted| wanted.starts_with(name.as_str())))
    };
    let begins = |name: &&String| name.strip_prefix(control).is_some_and(|rest| rest.starts_with([' ', '_', '-']));
    let mut longer = names.iter().filter(begins);
    let only = longer.next().filter(|_| longer.next().is_none());
    exact.or(only).or_else(cut).cloned()
}

/// What the index counts, and what is there.
fn counted(
    rows: &[Row],
    files: &[(std::path::PathBuf, String)],
    folders: &BTreeMap<String, String>,
    context: &mut Context,
) {
    let mut counts: BTreeMap<&str, (usize, Vec<&Row>)> = BTreeMap::new();
    for row in rows {
        let Some(count) = row.count else { continue };
        // Controls that share a folder are counted together; one without a folder alone.
        let key = folders.get(&row.control).map_or(row.control.as_str(), String::as_str);
        let (sum, list) = counts.entry(key).or_default();
        *sum += count;
        list.push(row);
    }
    for (name, (said, list)) in counts {
        let has = folders.values().any(|f| f == name);
        let there = files.iter().filter(|(_, file)| has && file.split('/').next() == Some(name)).count();
        let Some(first) = list.first() else { continue };
        if said != there {
            context.findings.push(
                Diagnostic::new(
                    &rules::SOURCE_DIFFERS,
                    format!("the index counts {said} files of `{name}`, and {there} are there"),
                )
                .at(&first.origin),
            );
        } else if there == 0 {
            context.findings.push(
                Diagnostic::new(&rules::SOURCE_DIFFERS, format!("the control `{}` has no files", first.control))
                    .at(&first.origin)
                    .help("collect evidence for it"),
            );
        }
    }
}

/// What the export says of itself.
fn declared(folder: &Folder, there: usize, context: &mut Context, all: &mut Foreign) {
    let info =
        folder.list("").into_iter().find(|name| extension(name) == "json" && name.to_lowercase().contains("info"));
    let Some(source) = info.and_then(|name| folder.read_text(&name).ok()) else { return };
    let Some(document) = document::parse(&source, context.findings) else { return };
    let Value::Table(entries) = &document.value else { return };
    for entry in entries {
        let key = head_key(&entry.key);
        match &entry.node.value {
            Value::Integer(number) if key.contains("files") && usize::try_from(*number) != Ok(there) => {
                context.findings.push(
                    Diagnostic::new(
                        &rules::SOURCE_DIFFERS,
                        format!("the export declares {number} files, and {there} are there"),
                    )
                    .at(&entry.node.origin),
                );
            }
            Value::Text(text) if ["customer name", "company name", "organization name"].contains(&key.as_str()) => {
                all.head.push((
                    "service_organization.name",
                    Written::Text(text.trim().to_owned()),
                    entry.node.origin.clone(),
                ));
            }
            Value::Text(text) if key.contains("audit") && key.contains("date") => {
                context.findings.push(
                    Diagnostic::new(
                        &rules::NOT_IMPORTED,
                        format!("`{}` is {text}; whether that day is within the period is not said", entry.key),
                    )
                    .at(&entry.node.origin)
                    .help("write the first and the last day in [period]"),
                );
            }
            _ => {}
        }
    }
}

/// The id of a control of the index, by what the index calls it or by its name there.
fn known_as<'c>(control: &str, rows: &[Row], controls: &'c [(String, String)]) -> Option<&'c str> {
    let name = rows.iter().find(|row| row.control == control).map_or("", |row| row.name.as_str());
    known(control, controls).or_else(|| known(name, controls).filter(|_| !name.is_empty()))
}

/// The id of a control that is called so.
fn known<'c>(name: &str, controls: &'c [(String, String)]) -> Option<&'c str> {
    let key = Id::new(name).clash_key();
    let is = |text: &str| !text.is_empty() && Id::new(text).clash_key() == key;
    controls.iter().find(|(id, title)| is(id) || is(title)).map(|(id, _)| id.as_str())
}

/// What an export holds besides evidence: hidden files too.
fn is_litter(name: &str) -> bool {
    name.starts_with('.') || folder::is_litter(name)
}
