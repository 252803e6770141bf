//! Sheets, whatever they were read from: where the heads stand, which column is which field, and the rows as records.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::fields::{Kind, Record, head_key, nearest};
use super::rules;
use super::tree::{Entry, Node, Raw, Value};
use crate::diagnostics::{CellPlace, Diagnostic, Findings, Origin, Place, Source};

/// How far down the heads may stand, below titles and notes.
const HEADS_WITHIN: usize = 25;
/// An id of so many words is an explanation of the column.
const EXPLAINING_WORDS: usize = 4;

/// A sheet: its rows, each with its cells that are not empty, by column.
pub struct Sheet {
    pub rows: Vec<Vec<(usize, Cell)>>,
    pub source: Arc<Source>,
}

#[derive(Debug, Clone)]
pub struct Cell {
    pub text: String,
    /// What it is, if more is known than its text.
    pub value: Option<Value>,
    pub origin: Origin,
    /// The text is struck through.
    pub struck: bool,
}

/// Which columns of a table hold which fields, by their heads; nothing for a column that is left out on purpose.
pub type Columns = BTreeMap<String, Option<&'static str>>;

/// The heads of a sheet: the field or the name of each column, and the row below them.
struct Heads {
    columns: BTreeMap<usize, Head>,
    first_row: usize,
}

struct Head {
    cell: Cell,
    /// The field it holds; nothing if it is not known.
    field: Option<&'static str>,
    /// Left out on purpose.
    left_out: bool,
}

impl Sheet {
    /// Heads and cells as text, for a file of which nothing is known.
    pub fn texts(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let width = self.rows.iter().flatten().map(|(column, _)| column + 1).max().unwrap_or(0);
        let mut rows = self.rows.iter().map(|row| {
            let mut texts = vec![String::new(); width];
            for (column, cell) in row {
                texts[*column].clone_from(&cell.text);
            }
            texts
        });
        (rows.next().unwrap_or_default(), rows.collect())
    }

    /// How many fields of a record its heads name.
    pub fn fits(&self, record: &'static Record, columns: &Columns) -> usize {
        self.heads(record, columns).map_or(0, |heads| known(&heads.columns))
    }

    /// Whether its heads name all fields without which there is no record.
    pub fn fits_well(&self, record: &'static Record, columns: &Columns) -> bool {
        self.heads(record, columns).is_some_and(|heads| {
            let fields: Vec<&str> = heads.columns.values().filter_map(|head| head.field).collect();
            record.fields.iter().filter(|f| f.required).all(|f| fields.contains(&f.name))
        })
    }

    /// Whether its heads name a field.
    pub fn names_field(&self, record: &'static Record, columns: &Columns, field: &str) -> bool {
        self.heads(record, columns).is_some_and(|heads| heads.columns.values().any(|head| head.field == Some(field)))
    }

    /// Its columns by their heads, each with the field that it holds.
    pub fn mapping(&self, record: &'static Record, columns: &Columns) -> Vec<(String, Option<&'static str>)> {
        let heads = self.heads(record, columns).map(|heads| heads.columns).unwrap_or_default();
        let named = heads.into_values().map(|head| (flat(&head.cell.text), head.field));
        named.filter(|(text, _)| !text.is_empty()).collect()
    }

    /// The cells below a head, those left out that are empty.
    pub fn column(&self, head: &str) -> Vec<&Cell> {
        let place = self.rows.iter().enumerate().find_map(|(row, cells)| {
            cells.iter().find(|(_, cell)| flat(&cell.text) == head).map(|(column, _)| (row, *column))
        });
        let Some((top, column)) = place else { return Vec::new() };
        let below = self.rows.iter().skip(top + 1).flat_map(|row| row.iter().find(|(at, _)| *at == column));
        below.map(|(_, cell)| cell).filter(|cell| !cell.text.trim().is_empty()).collect()
    }

    fn heads_of_row(&self, row: usize, record: &'static Record, columns: &Columns) -> BTreeMap<usize, Head> {
        let mut heads = BTreeMap::new();
        for (column, cell) in &self.rows[row] {
            let key = head_key(&cell.text);
            let (field, left_out) = match columns.get(&key) {
                Some(Some(field)) => (Some(*field), false),
                Some(None) => (None, true),
                None => (record.field_of_head(&cell.text), false),
            };
            heads.insert(*column, Head { cell: cell.clone(), field, left_out });
        }
        heads
    }

