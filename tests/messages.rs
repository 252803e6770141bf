//! What cannot be read: every problem is told with its rule, file, line, column and how to mend it, and nothing is
//! written.

mod support;

use std::fs;

use support::{Engagement, Run, error, listed, socpress, warning};

#[test]
fn a_complete_folder_has_no_findings() {
    for engagement in [
        Engagement::type_2(),
        Engagement::type_1(),
        Engagement::type_2().with_exception(),
        Engagement::type_2().issued(),
    ] {
        let run = engagement.check();
        assert_eq!((run.code, run.findings().len()), (0, 0), "{:#?}", run.findings());
    }
}

// --- Files that cannot be parsed -----------------------------------------------------------------------------------

#[test]
fn a_toml_text_that_never_ends() {
    Engagement::type_2().set("city = \"Missoula, Montana\"", "city = \"Missoula, Montana").refuses([error(
        "INP-04",
        "expected `\"`",
    )
    .at("engagement.toml", "city = \"Missoula, Montana^\n")
    .helps("begins and ends with")]);
}

#[test]
fn a_toml_text_without_quotes() {
    Engagement::type_2()
        .replace("controls.toml", "owner = \"Platform Lead\"", "owner = Platform Lead")
        .refuses([error("INP-04", "").at("controls.toml", "owner = ^Platform").helps("texts are written in quotes")]);
}

/// One fault, one finding: the value that the fault took away is not missed as well.
#[test]
fn a_toml_date_that_is_cut_off() {
    Engagement::type_2()
        .set("start = 2025-01-01", "start = 2025-01-0")
        .refuses([error("INP-04", "invalid date").at("engagement.toml", "start = ^2025-01-0\n").helps("2025-12-31")]);
}

#[test]
fn a_toml_key_given_twice() {
    Engagement::type_2().replace("tests.toml", "sample = 20", "sample = 20\nsample = 21").refuses([error(
        "INP-04",
        "duplicate key",
    )
    .at("tests.toml", "^sample = 21")]);
}

#[test]
fn a_csv_cell_that_never_ends() {
    Engagement::type_1()
        .matrix("controls.csv", "id,description,criteria\nGOV-1,\"The board meets,CC1.2\nOPS-1,The log is read,CC7.2\n")
        .refuses_among([error("INP-05", "a quoted cell begins here and never ends")
            .at_line("controls.csv", 2, 7)
            .helps("written twice")]);
}

/// What only follows from the one problem would bury it.
#[test]
fn a_matrix_that_cannot_be_read_is_one_problem() {
    for (name, text) in [
        ("controls.csv", &b"id,description,criteria\nGOV-1,\"The board meets,CC1.2\n"[..]),
        ("controls.csv", b"id,description,criteria\nGOV-1,Zo\xeb\0 reads the log.,CC7.2\n"),
        ("controls.toml", b"[[controls]]\nid = \"GOV-1\ndescription = 3\n"),
    ] {
        let findings = Engagement::type_1().matrix(name, text).try_build().findings();
        let about: Vec<_> = findings
            .iter()
            .filter(|f| f.at.as_ref().is_none_or(|at| at.file != name) || f.rule == "CRT-01")
            .cloned()
            .collect();
        assert!(about.iter().all(|f| f.rule == "INP-19"), "{name}:\n{}", listed(&about));
    }
}

#[test]
fn a_topic_without_front_matter() {
    Engagement::type_2().file("description/02-people.md", "# People\n\nTwelve people run the service.\n").refuses([
        error("INP-07", "has no front matter")
            .at("description/02-people.md", "# People")
            .helps("begin the file with `---`"),
    ]);
}

#[test]
fn front_matter_that_never_ends() {
    Engagement::type_2().file("description/02-people.md", "---\ntitle: People\n\n# Teams\n\nTwelve people.\n").refuses(
        [error("INP-07", "never ends").at("description/02-people.md", "---").helps("`---` on a line of its own")],
    );
}

