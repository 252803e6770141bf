//! Values as TOML.

use toml_edit::{Array, ArrayOfTables, Datetime, DocumentMut, Item, Table, Value, value};

use crate::load::canonical::{Entry, Written};
use crate::load::fields::Record;
use crate::model::Date;

/// A day as TOML writes it.
pub fn date(day: Date) -> Datetime {
    use chrono::Datelike as _;
    let date = toml_edit::Date {
        year: u16::try_from(day.year()).unwrap_or_default(),
        month: u8::try_from(day.month()).unwrap_or_default(),
        day: u8::try_from(day.day()).unwrap_or_default(),
    };
    Datetime { date: Some(date), time: None, offset: None }
}

/// A value as an item of a table.
pub fn item(written: &Written) -> Item {
    match written {
        Written::Text(text) => value(text.as_str()),
        Written::Count(number) => match i64::try_from(*number) {
            Ok(number) => value(number),
            Err(_) => value(number.to_string()),
        },
        Written::Flag(flag) => value(*flag),
        Written::Date(day) => value(date(*day)),
        Written::List(texts) => value(texts.iter().map(String::as_str).collect::<Array>()),
        Written::Table(fields) => {
            let mut table = Table::new();
            put(&mut table, fields.iter().map(|(name, value)| (*name, value)));
            Item::Table(table)
        }
        Written::Tables(list) => {
            let mut tables = ArrayOfTables::new();
            for fields in list {
                let mut table = Table::new();
                put(&mut table, fields.iter().map(|(name, value)| (*name, value)));
                tables.push(table);
            }
            Item::ArrayOfTables(tables)
        }
    }
}

/// Records of a table as the text of its file.
pub fn table(record: &Record, entries: &[Entry]) -> String {
    let mut document = DocumentMut::new();
    let mut tables = ArrayOfTables::new();
    for entry in entries {
        let mut table = Table::new();
        put(&mut table, entry.fields.iter().map(|place| (place.field, &place.value)));
        if !tables.is_empty() {
            table.decor_mut().set_prefix("\n");
        }
        tables.push(table);
    }
    document.insert(record.name, Item::ArrayOfTables(tables));
    document.to_string()
}

/// Fields in their order. Tables come last, since what stands below their heads belongs to them.
pub fn put<'w>(table: &mut Table, fields: impl Iterator<Item = (&'w str, &'w Written)>) {
    let (inner, plain): (Vec<_>, Vec<_>) =
        fields.partition(|(_, value)| matches!(value, Written::Table(_) | Written::Tables(_)));
    for (name, value) in plain.into_iter().chain(inner) {
        table.insert(name, item(value));
    }
}

/// Puts a value in the place of another, with the blanks and comments that stood around it.
pub fn replace(table: &mut Table, name: &str, written: &Written) {
    let decor = table.get(name).and_then(Item::as_value).map(|value| value.decor().clone());
    let mut new = item(written);
    if let (Some(decor), Some(value)) = (decor, new.as_value_mut()) {
        *Value::decor_mut(value) = decor;
    }
    match table.get_mut(name) {
        Some(old) => *old = new,
        None => {
            table.insert(name, new);
        }
    }
}
