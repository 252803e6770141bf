//! Workbooks read in place: where the heads stand, which column is which, what is hidden, what cells hold.

mod support;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use support::{Engagement, error, everything, fill, listed, note, warning, workbook};

/// The base with its matrix in a workbook.
fn with_matrix(make: impl FnOnce(&mut Workbook)) -> Engagement {
    Engagement::type_2().remove("controls.toml").file("controls.xlsx", workbook(make))
}

fn three<'a>(all: &'a str, heads: &'a [&'a str]) -> [Vec<&'a str>; 4] {
    [
        heads.to_vec(),
        vec!["GOV-1", "Once a year the board approves the policies.", all, "Company Secretary", "Annual"],
        vec![
            "OPS-1",
            "Before access is granted, the system owner approves a ticket.",
            all,
            "Platform Lead",
            "As needed",
        ],
        vec!["SEC-1", "Each quarter the Security Lead compares records and matrix.", all, "Security Lead", "Quarterly"],
    ]
}

const HEADS: [&str; 5] =
    ["Control ID *", "Control\nDescription", "Criteria Mapping", "ControlOwner", "Control Frequency"];

#[test]
fn heads_below_titles_and_repeated_ones() {
    let all = everything();
    let engagement = with_matrix(|book| {
        let sheet = book.add_worksheet().set_name("Matrix").expect("a name");
        fill(sheet, 0, &[&["Quillmark: control matrix"], &["Confidential"]]);
        let rows = three(&all, &HEADS);
        fill(sheet, 3, &rows.iter().map(Vec::as_slice).collect::<Vec<_>>());
        fill(sheet, 8, &[&HEADS, &["EXAMPLE-01", "How to write a control.", "CC1.1", "Somebody", "Daily"]]);
    });
    engagement.finds_only([
        note("INP-21", "this row repeats the heads"),
        warning("INP-22", "`EXAMPLE-01` looks like an example row"),
    ]);
    let run = engagement.check();
    let at = &run.json()["findings"][1]["at"];
    assert_eq!((&at["sheet"], &at["cell"]), (&"Matrix".into(), &"A10".into()), "{at}");
    let report = engagement.report();
    report.says("Before access is granted, the system owner approves a ticket.");
    report.says_not("How to write a control");
    // For people, and for code-review tools.
    let people = support::Run::of(support::socpress().args(["check", "--color", "never"]).arg(engagement.path()));
    assert!(people.stderr.contains("controls.xlsx:Matrix!A10"), "{}", people.stderr);
    let sarif = support::Run::of(support::socpress().args(["check", "--format", "sarif"]).arg(engagement.path()));
    assert!(sarif.stdout.contains("\"fullyQualifiedName\": \"Matrix!A10\""), "{}", sarif.stdout);
}

#[test]
fn cells_hold_what_they_look_like() {
    let day = ExcelDateTime::from_ymd(2025, 3, 1).expect("a day");
    let engagement = with_matrix(|book| {
        let sheet = book.add_worksheet();
        fill(sheet, 0, &[&["Control ID", "Control Description", "Criteria", "Owner", "Frequency", "in_force_from"]]);
        let all = everything();
        let rows = three(&all, &HEADS);
        fill(sheet, 1, &rows[1..].iter().map(Vec::as_slice).collect::<Vec<_>>());
        // A number as an id, a date, a formula with its cached value, text like a formula.
        sheet.write_number(4, 0, 3_000_036).expect("a number");
        sheet.write_formula(4, 1, rust_xlsxwriter::Formula::new("=\"Each \"&\"day\"").set_result("Each day the guard locks the doors.")).expect("a formula");
        sheet.write_string(4, 2, "CC6.4").expect("text");
        sheet.write_string(5, 0, "=1+1").expect("text");
        sheet.write_string(5, 1, "=cmd|' /C calc'!A0 is shown in red by the guard.").expect("text");
        sheet.write_string(5, 2, "CC6.4").expect("text");
        sheet.write_datetime_with_format(5, 5, day, &Format::new().set_num_format("yyyy-mm-dd")).expect("a date");
    })
    .append("tests.toml", "\n[[tests]]\nid = \"T-8\"\ncontrol = \"3000036\"\nprocedure = \"Observed the doors.\"\nresult = \"no-deviation\"\n\n[[tests]]\nid = \"T-9\"\ncontrol = \"=1+1\"\nprocedure = \"Observed the screen.\"\nresult = \"no-deviation\"\n");
    engagement.finds([warning("CRT-13", "control =1+1")]);
    let errors: Vec<_> = engagement.check().findings().into_iter().filter(|f| f.severity == "error").collect();
    assert!(errors.is_empty(), "{}", listed(&errors));
    let report = engagement.report();
    report.says("Each day the guard locks the doors.");
    report.says("=cmd|' /C calc'!A0 is shown in red by the guard.");
    report.says("3000036");
    report.says_not("3000036.0");
}

