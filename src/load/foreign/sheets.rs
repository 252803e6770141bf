//! Workbooks and CSV files of any make: which sheet is which table, and its rows as records.

use std::collections::BTreeMap;

use super::{Context, Foreign, ForeignTable, Part, extension, inverted};
use crate::diagnostics::{Diagnostic, Findings, Origin};
use crate::load::canonical::{self, Entry, Written};
use crate::load::fields::{Record, head_key};
use crate::load::folder::Folder;
use crate::load::sheet::Sheet;
use crate::load::tables::{READ_ME, open_workbook};
use crate::load::tree::{self, Node, Raw, Value};
use crate::load::{csv, rules, schema};

/// Other names by which files and sheets go, as words in lower case.
const NAMES: &[(&str, &[&str])] = &[
    (
        "controls",
        &[
            "control",
            "control matrix",
            "controls matrix",
            "rcm",
            "risk and control matrix",
            "control list",
            "controls summary",
            "controls list",
        ],
    ),
    (
        "tests",
        &[
            "test",
            "testing",
            "test sheet",
            "tests of controls",
            "test results",
            "work paper",
            "workpaper",
            "test of controls",
        ],
    ),
    ("exceptions", &["deviations", "exception", "findings"]),
    ("evidence", &["evidence index", "evidence list", "exhibits", "evidence items", "pbc list"]),
    ("cuecs", &["cuec", "complementary user entity controls"]),
    ("csocs", &["csoc", "complementary subservice organization controls"]),
    ("subservice_organizations", &["subservice organizations", "subservice", "subservice orgs"]),
    ("sampled_items", &["samples", "sample items", "selections"]),
];

/// Fewest fields that the heads of a sheet must name.
const FEWEST: usize = 2;

/// Reads the sheets of a file.
pub fn read(folder: &Folder, name: &str, context: &mut Context, all: &mut Foreign) {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if ["xlsx", "xlsm", "xls", "ods"].contains(&extension(name).as_str()) {
        all.kind = if all.kind == "a file" { "a workbook" } else { all.kind };
        let Some((_, sheets)) = open_workbook(folder, name, context.findings) else { return };
        let alone = sheets.len() == 1;
        for named in sheets {
            let called = if alone { format!("{stem} {}", named.name) } else { named.name.clone() };
            sheet(&named.sheet, &format!("{name}, sheet {}", named.name), &[&named.name, &called], context, all);
        }
    } else {
        all.kind = if all.kind == "a file" { "a table" } else { all.kind };
        let source = match folder.read_text(name) {
            Ok(source) => source,
            Err(problem) => return context.findings.push(problem),
        };
        let Some(parsed) = csv::parse(&source, context.findings) else { return };
        sheet(&parsed, name, &[stem], context, all);
    }
}

fn sheet(sheet: &Sheet, place: &str, names: &[&str], context: &mut Context, all: &mut Foreign) {
    // The instructions in a workbook that `socpress export` wrote.
    if names.iter().any(|name| head_key(name) == READ_ME) {
        return;
    }
    let records = tables_of(sheet, names, context);
    let mut part = Part {
        place: place.to_owned(),
        tables: records.iter().map(|r| r.name).collect(),
        columns: Vec::new(),
        rows: 0,
    };
    if records.len() < 2 && !names_texts(sheet, context) && inverted::read(sheet, place, context, all) {
        return;
    }
    if records.is_empty() {
        if !sheet.rows.is_empty() {
            context.findings.push(
                Diagnostic::new(
                    &rules::NOT_IMPORTED,
                    format!("{place} is no table that is known, so it is not imported"),
                )
                .at(&Origin::file(&sheet.source))
                .help("say which table it holds with --table"),
            );
        }
        all.parts.push(part);
        return;
    }
    let mut unused: Option<Vec<Diagnostic>> = None;
    for record in &records {
        let columns = context.mapping.of(record).clone();
        let mut own = Findings::default();
        let mut raws = sheet.records(record, &columns, &mut own);
        if record.name == schema::TESTS.name {
            number_tests(&mut raws, &mut own);
        }
        let combined = records.len() > 1;
        // What a combined sheet holds for one table is no stranger to the other.
        let strangers = own.take(|f| combined && [&rules::COLUMNS_UNUSED, &rules::UNKNOWN_KEY].contains(&f.rule));
        unused = Some(match unused {
            None => strangers,
            Some(before) => before.into_iter().filter(|f| strangers.iter().any(|s| s.message == f.message)).collect(),
        });
        context.findings.extend(own);
        let mut entries = canonical::read_alone(record, raws, &context.catalogue, context.findings);
        if record.name == schema::CONTROLS.name {
            entries = grouped(entries, record, context.findings);
        }
        part.rows = part.rows.max(entries.len());
        let mut fields: Vec<&'static str> = Vec::new();
        for (head, field) in sheet.mapping(record, &columns) {
            fields.extend(field);
            let said = field.map(|field| if combined { format!("{}.{field}", record.name) } else { field.to_owned() });
            match part.columns.iter_mut().find(|(known, _)| *known == head) {
                Some((_, list)) => list.extend(said),
                None => part.columns.push((head, said.into_iter().collect())),
            }
        }
        match all.tables.iter_mut().find(|table| table.record.name == record.name) {
            Some(table) => {
                table.entries.extend(entries);
                table.fields.extend(fields);
            }
            None => all.tables.push(ForeignTable { record, entries, fields }),
        }
    }
    context.findings.extend(unused.unwrap_or_default());
    other_frameworks(sheet, &part, context.findings);
    all.parts.push(part);
}

