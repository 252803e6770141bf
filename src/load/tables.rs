//! The tables of records: in `engagement.toml`, in a TOML file or in a sheet of their own, but in one place only.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::csv;
use super::decode::{Decoder, Row};
use super::fields::{Record, head_key, nearest};
use super::folder::Folder;
use super::rules;
use super::schema::TABLES;
use super::sheet::Columns;
use super::toml;
use super::tree::{Entry, Raw, Value};
use super::workbook::{self, Named};
use crate::diagnostics::{Diagnostic, Findings, Origin, Source};

/// Files that have a part of their own; folders are not looked at.
const OTHER_NAMES: [&str; 1] = ["engagement.toml"];

/// Name of a workbook with a sheet for each table.
const ALL_TABLES: &str = "tables";

/// A sheet of instructions.
pub const READ_ME: &str = "read me";

/// Raw records by table, and where each table stands.
pub struct Tables {
    found: BTreeMap<&'static str, (Vec<Raw>, Origin)>,
}

impl Tables {
    /// Reads the files of the folder that hold tables, and reports files that have no part.
    pub fn read(folder: &Folder, columns: &Mapping, findings: &mut Findings) -> Self {
        let mut tables = Self { found: BTreeMap::new() };
        for name in folder.list("") {
            let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
            let record = TABLES.iter().find(|r| r.name == stem).copied();
            match (record, extension) {
                (Some(record), "toml") => tables.read_toml(folder, &name, record, findings),
                (Some(record), "csv" | "tsv" | "txt") => {
                    tables.read_sheet(folder, &name, record, columns.of(record), findings);
                }
                (Some(record), "xlsx" | "xlsm" | "xls" | "ods") => {
                    tables.read_workbook(folder, &name, record, columns.of(record), findings);
                }
                (None, "xlsx" | "xlsm" | "xls" | "ods") if stem == ALL_TABLES => {
                    tables.read_tables_of_workbook(folder, &name, columns, findings);
                }
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

    fn read_sheet(
        &mut self,
        folder: &Folder,
        file: &str,
        record: &'static Record,
        columns: &Columns,
        findings: &mut Findings,
    ) {
        let source = match folder.read_text(file) {
            Ok(source) => source,
            Err(problem) => return findings.push(problem),
        };
        let raws = csv::parse(&source, findings).map(|sheet| sheet.records(record, columns, findings));
        self.add(record.name, raws.unwrap_or_default(), Origin::file(&source), findings);
    }

    /// A workbook that bears the name of a table: the sheets whose heads are those of the table, or the one that comes
    /// nearest.
    fn read_workbook(
        &mut self,
        folder: &Folder,
        file: &str,
        record: &'static Record,
        columns: &Columns,
        findings: &mut Findings,
    ) {
        let Some((source, sheets)) = open_workbook(folder, file, findings) else { return };
        let mut used: Vec<&Named> = sheets.iter().filter(|named| named.sheet.fits_well(record, columns)).collect();
        if used.is_empty() {
            used.extend(sheets.iter().max_by_key(|named| named.sheet.fits(record, columns)));
        }
        if used.len() > 1 {
            let names: Vec<String> = used.iter().map(|named| format!("`{}`", named.name)).collect();
            findings.push(
                Diagnostic::new(
                    &rules::SHEETS,
                    format!("{} sheets hold {}: {}", used.len(), record.name, names.join(", ")),
                )
                .in_file(&source)
                .help("all of them are used; remove or hide those that do not belong to the engagement"),
            );
        }
        let mut raws = Vec::new();
        for named in used {
            raws.extend(named.sheet.records(record, columns, findings));
        }
        self.add(record.name, raws, Origin::file(&source), findings);
    }

    /// One workbook with a sheet for each table.
    fn read_tables_of_workbook(&mut self, folder: &Folder, file: &str, columns: &Mapping, findings: &mut Findings) {
        let Some((source, sheets)) = open_workbook(folder, file, findings) else { return };
        for named in &sheets {
            let key = head_key(&named.name);
            match TABLES.iter().find(|record| record.name.replace('_', " ") == key).copied() {
                Some(record) => {
                    let raws = named.sheet.records(record, columns.of(record), findings);
                    self.add(record.name, raws, Origin::file(&source), findings);
                }
                // The sheet of instructions that `socpress export` writes.
                None if key == READ_ME => {}
                None => findings.push(
                    Diagnostic::new(
                        &rules::SHEETS,
                        format!("the sheet `{}` bears the name of no table, so it is not used", named.name),
                    )
                    .in_file(&source)
                    .help("docs/engagement-folder.md lists the tables"),
                ),
            }
        }
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

    /// Takes an entry of `engagement.toml` if it is a table of records, without looking at what is in it.
    pub fn take_raw(&mut self, entry: Entry, findings: &mut Findings) {
        let Some(record) = TABLES.iter().find(|r| r.name == entry.key).copied() else { return };
        let Value::List(items) = entry.node.value else { return };
        let raws = items.into_iter().filter_map(|item| match item.value {
            Value::Table(entries) => {
                Some(Raw { entries, origin: item.origin, sheet: false, damaged: false, without_column: Vec::new() })
            }
            _ => None,
        });
        self.add(record.name, raws.collect(), entry.key_origin, findings);
    }

    pub fn has(&self, name: &str) -> bool {
        self.found.contains_key(name)
    }

    /// The records of a table, none if it is nowhere.
    pub fn take(&mut self, name: &str) -> Vec<Raw> {
        self.found.remove(name).map(|(raws, _)| raws).unwrap_or_default()
    }
}

/// The sheets of a workbook of the folder that can be seen.
pub fn open_workbook(folder: &Folder, file: &str, findings: &mut Findings) -> Option<(Arc<Source>, Vec<Named>)> {
    let source = folder.opaque(file);
    match folder.resolve("", file, &Origin::file(&source)) {
        Ok(path) => {
            let sheets = workbook::parse(&path, &source, findings);
            (!sheets.is_empty()).then_some((source, sheets))
        }
        Err(problem) => {
            findings.push(problem);
            None
        }
    }
}

/// Which columns hold which fields, as the engagement says for each table.
#[derive(Default)]
pub struct Mapping {
    tables: BTreeMap<&'static str, Columns>,
    none: Columns,
}

impl Mapping {
    /// Says which field a column holds, or with an empty field that it is left out: in one table, or in each that has
    /// such a field.
    pub fn add(&mut self, table: Option<&'static Record>, head: &str, field: &str) {
        for record in TABLES.iter().filter(|record| table.is_none_or(|table| table.name == record.name)) {
            let known = record.field(field).map(|known| known.name);
            if known.is_some() || field.is_empty() {
                self.tables.entry(record.name).or_default().insert(head_key(head), known);
            }
        }
    }

    pub fn of(&self, record: &Record) -> &Columns {
        self.tables.get(record.name).unwrap_or(&self.none)
    }
}

/// Takes `[columns]` out of `engagement.toml`: for each table, the heads of its sheet and the fields that they hold.
pub fn columns(raw: &mut Raw, findings: &mut Findings) -> Mapping {
    let mut mapping = Mapping::default();
    let Some(position) = raw.entries.iter().position(|entry| entry.key == "columns") else { return mapping };
    let entry = raw.entries.remove(position);
    let wrong = |at: &Origin, findings: &mut Findings| {
        findings.push(
            Diagnostic::new(&rules::WRONG_VALUE, "`columns` must be tables of texts")
                .at(at)
                .help("write [columns.controls] and below it \"Head of the column\" = \"field\""),
        );
    };
    let Value::Table(tables) = entry.node.value else {
        wrong(&entry.node.origin, findings);
        return mapping;
    };
    for table in tables {
        let Some(record) = TABLES.iter().find(|record| record.name == table.key) else {
            let mut diagnostic = Diagnostic::new(&rules::UNKNOWN_KEY, format!("there is no table `{}`", table.key))
                .at(&table.key_origin);
            if let Some(near) = nearest(&table.key, TABLES.iter().map(|r| r.name)) {
                diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
            }
            findings.push(diagnostic);
            continue;
        };
        let Value::Table(heads) = table.node.value else {
            wrong(&table.node.origin, findings);
            continue;
        };
        for head in heads {
            let Value::Text(field) = &head.node.value else {
                wrong(&head.node.origin, findings);
                continue;
            };
            let field = if field.trim().is_empty() {
                None
            } else if let Some(known) = record.field(field.trim()) {
                Some(known.name)
            } else {
                let names = record.fields.iter().map(|f| f.name);
                let help = match nearest(field, names.clone()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("fields: {}", names.collect::<Vec<_>>().join(", ")),
                };
                findings.push(
                    Diagnostic::new(&rules::UNKNOWN_KEY, format!("{} have no field `{field}`", record.name))
                        .at(&head.node.origin)
                        .help(help),
                );
                continue;
            };
            mapping.tables.entry(record.name).or_default().insert(head_key(&head.key), field);
        }
    }
    mapping
}

fn wrong_shape(record: &Record, found: &str, at: &Origin) -> Diagnostic {
    Diagnostic::new(&rules::WRONG_VALUE, format!("`{}` must be tables, not {found}", record.name))
        .at(at)
        .help(format!("write each {} as [[{}]]", record.one, record.name))
}
