//! Bringing records up to date: what the source says now, what it said the last time, and what stands in the folder.
//!
//! What was changed by hand stays. Where both changed, nobody but a person can tell which holds: a conflict.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::state::Known;
use super::target::{self, Place};
use super::{Conflicts, ImportError};
use crate::exchange::{json, toml};
use crate::load::canonical::{Entry, Written};
use crate::load::foreign::ForeignTable;
use crate::load::schema;
use crate::model::natural_cmp;

/// What became of the records of a table.
#[derive(Debug, Default, Serialize)]
pub struct TableChange {
    pub table: &'static str,
    /// The file where they stand.
    pub file: String,
    /// Records that are new.
    pub added: Vec<String>,
    /// Records with the fields that are changed.
    pub changed: Vec<(String, Vec<String>)>,
    /// Records that say what they said.
    pub unchanged: usize,
    /// Fields that were changed by hand, and stay.
    pub kept: Vec<(String, Vec<String>)>,
    /// Records that the source no longer has.
    pub gone: Vec<String>,
    /// Of these, those that were removed.
    pub removed: Vec<String>,
}

/// A value that was changed by hand and in the source.
#[derive(Debug, Serialize)]
pub struct Conflict {
    pub file: String,
    pub record: String,
    /// Nothing for the record as a whole.
    pub field: Option<&'static str>,
    /// As it stands in the folder.
    pub ours: Option<Value>,
    /// As the source has it.
    pub theirs: Option<Value>,
    /// Which of the two stands now.
    pub taken: &'static str,
}

/// How to merge.
pub struct Merging<'m> {
    pub source: &'m str,
    pub conflicts: Conflicts,
    pub prune: bool,
}

/// Merges the records of a table into the place where they stand, and into what is known of them.
pub fn table(
    incoming: &ForeignTable,
    place: &mut Place,
    known: &mut BTreeMap<String, Known>,
    merging: &Merging,
    conflicts: &mut Vec<Conflict>,
) -> Result<TableChange, ImportError> {
    let record = incoming.record;
    let mut change = TableChange { table: record.name, file: place.file.clone(), ..TableChange::default() };
    let mut entries = incoming.entries.clone();
    if record.name == schema::EVIDENCE.name {
        number_evidence(&mut entries, &place.records);
    }
    if record.name == schema::TESTS.name && !incoming.fields.contains(&"id") {
        keep_test_ids(&mut entries, &place.records);
    }
    let evidence_by_file = record.name == schema::EVIDENCE.name && !incoming.fields.contains(&"id");
    let key_of = |entry: &Entry| -> String {
        // Evidence whose ids the import gives is known by its file.
        match entry.text("file").filter(|_| evidence_by_file) {
            Some(file) => file.to_owned(),
            None => entry.key(record),
        }
    };
    let ours: BTreeMap<String, usize> =
        numbered(place.records.iter().map(&key_of)).into_iter().enumerate().map(|(at, key)| (key, at)).collect();
    let keys: Vec<String> = entries.iter().map(&key_of).collect();
    let Some(tables) = target::records(&mut place.document, record) else {
        return Err(ImportError::Toml {
            file: place.file.clone(),
            why: format!("`{}` is no list of tables", record.name),
        });
    };

    let names = earlier(known, &keys, merging.source);
    let source = label(known, &names, merging.source);
    let mut here = BTreeSet::new();
    for (entry, key) in entries.iter().zip(numbered(keys.into_iter())) {
        here.insert(key.clone());
        let theirs: BTreeMap<String, Value> =
            entry.fields.iter().map(|p| (p.field.to_owned(), json::value(&p.value))).collect();
        let label = entry.label(record);
        let before = known.get(&key).cloned();
        let Some(at) = ours.get(&key).copied() else {
            // A record that was removed by hand stays away until the source says something new of it.
            let removed = before.as_ref().is_some();
            let news = before.as_ref().is_some_and(|known| known.fields != theirs);
            if removed && !news && merging.conflicts != Conflicts::Theirs {
                change.unchanged += 1;
                continue;
            }
            if removed && merging.conflicts != Conflicts::Theirs {
                conflicts.push(Conflict {
                    file: place.file.clone(),
                    record: label,
                    field: None,
                    ours: None,
                    theirs: Some(Value::Object(theirs.clone().into_iter().collect())),
                    taken: "ours",
                });
                if merging.conflicts == Conflicts::Ours {
                    known.insert(key, Known { source: source.clone(), fields: theirs });
                }
                continue;
            }
            tables.push(new_record(entry, !tables.is_empty() || !place.records.is_empty()));
            change.added.push(label);
            known.insert(key, Known { source: source.clone(), fields: theirs });
            continue;
        };
        let mine = &place.records[at];
        let Some(table) = tables.get_mut(at) else { continue };
        let mut base = before.unwrap_or_default();
        base.source.clone_from(&source);
        let (mut changed, mut kept) = (Vec::new(), Vec::new());
        let mut fields: Vec<&'static str> = incoming.fields.clone();
        fields.extend(entry.fields.iter().map(|place| place.field));
        let order = |field: &str| record.fields.iter().position(|f| f.name == field);
        fields.sort_by_key(|field| order(field));
        fields.dedup();
        for field in fields {
            let t = theirs.get(field);
            let o = mine.value(field).map(json::value);
            let b = base.fields.get(field);
            if t == o.as_ref() {
                remember(&mut base, field, t);
            } else if t.is_none() && record.field(field).is_some_and(|f| f.required) {
                // An empty cell says nothing of what a record cannot do without.
                kept.push(field.to_owned());
            } else if o.as_ref() == b || (b.is_none() && t.is_none()) {
                // Untouched since; or the source is silent on what was written by hand.
                if b.is_some() || t.is_some() {
                    set(table, field, entry.value(field));
                    remember(&mut base, field, t);
                    changed.push(if t.is_none() { format!("{field} (cleared)") } else { field.to_owned() });
                }
            } else if b == t {
                kept.push(field.to_owned());
            } else {
                let take = merging.conflicts == Conflicts::Theirs;
                conflicts.push(Conflict {
                    file: place.file.clone(),
                    record: label.clone(),
                    field: Some(field),
                    ours: o.clone(),
                    theirs: t.cloned(),
                    taken: if take { "theirs" } else { "ours" },
                });
                if take {
                    set(table, field, entry.value(field));
                    changed.push(field.to_owned());
                }
                if merging.conflicts != Conflicts::List {
                    remember(&mut base, field, t);
                }
            }
        }
        known.insert(key, base);
        if !changed.is_empty() {
            update_to_do(table, record);
        }
        if changed.is_empty() {
            change.unchanged += 1;
        } else {
            change.changed.push((label.clone(), changed));
        }
        if !kept.is_empty() {
            change.kept.push((label, kept));
        }
    }
    gone(place, known, &ours, &here, &names, merging, &mut change);
    Ok(change)
}

