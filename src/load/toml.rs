//! TOML into located trees, going on after errors.

use std::sync::Arc;

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

use super::rules;
use super::tree::{Entry, Node, Raw, Value};
use crate::diagnostics::{Diagnostic, Findings, Origin, Source};
use crate::model::Date;

/// Reads a whole file. Syntax errors are findings; what could be read around them is returned.
pub fn parse(source: &Arc<Source>, findings: &mut Findings) -> Raw {
    let (table, errors) = DeTable::parse_recoverable(source.text());
    let damaged = !errors.is_empty();
    for error in errors {
        let mut diagnostic = Diagnostic::new(&rules::TOML_SYNTAX, error.message().trim().replace('\n', ", "));
        if let Some(span) = error.span() {
            diagnostic = diagnostic.at(&Origin::span(source, span.clone()));
            if let Some(help) = help_for(source.text().get(line_of(source.text(), span.start)).unwrap_or("")) {
                diagnostic = diagnostic.help(help);
            }
        } else {
            diagnostic = diagnostic.in_file(source);
        }
        findings.push(diagnostic);
    }
    Raw {
        entries: entries(table.get_ref(), source),
        origin: Origin::file(source),
        sheet: false,
        damaged,
        without_column: Vec::new(),
    }
}

/// The bytes of the line around an offset.
fn line_of(text: &str, offset: usize) -> std::ops::Range<usize> {
    let offset = offset.min(text.len());
    let bytes = text.as_bytes();
    let start = bytes[..offset].iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
    let end = bytes[offset..].iter().position(|b| *b == b'\n').map_or(text.len(), |i| offset + i);
    start..end
}

/// A likely way out, from the look of the line.
fn help_for(line: &str) -> Option<&'static str> {
    let value = line.split_once('=').map(|(_, v)| v.trim()).unwrap_or(line.trim());
    if value.starts_with(|c: char| c.is_ascii_digit()) && value.matches('-').count() == 2 {
        return Some("dates are written year-month-day and must exist, for example 2025-12-31");
    }
    if value.matches('"').count() % 2 == 1 {
        return Some("a text begins and ends with \"; write \\\" for a quote within it, or use '''...'''");
    }
    if value.starts_with(|c: char| c.is_alphabetic()) && value != "true" && value != "false" {
        return Some("texts are written in quotes: \"...\"");
    }
    None
}

fn entries(table: &DeTable<'_>, source: &Arc<Source>) -> Vec<Entry> {
    let mut entries: Vec<(usize, Entry)> = table
        .iter()
        .map(|(key, value)| {
            let entry = Entry {
                key: key.get_ref().to_string(),
                key_origin: Origin::span(source, key.span()),
                node: node(value, source),
            };
            (key.span().start, entry)
        })
        .collect();
    entries.sort_by_key(|(position, _)| *position);
    entries.into_iter().map(|(_, entry)| entry).collect()
}

fn node(value: &Spanned<DeValue<'_>>, source: &Arc<Source>) -> Node {
    let read = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(n) => Value::Integer(n),
            Err(_) => Value::Float(number.as_str().to_owned()),
        },
        DeValue::Float(number) => Value::Float(number.as_str().to_owned()),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Datetime(moment) => match (moment.date, moment.time) {
            (Some(date), None) => {
                match Date::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day)) {
                    Some(date) => Value::Date(date),
                    None => Value::Text(moment.to_string()),
                }
            }
            _ => Value::DateTime(moment.to_string()),
        },
        DeValue::Array(items) => Value::List(items.iter().map(|item| node(item, source)).collect()),
        DeValue::Table(table) => Value::Table(entries(table, source)),
    };
    Node { value: read, origin: Origin::span(source, value.span()) }
}
