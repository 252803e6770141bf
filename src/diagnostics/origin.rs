//! Where a value came from: a file, and a range of bytes or a cell of a sheet in it.

use std::fmt;
use std::ops::{Deref, Range};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A file of the engagement as it was read. Shared by all values that came from it.
pub struct Source {
    /// Path relative to the engagement folder, with forward slashes.
    name: String,
    /// The path to print, as the user would type it.
    shown: String,
    /// Decoded text; empty for files that are not text.
    text: String,
    /// Byte offset at which each line starts.
    lines: Vec<usize>,
}

impl Source {
    pub fn new(name: impl Into<String>, shown: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        let text = text.into();
        let lines = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1))
            .collect();
        Arc::new(Self { name: name.into(), shown: shown.into(), text, lines })
    }

    /// A file named in a message whose content is not text or could not be read.
    pub fn opaque(name: impl Into<String>, shown: &Path) -> Arc<Self> {
        Self::new(name, shown.display().to_string(), "")
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn shown(&self) -> &str {
        &self.shown
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte offset, both from 1; the column counts characters.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.lines.partition_point(|start| *start <= offset).max(1);
        let start = self.lines[line - 1];
        (line, self.text[start..offset].chars().count() + 1)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({})", self.name)
    }
}

/// A place in a [`Source`].
#[derive(Debug, Clone)]
pub struct Origin {
    pub source: Arc<Source>,
    pub place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The file as a whole.
    File,
    /// A line, from 1, of a file whose text is not at hand or is not to be shown.
    Line(usize),
    /// A range of bytes of the text.
    Span(Range<usize>),
    /// A cell of a workbook.
    Cell(CellPlace),
}

/// A cell of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellPlace {
    pub sheet: Arc<str>,
    /// From 0; a workbook has 16,384 columns at most.
    pub column: u16,
    /// Which sheet of the workbook it is, from 0.
    pub order: u16,
    /// From 0.
    pub row: u32,
}

impl CellPlace {
    /// `B4`
    pub fn cell(&self) -> String {
        let mut letters = Vec::new();
        let mut left = u32::from(self.column) + 1;
        while left > 0 {
            let digit = (left - 1) % 26;
            letters.push(char::from(b'A' + u8::try_from(digit).unwrap_or(0)));
            left = (left - 1) / 26;
        }
        letters.iter().rev().collect::<String>() + &(self.row + 1).to_string()
    }
}

/// `Controls!B4`
impl fmt::Display for CellPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}!{}", self.sheet, self.cell())
    }
}

impl Origin {
    pub fn file(source: &Arc<Source>) -> Self {
        Self { source: source.clone(), place: Place::File }
    }

    pub fn span(source: &Arc<Source>, span: Range<usize>) -> Self {
        Self { source: source.clone(), place: Place::Span(span) }
    }

    pub fn line(source: &Arc<Source>, line: usize) -> Self {
        Self { source: source.clone(), place: Place::Line(line) }
    }

    /// Line and column, from 1, where they are known.
    pub fn position(&self) -> Option<(usize, usize)> {
        match &self.place {
            Place::Span(span) => Some(self.source.position(span.start)),
            Place::File | Place::Line(_) | Place::Cell(_) => None,
        }
    }

    /// The line, from 1, where it is known.
    pub fn line_number(&self) -> Option<usize> {
        match &self.place {
            Place::Line(line) => Some(*line),
            _ => self.position().map(|(line, _)| line),
        }
    }

    pub fn cell(source: &Arc<Source>, place: CellPlace) -> Self {
        Self { source: source.clone(), place: Place::Cell(place) }
    }

    /// Whether it stands in a sheet, in which line ends are typed where they are meant.
    pub fn is_in_sheet(&self) -> bool {
        let name = self.source.name();
        match &self.place {
            Place::Cell(_) => true,
            Place::Span(_) => [".csv", ".tsv", ".txt"].iter().any(|end| name.ends_with(end)),
            Place::File | Place::Line(_) => false,
        }
    }

    /// Where it is within the file, as messages name it: `4:12`, `Controls!B4`, or nothing for the whole file.
    pub fn within(&self) -> Option<String> {
        PlaceView::from(self).within()
    }

    /// The start as a sortable key: file, then position.
    pub fn sort_key(&self) -> (&str, usize) {
        let offset = match &self.place {
            Place::File => 0,
            Place::Line(line) => *line,
            Place::Span(span) => span.start,
            // A workbook has up to a million rows and 16,384 columns in a sheet.
            Place::Cell(cell) => {
                (usize::from(cell.order) << 40) | ((cell.row as usize) << 16) | usize::from(cell.column)
            }
        };
        (self.source.name(), offset)
    }
}

/// `controls.csv:4:12`, `controls.xlsx:Controls!B4`
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        PlaceView::with_whole_path(self).fmt(f)
    }
}

/// A place as data for scripts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceView {
    pub file: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
}

impl PlaceView {
    /// The place with the file as it is printed, for whoever does not know the folder it lies in.
    pub fn with_whole_path(origin: &Origin) -> Self {
        Self { file: origin.source.shown().to_owned(), ..Self::from(origin) }
    }

    /// See [`Origin::within`].
    fn within(&self) -> Option<String> {
        match (self.line, self.column, &self.sheet, &self.cell) {
            (Some(line), Some(column), ..) => Some(format!("{line}:{column}")),
            (Some(line), ..) => Some(line.to_string()),
            (_, _, Some(sheet), Some(cell)) => Some(format!("{sheet}!{cell}")),
            _ => None,
        }
    }
}

impl From<&Origin> for PlaceView {
    fn from(origin: &Origin) -> Self {
        let cell = match &origin.place {
            Place::Cell(cell) => Some(cell),
            _ => None,
        };
        Self {
            file: origin.source.name().to_owned(),
            line: origin.line_number(),
            column: origin.position().map(|(_, column)| column),
            sheet: cell.map(|cell| cell.sheet.to_string()),
            cell: cell.map(CellPlace::cell),
        }
    }
}

/// As an [`Origin`] is written.
impl fmt::Display for PlaceView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        match self.within() {
            Some(within) => write!(f, ":{within}"),
            None => Ok(()),
        }
    }
}

impl Serialize for Origin {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        PlaceView::from(self).serialize(serializer)
    }
}

/// A value together with where it came from.
#[derive(Debug, Clone)]
pub struct Located<T> {
    pub value: T,
    pub origin: Origin,
}

impl<T> Located<T> {
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Located<U> {
        Located { value: f(self.value), origin: self.origin }
    }
}

impl<T> Deref for Located<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Display> fmt::Display for Located<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}
