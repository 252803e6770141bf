//! Tables as CSV.

use crate::load::raw_tables::{CellValue, Table};

/// A table with its heads. Text that begins like a formula gets a blank before it, so that no spreadsheet runs it;
/// readers of the engagement folder trim it away.
pub fn table(table: &Table) -> String {
    let mut text = line(table.columns.iter().map(|column| column.name.to_owned()));
    for row in &table.rows {
        text.push_str(&line(row.iter().map(|cell| match cell.as_ref().map(|cell| &cell.value) {
            None => String::new(),
            Some(CellValue::Text(text)) => harmless(text),
            Some(CellValue::Number(number)) => number.to_string(),
            Some(CellValue::Flag(flag)) => flag.to_string(),
            Some(CellValue::Date(date)) => date.to_string(),
        })));
    }
    text
}

/// Cells as one line, quoted where they have to be.
pub fn line(cells: impl Iterator<Item = String>) -> String {
    let quoted = cells.map(|cell| {
        if cell.contains([',', '"', '\n', '\r', ';', '\t']) || cell.starts_with(' ') || cell.ends_with(' ') {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell
        }
    });
    quoted.collect::<Vec<_>>().join(",") + "\n"
}

fn harmless(text: &str) -> String {
    let text = text.trim();
    if text.starts_with(['=', '+', '-', '@']) { format!(" {text}") } else { text.to_owned() }
}
