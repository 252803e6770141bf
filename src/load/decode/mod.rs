//! From raw records to typed values by the field tables, collecting everything that does not fit.

mod texts;
mod values;
mod words;

use std::sync::Arc;

use super::fields::{Kind, Record, nearest};
use super::rules;
use super::tree::{Entry, Node, Raw, Value};
use crate::diagnostics::{Diagnostic, Findings, Origin};
use crate::model::{Catalogue, Id};

pub use values::Counted;

/// A record whose keys are known to the field table.
pub struct Row {
    record: &'static Record,
    values: Vec<Option<Node>>,
    pub origin: Origin,
    sheet: bool,
    pub damaged: bool,
}

impl Row {
    /// A value as it was read.
    pub fn value(&self, name: &str) -> Option<&Node> {
        let position = self.record.fields.iter().position(|f| f.name == name);
        debug_assert!(position.is_some(), "{} has no field {name}", self.record.name);
        self.values[position?].as_ref()
    }

    /// Where a field stands, or the record if it is not given.
    pub fn at(&self, name: &str) -> &Origin {
        self.value(name).map_or(&self.origin, |node| &node.origin)
    }

    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// An id of a record that is lost anyway: without any finding.
    pub fn quiet_id(&self, name: &str) -> Option<Id> {
        self.record.field(name)?;
        match &self.value(name)?.value {
            Value::Text(text) => Some(Id::new(text.split_whitespace().collect::<Vec<_>>().join(" "))),
            _ => None,
        }
    }
}

/// Records that could not be read in full, so that what refers to them is not reported as well.
#[derive(Debug, Default)]
pub struct Lost {
    /// Name of the table, and id.
    pub ids: Vec<(&'static str, Id)>,
    /// Controls whose tests were lost.
    pub tested: Vec<Id>,
}

/// Decodes records into typed values.
pub struct Decoder<'a> {
    pub findings: &'a mut Findings,
    pub catalogue: Arc<Catalogue>,
    pub lost: Lost,
}

