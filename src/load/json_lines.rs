//! JSON lines, an object on each, into located trees.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::rules;
use super::tree::{Entry, Node, Raw, Value};
use crate::diagnostics::{Diagnostic, Findings, Origin, Source};

/// Reads a whole file. A line that is no object is a finding; the others are returned.
pub fn parse(source: &Arc<Source>, findings: &mut Findings) -> Vec<Raw> {
    let text = source.text();
    let mut raws = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let (begin, content) = (start + line.len() - line.trim_start().len(), line.trim());
        start += line.len();
        if content.is_empty() {
            continue;
        }
        match serde_json::from_str::<Object>(content) {
            Ok(Object(pairs)) => {
                let entries = pairs.into_iter().filter_map(|(key, raw)| entry(source, begin, content, key, raw));
                raws.push(Raw {
                    entries: entries.collect(),
                    origin: Origin::span(source, begin..begin + content.len()),
                    sheet: false,
                    damaged: false,
                    without_column: Vec::new(),
                });
            }
            Err(error) => {
                let at = begin + error.column().saturating_sub(1).min(content.len());
                let message = error.to_string();
                let message = message.split(" at line ").next().unwrap_or_default();
                findings.push(
                    Diagnostic::new(&rules::JSON_SYNTAX, format!("this line is no JSON object: {message}"))
                        .at(&Origin::span(source, at..at + 1))
                        .help("write one object on each line: {\"engagement\": \"clients/acme\"}"),
                );
            }
        }
    }
    raws
}

/// The members of an object in their order, doubled ones too, with their values as they are written.
struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> serde::Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object in braces")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry::<Key, &RawValue>()? {
                    pairs.push((pair.0.0, pair.1));
                }
                Ok(Object(pairs))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// A key, as it stands in the text if nothing in it is escaped.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// A member with its place. `null` is a member that is not given.
fn entry(source: &Arc<Source>, begin: usize, line: &str, key: Cow<'_, str>, raw: &RawValue) -> Option<Entry> {
    // The values are slices of the line.
    let offset = |part: &str| begin + (part.as_ptr() as usize).saturating_sub(line.as_ptr() as usize);
    let written = raw.get();
    let origin = Origin::span(source, offset(written)..offset(written) + written.len());
    let key_origin = match &key {
        Cow::Borrowed(key) => Origin::span(source, offset(key)..offset(key) + key.len()),
        Cow::Owned(_) => origin.clone(),
    };
    let value = value(serde_json::from_str(written).ok()?, &origin)?;
    Some(Entry { key: key.into_owned(), key_origin, node: Node { value, origin } })
}

/// A value; what lies within it bears the place of the whole.
fn value(json: serde_json::Value, at: &Origin) -> Option<Value> {
    use serde_json::Value as Json;
    Some(match json {
        Json::Null => return None,
        Json::Bool(flag) => Value::Flag(flag),
        Json::Number(number) => number.as_i64().map_or_else(|| Value::Float(number.to_string()), Value::Integer),
        Json::String(text) => Value::Text(text),
        Json::Array(items) => {
            let node = |item| Some(Node { value: value(item, at)?, origin: at.clone() });
            Value::List(items.into_iter().filter_map(node).collect())
        }
        Json::Object(members) => Value::Table(
            members
                .into_iter()
                .filter_map(|(key, item)| {
                    let node = Node { value: value(item, at)?, origin: at.clone() };
                    Some(Entry { key, key_origin: at.clone(), node })
                })
                .collect(),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_know_where_they_stand() {
        let text = "\n  {\"a\": \"x\", \"b\":null,\"c\": [1, 2.5]}\r\n{\"ä\\u0041\": true}\n";
        let source = Source::new("plan.jsonl", "plan.jsonl", text);
        let mut findings = Findings::default();
        let raws = parse(&source, &mut findings);
        assert!(findings.is_empty());
        let keys: Vec<Vec<&str>> = raws.iter().map(|r| r.entries.iter().map(|e| e.key.as_str()).collect()).collect();
        assert_eq!(keys, [vec!["a", "c"], vec!["äA"]]);
        let at = |origin: &Origin| origin.within().expect("a place");
        assert_eq!(at(&raws[0].entries[0].key_origin), "2:5");
        assert_eq!(at(&raws[0].entries[0].node.origin), "2:9");
        assert_eq!(at(&raws[0].entries[1].node.origin), "2:28");
        assert_eq!(at(&raws[1].entries[0].node.origin), "3:15");
    }

    #[test]
    fn lines_that_are_no_objects_are_found_where_they_break() {
        let source = Source::new("plan.jsonl", "plan.jsonl", "{\"a\": 1}\n{\"a\": }\n[1]\n{\"a\": 1} x\n");
        let mut findings = Findings::default();
        assert_eq!(parse(&source, &mut findings).len(), 1);
        let at: Vec<_> =
            findings.iter().map(|f| f.origin.as_ref().and_then(Origin::within).expect("a place")).collect();
        assert_eq!(at, ["2:7", "3:1", "4:10"]);
    }
}
