//! ODS: the cells of the sheets that can be seen, in one pass, with the form of their texts.

use std::collections::HashMap;
use std::fs::File;
use std::sync::Arc;

use quick_xml::events::{BytesStart, Event};

use super::grid::{Grid, Looks, Place, Sheets, Shown};
use super::number_format;
use super::package::{self, Package, Xml, attribute};
use super::rich::Run;
use super::xlsx::link;
use crate::diagnostics::{Findings, Source};

/// Reads all sheets into grids.
pub fn read(file: &File, source: &Arc<Source>, findings: &mut Findings) -> Result<Sheets, String> {
    let mut package = Package::open(file)?;
    let xml = package.part("content.xml").ok_or("it has no content.xml")?;
    let mut reader = Reader { xml, styles: HashMap::new(), sheets: Sheets::new(source) };
    reader.document(findings)?;
    Ok(reader.sheets)
}

/// What a style says, as far as it matters.
#[derive(Debug, Clone, Default)]
struct Style {
    bold: bool,
    italic: bool,
    struck: bool,
    is_hidden: bool,
}

struct Reader<'a> {
    xml: Xml<'a>,
    styles: HashMap<String, Style>,
    sheets: Sheets,
}

fn number(element: &BytesStart, name: &str) -> u32 {
    attribute(element, name).and_then(|text| text.trim().parse().ok()).unwrap_or(1).max(1)
}

