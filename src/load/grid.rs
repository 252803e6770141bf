//! The cells of a sheet of a workbook as they are read, until they are a [`Sheet`]: what is merged, what is hidden.

use std::sync::Arc;

use chrono::NaiveTime;

use super::number_format::{self, Format};
use super::rich::Run;
use super::rules;
use super::sheet::{Cell, More, Sheet};
use super::tree::Value;
use crate::diagnostics::{CellPlace, Diagnostic, Findings, Origin, Source};
use crate::model::Date;

/// Most cells that are not empty in all sheets of a workbook.
const CELL_LIMIT: usize = 2_000_000;
/// Widest and highest merged cell whose value counts for each of its cells: whole rows and columns may be merged for
/// their looks.
const MERGED_LIMIT: u32 = 2_000;
/// Hidden rows that a finding names.
const NAMED_ROWS: usize = 12;

/// Where a cell stands, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub row: u32,
    pub column: u32,
}

/// What a cell shows.
#[derive(Clone)]
pub enum Shown {
    Text(Arc<str>),
    Date(Date),
    DateTime(String),
    /// The formula gives an error.
    Error(String),
    /// The formula's value is not stored.
    NotComputed,
}

/// How a cell looks, as far as it matters.
#[derive(Default)]
pub struct Looks {
    pub struck: bool,
    pub link: Option<String>,
    pub runs: Option<Box<[Run]>>,
}

impl Shown {
    pub fn number(number: f64, format: &Format, since_1904: bool) -> Self {
        let moment = match format {
            Format::Date | Format::DateTime => number_format::moment(number, since_1904),
            // A time alone is a part of a day.
            Format::Time if number < 1.0 => number_format::moment(number, since_1904),
            _ => None,
        };
        match (moment, format) {
            (Some(moment), Format::Date) => Shown::Date(moment.date()),
            (Some(moment), Format::Time) => Shown::DateTime(moment.time().to_string()),
            (Some(moment), _) if moment.time() == NaiveTime::MIN => Shown::Date(moment.date()),
            (Some(moment), _) => Shown::DateTime(moment.to_string()),
            (None, _) => Shown::Text(format.show(number).into()),
        }
    }

    /// A day, or a day with a time, as ISO writes it.
    pub fn iso(text: &str) -> Self {
        let (day, time) = text.split_once('T').unwrap_or((text, ""));
        match Date::parse_from_str(day, "%Y-%m-%d") {
            Ok(day) if time.trim_end_matches(['0', ':', '.', 'Z']).is_empty() => Shown::Date(day),
            Ok(_) => Shown::DateTime(text.to_owned()),
            Err(_) => Shown::Text(text.into()),
        }
    }
}

/// A sheet that can be seen, by its name.
pub struct Named {
    pub name: Arc<str>,
    pub sheet: Sheet,
}

/// The sheets of a workbook that can be seen.
pub struct Sheets {
    source: Arc<Source>,
    pub list: Vec<Named>,
    cells: usize,
}

impl Sheets {
    pub fn new(source: &Arc<Source>) -> Self {
        Self { source: source.clone(), list: Vec::new(), cells: 0 }
    }

    /// A sheet that is hidden is not used.
    pub fn hidden(&self, name: &str, findings: &mut Findings) {
        findings.push(
            Diagnostic::new(&rules::HIDDEN, format!("the sheet `{name}` is hidden, so it is not used"))
                .in_file(&self.source)
                .help("show it if it belongs to the engagement; remove it if it does not"),
        );
    }

    pub fn grid(&self, name: &str, order: u16) -> Grid {
        Grid {
            name: name.into(),
            order,
            source: self.source.clone(),
            cells: Vec::new(),
            before: self.cells,
            merged: Vec::new(),
            hidden_rows: Vec::new(),
            hidden_columns: Vec::new(),
        }
    }

    pub fn add(&mut self, mut grid: Grid, findings: &mut Findings) -> Result<(), String> {
        grid.settle()?;
        grid.tell_hidden(findings);
        self.cells = grid.before + grid.cells.len();
        let mut rows: Vec<Vec<(usize, Cell)>> = Vec::new();
        let mut last = None;
        for (row, column, cell) in grid.cells {
            if last != Some(row) {
                rows.push(Vec::new());
                last = Some(row);
            }
            if let Some(cells) = rows.last_mut() {
                cells.push((column as usize, cell));
            }
        }
        let sheet = Sheet::new(rows, &self.source, grid.hidden_columns);
        self.list.push(Named { name: grid.name, sheet });
        Ok(())
    }
}

pub struct Grid {
    name: Arc<str>,
    order: u16,
    source: Arc<Source>,
    /// Row, column and cell, in any order until they are settled.
    cells: Vec<(u32, u32, Cell)>,
    /// Cells of the sheets before it.
    before: usize,
    merged: Vec<(Place, Place)>,
    hidden_rows: Vec<u32>,
    hidden_columns: Vec<(usize, usize)>,
}

