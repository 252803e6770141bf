//! Records in the one form in which the program writes them: ids, criteria and fixed words as they are spelt in files,
//! dates and counts as such. For whoever writes tables in another form: imports, exports.

use super::decode::{Decoder, Row};
use super::fields::{Field, Kind, Record};
use super::records;
use super::schema;
use super::tree::{Raw, Value};
use crate::diagnostics::{Diagnostic, Findings, Located, Origin, Severity};
use crate::model::{Date, Id};

/// A value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    Text(String),
    Count(u64),
    Flag(bool),
    Date(Date),
    List(Vec<String>),
    /// A table within the record.
    Table(Vec<(&'static str, Written)>),
    /// Tables within the record.
    Tables(Vec<Vec<(&'static str, Written)>>),
}

/// A value and where it was read.
#[derive(Debug, Clone)]
pub struct Place {
    pub field: &'static str,
    pub value: Written,
    pub origin: Origin,
}

/// A record, its fields in the order of the field table.
#[derive(Debug, Clone)]
pub struct Entry {
    pub fields: Vec<Place>,
    pub origin: Origin,
    /// Required fields that it lacks.
    pub missing: Vec<&'static str>,
}

impl Entry {
    pub fn value(&self, field: &str) -> Option<&Written> {
        self.fields.iter().find(|place| place.field == field).map(|place| &place.value)
    }

    pub fn text(&self, field: &str) -> Option<&str> {
        match self.value(field)? {
            Written::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What tells it from the other records of its table: its id, or what it cannot do without. Case, spaces and
    /// punctuation do not count, since people and spreadsheets change these.
    pub fn key(&self, record: &Record) -> String {
        let folded = |value: &Written| match value {
            Written::Text(text) => Id::new(text.clone()).clash_key(),
            Written::Date(date) => date.to_string(),
            other => format!("{other:?}"),
        };
        if let Some(id) = self.value("id") {
            return folded(id);
        }
        let names = |field: &Field| {
            let is_key = matches!(field.kind, Kind::Id | Kind::Criterion | Kind::Choice(_) | Kind::Date);
            is_key || ["name", "short", "item", "rule"].contains(&field.name)
        };
        let needed = || record.fields.iter().filter(|field| field.required && field.name != "id");
        let keys: Vec<String> = needed().filter(|f| names(f)).filter_map(|f| self.value(f.name)).map(folded).collect();
        if !keys.is_empty() {
            return keys.join(" / ");
        }
        needed().find_map(|field| self.value(field.name)).map(folded).unwrap_or_default()
    }

    /// How messages name it.
    pub fn label(&self, record: &Record) -> String {
        let named = ["id", "name", "short", "criterion", "item", "file"].iter().find_map(|field| self.text(field));
        match named {
            Some(name) => format!("{} {name}", record.one),
            None => format!("{} {}", record.one, self.key(record)),
        }
    }
}

/// The records of a table. What is not understood is a finding, and stays as it was written.
pub fn entries(d: &mut Decoder, record: &'static Record, raws: Vec<Raw>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for raw in raws {
        if record.name == schema::TESTS.name && records::is_further_row(&raw) {
            further_population(d, raw, &mut entries);
            continue;
        }
        let is_row = raw.sheet;
        let entry = entry(d, record, raw);
        if !(is_row && entry.fields.is_empty()) {
            entries.push(entry);
        }
    }
    entries
}

fn entry(d: &mut Decoder, record: &'static Record, raw: Raw) -> Entry {
    let row = d.row(record, raw);
    let mut fields = Vec::new();
    let mut put = |field: &'static str, value: Written, origin: &Origin| {
        fields.push(Place { field, value, origin: origin.clone() });
    };
    let is_test = record.name == schema::TESTS.name;
    let counted = ["population", "sample", "deviations"];
    let counts = if is_test { read_counts(d, &row) } else { Vec::new() };
    let mut told = None;
    for field in record.fields {
        let at = row.at(field.name).clone();
        if is_test && counted.contains(&field.name) {
            if let Some((_, value, origin)) = counts.iter().find(|(name, ..)| *name == field.name) {
                put(field.name, value.clone(), origin);
            }
            continue;
        }
        if is_test && field.name == "result" {
            let (result, rest) = d.result(&row);
            told = rest;
            if let Some(result) = result {
                put(field.name, Written::Text(result.value.key().to_owned()), &at);
            } else if let Some(text) = as_written(&row, field.name) {
                put(field.name, Written::Text(text), &at);
            }
            continue;
        }
        if let Some(value) = value(d, &row, field) {
            put(field.name, value, &at);
        } else if field.name == "result_text"
            && let Some(told) = told.take()
        {
            put(field.name, Written::Text(told.text), &told.origin);
        }
    }
    let missing = record.fields.iter().filter(|f| f.required && !fields.iter().any(|p| p.field == f.name));
    Entry { missing: missing.map(|f| f.name).collect(), fields, origin: row.origin }
}

/// The counts of a test: a cell may say two of them. What is no count stays as it was written.
fn read_counts(d: &mut Decoder, row: &Row) -> Vec<(&'static str, Written, Origin)> {
    let counts = records::counts(d, row);
    let mut list = Vec::new();
    for (name, count) in
        [("population", counts.population), ("sample", counts.sample), ("deviations", counts.deviations)]
    {
        let errs = row.has(name) && d.findings.iter().any(|f| f.severity == Severity::Error && is_at(f, row.at(name)));
        match (count, as_written(row, name)) {
            // What its own cell says is not lost to what another cell says of it.
            (_, Some(text)) if errs => list.push((name, Written::Text(text), row.at(name).clone())),
            (Some(count), _) => list.push((name, Written::Count(count.value), count.origin)),
            _ => {}
        }
    }
    list
}

fn is_at(finding: &Diagnostic, place: &Origin) -> bool {
    finding.origin.as_ref().is_some_and(|at| at.place == place.place && at.source.name() == place.source.name())
}

/// A value as the field wants it; as it was written if it is not understood.
fn value(d: &mut Decoder, row: &Row, field: &'static Field) -> Option<Written> {
    let name = field.name;
    if !row.has(name) {
        return None;
    }
    let before = d.findings.iter().filter(|f| f.severity == Severity::Error).count();
    let list = |texts: Vec<String>| (!texts.is_empty()).then_some(Written::List(texts));
    let read = match field.kind {
        Kind::Text | Kind::Prose => d.text(row, name).map(|t| Written::Text(t.value)),
        Kind::Id => d.id(row, name).map(|id| Written::Text(id.value.as_str().to_owned())),
        Kind::Texts => list(d.texts(row, name).into_iter().map(|t| t.value).collect()),
        Kind::Ids => list(d.ids(row, name).into_iter().map(|id| id.value.as_str().to_owned()).collect()),
        Kind::Date => d.date(row, name).map(|date| Written::Date(date.value)),
        Kind::Count => d.count(row, name).map(|number| Written::Count(number.value)),
        Kind::Flag => d.flag(row, name).map(|flag| Written::Flag(flag.value)),
        Kind::Choice(words) => d.word(row, name, words).map(|word| Written::Text(word.to_owned())),
        Kind::Choices(words) => list(d.words(row, name, words).into_iter().map(str::to_owned).collect()),
        Kind::Criterion => d.criterion(row, name).map(|id| Written::Text(id.value.as_str().to_owned())),
        Kind::Criteria => list(d.criteria(row, name).iter().map(|id| id.value.as_str().to_owned()).collect()),
        Kind::DescriptionCriteria => {
            list(d.description_criteria(row, name).iter().map(|number| number.value.to_string()).collect())
        }
        Kind::Record(record) => {
            let nested = d.record(row, name)?;
            Some(Written::Table(nested_fields(d, record, &nested)))
        }
        Kind::Records(record) => {
            let raws = d.raw_records(row, name);
            let tables = raws.into_iter().map(|raw| {
                let nested = d.row(record, raw);
                nested_fields(d, record, &nested)
            });
            Some(Written::Tables(tables.collect()))
        }
    };
    // Part of a list that is not understood must not be lost either.
    let all_understood = d.findings.iter().filter(|f| f.severity == Severity::Error).count() == before;
    match read {
        Some(value) if all_understood => Some(value),
        read => as_written(row, name).map(Written::Text).or(read),
    }
}

fn nested_fields(d: &mut Decoder, record: &'static Record, row: &Row) -> Vec<(&'static str, Written)> {
    record.fields.iter().filter_map(|field| Some((field.name, value(d, row, field)?))).collect()
}

/// The text of a value as it stands.
fn as_written(row: &Row, name: &str) -> Option<String> {
    let text = match &row.value(name)?.value {
        Value::Text(text) | Value::Float(text) | Value::DateTime(text) => text.trim().to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Date(date) => date.to_string(),
        Value::List(items) => {
            let texts = items.iter().filter_map(|item| match &item.value {
                Value::Text(text) => Some(text.trim()),
                _ => None,
            });
            texts.collect::<Vec<_>>().join("; ")
        }
        Value::Table(_) => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// Adds the population of a further row to the test it names; the first row's own becomes one of them.
fn further_population(d: &mut Decoder, raw: Raw, entries: &mut [Entry]) {
    let row = d.row(&records::FURTHER_ROW, raw);
    let Some(id) = d.id(&row, "id") else { return };
    let population = population_of(
        d.text(&row, "population_name").map(|t| t.value),
        d.text(&row, "population_source").map(|t| t.value),
        read_counts(d, &row).into_iter().map(|(name, value, _)| (name, value)).collect(),
    );
    let key = id.value.clash_key();
    let test = entries.iter_mut().rev().find(|e| e.text("id").is_some_and(|t| Id::new(t).clash_key() == key));
    let Some(test) = test else {
        records::no_test_above(d, &id);
        return;
    };
    if test.value("populations").is_none() {
        let mut taken = Vec::new();
        let has_counts = ["population", "sample", "deviations"].iter().any(|field| test.value(field).is_some());
        test.fields.retain(|place| {
            let own = ["population_name", "population_source", "population", "sample", "deviations"];
            let is_own = has_counts && own.contains(&place.field);
            if is_own {
                taken.push((place.field, place.value.clone()));
            }
            !is_own
        });
        let text = |name: &str| {
            taken.iter().find(|(field, _)| *field == name).and_then(|(_, value)| match value {
                Written::Text(text) => Some(text.clone()),
                _ => None,
            })
        };
        let counts = taken.iter().filter(|(field, _)| !field.starts_with("population_")).cloned().collect();
        let first = population_of(text("population_name"), text("population_source"), counts);
        let origin = test.origin.clone();
        // A source without counts belongs to the test as a whole.
        let own = if has_counts { vec![first] } else { Vec::new() };
        test.fields.push(Place { field: "populations", value: Written::Tables(own), origin });
        let order = |field: &str| schema::TESTS.fields.iter().position(|f| f.name == field);
        test.fields.sort_by_key(|place| order(place.field));
    }
    if let Some(place) = test.fields.iter_mut().find(|place| place.field == "populations")
        && let Written::Tables(list) = &mut place.value
    {
        list.push(population);
    }
}

fn population_of(
    name: Option<String>,
    source: Option<String>,
    counts: Vec<(&'static str, Written)>,
) -> Vec<(&'static str, Written)> {
    let mut fields: Vec<(&'static str, Written)> = name.map(|name| ("name", Written::Text(name))).into_iter().collect();
    fields.extend(counts);
    fields.extend(source.map(|source| ("source", Written::Text(source))));
    fields
}

/// Records of a table that stands for itself, as JSON or another program gives it.
pub fn read_alone(
    record: &'static Record,
    raws: Vec<Raw>,
    catalogue: &std::sync::Arc<crate::model::Catalogue>,
    findings: &mut Findings,
) -> Vec<Entry> {
    let mut d = Decoder { findings, catalogue: catalogue.clone(), lost: Default::default() };
    entries(&mut d, record, raws)
}

/// Tells of ids that clash.
pub fn unique(
    record: &'static Record,
    entries: &[Entry],
    catalogue: &std::sync::Arc<crate::model::Catalogue>,
    findings: &mut Findings,
) {
    let ids: Vec<Located<Id>> = entries
        .iter()
        .filter_map(|entry| {
            let place = entry.fields.iter().find(|place| place.field == "id")?;
            match &place.value {
                Written::Text(id) => Some(Located::new(Id::new(id.clone()), place.origin.clone())),
                _ => None,
            }
        })
        .collect();
    let mut d = Decoder { findings, catalogue: catalogue.clone(), lost: Default::default() };
    records::unique(&mut d, record.one, ids.iter());
}
