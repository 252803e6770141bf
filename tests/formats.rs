//! Sheets in every format and encoding read the same, and none of them can exhaust the memory (H18).

mod support;

use std::io::Write as _;
use std::process::Command;

use rust_xlsxwriter::{ExcelDateTime, Format};
use support::{Engagement, converted, error, everything, fill, listed, raw_ods, raw_xlsx, told, warning, workbook};

/// A matrix with what formats keep in their own ways: merged cells, a day, a share, a number with a format, strikes,
/// hidden rows, columns and sheets.
fn book() -> Vec<u8> {
    let all = everything();
    let day = ExcelDateTime::from_ymd(2025, 3, 1).expect("a day");
    let shown = |format: &str| Format::new().set_num_format(format);
    workbook(|book| {
        let sheet = book.add_worksheet().set_name("Matrix").expect("a name");
        sheet.merge_range(0, 0, 0, 4, "Control matrix", &Format::new()).expect("merged");
        fill(sheet, 1, &[&["Control ID", "Control Description", "Criteria", "Owner", "in_force_from"]]);
        fill(sheet, 2, &[&["", "The lead looks after everything.\nEach day.", &all, "Lead", ""]]);
        sheet.write_number_with_format(2, 0, 1.1, &shown("0.00")).expect("a number");
        sheet.write_datetime_with_format(2, 4, day, &shown("yyyy-mm-dd")).expect("a date");
        fill(sheet, 3, &[&["B-1", "The desk reads Łódź & Zoë's log.", "CC6.1", "Desk", ""]]);
        sheet.set_row_hidden(3).expect("a hidden row");
        fill(sheet, 4, &[&["", "The desk is open.", "CC6.1", "Desk", ""]]);
        sheet.write_string_with_format(4, 0, "B-2", &Format::new().set_font_strikethrough()).expect("struck");
        sheet.set_column_hidden(3).expect("a hidden column");
        let old = book.add_worksheet().set_name("Old").expect("a name");
        fill(old, 0, &[&["Control ID", "Control Description", "Criteria"], &["OLD-1", "Last year's.", "CC6.1"]]);
        old.set_hidden(true);
    })
}

fn matrix(name: &str, bytes: impl AsRef<[u8]>) -> Engagement {
    Engagement::type_1().matrix(name, bytes)
}

#[test]
fn every_format_of_a_workbook_reads_the_same() {
    let xlsx = book();
    let mut read = Vec::new();
    for (name, bytes) in [
        ("controls.xlsx", xlsx.clone()),
        ("controls.ods", converted(&xlsx, "ods")),
        ("controls.xls", converted(&xlsx, "xls")),
    ] {
        let engagement = matrix(name, bytes);
        let run = engagement.check();
        let found: Vec<_> = run.findings().into_iter().filter(|f| f.rule.starts_with("INP")).collect();
        let texts: Vec<String> = found.iter().map(|f| format!("{} {}", f.rule, f.message)).collect();
        for expected in [
            "INP-25 the sheet `Old` is hidden, so it is not used",
            "INP-25 hidden rows of `Matrix` are used all the same: 4",
            "INP-25 what stands in hidden columns is used all the same: `Owner`",
            "INP-24 `B-2` is struck through, and is used all the same",
        ] {
            assert!(texts.iter().any(|text| text == expected), "{name}: {expected}\n{}", listed(&found));
        }
        assert_eq!(found.len(), 4, "{name}\n{}", listed(&found));
        assert_eq!(run.json()["counts"]["controls"], 3, "{name}");
        let report = engagement.report();
        report.says("1.10");
        report.says("The desk reads Łódź & Zoë's log.");
        report.says_not("OLD-1");
        read.push(report.text().to_owned());
    }
    assert!(read.windows(2).all(|pair| pair[0] == pair[1]), "the reports differ");
}

#[test]
fn form_of_text_in_ods() {
    let styles = "<style:style style:name=\"T1\" style:family=\"text\"><style:text-properties fo:font-weight=\"bold\"/></style:style>\
                  <style:style style:name=\"T2\" style:family=\"text\"><style:text-properties style:text-line-through-style=\"solid\"/></style:style>";
    let text = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let row = |cells: [&str; 3]| format!("<table:table-row>{}</table:table-row>", cells.map(text).concat());
    let all = everything();
    let rich = "The <text:span text:style-name=\"T1\">desk</text:span> reads<text:s text:c=\"2\"/>it<text:span text:style-name=\"T2\"> hourly</text:span>.</text:p><text:p>Each &amp; every day.";
    let sheets = format!(
        "<table:table table:name=\"M\"><table:table-column table:number-columns-repeated=\"1024\"/>{}{}{}<table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"1024\"/></table:table-row></table:table>",
        row(["Control ID", "Control Description", "Criteria"]),
        row(["ALL-1", "The lead looks after everything.", &all]),
        row(["R-1", rich, "CC6.1"]),
    );
    let engagement = matrix("controls.ods", raw_ods(styles, &sheets));
    assert_eq!(
        told(&engagement.check(), "INP-24"),
        [("B3".into(), "`hourly` is struck through, and is used all the same".into())]
    );
    engagement.report().says("The desk reads it hourly. Each & every day.");
}

