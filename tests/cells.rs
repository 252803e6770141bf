//! What cells hold: form, pasted HTML, lines, numbers as they are shown, formulas (H23, H25, H34).

mod support;

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use support::{Engagement, Run, error, everything, fill, listed, note, raw_xlsx, told, warning, workbook};

const HEADS: [&str; 4] = ["Control ID", "Control Description", "Criteria", "Owner"];

/// A Type I whose matrix is a workbook: a control that serves everything, and what `make` adds from the third row on.
fn with_matrix(make: impl FnOnce(&mut Worksheet)) -> Engagement {
    let all = everything();
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet().set_name("Matrix").expect("a name");
        fill(sheet, 0, &[&HEADS, &["ALL-1", "The lead looks after everything each day.", &all, "Lead"]]);
        make(sheet);
    });
    Engagement::type_1().matrix("controls.xlsx", bytes)
}

fn row(sheet: &mut Worksheet, row: u32, id: &str, text: &str) {
    fill(sheet, row, &[&[id, text, "CC6.1", "Desk"]]);
}

/// The findings that are not about how good the controls are.
fn of_reading(run: &Run) -> Vec<support::Finding> {
    run.findings().into_iter().filter(|f| f.rule.starts_with("INP") || f.rule.starts_with("TXT")).collect()
}

#[test]
fn form_of_a_text_is_kept_and_its_signs_are_text() {
    let (plain, bold) = (Format::new(), Format::new().set_bold());
    let (italic, struck) = (Format::new().set_italic(), Format::new().set_font_strikethrough());
    let engagement = with_matrix(|sheet| {
        row(sheet, 2, "FORM-1", "");
        let runs: [(&Format, &str); 6] = [
            (&plain, "The owner "),
            (&bold, "must"),
            (&plain, " approve 5 * 3 < 16 of *_x_* "),
            (&italic, "each"),
            (&struck, " weekly"),
            (&plain, " change."),
        ];
        sheet.write_rich_string(2, 1, &runs).expect("a rich text");
    });
    let run = engagement.check();
    assert_eq!(told(&run, "INP-24"), [("B3".into(), "`weekly` is struck through, and is used all the same".into())]);
    let report = engagement.report();
    report.says("The owner must approve 5 * 3 < 16 of *_x_* each weekly change.");
    assert!(report.fonts().iter().any(|(name, ..)| name.contains("Bold")), "{:?}", report.fonts());
    assert!(report.fonts().iter().any(|(name, ..)| name.ends_with("It")), "{:?}", report.fonts());
}

/// The marks of form must not make an id, an owner or a count another one.
#[test]
fn form_means_nothing_where_there_are_no_paragraphs() {
    let bold = Format::new().set_bold();
    let plain = Format::new();
    let engagement = with_matrix(|sheet| {
        row(sheet, 2, "", "The desk reads the log each day.");
        sheet.write_rich_string(2, 0, &[(&bold, "ID"), (&plain, "-1_a")]).expect("a rich text");
    });
    let report = engagement.report();
    report.says("ID-1_a");
    assert!(of_reading(&engagement.check()).is_empty());
}

#[test]
fn html_that_was_pasted_becomes_paragraphs_and_lists() {
    let engagement = with_matrix(|sheet| {
        row(
            sheet,
            2,
            "WEB-1",
            "<div><p>Access is <b>reviewed</b> &amp; logged.</p><p>Then:</p><ul><li>leavers go</li><li>movers change</li></ul></div>",
        );
        row(sheet, 3, "WEB-2", "Values x with a < b and c > d are kept; <name> is a placeholder.");
    });
    let run = engagement.check();
    assert_eq!(told(&run, "INP-34").iter().map(|(cell, _)| cell.as_str()).collect::<Vec<_>>(), ["B3"]);
    let report = engagement.report();
    report.says_in_order(&["Access is reviewed & logged.", "Then:", "leavers go", "movers change"]);
    report.says("a < b and c > d are kept; <name> is a placeholder.");
    for tag in ["<p>", "<li>", "<b>", "&amp;"] {
        report.says_not(tag);
    }
    let lines: Vec<&str> = report.text().lines().map(str::trim).collect();
    assert!(lines.iter().any(|line| line.ends_with("leavers go")), "{lines:?}");
}

