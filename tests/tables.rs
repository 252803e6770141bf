//! Tables as spreadsheets save them: separators, heads, spellings and ids as people write them (H05, H10, H13, H16, H20,
//! H25, H35).

mod support;

use support::{COMMON_CRITERIA, Engagement, error, listed, note, warning};

/// A Type I whose matrix is this sheet, and a control besides that serves all criteria.
fn with_matrix(csv: &str) -> Engagement {
    let separator = if csv.lines().next().is_some_and(|head| head.contains(';')) { ';' } else { ',' };
    let all = COMMON_CRITERIA.join(if separator == ';' { "," } else { ";" });
    let columns = csv.lines().next().map_or(0, |head| head.split(separator).count());
    let mut row = format!("ALL-1{separator}Everything is looked after.{separator}{all}");
    row.push_str(&separator.to_string().repeat(columns.saturating_sub(3)));
    Engagement::type_1().matrix("controls.csv", format!("{}\n{row}\n", csv.trim_end()))
}

// --- Separators and shapes -----------------------------------------------------------------------------------------

#[test]
fn the_same_matrix_in_every_dialect() {
    let cells = [
        ["id", "description", "criteria", "owner"],
        ["LOG-1", "Logs, all of them, are read; daily", "CC7.2", "Ops \"night\" desk"],
        ["LOG-2", "Alerts are sent\nto two persons", "CC7.3", ""],
    ];
    let quoted = |separator: &str, end: &str| {
        let row = |row: &[&str; 4]| row.map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).join(separator) + end;
        cells.iter().map(row).collect::<String>()
    };
    let plain = quoted(",", "\n");
    let utf16 = |text: &str| {
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect::<Vec<u8>>()
    };
    let mut texts = Vec::new();
    for bytes in [
        plain.clone().into_bytes(),
        quoted(";", "\r\n").into_bytes(),
        quoted("\t", "\r\n").into_bytes(),
        quoted("|", "\n").into_bytes(),
        quoted(",", "\r").into_bytes(),
        format!("\u{FEFF}{plain}").into_bytes(),
        format!("sep=;\r\n{}", quoted(";", "\r\n")).into_bytes(),
        utf16(&quoted("\t", "\r\n")),
    ] {
        let engagement = Engagement::type_1().matrix("controls.csv", bytes);
        let reading: Vec<_> = engagement.check().findings().into_iter().filter(|f| f.rule.starts_with("INP")).collect();
        assert!(reading.is_empty(), "{}", listed(&reading));
        let report = engagement.report();
        report.says("Logs, all of them, are read; daily");
        report.says("Alerts are sent to two persons");
        texts.push(report.text().to_owned());
    }
    assert!(texts.windows(2).all(|pair| pair[0] == pair[1]), "the reports differ");
}

/// H16: cells hold commas, the separator is the semicolon; `--` stands for nothing.
#[test]
fn a_semicolon_file_whose_cells_hold_commas() {
    let engagement = with_matrix(
        "id;description;criteria;owner\n\
         R.1;Scope, list and policy are kept current, yearly;CC1.1,CC1.2;ops@example.com, lead\n\
         R.2;\"Nightly; kept 30 days\";\"CC7.5;CC7.4\";\"ops@example.com; Night desk\"\n\
         R.3;Reviews are held;CC6.3;--\n",
    );
    let run = engagement.check();
    let reading: Vec<_> =
        run.findings().into_iter().filter(|f| f.rule.starts_with("INP") && f.severity != "note").collect();
    assert!(reading.is_empty(), "{}", listed(&reading));
    let report = engagement.report();
    report.says("Scope, list and policy are kept current, yearly");
    report.says("Nightly; kept 30 days");
    assert_eq!(run.json()["counts"]["controls"], 4);
}