impl Grid {
    fn origin(&self, at: Place) -> Origin {
        let column = u16::try_from(at.column).unwrap_or(u16::MAX);
        let place = CellPlace { sheet: self.name.clone(), column, order: self.order, row: at.row };
        Origin::cell(&self.source, place)
    }

    pub fn put(&mut self, at: Place, shown: Shown, looks: Looks) -> Result<(), String> {
        let trouble = |message: String, help: &str| {
            let diagnostic = Diagnostic::new(&rules::WRONG_VALUE, message).help(help);
            (Arc::from(""), None, Some(diagnostic))
        };
        let (text, value, trouble) = match shown {
            Shown::Text(text) => (text, None, None),
            Shown::Date(date) => (date.to_string().into(), Some(Value::Date(date)), None),
            Shown::DateTime(text) => (Arc::from(text.as_str()), Some(Value::DateTime(text)), None),
            Shown::Error(error) => {
                trouble(format!("the formula of this cell gives {error}"), "mend the formula, or write the value")
            }
            Shown::NotComputed => trouble(
                "the value of this cell's formula is not stored in the file".into(),
                "open the workbook in a spreadsheet program and save it, or write the value",
            ),
        };
        if text.trim().is_empty() && trouble.is_none() {
            return Ok(());
        }
        let more = More { value, struck: looks.struck, runs: looks.runs, link: looks.link, trouble };
        let cell = Cell { text, origin: self.origin(at), more: more.boxed() };
        self.cells.push((at.row, at.column, cell));
        self.within_limit(self.cells.len())
    }

    fn within_limit(&self, cells: usize) -> Result<(), String> {
        if self.before + cells > CELL_LIMIT {
            return Err(format!("it has more than {CELL_LIMIT} cells"));
        }
        Ok(())
    }

    /// Puts the cells in order, and fills those that are merged. Whatever a file says, this takes no longer than sorting.
    fn settle(&mut self) -> Result<(), String> {
        self.cells.sort_by_key(|(row, column, _)| (*row, *column));
        // Of two values for one place the later one counts.
        self.cells.dedup_by(|later, earlier| {
            let same = (later.0, later.1) == (earlier.0, earlier.1);
            if same {
                std::mem::swap(later, earlier);
            }
            same
        });
        let mut filled = Vec::new();
        let mut area = 0;
        for (from, to) in std::mem::take(&mut self.merged) {
            area += self.fill(from, to, &mut filled);
            self.within_limit(area)?;
        }
        if !filled.is_empty() {
            self.cells.append(&mut filled);
            self.cells.sort_by_key(|(row, column, _)| (*row, *column));
            self.cells.dedup_by(|later, earlier| (later.0, later.1) == (earlier.0, earlier.1));
        }
        self.within_limit(self.cells.len())
    }

    fn position(&self, row: u32, column: u32) -> Option<usize> {
        self.cells.binary_search_by_key(&(row, column), |(row, column, _)| (*row, *column)).ok()
    }

    pub fn merge(&mut self, from: Place, to: Place) {
        self.merged.push((from, to));
    }

    pub fn hide_row(&mut self, row: u32) {
        self.hidden_rows.push(row);
    }

    pub fn hide_columns(&mut self, from: u32, to: u32) {
        self.hidden_columns.push((from as usize, to as usize));
    }

    /// The value of merged cells stands in the first of them, and counts for each. How many they are.
    fn fill(&self, from: Place, to: Place, filled: &mut Vec<(u32, u32, Cell)>) -> usize {
        let Some(first) = self.position(from.row, from.column) else { return 0 };
        let span = |from: u32, to: u32| to.saturating_sub(from).saturating_add(1);
        let (rows, columns) = (span(from.row, to.row), span(from.column, to.column));
        if rows > MERGED_LIMIT || columns > MERGED_LIMIT {
            return 0;
        }
        let area = rows as usize * columns as usize;
        if area > CELL_LIMIT {
            return area;
        }
        for row in from.row..=to.row {
            for column in from.column..=to.column {
                if self.position(row, column).is_none() {
                    filled.push((row, column, self.cells[first].2.clone()));
                }
            }
        }
        area
    }

    fn tell_hidden(&mut self, findings: &mut Findings) {
        self.hidden_rows.sort_unstable();
        self.hidden_rows.dedup();
        let filled = |row: &u32| {
            let at = self.cells.partition_point(|(other, ..)| other < row);
            self.cells.get(at).is_some_and(|(other, ..)| other == row)
        };
        let rows: Vec<u32> = self.hidden_rows.iter().copied().filter(filled).collect();
        let Some(first) = rows.first() else { return };
        let numbers: Vec<String> = rows.iter().take(NAMED_ROWS).map(|row| (row + 1).to_string()).collect();
        let more = if rows.len() > numbers.len() { ", ..." } else { "" };
        findings.push(
            Diagnostic::new(
                &rules::HIDDEN,
                format!("hidden rows of `{}` are used all the same: {}{more}", self.name, numbers.join(", ")),
            )
            .at(&self.origin(Place { row: *first, column: 0 }))
            .help("show them and look; remove those that do not belong to the engagement"),
        );
    }
}