#[test]
fn encodings_of_text() {
    let all = everything();
    let csv = format!(
        "id,description,criteria\nALL-1,Zoë’s café reads the log.,{all}\nALL-2,The deputy looks after everything each week.,{all}\n"
    );
    let utf16 = |order: fn(u16) -> [u8; 2]| csv.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let windows: Vec<u8> = csv
        .chars()
        .map(|c| match c {
            '’' => 0x92,
            c => u8::try_from(u32::from(c)).expect("a letter of Windows-1252"),
        })
        .collect();
    for (bytes, told) in [
        (utf16(u16::to_le_bytes), "was read as UTF-16LE"),
        (utf16(u16::to_be_bytes), "was read as UTF-16BE"),
        (windows, "was read as windows-1252: look at `Zoë’s` in line 2"),
    ] {
        let engagement = matrix("controls.csv", bytes);
        engagement.finds_only([warning("INP-29", told).in_file("controls.csv").helps("UTF-8")]);
        engagement.report().says("Zoë’s café reads the log.");
    }
    // The line separator of Unicode in cells, and letters of other scripts, in what spreadsheets call Unicode text.
    let text = format!(
        "id\tdescription\tcriteria\r\nALL-1\t\"Inspected:\n1) the \"\"approved by\"\" field\n2) 記録\"\t{all}\r\n"
    );
    let bytes: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let engagement = matrix("controls.txt", bytes);
    assert!(engagement.check().findings().iter().all(|f| !f.rule.starts_with("INP")));
    engagement.report().says("the \"approved by\" field");
}

#[test]
fn what_is_no_text_is_refused() {
    for (bytes, told) in [(book(), "INP-03"), (b"id,description\n\0\0\0\xff\xfe\x01".to_vec(), "INP-03")] {
        let run = matrix("controls.csv", bytes).check();
        assert!(!run.found(told).is_empty(), "{}", listed(&run.findings()));
        assert!(run.found("INP-29").is_empty());
    }
    // The other rooms take UTF-8 only.
    Engagement::type_2()
        .file("acronyms.toml", b"[[acronyms]]\nshort = \"ETA\"\nlong = \"Ank\xfcnfte\"\n")
        .refuses([error("INP-03", "byte 0xFC in line 3; it looks like windows-1252").in_file("acronyms.toml")]);
}

// --- Bounded memory ------------------------------------------------------------------------------------------------

/// Runs `check` with so much memory at most, in MiB.
fn checked_within(engagement: &Engagement, limit: usize) -> String {
    let script = format!("ulimit -v {}; exec \"$0\" check --color never \"$1\"", limit * 1024);
    let run = Command::new("sh").args(["-c", &script, env!("CARGO_BIN_EXE_socpress")]).arg(engagement.path()).output();
    let run = run.expect("the program starts");
    assert_eq!(run.status.code(), Some(1), "{run:?}");
    String::from_utf8_lossy(&run.stderr).into_owned()
}

#[test]
fn bombs_are_refused_in_bounded_memory() {
    // A few bytes that stand for millions of cells with text.
    let full = "<table:table-cell office:value-type=\"string\" table:number-columns-repeated=\"16000\"><text:p>x</text:p></table:table-cell>";
    let ods = raw_ods(
        "",
        &format!(
            "<table:table table:name=\"M\"><table:table-row table:number-rows-repeated=\"1000000\">{full}</table:table-row></table:table>"
        ),
    );
    // Rows without end, and merged cells that would fill the sheet again and again.
    let merged: String =
        (0..400).map(|n| format!("<mergeCell ref=\"A{}:BXX{}\"/>", n * 2000 + 1, n * 2000 + 2000)).collect();
    let cells: String =
        (0..400).map(|n| format!("<row r=\"{0}\"><c r=\"A{0}\" t=\"str\"><v>x</v></c></row>", n * 2000 + 1)).collect();
    let filled = raw_xlsx(&format!("<sheetData>{cells}</sheetData><mergeCells>{merged}</mergeCells>"));
    for (name, bytes) in [("controls.ods", ods), ("controls.xlsx", filled)] {
        assert!(bytes.len() < 100_000);
        let told = checked_within(&matrix(name, bytes), 900);
        assert!(told.contains("INP-01") && told.contains("more than 2000000 cells"), "{name}: {told}");
    }
}

/// The library that reads XLS holds every cell between the first and the last.
#[test]
fn an_xls_file_whose_cells_stand_far_apart() {
    let sheets = workbook(|book| {
        for name in ["One", "Two"] {
            let sheet = book.add_worksheet().set_name(name).expect("a name");
            fill(sheet, 0, &[&["Control ID", "Control Description", "Criteria"]]);
            sheet.write_string(65_535, 255, "far away").expect("text");
        }
    });
    let told = checked_within(&matrix("controls.xls", converted(&sheets, "xls")), 900);
    assert!(told.contains("INP-01") && told.contains("its sheets span 33554432 cells"), "{told}");
}

#[test]
fn a_part_that_is_longer_than_it_says() {
    let mut bomb = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    bomb.start_file("content.xml", zip::write::SimpleFileOptions::default().large_file(true)).expect("an entry");
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..400 {
        bomb.write_all(&blanks).expect("written");
    }
    let bytes = bomb.finish().expect("finished").into_inner();
    matrix("controls.ods", bytes).finds([error("INP-01", "it unpacks to 419430400 bytes").in_file("controls.ods")]);
    // Damaged files say so.
    for (name, bytes) in [
        ("controls.ods", &b"PK\x03\x04nothing"[..]),
        ("controls.xls", b"\xd0\xcf\x11\xe0nothing"),
        ("controls.xlsx", b""),
    ] {
        matrix(name, bytes)
            .finds([error("INP-01", "cannot be read as a workbook").in_file(name).helps("save it anew")]);
    }
    let cut = raw_xlsx("<sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>Control ID</v>");
    matrix("controls.xlsx", cut).finds([error("INP-01", "the sheet `Raw`: it ends within a cell")]);
    matrix("controls.xlsx", raw_xlsx("<sheetData/>")).finds([error("INP-19", "the control matrix has no control")]);
}