#[test]
fn front_matter_with_braces_of_a_template() {
    Engagement::type_2()
        .file("description/02-people.md", "---\ntitle: People\ncategories: {{ scope.list }}\n---\n\nTwelve people.\n")
        .refuses([error("INP-07", "").at("description/02-people.md", "{^{ scope").helps("in quotes")]);
}

#[test]
fn front_matter_with_a_crooked_list() {
    Engagement::type_2()
        .file(
            "description/02-people.md",
            "---\ntitle: People\ncomponents:\n  of:\n- people\n    - software\n---\n\nText.\n",
        )
        .refuses([error("INP-07", "").at("description/02-people.md", "- ^people").helps("indent lists evenly")]);
}

#[test]
fn text_that_is_not_utf_8() {
    Engagement::type_2()
        .file("description/02-people.md", b"---\ntitle: People\n---\n\nStra\xdfe 12\n")
        .refuses([error("INP-03", "byte 0xDF in line 5").in_file("description/02-people.md").helps("UTF-8")]);
    Engagement::type_1()
        .file("acronyms.toml", b"[[acronyms]]\nshort = \"ETA\"\nlong = \"Ank\xfcnfte der Ger\xe4te\"\n")
        .refuses([error("INP-03", "byte 0xFC in line 3; it looks like windows-1252")
            .in_file("acronyms.toml")
            .helps("UTF-8")]);
}

#[test]
fn a_folder_of_another_format() {
    Engagement::type_2()
        .set("format = 1", "format = 7")
        .refuses([error("INP-16", "format 7").at("engagement.toml", "format = ^7").helps("version of socpress")]);
}

// --- Files that are not there --------------------------------------------------------------------------------------

#[test]
fn a_folder_that_cannot_be_read() {
    let engagement = Engagement::type_2();
    for (path, message) in [
        (engagement.beside("nowhere"), "there is no such file"),
        (engagement.path().join("controls.toml"), "is not a folder"),
        (engagement.beside(""), "has no engagement.toml"),
    ] {
        for command in ["check", "build"] {
            let run =
                Run::of(socpress().arg(command).arg(&path).args(["--color", "never"]).current_dir(engagement.path()));
            assert_eq!(run.code, 3, "{run:?}");
            assert!(run.stderr.contains("error[INP-01]") && run.stderr.contains(message), "{}", run.stderr);
            assert!(run.stderr.contains("socpress init") || run.stderr.contains("not a file in it"), "{}", run.stderr);
        }
    }
    assert!(!engagement.path().join("out").exists());
}

#[test]
fn no_control_matrix_and_no_description() {
    Engagement::type_1().remove("controls.toml").refuses_among([error("INP-19", "there is no control matrix")
        .in_file("engagement.toml")
        .helps("controls.csv")]);
    Engagement::type_2().remove("description/01-service.md").refuses_among([error(
        "INP-19",
        "there is no description",
    )
    .in_file("engagement.toml")
    .helps("description/")]);
}

#[test]
fn an_empty_control_matrix() {
    for (name, text) in [
        ("controls.toml", ""),
        ("controls.toml", "# to do\n"),
        ("controls.csv", "id,description,criteria\n"),
        ("controls.csv", "\n"),
    ] {
        let engagement = Engagement::type_1().remove("controls.toml").file(name, text);
        let run = engagement.try_build();
        assert_eq!((run.code, run.built()), (1, false), "{name} {text:?}");
        let about: Vec<_> = run.findings().into_iter().filter(|f| f.rule == "INP-19" || f.rule == "INP-05").collect();
        assert!(
            !about.is_empty() && about.iter().all(|f| f.help.is_some() || f.message.contains("its first row")),
            "{about:#?}"
        );
        assert!(!engagement.out().exists());
    }
}

#[test]
fn one_table_in_two_files() {
    Engagement::type_2().file("tests.csv", "id,control,procedure,result\n").refuses_among([error(
        "INP-14",
        "`tests` stands in two places",
    )
    .helps("keep one of the two")]);
    Engagement::type_1()
        .add("\n[[acronyms]]\nshort = \"ETA\"\nlong = \"estimated time of arrival\"\n")
        .file("acronyms.csv", "short,long\nETA,expected arrival\n")
        .refuses([error("INP-14", "`acronyms` stands in two places")
            .at("engagement.toml", "[[acronyms]]")
            .helps("keep one of the two")]);
}