impl Decoder<'_> {
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.findings.push(diagnostic);
    }

    /// Sorts the entries of a record into its fields. Unknown, doubled and missing keys are findings.
    pub fn row(&mut self, record: &'static Record, raw: Raw) -> Row {
        let mut values: Vec<Option<Node>> = record.fields.iter().map(|_| None).collect();
        for Entry { key, key_origin, node } in raw.entries {
            if raw.sheet && self.stands_for_nothing(record, &key, &node) {
                continue;
            }
            match record.fields.iter().position(|f| f.name == key) {
                Some(position) if values[position].is_some() => self.report(
                    Diagnostic::new(&rules::FORM_CONFLICT, format!("`{key}` is given twice"))
                        .at(&key_origin)
                        .help(if raw.sheet { "keep one of the two columns" } else { "keep one of the two" }),
                ),
                Some(position) => values[position] = Some(node),
                None => self.unknown_key(record, &key, &key_origin),
            }
        }
        if !raw.damaged {
            for (field, value) in record.fields.iter().zip(&values) {
                if field.required && value.is_none() && !raw.without_column.contains(&field.name) {
                    self.report(
                        Diagnostic::new(&rules::MISSING_KEY, format!("this {} has no `{}`", record.one, field.name))
                            .at(&raw.origin)
                            .help(format!("add `{}`: {}", field.name, wanted_with_doc(field.kind, field.doc))),
                    );
                }
            }
        }
        Row { record, values, origin: raw.origin, sheet: raw.sheet, damaged: raw.damaged }
    }

    /// In a sheet `--`, `n/a` and the like stand for an empty cell. A text may be meant as it is: nobody knows whether an
    /// owner is called None.
    fn stands_for_nothing(&mut self, record: &'static Record, key: &str, node: &Node) -> bool {
        let (Some(field), Value::Text(text)) = (record.field(key).filter(|f| !f.required), &node.value) else {
            return false;
        };
        let word = text.trim().to_lowercase();
        let dashes = !word.is_empty() && word.chars().all(|c| "-–—".contains(c));
        let word_for_nothing = ["n/a", "na", "null", "none", "nil"].contains(&word.as_str());
        let stands = match field.kind {
            Kind::Text | Kind::Prose | Kind::Texts => dashes,
            // Counts have words of their own.
            Kind::Count => false,
            _ => dashes || word_for_nothing,
        };
        if stands {
            self.report(
                Diagnostic::new(&rules::STANDS_FOR_NOTHING, format!("`{}` is read as an empty cell", text.trim()))
                    .at(&node.origin),
            );
        }
        stands
    }

    fn unknown_key(&mut self, record: &'static Record, key: &str, at: &Origin) {
        // A sheet reports a column once, not in every row.
        if self.findings.iter().any(|d| {
            d.rule == &rules::UNKNOWN_KEY
                && d.origin.as_ref().is_some_and(|o| o.place == at.place && o.sort_key() == at.sort_key())
        }) {
            return;
        }
        let names = record.fields.iter().map(|f| f.name);
        let mut diagnostic =
            Diagnostic::new(&rules::UNKNOWN_KEY, format!("unknown key `{key}` in {}", record.name)).at(at);
        diagnostic = match nearest(key, names.clone()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help(format!("known keys: {}", names.collect::<Vec<_>>().join(", "))),
        };
        self.report(diagnostic);
    }

    fn wrong(&mut self, row: &Row, name: &str, node: &Node, hint: Option<String>) {
        if lost(row, node) {
            return;
        }
        let kind = row.record.field(name).map_or(Kind::Text, |f| f.kind);
        let found = match &node.value {
            Value::Text(text) => format!("`{}`", shorten(text)),
            Value::DateTime(text) | Value::Float(text) => format!("`{text}`"),
            Value::Integer(number) => format!("the number {number}"),
            other => other.kind().to_owned(),
        };
        let is_quoted_number = matches!((&node.value, kind), (Value::Text(text), Kind::Count)
            if !row.sheet && text.trim().bytes().all(|b| b.is_ascii_digit()) && !text.trim().is_empty());
        let hint = hint.or(is_quoted_number.then(|| "remove the quotes".into()));
        let mut diagnostic =
            Diagnostic::new(&rules::WRONG_VALUE, format!("`{name}` must be {}, not {found}", kind.wanted()))
                .at(&node.origin);
        if let Some(hint) = hint {
            diagnostic = diagnostic.help(hint);
        }
        self.report(diagnostic);
    }

    /// A nested table.
    pub fn record(&mut self, row: &Row, name: &str) -> Option<Row> {
        let node = row.value(name)?.clone();
        let Some(Kind::Record(record)) = row.record.field(name).map(|f| f.kind) else { return None };
        match node.value {
            Value::Table(entries) => Some(self.row(
                record,
                Raw { entries, origin: node.origin, sheet: false, damaged: row.damaged, without_column: Vec::new() },
            )),
            _ => {
                self.wrong(row, name, &node, Some(format!("write it as a table: [{name}]")));
                None
            }
        }
    }

    /// Raw records of a nested list of tables.
    pub fn raw_records(&mut self, row: &Row, name: &str) -> Vec<Raw> {
        let Some(node) = row.value(name).cloned() else { return Vec::new() };
        let mut records = Vec::new();
        let items = match node.value {
            Value::List(ref items) => items.clone(),
            _ => {
                self.wrong(row, name, &node, Some(format!("write each one as a table: [[{name}]]")));
                return records;
            }
        };
        for item in items {
            match item.value {
                Value::Table(entries) => {
                    records.push(Raw {
                        entries,
                        origin: item.origin,
                        sheet: false,
                        damaged: row.damaged,
                        without_column: Vec::new(),
                    });
                }
                _ => self.wrong(row, name, &item, Some(format!("write each one as a table: [[{name}]]"))),
            }
        }
        records
    }
}

/// A value that a syntax error took away: it has been reported.
fn lost(row: &Row, node: &Node) -> bool {
    let text = match &node.value {
        Value::Text(text) | Value::Float(text) | Value::DateTime(text) => text,
        _ => return false,
    };
    row.damaged && text.is_empty()
}

fn wanted_with_doc(kind: Kind, doc: &str) -> String {
    let wanted = kind.wanted();
    if doc.is_empty() { wanted } else { format!("{wanted} ({})", doc.trim_end_matches('.')) }
}

/// A value cut to a length that fits a message.
fn shorten(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() > 60 { flat.chars().take(57).collect::<String>() + "..." } else { flat }
}
