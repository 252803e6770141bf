//! The tick-and-tie sheet: each test with what it found, the exhibits that it relies on, and room for a reviewer's ticks.

use std::collections::HashMap;

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, FormatUnderline, Url, Workbook, Worksheet,
};

use super::{SheetError, write_date};
use crate::model::{Date, Engagement, Id, Test};
use crate::package::{Exhibit, Exhibits};

/// A worksheet takes no more links.
const MAX_LINKS: usize = 65_000;

const TESTS: [(&str, f64); 21] = [
    ("Test", 12.0),
    ("Control", 12.0),
    ("Control title", 28.0),
    ("Criteria", 22.0),
    ("Procedure", 60.0),
    ("Population", 12.0),
    ("Sample", 10.0),
    ("Deviations", 12.0),
    ("Result", 18.0),
    ("Exception", 12.0),
    ("Tested by", 16.0),
    ("Tested on", 12.0),
    ("Reviewed by", 16.0),
    ("Exhibit", 14.0),
    ("Title", 30.0),
    ("File in the package", 44.0),
    ("SHA-256", 20.0),
    ("Agrees (tick)", 12.0),
    ("Tied to", 20.0),
    ("Initials", 10.0),
    ("Date", 12.0),
];
const SIGNATURES: [(&str, f64); 4] = [("Role", 30.0), ("Name", 30.0), ("Date", 14.0), ("Signature", 40.0)];

struct Formats {
    head: Format,
    body: Format,
    date: Format,
    link: Format,
}

/// The same bytes for the same engagement. Every text is written as text, so that none runs as a formula.
pub fn workbook(engagement: &Engagement, exhibits: &Exhibits) -> Result<Vec<u8>, SheetError> {
    let mut book = Workbook::new();
    let day = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let title = format!("{}: tick and tie", engagement.service_organization.system.value);
    book.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&day));
    let body = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let formats = Formats {
        head: Format::new().set_bold().set_background_color("#E8ECF2").set_border_bottom(FormatBorder::Thin),
        date: body.clone().set_num_format("yyyy-mm-dd"),
        link: body.clone().set_font_color("#1F4E9E").set_underline(FormatUnderline::Single),
        body,
    };
    tests(book.add_worksheet(), engagement, exhibits, &formats)?;
    signatures(book.add_worksheet(), engagement, &formats)?;
    Ok(book.save_to_buffer()?)
}

fn head(sheet: &mut Worksheet, name: &str, columns: &[(&str, f64)], formats: &Formats) -> Result<(), SheetError> {
    sheet.set_name(name)?;
    for (column, (title, width)) in (0u16..).zip(columns) {
        sheet.set_column_width(column, *width)?;
        sheet.write_string_with_format(0, column, *title, &formats.head)?;
    }
    sheet.set_freeze_panes(1, 1)?;
    sheet.set_landscape();
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    Ok(())
}

/// A row for each test and exhibit, so that each exhibit has its own tick; one row for a test without any.
fn tests(sheet: &mut Worksheet, e: &Engagement, exhibits: &Exhibits, formats: &Formats) -> Result<(), SheetError> {
    head(sheet, "Tests", &TESTS, formats)?;
    let mut by_test: HashMap<&Id, Vec<&Exhibit>> = HashMap::new();
    for exhibit in &exhibits.items {
        exhibit.tests.iter().for_each(|test| by_test.entry(test).or_default().push(exhibit));
    }
    let (mut row, mut links) = (0, 0);
    for test in &e.tests {
        let relied_on = by_test.get(&test.id.value).map_or(&[][..], Vec::as_slice);
        for exhibit in relied_on.iter().map(Some).chain(relied_on.is_empty().then_some(None)) {
            row += 1;
            test_cells(sheet, row, e, test, formats)?;
            for column in 13..21 {
                sheet.write_blank(row, column, &formats.body)?;
            }
            let Some(exhibit) = exhibit else { continue };
            sheet.write_string_with_format(row, 13, exhibit.id.as_str(), &formats.body)?;
            text(sheet, row, 14, exhibit.title.as_deref(), formats)?;
            links += 1;
            if links <= MAX_LINKS {
                let url = Url::new(target(&exhibit.archive_path)).set_text(&exhibit.archive_path);
                sheet.write_url_with_format(row, 15, url, &formats.link)?;
            } else {
                sheet.write_string_with_format(row, 15, &exhibit.archive_path, &formats.body)?;
            }
            sheet.write_string_with_format(row, 16, &exhibit.sha256, &formats.body)?;
        }
    }
    sheet.autofilter(0, 0, row, u16::try_from(TESTS.len() - 1).unwrap_or(u16::MAX))?;
    Ok(())
}

