//! XLS: read by a library, after a look at the records of the file for what the library does not tell: how large the
//! sheets are, what is hidden, merged or struck, and under which formats numbers stand.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufReader, Read as _};
use std::sync::Arc;

use calamine::{Data, DataType as _, Reader as _, SheetType, SheetVisible, Xls};

use super::grid::{Looks, Place, Sheets, Shown};
use super::number_format::{Format, builtin};
use crate::diagnostics::{Findings, Source};

/// Most cells, empty ones included, of the rectangles that the sheets span: the library holds them all.
const SPAN_LIMIT: u64 = 6_000_000;

pub fn read(file: &File, source: &Arc<Source>, findings: &mut Findings) -> Result<Sheets, String> {
    let seen = Seen::read(file)?;
    let span: u64 = seen.sheets.values().map(Looked::span).sum();
    if span > SPAN_LIMIT {
        return Err(format!("its sheets span {span} cells, more than {SPAN_LIMIT}"));
    }
    let mut book = Xls::new(BufReader::new(file)).map_err(|error| error.to_string())?;
    let metadata: Vec<_> = book.sheets_metadata().to_vec();
    let mut sheets = Sheets::new(source);
    for (order, (sheet, position)) in (0u16..).zip(metadata.iter().zip(&seen.positions)) {
        if sheet.typ != SheetType::WorkSheet {
            continue;
        }
        if sheet.visible != SheetVisible::Visible {
            sheets.hidden(&sheet.name, findings);
            continue;
        }
        let range = book.worksheet_range(&sheet.name).map_err(|error| error.to_string())?;
        let (top, left) = range.start().unwrap_or((0, 0));
        let mut grid = sheets.grid(&sheet.name, order);
        let none = Looked::default();
        let looked = seen.sheets.get(position).unwrap_or(&none);
        for (row, column, value) in range.used_cells() {
            let (Ok(row), Ok(column)) = (u32::try_from(row), u32::try_from(column)) else { continue };
            let at = Place { row: row + top, column: column + left };
            let style = looked.styles.get(&(at.row, at.column)).and_then(|style| seen.styles.get(usize::from(*style)));
            let format = style.map_or(&Format::General, |(format, _)| format);
            let shown = match value {
                Data::Empty => continue,
                Data::String(text) => Shown::Text(text.replace("\r\n", "\n").replace('\r', "\n").into()),
                Data::Int(number) => Shown::Text(number.to_string().into()),
                Data::Float(number) => Shown::number(*number, format, false),
                Data::Bool(flag) => Shown::Text(if *flag { "TRUE" } else { "FALSE" }.into()),
                Data::Error(error) => Shown::Error(error.to_string()),
                _ => match value.as_datetime() {
                    Some(moment) if moment.time() == chrono::NaiveTime::MIN => Shown::Date(moment.date()),
                    Some(moment) => Shown::DateTime(moment.to_string()),
                    None => Shown::Text(value.to_string().into()),
                },
            };
            let looks = Looks { struck: style.is_some_and(|(_, struck)| *struck), ..Looks::default() };
            grid.put(at, shown, looks)?;
        }
        for row in &looked.hidden_rows {
            grid.hide_row(*row);
        }
        for (from, to) in &looked.hidden_columns {
            grid.hide_columns(*from, *to);
        }
        for (from, to) in &looked.merged {
            grid.merge(*from, *to);
        }
        sheets.add(grid, findings)?;
    }
    Ok(sheets)
}

/// What the records of a file tell.
#[derive(Default)]
struct Seen {
    /// Where each sheet begins, in the order of the sheets.
    positions: Vec<u32>,
    sheets: BTreeMap<u32, Looked>,
    /// Format and strike of each style.
    styles: Vec<(Format, bool)>,
}

/// What the records of one sheet tell.
#[derive(Default)]
struct Looked {
    /// First and last row and column with a cell.
    extent: Option<(u32, u32, u32, u32)>,
    styles: HashMap<(u32, u32), u16>,
    hidden_rows: Vec<u32>,
    hidden_columns: Vec<(u32, u32)>,
    merged: Vec<(Place, Place)>,
}

impl Looked {
    fn cell(&mut self, row: u32, column: u32, style: Option<u16>) {
        let (top, bottom, left, right) = self.extent.unwrap_or((row, row, column, column));
        self.extent = Some((top.min(row), bottom.max(row), left.min(column), right.max(column)));
        if let Some(style) = style {
            self.styles.insert((row, column), style);
        }
    }

