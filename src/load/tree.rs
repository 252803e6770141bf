//! What every text format is read into first: a tree of values that know where they stand.

use crate::diagnostics::Origin;
use crate::model::Date;

#[derive(Debug, Clone)]
pub enum Value {
    Text(String),
    Integer(i64),
    Float(String),
    Flag(bool),
    Date(Date),
    /// A date with a time, or a time alone: never wanted, but told apart so that the message can say so.
    DateTime(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

impl Value {
    /// What the value is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Text(_) => "text",
            Value::Integer(_) => "a number",
            Value::Float(_) => "a decimal number",
            Value::Flag(_) => "true or false",
            Value::Date(_) => "a date",
            Value::DateTime(_) => "a date with a time",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Node {
    pub value: Value,
    pub origin: Origin,
}

/// A key and its value.
#[derive(Debug, Clone)]
pub struct Entry {
    pub key: String,
    pub key_origin: Origin,
    pub node: Node,
}

/// One record before it is understood: a TOML table or a row of a sheet.
#[derive(Debug, Clone)]
pub struct Raw {
    pub entries: Vec<Entry>,
    pub origin: Origin,
    /// Cells of a sheet are all text: numbers, dates and lists are read out of it.
    pub sheet: bool,
    /// The file had syntax errors, so that what seems to be missing may only have been lost.
    pub damaged: bool,
    /// Required fields for which the sheet has no column at all: reported once, not in every row.
    pub without_column: Vec<&'static str>,
}

impl Raw {
    /// The text of an entry.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.entries.iter().find(|entry| entry.key == key).and_then(|entry| match &entry.node.value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }
}
