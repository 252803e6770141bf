//! XLSX and XLSM: the cells of the sheets that can be seen, in one pass each, with the form of their texts.

use std::fs::File;
use std::sync::Arc;

use quick_xml::events::{BytesStart, Event};

use super::grid::{Grid, Looks, Place, Sheets, Shown};
use super::number_format::{Format, builtin};
use super::package::{self, Package, Xml, attribute, says};
use super::rich::Run;
use crate::diagnostics::{Findings, Source};

/// Reads all sheets into grids.
pub fn read(file: &File, source: &Arc<Source>, findings: &mut Findings) -> Result<Sheets, String> {
    let mut package = Package::open(file)?;
    let relations = package.relations("");
    let book = relations.into_iter().find(|r| r.kind == "officeDocument");
    let book = book.map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.target);
    let relations = package.relations(&book);
    let target = |kind: &str| relations.iter().find(|r| r.kind == kind).map(|r| r.target.clone());
    let (sheets, since_1904) = sheets(&mut package, &book)?;
    let styles = match target("styles") {
        Some(part) => Styles::read(&mut package, &part)?,
        None => Styles::default(),
    };
    let strings = match target("sharedStrings") {
        Some(part) => strings(&mut package, &part)?,
        None => Vec::new(),
    };
    let mut found = Sheets::new(source);
    for (order, sheet) in (0u16..).zip(sheets) {
        let Some(relation) = relations.iter().find(|r| r.id == sheet.relation && r.kind == "worksheet") else {
            continue;
        };
        if sheet.is_hidden {
            found.hidden(&sheet.name, findings);
            continue;
        }
        let Some(xml) = package.part(&relation.target) else {
            return Err(format!("its sheet `{}` is not in it", sheet.name));
        };
        let grid = found.grid(&sheet.name, order);
        let mut reader = Reader { xml, styles: &styles, strings: &strings, since_1904, grid };
        reader.sheet().map_err(|why| format!("the sheet `{}`: {why}", sheet.name))?;
        let grid = reader.grid;
        found.add(grid, findings)?;
    }
    Ok(found)
}

struct Listed {
    name: String,
    relation: String,
    is_hidden: bool,
}

/// The sheets in their order, and whether days count from 1904.
fn sheets(package: &mut Package, part: &str) -> Result<(Vec<Listed>, bool), String> {
    let mut xml = package.part(part).ok_or("it is no workbook")?;
    let (mut buffer, mut sheets, mut since_1904) = (Vec::new(), Vec::new(), false);
    loop {
        match xml.read_event_into(&mut buffer).map_err(|error| error.to_string())? {
            Event::Start(e) => match e.local_name().as_ref() {
                "workbookPr" => since_1904 = says(&e, "date1904", false),
                "sheet" => sheets.push(Listed {
                    name: attribute(&e, "name").unwrap_or_default(),
                    relation: attribute(&e, "id").unwrap_or_default(),
                    is_hidden: attribute(&e, "state").is_some_and(|state| state != "visible"),
                }),
                _ => {}
            },
            Event::Eof => return Ok((sheets, since_1904)),
            _ => {}
        }
        buffer.clear();
    }
}

/// What the number of a cell's style means.
#[derive(Default)]
struct Styles {
    styles: Vec<Style>,
}

struct Style {
    format: Format,
    struck: bool,
}

impl Styles {
    fn read(package: &mut Package, part: &str) -> Result<Self, String> {
        let Some(mut xml) = package.part(part) else { return Ok(Self::default()) };
        let (mut buffer, mut codes, mut struck) = (Vec::new(), Vec::new(), Vec::new());
        let mut styles = Vec::new();
        // Fonts and styles are also parts of formats that depend on conditions.
        let mut within = String::new();
        loop {
            match xml.read_event_into(&mut buffer).map_err(|error| error.to_string())? {
                Event::Start(e) => match e.local_name().as_ref() {
                    name @ ("fonts" | "cellXfs" | "numFmts" | "dxfs" | "cellStyleXfs") => within = name.to_owned(),
                    "font" if within == "fonts" => struck.push(false),
                    "strike" if within == "fonts" => {
                        if let Some(last) = struck.last_mut() {
                            *last = says(&e, "val", true);
                        }
                    }
                    "numFmt" if within == "numFmts" => {
                        let id: u32 = number(&e, "numFmtId").unwrap_or(0);
                        codes.push((id, attribute(&e, "formatCode").unwrap_or_default()));
                    }
                    "xf" if within == "cellXfs" => {
                        let id: u32 = number(&e, "numFmtId").unwrap_or(0);
                        let code = codes.iter().find(|(other, _)| *other == id).map_or(builtin(id), |(_, code)| code);
                        let font: usize = number(&e, "fontId").unwrap_or(0);
                        let struck = struck.get(font).copied().unwrap_or(false);
                        styles.push(Style { format: Format::read(code), struck });
                    }
                    _ => {}
                },
                Event::Eof => return Ok(Self { styles }),
                _ => {}
            }
            buffer.clear();
        }
    }
}