#[test]
fn what_is_hidden_or_struck() {
    let all = everything();
    let engagement = with_matrix(|book| {
        let rows = three(&all, &HEADS);
        let rows: Vec<_> = rows.iter().map(Vec::as_slice).collect();
        let sheet = book.add_worksheet().set_name("Controls").expect("a name");
        fill(sheet, 0, &rows);
        sheet.set_row_hidden(2).expect("a hidden row");
        let struck = Format::new().set_font_strikethrough();
        sheet.write_string_with_format(3, 0, "SEC-1", &struck).expect("struck");
        let old = book.add_worksheet().set_name("Controls 2024").expect("a name");
        fill(old, 0, &[&HEADS, &["OLD-1", "Last year's control that nobody uses now.", "CC1.1", "Desk", "Daily"]]);
        old.set_hidden(true);
    });
    engagement.finds_only([
        warning("INP-25", "the sheet `Controls 2024` is hidden, so it is not used"),
        warning("INP-25", "hidden rows of `Controls` are used all the same: 3"),
        warning("INP-24", "`SEC-1` is struck through, and is used all the same"),
    ]);
    engagement.report().says_not("OLD-1");
}

#[test]
fn columns_that_are_mapped_left_out_or_unknown() {
    let heads = ["Ref. Nr", "What we do", "TSC", "Ansprechpartner", "PY result"];
    let all = everything();
    let matrix = |book: &mut Workbook| {
        let rows = three(&all, &heads);
        let rows: Vec<_> = rows.iter().map(Vec::as_slice).collect();
        let sheet = book.add_worksheet();
        fill(sheet, 0, &rows);
        sheet.write_string(1, 4, "SECRET-PY").expect("text");
    };
    let plain = with_matrix(matrix);
    plain.finds([
        error("INP-09", "the sheet has no column `id`").helps("[columns.controls]"),
        error("INP-09", "the sheet has no column `description`"),
        warning("INP-23", "4 columns are not used: `Ref. Nr`, `What we do`, `Ansprechpartner`, `PY result`"),
    ]);
    let mapping = "\n[columns.controls]\n\"Ref. Nr\" = \"id\"\n\"What we do\" = \"description\"\nAnsprechpartner = \"owner\"\n\"PY result\" = \"\"\n";
    let mapped = with_matrix(matrix).add(mapping);
    mapped.finds_only([]);
    let built = mapped.build();
    built.report().says_not("SECRET-PY");
    assert!(!built.record().to_string().contains("SECRET-PY"));
    with_matrix(matrix).add(&mapping.replace("\"owner\"", "\"ownr\"")).finds([error(
        "INP-08",
        "controls have no field `ownr`",
    )
    .helps("`owner`")]);
    with_matrix(matrix).add("\n[columns.contrls]\nx = \"id\"\n").finds([error(
        "INP-08",
        "there is no table `contrls`",
    )
    .helps("`controls`")]);
}

#[test]
fn a_list_in_several_columns_and_merged_cells() {
    let all = everything();
    let merged = Format::new();
    let engagement = with_matrix(|book| {
        let sheet = book.add_worksheet();
        let rows = three(&all, &["Control ID", "Control Description"]);
        fill(sheet, 0, &[&rows[0]]);
        sheet.merge_range(0, 2, 0, 4, "Criteria", &merged).expect("merged");
        fill(sheet, 1, &rows[1..].iter().map(|row| &row[..3]).collect::<Vec<_>>());
        fill(sheet, 4, &[&["PHY-1", "Each visitor is met by the guard.", "CC6.4", "CC6.1: (a)", "cc 6.2"]]);
    })
    .append("tests.toml", "\n[[tests]]\nid = \"T-8\"\ncontrol = \"PHY-1\"\nprocedure = \"Observed the doors.\"\nresult = \"no-deviation\"\n");
    engagement.finds_only([note("INP-18", "CC6.1"), note("INP-18", "CC6.2")]);
    let coverage =
        support::Run::of(support::socpress().args(["coverage", "--format", "json"]).arg(engagement.path())).json();
    let serves: Vec<String> = coverage["coverage"]["criteria"]
        .as_array()
        .expect("criteria")
        .iter()
        .filter(|c| c["controls"].as_array().expect("controls").contains(&"PHY-1".into()))
        .map(|c| c["id"].as_str().expect("an id").to_owned())
        .collect();
    assert_eq!(serves, ["CC6.1", "CC6.2", "CC6.4"]);
}

