//! The tables of records: in `engagement.toml`, in a TOML file or in a sheet of their own, but in one place only.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::csv;
use super::decode::{Decoder, Row};
use super::fields::{Record, head_key, nearest};
use super::folder::Folder;
use super::heads::{ABOUT_ROWS, Columns};
use super::rules;
use super::schema::{CONTROLS, TABLES, TESTS};
use super::sheet::Sheet;
use super::toml;
use super::tree::{Entry, Raw, Value};
use super::workbook::{self, Named};
use crate::diagnostics::{Diagnostic, Findings, Origin, Source};

/// Files that have a part of their own; folders are not looked at.
const OTHER_NAMES: [&str; 1] = ["engagement.toml"];

/// Name of a workbook with a sheet for each table.
const ALL_TABLES: &str = "tables";

/// Names of a sheet with controls and their tests in the same rows.
const COMBINED: [&str; 3] = ["matrix", "workpaper", "work_paper"];

/// Fields by which a sheet of tests is known to hold its controls too, and the other way round. A sheet that lacks the
/// numbers of controls is none of controls.
const OF_CONTROLS: [&str; 2] = ["id", "description"];
const OF_TESTS: [&str; 2] = ["procedure", "result"];

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
        let names = folder.list("");
        let stems = || names.iter().filter_map(|name| name.rsplit_once('.')).map(|(stem, _)| stem);
        let stated =
            |table: &str| columns.stated.contains(&table) || stems().any(|stem| stem == table || stem == ALL_TABLES);
        for name in &names {
            let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
            let record = TABLES.iter().find(|r| r.name == stem).copied();
            let is_workbook = matches!(extension, "xlsx" | "xlsm" | "xls" | "ods");
            let is_text = matches!(extension, "csv" | "tsv" | "txt");
            match record {
                Some(record) if extension == "toml" => tables.read_toml(folder, name, record, findings),
                Some(record) if is_text || is_workbook => {
                    let Some((source, sheets)) = open(folder, name, is_text, findings) else { continue };
                    let sheets = chosen(sheets, record, columns, &source, findings);
                    // One sheet may hold controls and tests.
                    let other = if record.name == CONTROLS.name { TESTS.name } else { CONTROLS.name };
                    let may_be_both = [CONTROLS.name, TESTS.name].contains(&record.name) && !stated(other);
                    if may_be_both && sheets.iter().all(|named| holds_both(&named.sheet, columns)) {
                        tables.add_combined(sheets, columns, !stated("exceptions"), &source, findings);
                    } else {
                        let mut raws = Vec::new();
                        for named in sheets {
                            raws.extend(named.sheet.records(record, columns.of(record), findings));
                        }
                        tables.add(record.name, raws, Origin::file(&source), findings);
                    }
                }
                None if is_workbook && stem == ALL_TABLES => {
                    tables.read_tables_of_workbook(folder, name, columns, findings);
                }
                None if COMBINED.contains(&stem) && (is_text || is_workbook) => {
                    let Some((source, sheets)) = open(folder, name, is_text, findings) else { continue };
                    let sheets = chosen(sheets, &TESTS, columns, &source, findings);
                    tables.add_combined(sheets, columns, !stated("exceptions"), &source, findings);
                }
                _ => tables.ignored(folder, name, stem, findings),
            }
        }
        tables
    }

    /// Adds the controls, tests and exceptions of sheets that hold them in the same rows.
    fn add_combined(
        &mut self,
        sheets: Vec<Named>,
        columns: &Mapping,
        with_exceptions: bool,
        source: &Arc<Source>,
        findings: &mut Findings,
    ) {
        let mut all: [Vec<Raw>; 3] = Default::default();
        for named in sheets {
            let found = named.sheet.combined(columns.of(&CONTROLS), columns.of(&TESTS), with_exceptions, findings);
            for (all, found) in all.iter_mut().zip(found) {
                all.extend(found);
            }
        }
        let at = Origin::file(source);
        let [controls, tests, exceptions] = all;
        self.add(CONTROLS.name, controls, at.clone(), findings);
        self.add(TESTS.name, tests, at.clone(), findings);
        if !exceptions.is_empty() {
            self.add("exceptions", exceptions, at, findings);
        }
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

    /// One workbook with a sheet for each table.
    fn read_tables_of_workbook(&mut self, folder: &Folder, file: &str, columns: &Mapping, findings: &mut Findings) {
        let Some((source, sheets)) = open(folder, file, false, findings) else { return };
        for named in sheets {
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

/// The sheets of a file: those of a workbook that can be seen, or the one of a text.
pub fn open(folder: &Folder, file: &str, is_text: bool, findings: &mut Findings) -> Option<(Arc<Source>, Vec<Named>)> {
    if is_text {
        let source = match folder.read_sheet(file, findings) {
            Ok(source) => source,
            Err(problem) => {
                findings.push(problem);
                return None;
            }
        };
        let sheet = csv::parse(&source, findings).unwrap_or_else(|| Sheet::new(Vec::new(), &source, Vec::new()));
        return Some((source, vec![Named { name: file.into(), sheet }]));
    }
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

/// The sheets whose heads are those of a table, or the one that comes nearest.
fn chosen(
    mut sheets: Vec<Named>,
    record: &'static Record,
    columns: &Mapping,
    source: &Arc<Source>,
    findings: &mut Findings,
) -> Vec<Named> {
    let columns = columns.of(record);
    // Ids of tests can be made from those of their controls.
    let made = |name: &str| record.name == TESTS.name && name == "id";
    let required: Vec<&str> = record.fields.iter().filter(|f| f.required && !made(f.name)).map(|f| f.name).collect();
    let fits: Vec<bool> = sheets.iter().map(|named| named.sheet.has(record, columns, &required)).collect();
    if !fits.contains(&true) {
        let best = (0..sheets.len()).rev().max_by_key(|at| sheets[*at].sheet.fits(record, columns));
        return best.map(|at| sheets.swap_remove(at)).into_iter().collect();
    }
    let mut fit = fits.into_iter();
    sheets.retain(|_| fit.next().unwrap_or(false));
    if sheets.len() > 1 {
        let names: Vec<String> = sheets.iter().map(|named| format!("`{}`", named.name)).collect();
        findings.push(
            Diagnostic::new(
                &rules::SHEETS,
                format!("{} sheets hold {}: {}", sheets.len(), record.name, names.join(", ")),
            )
            .in_file(source)
            .help("all of them are used; remove or hide those that do not belong to the engagement"),
        );
    }
    sheets
}

/// Whether a sheet has the texts of controls beside those of tests.
pub fn holds_both(sheet: &Sheet, columns: &Mapping) -> bool {
    let (controls, tests) = (columns.of(&CONTROLS), columns.of(&TESTS));
    sheet.has(&CONTROLS, controls, &OF_CONTROLS)
        && sheet.has(&TESTS, tests, &OF_TESTS)
        && sheet.has_sentences(&CONTROLS, controls, "description")
}

/// Which columns hold which fields, as the engagement says for each table.
#[derive(Default)]
pub struct Mapping {
    tables: BTreeMap<&'static str, Columns>,
    /// Tables that stand in `engagement.toml` itself.
    stated: Vec<&'static str>,
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
    let is_stated = |record: &&&Record| raw.entries.iter().any(|entry| entry.key == record.name);
    mapping.stated = TABLES.iter().filter(is_stated).map(|record| record.name).collect();
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
            } else if let Some(known) = ABOUT_ROWS.iter().find(|known| **known == field.trim()) {
                Some(*known)
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