    fn span(&self) -> u64 {
        self.extent.map_or(0, |(top, bottom, left, right)| u64::from(bottom - top + 1) * u64::from(right - left + 1))
    }
}

fn short(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(data.get(at..at + 2)?.try_into().ok()?))
}

impl Seen {
    fn read(file: &File) -> Result<Self, String> {
        let mut compound = cfb::CompoundFile::open(BufReader::new(file)).map_err(|error| error.to_string())?;
        let name =
            ["/Workbook", "/Book"].into_iter().find(|name| compound.is_stream(name)).ok_or("it is no workbook")?;
        let mut bytes = Vec::new();
        let mut stream = compound.open_stream(name).map_err(|error| error.to_string())?;
        stream.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        let mut seen = Self::default();
        seen.records(&bytes);
        Ok(seen)
    }

    /// What is cut off or not understood here, the library reports.
    fn records(&mut self, bytes: &[u8]) {
        let (mut fonts, mut codes) = (Vec::new(), HashMap::new());
        let (mut at, mut sheet) = (0usize, None);
        while let (Some(kind), Some(length)) = (short(bytes, at), short(bytes, at + 2)) {
            let Some(data) = bytes.get(at + 4..at + 4 + usize::from(length)) else { return };
            let position = u32::try_from(at).unwrap_or(u32::MAX);
            at += 4 + usize::from(length);
            match kind {
                // Begin of a part: a sheet if the list of sheets names its position.
                0x0809 => sheet = self.positions.contains(&position).then_some(position).or(sheet),
                0x0085 => {
                    let place = data.get(..4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes);
                    self.positions.push(place);
                }
                0x0031 => fonts.push(short(data, 2).is_some_and(|bits| bits & 0x08 != 0)),
                0x041e => {
                    if let (Some(id), Some(code)) = (short(data, 0), format_code(data)) {
                        codes.insert(u32::from(id), code);
                    }
                }
                0x00e0 => {
                    let (font, format) = (short(data, 0).unwrap_or(0), u32::from(short(data, 2).unwrap_or(0)));
                    // There is no font 4.
                    let font = usize::from(if font > 4 { font - 1 } else { font });
                    let code = codes.get(&format).map_or(builtin(format), String::as_str);
                    self.styles.push((Format::read(code), fonts.get(font).copied().unwrap_or(false)));
                }
                _ => {
                    if let Some(sheet) = sheet {
                        sheet_record(self.sheets.entry(sheet).or_default(), kind, data);
                    }
                }
            }
        }
    }
}

fn sheet_record(looked: &mut Looked, kind: u16, data: &[u8]) {
    let at = |position: usize| short(data, position).map(u32::from);
    match kind {
        // Cells with one value each; then several numbers, several empty cells.
        0x0006 | 0x0203 | 0x0204 | 0x0205 | 0x00d6 | 0x027e | 0x00fd | 0x0406 => {
            if let (Some(row), Some(column)) = (at(0), at(2)) {
                looked.cell(row, column, short(data, 4));
            }
        }
        0x00bd => {
            let (Some(row), Some(first)) = (at(0), at(2)) else { return };
            for (column, styled) in (first..).zip(data.get(4..).unwrap_or_default().chunks_exact(6)) {
                looked.cell(row, column, short(styled, 0));
            }
        }
        0x0208 => {
            if at(12).is_some_and(|bits| bits & 0x20 != 0)
                && let Some(row) = at(0)
            {
                looked.hidden_rows.push(row);
            }
        }
        0x007d => {
            if at(8).is_some_and(|bits| bits & 1 != 0)
                && let (Some(first), Some(last)) = (at(0), at(2))
            {
                looked.hidden_columns.push((first, last));
            }
        }
        0x00e5 => {
            for region in data.get(2..).unwrap_or_default().chunks_exact(8) {
                let at = |position| short(region, position).map(u32::from);
                if let (Some(top), Some(bottom), Some(left), Some(right)) = (at(0), at(2), at(4), at(6)) {
                    looked.merged.push((Place { row: top, column: left }, Place { row: bottom, column: right }));
                }
            }
        }
        _ => {}
    }
}

/// The code in a record of a number format.
fn format_code(data: &[u8]) -> Option<String> {
    let length = usize::from(short(data, 2)?);
    let wide = *data.get(4)? & 1 != 0;
    if wide {
        let units: Vec<u16> = data.get(5..5 + length * 2)?.chunks_exact(2).filter_map(|unit| short(unit, 0)).collect();
        String::from_utf16(&units).ok()
    } else {
        Some(data.get(5..5 + length)?.iter().map(|byte| char::from(*byte)).collect())
    }
}