#[test]
fn a_spreadsheet_and_a_file_with_no_part() {
    Engagement::type_2().file("cuecs.xlsx", b"PK\x03\x04").refuses([error(
        "INP-01",
        "`cuecs.xlsx` cannot be read as a workbook",
    )
    .in_file("cuecs.xlsx")
    .helps("save it anew")]);
    Engagement::type_2()
        .file("contrls.csv", "id\n")
        .file("readme.txt", "notes of our own")
        .file("description/notes.txt", "what to ask next week")
        .finds_only([
            warning("INP-15", "`contrls.csv` has no part").in_file("contrls.csv").helps("did you mean `controls`?"),
            warning("INP-15", "`description/notes.txt` has no part")
                .in_file("description/notes.txt")
                .helps("name it .md"),
        ]);
}

#[test]
fn a_file_that_is_a_link_out_of_the_folder() {
    let engagement = Engagement::type_2().outside("secret.md", "---\ntitle: Secret\n---\n\nNot yours.\n");
    let target = engagement.beside("secret.md");
    engagement.link("description/02-secret.md", &target).refuses([error(
        "INP-02",
        "leads out of the engagement folder",
    )
    .in_file("description/02-secret.md")
    .helps("stays in the engagement folder")]);
}

// --- Keys ----------------------------------------------------------------------------------------------------------

#[test]
fn unknown_keys_come_with_a_suggestion() {
    Engagement::type_2()
        .set("no_changes = true", "no_chanegs = true\nno_changes = true")
        .set("system = \"", "sytem = \"x\"\nsystem = \"")
        .replace("controls.toml", "owner = \"Platform Lead\"", "ownr = \"Platform Lead\"")
        .replace("tests.toml", "sample = 20", "sample = 20\nsampel = 20")
        .replace("description/01-service.md", "components:", "componets: [data]\ncomponents:")
        .refuses([
            error("INP-08", "`no_chanegs` in engagement")
                .at("engagement.toml", "^no_chanegs")
                .helps("did you mean `no_changes`?"),
            error("INP-08", "`sytem` in service_organization")
                .at("engagement.toml", "^sytem")
                .helps("did you mean `system`?"),
            error("INP-08", "`ownr` in controls").at("controls.toml", "^ownr").helps("did you mean `owner`?"),
            error("INP-08", "`sampel` in tests").at("tests.toml", "^sampel").helps("did you mean `sample`?"),
            error("INP-08", "`componets`")
                .at("description/01-service.md", "^componets")
                .helps("did you mean `components`?"),
        ]);
}

#[test]
fn a_key_that_resembles_none_is_answered_with_the_known_ones() {
    Engagement::type_2().replace("tests.toml", "sample = 20", "sample = 20\nmood = \"fine\"").refuses([error(
        "INP-08",
        "unknown key `mood`",
    )
    .at("tests.toml", "^mood")
    .helps("known keys: id, control, procedure")]);
}

#[test]
fn keys_that_are_missing() {
    Engagement::type_2()
        .set("type = \"type-2\"\n", "")
        .replace(
            "controls.toml",
            "description = \"Once a year the board approves the policies and records its vote in the minutes.\"\n",
            "",
        )
        .replace("tests.toml", "result = \"no-deviation\"\ntested_on = 2025-11-19", "tested_on = 2025-11-19")
        .replace("description/01-service.md", "title: The dispatch service\n", "")
        .refuses_among([
            error("INP-09", "this engagement has no `type`")
                .in_file("engagement.toml")
                .helps("add `type`: one of `type-1`, `type-2`"),
            error("INP-09", "this control has no `description`")
                .at_line("controls.toml", 1, 1)
                .helps("add `description`"),
            error("INP-09", "this test has no `result`").helps("`no-deviation`"),
            error("INP-09", "no `title`").helps("add `title`"),
        ]);
}

