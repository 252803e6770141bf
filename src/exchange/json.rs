//! Values and tables as JSON.

use serde_json::{Map, Value, json};

use crate::load::canonical::{Entry, Written};
use crate::load::fields::Record;
use crate::load::foreign::oscal::TABLES_KIND;

/// A value as JSON. Dates are texts.
pub fn value(written: &Written) -> Value {
    match written {
        Written::Text(text) => json!(text),
        Written::Count(number) => json!(number),
        Written::Flag(flag) => json!(flag),
        Written::Date(date) => json!(date.to_string()),
        Written::List(texts) => json!(texts),
        Written::Table(fields) => table(fields),
        Written::Tables(list) => Value::Array(list.iter().map(|fields| table(fields)).collect()),
    }
}

fn table(fields: &[(&'static str, Written)]) -> Value {
    Value::Object(fields.iter().map(|(name, written)| ((*name).to_owned(), value(written))).collect())
}

/// Tables as one document, which can be imported again.
pub fn document(title: &str, tables: &[(&'static Record, Vec<Entry>)]) -> Value {
    let records = |entries: &[Entry]| {
        let objects = entries.iter().map(|entry| {
            Value::Object(entry.fields.iter().map(|p| (p.field.to_owned(), value(&p.value))).collect::<Map<_, _>>())
        });
        Value::Array(objects.collect())
    };
    let tables: Map<String, Value> =
        tables.iter().map(|(record, entries)| (record.name.to_owned(), records(entries))).collect();
    json!({ "kind": TABLES_KIND, "format": 1, "title": title, "tables": tables })
}