    /// The row that names most fields, among the first ones; a second row of heads below it refines it.
    fn heads(&self, record: &'static Record, columns: &Columns) -> Option<Heads> {
        let within = self.rows.len().min(HEADS_WITHIN);
        let candidates = (0..within).map(|row| (row, self.heads_of_row(row, record, columns)));
        let (row, mut heads) = candidates.rev().max_by_key(|(_, heads)| known(heads))?;
        let mut first_row = row + 1;
        if first_row < within {
            let both = self.second_row(first_row, &heads, record, columns);
            if known(&both) > known(&heads) && !repeats(&self.rows[first_row], &heads) {
                first_row += 1;
                heads = both;
            }
        }
        Some(Heads { columns: heads, first_row })
    }

    /// The heads with a second row below them: `Control` over `No.` and `Text` are `Control No.` and `Control Text`.
    fn second_row(
        &self,
        row: usize,
        upper: &BTreeMap<usize, Head>,
        record: &'static Record,
        columns: &Columns,
    ) -> BTreeMap<usize, Head> {
        let mut both = self.heads_of_row(row, record, columns);
        for (column, head) in upper {
            match both.get_mut(column) {
                Some(lower) if head_key(&lower.cell.text) != head_key(&head.cell.text) => {
                    let text = format!("{} {}", head.cell.text, lower.cell.text);
                    if let Some(field) = record.field_of_head(&text) {
                        lower.field = Some(field);
                    }
                    lower.cell.text = text;
                }
                Some(_) => {}
                None => {
                    let cell = head.cell.clone();
                    both.insert(*column, Head { cell, field: head.field, left_out: head.left_out });
                }
            }
        }
        both
    }

    /// The rows as records. Columns that are not known, heads that are repeated, rows that explain or give an example are
    /// findings.
    pub fn records(&self, record: &'static Record, columns: &Columns, findings: &mut Findings) -> Vec<Raw> {
        let Some(heads) = self.heads(record, columns) else { return Vec::new() };
        let without_column = self.missing(record, &heads, findings);
        self.unused(record, &heads, findings);
        let mut records = Vec::with_capacity(self.rows.len());
        for (nth, row) in self.rows.iter().enumerate().skip(heads.first_row) {
            if row.iter().all(|(_, cell)| cell.text.trim().is_empty()) {
                continue;
            }
            let origin = place_of(row, &self.source);
            if repeats(row, &heads.columns) {
                findings.push(
                    Diagnostic::new(&rules::ROW_SKIPPED, "this row repeats the heads, so it is not used").at(&origin),
                );
                continue;
            }
            let entries = self.entries(record, row, &heads, findings);
            if entries.is_empty() {
                continue;
            }
            let id = entries.iter().find(|e| e.key == "id").map(|e| match &e.node.value {
                Value::Text(text) => (text.as_str(), &e.node.origin),
                _ => ("", &e.node.origin),
            });
            if let Some((text, at)) = id {
                if nth == heads.first_row && text.split_whitespace().count() >= EXPLAINING_WORDS {
                    findings.push(
                        Diagnostic::new(&rules::ROW_SKIPPED, "this row explains the heads, so it is not used").at(at),
                    );
                    continue;
                }
                if text.to_lowercase().starts_with("example") {
                    findings.push(
                        Diagnostic::new(
                            &rules::EXAMPLE_ROW,
                            format!("`{text}` looks like an example row; it is not used"),
                        )
                        .at(at)
                        .help("remove the row, or give it an id of its own"),
                    );
                    continue;
                }
            }
            if let Some((_, struck)) = row.iter().find(|(column, cell)| {
                cell.struck && heads.columns.get(column).is_some_and(|head| head.field.is_some())
            }) {
                findings.push(
                    Diagnostic::new(
                        &rules::STRUCK_ROW,
                        format!("`{}` is struck through, and is used all the same", short(&struck.text)),
                    )
                    .at(&struck.origin)
                    .help("remove the row, or the strike"),
                );
            }
            records.push(Raw { entries, origin, sheet: true, damaged: false, without_column: without_column.clone() });
        }
        records
    }

