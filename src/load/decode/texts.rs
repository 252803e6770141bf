//! Texts and ids.

use super::{Decoder, Row};
use crate::diagnostics::{Diagnostic, Located};
use crate::load::rows::joined_letter;
use crate::load::rules;
use crate::load::tree::{Node, Value};
use crate::model::{Id, Prose};

impl Decoder<'_> {
    /// Text of one or more lines, trimmed; empty text counts as absent.
    pub fn text(&mut self, row: &Row, name: &str) -> Option<Located<String>> {
        let node = row.value(name)?;
        match &node.value {
            Value::Text(text) => {
                let trimmed = text.trim();
                if trimmed.is_empty() {
                    if row.record.field(name).is_some_and(|f| f.required) {
                        self.report(
                            Diagnostic::new(&rules::MISSING_KEY, format!("`{name}` is empty")).at(&node.origin),
                        );
                    }
                    return None;
                }
                Some(Located::new(trimmed.to_owned(), node.origin.clone()))
            }
            _ => {
                self.wrong(row, name, node, Some("write it as text, in quotes".into()));
                None
            }
        }
    }

    pub fn prose(&mut self, row: &Row, name: &str) -> Option<Prose> {
        self.text(row, name).map(|text| Prose { text: text.value, origin: text.origin })
    }

    /// An id: text, trimmed, inner runs of white space as one blank.
    pub fn id(&mut self, row: &Row, name: &str) -> Option<Located<Id>> {
        let node = row.value(name)?;
        self.id_of(row, name, node)
    }

    pub(super) fn id_of(&mut self, row: &Row, name: &str, node: &Node) -> Option<Located<Id>> {
        match &node.value {
            Value::Text(text) => {
                let id = text.split_whitespace().collect::<Vec<_>>().join(" ");
                if id.is_empty() {
                    self.report(Diagnostic::new(&rules::MISSING_KEY, format!("`{name}` is empty")).at(&node.origin));
                    return None;
                }
                let id = self.without_blank_before_letter(row, node, id);
                if id.chars().count() > 60 {
                    self.wrong(row, name, node, Some("an id has at most 60 characters".into()));
                    return None;
                }
                Some(Located::new(Id::new(id), node.origin.clone()))
            }
            Value::Integer(_) | Value::Float(_) | Value::Date(_) => {
                let hint = if row.sheet {
                    "the spreadsheet made a date of it: format the cell as text, and write the id again"
                } else {
                    "ids are text, so that 1.10 is not 1.1: put it in quotes"
                };
                self.wrong(row, name, node, Some(hint.into()));
                None
            }
            _ => {
                self.wrong(row, name, node, None);
                None
            }
        }
    }

    /// `AC-01 b` in a sheet is `AC-01b`.
    fn without_blank_before_letter(&mut self, row: &Row, node: &Node, id: String) -> String {
        let Some(joined) = joined_letter(&id).filter(|_| row.sheet) else { return id };
        let told = self.findings.iter().any(|f| {
            f.rule == &rules::ID_READ_AS && f.origin.as_ref().is_some_and(|at| at.sort_key() == node.origin.sort_key())
        });
        if !told {
            self.report(
                Diagnostic::new(&rules::ID_READ_AS, format!("the id `{id}` is read as `{joined}`")).at(&node.origin),
            );
        }
        joined
    }

    pub fn ids(&mut self, row: &Row, name: &str) -> Vec<Located<Id>> {
        self.items(row, name).iter().filter_map(|node| self.id_of(row, name, node)).collect()
    }

    pub fn texts(&mut self, row: &Row, name: &str) -> Vec<Located<String>> {
        let mut texts = Vec::new();
        for node in self.items(row, name) {
            match &node.value {
                Value::Text(text) if !text.trim().is_empty() => {
                    texts.push(Located::new(text.trim().to_owned(), node.origin))
                }
                Value::Text(_) => {}
                _ => self.wrong(row, name, &node, None),
            }
        }
        texts
    }

    /// The items of a list: a list, or a text split at `;` and line breaks (in a sheet), or a single value.
    pub(super) fn items(&mut self, row: &Row, name: &str) -> Vec<Node> {
        let Some(node) = row.value(name) else { return Vec::new() };
        match &node.value {
            Value::List(items) => items.clone(),
            Value::Text(text) if row.sheet => text
                .split([';', '\n', '\r'])
                .filter(|part| !part.trim().is_empty())
                .map(|part| Node { value: Value::Text(part.to_owned()), origin: node.origin.clone() })
                .collect(),
            _ => vec![node.clone()],
        }
    }
}
