//! Workbooks (XLSX, XLSM, XLS, ODS) into sheets of located cells. Formulas count by the values that they last had.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

pub use super::grid::Named;
use super::rules;
use super::{ods, xls, xlsx};
use crate::diagnostics::{Diagnostic, Findings, Source};

/// Largest workbook that is read, as it lies on disk, in bytes.
const FILE_LIMIT: u64 = 128 * 1024 * 1024;

/// The sheets of a workbook that can be seen. Hidden sheets and rows are findings.
pub fn parse(path: &Path, source: &Arc<Source>, findings: &mut Findings) -> Vec<Named> {
    let read = open(path).and_then(|file| match path.extension().and_then(|e| e.to_str()) {
        Some("xlsx" | "xlsm") => xlsx::read(&file, source, findings),
        Some("ods") => ods::read(&file, source, findings),
        _ => xls::read(&file, source, findings),
    });
    match read {
        Ok(sheets) => sheets.list,
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