/// H20: short rows, long rows, rows of separators only, and a comma that is not quoted.
#[test]
fn rows_that_do_not_fit_their_columns() {
    let engagement = with_matrix(
        "id,description,criteria,owner,,\n\
         CM-1,Changes are reviewed.,CC8.1,Dev,,\n\
         CM-2,Builds are tested.,CC8.1\n\
         CM-3,Releases are logged.,CC8.1,Dev,,,,one cell too many\n\
         ,,,,,\n\
         CM-4,Hotfixes, and nothing else, skip the queue.,CC8.1\n",
    );
    let findings = engagement.check().findings();
    for (line, rule) in [(4, "INP-06"), (6, "CRT-02")] {
        let found: Vec<_> = findings
            .iter()
            .filter(|f| f.at.as_ref().is_some_and(|at| at.line == Some(line)) && f.rule == rule)
            .collect();
        assert!(!found.is_empty(), "line {line}, {rule}:\n{}", listed(&findings));
    }
    engagement.finds([
        warning("INP-06", "stands under no column name").at("controls.csv", "^one cell too many").helps("in quotes"),
        // ` and nothing else` is no list of criteria.
        error("CRT-02", "no criterion").at_line("controls.csv", 6, 15),
    ]);
    assert!(
        !findings.iter().any(|f| f.at.as_ref().is_some_and(|at| at.line == Some(3) || at.line == Some(5))),
        "{}",
        listed(&findings)
    );
}

#[test]
fn heads_as_firms_write_them() {
    let engagement = Engagement::type_2()
        .matrix(
            "controls.csv",
            format!("Control ID,CONTROL DESCRIPTION,Trust Services Criteria,Control Owner,Control Frequency\nLOG-1,Logs are read.,{},Desk,Weekly\n", COMMON_CRITERIA.join(";")),
        )
        .remove("tests.toml")
        .file(
            "tests.csv",
            "Test No.,Control #,Test of Controls,Testing Method,Population Size,Sample size,Number of deviations,Test Results,population_description,population_source\n\
             T-1,LOG-1,Inspected the notes of 5 weeks.,Inspected,52,5,0,No exceptions noted.,weekly notes,Log reader\n",
        );
    let findings: Vec<_> = engagement.check().findings().into_iter().filter(|f| f.severity != "note").collect();
    assert!(findings.is_empty(), "{}", listed(&findings));
    let report = engagement.report();
    report.says_in_order(&[
        "LOG-1",
        "Logs are read.",
        "Inspected the notes of 5 weeks.",
        "No exceptions noted.",
        "5 of 52 tested.",
    ]);
}

#[test]
fn an_unknown_column_is_told_once() {
    with_matrix("id,description,criteria,onwer\nA-1,Text one.,CC6.1,x\nA-2,Text two.,CC6.2,y\n").refuses([error(
        "INP-08",
        "unknown key `onwer`",
    )
    .at("controls.csv", "^onwer")
    .helps("did you mean `owner`?")]);
}

#[test]
fn a_column_given_twice() {
    with_matrix("id,description,criteria,Control description\nA-1,Text one.,CC6.1,Text two.\n")
        .refuses([error("INP-20", "given twice")]);
}

/// A second population is a further row with the same test id.
#[test]
fn several_populations_of_one_test() {
    let engagement = Engagement::type_2().remove("tests.toml").file(
        "tests.csv",
        "id,control,procedure,population_name,population,population_description,population_source,sample,deviations,result\n\
         T-1,GOV-1,Inspected the minutes.,,,,,,,no-deviation\n\
         T-2,OPS-1,Inspected grants in both systems.,North,40,grants of access,North log,10,0,no-deviation\n\
         T-2,OPS-1,,South,38,,South log,9,0,\n\
         T-3,SEC-1,Inspected the form.,,,,,,,no-deviation\n",
    );
    engagement.finds_only([]);
    assert_eq!(engagement.check().json()["counts"]["tests"], 3);
    engagement.report().says("19 of 78 tested.");
    engagement.replace("tests.csv", "South,38,,South log,9", "South,8,,South log,9").finds_only([error(
        "TST-03",
        "sample of 9 is larger than the population of 8",
    )
    .at("tests.csv", "South,8,,South log,^9")]);
}

// --- Ids -----------------------------------------------------------------------------------------------------------

/// H05: ids missing, doubled, or different only in case and blanks.
#[test]
fn ids_as_people_type_them() {
    with_matrix(
        "id,description,criteria\n\
         KEY 01,Keys are changed each year.,CC6.1\n\
         KEY01 ,Keys are changed each quarter.,CC6.1\n\
         key-02,Shared keys are barred.,CC6.1\n\
         KEY-02,Shared keys are barred.,CC6.1\n\
         ,Copies are made at night.,CC7.5\n\
         KEY-03,,CC6.1\n\
         KEY-04,Tokens expire.,CC6.1\n\
         KEY-04,Tokens never expire.,CC6.1\n",
    )
    .refuses([
        error("CRT-04", "`KEY01` differs from `KEY 01` only in case, spaces or punctuation")
            .at_line("controls.csv", 3, 1)
            .related("controls.csv", "^KEY 01,"),
        error("CRT-04", "`KEY-02` differs from `key-02`")
            .at_line("controls.csv", 5, 1)
            .related("controls.csv", "^key-02,"),
        error("INP-09", "this control has no `id`").at_line("controls.csv", 6, 1),
        error("INP-09", "this control has no `description`").at_line("controls.csv", 7, 1),
        error("CRT-04", "`KEY-04` is used twice")
            .at_line("controls.csv", 9, 1)
            .related("controls.csv", "^KEY-04,Tokens expire"),
    ]);
}

