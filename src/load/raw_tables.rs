//! The tables of an engagement folder as they are written, before they are understood: for whoever writes them anew in
//! another form, so that nothing is lost on the way through the model.

use std::path::Path;

use super::canonical;
use super::fields::{Kind, Record};
use super::folder::Folder;
use super::schema::{self, TABLES};
use super::tables::{Tables, columns};
use super::toml;
use super::tree::{Entry, Node, Raw, Value};
use crate::diagnostics::{Findings, Origin};
use crate::model::{Catalogue, Date};

/// What a cell of a table holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellValue {
    Text(String),
    Number(i64),
    Flag(bool),
    Date(Date),
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub struct TableCell {
    pub value: CellValue,
    pub origin: Origin,
}

/// A column: the field, and the fixed words of which it holds one.
#[derive(Debug, Clone)]
pub struct TableColumn {
    pub name: &'static str,
    pub doc: &'static str,
    pub required: bool,
    pub words: Vec<&'static str>,
    pub is_date: bool,
}

/// One table.
#[derive(Debug, Clone)]
pub struct Table {
    pub name: &'static str,
    pub doc: &'static str,
    pub columns: Vec<TableColumn>,
    pub rows: Vec<Vec<Option<TableCell>>>,
    /// Keys whose values a sheet cannot hold, with how often they are given.
    pub not_held: Vec<(String, usize)>,
}

impl Table {
    /// Takes columns out: names of tables and fields.
    pub fn leave_out(&mut self, fields: &[(&str, &str)]) {
        let keeps: Vec<bool> = self.columns.iter().map(|column| !fields.contains(&(self.name, column.name))).collect();
        let mut keep = keeps.iter();
        self.columns.retain(|_| keep.next().copied().unwrap_or(true));
        for row in &mut self.rows {
            let mut keep = keeps.iter();
            row.retain(|_| keep.next().copied().unwrap_or(true));
        }
    }
}

/// The tables of a folder in their order, those without records left out unless they are named.
pub fn read(path: &Path, named: &[String]) -> (Vec<Table>, Findings) {
    let mut findings = Findings::default();
    let tables = raws(path, named, &mut findings).into_iter().map(|(record, raws)| table(record, raws)).collect();
    (tables, findings)
}

/// The same in canonical form.
pub fn read_canonical(path: &Path, named: &[String]) -> (Vec<(&'static Record, Vec<canonical::Entry>)>, Findings) {
    let mut findings = Findings::default();
    let catalogue = Catalogue::builtin();
    let mut list = Vec::new();
    for (record, raws) in raws(path, named, &mut findings) {
        list.push((record, canonical::read_alone(record, raws, &catalogue, &mut findings)));
    }
    (list, findings)
}

fn raws(path: &Path, named: &[String], findings: &mut Findings) -> Vec<(&'static Record, Vec<Raw>)> {
    let opened = Folder::open(path).and_then(|folder| Ok((folder.read_text("engagement.toml")?, folder)));
    let (source, folder) = match opened {
        Ok(opened) => opened,
        Err(problem) => {
            findings.push(problem);
            return Vec::new();
        }
    };
    let mut raw = toml::parse(&source, findings);
    let mapping = columns(&mut raw, findings);
    let mut tables = Tables::read(&folder, &mapping, findings);
    for entry in raw.entries {
        tables.take_raw(entry, findings);
    }
    let mut list = Vec::new();
    for record in TABLES.iter().copied() {
        let raws = tables.take(record.name);
        let wanted = if named.is_empty() { !raws.is_empty() } else { named.iter().any(|name| name == record.name) };
        if wanted {
            list.push((record, raws));
        }
    }
    list
}

fn table(record: &'static Record, raws: Vec<Raw>) -> Table {
    let columns: Vec<TableColumn> = record
        .fields
        .iter()
        .filter(|field| !matches!(field.kind, Kind::Record(_) | Kind::Records(_)))
        .map(|field| TableColumn {
            name: field.name,
            doc: field.doc,
            required: field.required,
            words: match field.kind {
                Kind::Choice(words) => (words.all)(),
                Kind::Flag => vec!["true", "false"],
                _ => Vec::new(),
            },
            is_date: matches!(field.kind, Kind::Date),
        })
        .collect();
    let mut table = Table { name: record.name, doc: record.doc, columns, rows: Vec::new(), not_held: Vec::new() };
    for raw in raws {
        add(&mut table, raw);
    }
    table
}

fn add(table: &mut Table, raw: Raw) {
    let mut row: Vec<Option<TableCell>> = vec![None; table.columns.len()];
    let mut further = Vec::new();
    for Entry { key, node, .. } in raw.entries {
        match table.columns.iter().position(|column| column.name == key) {
            Some(position) => match cell(&node) {
                Some(cell) => row[position] = Some(cell),
                None => not_held(table, key),
            },
            // Further populations of a test are further rows of it.
            None if table.name == schema::TESTS.name && key == schema::POPULATIONS.name => further.push(node),
            None => not_held(table, key),
        }
    }
    let id = table.columns.iter().position(|column| column.name == "id").and_then(|at| row[at].clone());
    table.rows.push(row);
    for node in further {
        let Value::List(items) = node.value else { continue };
        for item in items {
            let Value::Table(entries) = item.value else { continue };
            let mut row: Vec<Option<TableCell>> = vec![None; table.columns.len()];
            for Entry { key, node, .. } in entries {
                let name = match key.as_str() {
                    "name" => "population_name",
                    "source" => "population_source",
                    other => other,
                };
                if let Some(position) = table.columns.iter().position(|column| column.name == name) {
                    row[position] = cell(&node);
                }
            }
            if let Some(position) = table.columns.iter().position(|column| column.name == "id") {
                row[position].clone_from(&id);
            }
            table.rows.push(row);
        }
    }
}

fn not_held(table: &mut Table, key: String) {
    match table.not_held.iter_mut().find(|(name, _)| *name == key) {
        Some((_, count)) => *count += 1,
        None => table.not_held.push((key, 1)),
    }
}

/// A value as one cell; lists with `; ` between their items.
fn cell(node: &Node) -> Option<TableCell> {
    let value = match &node.value {
        Value::Text(text) => CellValue::Text(text.clone()),
        Value::Integer(number) => CellValue::Number(*number),
        Value::Flag(flag) => CellValue::Flag(*flag),
        Value::Date(date) => CellValue::Date(*date),
        Value::Float(text) | Value::DateTime(text) => CellValue::Text(text.clone()),
        Value::List(items) => {
            let mut texts = Vec::new();
            for item in items {
                match &item.value {
                    Value::Text(text) if !text.contains([';', '\n']) => texts.push(text.clone()),
                    Value::Integer(number) => texts.push(number.to_string()),
                    _ => return None,
                }
            }
            CellValue::Text(texts.join("; "))
        }
        Value::Table(_) => return None,
    };
    Some(TableCell { value, origin: node.origin.clone() })
}
