//! JSON Schemas of the TOML files, made from the field tables, so that editors complete and check what people write.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::fields::{Field, Kind, Record};
use super::schema;

/// Names of the files that have a schema: `engagement`, `firm`, and each table that may stand in a file of its own.
pub fn names() -> Vec<&'static str> {
    let tables = schema::TABLES.iter().map(|record| record.name);
    ["engagement", "firm"].into_iter().chain(tables).collect()
}

/// The schema of a file by its name without `.toml`.
pub fn of(name: &str) -> Option<Value> {
    let mut used = BTreeSet::new();
    let mut body = match name {
        "engagement" => {
            let mut body = object(&schema::ENGAGEMENT, &mut used);
            body["properties"]["columns"] = json!({
                "type": "object",
                "description": "For each table in a sheet: heads of columns, and the fields that they hold; \"\" leaves one out.",
                "additionalProperties": {"type": "object", "additionalProperties": {"type": "string"}},
            });
            body
        }
        "firm" => object(&schema::FIRM, &mut used),
        table => {
            let record = schema::TABLES.iter().find(|record| record.name == table)?;
            let mut properties = Map::new();
            properties.insert(record.name.to_owned(), records(record, &mut used));
            // A test sheet may bring its exceptions along.
            if record.name == schema::TESTS.name {
                properties.insert(schema::EXCEPTIONS.name.to_owned(), records(&schema::EXCEPTIONS, &mut used));
            }
            json!({
                "type": "object",
                "description": record.doc,
                "properties": properties,
                "additionalProperties": false,
            })
        }
    };
    // Definitions name others in their turn.
    let mut definitions = Map::new();
    while let Some(record) = used.iter().copied().find(|name| !definitions.contains_key(*name)) {
        let found = schema::all_records().into_iter().find(|r| r.name == record);
        let definition = found.map_or_else(|| json!({"type": "object"}), |record| object(record, &mut used));
        definitions.insert(record.to_owned(), definition);
    }
    body["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    body["title"] = json!(format!("socpress: {name}.toml"));
    if !definitions.is_empty() {
        body["definitions"] = Value::Object(definitions);
    }
    Some(body)
}

fn object(record: &'static Record, used: &mut BTreeSet<&'static str>) -> Value {
    let properties: Map<String, Value> =
        record.fields.iter().map(|field| (field.name.to_owned(), property(field, used))).collect();
    let required: Vec<&str> = record.fields.iter().filter(|f| f.required).map(|f| f.name).collect();
    json!({
        "type": "object",
        "description": record.doc,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn reference(record: &'static Record, used: &mut BTreeSet<&'static str>) -> Value {
    used.insert(record.name);
    json!({"$ref": format!("#/definitions/{}", record.name)})
}

fn records(record: &'static Record, used: &mut BTreeSet<&'static str>) -> Value {
    json!({"type": "array", "items": reference(record, used)})
}

fn property(field: &'static Field, used: &mut BTreeSet<&'static str>) -> Value {
    let string = || json!({"type": "string"});
    let list = |item: Value| json!({"anyOf": [{"type": "array", "items": item.clone()}, item]});
    let mut property = match field.kind {
        Kind::Text | Kind::Prose | Kind::Id | Kind::Criterion => string(),
        Kind::Texts | Kind::Ids | Kind::Criteria => list(string()),
        Kind::Date => json!({"type": "string", "format": "date"}),
        Kind::Count => json!({"type": "integer", "minimum": 0}),
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Choice(words) => json!({"enum": (words.all)()}),
        Kind::Choices(words) => list(json!({"enum": (words.all)()})),
        Kind::DescriptionCriteria => list(json!({"type": ["integer", "string"]})),
        // A reference stands alone; what it means is said where it is defined.
        Kind::Record(record) => return reference(record, used),
        Kind::Records(record) => return records(record, used),
    };
    property["description"] = json!(field.doc);
    property
}