fn number<T: std::str::FromStr>(element: &BytesStart, name: &str) -> Option<T> {
    attribute(element, name)?.trim().parse().ok()
}

/// A text that cells share.
struct Text {
    plain: Arc<str>,
    /// Its runs, if they differ in form.
    runs: Option<Box<[Run]>>,
}

fn strings(package: &mut Package, part: &str) -> Result<Vec<Text>, String> {
    let Some(mut xml) = package.part(part) else { return Ok(Vec::new()) };
    let (mut buffer, mut strings) = (Vec::new(), Vec::new());
    loop {
        let event = xml.read_event_into(&mut buffer).map_err(|error| error.to_string())?;
        let is_item = matches!(&event, Event::Start(e) if e.local_name().as_ref() == "si");
        if matches!(event, Event::Eof) {
            return Ok(strings);
        }
        buffer.clear();
        if is_item {
            strings.push(rich_text(&mut xml, "si")?);
        }
    }
}

/// A text with its runs, up to the end of the element that has been opened.
fn rich_text(xml: &mut Xml, element: &str) -> Result<Text, String> {
    let mut buffer = Vec::new();
    let mut runs: Vec<Run> = Vec::new();
    let mut form = Run::default();
    loop {
        match xml.read_event_into(&mut buffer).map_err(|error| error.to_string())? {
            Event::Start(e) => match e.local_name().as_ref() {
                "r" => form = Run::default(),
                "b" => form.bold = says(&e, "val", true),
                "i" => form.italic = says(&e, "val", true),
                "strike" => form.struck = says(&e, "val", true),
                // How it is pronounced is no part of it.
                "rPh" => package::skip(xml, "rPh")?,
                "t" => {
                    let keeps = attribute(&e, "space").is_some_and(|space| space == "preserve");
                    let mut text = String::new();
                    package::text(xml, "t", &mut text)?;
                    let text = if keeps { &text } else { text.trim_matches([' ', '\t', '\r', '\n']) };
                    runs.push(Run { text: lines(&unescaped(text)), ..form.clone() });
                }
                _ => {}
            },
            Event::End(e) if e.local_name().as_ref() == element => break,
            Event::Eof => return Err(format!("it ends within <{element}>")),
            _ => {}
        }
        buffer.clear();
    }
    let plain: String = runs.iter().map(|run| run.text.as_str()).collect();
    let differ = runs.iter().any(|run| run.bold || run.italic || run.struck);
    Ok(Text { plain: plain.into(), runs: differ.then(|| runs.into_boxed_slice()) })
}

/// Line ends of one kind.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// `_x000D_` stands for the character of that number, `_x005F_` for the stroke before such a text.
pub fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let code = rest.get(2..6).filter(|_| rest.as_bytes().get(6) == Some(&b'_'));
        let c = code.filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()));
        match c.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            Some(c) => {
                out.push(c);
                rest = &rest[7..];
            }
            None => {
                out.push_str("_x");
                rest = &rest[2..];
            }
        }
    }
    out + rest
}

/// Reads one sheet.
struct Reader<'a> {
    xml: Xml<'a>,
    styles: &'a Styles,
    strings: &'a [Text],
    since_1904: bool,
    grid: Grid,
}