#[test]
fn texts_that_are_empty() {
    Engagement::type_1()
        .set("name = \"Quillmark Logistics, Inc.\"", "name = \" \"")
        .replace("controls.toml", "id = \"OPS-1\"", "id = \"\"")
        .refuses([
            error("INP-09", "`name` is empty").at("engagement.toml", "name = ^\" \""),
            error("INP-09", "`id` is empty").at("controls.toml", "id = ^\"\""),
        ]);
}

// --- Values --------------------------------------------------------------------------------------------------------

#[test]
fn values_of_the_wrong_kind() {
    Engagement::type_2()
        .add("\n[style]\nevidence_list = \"yes\"\n")
        .set("report_date = 2026-02-10", "report_date = \"10 February 2026\"")
        .set("signatory_name = \"Idris Vanterpool\"", "signatory_name = [\"Idris\", \"Vanterpool\"]")
        .replace("tests.toml", "population = 80", "population = \"about 80\"")
        .replace("tests.toml", "sample = 20", "sample = -20")
        .replace("tests.toml", "deviations = 0", "deviations = 0.5")
        .replace("tests.toml", "methods = [\"reperformance\"]", "methods = [\"reperfromance\"]")
        .replace("controls.toml", "frequency = \"annual\"", "frequency = \"anual\"")
        .replace("controls.toml", "id = \"GOV-1\"", "id = 1.10")
        .refuses([
            error("INP-10", "`evidence_list` must be true or false, not `yes`")
                .at("engagement.toml", "evidence_list = ^\""),
            error("INP-10", "`report_date` must be a date, not `10 February 2026`")
                .at("engagement.toml", "^\"10 February")
                .helps("2025-12-31"),
            error("INP-10", "`signatory_name` must be text, not").at("engagement.toml", "^[\"Idris").helps("in quotes"),
            error("INP-10", "`population` must be a whole number, 0 or more, not `about 80`")
                .at("tests.toml", "^\"about 80\""),
            error("INP-10", "`sample` must be a whole number, 0 or more, not the number -20").at("tests.toml", "^-20"),
            error("INP-10", "`deviations` must be a whole number, 0 or more, not `0.5`").at("tests.toml", "^0.5"),
            error("INP-10", "`methods`").at("tests.toml", "^\"reperfromance\"").helps("did you mean `reperformance`?"),
            error("INP-10", "`frequency` must be one of `continuous`")
                .at("controls.toml", "^\"anual\"")
                .helps("did you mean `annual`?"),
            error("INP-10", "`id` must be an id (text), not `1.10`")
                .at("controls.toml", "^1.10")
                .helps("put it in quotes"),
            error("INP-13", "there is no control `GOV-1`"),
        ]);
}

#[test]
fn tables_of_the_wrong_shape() {
    Engagement::type_2()
        .set("[opinion]\nform = \"unqualified\"", "opinion = \"unqualified\"")
        .refuses([error("INP-08", "opinion")]);
    Engagement::type_2()
        .replace("tests.toml", "[[tests]]\nid = \"T-1\"", "tests = 3\n\n[[more]]\nid = \"T-1\"")
        .check()
        .found("INP-10")
        .iter()
        .for_each(|finding| {
            assert!(finding.help.as_deref().is_some_and(|help| help.contains("[[tests]]")), "{finding:?}")
        });
}

#[test]
fn days_that_do_not_exist() {
    Engagement::type_2()
        .set("end = 2025-12-31", "end = \"2025-11-31\"")
        .set("no_incidents = true\n", "")
        .file("incidents.csv", "date,nature,effect,disposition\n2025-02-29,A disk filled up.,Late mail.,More disk.\n")
        .refuses([
            error("INP-11", "there is no day 2025-11-31").at("engagement.toml", "^\"2025-11-31\""),
            error("INP-11", "there is no day 2025-02-29").at_line("incidents.csv", 2, 1),
        ]);
    // As a TOML date it is no TOML at all.
    let run = Engagement::type_2().set("end = 2025-12-31", "end = 2025-11-31").try_build();
    let told: Vec<_> = run.findings().into_iter().filter(|f| f.rule == "INP-11" || f.rule == "INP-04").collect();
    assert_eq!(told.len(), 1, "{:#?}", run.findings());
    assert_eq!(told[0].at.as_ref().and_then(|at| at.line), Some(10), "{told:#?}");
    let text = format!("{} {}", told[0].message, told[0].help.as_deref().unwrap_or_default());
    assert!(text.contains("exist") || text.contains("there is no day 2025-11-31"), "{text}");
}

