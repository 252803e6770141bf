//! What the index and the export say of themselves, against what is there.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{Row, is_file};
use crate::diagnostics::Diagnostic;
use crate::load::canonical::Written;
use crate::load::fields::head_key;
use crate::load::folder::Folder;
use crate::load::foreign::{Context, Foreign, extension};
use crate::load::tree::Value;
use crate::load::{document, rules};

/// Rows that name a file that is not there.
pub fn absent(rows: &[Row], files: &[(PathBuf, String)], context: &mut Context) {
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

/// What the index counts, and what is there.
pub fn counted(rows: &[Row], files: &[(PathBuf, String)], folders: &BTreeMap<String, String>, context: &mut Context) {
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
pub fn declared(folder: &Folder, there: usize, context: &mut Context, all: &mut Foreign) {
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
