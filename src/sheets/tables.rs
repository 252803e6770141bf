//! The tables of an engagement as a workbook that a client or a tester fills in, and that is read back as it is.

use std::collections::BTreeMap;

use rust_xlsxwriter::{
    DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Note, ProtectionOptions, Workbook,
    Worksheet,
};

use super::{SheetError, write_date};
use crate::diagnostics::{Findings, Origin, Place};
use crate::load::raw_tables::{CellValue, Table, TableColumn};

/// Rows below the data that have drop-downs and formats too, for new records.
const SPARE_ROWS: u32 = 200;
/// Excel takes at most so many characters for the words of a drop-down.
const WORDS_LIMIT: usize = 255;
/// Sheet with instructions, which readers leave alone.
const READ_ME: &str = "Read me";

/// Findings by file and place.
type Notes<'f> = BTreeMap<(String, usize), Vec<String>>;

/// The same bytes for the same tables. Every text is written as text, so that none runs as a formula.
pub fn workbook(title: &str, tables: &[Table], findings: &Findings) -> Result<Vec<u8>, SheetError> {
    let mut book = Workbook::new();
    let day = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&day));
    let notes = notes(findings);
    read_me(book.add_worksheet(), title, tables)?;
    for table in tables {
        sheet(book.add_worksheet(), table, &notes)?;
    }
    if book.worksheets().len() > 1 {
        book.worksheet_from_index(1)?.set_active(true);
    }
    Ok(book.save_to_buffer()?)
}

fn notes(findings: &Findings) -> Notes<'_> {
    let mut notes: Notes = BTreeMap::new();
    for finding in findings.iter() {
        let Some(origin) = &finding.origin else { continue };
        let mut text = format!("{} [{}]: {}", finding.severity.name(), finding.rule.id, finding.message);
        if let Some(help) = &finding.help {
            text.push_str(&format!("\n{help}"));
        }
        notes.entry((origin.source.name().to_owned(), origin.sort_key().1)).or_default().push(text);
    }
    notes
}

/// What was found at a value, or within it.
fn found(notes: &Notes, origin: &Origin) -> Option<String> {
    let name = origin.source.name().to_owned();
    let (from, to) = match &origin.place {
        Place::Span(span) => (span.start, span.end.max(span.start + 1)),
        Place::Cell(_) => (origin.sort_key().1, origin.sort_key().1 + 1),
        Place::File | Place::Line(_) => return None,
    };
    let texts: Vec<&str> =
        notes.range((name.clone(), from)..(name, to)).flat_map(|(_, t)| t).map(String::as_str).collect();
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}

fn read_me(sheet: &mut Worksheet, title: &str, tables: &[Table]) -> Result<(), SheetError> {
    sheet.set_name(READ_ME)?;
    sheet.set_column_width(0, 26)?;
    sheet.set_column_width(1, 28)?;
    sheet.set_column_width(2, 90)?;
    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.write_string_with_format(0, 0, title, &bold.clone().set_font_size(14))?;
    let lines = [
        "Each sheet is a table; each row below the heads is a record. Leave the heads as they are.",
        "Several ids, criteria or texts stand in one cell with ; between them. Dates are dates, or written 2025-12-31.",
        "Ids that are given cannot be changed while the sheet is protected; new rows can be added below.",
        "Comments at cells are what the review found there.",
    ];
    for (row, line) in (1u32..).zip(lines) {
        sheet.write_string(row, 0, line)?;
    }
    let mut row = 6;
    for (column, head) in (0u16..).zip(["Table", "Column", "Meaning"]) {
        sheet.write_string_with_format(row, column, head, &bold)?;
    }
    for table in tables {
        for column in &table.columns {
            row += 1;
            sheet.write_string_with_format(row, 0, table.name, &wrapped)?;
            let required = if column.required { " (required)" } else { "" };
            sheet.write_string_with_format(row, 1, format!("{}{required}", column.name), &wrapped)?;
            sheet.write_string_with_format(row, 2, column.doc, &wrapped)?;
        }
    }
    Ok(())
}

fn width(column: &TableColumn) -> f64 {
    match column.name {
        "description" | "procedure" | "text" | "nature" | "response" | "result_text" | "service" => 60.0,
        "id" | "control" | "sample" | "population" | "deviations" => 14.0,
        _ if !column.words.is_empty() || column.is_date => 16.0,
        _ => 26.0,
    }
}

fn sheet(sheet: &mut Worksheet, table: &Table, notes: &Notes) -> Result<(), SheetError> {
    sheet.set_name(table.name)?;
    let head = Format::new().set_bold().set_background_color("#E8ECF2").set_border_bottom(FormatBorder::Thin);
    let body = Format::new().set_text_wrap().set_align(FormatAlign::Top).set_unlocked();
    // Text cells are text cells, so that what is typed into them stays as it is.
    let text = body.clone().set_num_format("@");
    let date = body.clone().set_num_format("yyyy-mm-dd");
    let locked = Format::new().set_text_wrap().set_align(FormatAlign::Top).set_num_format("@");
    let rows = u32::try_from(table.rows.len()).unwrap_or(u32::MAX - SPARE_ROWS - 1);
    for (number, column) in (0u16..).zip(&table.columns) {
        sheet.set_column_width(number, width(column))?;
        sheet.write_string_with_format(0, number, column.name, &head)?;
        sheet.insert_note(0, number, &Note::new(column.doc).set_author("socpress"))?;
        if !column.words.is_empty() && column.words.iter().map(|w| w.len() + 1).sum::<usize>() < WORDS_LIMIT {
            let words = DataValidation::new().allow_list_strings(&column.words)?;
            sheet.add_data_validation(1, number, rows + SPARE_ROWS, number, &words)?;
        }
        for row in rows + 1..=rows + SPARE_ROWS {
            sheet.write_blank(row, number, if column.is_date { &date } else { &text })?;
        }
    }
    for (row, cells) in (1u32..).zip(&table.rows) {
        for ((number, column), cell) in (0u16..).zip(&table.columns).zip(cells) {
            let format = if column.name == "id" && cell.is_some() {
                &locked
            } else if column.is_date {
                &date
            } else {
                &text
            };
            let Some(cell) = cell else {
                sheet.write_blank(row, number, format)?;
                continue;
            };
            match &cell.value {
                CellValue::Text(value) => sheet.write_string_with_format(row, number, value, format)?,
                CellValue::Flag(flag) => {
                    sheet.write_string_with_format(row, number, if *flag { "true" } else { "false" }, format)?
                }
                CellValue::Number(value) => match i32::try_from(*value) {
                    Ok(value) => sheet.write_number_with_format(row, number, value, &body)?,
                    Err(_) => sheet.write_string_with_format(row, number, value.to_string(), format)?,
                },
                CellValue::Date(value) => {
                    write_date(sheet, row, number, *value, &date)?;
                    &mut *sheet
                }
            };
            if let Some(said) = found(notes, &cell.origin) {
                sheet.insert_note(row, number, &Note::new(said).set_author("socpress"))?;
            }
        }
    }
    let last = u16::try_from(table.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    sheet.autofilter(0, 0, rows, last)?;
    sheet.set_freeze_panes(1, 1)?;
    let options = ProtectionOptions {
        insert_rows: true,
        delete_rows: true,
        sort: true,
        use_autofilter: true,
        format_cells: true,
        format_columns: true,
        format_rows: true,
        ..ProtectionOptions::default()
    };
    sheet.protect_with_options(&options);
    sheet.set_landscape();
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    Ok(())
}
