//! The points of the review as a workbook, to be answered and cleared.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook};

use super::SheetError;
use crate::compose::Point;

const COLUMNS: [(&str, f64); 8] = [
    ("No.", 6.0),
    ("Rule", 10.0),
    ("Severity", 10.0),
    ("Place", 28.0),
    ("Finding", 60.0),
    ("Help", 40.0),
    ("Response", 40.0),
    ("Cleared by", 22.0),
];

/// The same bytes for the same points. Every text is written as text, so that none runs as a formula.
pub fn workbook(title: &str, points: &[Point]) -> Result<Vec<u8>, SheetError> {
    let mut book = Workbook::new();
    let day = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&day));
    let sheet = book.add_worksheet();
    sheet.set_name("Points")?;
    let head = Format::new().set_bold().set_background_color("#E8ECF2").set_border_bottom(FormatBorder::Thin);
    let body = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (column, (name, width)) in (0u16..).zip(COLUMNS) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, name, &head)?;
    }
    for (row, point) in (1u32..).zip(points) {
        sheet.write_number_with_format(row, 0, u32::try_from(point.number).unwrap_or(u32::MAX), &body)?;
        let texts = [
            point.rule,
            point.severity.name(),
            &point.place,
            &point.finding,
            point.help.as_deref().unwrap_or_default(),
            &point.response,
            &point.cleared_by,
        ];
        for (column, text) in (1u16..).zip(texts) {
            sheet.write_string_with_format(row, column, text, &body)?;
        }
    }
    let last = u32::try_from(points.len()).unwrap_or(u32::MAX);
    sheet.autofilter(0, 0, last, u16::try_from(COLUMNS.len() - 1).unwrap_or(u16::MAX))?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_landscape();
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    Ok(book.save_to_buffer()?)
}
