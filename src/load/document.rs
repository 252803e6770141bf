//! JSON and YAML documents into located trees: what other programs write.

use std::sync::Arc;

use jsonc_parser::ast;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::rules;
use super::tree::{Entry, Node, Value};
use super::yaml;
use crate::diagnostics::{Diagnostic, Findings, Origin, Source};

/// Reads a document, as JSON if it begins as such, else as YAML. What cannot be read is a finding.
pub fn parse(source: &Arc<Source>, findings: &mut Findings) -> Option<Node> {
    let read = if source.text().trim_start().starts_with(['{', '[']) { json(source) } else { yaml::document(source) };
    match read {
        Ok(node) => Some(node),
        Err(problem) => {
            findings.push(problem);
            None
        }
    }
}

fn json(source: &Arc<Source>) -> Result<Node, Diagnostic> {
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
    let fault = |message: String, at: usize| {
        Diagnostic::new(&rules::DOCUMENT_SYNTAX, message)
            .at(&Origin::span(source, at..at + 1))
            .help("export the file anew, or mend it with an editor that checks JSON")
    };
    let parsed = parse_to_ast(source.text(), &CollectOptions::default(), &strict)
        .map_err(|error| fault(error.kind().to_string(), error.range().start))?;
    match parsed.value.and_then(|value| node(value, source)) {
        Some(node) => Ok(node),
        None => Err(fault("the document holds nothing".into(), 0)),
    }
}

/// A value of the document; nothing for `null`, which says that there is none.
fn node(value: ast::Value<'_>, source: &Arc<Source>) -> Option<Node> {
    let (value, range) = match value {
        ast::Value::StringLit(text) => (Value::Text(text.value.into_owned()), text.range),
        ast::Value::BooleanLit(flag) => (Value::Flag(flag.value), flag.range),
        ast::Value::NumberLit(number) => {
            let value = number.value.parse().map_or_else(|_| Value::Float(number.value.to_owned()), Value::Integer);
            (value, number.range)
        }
        ast::Value::Array(list) => {
            (Value::List(list.elements.into_iter().filter_map(|item| node(item, source)).collect()), list.range)
        }
        ast::Value::Object(object) => {
            let entries = object.properties.into_iter().filter_map(|property| {
                let key_origin = Origin::span(source, property.range.start..property.range.start + 1);
                Some(Entry { node: node(property.value, source)?, key: property.name.into_string(), key_origin })
            });
            (Value::Table(entries.collect()), object.range)
        }
        ast::Value::NullKeyword(_) => return None,
    };
    Some(Node { value, origin: Origin::span(source, range.start..range.end) })
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
