//! The tables of records: in `engagement.toml`, in a TOML file or in a sheet of their own, but in one place only.

use std::collections::BTreeMap;

use super::csv;
use super::decode::{Decoder, Row};
use super::fields::{Record, nearest};
use super::folder::Folder;
use super::rules;
use super::schema::TABLES;
use super::toml;
use super::tree::{Entry, Raw, Value};
use crate::diagnostics::{Diagnostic, Findings, Origin};

/// Files that have a part of their own; folders are not looked at.
const OTHER_NAMES: [&str; 1] = ["engagement.toml"];

/// Raw records by table, and where each table stands.
pub struct Tables {
    found: BTreeMap<&'static str, (Vec<Raw>, Origin)>,
}

impl Tables {
    /// Reads the files of the folder that hold tables, and reports files that have no part.
    pub fn read(folder: &Folder, findings: &mut Findings) -> Self {
        let mut tables = Self { found: BTreeMap::new() };
        for name in folder.list("") {
            let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
            let record = TABLES.iter().find(|r| r.name == stem).copied();
            match (record, extension) {
                (Some(record), "toml") => tables.read_toml(folder, &name, record, findings),
                (Some(record), "csv" | "tsv") => tables.read_sheet(folder, &name, record, findings),
                (Some(_), "xlsx" | "xlsm" | "xls" | "ods") => findings.push(
                    Diagnostic::new(
                        &rules::FILE_UNREADABLE,
                        format!("`{name}` is a spreadsheet, which is not read in place"),
                    )
                    .at(&Origin::file(&folder.opaque(&name)))
                    .help(format!("save the sheet as {stem}.csv (`CSV UTF-8`)")),
                ),
                _ => tables.ignored(folder, &name, stem, findings),
            }
        }
        tables
    }

    fn ignored(&self, folder: &Folder, name: &str, stem: &str, findings: &mut Findings) {
        let lower = name.to_lowercase();
        let notes = ["readme", "license", "notes", "expected"].iter().any(|known| lower.starts_with(known));
        if name.starts_with('.') || notes || name.ends_with('/') || OTHER_NAMES.contains(&name) {
            return;
        }
        let mut diagnostic = Diagnostic::new(&rules::FILE_IGNORED, format!("`{name}` has no part in the report"))
            .at(&Origin::file(&folder.opaque(name)));
        if let Some(near) = nearest(stem, TABLES.iter().map(|r| r.name)) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        }
        findings.push(diagnostic);
    }

    fn add(&mut self, name: &'static str, raws: Vec<Raw>, at: Origin, findings: &mut Findings) {
        if let Some((_, first)) = self.found.get(name) {
            findings.push(
                Diagnostic::new(&rules::TWO_FORMS, format!("the table `{name}` stands in two places"))
                    .at(&at)
                    .related("and here", first)
                    .help("keep one of the two, so that they cannot disagree"),
            );
            return;
        }
        self.found.insert(name, (raws, at));
    }

    fn read_toml(&mut self, folder: &Folder, file: &str, record: &'static Record, findings: &mut Findings) {
        let source = match folder.read_text(file) {
            Ok(source) => source,
            Err(problem) => return findings.push(problem),
        };
        let raw = toml::parse(&source, findings);
        // A test sheet may bring its exceptions along.
        let allowed = |key: &str| {
            TABLES
                .iter()
                .find(|r| r.name == key && (r.name == record.name || (record.name == "tests" && key == "exceptions")))
        };
        let mut any = false;
        for Entry { key, key_origin, node } in raw.entries {
            let Some(table) = allowed(&key) else {
                findings.push(
                    Diagnostic::new(&rules::UNKNOWN_KEY, format!("unknown key `{key}` in {file}"))
                        .at(&key_origin)
                        .help(format!("this file holds [[{}]] tables only", record.name)),
                );
                continue;
            };
            any = true;
            let mut raws = Vec::new();
            match node.value {
                Value::List(items) => {
                    for item in items {
                        match item.value {
                            Value::Table(entries) => {
                                raws.push(Raw {
                                    entries,
                                    origin: item.origin,
                                    sheet: false,
                                    damaged: raw.damaged,
                                    without_column: Vec::new(),
                                });
                            }
                            other => findings.push(wrong_shape(table, other.kind(), &item.origin)),
                        }
                    }
                }
                other => findings.push(wrong_shape(table, other.kind(), &node.origin)),
            }
            self.add(table.name, raws, key_origin, findings);
        }
        if !any && !raw.damaged {
            self.add(record.name, Vec::new(), Origin::file(&source), findings);
        }
    }

    fn read_sheet(&mut self, folder: &Folder, file: &str, record: &'static Record, findings: &mut Findings) {
        let source = match folder.read_text(file) {
            Ok(source) => source,
            Err(problem) => return findings.push(problem),
        };
        let required: Vec<_> = record.fields.iter().filter(|f| f.required).map(|f| f.name).collect();
        let raws = csv::parse(&source, findings)
            .map(|sheet| sheet.records(|head| record.field_of_head(head), &required, findings));
        self.add(record.name, raws.unwrap_or_default(), Origin::file(&source), findings);
    }

    /// Takes the tables that stand in `engagement.toml` itself.
    pub fn take_from(&mut self, d: &mut Decoder, row: &Row) {
        for record in TABLES {
            if row.has(record.name) {
                let raws = d.raw_records(row, record.name);
                let at = row.at(record.name).clone();
                self.add(record.name, raws, at, d.findings);
            }
        }
    }

    pub fn has(&self, name: &str) -> bool {
        self.found.contains_key(name)
    }

    /// The records of a table, none if it is nowhere.
    pub fn take(&mut self, name: &str) -> Vec<Raw> {
        self.found.remove(name).map(|(raws, _)| raws).unwrap_or_default()
    }
}

fn wrong_shape(record: &Record, found: &str, at: &Origin) -> Diagnostic {
    Diagnostic::new(&rules::WRONG_VALUE, format!("`{}` must be tables, not {found}", record.name))
        .at(at)
        .help(format!("write each {} as [[{}]]", record.one, record.name))
}
