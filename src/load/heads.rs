//! The heads of a sheet: where they stand, and which column holds which field.

use std::collections::BTreeMap;

use super::fields::{Kind, Record, head_key};
use super::sheet::{Cell, Sheet};

/// How far down the heads may stand, below titles and notes.
const WITHIN: usize = 25;

/// Says of a row whether it is part of the report.
pub const INCLUDE: &str = "include";
/// Says of a row whether it holds no longer.
pub const RETIRED: &str = "retired";
/// Columns that say something about rows of any table. The first is known by a mapping only.
pub const ABOUT_ROWS: [&str; 2] = [INCLUDE, RETIRED];
const RETIRED_HEADS: [&str; 6] = ["retired", "is retired", "retired y n", "obsolete", "decommissioned", "inactive"];

/// Which columns of a table hold which fields, by their heads; nothing for a column that is left out on purpose.
pub type Columns = BTreeMap<String, Option<&'static str>>;

/// The heads of a sheet, by column, and the row below them.
pub struct Heads {
    pub columns: BTreeMap<usize, Head>,
    pub first_row: usize,
}

pub struct Head {
    pub cell: Cell,
    /// The field it holds; nothing if it is not known.
    pub field: Option<&'static str>,
    /// Left out on purpose.
    pub left_out: bool,
}

impl Heads {
    /// The row that names most fields, among the first ones, or two rows that name more together.
    pub fn find(sheet: &Sheet, record: &'static Record, columns: &Columns) -> Option<Self> {
        let within = sheet.rows.len().min(WITHIN);
        let mut best: Option<Self> = None;
        let better = |found: usize, best: &Option<Self>| best.as_ref().is_none_or(|best| found > best.known());
        for row in 0..within {
            let one = resolve(texts(&sheet.rows[row]), record, columns);
            let pair = sheet.rows.get(row + 1).filter(|below| row + 1 < within && !repeats(below, &one));
            let both = pair.map(|below| resolve(both_rows(&sheet.rows[row], below), record, columns));
            let below = |row: usize| known(&resolve(texts(&sheet.rows[row]), record, columns));
            let both = both.filter(|both| known(both) > known(&one) && known(both) > below(row + 1));
            if better(known(&one), &best) {
                best = Some(Self { columns: one, first_row: row + 1 });
            }
            if let Some(both) = both.filter(|both| better(known(both), &best)) {
                best = Some(Self { columns: both, first_row: row + 2 });
            }
        }
        best
    }

    pub fn known(&self) -> usize {
        known(&self.columns)
    }

    pub fn has(&self, field: &str) -> bool {
        self.columns.values().any(|head| head.field == Some(field))
    }

    /// In a sheet that holds controls too, the number of the control that is tested stands where its control's does.
    pub fn share_controls(&mut self, controls: &Heads) {
        for (column, head) in &controls.columns {
            let Some(own) = self.columns.get_mut(column) else { continue };
            match head.field {
                Some("id") => own.field = Some("control"),
                Some("description") if own.field == Some("control") => own.field = None,
                _ => {}
            }
        }
    }

    /// Forgets the columns of other fields.
    pub fn only(mut self, wanted: impl Fn(&str) -> bool) -> Self {
        for head in self.columns.values_mut() {
            head.field = head.field.filter(|field| wanted(field));
        }
        self
    }
}

/// A head, and what it says without the head above it.
type Named = (Cell, Option<String>);

fn texts(row: &[(usize, Cell)]) -> BTreeMap<usize, Named> {
    row.iter().map(|(column, cell)| (*column, (cell.clone(), None))).collect()
}

/// Two rows of heads as one: `Control` over `No.` and `Text` are `Control No.` and `Control Text`.
fn both_rows(upper: &[(usize, Cell)], lower: &[(usize, Cell)]) -> BTreeMap<usize, Named> {
    let mut both = texts(lower);
    for (column, head) in upper {
        let above = head_key(&head.text);
        match both.get_mut(column) {
            Some((below, alone)) if head_key(&below.text) != above => {
                // `Result` below `Prior year` is not the result.
                let other_year = above.split(' ').any(|word| ["prior", "previous", "last", "py"].contains(&word));
                *alone = (!other_year).then(|| head_key(&below.text));
                below.text = format!("{} {}", head.text, below.text).into();
            }
            Some(_) => {}
            None => {
                both.insert(*column, (head.clone(), None));
            }
        }
    }
    both
}

/// Which field each head names. A head that could name several fields takes one that no other head names.
fn resolve(cells: BTreeMap<usize, Named>, record: &'static Record, columns: &Columns) -> BTreeMap<usize, Head> {
    let plain = |key: &str| match columns.get(key) {
        Some(Some(field)) => (Some(*field), false),
        Some(None) => (None, true),
        None if RETIRED_HEADS.contains(&key) => (Some(RETIRED), false),
        None => (record.field_of_plain_head(key), false),
    };
    let mut heads: BTreeMap<usize, Head> = cells
        .into_iter()
        .map(|(column, (cell, alone))| {
            let (field, left_out) = match (plain(&head_key(&cell.text)), alone) {
                ((None, false), Some(alone)) => plain(&alone),
                (found, _) => found,
            };
            (column, Head { cell, field, left_out })
        })
        .collect();
    // Texts come first: `Control` is the text where another column has the number.
    let is_prose = |field: &&super::fields::Field| matches!(field.kind, Kind::Prose);
    let fields = record.fields.iter().filter(is_prose).chain(record.fields.iter().filter(|field| !is_prose(field)));
    for field in fields {
        if heads.values().any(|head| head.field == Some(field.name)) {
            continue;
        }
        let own = matches!(field.kind, Kind::Id).then_some(field.name);
        for candidate in own.into_iter().chain(field.weak.iter().copied()) {
            let is_free =
                |head: &&mut Head| head.field.is_none() && !head.left_out && head_key(&head.cell.text) == candidate;
            let mut found = heads.values_mut().filter(is_free).peekable();
            if found.peek().is_some() {
                // One head may be merged over several columns.
                found.for_each(|head| head.field = Some(field.name));
                break;
            }
        }
    }
    heads
}

/// How many different fields heads name.
fn known(heads: &BTreeMap<usize, Head>) -> usize {
    let mut fields: Vec<&str> = heads.values().filter_map(|head| head.field).collect();
    fields.sort_unstable();
    fields.dedup();
    fields.len()
}

/// Whether a row is that of the heads again.
pub fn repeats(row: &[(usize, Cell)], heads: &BTreeMap<usize, Head>) -> bool {
    let filled = row.iter().filter(|(_, cell)| !cell.text.trim().is_empty());
    let is_same = |(column, cell): &&(usize, Cell)| {
        heads.get(column).is_some_and(|head| head_key(&head.cell.text) == head_key(&cell.text))
    };
    let same = filled.clone().filter(is_same).count();
    same >= 2 && same * 2 > filled.count()
}
