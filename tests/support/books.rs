//! Workbooks made in code, and as raw parts for what no library writes.

use std::io::{Cursor, Write as _};
use std::path::Path;

use rust_xlsxwriter::{Workbook, Worksheet};
use zip::write::SimpleFileOptions;

use super::engagement::COMMON_CRITERIA;
use super::run::Run;
use super::tools::{output, tool};

/// A workbook made in code, as another program would save it.
pub fn workbook(make: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    make(&mut book);
    book.save_to_buffer().expect("a workbook")
}

/// Writes rows of texts from a row on.
pub fn fill(sheet: &mut Worksheet, from: u32, rows: &[&[&str]]) {
    for (row, cells) in (from..).zip(rows) {
        for (column, text) in (0u16..).zip(*cells) {
            if !text.is_empty() {
                sheet.write_string(row, column, *text).expect("a cell");
            }
        }
    }
}

/// All criteria of the base engagement in one cell.
pub fn everything() -> String {
    COMMON_CRITERIA.join("; ")
}

fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a part");
        zip.write_all(text.as_bytes()).expect("written");
    }
    zip.finish().expect("finished").into_inner()
}

/// A workbook with one sheet, whose XML is given.
pub fn raw_xlsx(sheet: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    archive(&[
        (
            "_rels/.rels",
            &format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            &format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{relations}\"><sheets><sheet name=\"Raw\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", &format!("<worksheet xmlns=\"{main}\">{sheet}</worksheet>")),
    ])
}

/// An ODS file with the given styles and sheets.
pub fn raw_ods(styles: &str, sheets: &str) -> Vec<u8> {
    let names = ["office", "table", "text", "style"]
        .map(|name| format!(" xmlns:{name}=\"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0\""))
        .concat();
    let fo = " xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\"";
    let content = format!(
        "<office:document-content{names}{fo}><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>"
    );
    archive(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content)])
}

/// The same workbook in another format, as another program saves it.
pub fn converted(xlsx: &[u8], format: &str) -> Vec<u8> {
    let temp = tempfile::tempdir().expect("a folder");
    let path = temp.path().join("book.xlsx");
    std::fs::write(&path, xlsx).expect("a file");
    let profile = format!("-env:UserInstallation=file://{}", temp.path().join("profile").display());
    let convert = ["--headless", "--convert-to", format, "--outdir"];
    output(tool("soffice").arg(profile).args(convert).arg(temp.path()).arg(&path));
    std::fs::read(Path::new(temp.path()).join(format!("book.{format}"))).expect("a converted workbook")
}

/// The cells and the messages of the findings of a rule, in their order.
pub fn told(run: &Run, rule: &str) -> Vec<(String, String)> {
    let json = run.json();
    let findings = json["findings"].as_array().cloned().unwrap_or_default();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let of_rule = findings.iter().filter(|finding| finding["rule"] == rule);
    of_rule.map(|finding| (text(&finding["at"]["cell"]), text(&finding["message"]))).collect()
}
