//! Workbooks that the program writes.

mod points;
mod tables;

pub use points::workbook as points;
pub use tables::workbook as tables;

/// What can go wrong while a workbook is written.
#[derive(Debug, thiserror::Error)]
#[error("cannot make the workbook: {0}")]
pub struct SheetError(#[from] rust_xlsxwriter::XlsxError);
