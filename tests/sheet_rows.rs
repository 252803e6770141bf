//! Rows that are more or less than one record: bands of criteria, texts that go on, controls and tests in the same rows
//! (H07, H10, H15, H29, H33, H34, H44).

mod support;

use rust_xlsxwriter::Format;
use support::{
    COMMON_CRITERIA, Engagement, Run, error, everything, fill, listed, note, socpress, told, warning, workbook,
};

/// The base without its matrix and its tests.
fn bare() -> Engagement {
    Engagement::type_2().remove("controls.toml").remove("tests.toml")
}

/// Criteria of a control, as the program has read them.
fn criteria_of(engagement: &Engagement, control: &str) -> Vec<String> {
    let coverage = Run::of(socpress().args(["coverage", "--format", "json"]).arg(engagement.path())).json();
    let criteria = coverage["coverage"]["criteria"].as_array().cloned().unwrap_or_default();
    let serves = |c: &&serde_json::Value| c["controls"].as_array().is_some_and(|all| all.contains(&control.into()));
    criteria.iter().filter(serves).filter_map(|c| c["id"].as_str().map(str::to_owned)).collect()
}

fn counts(engagement: &Engagement) -> (u64, u64, u64) {
    let json = engagement.check().json();
    let count = |name: &str| json["counts"][name].as_u64().unwrap_or(999);
    (count("controls"), count("tests"), count("exceptions"))
}

/// Errors of reading.
fn misread(run: &Run) -> Vec<support::Finding> {
    run.findings()
        .into_iter()
        .filter(|f| f.severity == "error" && (f.rule.starts_with("INP") || f.rule == "CRT-02"))
        .collect()
}

/// H07: a work paper copied from a report.
#[test]
fn a_band_names_the_criterion_of_the_rows_below_it() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet().set_name("Section IV").expect("a name");
        let plain = Format::new();
        fill(sheet, 0, &[&["Control #", "Control", "Procedure", "Result"]]);
        sheet.merge_range(1, 0, 1, 3, "CC7.2 – Events are watched", &plain).expect("merged");
        fill(
            sheet,
            2,
            &[
                &[
                    "7.2.1",
                    "The desk reads the log each day.",
                    "Inspected the notes of a sample of days.",
                    "Exception noted.\n\nDetail: 1 of 20 days had no note and 3 of 20 had no name.",
                ],
                &["7.2.2", "Alerts reach the desk.", "Observed the rules.", "No exceptions noted.\n\n\n"],
            ],
        );
        sheet.merge_range(4, 0, 4, 3, "CC7.3, CC7.4: Incidents", &plain).expect("merged");
        fill(sheet, 5, &[&["7.3.1", "The lead ranks incidents.", "Inspected the list.", "No exceptions noted."]]);
        sheet.merge_range(6, 0, 6, 3, "CC8.1 - nothing below", &plain).expect("merged");
    });
    let engagement = bare().file("tests.xlsx", bytes);
    let run = engagement.check();
    assert!(misread(&run).is_empty(), "{}", listed(&misread(&run)));
    assert_eq!(counts(&engagement), (3, 3, 1));
    assert_eq!(criteria_of(&engagement, "7.2.1"), ["CC7.2"]);
    assert_eq!(criteria_of(&engagement, "7.2.2"), ["CC7.2"]);
    assert_eq!(criteria_of(&engagement, "7.3.1"), ["CC7.3", "CC7.4"]);
    engagement.finds([
        note("INP-35", "1 of 20 and 3 of 20").helps("population_name"),
        note("INP-21", "gives the rows below it their criterion: CC7.2"),
        note("INP-31", "`7.2.1.a`"),
        note("INP-31", "reported as exception `EX-7.2.1.a`"),
    ]);
    // The criterion without a control is a matter of the review.
    assert!(
        run.findings().iter().any(|f| f.rule == "CRT-01" && f.message.contains("CC8.1")),
        "{}",
        listed(&run.findings())
    );
}