/// H10: control numbers that are criterion codes sort as people count and lead to their own places.
#[test]
fn control_numbers_that_look_like_criteria() {
    let engagement = with_matrix(
        "id,description,criteria\n\
         CC6.2.10,Joiners are screened.,CC6.2\n\
         CC6.2,Access is approved.,CC6.2\n\
         CC6.2.2,Leavers lose access.,CC6.2\n\
         CC6.1,Sign-on is single.,CC6.1\n",
    );
    let report = engagement.report();
    let index = report.pages_with("Index of Controls").last().copied().expect("the index");
    let page = report.pages()[index - 1];
    let order: Vec<usize> = ["CC6.1 Sign-on", "CC6.2 Access", "CC6.2.2 Leavers", "CC6.2.10 Joiners"]
        .iter()
        .map(|row| page.find(row).unwrap_or_else(|| panic!("{row} in\n{page}")))
        .collect();
    assert!(order.is_sorted(), "{page}");
    // The criterion and the control of one name have places of their own.
    let mut places: Vec<_> = report
        .links()
        .into_iter()
        .filter(|l| l.text == "CC6.2")
        .filter_map(|l| l.to)
        .map(|(page, y)| (page, y.round() as u32))
        .collect();
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), 2, "{places:?}");
}

/// H25, H35: text that looks like a formula, a number or nothing is kept as it is typed.
#[test]
fn cells_that_programs_misread() {
    let engagement = with_matrix(
        "id,description,criteria,owner\n\
         =2+3,\"=HYPERLINK(\"\"https://example.com/?q=\"\"&B2,\"\"Ticket\"\")\",CC6.1,@SUM(B1)\n\
         -07,-3 degrees is the lowest allowed,CC6.1,'=B1\n\
         TRUE,'Quoted at both ends',CC6.1,Null\n\
         2E5,None may pass the gate. NA or #N/A is no answer.,CC6.1,nan\n\
         NULL,Inf is a name.,CC6.1,00123\n",
    );
    let reading: Vec<_> = engagement.check().findings().into_iter().filter(|f| f.rule.starts_with("INP")).collect();
    assert!(reading.is_empty(), "{}", listed(&reading));
    let report = engagement.report();
    for text in [
        "=2+3",
        "=HYPERLINK(\"https://example.com/?q=\"&B2,\"Ticket\")",
        "-07",
        "-3 degrees is the lowest allowed",
        "'Quoted at both ends'",
        "2E5",
        "None may pass the gate. NA or #N/A is no answer.",
        "Inf is a name.",
    ] {
        report.says(text);
    }
    for id in ["=2+3", "-07", "TRUE", "2E5", "NULL"] {
        assert!(report.links().iter().any(|link| link.text == id && link.to.is_some()), "no link to control {id}");
    }
}

#[test]
fn yes_and_no_in_a_sheet() {
    let engagement = with_matrix(
        "id,description,criteria,implemented,implemented_reason\n\
         A-1,Text one.,CC6.1,TRUE,\n\
         A-2,Text two.,CC6.1,Yes ,\n\
         A-3,Text three.,CC6.1,Y,\n\
         A-4,Text four.,CC6.1,0,Not begun\n\
         A-5,Text five.,CC6.1,No,Not begun\n\
         A-6,Text six.,CC6.1,perhaps,\n",
    );
    engagement.refuses([
        error("INP-10", "`implemented` must be true or false, not `perhaps`").at("controls.csv", "^perhaps")
    ]);
}

// --- Criteria (H13) ------------------------------------------------------------------------------------------------