/// The tables whose records the rows of a sheet hold: by what is said, by the name, by the heads. A sheet may hold a
/// control and its test in one row.
fn tables_of(sheet: &Sheet, names: &[&str], context: &Context) -> Vec<&'static Record> {
    if let Some(record) = context.reading.table {
        return vec![record];
    }
    let fits = |record: &&'static Record| sheet.fits(record, context.mapping.of(record));
    let fits_well = |record: &&'static Record| sheet.fits_well(record, context.mapping.of(record));
    let keys: Vec<String> = names.iter().map(|name| head_key(name)).collect();
    let is_called = |record: &&'static Record| {
        let others = NAMES.iter().find(|(name, _)| *name == record.name).map_or(&[][..], |(_, others)| others);
        keys.iter().any(|key| *key == record.name.replace('_', " ") || others.contains(&key.as_str()))
    };
    let by_name = schema::TABLES.iter().copied().find(|record| is_called(record) && fits(record) >= FEWEST);
    let best = by_name.or_else(|| {
        let well = schema::TABLES.iter().copied().filter(|record| fits_well(record) && fits(record) >= FEWEST);
        let well = well.rev().max_by_key(|record| fits(record));
        // Heads that name the most of something, though not all that it needs.
        well.or_else(|| {
            let some = schema::TABLES.iter().copied().filter(|record| fits(record) >= FEWEST);
            some.rev().max_by_key(|record| fits(record))
        })
    });
    let Some(best) = best else { return Vec::new() };
    let mut records = vec![best];
    let holds_tests = ["procedure", "result"]
        .iter()
        .all(|field| sheet.names_field(&schema::TESTS, context.mapping.of(&schema::TESTS), field));
    let holds_controls = sheet.fits_well(&schema::CONTROLS, context.mapping.of(&schema::CONTROLS));
    if holds_tests && holds_controls && [schema::CONTROLS.name, schema::TESTS.name].contains(&best.name) {
        records = vec![&schema::CONTROLS, &schema::TESTS];
    }
    records
}

/// Whether a sheet has the texts of controls or tests, so that it is no list by criterion.
fn names_texts(sheet: &Sheet, context: &Context) -> bool {
    sheet.names_field(&schema::CONTROLS, context.mapping.of(&schema::CONTROLS), "description")
        || sheet.names_field(&schema::TESTS, context.mapping.of(&schema::TESTS), "procedure")
}