/// The same in text, where nothing is merged; a criterion alone is a control's number where a column has the criteria.
#[test]
fn bands_in_text() {
    let engagement = bare().file(
        "matrix.csv",
        "No.,Control,Test,Results\nCC7.2 Events are watched,,,\nW-1,The desk reads the log.,Inspected it.,No exceptions noted\nCC7.3,,,\nW-2,The lead ranks incidents.,Inspected it.,Pass\n",
    );
    let run = engagement.check();
    assert!(misread(&run).is_empty(), "{}", listed(&misread(&run)));
    assert_eq!(
        (criteria_of(&engagement, "W-1"), criteria_of(&engagement, "W-2")),
        (vec!["CC7.2".into()], vec!["CC7.3".into()])
    );
    bare()
        .file("controls.csv", "id,description,criteria\nCC7.2,,\nCC7.3,The lead ranks incidents.,CC7.3\n")
        .finds([error("INP-09", "this control has no `description`").at_line("controls.csv", 2, 1)]);
    // Beside a matrix of its own, bands of the tests are no records.
    Engagement::type_2()
        .remove("tests.toml")
        .file("tests.csv", "id,control,procedure,result\nCC6.1 Access,,,\nT-1,GOV-1,Inspected it.,Pass\nT-2,OPS-1,Inspected them.,Pass\nT-3,SEC-1,Inspected it.,Pass\n")
        .finds([note("INP-21", "names a criterion (CC6.1) and no record").at("tests.csv", "^CC6.1 Access")]);
}

/// H33: merged controls, lettered tests, two rows of heads, a text that goes on.
#[test]
fn tests_that_are_lettered_within_their_control() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        let plain = Format::new();
        sheet.merge_range(0, 0, 0, 2, "Control", &plain).expect("merged");
        sheet.merge_range(0, 3, 0, 5, "Test", &plain).expect("merged");
        fill(sheet, 1, &[&["No.", "Text", "Criteria", "Ref", "Procedure", "Sample\n(of population)"]]);
        sheet.merge_range(0, 6, 1, 6, "Outcome", &plain).expect("merged");
        for (column, text) in (0u16..).zip(["BK-01", "Copies are made each night.", "A1.2"]) {
            sheet.merge_range(2, column, 4, column, text, &plain).expect("merged");
        }
        let no = "No exceptions noted.";
        fill(
            sheet,
            2,
            &[
                &["", "", "", "a", "Inquired of the desk.", "n/a", no],
                &["", "", "", "b", "Inspected the notes.", "25 (of 61)", "Exception noted."],
                &["", "", "", "c", "Reperformed one.", "1", no],
                &["BK-01a", "Copies are tried.", "A1.2", "a", "Inspected.", "5 (of 5)", no],
                &["BK-01 b", "Copies leave", "A1.2", "a", "Inspected.", "5", no],
                &["", "the building each week.", "", "", "", "", ""],
                &["BK-01(c)", "Copies are sealed.", "A1.2", "a", "Inspected.", "5", no],
            ],
        );
    });
    let engagement = bare()
        .file("tests.xlsx", bytes)
        .set("categories = [\"security\"]\nno", "categories = [\"security\", \"availability\"]\nno");
    let run = engagement.check();
    assert!(misread(&run).is_empty(), "{}", listed(&misread(&run)));
    assert_eq!(counts(&engagement), (4, 6, 0));
    engagement.finds([
        note("INP-32", "`BK-01 b` is read as `BK-01b`"),
        note("INP-30", "this text goes on from `BK-01 b`"),
        note("INP-31", "`BK-01.a`"),
        // Sample and population are there.
        error(
            "DEV-01",
            "test BK-01.b found deviations among items, but does not give: population_description, deviations",
        ),
    ]);
    assert_eq!(run.found("INP-30").len(), 1, "{}", listed(&run.findings()));
    let report = engagement.report();
    report.says("All 5 tested.");
    report.says("Copies leave the building each week.");
    for id in ["BK-01a", "BK-01b", "BK-01(c)", "BK-01b.a"] {
        report.says(id);
    }
}

/// Numbers that are not repeated for further tests, as text keeps merged cells.
#[test]
fn further_tests_of_the_control_above() {
    let engagement = Engagement::type_2().remove("tests.toml").file(
        "tests.csv",
        "control,procedure,result\nGOV-1,Inspected the minutes.,Pass\n,Inquired of the board.,Pass\nOPS-1,Inspected the tickets.,Pass\nSEC-1,Reperformed it.,Pass\n",
    );
    engagement.finds([
        note("INP-30", "a further test of `GOV-1`").at("tests.csv", "^Inquired of the board."),
        note("INP-31", "such as `GOV-1.a`"),
    ]);
    assert_eq!(counts(&engagement).1, 4);
    // With ids of their own nobody knows whether the control was forgotten.
    Engagement::type_2()
        .remove("tests.toml")
        .file(
            "tests.csv",
            "id,control,procedure,result\nT-1,GOV-1,Inspected the minutes.,Pass\nT-2,,Inquired of the board.,Pass\n",
        )
        .finds([error("INP-09", "this test has no `control`")]);
}