#[test]
fn lines_and_bullets_of_a_cell() {
    let engagement = with_matrix(|sheet| {
        row(sheet, 2, "LINE-1", "Inquired first.\nInspected then.\u{2028}Reperformed last.\n\n\n");
        row(sheet, 3, "LINE-2", "Each night:\n• jobs run\n• failures page the lead\n   o second level\n1) one\n2) two");
        row(sheet, 4, "LINE-3", "Carriage\r\nreturn.");
    });
    assert!(of_reading(&engagement.check()).is_empty(), "{}", listed(&of_reading(&engagement.check())));
    let report = engagement.report();
    let lines: Vec<&str> = report.text().lines().map(str::trim).collect();
    for line in ["Inquired first.", "Inspected then.", "Reperformed last.", "failures page the lead", "second level"] {
        assert!(lines.iter().any(|l| l.ends_with(line)), "{line} ends no line of\n{}", report.text());
    }
    report.says("Carriage return.");
    report.says_not("x000D");
}

#[test]
fn control_characters_are_told_with_their_cell() {
    let engagement = with_matrix(|sheet| row(sheet, 2, "BELL-1", "A bell\u{7} and a tab\u{b}stop."));
    let found = told(&engagement.check(), "TXT-20");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "B3");
    assert!(found[0].1.contains("U+0007"), "{found:?}");
    let report = engagement.report();
    report.is_sound();
    report.says("A bell and a tab stop.");
}

/// Whoever types `1.10` into a cell, and formats it so that it shows it, means 1.10.
#[test]
fn numbers_are_read_as_cells_show_them() {
    let shown = |format: &str| Format::new().set_num_format(format);
    let engagement = with_matrix(|sheet| {
        let numbers =
            [(1.1, "0.00"), (1.1, "General"), (7.0, "\"AC-\"000"), (471_193.0, "00000000"), (3_000_036.0, "General")];
        for (at, (number, format)) in (2u32..).zip(numbers) {
            fill(sheet, at, &[&["", "The desk reads the log each day.", "CC6.1", "Desk"]]);
            sheet.write_number_with_format(at, 0, number, &shown(format)).expect("a number");
        }
    });
    let run = engagement.check();
    assert!(run.found("CRT-04").is_empty(), "{}", listed(&run.findings()));
    let report = engagement.report();
    for id in ["1.10", "AC-007", "00471193", "3000036"] {
        report.says(id);
    }
}

#[test]
fn links_are_read_by_their_text_and_formulas_by_their_values() {
    let engagement = with_matrix(|sheet| {
        row(sheet, 2, "LINK-1", "");
        let link = Formula::new("=HYPERLINK(\"https://example.com/t/9\",\"Ticket 9 is approved.\")");
        sheet.write_formula(2, 1, link.set_result("Ticket 9 is approved.")).expect("a formula");
        row(sheet, 3, "TEXT-1", "=1+1 is only text, and so is '=A1.");
    });
    let run = engagement.check();
    let found = told(&run, "INP-33");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "B3");
    assert!(found[0].1.contains("https://example.com/t/9"), "{found:?}");
    let report = engagement.report();
    report.says("Ticket 9 is approved.");
    report.says("=1+1 is only text, and so is '=A1.");
    assert!(!report.links().iter().any(|link| link.uri.as_deref().is_some_and(|uri| uri.contains("example.com"))));
}

/// A formula that was never computed, or gives an error, is no empty cell; in a column that is not used it is nothing.
#[test]
fn formulas_without_a_value() {
    let text = |place: &str, text: &str| format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let row = |number: usize, cells: &[String]| format!("<row r=\"{number}\">{}</row>", cells.concat());
    let heads =
        [text("A1", "Control ID"), text("B1", "Control Description"), text("C1", "Criteria"), text("D1", "Hours")];
    let sheet = format!(
        "<sheetData>{}{}{}{}</sheetData>",
        row(1, &heads),
        row(2, &[text("A2", "F-1"), "<c r=\"B2\"><f>A9&amp;\" x\"</f></c>".into(), text("C2", "CC6.1")]),
        row(
            3,
            &[
                text("A3", "F-2"),
                text("B3", "The desk reads it daily."),
                "<c r=\"C3\" t=\"e\"><f>Z1</f><v>#REF!</v></c>".into(),
                "<c r=\"D3\" t=\"e\"><v>#N/A</v></c>".into()
            ]
        ),
        row(4, &[text("A4", "F-3"), text("B4", "#N/A typed by the desk."), text("C4", "CC6.1")]),
    );
    let run = Engagement::type_1().matrix("controls.xlsx", raw_xlsx(&sheet)).check();
    assert_eq!(
        told(&run, "INP-10"),
        [
            ("B2".into(), "the value of this cell's formula is not stored in the file".into()),
            ("C3".to_owned(), "the formula of this cell gives #REF!".to_owned()),
        ]
    );
    assert!(run.found("INP-09").is_empty(), "{}", listed(&run.findings()));
    assert_eq!(run.json()["counts"]["controls"], 2);
}