/// The base with its tests in a workbook: a control merged over its tests, two rows of heads.
fn with_tests(results: &[[&str; 6]]) -> Engagement {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        let plain = Format::new();
        fill(
            sheet,
            0,
            &[
                &["Test", "", "", "", "", "Outcome"],
                &["Ref", "Procedure", "Sample\n(of population)", "population", "deviations", ""],
            ],
        );
        sheet.merge_range(0, 0, 0, 4, "Test", &plain).expect("merged");
        sheet.write_string(0, 6, "Control").expect("text");
        sheet.write_string(1, 6, "No.").expect("text");
        sheet.write_string(0, 7, "population_source").expect("text");
        for (row, cells) in (2u32..).zip(results) {
            fill(sheet, row, &[cells]);
            sheet.write_string(row, 7, "Identity log").expect("text");
        }
        let last = u32::try_from(results.len()).expect("rows") + 1;
        sheet.merge_range(2, 6, last, 6, "OPS-1", &plain).expect("merged");
    });
    let all = everything();
    let criteria = all.split("; ").map(|c| format!("\"{c}\"")).collect::<Vec<_>>().join(", ");
    Engagement::type_2()
        .remove("tests.toml")
        .matrix("controls.toml", format!("[[controls]]\nid = \"OPS-1\"\ndescription = \"Before access is granted, the system owner approves a ticket.\"\ncriteria = [{criteria}]\nowner = \"Platform Lead\"\n"))
        .file("tests.xlsx", bytes)
}

#[test]
fn two_rows_of_heads_and_counts_as_people_write_them() {
    let engagement = with_tests(&[
        ["T-1", "Inspected the tickets.", "25 (of 61)", "", "Nil", "No exceptions noted."],
        ["T-2", "Inspected the forms.", "All", "12", "—", "No exceptions noted"],
        ["T-3", "Inspected the list.", "n/a", "", "", "No exceptions were noted."],
        ["T-4", "Inspected the log.", "25 of 1,204", "", "0 (0%)", "Pass"],
    ]);
    let run = engagement.check();
    let bad: Vec<_> = run.findings().into_iter().filter(|f| f.severity != "note").collect();
    assert!(bad.is_empty(), "{}", listed(&bad));
    assert_eq!(run.json()["counts"]["tests"], 4);
    let report = engagement.report();
    for said in ["25 of 61 tested.", "All 12 tested.", "25 of 1,204 tested."] {
        report.says(said);
    }
}

#[test]
fn counts_that_are_none() {
    let row = |sample: &'static str, population: &'static str, deviations: &'static str| {
        with_tests(&[
            ["T-1", "Inspected the tickets.", sample, population, deviations, "No exceptions noted."],
            ["T-2", "Inspected the forms.", "", "", "", "No exceptions noted."],
        ])
    };
    row("All", "", "").finds([error("INP-10", "the sample is all items, and the population is not given")]);
    row("twenty", "", "").finds([error("INP-10", "`sample` must be a whole number, 0 or more, not `twenty`")]);
    row("25.5", "", "").finds([error("INP-10", "not `25.5`")]);
    row("25 of 61", "60", "").finds([error("INP-20", "the population is 60 here and 61 there")]);
    row("25", "1.204", "").finds([error("INP-10", "not `1.204`")]);
    row("25", "approx. 300", "").finds([note("INP-27", "`population` is no number, so it is not used: `approx. 300`")]);
    let place = row("twenty", "", "").check().json()["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .find(|f| f["rule"] == "INP-10")
        .expect("the finding")["at"]
        .clone();
    assert_eq!(
        (&place["file"], &place["sheet"], &place["cell"]),
        (&"tests.xlsx".into(), &"Sheet1".into(), &"C3".into())
    );
}