/// The usual matrix has a row for each criterion of a control.
#[test]
fn a_control_that_is_repeated_for_each_criterion() {
    let engagement = Engagement::type_1().matrix(
        "controls.csv",
        format!("id,description,criteria\nALL-1,The lead looks after everything.,{}\nR-1,The desk reads the log.,CC7.2\nR-1,The desk reads the log.,CC7.3\nR-1,,CC7.4\n", everything()),
    );
    engagement.finds([note("INP-30", "2 rows repeat their control with further criteria, such as `R-1`")]);
    assert_eq!(criteria_of(&engagement, "R-1"), ["CC7.2", "CC7.3", "CC7.4"]);
    // In other words it is another control, and the same words twice are a doubled row.
    for (second, third) in [("Another text.", "CC7.3"), ("The desk reads the log.", "CC7.2")] {
        Engagement::type_1()
            .matrix(
                "controls.csv",
                format!("id,description,criteria\nR-1,The desk reads the log.,CC7.2\nR-1,{second},{third}\n"),
            )
            .finds([error("CRT-04", "`R-1` is used twice")]);
    }
}

/// A report's table stands once under each criterion: the control and its test are one each.
#[test]
fn a_test_that_is_repeated_under_each_criterion() {
    let row =
        |criterion: &str| format!("{criterion},R-1,The desk reads the log.,Inspected the notes.,No exceptions noted\n");
    let engagement = bare().file(
        "workpaper.csv",
        format!(
            "Criteria,Control Number,Control Description,Test Procedures,Test Results\n{}{}",
            row("CC7.2"),
            row("CC7.3")
        ),
    );
    assert_eq!(counts(&engagement), (1, 1, 0));
    assert_eq!(criteria_of(&engagement, "R-1"), ["CC7.2", "CC7.3"]);
    engagement.finds([note("INP-30", "a row repeats a test of the same control in the same words")]);
}

/// H29: a work paper of which a few columns are of use.
#[test]
fn a_work_paper_with_columns_that_nobody_may_see() {
    let ignored = [
        "WP ref 1",
        "WP ref 2",
        "Prep. date",
        "Key?",
        "PY result",
        "PY control no.",
        "Notes (internal)",
        "Client contact",
        "Budget h",
        "Comment 1",
    ];
    let secret = [
        "S-WP1",
        "S-WP2",
        "S-DATE",
        "S-KEY",
        "S-PYRESULT",
        "S-PYCONTROL",
        "S-NOTES",
        "S-CONTACT",
        "S-BUDGET",
        "S-COMMENT",
    ];
    let used = "#,TSC Ref,Control No.,Control Activity Specified by the Service Organization,Test Applied by the Service Auditor,Pop.,Sample Size,# of Exceptions,Test Results,Mgmt. Response,Control Owner,Freq.,Nature (M/A)";
    let all = COMMON_CRITERIA.join("; ");
    let rows = [
        format!("1,{all},LA-1,The owner approves each request.,Inspected the tickets.,60,25,0,No exceptions noted.,,Lead,Per event,M"),
        "2,CC6.2,LA-2,The desk removes leavers within a day.,Inspected the tickets of leavers.,60,25,2,\"Exception noted. For 2 of 25 leavers, access went late.\",The desk was told.,Desk,Per event,M".to_owned(),
    ];
    let rows = rows.map(|row| format!("{row},{}\n", secret.join(",")));
    let engagement = bare().file("workpaper.csv", format!("{used},{}\n{}", ignored.join(","), rows.concat()));
    let run = engagement.check();
    assert!(misread(&run).is_empty(), "{}", listed(&misread(&run)));
    assert_eq!(counts(&engagement), (2, 2, 1));
    let unused = run.found("INP-23");
    assert_eq!(unused.len(), 1, "{}", listed(&run.findings()));
    assert!(unused[0].message.starts_with("10 columns are not used"), "{}", unused[0].message);
    let built = engagement.build();
    for name in built.names() {
        let path = built.out.join(&name);
        let text = match name.ends_with(".pdf") {
            true => built.pdf(&name).text().to_owned(),
            false => String::from_utf8_lossy(&std::fs::read(&path).expect("a file")).into_owned(),
        };
        for secret in secret {
            assert!(!text.contains(secret) && !run.stdout.contains(secret), "{secret} in {name}");
        }
    }
    let report = built.report();
    report.says("25 of 60 tested.");
    report.says("For 2 of 25 leavers, access went late.");
    report.says("The desk was told.");
}