fn test_cells(
    sheet: &mut Worksheet,
    row: u32,
    e: &Engagement,
    test: &Test,
    formats: &Formats,
) -> Result<(), SheetError> {
    let control = e.controls.iter().find(|control| control.id.value == test.control.value);
    let criteria: Vec<&str> = control.iter().flat_map(|control| &control.criteria).map(|id| id.as_str()).collect();
    let criteria = criteria.join("; ");
    let plain = [
        (0, Some(test.id.as_str())),
        (1, Some(test.control.as_str())),
        (2, control.and_then(|control| control.title.as_ref()).map(|title| title.as_str())),
        (3, Some(criteria.as_str())),
        (4, Some(test.procedure.text.as_str())),
        (8, Some(test.result.value.key())),
        (9, test.exception.as_ref().map(|id| id.as_str())),
        (10, test.tester.as_ref().map(|name| name.as_str())),
        (12, test.reviewer.as_ref().map(|name| name.as_str())),
    ];
    for (column, value) in plain {
        text(sheet, row, column, value, formats)?;
    }
    for (column, count) in [(5, test.population()), (6, test.sample()), (7, test.deviations())] {
        match count.map(u32::try_from) {
            None => sheet.write_blank(row, column, &formats.body)?,
            Some(Ok(count)) => sheet.write_number_with_format(row, column, count, &formats.body)?,
            Some(Err(_)) => {
                sheet.write_string_with_format(row, column, count.unwrap_or_default().to_string(), &formats.body)?
            }
        };
    }
    date(sheet, row, 11, test.tested_on.as_ref().map(|day| day.value), formats)
}

fn signatures(sheet: &mut Worksheet, e: &Engagement, formats: &Formats) -> Result<(), SheetError> {
    head(sheet, "Sign-offs", &SIGNATURES, formats)?;
    for (row, signoff) in (1u32..).zip(&e.signoffs) {
        text(sheet, row, 0, Some(signoff.role.value.key()), formats)?;
        text(sheet, row, 1, signoff.name.as_ref().map(|name| name.as_str()), formats)?;
        date(sheet, row, 2, Some(signoff.date.value), formats)?;
        sheet.write_blank(row, 3, &formats.body)?;
    }
    Ok(())
}

fn text(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    value: Option<&str>,
    formats: &Formats,
) -> Result<(), SheetError> {
    match value.filter(|value| !value.is_empty()) {
        Some(value) => sheet.write_string_with_format(row, column, value, &formats.body)?,
        None => sheet.write_blank(row, column, &formats.body)?,
    };
    Ok(())
}

fn date(sheet: &mut Worksheet, row: u32, column: u16, day: Option<Date>, formats: &Formats) -> Result<(), SheetError> {
    match day {
        Some(day) => write_date(sheet, row, column, day, &formats.date),
        None => text(sheet, row, column, None, formats),
    }
}

/// Where a link to a file of the package leads. The writer of workbooks escapes what a link may not contain, but takes `#` for
/// the beginning of a place within a file, unless it sees that a link is escaped already.
fn target(path: &str) -> String {
    let escaped = |path: &str| {
        let hard =
            |c: char| (c == '#' || c == '%' || " \"`<>[]^{}".contains(c)).then(|| format!("%{:02X}", u32::from(c)));
        path.chars().map(|c| hard(c).unwrap_or_else(|| c.to_string())).collect::<String>()
    };
    let link = match path.rsplit_once('/') {
        _ if path.contains(['%', ' ', '[', ']', '^', '{', '}', '`']) => escaped(path),
        // It would not see it: the folder, which holds nothing but the file.
        Some((folder, name)) if name.contains('#') => folder.to_owned(),
        _ => path.to_owned(),
    };
    format!("file:///{link}")
}
