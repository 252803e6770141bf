//! Workbooks and CSV files of any make: which sheet is which table, and its rows as records.

use super::{Context, Foreign, ForeignTable, Part, extension, inverted};
use crate::diagnostics::{Diagnostic, Origin};
use crate::load::fields::{Record, head_key};
use crate::load::folder::Folder;
use crate::load::sheet::Sheet;
use crate::load::tables::{READ_ME, holds_both, open};
use crate::load::tree::Raw;
use crate::load::{canonical, rules, schema};

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
    let is_text = !["xlsx", "xlsm", "xls", "ods"].contains(&extension(name).as_str());
    let Some((_, sheets)) = open(folder, name, is_text, context.findings) else { return };
    if is_text {
        all.kind = if all.kind == "a file" { "a table" } else { all.kind };
        for named in sheets {
            sheet(named.sheet, name, &[stem], context, all);
        }
    } else {
        all.kind = if all.kind == "a file" { "a workbook" } else { all.kind };
        let alone = sheets.len() == 1;
        for named in sheets {
            let called = if alone { format!("{stem} {}", named.name) } else { named.name.to_string() };
            let place = format!("{name}, sheet {}", named.name);
            sheet(named.sheet, &place, &[&named.name, &called], context, all);
        }
    }
}

fn sheet(sheet: Sheet, place: &str, names: &[&str], context: &mut Context, all: &mut Foreign) {
    // The instructions in a workbook that `socpress export` wrote.
    if sheet.rows.is_empty() || names.iter().any(|name| head_key(name) == READ_ME) {
        return;
    }
    let record = table_of(&sheet, names, context);
    let matrix = [&schema::CONTROLS, &schema::TESTS];
    let may_be_both = record.is_none_or(|record| matrix.iter().any(|of| of.name == record.name));
    if context.reading.table.is_none() && may_be_both && holds_both(&sheet, &context.mapping) {
        return combined(sheet, place, context, all);
    }
    let may_be_list = record.is_none_or(|record| record.name == schema::CONTROLS.name) && !names_texts(&sheet, context);
    if may_be_list && inverted::read(&sheet, place, context, all) {
        return;
    }
    let Some(record) = record else {
        context.findings.push(
            Diagnostic::new(&rules::NOT_IMPORTED, format!("{place} is no table that is known, so it is not imported"))
                .at(&Origin::file(&sheet.source))
                .help("say which table it holds with --table"),
        );
        all.parts.push(Part { place: place.to_owned(), tables: Vec::new(), columns: Vec::new(), rows: 0 });
        return;
    };
    let columns = context.mapping.of(record).clone();
    let mapping = sheet.mapping(record, &columns);
    let raws = sheet.records(record, &columns, context.findings);
    let mut part = Part { place: place.to_owned(), tables: vec![record.name], columns: Vec::new(), rows: raws.len() };
    for (head, field) in &mapping {
        part.columns.push((head.clone(), field.map(str::to_owned).into_iter().collect()));
    }
    all.parts.push(part);
    take(record, raws, mapping.iter().filter_map(|(_, field)| *field).collect(), context, all);
}

/// A sheet with a control, its test, and the response to what was found in one row.
fn combined(sheet: Sheet, place: &str, context: &mut Context, all: &mut Foreign) {
    let (of_controls, of_tests) =
        (context.mapping.of(&schema::CONTROLS).clone(), context.mapping.of(&schema::TESTS).clone());
    let mut part = Part { place: place.to_owned(), tables: Vec::new(), columns: Vec::new(), rows: 0 };
    let mut fields: [Vec<&'static str>; 3] = Default::default();
    let none = Default::default();
    let records: [&'static Record; 3] = [&schema::CONTROLS, &schema::TESTS, &schema::EXCEPTIONS];
    for ((record, columns), fields) in records.iter().zip([&of_controls, &of_tests, &none]).zip(&mut fields) {
        for (head, field) in sheet.mapping(record, columns) {
            // Of exceptions, such a sheet has the responses.
            let of_exceptions = record.name == schema::EXCEPTIONS.name;
            let field = field.filter(|field| !of_exceptions || field.starts_with("response"));
            let said = field.map(|field| format!("{}.{field}", record.name));
            fields.extend(field);
            match part.columns.iter_mut().find(|(known, _)| *known == head) {
                Some((_, list)) => list.extend(said),
                None if of_exceptions => {}
                None => part.columns.push((head, said.into_iter().collect())),
            }
        }
    }
    let found = sheet.combined(&of_controls, &of_tests, true, context.findings);
    for ((record, raws), fields) in records.into_iter().zip(found).zip(fields) {
        if !raws.is_empty() {
            part.rows = part.rows.max(raws.len());
            part.tables.push(record.name);
            take(record, raws, fields, context, all);
        }
    }
    all.parts.push(part);
}

/// Adds records to their table.
fn take(record: &'static Record, raws: Vec<Raw>, fields: Vec<&'static str>, context: &mut Context, all: &mut Foreign) {
    let entries = canonical::read_alone(record, raws, &context.catalogue, context.findings);
    match all.tables.iter_mut().find(|table| table.record.name == record.name) {
        Some(table) => {
            table.entries.extend(entries);
            table.fields.extend(fields);
        }
        None => all.tables.push(ForeignTable { record, entries, fields }),
    }
}

/// The table whose records the rows of a sheet hold: by what is said, by the name, by the heads.
fn table_of(sheet: &Sheet, names: &[&str], context: &Context) -> Option<&'static Record> {
    if let Some(record) = context.reading.table {
        // Not every sheet of a workbook holds it: instructions do not.
        return (sheet.fits(record, context.mapping.of(record)) >= FEWEST).then_some(record);
    }
    let fits = |record: &&'static Record| sheet.fits(record, context.mapping.of(record));
    let fits_well = |record: &&'static Record| {
        let required: Vec<&str> = record.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
        sheet.has(record, context.mapping.of(record), &required)
    };
    let keys: Vec<String> = names.iter().map(|name| head_key(name)).collect();
    let is_called = |record: &&'static Record| {
        let others = NAMES.iter().find(|(name, _)| *name == record.name).map_or(&[][..], |(_, others)| others);
        keys.iter().any(|key| *key == record.name.replace('_', " ") || others.contains(&key.as_str()))
    };
    let by_name = schema::TABLES.iter().copied().find(|record| is_called(record) && fits(record) >= FEWEST);
    by_name.or_else(|| {
        let well = schema::TABLES.iter().copied().filter(|record| fits_well(record) && fits(record) >= FEWEST);
        let well = well.rev().max_by_key(|record| fits(record));
        // Heads that name the most of something, though not all that it needs.
        well.or_else(|| {
            let some = schema::TABLES.iter().copied().filter(|record| fits(record) >= FEWEST);
            some.rev().max_by_key(|record| fits(record))
        })
    })
}

/// Whether a sheet has the texts of controls or tests, so that it is no list by criterion.
fn names_texts(sheet: &Sheet, context: &Context) -> bool {
    sheet.has(&schema::CONTROLS, context.mapping.of(&schema::CONTROLS), &["description"])
        || sheet.has(&schema::TESTS, context.mapping.of(&schema::TESTS), &["procedure"])
}
