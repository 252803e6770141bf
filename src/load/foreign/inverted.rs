//! A matrix the other way round: a row for each criterion, with the controls that serve it.

use std::collections::BTreeMap;

use crate::diagnostics::{Diagnostic, Origin};
use crate::load::canonical::{Entry, Place, Written};
use crate::load::criteria;
use crate::load::fields::head_key;
use crate::load::sheet::Sheet;
use crate::load::{rules, schema};
use crate::model::Id;

use super::{Context, Foreign, ForeignTable, Part};

/// Heads of the columns, as words in lower case.
const CRITERIA: &[&str] = &[
    "criterion",
    "criteria",
    "requirement",
    "requirement id",
    "requirement code",
    "criterion id",
    "criteria id",
    "tsc",
    "tsc ref",
];
const CONTROLS: &[&str] = &[
    "controls",
    "mapped controls",
    "control ids",
    "control codes",
    "controls mapped",
    "associated controls",
    "linked controls",
];

/// Reads the sheet, if it is such a matrix.
pub fn read(sheet: &Sheet, place: &str, context: &mut Context, all: &mut Foreign) -> bool {
    let column = |row: usize, names: &[&str]| {
        let found = sheet.rows[row].iter().find(|(_, cell)| names.contains(&head_key(&cell.text).as_str()));
        found.map(|(column, _)| *column)
    };
    let heads =
        (0..sheet.rows.len().min(25)).find_map(|row| Some((row, column(row, CRITERIA)?, column(row, CONTROLS)?)));
    let Some((top, of_criteria, of_controls)) = heads else { return false };
    let mut order: Vec<(String, Origin)> = Vec::new();
    let mut served: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut strangers = Vec::new();
    for row in &sheet.rows[top + 1..] {
        let cell = |at: usize| row.iter().find(|(column, _)| *column == at).map(|(_, cell)| cell);
        let (Some(criterion), Some(controls)) = (cell(of_criteria), cell(of_controls)) else { continue };
        if criterion.text.trim().is_empty() {
            continue;
        }
        let read = criteria::read(&criterion.text, &context.catalogue);
        let ids: Vec<String> = read.ids.iter().map(|id| id.as_str().to_owned()).collect();
        if ids.is_empty() {
            strangers.push(criterion);
            continue;
        }
        for id in controls.text.split([',', ';', '\n', '|']).map(str::trim).filter(|id| !id.is_empty()) {
            let key = Id::new(id).clash_key();
            if !served.contains_key(&key) {
                order.push((id.to_owned(), controls.origin.clone()));
            }
            let list = served.entry(key).or_default();
            list.extend(ids.iter().filter(|id| !list.contains(id)).cloned().collect::<Vec<_>>());
        }
    }
    if order.is_empty() {
        return false;
    }
    if let Some(first) = strangers.first() {
        context.findings.push(
            Diagnostic::new(
                &rules::NOT_IMPORTED,
                format!("{} rows name no trust services criterion, so they are not used", strangers.len()),
            )
            .at(&first.origin),
        );
    }
    let entries: Vec<Entry> = order
        .into_iter()
        .map(|(id, origin)| {
            let criteria = served.remove(&Id::new(id.clone()).clash_key()).unwrap_or_default();
            let place = |field: &'static str, value: Written| Place { field, value, origin: origin.clone() };
            Entry {
                fields: vec![place("id", Written::Text(id)), place("criteria", Written::List(criteria))],
                missing: vec!["description"],
                origin,
            }
        })
        .collect();
    let head = |at: usize| {
        let cell = sheet.rows[top].iter().find(|(column, _)| *column == at);
        cell.map_or_else(String::new, |(_, cell)| cell.text.trim().to_owned())
    };
    let columns = sheet.rows[top].iter().map(|(at, cell)| {
        let field = if *at == of_controls { Some("id") } else { (*at == of_criteria).then_some("criteria") };
        (cell.text.trim().to_owned(), field.map(str::to_owned).into_iter().collect())
    });
    all.parts.push(Part {
        place: format!("{place} ({} by {})", head(of_controls), head(of_criteria)),
        tables: vec![schema::CONTROLS.name],
        columns: columns.collect(),
        rows: entries.len(),
    });
    match all.tables.iter_mut().find(|table| table.record.name == schema::CONTROLS.name) {
        // The texts of the controls stand in another sheet.
        Some(table) => {
            for entry in entries {
                let key = entry.key(&schema::CONTROLS);
                match table.entries.iter_mut().find(|known| known.key(&schema::CONTROLS) == key) {
                    Some(known) if known.value("criteria").is_none() => {
                        known.fields.extend(entry.fields.into_iter().filter(|place| place.field == "criteria"));
                        known.missing.retain(|name| *name != "criteria");
                    }
                    Some(_) => {}
                    None => table.entries.push(entry),
                }
            }
            table.fields.push("criteria");
        }
        None => all.tables.push(ForeignTable { record: &schema::CONTROLS, entries, fields: vec!["id", "criteria"] }),
    }
    true
}
