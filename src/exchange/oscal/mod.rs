//! OSCAL documents, which validate against NIST's published schemas.
//!
//! Every field of a record that OSCAL has no place for is a property in a namespace of our own, so that what is written
//! can be imported again whole. Ids of objects are made from their content, so that the same engagement gives the same
//! bytes.

mod plan;
mod results;

use serde_json::{Value, json};
use uuid::Uuid;

pub use plan::plan;
pub use results::results;

use crate::load::canonical::{Entry, Written};
use crate::load::fields::Record;
use crate::load::foreign::oscal::{IN_REMARKS, NAMESPACE, POSITION, RECORD, STAND_IN};
use crate::model::{Date, Engagement, Window};

/// Version of OSCAL that is written.
const VERSION: &str = "1.2.1";

/// An engagement and its records.
pub struct Subject<'s> {
    pub engagement: &'s Engagement,
    pub tables: &'s [(&'static Record, Vec<Entry>)],
}

/// A document, and the tables that it has no place for, with how many records each has.
pub struct Document {
    pub value: Value,
    pub not_held: Vec<(&'static str, usize)>,
}

impl Subject<'_> {
    /// The records of a table with their places in it, from 1.
    fn numbered(&self, table: &Record) -> impl Iterator<Item = (usize, &Entry)> {
        (1..).zip(self.records(table))
    }

    fn records(&self, table: &Record) -> &[Entry] {
        self.tables.iter().find(|(record, _)| record.name == table.name).map_or(&[], |(_, entries)| entries)
    }

    /// The same for the same parts, and for no others.
    fn uuid(&self, parts: &[&str]) -> String {
        let organization = &self.engagement.service_organization;
        let root = Uuid::new_v5(&Uuid::NAMESPACE_URL, NAMESPACE.as_bytes());
        let name = [organization.name.value.as_str(), organization.system.value.as_str()];
        let mut text = name.join("\u{1f}");
        for part in parts {
            text.push('\u{1f}');
            text.push_str(part);
        }
        Uuid::new_v5(&root, text.as_bytes()).to_string()
    }

    /// First and last day that it is about.
    fn days(&self) -> (Date, Date) {
        match &self.engagement.window {
            Window::AsOf(day) => (day.value, day.value),
            Window::Period { start, end } => (start.value, end.value),
        }
    }

    fn metadata(&self, title: &str, parties: Vec<Value>) -> Value {
        let (_, end) = self.days();
        let dated = self.engagement.service_auditor.as_ref().and_then(|auditor| auditor.report_date.as_ref());
        json!({
            "title": line(title),
            "last-modified": moment(dated.map_or(end, |date| date.value)),
            "version": end.to_string(),
            "oscal-version": VERSION,
            "parties": parties,
        })
    }

    fn service_organization(&self) -> Value {
        let name = &self.engagement.service_organization.name.value;
        json!({ "uuid": self.uuid(&["party", name]), "type": "organization", "name": line(name) })
    }

    /// The tables that have records and are none of `held`.
    fn not_held(&self, held: &[&Record]) -> Vec<(&'static str, usize)> {
        let others = self.tables.iter().filter(|(record, _)| !held.iter().any(|h| h.name == record.name));
        others.map(|(record, entries)| (record.name, entries.len())).filter(|(_, count)| *count > 0).collect()
    }
}

/// The fields of a record as properties, without those that stand elsewhere in the object.
fn props(record: &Record, (position, entry): (usize, &Entry), elsewhere: &[&str]) -> Vec<Value> {
    let mut props = vec![json!({ "name": RECORD, "ns": NAMESPACE, "value": record.name })];
    props.push(json!({ "name": POSITION, "ns": NAMESPACE, "value": position.to_string() }));
    for place in entry.fields.iter().filter(|place| !elsewhere.contains(&place.field)) {
        field(&mut props, place.field, &place.value, None);
    }
    props
}

fn field(props: &mut Vec<Value>, name: &str, value: &Written, group: Option<&str>) {
    let mut put = |text: &str| {
        let single = !text.is_empty() && text.trim() == text && !text.chars().any(char::is_control);
        let mut prop = json!({
            "name": name.replace('_', "-"),
            "ns": NAMESPACE,
            "value": if single { text } else { IN_REMARKS },
        });
        if !single {
            prop["remarks"] = json!(text);
        }
        if let Some(group) = group {
            prop["group"] = json!(group);
        }
        props.push(prop);
    };
    match value {
        Written::Text(text) => put(text),
        Written::Count(number) => put(&number.to_string()),
        Written::Flag(flag) => put(if *flag { "true" } else { "false" }),
        Written::Date(date) => put(&date.to_string()),
        Written::List(texts) => texts.iter().for_each(|text| put(text)),
        Written::Table(fields) => {
            for (inner, value) in fields {
                field(props, inner, value, Some(name));
            }
        }
        Written::Tables(list) => {
            for (number, fields) in list.iter().enumerate() {
                let group = format!("{name}.{}", number + 1);
                for (inner, value) in fields {
                    field(props, inner, value, Some(&group));
                }
            }
        }
    }
}

/// A text that an object must have; where the record has none, words that stand in for it and are marked as such.
fn text_or(props: &mut Vec<Value>, entry: &Entry, name: &'static str, stand_in: &str) -> String {
    match entry.text(name).filter(|text| !text.is_empty()) {
        Some(text) => text.to_owned(),
        None => {
            props.push(json!({ "name": STAND_IN, "ns": NAMESPACE, "value": name }));
            stand_in.to_owned()
        }
    }
}

/// The start of a day.
fn moment(day: Date) -> String {
    format!("{day}T00:00:00Z")
}

/// In one line, and never empty.
fn line(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.is_empty() { "Not named".to_owned() } else { flat }
}

/// A criterion as a catalog in OSCAL would call it: `cc6.1`.
fn token(id: &str) -> String {
    let plain: String =
        id.to_lowercase().chars().map(|c| if c.is_alphanumeric() || ".-_".contains(c) { c } else { '-' }).collect();
    if plain.starts_with(char::is_alphabetic) { plain } else { format!("_{plain}") }
}

/// The items of a list of the record.
fn list<'e>(entry: &'e Entry, field: &str) -> &'e [String] {
    match entry.value(field) {
        Some(Written::List(texts)) => texts,
        _ => &[],
    }
}