/// H10: numbers of controls that are criteria, verdicts in bold.
#[test]
fn the_criterion_is_in_the_number() {
    let engagement = bare().file(
        "matrix.csv",
        "Control #,Control Activity Specified by the Service Organization,Test Applied by the Service Auditor,Test Results\n\
         CC7.2,The desk reads the log.,Inspected the notes.,No exceptions noted.\n\
         CC7.2.10,The lead ranks alerts.,Inspected the list.,**Exception noted.** One rank was missing.\n\
         CC7.2.2,Alerts reach the desk.,Observed the rules.,No exceptions noted.\n",
    );
    let run = engagement.check();
    assert!(misread(&run).is_empty(), "{}", listed(&misread(&run)));
    for (line, id) in [(2, "CC7.2"), (3, "CC7.2.10"), (4, "CC7.2.2")] {
        assert_eq!(criteria_of(&engagement, id), ["CC7.2"]);
        engagement.finds([note("INP-18", &format!("control `{id}` is taken from its number: CC7.2")).at_line(
            "matrix.csv",
            line,
            1,
        )]);
    }
    let report = engagement.report();
    report.says("One rank was missing.");
    report.says_not("**");
}

/// H15: the export of a platform knows another standard only.
#[test]
fn sections_of_another_standard_are_no_criteria() {
    let engagement = bare().file(
        "controls.csv",
        "Control ID,Control Name,ISO Section,Status,Owner\n00471193,Scope,C.4.3,Unknown,R. Vale\n7e99,Assets,A.5.9,OK,M. Osei\n",
    );
    engagement.refuses_among([
        error("INP-09", "the sheet has no column `criteria`")
            .helps("`ISO Section` holds sections of ISO 27001, such as C.4.3"),
        error("INP-09", "the sheet has no column `description`"),
    ]);
    Engagement::type_1()
        .append(
            "controls.toml",
            "\n[[controls]]\nid = \"X-1\"\ndescription = \"The desk reads it.\"\ncriteria = [\"A.5.9\"]\n",
        )
        .finds([error("CRT-02", "there is no criterion `A.5.9`").helps("ISO 27001")]);
}

/// Titles between the rows, and rows of instructions.
#[test]
fn titles_and_examples_are_no_records() {
    let all = everything();
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        let heads = ["Control ID", "Control Description", "Criteria", "Owner"];
        fill(sheet, 0, &[&heads, &["(required)", "What is done and by whom.", "One or more", "optional"]]);
        sheet.merge_range(2, 0, 2, 3, "Logical access", &Format::new()).expect("merged");
        fill(sheet, 3, &[&["ALL-1", "The lead looks after everything each day.", &all, "Lead"]]);
        fill(sheet, 6, &[&["ALL-2", "The deputy looks after everything each week.", &all, "Deputy"]]);
        fill(sheet, 4, &[&["Physical and other kinds of access"]]);
        fill(sheet, 5, &[&["XX-1", "Our organization does ... (sample, delete this row)", "CC6.1", "Lead"]]);
    });
    Engagement::type_1().matrix("controls.xlsx", bytes).finds_only([
        note("INP-21", "this row explains the heads"),
        note("INP-21", "this row is a title"),
        warning("INP-21", "this row has a title only"),
        warning("INP-22", "`XX-1` looks like an example row"),
    ]);
}