#[test]
fn criteria_as_people_list_them() {
    let cases: [(&str, &str); 20] = [
        ("\"CC6.1, CC6.2; CC7.1\"", "CC6.1; CC6.2; CC7.1"),
        ("\"CC6.1\nCC6.2\n\nCC6.3\"", "CC6.1; CC6.2; CC6.3"),
        ("CC 6.1", "CC6.1"),
        ("CC6.1.", "CC6.1"),
        ("CC06.01", "CC6.1"),
        ("cc6.1", "CC6.1"),
        ("CC6.2-CC6.4", "CC6.2; CC6.3; CC6.4"),
        ("CC6.2–6.4", "CC6.2; CC6.3; CC6.4"),
        ("CC6.1 & CC6.2", "CC6.1; CC6.2"),
        ("CC6.1/CC6.2", "CC6.1; CC6.2"),
        ("CC6.1 and CC6.2", "CC6.1; CC6.2"),
        ("TSC CC6.1", "CC6.1"),
        ("SOC 2: CC6.1", "CC6.1"),
        ("\"CC6.1, .2, .4\"", "CC6.1; CC6.2; CC6.4"),
        ("\"CC6.1 (first), CC6.2 (second)\"", "CC6.1; CC6.2"),
        ("ＣＣ６．１", "CC6.1"),
        ("CC6.1 CC6.2", "CC6.1; CC6.2"),
        ("\"• CC6.1\n• CC6.2\"", "CC6.1; CC6.2"),
        ("CC6.1: Access to systems", "CC6.1"),
        ("\"CC6.1, \"", "CC6.1"),
    ];
    let rows: String =
        cases.iter().zip(1..).map(|((cell, _), n)| format!("SP-{n},Guards lock door {n}.,{cell}\n")).collect();
    let engagement = with_matrix(&format!("id,description,criteria\n{rows}"));
    let findings = engagement.check().findings();
    let wrong: Vec<_> = findings.iter().filter(|f| f.severity != "note").cloned().collect();
    assert!(wrong.is_empty(), "{}", listed(&wrong));
    // Whatever is not in the catalogue's spelling is said, with what it was read as.
    for (cell, read) in cases {
        let plain = cell
            .trim_matches('"')
            .split([',', ';', '\n'])
            .map(str::trim)
            .filter(|p| !p.is_empty())
            .all(|p| COMMON_CRITERIA.contains(&p));
        let flat = cell.trim_matches('"').split_whitespace().collect::<Vec<_>>().join(" ");
        let said =
            findings.iter().filter(|f| f.rule == "INP-18").any(|f| f.message == format!("`{flat}` is read as {read}"));
        assert_eq!(said, !plain, "{cell:?}:\n{}", listed(&findings));
    }
}

#[test]
fn criteria_that_are_no_single_thing_are_never_guessed() {
    with_matrix(
        "id,description,criteria\n\
         SP-1,Text.,CC6\n\
         SP-2,Text.,6.1\n\
         SP-3,Text.,\"CC6,1\"\n\
         SP-4,Text.,CC61\n\
         SP-5,Text.,CC1.1-CC9.2\n\
         SP-6,Text.,\n\
         SP-7,Text.,everything\n",
    )
    .refuses([
        error("CRT-02", "`CC6` is a series, not a criterion").at_line("controls.csv", 2, 12).helps("CC6.1; CC6.2"),
        error("CRT-02", "`6.1` does not say which category").at_line("controls.csv", 3, 12).helps("CC6.1"),
        error("CRT-02", "`CC6,1`").at_line("controls.csv", 4, 12).helps("did you mean `CC6.1`?"),
        error("CRT-02", "`CC61`").at_line("controls.csv", 5, 12).helps("did you mean `CC6.1`?"),
        error("CRT-02", "spans more than one series").at_line("controls.csv", 6, 12).helps("one by one"),
        error("INP-09", "this control has no `criteria`").at_line("controls.csv", 7, 1),
        error("CRT-02", "no criterion").at_line("controls.csv", 8, 12),
    ]);
}

#[test]
fn a_criterion_named_twice_counts_once() {
    let engagement = with_matrix("id,description,criteria\nA-1,Text one.,\"CC6.1; CC6.2; CC6.1\"\n");
    engagement.finds([note("INP-18", "CC6.1 is named twice; it counts once").at_line("controls.csv", 2, 15)]);
    let report = engagement.report();
    // In the description's table, and once more on the pages that only a draft has.
    let cell = "A-1, ALL-1";
    assert_eq!(report.count(&format!("Logical access safeguards protect information assets {cell}")), 2);
}
