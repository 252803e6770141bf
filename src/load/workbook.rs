//! Workbooks (XLSX, XLSM, XLS, ODS) into sheets of located cells. Formulas count by the values that they last had.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use calamine::{Data, DataType as _, Reader, SheetType, SheetVisible, Xlsx};
use quick_xml::events::Event;

use super::rules;
use super::sheet::{Cell, Sheet, cell_origin};
use super::tree::Value;
use crate::diagnostics::{Diagnostic, Findings, Origin, Source};

/// Largest workbook that is read, as it lies on disk and unpacked, in bytes.
const FILE_LIMIT: u64 = 128 * 1024 * 1024;
const UNPACKED_LIMIT: u64 = 768 * 1024 * 1024;
/// Most cells that are not empty in one sheet.
const CELL_LIMIT: usize = 4_000_000;

/// A sheet that can be seen, by its name.
pub struct Named {
    pub name: String,
    pub sheet: Sheet,
}

/// The sheets of a workbook that can be seen. Hidden sheets and rows are findings.
pub fn parse(path: &Path, source: &Arc<Source>, findings: &mut Findings) -> Vec<Named> {
    let read = open(path).and_then(|file| match path.extension().and_then(|e| e.to_str()) {
        Some("xlsx" | "xlsm") => excel(file, source, findings),
        _ => other(path, source, findings),
    });
    match read {
        Ok(sheets) => sheets,
        Err(why) => {
            findings.push(
                Diagnostic::new(
                    &rules::FILE_UNREADABLE,
                    format!("`{}` cannot be read as a workbook: {why}", source.name()),
                )
                .in_file(source)
                .help("open it in a spreadsheet program and save it anew, or save the sheet as `CSV UTF-8`"),
            );
            Vec::new()
        }
    }
}

fn open(path: &Path) -> Result<File, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let size = file.metadata().map_err(|error| error.to_string())?.len();
    if size > FILE_LIMIT {
        return Err(format!("it has {size} bytes, more than {FILE_LIMIT}"));
    }
    Ok(file)
}

/// A small file may unpack to more than the memory holds.
fn unpacked(archive: &mut zip::ZipArchive<&File>) -> Result<(), String> {
    let mut total = 0u64;
    for entry in 0..archive.len() {
        let entry = archive.by_index_raw(entry).map_err(|error| error.to_string())?;
        total = total.saturating_add(entry.size());
    }
    if total > UNPACKED_LIMIT {
        return Err(format!("it unpacks to {total} bytes, more than {UNPACKED_LIMIT}"));
    }
    Ok(())
}

fn excel(file: File, source: &Arc<Source>, findings: &mut Findings) -> Result<Vec<Named>, String> {
    let mut archive = zip::ZipArchive::new(&file).map_err(|error| error.to_string())?;
    unpacked(&mut archive)?;
    let hidden = Hidden::read(&mut archive);
    let mut book = Xlsx::new(BufReader::new(&file)).map_err(|error| error.to_string())?;
    let metadata: Vec<_> = book.sheets_metadata().to_vec();
    let mut sheets = Vec::new();
    for (order, sheet) in (0u32..).zip(&metadata) {
        if sheet.typ != SheetType::WorkSheet {
            continue;
        }
        if sheet.visible != SheetVisible::Visible {
            findings.push(hidden_sheet(&sheet.name, source));
            continue;
        }
        let name: Arc<str> = sheet.name.as_str().into();
        let mut cells: BTreeMap<(u32, u32), Cell> = BTreeMap::new();
        {
            let mut reader = book.worksheet_cells_reader(&sheet.name).map_err(|error| error.to_string())?;
            while let Some(cell) = reader.next_cell().map_err(|error| error.to_string())? {
                let (row, column) = cell.get_position();
                let origin = cell_origin(source, &name, order, row, column);
                if let Some(cell) = cell_of(&Data::from(cell.get_value().clone()), origin, findings) {
                    cells.insert((row, column), cell);
                }
                if cells.len() > CELL_LIMIT {
                    return Err(format!("the sheet `{name}` has more than {CELL_LIMIT} cells"));
                }
            }
        }
        struck(&mut book, &sheet.name, &mut cells);
        let merged = book.merge_cells_by_sheet_name(&sheet.name).unwrap_or_default();
        for region in merged {
            fill(&mut cells, region.start, region.end);
        }
        if let Some(hidden) = hidden.get(&sheet.name) {
            told(hidden, &cells, source, &name, order, findings);
        }
        sheets.push(Named { name: sheet.name.clone(), sheet: Sheet { rows: rows(cells), source: source.clone() } });
    }
    Ok(sheets)
}