    fn missing(&self, record: &'static Record, heads: &Heads, findings: &mut Findings) -> Vec<&'static str> {
        let required = record.fields.iter().filter(|f| f.required).map(|f| f.name);
        let missing: Vec<&'static str> =
            required.filter(|name| !heads.columns.values().any(|head| head.field == Some(*name))).collect();
        let cells: Vec<(usize, Cell)> = heads.columns.iter().map(|(n, head)| (*n, head.cell.clone())).collect();
        let at = place_of(&cells, &self.source);
        for name in &missing {
            findings.push(
                Diagnostic::new(&rules::MISSING_KEY, format!("the sheet has no column `{name}`"))
                    .at(&at)
                    .help(format!("name the column so, or say in [columns.{}] which one it is", record.name)),
            );
        }
        missing
    }

    /// Columns that nothing is made of: probably misspelt ones each, all others together.
    fn unused(&self, record: &'static Record, heads: &Heads, findings: &mut Findings) {
        let mut others = Vec::new();
        for head in heads.columns.values().filter(|head| head.field.is_none() && !head.left_out) {
            let text = flat(&head.cell.text);
            if text.is_empty() {
                continue;
            }
            let names = record.fields.iter().map(|f| f.name);
            match nearest(&head_key(&text).replace(' ', "_"), names) {
                Some(near) => findings.push(
                    Diagnostic::new(&rules::UNKNOWN_KEY, format!("unknown key `{text}` in {}", record.name))
                        .at(&head.cell.origin)
                        .help(format!("did you mean `{near}`? Or say in [columns.{}]: \"{text}\" = \"\"", record.name)),
                ),
                None => others.push((text, &head.cell.origin)),
            }
        }
        if let Some((_, at)) = others.first() {
            let names: Vec<String> = others.iter().map(|(text, _)| format!("`{}`", short(text))).collect();
            let what = if names.len() == 1 { "column is" } else { "columns are" };
            findings.push(
                Diagnostic::new(
                    &rules::COLUMNS_UNUSED,
                    format!("{} {what} not used: {}", names.len(), names.join(", ")),
                )
                .at(at)
                .help(format!(
                    "nothing of them reaches an output; if one holds a field, say so in [columns.{}]",
                    record.name
                )),
            );
        }
    }

    fn entries(
        &self,
        record: &'static Record,
        row: &[(usize, Cell)],
        heads: &Heads,
        findings: &mut Findings,
    ) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut at: HashMap<&'static str, usize> = HashMap::new();
        for (column, cell) in row {
            if cell.text.trim().is_empty() {
                continue;
            }
            let Some(head) = heads.columns.get(column).filter(|head| !head.cell.text.trim().is_empty()) else {
                findings.push(
                    Diagnostic::new(&rules::CSV_COLUMNS, "this cell stands under no column name, so it is not used")
                        .at(&cell.origin)
                        .help("put texts that hold the separator in quotes, or name the column"),
                );
                continue;
            };
            let Some(field) = head.field else { continue };
            let node = Node {
                value: cell.value.clone().unwrap_or_else(|| Value::Text(cell.text.clone())),
                origin: cell.origin.clone(),
            };
            // A list may stand in several columns, an item in each.
            let is_list = record
                .field(field)
                .is_some_and(|f| matches!(f.kind, Kind::Criteria | Kind::Ids | Kind::Texts | Kind::Choices(_)));
            match at.get(field) {
                Some(position) if is_list => {
                    let before = &mut entries[*position].node;
                    before.value = match std::mem::replace(&mut before.value, Value::Flag(false)) {
                        Value::List(mut items) => {
                            items.push(node);
                            Value::List(items)
                        }
                        first => Value::List(vec![Node { value: first, origin: before.origin.clone() }, node]),
                    };
                }
                _ => {
                    at.insert(field, entries.len());
                    entries.push(Entry { key: field.to_owned(), key_origin: head.cell.origin.clone(), node });
                }
            }
        }
        entries
    }
}

/// How many different fields heads name.
fn known(heads: &BTreeMap<usize, Head>) -> usize {
    let mut fields: Vec<&str> = heads.values().filter_map(|head| head.field).collect();
    fields.sort_unstable();
    fields.dedup();
    fields.len()
}

/// Whether a row is that of the heads again.
fn repeats(row: &[(usize, Cell)], heads: &BTreeMap<usize, Head>) -> bool {
    let same = row.iter().filter(|(column, cell)| {
        heads
            .get(column)
            .is_some_and(|head| !cell.text.trim().is_empty() && head_key(&head.cell.text) == head_key(&cell.text))
    });
    let filled = row.iter().filter(|(_, cell)| !cell.text.trim().is_empty()).count();
    let same = same.count();
    same >= 2 && same * 2 > filled
}

/// The cells of a row together, as far as one place can hold them.
fn place_of(row: &[(usize, Cell)], source: &Arc<Source>) -> Origin {
    let Some((_, first)) = row.first() else { return Origin::file(source) };
    match (&first.origin.place, row.last().map(|(_, cell)| &cell.origin.place)) {
        (Place::Span(from), Some(Place::Span(to))) => Origin::span(source, from.start..to.end),
        _ => first.origin.clone(),
    }
}

/// In one line.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn short(text: &str) -> String {
    let flat = flat(text);
    if flat.chars().count() > 40 { flat.chars().take(38).chain(['…']).collect() } else { flat }
}

/// The place of a cell of a workbook.
pub fn cell_origin(source: &Arc<Source>, sheet: &Arc<str>, order: u32, row: u32, column: u32) -> Origin {
    Origin::cell(source, CellPlace { sheet: sheet.clone(), order, row, column })
}
