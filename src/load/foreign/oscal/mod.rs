//! OSCAL documents: catalogs and profiles as further criteria, system security plans as controls, assessment results as
//! tests and exceptions. Also what `socpress export --to json` writes.
//!
//! A record that socpress wrote bears its fields as properties of [`NAMESPACE`], and comes back whole. Of others' documents
//! is taken what has one meaning here; the rest is left to write.

mod catalog;
mod plan;
mod results;

pub use results::STAND_IN;

use super::{Context, Foreign};
use crate::diagnostics::{Diagnostic, Origin};
use crate::load::canonical::{self, Entry, Place, Written};
use crate::load::fields::{Kind, Record};
use crate::load::folder::Folder;
use crate::load::tree::{self, Node, Raw, Value};
use crate::load::{criteria, rules, schema};
use crate::model::Date;

/// Namespace of the properties that carry fields of records.
pub const NAMESPACE: &str = "urn:socpress:record";
/// Name of the property that says which table a record belongs to.
pub const RECORD: &str = "record";
/// Name of the property with the place of a record in its table, from 1.
pub const POSITION: &str = "position";
/// Value of a property whose text has several lines and stands in its remarks.
pub const IN_REMARKS: &str = "see remarks";
/// What a JSON document of tables calls itself.
pub const TABLES_KIND: &str = "socpress-tables";

/// Reads a document; whether it is of a known kind.
pub(super) fn read(document: &Node, folder: &Folder, context: &mut Context, all: &mut Foreign) -> bool {
    let place = document.origin.source.name().to_owned();
    if let Some(body) = document.get("catalog") {
        all.kind = "an OSCAL catalog";
        catalog::catalog(body, &place, context, all);
    } else if let Some(body) = document.get("profile") {
        all.kind = "an OSCAL profile";
        catalog::profile(body, &place, folder, context, all);
    } else if let Some(body) = document.get("system-security-plan") {
        all.kind = "an OSCAL system security plan";
        plan::read(body, &place, context, all);
    } else if let Some(body) = document.get("assessment-results") {
        all.kind = "OSCAL assessment results";
        results::read(body, &place, context, all);
    } else if document.text("kind") == Some(TABLES_KIND) {
        all.kind = "tables as JSON";
        tables(document, &place, context, all);
    } else {
        return false;
    }
    true
}

/// Tables of records as they stand in the engagement's own TOML files.
fn tables(document: &Node, place: &str, context: &mut Context, all: &mut Foreign) {
    let Some(Value::Table(entries)) = document.get("tables").map(|node| &node.value) else { return };
    for entry in entries {
        let Some(record) = schema::TABLES.iter().copied().find(|record| record.name == entry.key) else {
            context.findings.push(
                Diagnostic::new(&rules::UNKNOWN_KEY, format!("there is no table `{}`", entry.key))
                    .at(&entry.key_origin),
            );
            continue;
        };
        let Value::List(items) = &entry.node.value else { continue };
        let raws = items.iter().filter_map(|item| match &item.value {
            Value::Table(entries) => Some(raw(with_dates(record, entries.clone()), item.origin.clone())),
            _ => None,
        });
        let raws: Vec<Raw> = raws.collect();
        let read = canonical::read_alone(record, raws, &context.catalogue, context.findings);
        all.add(place, record, read, record.fields.iter().map(|field| field.name).collect());
    }
}

/// JSON has no dates: texts of date fields are dates.
fn with_dates(record: &'static Record, mut entries: Vec<tree::Entry>) -> Vec<tree::Entry> {
    for entry in &mut entries {
        let Some(field) = record.field(&entry.key) else { continue };
        match (&field.kind, &mut entry.node.value) {
            (Kind::Date, Value::Text(text)) => {
                if let Ok(date) = text.parse::<Date>() {
                    entry.node.value = Value::Date(date);
                }
            }
            (Kind::Record(nested), Value::Table(inner)) => *inner = with_dates(nested, std::mem::take(inner)),
            (Kind::Records(nested), Value::List(items)) => {
                for item in items {
                    if let Value::Table(inner) = &mut item.value {
                        *inner = with_dates(nested, std::mem::take(inner));
                    }
                }
            }
            _ => {}
        }
    }
    entries
}

fn raw(entries: Vec<tree::Entry>, origin: Origin) -> Raw {
    Raw { entries, origin, sheet: false, damaged: false, without_column: Vec::new() }
}

/// Records that socpress wrote, in the order of their tables.
fn in_order(mut records: Vec<(usize, &'static Record, Entry)>) -> Vec<(&'static Record, Entry)> {
    records.sort_by_key(|(position, ..)| *position);
    records.into_iter().map(|(_, record, entry)| (record, entry)).collect()
}

/// The place of a record in its table.
fn position_of(node: &Node) -> usize {
    let own = node.items("props").iter().find(|prop| is_own(prop) && prop.text("name") == Some(POSITION));
    own.and_then(|prop| prop.text("value")?.parse().ok()).unwrap_or(usize::MAX)
}

/// The table that an object's properties name, if socpress wrote it.
fn record_of(node: &Node) -> Option<&'static Record> {
    let own = node.items("props").iter().find(|prop| is_own(prop) && prop.text("name") == Some(RECORD))?;
    let name = own.text("value")?;
    schema::TABLES.iter().copied().find(|record| record.name == name)
}

fn is_own(prop: &Node) -> bool {
    prop.text("ns") == Some(NAMESPACE)
}

