//! Workbooks that the program writes.

mod points;
mod tables;
mod tick_and_tie;

pub use points::workbook as points;
pub use tables::workbook as tables;
pub use tick_and_tie::workbook as tick_and_tie;

use rust_xlsxwriter::{ExcelDateTime, Format, Worksheet};

use crate::model::Date;

/// What can go wrong while a workbook is written.
#[derive(Debug, thiserror::Error)]
#[error("cannot make the workbook: {0}")]
pub struct SheetError(#[from] rust_xlsxwriter::XlsxError);

/// A date as a date, or as text where the format has none.
fn write_date(sheet: &mut Worksheet, row: u32, column: u16, day: Date, format: &Format) -> Result<(), SheetError> {
    use chrono::Datelike as _;
    match (u16::try_from(day.year()), u8::try_from(day.month()), u8::try_from(day.day())) {
        (Ok(year), Ok(month), Ok(of_month)) if year >= 1900 => {
            let value = ExcelDateTime::from_ymd(year, month, of_month)?;
            sheet.write_datetime_with_format(row, column, value, format)?
        }
        _ => sheet.write_string_with_format(row, column, day.to_string(), format)?,
    };
    Ok(())
}