impl Reader<'_> {
    /// The next event without its borrow of the buffer.
    fn next(&mut self, buffer: &mut Vec<u8>) -> Result<Event<'static>, String> {
        buffer.clear();
        self.xml.read_event_into(buffer).map(Event::into_owned).map_err(|error| error.to_string())
    }

    fn style(&self, element: &BytesStart) -> Style {
        attribute(element, "style-name").and_then(|name| self.styles.get(&name).cloned()).unwrap_or_default()
    }

    fn document(&mut self, findings: &mut Findings) -> Result<(), String> {
        let mut buffer = Vec::new();
        let (mut name, mut order) = (String::new(), 0u16);
        loop {
            match self.next(&mut buffer)? {
                Event::Start(e) => match e.local_name().as_ref() {
                    "style" => name = attribute(&e, "name").unwrap_or_default(),
                    "text-properties" => {
                        let style = self.styles.entry(name.clone()).or_default();
                        let weight = attribute(&e, "font-weight").unwrap_or_default();
                        style.bold = weight == "bold" || weight.parse::<u32>().is_ok_and(|weight| weight >= 600);
                        style.italic = attribute(&e, "font-style").is_some_and(|form| form != "normal");
                        style.struck = attribute(&e, "text-line-through-style").is_some_and(|form| form != "none");
                    }
                    "table-properties" => {
                        let hidden = attribute(&e, "display").is_some_and(|display| display == "false");
                        self.styles.entry(name.clone()).or_default().is_hidden = hidden;
                    }
                    "table" => {
                        let name = attribute(&e, "name").unwrap_or_default();
                        if self.style(&e).is_hidden {
                            self.sheets.hidden(&name, findings);
                            package::skip(&mut self.xml, "table")?;
                        } else {
                            let mut grid = self.sheets.grid(&name, order);
                            self.table(&mut grid).map_err(|why| format!("the sheet `{name}`: {why}"))?;
                            self.sheets.add(grid, findings)?;
                        }
                        order = order.saturating_add(1);
                    }
                    _ => {}
                },
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn table(&mut self, grid: &mut Grid) -> Result<(), String> {
        let mut buffer = Vec::new();
        let (mut row, mut column) = (0u32, 0u32);
        loop {
            match self.next(&mut buffer)? {
                Event::Start(e) => match e.local_name().as_ref() {
                    "table-column" => {
                        let repeated = number(&e, "number-columns-repeated");
                        if attribute(&e, "visibility").is_some_and(|seen| seen != "visible") {
                            grid.hide_columns(column, column.saturating_add(repeated - 1));
                        }
                        column = column.saturating_add(repeated);
                    }
                    "table-row" => row = self.row(&e, row, grid)?,
                    // A sheet within a cell, drawings.
                    "table" | "shapes" | "forms" => {
                        let name = e.local_name().as_ref().to_owned();
                        package::skip(&mut self.xml, &name)?;
                    }
                    _ => {}
                },
                Event::End(e) if e.local_name().as_ref() == "table" => return Ok(()),
                Event::Eof => return Err("it ends within a sheet".into()),
                _ => {}
            }
        }
    }

    /// Reads a row, which may stand for many, and gives the number of the next.
    fn row(&mut self, element: &BytesStart, row: u32, grid: &mut Grid) -> Result<u32, String> {
        let mut buffer = Vec::new();
        let repeated = number(element, "number-rows-repeated");
        let is_hidden = attribute(element, "visibility").is_some_and(|seen| seen != "visible");
        let mut column = 0u32;
        loop {
            match self.next(&mut buffer)? {
                Event::Start(e) if matches!(e.local_name().as_ref(), "table-cell" | "covered-table-cell") => {
                    let columns = number(&e, "number-columns-repeated");
                    if let Some(cell) = self.cell(&e)? {
                        for row in row..row.saturating_add(repeated) {
                            for column in column..column.saturating_add(columns) {
                                let looks = Looks {
                                    runs: cell.looks.runs.clone(),
                                    link: cell.looks.link.clone(),
                                    ..cell.looks
                                };
                                grid.put(Place { row, column }, cell.shown.clone(), looks)?;
                            }
                            if is_hidden {
                                grid.hide_row(row);
                            }
                        }
                        let (rows, wide) = (number(&e, "number-rows-spanned"), number(&e, "number-columns-spanned"));
                        if rows > 1 || wide > 1 {
                            let to =
                                Place { row: row.saturating_add(rows - 1), column: column.saturating_add(wide - 1) };
                            grid.merge(Place { row, column }, to);
                        }
                    }
                    column = column.saturating_add(columns);
                }
                Event::End(e) if e.local_name().as_ref() == "table-row" => return Ok(row.saturating_add(repeated)),
                Event::Eof => return Err("it ends within a row".into()),
                _ => {}
            }
        }
    }

    /// What a cell shows, unless it is empty.
    fn cell(&mut self, element: &BytesStart) -> Result<Option<Read>, String> {
        let own = self.style(element);
        let kind = attribute(element, "value-type").unwrap_or_default();
        let formula = attribute(element, "formula");
        let runs = self.runs()?;
        let text: String = runs.iter().map(|run| run.text.as_str()).collect();
        let value = || attribute(element, "value").and_then(|value| value.trim().parse::<f64>().ok());
        let shown = match kind.as_str() {
            "float" | "percentage" | "currency" => {
                let Some(value) = value() else { return Ok(None) };
                let seen = text.trim();
                // As the cell shows it, unless that is rounded or written in another language.
                let plain = seen.trim_end_matches('%').trim().replace(',', "");
                let scale = if seen.ends_with('%') { 100.0 } else { 1.0 };
                match plain.parse::<f64>() {
                    Ok(number) if number == value * scale => Shown::Text(seen.into()),
                    _ => Shown::Text(number_format::general(value).into()),
                }
            }
            "date" => Shown::iso(&attribute(element, "date-value").unwrap_or_default()),
            "time" => Shown::DateTime(text),
            "boolean" => {
                let flag = attribute(element, "boolean-value").is_some_and(|flag| flag == "true");
                Shown::Text(if flag { "TRUE" } else { "FALSE" }.into())
            }
            _ if formula.is_some() && (text.starts_with('#') || text.starts_with("Err:")) => Shown::Error(text),
            _ if formula.is_some() && text.is_empty() && kind.is_empty() => Shown::NotComputed,
            _ if text.trim().is_empty() => return Ok(None),
            _ => Shown::Text(text.into()),
        };
        let differ = runs.iter().any(|run| run.bold || run.italic || run.struck);
        let formula = formula.unwrap_or_default();
        let looks = Looks {
            struck: own.struck,
            link: link(formula.strip_prefix("of:").unwrap_or(&formula)),
            runs: differ.then(|| runs.into_boxed_slice()),
        };
        Ok(Some(Read { shown, looks }))
    }

    /// The text of a cell, a line for each paragraph.
    fn runs(&mut self) -> Result<Vec<Run>, String> {
        let mut buffer = Vec::new();
        let mut runs: Vec<Run> = Vec::new();
        // Forms of the spans that are open, and the depth of all elements.
        let mut forms: Vec<Run> = Vec::new();
        let (mut depth, mut paragraphs) = (0usize, 0usize);
        let add = |runs: &mut Vec<Run>, forms: &[Run], text: &str| {
            runs.push(Run { text: text.to_owned(), ..forms.last().cloned().unwrap_or_default() });
        };
        loop {
            match self.next(&mut buffer)? {
                Event::Start(e) => {
                    depth += 1;
                    match e.local_name().as_ref() {
                        "p" => {
                            if paragraphs > 0 {
                                add(&mut runs, &[], "\n");
                            }
                            paragraphs += 1;
                        }
                        "span" => {
                            let (style, outer) = (self.style(&e), forms.last().cloned().unwrap_or_default());
                            forms.push(Run {
                                text: String::new(),
                                bold: style.bold || outer.bold,
                                italic: style.italic || outer.italic,
                                struck: style.struck || outer.struck,
                            });
                        }
                        "s" => {
                            let count = attribute(&e, "c").and_then(|count| count.parse().ok()).unwrap_or(1usize);
                            add(&mut runs, &forms, &" ".repeat(count.min(1000)));
                        }
                        "tab" => add(&mut runs, &forms, "\t"),
                        "line-break" => add(&mut runs, &forms, "\n"),
                        name @ ("annotation" | "shapes" | "frame" | "ruby-text") => {
                            let name = name.to_owned();
                            package::skip(&mut self.xml, &name)?;
                            depth -= 1;
                        }
                        _ => {}
                    }
                }
                Event::End(e) => {
                    if depth == 0 {
                        return Ok(runs);
                    }
                    depth -= 1;
                    if e.local_name().as_ref() == "span" {
                        forms.pop();
                    }
                }
                Event::Text(text) if paragraphs > 0 => add(&mut runs, &forms, &text.xml10_content()),
                Event::CData(text) if paragraphs > 0 => add(&mut runs, &forms, &text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let c = reference.resolve_char_ref().map_err(|error| error.to_string())?.map(String::from);
                    let named = || quick_xml::escape::resolve_predefined_entity(&reference).map(str::to_owned);
                    add(&mut runs, &forms, &c.or_else(named).unwrap_or_default());
                }
                Event::Eof => return Err("it ends within a cell".into()),
                _ => {}
            }
        }
    }
}

struct Read {
    shown: Shown,
    looks: Looks,
}
