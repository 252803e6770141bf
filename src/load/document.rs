//! JSON and YAML documents into located trees: what other programs write.

use std::ops::Range;
use std::sync::Arc;

use jsonc_parser::ast;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::rules;
use super::tree::{Entry, Node, Value};
use super::yaml;
use crate::diagnostics::{Diagnostic, Findings, Origin, Source};

/// Reads a document, as JSON if it begins as such, else as YAML. What cannot be read is a finding.
pub fn parse(source: &Arc<Source>, findings: &mut Findings) -> Option<Node> {
    let is_json = source.text().trim_start().starts_with(['{', '[']);
    let read = if is_json { whole(source) } else { yaml::document(source) };
    match read {
        Ok(node) => Some(node),
        Err(problem) => {
            findings.push(problem);
            None
        }
    }
}

fn whole(source: &Arc<Source>) -> Result<Node, Diagnostic> {
    let fault = |(message, at): (String, usize)| {
        Diagnostic::new(&rules::DOCUMENT_SYNTAX, message)
            .at(&Origin::span(source, at..at + 1))
            .help("export the file anew, or mend it with an editor that checks JSON")
    };
    let read = json(source, 0..source.text().len()).map_err(fault)?;
    read.ok_or_else(|| fault(("the document holds nothing".into(), 0)))
}

/// Reads a part of a text as JSON; nothing if it is empty or `null`. A fault is a message and the place in the text.
pub fn json(source: &Arc<Source>, range: Range<usize>) -> Result<Option<Node>, (String, usize)> {
    let strict = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        ..ParseOptions::default()
    };
    let start = range.start;
    match parse_to_ast(&source.text()[range], &CollectOptions::default(), &strict) {
        Ok(parsed) => Ok(parsed.value.and_then(|value| node(value, source, start))),
        Err(error) => Err((error.kind().to_string(), start + error.range().start)),
    }
}

/// A value of the document; nothing for `null`, which says that there is none.
fn node(value: ast::Value<'_>, source: &Arc<Source>, start: usize) -> Option<Node> {
    let (value, range) = match value {
        ast::Value::StringLit(text) => (Value::Text(text.value.into_owned()), text.range),
        ast::Value::BooleanLit(flag) => (Value::Flag(flag.value), flag.range),
        ast::Value::NumberLit(number) => {
            let value = number.value.parse().map_or_else(|_| Value::Float(number.value.to_owned()), Value::Integer);
            (value, number.range)
        }
        ast::Value::Array(list) => {
            let items = list.elements.into_iter().filter_map(|item| node(item, source, start));
            (Value::List(items.collect()), list.range)
        }
        ast::Value::Object(object) => {
            let entries = object.properties.into_iter().filter_map(|property| {
                // Behind the quote.
                let at = start + property.range.start + 1;
                let key_origin = Origin::span(source, at..at + 1);
                Some(Entry { node: node(property.value, source, start)?, key: property.name.into_string(), key_origin })
            });
            (Value::Table(entries.collect()), object.range)
        }
        ast::Value::NullKeyword(_) => return None,
    };
    Some(Node { value, origin: Origin::span(source, start + range.start..start + range.end) })
}

/// Walking through a tree by names.
impl Node {
    /// A value of a table.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Table(entries) => entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node),
            _ => None,
        }
    }

    /// A text of a table, trimmed; nothing if it is empty.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_text()
    }

    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// The items of a list of a table; none if it is not there.
    pub fn items(&self, key: &str) -> &[Node] {
        match self.get(key).map(|node| &node.value) {
            Some(Value::List(items)) => items,
            _ => &[],
        }
    }
}