impl Reader<'_> {
    fn sheet(&mut self) -> Result<(), String> {
        let mut buffer = Vec::new();
        let mut at = Place { row: 0, column: 0 };
        let mut is_sheet = false;
        loop {
            match self.xml.read_event_into(&mut buffer).map_err(|error| error.to_string())? {
                Event::Start(e) => match e.local_name().as_ref() {
                    "sheetData" => is_sheet = true,
                    "row" => {
                        if let Some(row) = number::<u32>(&e, "r").and_then(|row| row.checked_sub(1)) {
                            at.row = row;
                        }
                        at.column = 0;
                        if says(&e, "hidden", false) {
                            self.grid.hide_row(at.row);
                        }
                    }
                    "c" => {
                        let (mut style, mut kind) = (None, String::new());
                        for attribute in e.attributes().flatten() {
                            match attribute.key.as_ref() {
                                "r" => at = place(&attribute.value).unwrap_or(at),
                                "s" => style = attribute.value.trim().parse::<usize>().ok(),
                                "t" => kind.push_str(attribute.value.trim()),
                                _ => {}
                            }
                        }
                        let style = style.and_then(|style| self.styles.styles.get(style));
                        self.cell(at, style, &kind)?;
                        at.column += 1;
                    }
                    "col" if says(&e, "hidden", false) => {
                        let (min, max) = (number::<u32>(&e, "min"), number::<u32>(&e, "max"));
                        if let (Some(min), Some(max)) = (min, max) {
                            self.grid.hide_columns(min.saturating_sub(1), max.saturating_sub(1));
                        }
                    }
                    "mergeCell" => {
                        let range = attribute(&e, "ref").unwrap_or_default();
                        if let Some((from, to)) = range.split_once(':')
                            && let (Some(from), Some(to)) = (place(from), place(to))
                        {
                            self.grid.merge(from, to);
                        }
                    }
                    _ => {}
                },
                Event::End(e) if e.local_name().as_ref() == "row" => at = Place { row: at.row + 1, column: 0 },
                Event::Eof if is_sheet => return Ok(()),
                Event::Eof => return Err("it has no cells".into()),
                _ => {}
            }
            buffer.clear();
        }
    }

    fn cell(&mut self, at: Place, style: Option<&Style>, kind: &str) -> Result<(), String> {
        let mut buffer = Vec::new();
        let (mut value, mut formula, mut inline) = (None, None, None);
        loop {
            match self.xml.read_event_into(&mut buffer).map_err(|error| error.to_string())? {
                Event::Start(e) => match e.local_name().as_ref() {
                    "v" => package::text(&mut self.xml, "v", value.insert(String::new()))?,
                    "f" => package::text(&mut self.xml, "f", formula.insert(String::new()))?,
                    "is" => inline = Some(rich_text(&mut self.xml, "is")?),
                    _ => {}
                },
                Event::End(e) if e.local_name().as_ref() == "c" => break,
                Event::Eof => return Err("it ends within a cell".into()),
                _ => {}
            }
            buffer.clear();
        }
        let mut looks = Looks { struck: style.is_some_and(|style| style.struck), ..Looks::default() };
        if let Some(formula) = &formula {
            looks.link = link(formula);
        }
        let shown = match (kind, inline, value.as_deref()) {
            ("inlineStr", Some(text), _) => self.text(&text, &mut looks),
            ("s", _, Some(index)) => {
                let text = index.trim().parse::<usize>().ok().and_then(|index| self.strings.get(index));
                self.text(text.ok_or("a cell names a text that is not there")?, &mut looks)
            }
            ("str", _, Some(text)) => Shown::Text(lines(&unescaped(text)).into()),
            ("b", _, Some(flag)) => {
                Shown::Text(if matches!(flag.trim(), "1" | "true") { "TRUE" } else { "FALSE" }.into())
            }
            ("e", _, Some(error)) => Shown::Error(error.trim().to_owned()),
            ("d", _, Some(day)) => Shown::iso(day.trim()),
            ("" | "n", _, Some(text)) if !text.trim().is_empty() => match text.trim().parse::<f64>() {
                Ok(number) => {
                    let format = style.map_or(&Format::General, |style| &style.format);
                    Shown::number(number, format, self.since_1904)
                }
                Err(_) => Shown::Text(text.into()),
            },
            _ if formula.is_some() => Shown::NotComputed,
            _ => return Ok(()),
        };
        self.grid.put(at, shown, looks)
    }

    fn text(&self, text: &Text, looks: &mut Looks) -> Shown {
        looks.runs.clone_from(&text.runs);
        Shown::Text(text.plain.clone())
    }
}

/// The address to which a formula of links leads, if it says one.
pub fn link(formula: &str) -> Option<String> {
    let formula = formula.trim_start_matches(['=', '+']).trim_start();
    let inner = formula.get(..10).filter(|name| name.eq_ignore_ascii_case("HYPERLINK("))?;
    let inner = &formula[inner.len()..];
    let quoted = inner.trim_start().strip_prefix('"')?;
    let end = quoted.replace("\"\"", "\u{1}\u{1}").find('"')?;
    Some(quoted[..end].replace("\"\"", "\""))
}

/// `B4`, with or without its signs for fixed rows and columns.
fn place(name: &str) -> Option<Place> {
    let name = name.strip_prefix('$').unwrap_or(name);
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = name.split_at(letters);
    let digits = digits.strip_prefix('$').unwrap_or(digits);
    let mut column = 0u32;
    for letter in letters.bytes() {
        column = column.checked_mul(26)?.checked_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1)?;
    }
    Some(Place { row: digits.parse::<u32>().ok()?.checked_sub(1)?, column: column.checked_sub(1)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_escapes() {
        assert_eq!(place("B4"), Some(Place { row: 3, column: 1 }));
        assert_eq!(place("$AA$10"), Some(Place { row: 9, column: 26 }));
        for bad in ["", "4", "B", "B0", "ZZZZZZZZZZ1", "B99999999999"] {
            assert_eq!(place(bad), None, "{bad}");
        }
        assert_eq!(unescaped("a_x000D_b _x005F_x000D_ _xZZZZ_ _x0041"), "a\rb _x000D_ _xZZZZ_ _x0041");
    }

    #[test]
    fn links_of_formulas() {
        assert_eq!(link("HYPERLINK(\"https://example.com/t\",\"Ticket\")").as_deref(), Some("https://example.com/t"));
        assert_eq!(link("hyperlink(\"a\"\"b\")").as_deref(), Some("a\"b"));
        for none in ["HYPERLINK(A1)", "SUM(A1)", "", "HYPERLINK(\"open"] {
            assert_eq!(link(none), None, "{none}");
        }
    }
}
