//! CSV into rows of located cells.

use std::ops::Range;
use std::sync::Arc;

use csv_core::{ReadFieldResult, ReaderBuilder};

use super::rules;
use super::sheet::{self, Sheet};
use crate::diagnostics::{Diagnostic, Findings, Origin, Source};

/// Separators tried on the first row, in order of preference when they are equally frequent.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// A cell of the text.
#[derive(Debug, Clone)]
struct Cell {
    text: String,
    span: Range<usize>,
}

/// Reads a file into a sheet. A quote that never closes is an error at the place where it opens.
pub fn parse(source: &Arc<Source>, findings: &mut Findings) -> Option<Sheet> {
    let text = source.text();
    let (start, delimiter) = dialect(text);
    let (mut rows, unclosed) = split(text, start, delimiter);
    if let Some(at) = unclosed {
        findings.push(
            Diagnostic::new(&rules::CSV_SYNTAX, "a quoted cell begins here and never ends")
                .at(&Origin::span(source, at..at + 1))
                .help("end the cell with \"; a quote within a cell is written twice: \"\""),
        );
        return None;
    }
    rows.retain(|row| row.iter().any(|cell| !cell.text.trim().is_empty()));
    if rows.is_empty() {
        findings.push(
            Diagnostic::new(&rules::CSV_SYNTAX, "the file is empty: its first row names the columns").in_file(source),
        );
        return None;
    }
    let cell = |cell: Cell| sheet::Cell {
        // What a workbook wrote for a line end, and another program took for text.
        text: cell.text.replace("_x000D_", "").into(),
        origin: Origin::span(source, cell.span),
        more: None,
    };
    let rows = rows.into_iter().map(|row| row.into_iter().map(cell).enumerate().collect()).collect();
    Some(Sheet::new(rows, source, Vec::new()))
}

/// Where the data begins and what separates its cells: `sep=;` if it is said, else the separator that the first row has
/// most of outside quotes.
fn dialect(text: &str) -> (usize, u8) {
    let first = text.lines().next().unwrap_or("");
    if let Some(said) = first.strip_prefix("sep=")
        && let &[delimiter] = said.trim_end_matches('\r').as_bytes()
    {
        return ((first.len() + 1).min(text.len()), delimiter);
    }
    let mut counts = [0usize; DELIMITERS.len()];
    let mut quoted = false;
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted && counts.iter().any(|c| *c > 0) => break,
            _ if quoted => {}
            _ => {
                if let Some(i) = DELIMITERS.iter().position(|d| *d == byte) {
                    counts[i] += 1;
                }
            }
        }
    }
    let best = (0..DELIMITERS.len()).rev().max_by_key(|i| counts[*i]).unwrap_or(0);
    (0, DELIMITERS[best])
}

/// Splits into cells, with CR, LF or CRLF as line ends, keeping the byte range of each. Returns the offset of a quote
/// that never closes.
fn split(text: &str, start: usize, delimiter: u8) -> (Vec<Vec<Cell>>, Option<usize>) {
    let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
    let bytes = text.as_bytes();
    let mut rows = Vec::new();
    let mut row = Vec::new();
    // A cell is never longer than what it is read from.
    let mut output = vec![0; bytes.len().saturating_sub(start) + 1];
    let (mut at, mut written) = (start, 0);
    let mut begin = at;
    loop {
        let (result, consumed, produced) = reader.read_field(&bytes[at..], &mut output[written..]);
        at += consumed;
        written += produced;
        match result {
            ReadFieldResult::InputEmpty => {}
            ReadFieldResult::OutputFull => output.resize(output.len() * 2, 0),
            ReadFieldResult::Field { record_end } => {
                let span = trimmed(bytes, begin..at, delimiter);
                let raw = &bytes[span.clone()];
                if raw.first() == Some(&b'"') && raw.iter().filter(|b| **b == b'"').count() % 2 == 1 {
                    return (rows, Some(span.start));
                }
                row.push(Cell { text: String::from_utf8_lossy(&output[..written]).into_owned(), span });
                if record_end {
                    rows.push(std::mem::take(&mut row));
                }
                (begin, written) = (at, 0);
            }
            ReadFieldResult::End => return (rows, None),
        }
    }
}

/// A cell's range without the line end before it and the separator or line end behind it.
fn trimmed(bytes: &[u8], range: Range<usize>, delimiter: u8) -> Range<usize> {
    let (mut start, mut end) = (range.start, range.end);
    while start < end && matches!(bytes[start], b'\n' | b'\r') {
        start += 1;
    }
    if start < end && (bytes[end - 1] == delimiter || matches!(bytes[end - 1], b'\n' | b'\r')) {
        end -= 1;
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        let (start, delimiter) = dialect(text);
        let (rows, unclosed) = split(text, start, delimiter);
        assert_eq!(unclosed, None);
        rows.into_iter().map(|row| row.into_iter().map(|c| c.text).collect()).collect()
    }

    #[test]
    fn quotes_line_ends_and_separators() {
        assert_eq!(cells("a,b\r\n\"x \"\"y\"\", z\",2\n"), [vec!["a", "b"], vec!["x \"y\", z", "2"]]);
        assert_eq!(cells("a;b\rone;\"two\nlines\""), [vec!["a", "b"], vec!["one", "two\nlines"]]);
        assert_eq!(cells("sep=|\na|b,c"), [vec!["a", "b,c"]]);
        assert_eq!(cells("a\tb\tc;d\n1\t2\t3"), [vec!["a", "b", "c;d"], vec!["1", "2", "3"]]);
    }

    #[test]
    fn a_head_row_decides_the_separator() {
        assert_eq!(cells("ref;text;more\nR,1,2;x,y;z"), [vec!["ref", "text", "more"], vec!["R,1,2", "x,y", "z"]]);
    }

    #[test]
    fn an_unclosed_quote_is_found_where_it_opens() {
        let text = "id,text\nA,\"never closed\nB,next";
        assert_eq!(split(text, 0, b',').1, text.find('"'));
    }

    #[test]
    fn spans_are_those_of_the_cells() {
        let text = "id,text\nÄ,\"q\"\n";
        let (rows, _) = split(text, 0, b',');
        assert_eq!(&text[rows[1][0].span.clone()], "Ä");
        assert_eq!(&text[rows[1][1].span.clone()], "\"q\"");
    }
}