/// The fields of a record out of properties, and `texts` that stand elsewhere in the object.
fn own_record(
    node: &Node,
    record: &'static Record,
    texts: &[(&'static str, &str)],
    context: &mut Context,
) -> Option<Entry> {
    let mut entries: Vec<tree::Entry> = Vec::new();
    for (field, key) in texts {
        if let Some(found) = node.get(key).filter(|found| found.as_text().is_some()) {
            entries.push(tree::Entry {
                key: (*field).to_owned(),
                key_origin: found.origin.clone(),
                node: found.clone(),
            });
        }
    }
    let mut groups: Vec<(String, Vec<tree::Entry>)> = Vec::new();
    for prop in node.items("props").iter().filter(|prop| is_own(prop)) {
        let (Some(name), Some(value)) = (prop.text("name"), prop.text("value")) else { continue };
        if name == RECORD {
            continue;
        }
        let name = name.replace('-', "_");
        let text = if value == IN_REMARKS { prop.text("remarks").unwrap_or(value) } else { value };
        let (into, within) = match prop.text("group") {
            None => (&mut entries, record),
            Some(group) => {
                let Some(Kind::Records(nested) | Kind::Record(nested)) =
                    record.field(group_field(group)).map(|f| f.kind)
                else {
                    continue;
                };
                if !groups.iter().any(|(known, _)| known == group) {
                    groups.push((group.to_owned(), Vec::new()));
                }
                let Some((_, list)) = groups.iter_mut().find(|(known, _)| known == group) else { continue };
                (list, nested)
            }
        };
        let Some(field) = within.field(&name) else { continue };
        put(into, field.name, field.kind, text, &prop.origin);
    }
    for (group, list) in groups {
        let name = group_field(&group);
        let is_one = matches!(record.field(name).map(|f| f.kind), Some(Kind::Record(_)));
        let table = Node { value: Value::Table(list), origin: node.origin.clone() };
        if is_one {
            entries.push(tree::Entry { key: name.to_owned(), key_origin: node.origin.clone(), node: table });
            continue;
        }
        match entries.iter_mut().find(|entry| entry.key == name) {
            Some(tree::Entry { node: Node { value: Value::List(items), .. }, .. }) => items.push(table),
            _ => entries.push(tree::Entry {
                key: name.to_owned(),
                key_origin: node.origin.clone(),
                node: Node { value: Value::List(vec![table]), origin: node.origin.clone() },
            }),
        }
    }
    canonical::read_alone(record, vec![raw(entries, node.origin.clone())], &context.catalogue, context.findings).pop()
}

/// `populations.2` belongs to the field `populations`.
fn group_field(group: &str) -> &str {
    group.split('.').next().unwrap_or(group)
}

/// A field's value out of its text. Several properties of one name are a list.
fn put(entries: &mut Vec<tree::Entry>, field: &'static str, kind: Kind, text: &str, origin: &Origin) {
    let value = match kind {
        Kind::Date => text.parse::<Date>().map_or_else(|_| Value::Text(text.to_owned()), Value::Date),
        Kind::Count => text.parse().map_or_else(|_| Value::Text(text.to_owned()), Value::Integer),
        Kind::Flag if ["true", "false"].contains(&text) => Value::Flag(text == "true"),
        _ => Value::Text(text.to_owned()),
    };
    let is_list =
        matches!(kind, Kind::Texts | Kind::Ids | Kind::Choices(_) | Kind::Criteria | Kind::DescriptionCriteria);
    let node = Node { value, origin: origin.clone() };
    if !is_list {
        entries.push(tree::Entry { key: field.to_owned(), key_origin: origin.clone(), node });
        return;
    }
    match entries.iter_mut().find(|entry| entry.key == field) {
        Some(tree::Entry { node: Node { value: Value::List(items), .. }, .. }) => items.push(node),
        _ => entries.push(tree::Entry {
            key: field.to_owned(),
            key_origin: origin.clone(),
            node: Node { value: Value::List(vec![node]), origin: origin.clone() },
        }),
    }
}

/// A field of a record made of others' documents.
fn text_field(fields: &mut Vec<Place>, field: &'static str, text: impl Into<String>, origin: &Origin) {
    let text = text.into();
    if !text.trim().is_empty() {
        fields.push(Place { field, value: Written::Text(text.trim().to_owned()), origin: origin.clone() });
    }
}

/// A record, its fields in order, with what it lacks.
fn record(record: &'static Record, mut fields: Vec<Place>, origin: &Origin) -> Entry {
    let order = |field: &str| record.fields.iter().position(|f| f.name == field);
    fields.sort_by_key(|place| order(place.field));
    let missing = record.fields.iter().filter(|f| f.required && !fields.iter().any(|p| p.field == f.name));
    Entry { missing: missing.map(|f| f.name).collect(), fields, origin: origin.clone() }
}

/// The trust services criterion that an id of OSCAL names, such as `cc6.1`.
fn criterion_of(id: &str, context: &Context) -> Option<String> {
    let read = criteria::read(id, &context.catalogue);
    let is_one = read.ids.len() == 1 && read.problems.iter().all(|p| p.severity < crate::diagnostics::Severity::Error);
    is_one.then(|| read.ids[0].as_str().to_owned())
}

/// The day of a time such as `2025-03-01T09:30:00Z`.
fn day(node: &Node, key: &str) -> Option<(Date, Origin)> {
    let found = node.get(key)?;
    let date = match &found.value {
        Value::Date(date) => *date,
        Value::Text(text) => text.get(..10)?.parse().ok()?,
        _ => return None,
    };
    Some((date, found.origin.clone()))
}