#[test]
fn a_period_that_ends_before_it_begins() {
    Engagement::type_2().set("end = 2025-12-31", "end = 2024-12-31").refuses([error(
        "SCP-01",
        "the period ends on 2024-12-31, before it begins on 2025-01-01",
    )
    .at("engagement.toml", "end = ^2024")
    .related("engagement.toml", "start = ^2025")
    .helps("correct one of the two days")]);
}

#[test]
fn the_window_of_the_other_type() {
    Engagement::type_1()
        .set("[service_organization]", "[period]\nstart = 2025-01-01\nend = 2025-12-31\n\n[service_organization]")
        .refuses([error("SCP-01", "a Type I has a date, not a period").helps("remove [period]")]);
    Engagement::type_2().set("no_changes = true", "no_changes = true\nas_of = 2025-12-31").refuses([error(
        "SCP-01",
        "a Type II has a period, not an as-of date",
    )
    .at("engagement.toml", "as_of = ^2025")
    .helps("remove `as_of`")]);
    Engagement::type_1()
        .set("as_of = 2025-12-31\n", "")
        .refuses([error("SCP-01", "needs `as_of`").helps("as_of = 2025-12-31")]);
    Engagement::type_2().set("[period]\nstart = 2025-01-01\nend = 2025-12-31\n", "").refuses([error(
        "SCP-01",
        "needs [period]",
    )
    .helps("[period]")]);
}

// --- How it is printed ---------------------------------------------------------------------------------------------

#[test]
fn messages_show_the_line_and_mark_the_place() {
    let engagement = Engagement::type_2().replace("tests.toml", "sample = 20", "sampel = 20");
    let run = Run::of(socpress().args(["check", "--color", "never"]).arg(engagement.path()));
    let shown = run.stderr.lines().map(str::trim_end).collect::<Vec<_>>();
    let at = shown.iter().position(|line| line.contains("sampel = 20")).expect("the line of the file");
    assert!(shown[at].starts_with("17 | "), "{}", shown[at]);
    assert!(shown[at + 1].ends_with("| ^^^^^^"), "{}", shown[at + 1]);
    assert!(run.stderr.contains("help: did you mean `sample`?"), "{}", run.stderr);
    assert!(run.stderr.trim_end().ends_with("1 error"), "{}", run.stderr);
}

/// Cells can stand far to the right in their rows.
#[test]
fn the_column_is_that_of_the_file_in_a_long_row_too() {
    let row = format!("GOV-1,{}CC1.99\n", "The board approves the policies. ".repeat(12) + ",");
    Engagement::type_1().matrix("controls.csv", format!("id,description,criteria\n{row}")).refuses_among([error(
        "CRT-02",
        "there is no criterion `CC1.99`",
    )
    .at_line("controls.csv", 2, row.find("CC1.99").expect("in it") + 1)]);
}

#[test]
fn the_path_is_printed_as_it_was_typed() {
    let engagement = Engagement::type_2().replace("tests.toml", "sample = 20", "sampel = 20");
    let run = Run::of(socpress().args(["check", "engagement", "--color", "never"]).current_dir(engagement.beside("")));
    assert!(run.stderr.contains("--> engagement/tests.toml:17:1"), "{}", run.stderr);
    fs::rename(engagement.path(), engagement.beside("other name")).expect("renamed");
    let run =
        Run::of(socpress().args(["check", "./other name/", "--color", "never"]).current_dir(engagement.beside("")));
    assert!(run.stderr.contains("--> ./other name/tests.toml:17:1"), "{}", run.stderr);
}
