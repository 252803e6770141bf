//! Evidence exports of compliance platforms: a folder for each control with its files, and an index beside them. The
//! index is believed only as far as the files bear it out.

mod borne_out;
mod index;

use std::collections::BTreeMap;
use std::path::PathBuf;
use walkdir::WalkDir;

use crate::diagnostics::{Diagnostic, Origin};
use crate::load::canonical::{Entry, Place, Written};
use crate::load::folder::{self, Folder};
use crate::load::foreign::{Context, Foreign, ForeignFile, ForeignTable, Part, extension};
use crate::load::{rules, schema};
use crate::model::{Id, natural_cmp};

use index::Row;
pub use index::index_of;

/// A name of so many bytes without an ending was probably cut.
const CUT_NAME: usize = 120;

/// Reads an export.
pub fn read(folder: &Folder, index: &str, context: &mut Context) -> Foreign {
    let mut all = Foreign { kind: "an evidence export", ..Foreign::default() };
    let rows = index::rows(folder, index, context, &mut all);
    let files = files(folder, index, context, &mut all);
    let folders = folders_of(folder, &rows, context);
    borne_out::counted(&rows, &files, &folders, context);
    borne_out::absent(&rows, &files, context);
    // Where the index names files, a file that it does not name is none of its rows'.
    let names_files = rows.iter().any(|row| row.file.is_some());
    borne_out::declared(folder, files.len(), context, &mut all);

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

/// The files below the folders, with their names relative to the export, in order.
fn files(folder: &Folder, index: &str, context: &mut Context, all: &mut Foreign) -> Vec<(PathBuf, String)> {
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