/// Keys, a number behind those that stood before.
fn numbered(keys: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut number = |key: String| {
        let nth = seen.entry(key.clone()).or_default();
        *nth += 1;
        if *nth == 1 { key } else { format!("{key}#{nth}") }
    };
    keys.map(&mut number).collect()
}

/// The names under which this source was imported before. A file may have another name today, and another file its name:
/// it is the same source if most of its records are.
fn earlier(known: &BTreeMap<String, Known>, keys: &[String], own: &str) -> Vec<String> {
    let here: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (key, record) in known {
        let (all, same) = counts.entry(&record.source).or_default();
        *all += 1;
        *same += usize::from(here.contains(key.as_str()));
    }
    let is_same = |name: &str, all: usize, same: usize| same * 2 > all || name == own && same * 2 >= all;
    counts
        .into_iter()
        .filter(|(name, (all, same))| is_same(name, *all, *same))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// The name under which the records of a source are kept: its own, unless another source had that before.
fn label(known: &BTreeMap<String, Known>, names: &[String], own: &str) -> String {
    let is_taken = |name: &str| !names.iter().any(|n| n == name) && known.values().any(|record| record.source == name);
    let further = (2..).map(|number| format!("{own} ({number})"));
    std::iter::once(own.to_owned()).chain(further).find(|name| !is_taken(name)).unwrap_or_default()
}

/// Records of this source that it no longer has.
fn gone(
    place: &mut Place,
    known: &mut BTreeMap<String, Known>,
    ours: &BTreeMap<String, usize>,
    here: &BTreeSet<String>,
    names: &[String],
    merging: &Merging,
    change: &mut TableChange,
) {
    let Some(record) = schema::TABLES.iter().copied().find(|record| record.name == change.table) else { return };
    let left: Vec<String> = known
        .iter()
        .filter(|(key, known)| names.contains(&known.source) && !here.contains(key.as_str()))
        .map(|(key, _)| key.clone())
        .collect();
    let mut removed = Vec::new();
    for key in left {
        let Some(at) = ours.get(&key).copied() else {
            known.remove(&key);
            continue;
        };
        let label = place.records[at].label(record);
        let untouched = known[&key]
            .fields
            .iter()
            .all(|(field, value)| place.records[at].value(field).map(json::value).as_ref() == Some(value));
        if merging.prune && untouched {
            removed.push(at);
            change.removed.push(label.clone());
            known.remove(&key);
        }
        change.gone.push(label);
    }
    removed.sort_unstable();
    if let Some(tables) = target::records(&mut place.document, record) {
        for at in removed.into_iter().rev() {
            tables.remove(at);
        }
    }
}

fn remember(known: &mut Known, field: &str, value: Option<&Value>) {
    match value {
        Some(value) => known.fields.insert(field.to_owned(), value.clone()),
        None => known.fields.remove(field),
    };
}

fn set(table: &mut toml_edit::Table, field: &str, value: Option<&Written>) {
    match value {
        Some(value) => toml::replace(table, field, value),
        None => {
            table.remove(field);
        }
    }
}

/// Beginning of the line above a record that lacks something.
const TO_DO: &str = "# To do: ";

/// Takes out of the note of what a record lacks what it has by now.
fn update_to_do(table: &mut toml_edit::Table, record: &crate::load::fields::Record) {
    let Some(prefix) = table.decor().prefix().and_then(|prefix| prefix.as_str()).map(str::to_owned) else { return };
    let mut lines: Vec<String> = Vec::new();
    for line in prefix.split('\n') {
        let Some(fields) = line.strip_prefix(TO_DO) else {
            lines.push(line.to_owned());
            continue;
        };
        let lacks = |name: &&str| record.field(name).is_none() || !table.contains_key(name);
        let left: Vec<&str> = fields.split(", ").map(str::trim).filter(lacks).collect();
        if !left.is_empty() {
            lines.push(format!("{TO_DO}{}", left.join(", ")));
        }
    }
    table.decor_mut().set_prefix(lines.join("\n"));
}

/// A new record, with a note of what it lacks.
fn new_record(entry: &Entry, apart: bool) -> toml_edit::Table {
    let mut table = toml_edit::Table::new();
    toml::put(&mut table, entry.fields.iter().map(|place| (place.field, &place.value)));
    let mut before = String::from(if apart { "\n" } else { "" });
    if !entry.missing.is_empty() {
        before.push_str(&format!("{TO_DO}{}\n", entry.missing.join(", ")));
    }
    table.decor_mut().set_prefix(before);
    table
}

/// Evidence without ids keeps those that it has in the folder; what is new gets the next free numbers.
fn number_evidence(entries: &mut [Entry], records: &[Entry]) {
    let ids: Vec<&str> = records.iter().filter_map(|entry| entry.text("id")).collect();
    let number = |id: &&str| id.strip_prefix("E-").and_then(|digits| digits.parse::<u32>().ok());
    let mut next = ids.iter().filter_map(number).max().unwrap_or(0);
    for entry in entries.iter_mut().filter(|entry| entry.value("id").is_none()) {
        let known =
            records.iter().find(|record| record.text("file").is_some() && record.text("file") == entry.text("file"));
        let id = match known.and_then(|record| record.text("id")) {
            Some(id) => id.to_owned(),
            None => {
                next += 1;
                format!("E-{next:03}")
            }
        };
        let origin = entry.origin.clone();
        let place = crate::load::canonical::Place { field: "id", value: Written::Text(id), origin };
        entry.fields.insert(0, place);
        entry.missing.retain(|name| *name != "id");
    }
}

/// Tests whose source has no ids keep those that they have in the folder, where the procedure is the same; of the others of
/// a control, those that are left follow each other in order. So a row that is put between others moves no id, and what was
/// written by hand at a test stays with its procedure.
fn keep_test_ids(entries: &mut [Entry], records: &[Entry]) {
    let folded = |entry: &Entry, field: &str| {
        let text = entry.text(field).unwrap_or_default();
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>()
    };
    let of = |entry: &Entry| (folded(entry, "control"), folded(entry, "procedure"));
    let mut free: BTreeMap<(String, String), Vec<&str>> = BTreeMap::new();
    for record in records.iter().rev() {
        if let Some(id) = record.text("id") {
            free.entry(of(record)).or_default().push(id);
        }
    }
    let mut given: Vec<Option<String>> =
        entries.iter().map(|entry| free.get_mut(&of(entry)).and_then(Vec::pop).map(str::to_owned)).collect();
    // A procedure that was reworded: as many are left on both sides.
    let mut controls: BTreeMap<String, (Vec<usize>, Vec<&str>)> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate().filter(|(at, _)| given[*at].is_none()) {
        controls.entry(folded(entry, "control")).or_default().0.push(at);
    }
    for ((control, _), ids) in &free {
        controls.entry(control.clone()).or_default().1.extend(ids);
    }
    for (places, ids) in controls.values().filter(|(places, ids)| places.len() == ids.len()) {
        let mut ids = ids.clone();
        ids.sort_by(|a, b| natural_cmp(a, b));
        for (at, id) in places.iter().zip(ids) {
            given[*at] = Some(id.to_owned());
        }
    }
    let mut taken: BTreeSet<String> =
        records.iter().filter_map(|record| record.text("id")).map(str::to_owned).collect();
    for (entry, given) in entries.iter_mut().zip(given) {
        let Some(place) = entry.fields.iter_mut().find(|place| place.field == "id") else { continue };
        let Written::Text(made) = &place.value else { continue };
        let id = given.unwrap_or_else(|| {
            let further = (2..).map(|number| format!("{made}-{number}"));
            std::iter::once(made.clone()).chain(further).find(|id| !taken.contains(id)).unwrap_or_default()
        });
        taken.insert(id.clone());
        place.value = Written::Text(id);
    }
}