#[test]
fn a_result_that_goes_on() {
    let with = |result: &'static str| {
        with_tests(&[
            ["T-1", "Inspected the tickets.", "25", "61", "2", result],
            ["T-2", "Inspected the forms.", "", "", "", "No exceptions noted."],
        ])
    };
    let told = with("Exception noted. For 2 of 25 tickets the approval was late.");
    told.finds([error("DEV-01", "test T-1 has a deviation, but names no exception")]);
    // What follows a clean verdict may not take it back; what is not understood is never clean.
    with("No exceptions noted, except that 2 of 25 were late.")
        .refuses_among([error("INP-20", "the result begins as clean, and goes on")]);
    with("Looks fine").refuses_among([error("INP-10", "`result` must be one of")]);
    let more = with_tests(&[
        [
            "T-1",
            "Inspected the tickets.",
            "25",
            "61",
            "0",
            "No exceptions noted. The tickets were exported in our presence.",
        ],
        ["T-2", "Inspected the forms.", "", "", "", "No exceptions noted."],
    ]);
    more.report().says("The tickets were exported in our presence.");
}

#[test]
fn one_workbook_with_a_sheet_for_each_table() {
    let all = everything();
    let bytes = workbook(|book| {
        let rows = three(&all, &HEADS);
        fill(
            book.add_worksheet().set_name("Controls").expect("a name"),
            0,
            &rows.iter().map(Vec::as_slice).collect::<Vec<_>>(),
        );
        fill(
            book.add_worksheet().set_name("CUECs").expect("a name"),
            0,
            &[
                &["ID", "Description", "Criteria"],
                &["CUEC-1", "User entities remove the accounts of leavers.", "CC6.2"],
            ],
        );
        fill(book.add_worksheet().set_name("Scratch").expect("a name"), 0, &[&["a", "b"]]);
    });
    let engagement = Engagement::type_2().remove("controls.toml").file("tables.xlsx", bytes);
    engagement.finds_only([note("INP-26", "the sheet `Scratch` bears the name of no table")]);
    engagement.report().says("User entities remove the accounts of leavers.");
    // No table stands in two places.
    engagement.file("cuecs.csv", "id,description,criteria\n").finds([error("INP-14", "`cuecs` stands in two places")]);
}

#[test]
fn several_sheets_that_hold_one_table() {
    let all = everything();
    let engagement = with_matrix(|book| {
        let rows = three(&all, &HEADS);
        fill(book.add_worksheet().set_name("North").expect("a name"), 0, &rows.iter().map(Vec::as_slice).collect::<Vec<_>>());
        fill(book.add_worksheet().set_name("South").expect("a name"), 0, &[&HEADS, &["PHY-1", "Each visitor is met by the guard.", "CC6.4", "Guard", "Daily"]]);
        fill(book.add_worksheet().set_name("Legend").expect("a name"), 0, &[&["Colour", "Meaning"]]);
    })
    .append("tests.toml", "\n[[tests]]\nid = \"T-8\"\ncontrol = \"PHY-1\"\nprocedure = \"Observed the doors.\"\nresult = \"no-deviation\"\n");
    engagement.finds_only([note("INP-26", "2 sheets hold controls: `North`, `South`")]);
    engagement.report().says("Each visitor is met by the guard.");
}

#[test]
fn a_workbook_that_would_not_fit_into_memory() {
    // Cells far apart: a table that holds all between them would take terabytes.
    let all = everything();
    let far = with_matrix(|book| {
        let rows = three(&all, &HEADS);
        let sheet = book.add_worksheet();
        fill(sheet, 0, &rows.iter().map(Vec::as_slice).collect::<Vec<_>>());
        sheet.write_string(1_048_575, 16_383, "far away").expect("text");
    });
    far.finds_only([warning("INP-06", "this cell stands under no column name")]);
    // A small file that unpacks to more than the memory holds.
    use std::io::Write as _;
    let mut bomb = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    bomb.start_file("xl/worksheets/sheet1.xml", options.large_file(true)).expect("an entry");
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..800 {
        bomb.write_all(&zeros).expect("written");
    }
    let bomb = bomb.finish().expect("finished").into_inner();
    assert!(bomb.len() < 2 << 20, "{}", bomb.len());
    Engagement::type_2().remove("controls.toml").file("controls.xlsx", bomb).finds([error(
        "INP-01",
        "it unpacks to 838860800 bytes",
    )
    .in_file("controls.xlsx")]);
}