fn hidden_sheet(name: &str, source: &Arc<Source>) -> Diagnostic {
    Diagnostic::new(&rules::HIDDEN, format!("the sheet `{name}` is hidden, so it is not used"))
        .in_file(source)
        .help("show it if it belongs to the engagement; remove it if it does not")
}

/// The older and the open formats, which are read as a whole.
fn other(path: &Path, source: &Arc<Source>, findings: &mut Findings) -> Result<Vec<Named>, String> {
    let mut book = calamine::open_workbook_auto(path).map_err(|error| error.to_string())?;
    let metadata: Vec<_> = book.sheets_metadata().to_vec();
    let mut sheets = Vec::new();
    for (order, sheet) in (0u32..).zip(&metadata) {
        if sheet.visible != SheetVisible::Visible {
            findings.push(hidden_sheet(&sheet.name, source));
            continue;
        }
        let range = book.worksheet_range(&sheet.name).map_err(|error| error.to_string())?;
        let name: Arc<str> = sheet.name.as_str().into();
        let (top, left) = range.start().unwrap_or((0, 0));
        let mut cells = BTreeMap::new();
        for (row, column, value) in range.used_cells() {
            let (Ok(row), Ok(column)) = (u32::try_from(row), u32::try_from(column)) else { continue };
            let (row, column) = (row + top, column + left);
            let origin = cell_origin(source, &name, order, row, column);
            if let Some(cell) = cell_of(value, origin, findings) {
                cells.insert((row, column), cell);
            }
        }
        sheets.push(Named { name: sheet.name.clone(), sheet: Sheet { rows: rows(cells), source: source.clone() } });
    }
    Ok(sheets)
}

fn rows(cells: BTreeMap<(u32, u32), Cell>) -> Vec<Vec<(usize, Cell)>> {
    let mut rows: Vec<Vec<(usize, Cell)>> = Vec::new();
    let mut last = None;
    for ((row, column), cell) in cells {
        if last != Some(row) {
            rows.push(Vec::new());
            last = Some(row);
        }
        if let Some(row) = rows.last_mut() {
            row.push((column as usize, cell));
        }
    }
    rows
}

/// The text of a cell, and its date if it is one. Numbers are text as they are, so that an id is not rounded.
fn cell_of(data: &Data, origin: Origin, findings: &mut Findings) -> Option<Cell> {
    let text_of = |text: &str| text.replace("_x000D_", "").replace("\r\n", "\n").replace('\r', "\n");
    let (text, value) = match data {
        Data::Empty => return None,
        Data::String(text) => (text_of(text), None),
        Data::Int(number) => (number.to_string(), None),
        Data::Float(number) => (number.to_string(), None),
        Data::Bool(flag) => (if *flag { "TRUE" } else { "FALSE" }.to_owned(), None),
        Data::DateTime(_) | Data::DateTimeIso(_) => match data.as_datetime() {
            Some(moment) if moment.time() == chrono::NaiveTime::MIN => {
                (moment.date().to_string(), Some(Value::Date(moment.date())))
            }
            Some(moment) => (moment.to_string(), Some(Value::DateTime(moment.to_string()))),
            None => (data.to_string(), None),
        },
        Data::DurationIso(text) => (text.clone(), None),
        Data::Error(error) => {
            findings.push(
                Diagnostic::new(&rules::WRONG_VALUE, format!("the formula of this cell gives {error}"))
                    .at(&origin)
                    .help("mend the formula, or write the value"),
            );
            return None;
        }
    };
    (!text.trim().is_empty()).then_some(Cell { text, value, origin, struck: false })
}

/// The value of merged cells stands in the first of them, and counts for each.
fn fill(cells: &mut BTreeMap<(u32, u32), Cell>, start: (u32, u32), end: (u32, u32)) {
    /// Whole rows and columns may be merged for their looks.
    const MOST: u32 = 2_000;
    let Some(first) = cells.get(&start).cloned() else { return };
    if end.0.saturating_sub(start.0) > MOST || end.1.saturating_sub(start.1) > MOST {
        return;
    }
    for row in start.0..=end.0 {
        for column in start.1..=end.1 {
            cells.entry((row, column)).or_insert_with(|| first.clone());
        }
    }
}