/// H34 and H44: results and counts in words.
#[test]
fn results_and_counts_in_words() {
    let sheet = |rows: &str| {
        Engagement::type_2().remove("tests.toml").file(
            "tests.csv",
            format!("id,control,procedure,population,sample,deviations,result\nT-1,GOV-1,Inspected the minutes.,,,,Pass\nT-2,OPS-1,Inspected them.,,,,Pass\n{rows}\n"),
        )
    };
    for (counts, result) in [
        ("61,25 of 61,Nil", "No exceptions were identified as a result of the tests performed."),
        ("N/A – automated,1,none", "Tested without exception"),
        ("\"1,204\",40,0 (0%)", "None noted."),
        ("12,100%,–", "No relevant exceptions noted"),
    ] {
        let run = sheet(&format!("T-3,SEC-1,Reperformed it.,{counts},{result}")).check();
        assert!(misread(&run).is_empty(), "{counts} {result}\n{}", listed(&misread(&run)));
        assert_eq!(run.json()["counts"]["no_deviation"], 3, "{result}");
    }
    for (result, count) in [
        ("Two exceptions were noted.", "deviation"),
        ("The control did not operate during the period.", "did_not_operate"),
        ("Not tested - no instances occurred during the review period", "did_not_operate"),
    ] {
        let run = sheet(&format!("T-3,SEC-1,Reperformed it.,,,,{result}")).check();
        assert_eq!(run.json()["counts"][count], 1, "{result}\n{}", listed(&run.findings()));
    }
    for (counts, column, help) in
        [("61,twenty-five,0", 30, "write 25"), ("61,25,two", 33, "write 2"), ("1.204,25,0", 27, "")]
    {
        let engagement = sheet(&format!("T-3,SEC-1,Reperformed it.,{counts},Pass"));
        let expected = error("INP-10", "must be a whole number").at_line("tests.csv", 4, column);
        engagement.finds([if help.is_empty() { expected } else { expected.helps(help) }]);
    }
    for odd in ["No material exceptions noted", "Looks fine", "No exceptions noted in 23 of 25 samples"] {
        sheet(&format!("T-3,SEC-1,Reperformed it.,,,,{odd}")).finds([error("INP-10", "`result` must be one of")]);
    }
    Engagement::type_1()
        .file("tests.csv", "id,control,procedure,result\nT-1,SEC-1,Inspected the design.,Suitably designed as of 31 December 2025. Operating effectiveness was not tested.\n")
        .check()
        .findings()
        .iter()
        .for_each(|f| assert!(!f.rule.starts_with("INP"), "{f:?}"));
}

/// One place has the controls: a sheet of tests beside a matrix is read for its tests only.
#[test]
fn texts_of_controls_beside_a_matrix_are_not_read_twice() {
    let tests = "Control #,Control,Procedure,Result\nGOV-1,Other words.,Inspected the minutes.,Pass\nOPS-1,Other words.,Inspected them.,Pass\nSEC-1,Other words.,Reperformed it.,Pass\n";
    let engagement = Engagement::type_2().remove("tests.toml").file("tests.csv", tests);
    let run = engagement.check();
    assert!(misread(&run).is_empty(), "{}", listed(&misread(&run)));
    assert_eq!(counts(&engagement).1, 3);
    assert_eq!(told(&run, "INP-23").len(), 1, "{}", listed(&run.findings()));
    engagement.report().says_not("Other words.");
}

/// A row of data may hold a word that is a head elsewhere: last year's result says `Exception`.
#[test]
fn a_row_that_names_an_exception_is_no_row_of_heads() {
    let paper = "Control #,Control Description,Criteria,Test Procedure,Sample Size,Test Result,PY result\n\
        A-1,Doors are locked at night.,CC6.4,Observed the doors.,2,No exceptions noted,Exception\n\
        A-1,Doors are locked at night.,CC6.5,Inspected the log.,5,No exceptions noted,Pass\n\
        A-2,Visitors sign the book.,CC6.4,Inspected the book.,3,Not tested,\n";
    let engagement = bare().file("workpaper.csv", paper);
    assert_eq!(counts(&engagement), (2, 3, 0), "{}", listed(&engagement.check().findings()));
    assert_eq!(criteria_of(&engagement, "A-1"), ["CC6.4", "CC6.5"]);
}

/// Without a matrix, ids of controls are not taken for their texts.
#[test]
fn a_sheet_of_tests_alone_holds_no_controls() {
    let tests = "ID,Control,Procedure,Result\nT-1,GOV-1,Inspected the minutes.,Pass\nT-2,OPS-1,Inspected them.,Pass\n";
    let engagement = bare().file("tests.csv", tests);
    assert_eq!(counts(&engagement), (0, 2, 0));
    engagement.finds([error("INP-19", "there is no control matrix"), error("INP-13", "there is no control `GOV-1`")]);
    // One number for both, and the text: a control and its test in each row.
    let tests = "Ref,Control Activity,Criteria,Test Performed,Test Result\nR-1,The desk reads the log.,CC7.2,Inspected it.,Pass\n";
    let engagement = bare().file("tests.csv", tests);
    assert_eq!(counts(&engagement), (1, 1, 0));
    assert_eq!(criteria_of(&engagement, "R-1"), ["CC7.2"]);
}