#[test]
fn days_and_what_only_looks_like_one() {
    let day = ExcelDateTime::from_ymd(2026, 2, 25).expect("a day");
    let bytes = workbook(|book: &mut Workbook| {
        let sheet = book.add_worksheet();
        fill(
            sheet,
            0,
            &[&["Test ID", "Control ID", "Procedure", "Population", "Sample", "Deviations", "Result", "Test date"]],
        );
        for (row, date) in (1u32..).zip(["12 January 2026", "2026-01-12T08:30:00Z", "3/4/2025", "31.12.2025"]) {
            let id = format!("T-{row}");
            fill(sheet, row, &[&[&id, "SEC-1", "Inspected the log.", "61", "25", "0", "No exceptions noted.", date]]);
        }
        // `2/25`, typed into a cell that was not formatted as text.
        sheet.write_datetime_with_format(1, 5, day, &Format::new().set_num_format("d-mmm")).expect("a date");
        sheet.write_number_with_format(2, 4, 1.0, &Format::new().set_num_format("0%")).expect("a share");
    });
    let run = Engagement::type_2().remove("tests.toml").file("tests.xlsx", bytes).check();
    let wrong = run.found("INP-10");
    let helps: Vec<&str> = wrong.iter().map(|f| f.help.as_deref().unwrap_or_default()).collect();
    assert_eq!(told(&run, "INP-10").iter().map(|(cell, _)| cell.as_str()).collect::<Vec<_>>(), ["F2", "H4", "H5"]);
    assert!(helps[0].contains("a spreadsheet makes one of `2/25`"), "{helps:?}");
    assert!(helps[1].contains("2025-03-04 or 2025-04-03"), "{helps:?}");
    assert!(helps[2].contains("write 2025-12-31"), "{helps:?}");
}

#[test]
fn what_is_hidden_retired_or_left_out() {
    let all = everything();
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet().set_name("Controls").expect("a name");
        let heads = ["Control ID", "Control Description", "Criteria", "Owner", "Retired?", "In report"];
        fill(sheet, 0, &[&heads, &["ALL-1", "The lead looks after everything each day.", &all, "Lead", "", "yes"]]);
        fill(sheet, 4, &[&["ALL-2", "The deputy looks after everything each week.", &all, "Deputy", "", "yes"]]);
        fill(sheet, 2, &[&["OLD-1", "The desk reads the fax each day.", "CC6.1", "Desk", "Yes", "YES"]]);
        fill(sheet, 3, &[&["OUT-1", "The desk is internal only.", "CC6.1", "Desk", "no", "No "]]);
        sheet.set_column_hidden(3).expect("a hidden column");
        let copy = book.add_worksheet().set_name("Controls (2)").expect("a name");
        fill(copy, 0, &[&heads]);
    });
    let engagement =
        Engagement::type_1().matrix("controls.xlsx", bytes).add("\n[columns.controls]\n\"In report\" = \"include\"\n");
    engagement.finds_only([
        warning("INP-25", "what stands in hidden columns is used all the same: `Owner`"),
        warning("INP-24", "this row is marked as retired, and is used all the same"),
        note("INP-21", "this row is left out, as its column says"),
    ]);
    let report = engagement.report();
    report.says("The desk reads the fax each day.");
    report.says_not("internal only");
}

/// Days of workbooks that a Macintosh made count from 1904.
#[test]
fn a_workbook_whose_days_count_from_1904() {
    let bytes = {
        let day = ExcelDateTime::from_ymd(2025, 3, 1).expect("a day");
        workbook(|book| {
            let sheet = book.add_worksheet();
            fill(
                sheet,
                0,
                &[
                    &["id", "description", "criteria", "in_force_from"],
                    &["D-1", "The desk reads it daily.", &everything()],
                ],
            );
            sheet.write_datetime_with_format(1, 3, day, &Format::new().set_num_format("dd/mm/yyyy")).expect("a date");
        })
    };
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
    let mut changed = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).expect("a part");
        let name = entry.name().expect("a name").into_owned();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut entry, &mut text).expect("text");
        let text = text.replace("<workbookPr ", "<workbookPr date1904=\"1\" ");
        changed.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        std::io::Write::write_all(&mut changed, text.as_bytes()).expect("written");
    }
    let bytes = changed.finish().expect("finished").into_inner();
    // The same number is 1462 days later, after the window.
    Engagement::type_1()
        .matrix("controls.xlsx", bytes)
        .finds([error("CRT-16", "control D-1 is in force from 2029-03-02")]);
}