fn struck(book: &mut Xlsx<BufReader<&File>>, sheet: &str, cells: &mut BTreeMap<(u32, u32), Cell>) {
    let Ok(styles) = book.worksheet_style(sheet) else { return };
    for (position, cell) in cells {
        let font = styles.get(*position).and_then(|style| style.font.as_ref());
        cell.struck = font.is_some_and(|font| font.has_strikethrough());
    }
}

fn told(
    hidden: &HiddenParts,
    cells: &BTreeMap<(u32, u32), Cell>,
    source: &Arc<Source>,
    name: &Arc<str>,
    order: u32,
    findings: &mut Findings,
) {
    let filled = |row: u32| cells.range((row, 0)..=(row, u32::MAX)).next().is_some();
    let rows: Vec<u32> = hidden.rows.iter().copied().filter(|row| filled(*row)).collect();
    if let Some(first) = rows.first() {
        let numbers: Vec<String> = rows.iter().take(12).map(|row| (row + 1).to_string()).collect();
        let more = if rows.len() > numbers.len() { ", ..." } else { "" };
        findings.push(
            Diagnostic::new(
                &rules::HIDDEN,
                format!("hidden rows of `{name}` are used all the same: {}{more}", numbers.join(", ")),
            )
            .at(&cell_origin(source, name, order, *first, 0))
            .help("show them and look; remove those that do not belong to the engagement"),
        );
    }
}

/// What is hidden in the sheets of a workbook, by the names of the sheets.
struct Hidden;

struct HiddenParts {
    rows: Vec<u32>,
}

impl Hidden {
    /// What cannot be understood here is no hindrance: the reader of cells says so.
    fn read(archive: &mut zip::ZipArchive<&File>) -> BTreeMap<String, HiddenParts> {
        let mut hidden = BTreeMap::new();
        let mut ids: BTreeMap<String, String> = BTreeMap::new();
        for (id, target) in attributes(archive, "xl/_rels/workbook.xml.rels", "Relationship", &["Id", "Target"]) {
            ids.insert(id, target);
        }
        for (name, id) in attributes(archive, "xl/workbook.xml", "sheet", &["name", "id"]) {
            let Some(target) = ids.get(&id) else { continue };
            let path = match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None => format!("xl/{target}"),
            };
            let rows = attributes(archive, &path, "row", &["r", "hidden"])
                .into_iter()
                .filter(|(_, hidden)| hidden == "1" || hidden == "true")
                .filter_map(|(row, _)| row.parse::<u32>().ok()?.checked_sub(1))
                .collect();
            hidden.insert(name, HiddenParts { rows });
        }
        hidden
    }
}

/// Two attributes of all elements of a name, by their local names; the second is empty where it is not given.
fn attributes(
    archive: &mut zip::ZipArchive<&File>,
    path: &str,
    element: &str,
    names: &[&str; 2],
) -> Vec<(String, String)> {
    let Ok(entry) = archive.by_name(path) else { return Vec::new() };
    read_attributes(BufReader::new(entry), element, names)
}

fn read_attributes(input: impl Read, element: &str, names: &[&str; 2]) -> Vec<(String, String)> {
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(input));
    let (mut buffer, mut found) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(event) | Event::Empty(event)) => {
                if local(event.name().as_ref()) == element {
                    let mut values = [None, None];
                    for attribute in event.attributes().flatten() {
                        let key = local(attribute.key.as_ref()).to_owned();
                        for (name, value) in names.iter().zip(&mut values) {
                            if key == *name {
                                *value = Some(attribute.value.as_ref().to_owned());
                            }
                        }
                    }
                    if let [Some(first), second] = values {
                        found.push((unescaped(&first), second.map(|v| unescaped(&v)).unwrap_or_default()));
                    }
                }
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
        buffer.clear();
    }
}

fn unescaped(text: &str) -> String {
    quick_xml::escape::unescape(text).map(|text| text.into_owned()).unwrap_or_default()
}

/// A name without its namespace.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}