/// Tests without ids of their own are numbered by their control.
fn number_tests(raws: &mut Vec<Raw>, findings: &mut Findings) {
    let has = |raw: &Raw, key: &str| raw.entries.iter().any(|e| e.key == key);
    if raws.iter().any(|raw| has(raw, "id")) {
        return;
    }
    // A row without procedure and result is a control that has no test yet.
    raws.retain(|raw| has(raw, "procedure") || has(raw, "result"));
    findings.take(|f| f.rule == &rules::MISSING_KEY && f.message.ends_with("`id`"));
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    let control = |raw: &Raw| {
        raw.entries.iter().find(|e| e.key == "control").and_then(|entry| match &entry.node.value {
            Value::Text(text) => Some((text.trim().to_owned(), entry.key_origin.clone(), entry.node.origin.clone())),
            _ => None,
        })
    };
    for raw in raws.iter() {
        if let Some((id, ..)) = control(raw) {
            *count.entry(id).or_default() += 1;
        }
    }
    let mut nth: BTreeMap<String, usize> = BTreeMap::new();
    for raw in raws.iter_mut() {
        raw.without_column.retain(|name| *name != "id");
        let Some((control, key_origin, origin)) = control(raw) else { continue };
        let number = nth.entry(control.clone()).or_default();
        *number += 1;
        let id = if count[&control] == 1 { format!("T-{control}") } else { format!("T-{control}.{number}") };
        let node = Node { value: Value::Text(id), origin };
        raw.entries.insert(0, tree::Entry { key: "id".to_owned(), key_origin, node });
    }
    if let Some(first) = raws.first() {
        findings.push(
            Diagnostic::new(
                &rules::NOT_IMPORTED,
                "the tests have no ids of their own, so they are numbered by their controls",
            )
            .at(&first.origin)
            .help("`T-` before the id of the control, and a number behind it where it has several tests"),
        );
    }
}

/// Rows of one control, as of a matrix by criterion: their lists together. A row that says something else stays, and
/// shows as a clash.
fn grouped(entries: Vec<Entry>, record: &'static Record, findings: &mut Findings) -> Vec<Entry> {
    let mut list: Vec<Entry> = Vec::new();
    let mut at: BTreeMap<String, usize> = BTreeMap::new();
    for entry in entries {
        let key = entry.key(record);
        let Some(first) = at.get(&key).map(|at| &mut list[*at]).filter(|_| !key.is_empty()) else {
            at.insert(key, list.len());
            list.push(entry);
            continue;
        };
        let agrees = entry.fields.iter().all(|place| {
            matches!(place.value, Written::List(_))
                || first.value(place.field).is_none_or(|value| *value == place.value)
        });
        if !agrees {
            list.push(entry);
            continue;
        }
        for place in entry.fields {
            match (first.fields.iter_mut().find(|p| p.field == place.field), place.value) {
                (Some(before), Written::List(more)) => {
                    if let Written::List(items) = &mut before.value {
                        let new: Vec<String> = more.into_iter().filter(|item| !items.contains(item)).collect();
                        items.extend(new);
                    }
                }
                (Some(_), _) => {}
                (None, value) => {
                    first.fields.push(canonical::Place { field: place.field, value, origin: place.origin })
                }
            }
        }
        first.missing.retain(|name| !first.fields.iter().any(|place| place.field == *name));
        findings.push(
            Diagnostic::new(
                &rules::ROW_SKIPPED,
                format!("a further row of {}, taken together with the first", first.label(record)),
            )
            .at(&entry.origin),
        );
    }
    list
}

/// Columns without a field whose cells are codes of another framework: nothing is guessed from them.
fn other_frameworks(sheet: &Sheet, part: &Part, findings: &mut Findings) {
    for (head, _) in part.columns.iter().filter(|(_, fields)| fields.is_empty()) {
        let cells = sheet.column(head);
        let filled = cells.len();
        let codes = |is_code: fn(&str) -> bool| cells.iter().filter(|cell| is_code(cell.text.trim())).count();
        for (framework, codes) in [("ISO/IEC 27001", codes(is_iso)), ("NIST SP 800-53", codes(is_nist))] {
            if let Some(first) = cells.first().filter(|_| filled >= 2 && codes * 2 > filled) {
                findings.push(
                    Diagnostic::new(&rules::NOT_IMPORTED, format!("column `{head}` holds codes of {framework}, which are no trust services criteria"))
                        .at(&first.origin)
                        .help("name the criteria that each control serves; nothing is derived from codes of another framework"),
                );
            }
        }
    }
}

fn is_iso(text: &str) -> bool {
    let mut parts = text.split('.');
    matches!(parts.next(), Some("A" | "C")) && text.contains('.') && parts.all(is_number)
}

fn is_nist(text: &str) -> bool {
    const FAMILIES: [&str; 20] = [
        "AC", "AT", "AU", "CA", "CM", "CP", "IA", "IR", "MA", "MP", "PE", "PL", "PM", "PS", "PT", "RA", "SA", "SC",
        "SI", "SR",
    ];
    let Some((family, number)) = text.split_once('-') else { return false };
    let number = number.split('(').next().unwrap_or(number);
    FAMILIES.contains(&family) && is_number(number) && number.len() <= 2
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())
}
